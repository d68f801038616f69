"""Money that goes astray, comes back or is taxed: what the workers and sweeps make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.effects import EffectState
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.waking import Sweep
from chalicelib.gateways.trouble import Unavailable
from chalicelib.rulebook import BillingPeriod
from chalicelib.usecases import cards, catalog, renew, stuck, tick
from chalicelib.usecases.carry_out import carry_out, look_again
from sandbox.world import make_world
from tests import lives
from tests.crash.dying import Crash, watched

LOST = "pm_card_visa_chargeDeclinedLostCard"


def heed(world, reference):
    look_again(world, neighbor="payments", reference=reference, at=world.now(), request_id="w")


def documents(world):
    return world.store.documents(lives.CLIENT.id, limit=100, after=None).items


def empty(**environment):
    made = make_world(environment=environment)
    made.__dict__["queue"] = lives.PaperQueue()
    return made


# --- a refund that the bank sends back (D12) -------------------------------------------------------------


@pytest.fixture
def refunded():
    """Canceled, and given back; the effect's id and the refund's."""
    stage = lives.bought(lives.empty())
    lives.cancel_now(stage)
    lives.drain(stage.world)
    (refund,) = stage.world.stripe.refunds()
    return stage, f"{stage.subscription_id}.2.refund", refund.id


def test_d12_a_refund_that_fails_later_is_put_before_an_operator(refunded):
    stage, effect_id, refund_id = refunded
    world = stage.world
    world.stripe.fail_refund(refund_id)
    for _ in range(2):
        heed(world, f"refund:{refund_id}")

    (waiting,) = world.store.stuck(limit=10, after=None).items
    assert (waiting.id, waiting.state) == (effect_id, EffectState.STUCK)
    assert "refund failed" in waiting.last_error
    assert [note.settlement for note in documents(world)] == ["refund_failed", "paid"]
    assert world.store.load(waiting.subject).cancellation.settlement == "refund_failed"


def test_d12_tried_again_it_is_another_refund_and_only_one(refunded):
    stage, effect_id, refund_id = refunded
    world = stage.world
    world.stripe.fail_refund(refund_id)
    heed(world, f"refund:{refund_id}")
    stuck.retry(world, effect_id=effect_id, once=None, at=stage.now(), request_id="r")
    heed(world, f"refund:{refund_id}")  # an old notice, late
    lives.drain(world)
    heed(world, f"refund:{refund_id}")

    assert len([each for each in world.stripe.things("refund") if each["status"] == "succeeded"]) == 1
    assert [note.settlement for note in documents(world)] == ["refunded", "paid"]
    assert world.store.stuck(limit=10, after=None).items == []


def test_d12_each_refund_under_an_effect_may_fail(refunded):
    stage, effect_id, _ = refunded
    world = stage.world
    for number in (1, 2, 3):
        refund_id = next(
            each["id"] for each in world.stripe.things("refund") if each["status"] == "succeeded"
        )
        world.stripe.fail_refund(refund_id)
        heed(world, f"refund:{refund_id}")
        assert world.store.effect(effect_id).memo["failed"] == number
        stuck.retry(world, effect_id=effect_id, once=None, at=stage.now(), request_id="r")
        lives.drain(world)

    assert len(world.stripe.things("refund")) == 4
    assert documents(world)[0].settlement == "refunded"


def test_d12_a_refund_that_came_through_is_nothing_to_look_at(refunded):
    stage, effect_id, refund_id = refunded
    heed(stage.world, f"refund:{refund_id}")

    assert stage.world.store.effect(effect_id).state is EffectState.DONE


def test_d12_a_failure_that_is_heard_of_before_the_refund_was_noted_waits_for_the_note():
    stage = lives.bought(lives.empty())
    lives.cancel_now(stage)
    world, effect_id = stage.world, f"{stage.subscription_id}.2.refund"
    dying, watch = watched(world)
    watch.die_at, watch.when, watch.armed = 2, "before", True  # the money is on its way, and not noted
    with pytest.raises(Crash):
        carry_out(dying, effect_id=effect_id, at=stage.now(), request_id="r")
    (refund,) = world.stripe.refunds()
    world.stripe.fail_refund(refund.id)
    with pytest.raises(Unavailable):
        heed(world, f"refund:{refund.id}")

    stage.forward(timedelta(minutes=7))
    lives.sweep_all(world)
    heed(world, f"refund:{refund.id}")
    assert documents(world)[0].settlement == "refund_failed"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(6))
def test_d12_wherever_it_dies_a_failed_refund_is_before_an_operator(refunded, call, when):
    stage, effect_id, refund_id = refunded
    world = stage.world
    world.stripe.fail_refund(refund_id)
    dying, watch = watched(world)
    watch.die_at, watch.when, watch.armed = call, when, True
    with pytest.raises(Crash):
        heed(dying, f"refund:{refund_id}")
    heed(world, f"refund:{refund_id}")

    assert world.store.effect(effect_id).state is EffectState.STUCK
    assert [note.settlement for note in documents(world)] == ["refund_failed", "paid"]


# --- cards (D11) -----------------------------------------------------------------------------------------


def _declined(card):
    stage = lives.term_over(lives.empty())
    cards.choose(stage.world, caller=lives.CLIENT, payment_method="pm_card_mastercard", at=stage.now())
    stage.world.store.choose_card(_payer(stage, card))
    _end_term(stage)
    return stage


def _payer(stage, card):
    payer = stage.world.store.payer(lives.CLIENT.id)
    return replace(payer, payment_method=card, chosen_at=stage.now())


def _end_term(stage):
    tick.end_term(stage.world, due=lives.due_of(stage), at=stage.now(), request_id="sweep")
    lives.drain(stage.world)


def _tried(stage):
    return [entry.payment_method for entry in stage.world.stripe.ledger if entry.off_session]


def test_d11_a_card_that_was_lost_is_never_tried_again_and_each_day_counts_as_declined():
    stage = _declined(LOST)
    for days in (1, 2, 2):
        stage.forward(timedelta(days=days))
        _end_term(stage)

    assert _tried(stage) == [LOST]
    assert stage.world.store.load(stage.subscription_id).status == "expired"
    mails = [letter.template for letter in stage.world.mail.letters()]
    assert (mails.count("E14"), mails.count("E11")) == (3, 1)


def test_d11_another_card_pays_at_the_next_try():
    stage = _declined(LOST)
    cards.choose(stage.world, caller=lives.CLIENT, payment_method="pm_card_visa", at=stage.now())
    stage.forward(timedelta(days=1))
    _end_term(stage)

    sub = stage.world.store.load(stage.subscription_id)
    assert (sub.status, sub.term.number, sub.payment_issue) == ("active", 1, False)
    assert len(_tried(stage)) == 2


def test_d11_the_last_decline_ends_it_and_nothing_can_be_taken_any_more():
    stage = _declined("pm_card_authenticationRequired")
    for days in (1, 2, 2):
        stage.forward(timedelta(days=days))
        _end_term(stage)

    assert stage.world.store.load(stage.subscription_id).status == "expired"
    left = {each["status"] for each in stage.world.stripe.things("payment_intent")}
    assert left == {"succeeded", "canceled"}
    assert len(stage.world.stripe.charges()) == 1


def test_r65_the_notice_of_a_charge_that_is_known_asks_nobody():
    stage = lives.term_over(lives.empty())
    _end_term(stage)
    dying, watch = watched(stage.world)
    watch.armed = True
    renew.look(dying, reference=f"{stage.subscription_id}.1.1", at=stage.now(), request_id="w")

    assert watch.calls == ["store.load"]


# --- money whose outcome nobody knows --------------------------------------------------------------------


def test_r10_money_that_is_unsettled_for_over_an_hour_is_an_error_in_the_log(caplog):
    world = lives.empty()
    stage = lives.enrolled(world)
    world.neighbors.faults["payments"].plan("refused_line", path="payment_intents", count=1000)
    with pytest.raises(Refusal):
        lives.buy(stage)
    late = []
    for hours in (0.1, 1.1):
        stage.forward(timedelta(hours=hours))
        caplog.clear()
        for shard in world.store.shards:
            for due in list(world.store.due(Sweep.UNSETTLED, shard=shard, at=world.now())):
                tick.settle(world, due=due, at=world.now(), request_id="sweep")
        late.append("money unsettled for long" in caplog.messages)

    assert late == [False, True]


# --- tax -------------------------------------------------------------------------------------------------


@pytest.fixture
def taxed():
    """A world in which sales are taxed, and a subscription that was."""
    return lives.bought(empty(TAXES="stripe"))


def test_r27_what_is_quoted_for_an_address_is_charged_and_on_the_invoice():
    stage = lives.enrolled(empty(TAXES="stripe"))
    monthly = BillingPeriod.MONTHLY
    asked: dict[str, Any] = {
        "plan_id": "business-basic",
        "billing_period": monthly,
        "country": "US",
        "seats": 10,
    }
    bare = catalog.quote(stage.world, **asked, at=stage.now())
    quote = catalog.quote(stage.world, **asked, address=lives.ADDRESS, at=stage.now())
    sub = lives.buy(stage)

    assert (bare.tax_status, bare.tax.amount) == ("not_calculated", 0)
    assert (quote.tax_status, bool(quote.tax)) == ("calculated", True)
    assert sub.payment.total == quote.total
    assert stage.world.stripe.charges()[0].amount == quote.total
    (invoice,) = documents(stage.world)
    assert (invoice.net, invoice.tax, invoice.total) == (quote.subtotal, quote.tax, quote.total)


def test_r27_a_sale_is_entered_once_and_a_refund_takes_it_back(taxed):
    world = taxed.world
    assert [each["type"] for each in world.stripe.tax_transactions()] == ["transaction"]
    lives.cancel_now(taxed)
    lives.drain(world)
    lives.recover(taxed)

    assert [each["type"] for each in world.stripe.tax_transactions()] == ["transaction", "reversal"]


def test_d12_a_refund_waits_with_the_authorities_until_they_have_heard_of_the_sale():
    stage = lives.enrolled(empty(TAXES="stripe"))
    world = stage.world
    world.neighbors.faults["payments"].plan("storm", path="create_from_calculation", count=6)
    lives.buy(stage)
    lives.drain(world)
    assert world.stripe.tax_transactions() == []
    lives.cancel_now(stage)
    lives.drain(world)
    assert len(world.stripe.refunds()) == 1, "the client's money waits for nobody"
    for _ in range(6):
        lives.recover(stage)

    assert [each["type"] for each in world.stripe.tax_transactions()] == ["transaction", "reversal"]


def test_r65_a_renewal_is_taxed_as_the_purchase_was():
    stage = lives.term_over(empty(TAXES="stripe"))
    _end_term(stage)
    paid = stage.world.store.load(stage.subscription_id).payment

    assert paid.tax
    assert [charge.amount for charge in stage.world.stripe.charges()] == [paid.total] * 2
    assert len(stage.world.stripe.tax_transactions()) == 2


def test_r10_without_the_tax_nothing_is_begun():
    stage = lives.enrolled(empty(TAXES="stripe"))
    stage.world.neighbors.faults["payments"].plan("storm", path="tax/calculations", count=3)
    with pytest.raises(Refusal, match="payment_unavailable"):
        lives.buy(stage)

    assert [row for row in stage.world.aws.table.rows() if row.range_key.value in ("order", "record")] == []
    assert lives.buy(stage).status == "pending"


def test_where_tax_is_off_nobody_is_asked_and_nothing_is_written():
    stage = lives.bought(lives.empty())
    lives.cancel_now(stage)
    lives.drain(stage.world)

    kept = [str(row.hash_key) for row in stage.world.aws.table.rows()]
    assert not [each for each in kept if "tax" in each]
    assert stage.world.stripe.things("tax.calculation") == []
