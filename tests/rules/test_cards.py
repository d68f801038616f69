"""
Which card pays (R65, D11), how long an order waits for its cardholder (R10), what tax adds (R27, D12).

    A renewal is paid by the card that the client named last: the one that the subscription was bought with,
    or one that was chosen for everything since. A card that the bank never wants to see again is not tried.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.catalog import TaxStatus
from chalicelib.domain.effects import EffectKind
from chalicelib.domain.lifecycle import Event
from chalicelib.domain.payer import Payer
from chalicelib.domain.subscription import AUTHENTICATION_REQUIRED
from chalicelib.rulebook import AUTHENTICATION_WAIT
from tests.rules.stories import (
    BOUGHT,
    DANA,
    DAY,
    HOUR,
    SECOND,
    Life,
    active,
    canceled,
    dunned,
    errands,
    facts_of,
    pending,
    renewing,
    usd,
)


def payer(card: str | None = None, *, at=None) -> Payer:
    return Payer(client_id=DANA.id, customer_id="cus_dana", payment_method=card, chosen_at=at)


CHOICES = [
    # chosen                          pays        because
    (payer(), "pm_bought", "none was chosen: the card of the purchase"),
    (payer("pm_new", at=BOUGHT + SECOND), "pm_new", "chosen after the purchase, it pays for it too"),
    (payer("pm_old", at=BOUGHT - SECOND), "pm_bought", "the purchase named another card later"),
    (payer("pm_new", at=BOUGHT), "pm_new", "chosen in the second of the purchase, thus after it"),
]


@pytest.mark.parametrize(
    ("paid_by", "card"), [pytest.param(*case, id=f"R65: {because}") for *case, because in CHOICES]
)
def test_the_card_that_was_named_last_pays(paid_by, card):
    sub = replace(active().sub, purchased_at=BOUGHT, payment_method="pm_bought")

    assert paid_by.card_for(sub) == card


def test_r10_an_order_waits_an_hour_for_its_cardholder_from_when_it_was_begun():
    order = pending().order

    assert order.waits_until == order.begun_at + AUTHENTICATION_WAIT
    assert AUTHENTICATION_WAIT == HOUR


def _declined(life: Life, code: str) -> Life:
    renewal = life.sub.renewal
    assert renewal is not None
    declined = replace(renewal, begun_at=None, first_declined_at=life.last.at, decline_code=code)
    life.happen(Event.RENEWAL_DECLINED, at=life.last.at, changes={"renewal": declined})
    return life


def test_d11_a_renewal_waits_for_its_cardholder_only_while_nothing_is_being_charged():
    life = _declined(renewing(), AUTHENTICATION_REQUIRED)
    declined, poor = life.sub.renewal, _declined(renewing(), "insufficient_funds").sub.renewal
    assert declined is not None
    assert poor is not None

    assert declined.needs_authentication
    assert not replace(declined, begun_at=life.last.at + DAY).needs_authentication
    assert not poor.needs_authentication


def test_d11_e14_says_that_the_bank_wants_to_see_the_client():
    life = _declined(renewing(), AUTHENTICATION_REQUIRED)

    assert facts_of(life.last, "E14")["decline_code"] == AUTHENTICATION_REQUIRED


def test_d11_a_declined_renewal_that_is_confirmed_after_all_renews():
    life = dunned()
    before = life.sub.term
    life.renew(at=life.last.at + HOUR)

    assert before is not None
    assert life.sub.term is not None
    assert life.sub.term.start == before.end
    assert not life.sub.payment_issue


# --- tax -------------------------------------------------------------------------------------------------


def _taxed(life: Life) -> Life:
    life.sub = replace(
        life.sub, payment=replace(life.sub.payment, tax_calculation="taxcalc_1", taxed_by="sub_1.1.tax")
    )
    return life


def test_r27_with_tax_the_total_is_the_price_and_the_tax():
    quote = pending().order.quote
    taxed = quote.with_tax(usd(73), calculation="taxcalc_1")

    assert taxed.total == quote.subtotal + usd(73)
    assert (taxed.subtotal, taxed.tax_status) == (quote.subtotal, TaxStatus.CALCULATED)


def test_r27_without_tax_nobody_is_told_of_a_sale():
    assert EffectKind.TAX not in errands(pending().last)


def test_d12_the_authorities_hear_of_a_refund_once_the_money_has_gone_back():
    life = _taxed(canceled())
    assert EffectKind.TAX_REVERSAL not in errands(life.last)

    told = [each for each in life.note_refund(at=life.last.at + HOUR).effects if each.kind == "tax_reversal"]

    assert life.sub.cancellation is not None
    refund = life.sub.cancellation.refund
    assert [each.data["amount"] for each in told] == [refund.amount]
    assert told[0].data["recorded_by"] == "sub_1.1.tax"
    assert told[0].data["in_full"] is (refund == life.sub.payment.total)


def test_d12_without_tax_the_authorities_hear_nothing():
    life = canceled()

    assert not life.note_refund(at=life.last.at + HOUR).effects
