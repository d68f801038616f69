"""Somebody else acts between any two outward calls: money, papers and Microsoft agree all the same.

No crash finds these: both live. The one who was second decides again, or is told that it is too late.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.storage.transaction import Stale
from chalicelib.usecases import set_renewal
from tests import lives
from tests.crash.dying import watched
from tests.crash.scenarios import SCENARIOS


def _cancels(stage):
    lives.calmly(lambda: lives.cancel_now(stage, key="rival"))


def _turns_renewal_off(stage):
    lives.calmly(
        lambda: set_renewal.set_renewal(
            stage.world,
            subscription_id=stage.subscription_id,
            caller=lives.CLIENT,
            auto_renew=False,
            at=stage.now(),
            request_id=lives.REQUEST,
        )
    )


def _cancels_and_all_of_it_is_carried_out(stage):
    _cancels(stage)
    lives.drain(stage.world)


def _suspends(stage):
    lives.calmly(lambda: lives.suspend_now(stage))


def _reinstates_and_all_of_it_is_carried_out(stage):
    lives.calmly(lambda: lives.reinstate_now(stage))
    lives.drain(stage.world)


def _delegates(stage):
    lives.calmly(lambda: lives.ask_for_delegation(stage))


def _buys_more(stage):
    mine = stage.subscription_id
    lives.calmly(lambda: lives.buy(stage, key="rival"))
    stage.subscription_id = mine or stage.subscription_id


def _asks_the_same(stage):
    mine = stage.subscription_id
    lives.calmly(lambda: lives.buy(stage))
    stage.subscription_id = mine or stage.subscription_id


def _runs_all_sweeps(stage):
    lives.sweep_all(stage.world)


def _runs_all_sweeps_much_later(stage):
    """As if the first had been slow, or its message late: time itself is the rival."""
    stage.forward(timedelta(minutes=7))
    lives.sweep_all(stage.world)


ON_A_SUBSCRIPTION = (
    _cancels,
    _cancels_and_all_of_it_is_carried_out,
    _turns_renewal_off,
    _suspends,
    _delegates,
    _buys_more,
    _runs_all_sweeps,
    _runs_all_sweeps_much_later,
)
RIVALS = {
    "checkout": (_buys_more, _asks_the_same, _runs_all_sweeps, _runs_all_sweeps_much_later),
    "connect at Microsoft": ON_A_SUBSCRIPTION,
    "agreement accepted": ON_A_SUBSCRIPTION,
    "order and activation": ON_A_SUBSCRIPTION,
    "renewal": ON_A_SUBSCRIPTION,
    "renewal declined": ON_A_SUBSCRIPTION,
    "cancel": ON_A_SUBSCRIPTION,
    "refund": (_buys_more, _runs_all_sweeps, _runs_all_sweeps_much_later),
    "suspend at Microsoft": (
        _reinstates_and_all_of_it_is_carried_out,
        _cancels_and_all_of_it_is_carried_out,
        _runs_all_sweeps,
    ),
    "revoke at Microsoft": (_buys_more, _runs_all_sweeps, _runs_all_sweeps_much_later),
}
MEETINGS = [
    (name, number, SCENARIOS[name].calls[number], rival)
    for name, rivals in RIVALS.items()
    for number in range(1, len(SCENARIOS[name].calls))
    for rival in rivals
]


@pytest.mark.parametrize(
    ("name", "number", "call", "rival"),
    MEETINGS,
    ids=[
        f"{name}: before {number + 1} {call} somebody{rival.__name__.replace('_', ' ')}"
        for name, number, call, rival in MEETINGS
    ],
)
def test_a_rival_in_between_upsets_nothing(world, name, number, call, rival):
    scenario = SCENARIOS[name]
    stage = scenario.begin(world)
    slow, watch = watched(world)
    watch.rival, watch.rival_at, watch.armed = lambda: rival(stage), number, True
    lives.calmly(lambda: scenario.act(stage, slow), Stale)
    watch.armed = False
    lives.drain(world)
    lives.recover(stage)
    lives.check_books(stage)
    _check_nobody_is_left_waiting(stage)


def _check_nobody_is_left_waiting(stage):
    world = stage.world
    for sub in world.store.subscriptions_of(lives.CLIENT.id, status=None, limit=100, after=None).items:
        assert not sub.renewal_under_way, "a renewal is settled, one way or the other"
        if sub.status in ("active", "suspended"):
            assert sub.term.end > stage.now() or sub.payment_issue, "a term that is over has been ended"
    orders = [row for row in world.aws.table.rows() if row.attrs["sk"].value == "order"]
    assert not orders, "no checkout is left unsettled"
