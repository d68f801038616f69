"""The acts that reach outside, each with the outward calls that it makes, in order.

The lists are pinned: a new outward call must be written here, and is then crashed at like the others.
"""

from __future__ import annotations

from chalicelib.usecases import grant, tick
from tests import lives
from tests.crash import money
from tests.crash.acts import Scenario, carry, start, sweep
from tests.crash.commissions import COMMISSIONS


def _suspended(world):
    stage = start(lives.active, world)
    lives.suspend_now(stage)
    return stage


def _look_at_access(stage, world):
    grant.look(world, subscription_id=stage.subscription_id, at=stage.now(), request_id=lives.REQUEST)


def _given_to_the_group(world):
    stage = start(lives.managed, world)
    lives.drain(world)
    (asked,) = world.partner_center.grants
    world.partner_center.approve_grant(asked.id)
    _look_at_access(stage, world)  # the group has its roles a little later
    return stage


def _taken_back(world):
    stage = _given_to_the_group(world)
    _look_at_access(stage, world)
    lives.end_delegation(stage)
    return stage


def _unmailed(world):
    stage = start(lives.enrolled, world)
    lives.buy(stage)
    return stage


CARRIED = ("store.claim", "store.load")

MICROSOFT = {
    "connect at Microsoft": Scenario(
        begin=lives.approved,
        act=carry("connect"),
        calls=(*CARRIED, "microsoft.connect", "vault.seal", "store.commit", "queue.nudge"),
    ),
    "agreement accepted": Scenario(
        begin=lives.offered,
        act=sweep(tick.look),
        calls=("store.load_for_renewal", "store.load", "microsoft.progress", "store.commit", "queue.nudge"),
    ),
    "order and activation": Scenario(
        begin=lives.accepted,
        act=carry("order"),
        calls=(
            *CARRIED,
            "microsoft.fill_cart",
            "store.note",
            "microsoft.check_out",
            "store.commit",
            "queue.nudge",
        ),
    ),
    "revoke at Microsoft": Scenario(
        begin=money.canceled,
        act=carry("align"),
        calls=(*CARRIED, "microsoft.align", "store.load", "store.done"),
    ),
    "suspend at Microsoft": Scenario(
        begin=_suspended,
        act=carry("align"),
        calls=(*CARRIED, "microsoft.align", "store.load", "store.done"),
    ),
    "ask for access at Microsoft": Scenario(
        begin=lives.managed,
        act=carry("grant"),
        calls=(
            *CARRIED,
            "store.freelancer",
            "store.note",
            "grants.request",
            "store.commit",
            "queue.nudge",
        ),
    ),
    "give access at Microsoft": Scenario(
        begin=_given_to_the_group,
        act=_look_at_access,
        calls=("store.load", "grants.state", "store.freelancer", "grants.assign", "store.commit"),
    ),
    "end access at Microsoft": Scenario(
        begin=_taken_back,
        act=carry("end_grant"),
        calls=("store.claim", "grants.end", "store.load", "store.commit"),
    ),
    "mail": Scenario(
        begin=_unmailed,
        act=carry("E1"),
        calls=("store.claim", "store.standing", "mail.send", "store.posted"),
    ),
}

SCENARIOS = money.MONEY | MICROSOFT | COMMISSIONS
