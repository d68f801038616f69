"""
Invoices and credit notes (R12, R74-R76, D12).

    R74-R76 one invoice per billing cycle, all under Billing and payments; numbered in sequence per client,
    without gaps. D12 A refund goes back to the payment it came from, tax pro rata, with a credit note.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from chalicelib.domain.invoicing import ClientAccount, client_code
from tests.rules.stories import (
    DANA,
    DAY,
    HOUR,
    LUC,
    YEARLY,
    Life,
    active,
    canceled,
    dunned,
    expired,
    in_term,
    pending,
    price,
    renewed,
    term_end,
    usd,
    utc,
)


def numbers(life: Life) -> list[str]:
    return [document.number.rsplit("-", 1)[1] for document in life.documents]


# --- the sequence ----------------------------------------------------------------------------------------


def test_r74_one_invoice_per_billing_cycle():
    life = active()
    for _ in range(5):
        life.begin_renewal(at=term_end(life))
        life.renew(at=term_end(life))

    assert [document.kind.value for document in life.documents] == ["invoice"] * 6
    periods = [document.period for document in life.documents[1:]]
    assert [period.number for period in periods if period] == [1, 2, 3, 4, 5]


def test_r75_a_yearly_one_is_invoiced_yearly():
    life = renewed(period=YEARLY)

    assert [document.billing_period for document in life.documents] == ["yearly", "yearly"]
    assert [document.issued_at for document in life.documents] == [
        utc("2024-01-30 12:00"),
        utc("2025-01-31 12:00"),
    ]


def test_r76_numbered_per_client_in_sequence_without_gaps():
    life = renewed()
    life.cancel(at=in_term(life, 2 * DAY))
    second = Life(books=life.books, name="sub_2")
    third = Life(books=second.books, name="sub_3")
    third.cancel(at=third.last.at + HOUR)

    found = [*numbers(life), *numbers(second), *numbers(third)]
    assert found == ["0001", "0002", "0003", "0004", "0005", "0006"]
    assert third.books.documents == 6


def test_r76_a_declined_renewal_leaves_no_gap():
    life = dunned(declines=2)
    life.begin_renewal(at=term_end(life) + 3 * DAY)
    life.renew(at=term_end(life) + 3 * DAY)

    assert numbers(life) == ["0001", "0002"]


def test_r76_what_expires_or_ends_without_a_refund_has_no_further_paper():
    life = expired()
    life.lapse_expiry(at=term_end(life) + 30 * DAY)

    assert numbers(life) == ["0001"]


def test_r76_each_client_has_a_sequence_of_their_own():
    danas = Life(name="sub_1")
    lucs = Life(name="sub_2", client=replace(DANA, id="usr_other"))

    assert numbers(danas) == numbers(lucs) == ["0001"]
    assert danas.documents[0].number != lucs.documents[0].number


@pytest.mark.parametrize(
    ("documents", "number"),
    [
        pytest.param(0, "0001", id="R76: the first"),
        pytest.param(9_998, "9999", id="R76: the last of four digits"),
        pytest.param(9_999, "10000", id="R76: and on"),
    ],
)
def test_the_next_number(documents, number):
    books = ClientAccount(id=DANA.id, documents=documents)

    assert books.next_number() == f"{client_code(DANA.id)}-{number}"
    assert books.with_document().documents == documents + 1


def test_r76_a_clients_code_is_always_the_same_and_says_nothing():
    assert client_code(DANA.id) == client_code(DANA.id)
    assert client_code(DANA.id) != client_code(LUC.id)
    assert re.fullmatch(r"[A-Z2-7]{6}", client_code(DANA.id))


# --- D12: the credit note --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tax", "used"),
    [
        pytest.param(0, 2, id="D12: without tax"),
        pytest.param(1_000, 2, id="D12: ten percent"),
        pytest.param(1_025, 3, id="D12: ten and a quarter percent"),
        pytest.param(1, 7, id="D12: hardly any"),
        pytest.param(9_999, 5, id="D12: nearly as much as the net"),
    ],
)
@pytest.mark.parametrize("unit", [1, 33, 10_08, 29_00])
def test_net_and_tax_add_up_and_the_tax_is_pro_rata(unit, tax, used):
    life = active(tax=tax, prices=[price(unit)], seats=7)
    paid = life.sub.payment
    life.cancel(at=in_term(life, used * DAY))
    note = life.documents[-1]

    assert note.net + note.tax == note.total
    assert note.total == paid.total.portion(29 - used, 29)
    assert note.tax == paid.tax.portion(note.total.amount, paid.total.amount)
    assert paid.net.zero <= note.net <= paid.net
    assert paid.tax.zero <= note.tax <= paid.tax


def test_d12_an_example_to_the_cent():
    """10 x 10.08 = 100.80, 10.25 % tax 10.33: 111.13. Three of 29 days used: 111.13 x 26 / 29 = 99.63, of
    which 10.33 x 99.63 / 111.13 = 9.26 are tax and 90.37 net."""
    life = active(tax=1_025, prices=[price(10_08)], seats=10)
    life.cancel(at=in_term(life, 3 * DAY))
    note = life.documents[-1]

    assert (note.net, note.tax, note.total) == (usd(90_37), usd(9_26), usd(99_63))
    assert life.sub.cancellation is not None
    assert life.sub.cancellation.refund == usd(99_63)


def test_d12_in_full_the_credit_note_is_the_invoice_again():
    life = pending(tax=1_025, seats=7)
    life.cancel(at=life.last.at + DAY)
    invoice, note = life.documents

    assert (note.net, note.tax, note.total) == (invoice.net, invoice.tax, invoice.total)


def test_d12_it_corrects_its_invoice_and_shows_its_arithmetic():
    life = canceled()
    invoice, note = life.documents

    assert note.kind.value == "credit_note"
    assert (note.corrects, note.corrects_id) == (invoice.number, invoice.id)
    assert (note.used_days, note.cycle_days) == (3, 29)
    assert note.total == invoice.total.portion(29 - 3, 29) == usd(26_00)
    assert note.period == life.sub.term
    assert note.settlement.value == "refund_pending"
    assert note.bill_to == invoice.bill_to


def test_d12_the_money_goes_back_to_the_payment_it_came_from():
    life = renewed()
    life.cancel(at=in_term(life, 2 * DAY))
    (errand,) = [effect for effect in life.last.effects if effect.kind == "refund"]

    assert errand.data["charge_id"] == life.sub.payment.charge_id == "ch_sub_1.1.1"
    assert (errand.data["amount"], errand.data["currency"]) == (29_00, "USD")
    assert errand.data["document_id"] == life.documents[-1].id
    assert errand.data["client_id"] == DANA.id
    assert life.documents[-1].corrects == life.sub.payment.invoice_number


def test_d12_nothing_paid_nothing_back_and_no_paper():
    life = active(prices=[price(0)])
    life.cancel(at=in_term(life, 2 * DAY))

    assert [document.kind.value for document in life.documents] == ["invoice"]
    assert "refund" not in {effect.kind.value for effect in life.last.effects}


def test_r12_an_invoice_is_dated_when_it_is_written():
    life = renewed()

    assert [document.issued_at for document in life.documents] == [
        utc("2024-01-30 12:00"),
        utc("2024-02-29 12:00"),
    ]
