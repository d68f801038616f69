"""Payouts of commissions, and what disputes take back of them."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.usecases import disputes, payouts, tick
from tests import lives
from tests.crash.acts import Scenario, carry, start


def _account_asked_for(stage):
    payouts.begin_onboarding(stage.world, caller=lives.FREELANCER, at=stage.now())
    payee = stage.world.store.payee(stage.freelancer_id)
    stage.world.stripe.finish_onboarding(payee.account_id)
    return payee.account_id


def _look_at_account(stage, world):
    payee = stage.world.store.payee(stage.freelancer_id)
    payouts.look(world, account_id=payee.account_id, at=stage.now(), request_id=lives.REQUEST)


def _waiting(world):
    """A commission is earned, and its account has opened without our knowing."""
    stage = start(lives.active, world)
    stage.forward(timedelta(days=8))
    lives.sweep_all(world)
    _account_asked_for(stage)
    return stage


def _opened(world):
    stage = _waiting(world)
    _look_at_account(stage, world)
    return stage


def _earned(world):
    """A commission is earned, and its account is open."""
    stage = start(lives.active, world)
    _account_asked_for(stage)
    _look_at_account(stage, world)
    lives.drain(world)
    stage.forward(timedelta(days=8))
    tick.earn(world, due=lives.due_of(stage), at=stage.now(), request_id=lives.REQUEST)
    return stage


def _contested(world):
    """A commission was paid, and the cardholder disputes the charge."""
    stage = _earned(world)
    lives.drain(world)
    charge_id = world.store.load(stage.subscription_id).payment.charge_id
    world.stripe.open_dispute(charge_id)
    return stage


def _hear_of_dispute(stage, world):
    (dispute,) = stage.world.stripe.things("dispute")
    disputes.look(world, dispute_id=dispute["id"], at=stage.now(), request_id=lives.REQUEST)


def _to_be_fetched(world):
    stage = _contested(world)
    _hear_of_dispute(stage, world)
    return stage


def _won_again(world):
    """The dispute is won: what was fetched is to be paid again."""
    stage = _to_be_fetched(world)
    lives.drain(world)
    (dispute,) = world.stripe.things("dispute")
    world.stripe.close_dispute(dispute["id"], won=True)
    _hear_of_dispute(stage, world)
    return stage


PAID = ("store.claim", "store.line", "store.move_line", "payouts.pay", "store.move_line")

COMMISSIONS = {
    "account opens": Scenario(
        begin=_waiting,
        act=_look_at_account,
        calls=("store.payee_of", "payouts.account", "store.change_payee", "queue.nudge"),
        asked_by_a_person=True,  # or by the provider, whose notice comes again
    ),
    "pay what waits": Scenario(
        begin=_opened,
        act=carry("payout"),
        calls=("store.claim", "store.earnings", "store.put_effects", "store.done", "queue.nudge"),
    ),
    "payout": Scenario(begin=_earned, act=carry("payout"), calls=PAID),
    "dispute": Scenario(
        begin=_contested,
        act=_hear_of_dispute,
        calls=(
            "payments.dispute",
            "store.case",
            "store.load",
            "store.document",
            "store.line",
            "store.commit",
            "queue.nudge",
        ),
        asked_by_a_person=True,
    ),
    "claw back": Scenario(
        begin=_to_be_fetched,
        act=carry("claw_back"),
        calls=("store.claim", "store.line", "store.move_line", "payouts.take_back", "store.move_line"),
    ),
    "pay again": Scenario(begin=_won_again, act=carry("payout"), calls=PAID),
}
