"""
Purchase (R1, R2, R10-R13, R30, R64, R74-R76, D9).

    R1 a freelancer's link starts a purchase; R2 so does the dashboard, without a link. R10 only then sign-in,
    then payment. R11 E1 to the client. R12 the invoice. R13 E2 to the freelancer. R64 auto-renew is on by
    default.
    D9 A purchase without a link belongs to the freelancer the client last bought from, else to none: no E2,
    no commission, no delegation.

Which freelancer that is, is decided where the books are read (checkout); what it means, is decided here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.delegation import DelegationStatus
from chalicelib.domain.lifecycle import Event
from chalicelib.rulebook import Status
from tests.rules.stories import (
    ADDRESS,
    BOUGHT,
    DANA,
    DAY,
    LUC,
    YEARLY,
    Life,
    facts_of,
    mails,
    pending,
    usd,
)

MARTA = replace(LUC, id="usr_marta", name="Marta Silva", email="marta@example.com", freelancer_id="frl_marta")


def test_r10_what_is_paid_is_pending():
    life = pending(seats=10, period=YEARLY)
    sub = life.sub

    assert life.last.event is Event.PURCHASED
    assert life.last.before is None
    assert (sub.version, sub.status) == (1, Status.PENDING)
    assert (sub.seats, sub.billing_period, sub.plan_id) == (10, YEARLY, "business-basic")
    assert (sub.activated_at, sub.term, sub.account) == (None, None, None)
    assert sub.delegation.status is DelegationStatus.NONE


def test_r11_r13_e1_to_the_client_e2_to_the_freelancer():
    assert mails(pending().last) == [("E1", DANA.email), ("E2", LUC.email)]


def test_r1_a_sale_through_a_link_is_the_freelancers():
    assert pending(seller=LUC).sub.seller == LUC


def test_r2_d9_without_a_link_and_without_a_freelancer_no_e2_and_no_commission():
    life = pending(seller=None)

    assert mails(life.last) == [("E1", DANA.email)]
    assert life.last.earnings == ()
    assert life.sub.commission is None
    assert life.sub.seller is None


def test_r12_r74_the_purchase_has_its_invoice():
    life = pending(seats=3, tax=1_000)
    (invoice,) = life.last.documents

    assert invoice.kind.value == "invoice"
    assert (invoice.net, invoice.tax, invoice.total) == (usd(87_00), usd(8_70), usd(95_70))
    assert invoice.unit_price * invoice.seats == invoice.net
    assert invoice.bill_to == ADDRESS
    assert invoice.client == DANA
    assert invoice.charge_id == life.sub.payment.charge_id
    assert invoice.settlement.value == "paid"
    assert invoice.period is None  # the term starts at activation, which nobody knows yet
    assert (life.sub.payment.invoice_id, life.sub.payment.invoice_number) == (invoice.id, invoice.number)


def test_r11_e1_tells_what_was_bought_the_invoice_and_the_14_day_limit():
    facts = facts_of(pending(seats=3).last, "E1")

    assert (facts["plan"], facts["seats"], facts["billing_period"]) == (
        "Microsoft 365 Business Basic",
        3,
        "monthly",
    )
    assert facts["invoice"]["total"] == {"amount": 87_00, "currency": "USD"}
    assert facts["activation_deadline"] == "2024-02-13T12:00:00Z"


def test_r13_e2_tells_the_freelancer_what_was_sold_to_whom_and_what_it_earns():
    facts = facts_of(pending(seats=3, tax=1_000).last, "E2")

    assert facts["client_name"] == DANA.name
    assert facts["net"] == {"amount": 87_00, "currency": "USD"}
    assert facts["commission"] == {"amount": 8_70, "currency": "USD"}
    assert facts["name"] == LUC.name


def test_r64_auto_renew_is_on_by_default():
    assert pending().sub.auto_renew


def test_r30_the_country_is_where_the_business_is_registered():
    life = pending()

    assert (life.sub.country, life.sub.address.country) == ("US", "US")


def test_d5_the_14_days_count_from_the_purchase_not_from_a_late_charge():
    life = pending(charged_at=BOUGHT + DAY)

    assert life.sub.activation_deadline == BOUGHT + 14 * DAY
    assert life.sub.payment.charged_at == BOUGHT + DAY


# --- D9: whom the client last bought from ----------------------------------------------------------------

NEVER, LUCS, MARTAS = None, LUC.freelancer_id, MARTA.freelancer_id

LAST_SELLERS = [
    # sold by, one after the other   remembered   because
    ([None], NEVER, "nobody sold it"),
    ([LUC], LUCS, "a first purchase through a link"),
    ([LUC, MARTA], MARTAS, "the last one counts, not the first"),
    ([LUC, MARTA, LUC], LUCS, "and may be the first again"),
    ([LUC, None], LUCS, "a sale of nobody's does not make them forgotten"),
]


@pytest.mark.parametrize(
    ("sellers", "remembered"), [pytest.param(*case, id=f"D9: {because}") for *case, because in LAST_SELLERS]
)
def test_the_books_remember_the_last_seller(sellers, remembered):
    books = None
    for count, seller in enumerate(sellers):
        books = Life(seller=seller, books=books, name=f"sub_{count}").books

    assert books is not None
    assert books.last_seller_id == remembered
    assert books.documents == len(sellers)


@pytest.mark.parametrize("rate", [pytest.param(1_000, id="D9: paid or"), pytest.param(None, id="D9: unpaid")])
def test_a_renewal_does_not_change_whom_the_client_last_bought_from(rate):
    life = Life(seller=LUC, rate=rate)
    life.books = replace(life.books, last_seller_id=MARTA.freelancer_id)  # bought elsewhere meanwhile
    life.submit(at=BOUGHT)
    life.approve(at=BOUGHT)
    life.offer(at=BOUGHT)
    life.accept(at=BOUGHT)
    life.activate(at=BOUGHT + DAY)
    assert life.sub.term is not None
    life.begin_renewal(at=life.sub.term.end)
    life.renew(at=life.last.at)

    assert life.books.last_seller_id == MARTA.freelancer_id
