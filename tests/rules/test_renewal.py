"""
Renewal (R62-R70, D3, D16).

    R62 on or off. R63 takes effect at the end of the term. R64 on by default. R65 while on, billed by its
    period. R66 a renewal opens a new 7-day window. R67 off mid-term: stays active to the end. R68 E8 before
    the term ends, saying what will happen. R70 off -> ends at the renewal date.
    D16 Turning auto-renew off tells Microsoft both: no renewal, and cancel at the end of the term.
"""

from __future__ import annotations

import pytest

from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import Status
from tests.rules.stories import (
    CLIENT,
    DAY,
    DELEGATE,
    HOUR,
    MONTHLY,
    YEARLY,
    Life,
    active,
    errands,
    expired,
    facts_of,
    in_term,
    ordered,
    pending,
    rejected,
    renewed,
    suspended,
    term_end,
    usd,
    utc,
)


def renew(life: Life) -> None:
    life.begin_renewal(at=term_end(life))
    life.renew(at=term_end(life))


@pytest.mark.parametrize(
    "station",
    [
        pytest.param(pending, id="R62: pending"),
        pytest.param(ordered, id="R62: connecting"),
        pytest.param(rejected, id="R62: failed"),
        pytest.param(active, id="R62: active"),
        pytest.param(suspended, id="R62: suspended"),
    ],
)
def test_renewal_is_turned_off_and_on_again(station):
    life = station()
    life.set_renewal(False, at=life.last.at + HOUR)
    assert not life.sub.auto_renew

    life.set_renewal(True, at=life.last.at + HOUR, by=DELEGATE)
    assert life.sub.auto_renew
    assert life.last.by == DELEGATE


def test_r63_r67_off_it_stays_active_to_the_end_of_the_term():
    life = active()
    before = life.sub
    life.set_renewal(False, at=in_term(life, 10 * DAY))

    assert life.status is Status.ACTIVE
    assert (life.sub.term, life.sub.payment) == (before.term, before.payment)


def test_r70_off_it_ends_at_the_renewal_date():
    life = expired()

    assert life.status is Status.EXPIRED
    assert life.sub.expired_at == term_end(life)
    assert facts_of(life.last, "E11")["cause"] == "auto_renew_off"


def test_r63_turned_on_again_before_the_end_it_renews():
    life = active()
    life.set_renewal(False, at=in_term(life, 10 * DAY))
    life.set_renewal(True, at=in_term(life, 11 * DAY))
    renew(life)

    assert life.status is Status.ACTIVE


# --- D16: what Microsoft is told -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("station", "told"),
    [
        pytest.param(pending, set(), id="D16: pending, there is nothing at Microsoft yet"),
        pytest.param(ordered, set(), id="D16: connecting, the activation will say it"),
        pytest.param(rejected, set(), id="D16: failed, there is nothing at Microsoft"),
        pytest.param(active, {"align"}, id="D16: active"),
        pytest.param(suspended, {"align"}, id="D16: suspended"),
    ],
)
@pytest.mark.parametrize("auto_renew", [False, True])
def test_a_change_of_renewal_is_told_to_microsoft(station, told, auto_renew):
    life = station()
    if auto_renew:
        life.set_renewal(False, at=life.last.at + HOUR)

    assert errands(life.set_renewal(auto_renew, at=life.last.at + HOUR)) == told


@pytest.mark.parametrize(
    ("auto_renew", "told"),
    [
        pytest.param(False, {"align"}, id="D16: turned off before activation, it is told at activation"),
        pytest.param(True, set(), id="D16: on as it was ordered, there is nothing to tell"),
    ],
)
def test_at_activation_microsoft_learns_what_was_turned_off_before(auto_renew, told):
    life = ordered()
    life.set_renewal(auto_renew, at=life.last.at + HOUR)

    assert errands(life.activate(at=life.last.at + HOUR)) == told


# --- R65, R66, D3: the next term -------------------------------------------------------------------------


def test_r65_a_renewal_is_the_next_term_a_charge_and_an_invoice():
    life = renewed(seats=10, tax=1_000)
    sub, (invoice,) = life.sub, life.last.documents

    assert sub.term is not None
    assert (sub.term.number, sub.term.start, sub.term.end) == (
        1,
        utc("2024-02-29 12:00"),
        utc("2024-03-31 12:00"),
    )
    assert (sub.payment.net, sub.payment.tax, sub.payment.total) == (usd(310_00), usd(31_00), usd(341_00))
    assert sub.payment.charged_at == utc("2024-02-29 12:00")
    assert (invoice.net, invoice.tax, invoice.total) == (usd(310_00), usd(31_00), usd(341_00))
    assert invoice.unit_price * invoice.seats == invoice.net
    assert invoice.period == sub.term
    assert invoice.charge_id == sub.payment.charge_id
    assert sub.payment.invoice_id == invoice.id
    assert sub.renewal is None


@pytest.mark.parametrize("period", [pytest.param(one, id=f"D3: {one}") for one in (MONTHLY, YEARLY)])
def test_renewed_again_and_again_the_terms_do_not_drift(period):
    life = active(period=period)
    for _ in range(14):
        end = term_end(life)
        renew(life)
        assert life.sub.term is not None
        assert life.sub.term.start == end

    months = 15 if period is MONTHLY else 15 * 12
    assert term_end(life) == utc(
        f"{2024 + months // 12}-{1 + months % 12:02}-{30 if period is MONTHLY else 31} 12:00"
    )


def test_d3_a_renewal_that_was_paid_late_begins_where_the_last_term_ended():
    life = active()
    end = term_end(life)
    life.begin_renewal(at=end + 5 * DAY)
    life.renew(at=end + 5 * DAY)

    assert life.sub.term is not None
    assert life.sub.term.start == end
    assert life.sub.payment.charged_at == end + 5 * DAY


def test_r66_e10_tells_the_invoice_and_the_new_window():
    facts = facts_of(renewed().last, "E10")

    assert facts["invoice"]["total"] == {"amount": 31_00, "currency": "USD"}
    assert facts["term"] == {"start": "2024-02-29T12:00:00Z", "end": "2024-03-31T12:00:00Z"}
    assert facts["full_refund_until"] == "2024-03-01T12:00:00Z"
    assert facts["allowed_until"] == "2024-03-07T12:00:00Z"


def test_d7_a_suspended_one_is_never_charged():
    life = suspended()
    with pytest.raises(Refusal) as refused:
        life.begin_renewal(at=term_end(life))

    assert refused.value.code == "invalid_transition"


# --- R68: what E8 says -----------------------------------------------------------------------------------

WILL = [
    # auto-renew  suspended  will     costs    because
    (True, False, "renew", 62_00, "it will be charged, and how much"),
    (False, False, "end", None, "it will end"),
    (True, True, "end", None, "suspended, it will end although renewal is on"),
    (False, True, "end", None, "suspended and off, it will end"),
]


@pytest.mark.parametrize(
    ("auto_renew", "is_suspended", "will", "costs"),
    [pytest.param(*case, id=f"R68 D10: {because}") for *case, because in WILL],
)
def test_e8_says_which_of_the_two_things_will_happen(auto_renew, is_suspended, will, costs):
    life = active(seats=2)
    if not auto_renew:
        life.set_renewal(False, at=in_term(life, DAY), by=CLIENT)
    if is_suspended:
        life.suspend(at=in_term(life, 2 * DAY))
    facts = facts_of(life.remind(7, at=term_end(life) - 7 * DAY), "E8")

    assert (facts["will"], facts["days"], facts["term_end"]) == (will, 7, "2024-02-29T12:00:00Z")
    assert facts["amount"] == (None if costs is None else {"amount": costs, "currency": "USD"})
    assert (facts["auto_renew"], facts["suspended"]) == (auto_renew, is_suspended)
