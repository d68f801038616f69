"""Somebody else acts between any two outward calls: money, papers and Microsoft agree all the same.

No crash finds these: both live. The one who was second decides again, or is told that it is too late.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.storage.transaction import Stale
from chalicelib.usecases import disputes, renew, set_renewal
from tests import lives
from tests.crash import cardholders, money
from tests.crash.dying import watched
from tests.crash.ends import check, end, open_orders, subscriptions
from tests.crash.frozen import begun
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


def _takes_the_delegation_back(stage):
    lives.calmly(lambda: lives.end_delegation(stage))
    lives.drain(stage.world)


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


def _runs_all_sweeps_an_hour_later(stage):
    stage.forward(timedelta(hours=1))
    lives.sweep_all(stage.world)


def _disputes(stage):
    """The cardholder disputes the charge, and we hear of it."""
    stripe = stage.world.stripe
    if not stripe.things("dispute"):
        stripe.open_dispute(stage.world.store.load(stage.subscription_id).payment.charge_id)
    (dispute,) = stripe.things("dispute")
    disputes.look(stage.world, dispute_id=dispute["id"], at=stage.now(), request_id=lives.REQUEST)


def _disputes_and_all_of_it_is_carried_out(stage):
    _disputes(stage)
    lives.drain(stage.world)


def _wins_the_dispute(stage):
    (dispute,) = stage.world.stripe.things("dispute")
    if dispute["status"] == "needs_response":
        stage.world.stripe.close_dispute(dispute["id"], won=True)
    _disputes(stage)


def _wins_the_dispute_and_all_of_it_is_carried_out(stage):
    _wins_the_dispute(stage)
    lives.drain(stage.world)


def _confirms(stage):
    cardholders.confirms(stage)


def _fails_to_confirm(stage):
    cardholders.confirms(stage, ok=False)


def _confirms_and_we_hear_of_it(stage):
    cardholders.confirms(stage)
    cardholders.hear_of_checkout(stage, stage.world)


def _confirms_and_asks_the_same(stage):
    cardholders.confirms(stage)
    _asks_the_same(stage)


def _takes_another_card(stage):
    cardholders.replaced(stage, "pm_card_amex")


def _confirms_the_renewal_and_we_hear_of_it(stage):
    sub = stage.world.store.load(stage.subscription_id)
    cardholders.confirms(stage)
    if sub.renewal is not None:
        reference = sub.renewal.reference(sub.id, sub.term.number + 1)
        renew.look(stage.world, reference=reference, at=stage.now(), request_id=lives.REQUEST)


def _hears_of_the_refund_as_well(stage):
    money.hear_of_refund(stage, stage.world)


def _retries_what_is_stuck(stage):
    money.retry_stuck(stage)


ON_A_SUBSCRIPTION = (
    _cancels,
    _cancels_and_all_of_it_is_carried_out,
    _turns_renewal_off,
    _suspends,
    _delegates,
    _buys_more,
    _runs_all_sweeps_much_later,
)
ON_A_DELEGATION = (
    _takes_the_delegation_back,
    _cancels,
    _cancels_and_all_of_it_is_carried_out,
    _suspends,
    _runs_all_sweeps_much_later,
)
RIVALS = {
    "checkout": (_buys_more, _asks_the_same, _runs_all_sweeps, _runs_all_sweeps_much_later),
    "checkout that was confirmed": (
        _buys_more,
        _asks_the_same,
        _runs_all_sweeps,
        _runs_all_sweeps_much_later,
    ),
    "checkout to be confirmed": (_asks_the_same, _confirms, _confirms_and_we_hear_of_it),
    "checkout that was confirmed, and heard of": (_asks_the_same, _runs_all_sweeps_much_later),
    "checkout whose cardholder has failed": (_confirms_and_asks_the_same, _runs_all_sweeps_an_hour_later),
    "checkout whose cardholder never came": (
        _asks_the_same,
        _confirms,
        _fails_to_confirm,
        _confirms_and_we_hear_of_it,
        _confirms_and_asks_the_same,
        _runs_all_sweeps,
    ),
    "checkout that was confirmed at the last moment": (
        _asks_the_same,
        _confirms_and_we_hear_of_it,
        _runs_all_sweeps,
    ),
    "renewal to be confirmed": (_confirms_the_renewal_and_we_hear_of_it, _takes_another_card),
    "renewal tried again with another card": (_takes_another_card, _suspends, _runs_all_sweeps_much_later),
    "renewal given up": (_takes_another_card, _suspends, _turns_renewal_off, _runs_all_sweeps_much_later),
    "renewal that was confirmed, its notice lost": (
        _confirms_the_renewal_and_we_hear_of_it,
        _suspends,
        _turns_renewal_off,
    ),
    "renewal whose charge was not heard of": (_delegates, _buys_more, _runs_all_sweeps),
    "renewal whose charge was never made": (_takes_another_card, _runs_all_sweeps_much_later),
    "refund that failed": (_hears_of_the_refund_as_well, _retries_what_is_stuck, _runs_all_sweeps),
    "refund made once more": (_runs_all_sweeps, _runs_all_sweeps_much_later),
    "stray charge given back": (_runs_all_sweeps_much_later,),
    "checkout with tax": (_asks_the_same, _runs_all_sweeps_much_later),
    "tax entered": (_cancels_and_all_of_it_is_carried_out, _runs_all_sweeps_much_later),
    "tax taken back": (_runs_all_sweeps_much_later,),
    "renewal with another card": (_turns_renewal_off, _runs_all_sweeps_much_later),
    "renewal that was confirmed": (
        _turns_renewal_off,
        _delegates,
        _buys_more,
        _runs_all_sweeps,
        _runs_all_sweeps_much_later,
    ),
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
    "ask for access at Microsoft": ON_A_DELEGATION,
    "give access at Microsoft": ON_A_DELEGATION,
    "account opens": (_disputes, _runs_all_sweeps),
    "pay what waits": (_disputes, _runs_all_sweeps_much_later),
    "payout": (
        _disputes,
        _disputes_and_all_of_it_is_carried_out,
        _cancels_and_all_of_it_is_carried_out,
        _runs_all_sweeps,
        _runs_all_sweeps_much_later,
    ),
    "dispute": (
        _disputes_and_all_of_it_is_carried_out,
        _wins_the_dispute,
        _wins_the_dispute_and_all_of_it_is_carried_out,
        _suspends,
    ),
    "claw back": (
        _wins_the_dispute,
        _wins_the_dispute_and_all_of_it_is_carried_out,
        _runs_all_sweeps_much_later,
    ),
    "pay again": (_runs_all_sweeps, _runs_all_sweeps_much_later),
    "revoke at Microsoft": (_buys_more, _runs_all_sweeps, _runs_all_sweeps_much_later),
}
# Confirmed by the cardholder, and suspended before it could renew: what was taken goes back.
FOR_NOTHING = {("renewal that was confirmed, its notice lost", _suspends)}
# Until there, it is as with another scenario.
FROM = {
    name: SCENARIOS[name].calls.index("payments.charge")
    for name in ("checkout to be confirmed", "renewal declined", "renewal to be confirmed")
} | {"checkout with tax": SCENARIOS["checkout with tax"].calls.index("taxes.due")}
MEETINGS = [
    (name, number, SCENARIOS[name].calls[number], rival)
    for name, rivals in RIVALS.items()
    for number in range(FROM.get(name, 1), len(SCENARIOS[name].calls))
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
def test_a_rival_in_between_upsets_nothing(name, number, call, rival):
    scenario = SCENARIOS[name]
    stage = begun(scenario.begin, make=scenario.make)
    world = stage.world
    slow, watch = watched(world)
    watch.rival, watch.rival_at, watch.armed = lambda: rival(stage), number, True
    lives.calmly(lambda: scenario.act(stage, slow), Stale)
    watch.armed = False
    lives.drain(world)
    lives.recover(stage, minutes=scenario.minutes)
    if scenario.afterwards is not None:
        scenario.afterwards(stage)
    check(stage, end(stage), strays=scenario.strays or (name, rival) in FOR_NOTHING)
    _check_nobody_is_left_waiting(stage)


def _check_nobody_is_left_waiting(stage):
    world = stage.world
    managed = any(sub.delegation.status == "approved" for sub in subscriptions(stage))
    for grant in world.partner_center.grants:
        assert managed or grant.status in ("terminated", "expired"), "no access without a delegation"
    for sub in subscriptions(stage):
        assert not sub.renewal_under_way, "a renewal is settled, one way or the other"
        if sub.status in ("active", "suspended"):
            assert sub.term.end > stage.now() or sub.payment_issue, "a term that is over has been ended"
    payee = world.store.payee(stage.freelancer_id)
    if payee is not None and payee.active:
        totals = world.store.totals(stage.freelancer_id)
        assert totals.paid == totals.payable, "what was sent is what is earned"
    if not any(intent["status"] == "requires_action" for intent in world.stripe.things("payment_intent")):
        assert not open_orders(stage), "no checkout is left unsettled"
