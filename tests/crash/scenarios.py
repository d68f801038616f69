"""The acts that reach outside, each with the outward calls that it makes, in order.

The lists are pinned: a new outward call must be written here, and is then crashed at like the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.usecases import tick
from chalicelib.usecases.carry_out import carry_out
from tests import lives


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Where it begins, what is done, what that calls, and whether the caller would ask again."""

    begin: Callable
    act: Callable
    calls: tuple[str, ...]
    asked_by_a_person: bool = False


def _carry(kind: str):
    """A worker carries out the open effect of a kind."""

    def act(stage, world):
        for effect_id in stage.world.queue.take():
            if effect_id.endswith(f".{kind}"):
                carry_out(world, effect_id=effect_id, at=stage.now(), request_id=lives.REQUEST)

    return act


def _tick(act):
    def run(stage, world):
        act(world, due=lives.due_of(stage), at=stage.now(), request_id=lives.REQUEST)

    return run


def _canceled(world):
    stage = lives.active(world)
    lives.cancel_now(stage)
    return stage


def _suspended(world):
    stage = lives.active(world)
    lives.suspend_now(stage)
    return stage


def _declining(world):
    stage = lives.term_over(world)
    world.payments.plan("decline", count=2)  # whoever loses the answer asks once more
    return stage


def _unmailed(world):
    stage = lives.enrolled(world)
    lives.buy(stage)
    return stage


CARRIED = ("store.claim", "store.load")

SCENARIOS = {
    "checkout": Scenario(
        begin=lives.enrolled,
        act=lambda stage, world: lives.buy(stage, world=world),
        calls=(
            "store.prices",
            "store.load_for_checkout",
            "store.freelancer",
            "store.begin_order",
            "payments.charge",
            "store.commit",
            "queue.nudge",
        ),
        asked_by_a_person=True,
    ),
    "connect at Microsoft": Scenario(
        begin=lives.approved,
        act=_carry("connect"),
        calls=(*CARRIED, "microsoft.connect", "vault.seal", "store.commit", "queue.nudge"),
    ),
    "agreement accepted": Scenario(
        begin=lives.offered,
        act=_tick(tick.look),
        calls=("store.load_for_renewal", "store.load", "microsoft.progress", "store.commit", "queue.nudge"),
    ),
    "order and activation": Scenario(
        begin=lives.accepted,
        act=_carry("order"),
        calls=(*CARRIED, "microsoft.order", "store.commit", "queue.nudge"),
    ),
    "renewal": Scenario(
        begin=lives.term_over,
        act=_tick(tick.end_term),
        calls=(
            "store.load_for_renewal",
            "store.prices",
            "store.commit",
            "payments.charge",
            "store.commit",
            "queue.nudge",
        ),
    ),
    "renewal declined": Scenario(
        begin=_declining,
        act=_tick(tick.end_term),
        calls=(
            "store.load_for_renewal",
            "store.prices",
            "store.commit",
            "payments.charge",
            "store.commit",
            "queue.nudge",
        ),
    ),
    "cancel": Scenario(
        begin=lives.active,
        act=lambda stage, world: lives.cancel_now(stage, world=world),
        calls=("store.load_with_books", "store.commit", "queue.nudge"),
        asked_by_a_person=True,
    ),
    "refund": Scenario(
        begin=_canceled,
        act=_carry("refund"),
        calls=(
            "store.claim",
            "payments.refund",
            "store.load",
            "store.document",
            "store.commit",
        ),
    ),
    "revoke at Microsoft": Scenario(
        begin=_canceled,
        act=_carry("align"),
        calls=(*CARRIED, "microsoft.align", "store.load", "store.done"),
    ),
    "suspend at Microsoft": Scenario(
        begin=_suspended,
        act=_carry("align"),
        calls=(*CARRIED, "microsoft.align", "store.load", "store.done"),
    ),
    "mail": Scenario(
        begin=_unmailed,
        act=_carry("E1"),
        calls=("store.claim", "mail.send", "store.done"),
    ),
}
