"""
What a cancellation gives back (R52-R56, R61, D4, D7).

    D4  Refund, first rule that fits:
        never activated                 all of it                                          R54
        now <= charged_at + 24 h        all of it                                          R55
        now <= term_start + 168 h       paid x (cycle_days - used_days) / cycle_days       R56
        else                            refused, 409 cancellation_window_closed            R61
        `charged_at` is the charge that paid for the current term; `used_days` = UTC date of cancel - UTC date
        of term start; `cycle_days` = real days of the term. Both bounds are inclusive. Integer cents; one
        rounding, half up, on the line total. 10 seats x 10.08, 15 Jul-14 Aug (31 days), canceled 17 Jul
        -> 94.30.
    R66 a renewal opens a new 7-day window.
    D7  A suspension stops access, not the calendar.

The example costs a dollar a day: 29.00 for the 29 days from 31 January to 29 February 2024, then 31.00 for
the 31 days to 31 March.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.refunds import Refund, allowed_until, full_refund_until, refund_at, refund_curve
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import REFUNDS, Status
from tests.rules.stories import (
    BOUGHT,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    YEARLY,
    Life,
    active,
    canceled,
    dunned,
    errands,
    expired,
    in_review,
    offered,
    ordered,
    pending,
    price,
    refused_by_microsoft,
    rejected,
    suspended,
    term_end,
    usd,
    utc,
)

NAMES = {
    "R54": "not_activated",
    "R55": "within_24_hours",
    "R56": "prorated",
    "R61": "window_closed",
}

FIRST_TERM = [
    # rule   bought              activated            canceled              back   because
    ("R54", "2024-01-31 12:00", None, "2024-01-31 12:00:00", 29_00, "at the instant of purchase"),
    ("R54", "2024-01-31 12:00", None, "2024-02-13 23:00:00", 29_00, "any time before activation"),
    ("R54", "2024-01-31 12:00", None, "2024-02-14 12:00:00", 29_00, "at the 14 days themselves"),
    ("R55", "2024-01-31 12:00", "2024-01-31 12:00", "2024-01-31 12:00:00", 29_00, "at once"),
    ("R55", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-01 11:59:59", 29_00, "on another day, within"),
    ("R55", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-01 12:00:00", 29_00, "24 hours are included"),
    ("R56", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-01 12:00:01", 28_00, "one day used"),
    ("R56", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-01 23:59:59", 28_00, "today is not used"),
    ("R56", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-02 00:00:00", 27_00, "midnight UTC uses a day"),
    ("R56", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-07 11:59:59", 22_00, "the last second but one"),
    ("R56", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-07 12:00:00", 22_00, "168 hours are included"),
    ("R61", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-07 12:00:01", 0, "a second later it is over"),
    ("R61", "2024-01-31 12:00", "2024-01-31 12:00", "2024-02-29 11:59:59", 0, "it stays over"),
    # Bought ten days before it was activated: the 24 hours are long gone, the 7 days begin.
    ("R56", "2024-01-21 12:00", "2024-01-31 12:00", "2024-01-31 12:00:00", 29_00, "no day used, by days"),
    ("R56", "2024-01-21 12:00", "2024-01-31 12:00", "2024-01-31 23:59:59", 29_00, "the first day is free"),
    ("R56", "2024-01-21 12:00", "2024-01-31 12:00", "2024-02-01 00:00:00", 28_00, "days from activation"),
    ("R56", "2024-01-21 12:00", "2024-01-31 12:00", "2024-02-07 12:00:00", 22_00, "7 days from activation"),
    ("R61", "2024-01-21 12:00", "2024-01-31 12:00", "2024-02-07 12:00:01", 0, "to the second"),
    # Bought twelve hours before it was activated: the 24 hours count from the charge.
    ("R55", "2024-01-31 00:00", "2024-01-31 12:00", "2024-02-01 00:00:00", 29_00, "24 hours from the charge"),
    ("R56", "2024-01-31 00:00", "2024-01-31 12:00", "2024-02-01 00:00:01", 28_00, "not from activation"),
]


def lived(bought: str, activated: str | None) -> Life:
    if activated is None:
        return pending(at=utc(bought))
    return active(at=utc(bought), activated=utc(activated))


@pytest.mark.parametrize(
    ("rule", "bought", "activated", "at", "back"),
    [pytest.param(*case, id=f"{case[0]}: {because}") for *case, because in FIRST_TERM],
)
def test_the_first_term(rule, bought, activated, at, back):
    life = lived(bought, activated)
    refund = refund_at(life.sub, utc(at))

    assert (refund.rule, refund.name, refund.amount) == (rule, NAMES[rule], usd(back))
    assert refund.allowed is (rule != "R61")


@pytest.mark.parametrize(
    ("rule", "bought", "activated", "at", "back"),
    [pytest.param(*case, id=f"{case[0]}: act, {because}") for *case, because in FIRST_TERM],
)
def test_the_act_gives_what_the_preview_said(rule, bought, activated, at, back):
    life = lived(bought, activated)
    if rule == "R61":
        with pytest.raises(Refusal) as refused:
            life.cancel(at=utc(at))
        assert refused.value.code == "cancellation_window_closed"
        return

    life.cancel(at=utc(at))

    assert life.sub.cancellation is not None
    assert (life.sub.cancellation.rule, life.sub.cancellation.refund) == (NAMES[rule], usd(back))


# The charge of a renewal that was declined first comes days after the term began.
RENEWED = [
    # rule  paid, days after the end   canceled, after the new term's start   back   because
    ("R55", 0 * DAY, 0 * DAY, 31_00, "a renewal opens a new window"),
    ("R55", 0 * DAY, 1 * DAY, 31_00, "24 hours from the renewal's charge"),
    ("R56", 0 * DAY, 1 * DAY + SECOND, 30_00, "one day of the new term used"),
    ("R56", 0 * DAY, 7 * DAY, 24_00, "seven days from the renewal"),
    ("R61", 0 * DAY, 7 * DAY + SECOND, 0, "the renewal's window closes too"),
    ("R55", 3 * DAY, 4 * DAY, 31_00, "the charge came late: 24 hours from the charge"),
    ("R56", 3 * DAY, 4 * DAY + SECOND, 27_00, "the days count from the term, not from the charge"),
    ("R56", 3 * DAY, 7 * DAY, 24_00, "and so does the window"),
    ("R61", 3 * DAY, 7 * DAY + SECOND, 0, "a late charge does not extend it"),
    ("R55", 6 * DAY + 12 * HOUR, 7 * DAY + 12 * HOUR, 31_00, "unless its own 24 hours reach further"),
    ("R61", 6 * DAY + 12 * HOUR, 7 * DAY + 12 * HOUR + SECOND, 0, "and then only as far"),
]


def paid_late(late: timedelta) -> tuple[Life, datetime]:
    life = active()
    start = term_end(life)
    life.begin_renewal(at=start + late)
    life.renew(at=start + late)
    return life, start


@pytest.mark.parametrize(
    ("rule", "late", "after", "back"),
    [pytest.param(*case, id=f"{case[0]} R66: {because}") for *case, because in RENEWED],
)
def test_a_renewed_term(rule, late, after, back):
    life, start = paid_late(late)
    refund = refund_at(life.sub, start + after)

    assert (refund.rule, refund.amount) == (rule, usd(back))


def test_every_line_of_the_refund_table_has_a_case():
    assert {rule.rule for rule in REFUNDS} == {case[0] for case in FIRST_TERM} == set(NAMES)
    assert {rule.rule: rule.name for rule in REFUNDS} == NAMES


def test_d4_the_pages_example_to_the_cent():
    """10 seats x 10.08, 15 Jul-14 Aug (31 days), canceled 17 Jul: 100.80 x 29 / 31 = 94.2967… -> 94.30."""
    life = active(
        at=utc("2024-07-10 08:00"), activated=utc("2024-07-15 08:00"), prices=[price(10_08)], seats=10
    )
    assert life.sub.payment.total == usd(100_80)

    assert refund_at(life.sub, utc("2024-07-17 09:00")) == Refund(
        rule="R56", name="prorated", allowed=True, amount=usd(94_30), used_days=2, cycle_days=31
    )


# A term of 30 days (from 1 April), canceled after some of them.
ROUNDED = [
    # unit, seats, used, back, because
    (5, 1, 3, 5, "5 x 27 / 30 = 4.5, half a cent is the client's"),
    (1_06, 1, 3, 95, "106 x 27 / 30 = 95.4, rounded down"),
    (1_04, 1, 3, 94, "104 x 27 / 30 = 93.6, rounded up"),
    (5, 3, 3, 14, "15 x 27 / 30 = 13.5, rounded once: 14, not three times 5"),
    (1_01, 50, 7, 38_72, "5050 x 23 / 30 = 3871.67"),
    (1, 1, 7, 1, "1 x 23 / 30 = 0.77, a cent comes back"),
]


@pytest.mark.parametrize(
    ("unit", "seats", "used", "back"),
    [pytest.param(*case, id=f"D4 R56: {because}") for *case, because in ROUNDED],
)
def test_one_rounding_half_up_on_the_line_total(unit, seats, used, back):
    life = active(
        at=utc("2024-03-25 12:00"), activated=utc("2024-04-01 12:00"), prices=[price(unit)], seats=seats
    )

    refund = refund_at(life.sub, utc("2024-04-01 12:00") + used * DAY)
    assert (refund.used_days, refund.cycle_days, refund.amount) == (used, 30, usd(back))


def test_r56_a_year_is_prorated_by_its_real_days():
    """366.00 for the 366 days from 31 January 2024: a dollar a day."""
    life = active(at=utc("2024-01-20 12:00"), activated=utc("2024-01-31 12:00"), period=YEARLY)

    refund = refund_at(life.sub, utc("2024-02-04 12:00"))
    assert (refund.used_days, refund.cycle_days, refund.amount) == (4, 366, usd(362_00))


def test_d12_what_is_given_back_is_of_the_total_tax_included():
    """29.00 and 10 % tax: 31.90; two days used of 29: 31.90 x 27 / 29 = 29.70."""
    life = active(tax=1_000)

    assert refund_at(life.sub, utc("2024-02-02 12:00")).amount == usd(29_70)


@pytest.mark.parametrize(
    ("station", "status"),
    [
        pytest.param(pending, Status.PENDING, id="R54: pending"),
        pytest.param(in_review, Status.CONNECTING, id="R54: connecting, under review"),
        pytest.param(offered, Status.CONNECTING, id="R54: connecting, before the agreement"),
        pytest.param(ordered, Status.CONNECTING, id="R54: connecting, the order on its way"),
        pytest.param(rejected, Status.FAILED, id="R54: failed, by the review"),
        pytest.param(refused_by_microsoft, Status.FAILED, id="R54: failed, by Microsoft"),
    ],
)
def test_before_activation_everything_comes_back(station, status):
    life = station()
    assert life.status is status
    life.cancel(at=BOUGHT + 13 * DAY)

    assert life.status is Status.CANCELED
    assert life.sub.cancellation is not None
    assert (life.sub.cancellation.rule, life.sub.cancellation.refund) == ("not_activated", usd(29_00))
    assert "refund" in errands(life.last)


def test_r54_before_activation_there_is_no_day_to_count():
    refund = refund_at(pending().sub, BOUGHT + 3 * DAY)

    assert (refund.used_days, refund.cycle_days) == (0, 0)


# --- R52, R53: until when ------------------------------------------------------------------------------


def test_r52_possible_up_to_seven_days_after_activation():
    life = active(at=utc("2024-01-21 12:00"), activated=utc("2024-01-31 12:00"))

    assert allowed_until(life.sub) == utc("2024-02-07 12:00")


def test_r53_r66_and_up_to_seven_days_after_each_renewal():
    life, start = paid_late(0 * DAY)

    assert allowed_until(life.sub) == start + 7 * DAY


def test_r54_before_activation_up_to_the_14_days():
    assert allowed_until(pending().sub) == full_refund_until(pending().sub) == BOUGHT + 14 * DAY


def test_r55_all_of_it_until_24_hours_after_the_charge():
    life, start = paid_late(3 * DAY)

    assert full_refund_until(life.sub) == start + 4 * DAY


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(0 * DAY, id="R53: charged when the term began"),
        pytest.param(3 * DAY, id="R53: charged three days into it"),
        pytest.param(6 * DAY + HOUR, id="R53: charged on the last day"),
    ],
)
def test_what_is_announced_is_what_is_granted(late):
    life, _ = paid_late(late)
    until, full = allowed_until(life.sub), full_refund_until(life.sub)

    assert refund_at(life.sub, full).amount == life.sub.payment.total
    assert refund_at(life.sub, until).allowed
    assert not refund_at(life.sub, until + SECOND).allowed


# --- D4: what it gives back over the whole window ------------------------------------------------------

# (from, until, back, rule): the last instant of a step is a microsecond before the next begins.
CURVES = [
    pytest.param(
        "2024-01-31 12:00",
        "2024-01-31 12:00",
        [
            ("2024-01-31 12:00:00", "2024-02-01 12:00:00", 29_00, "within_24_hours"),
            ("2024-02-01 12:00:00.000001", "2024-02-01 23:59:59.999999", 28_00, "prorated"),
            ("2024-02-02 00:00:00", "2024-02-02 23:59:59.999999", 27_00, "prorated"),
            ("2024-02-03 00:00:00", "2024-02-03 23:59:59.999999", 26_00, "prorated"),
            ("2024-02-04 00:00:00", "2024-02-04 23:59:59.999999", 25_00, "prorated"),
            ("2024-02-05 00:00:00", "2024-02-05 23:59:59.999999", 24_00, "prorated"),
            ("2024-02-06 00:00:00", "2024-02-06 23:59:59.999999", 23_00, "prorated"),
            ("2024-02-07 00:00:00", "2024-02-07 12:00:00", 22_00, "prorated"),
        ],
        id="D4 R55 R56: all of it for 24 hours, then a day less from each midnight on",
    ),
    pytest.param(
        "2024-01-31 00:00",
        "2024-01-31 12:00",
        [
            ("2024-01-31 12:00:00", "2024-02-01 00:00:00", 29_00, "within_24_hours"),
            ("2024-02-01 00:00:00.000001", "2024-02-01 23:59:59.999999", 28_00, "prorated"),
            ("2024-02-02 00:00:00", "2024-02-02 23:59:59.999999", 27_00, "prorated"),
            ("2024-02-03 00:00:00", "2024-02-03 23:59:59.999999", 26_00, "prorated"),
            ("2024-02-04 00:00:00", "2024-02-04 23:59:59.999999", 25_00, "prorated"),
            ("2024-02-05 00:00:00", "2024-02-05 23:59:59.999999", 24_00, "prorated"),
            ("2024-02-06 00:00:00", "2024-02-06 23:59:59.999999", 23_00, "prorated"),
            ("2024-02-07 00:00:00", "2024-02-07 12:00:00", 22_00, "prorated"),
        ],
        id="R55: at the midnight itself the 24 hours still hold",
    ),
    pytest.param(
        "2024-01-21 12:00",
        None,
        [("2024-01-21 12:00:00", "2024-02-04 12:00:00", 29_00, "not_activated")],
        id="R54: before activation all of it, to the 14 days",
    ),
]


def _told(curve):
    return [(step.begins, step.until, step.amount, step.name) for step in curve]


@pytest.mark.parametrize(("bought", "activated", "expected"), CURVES)
def test_the_curve_of_the_refund(bought, activated, expected):
    life = lived(bought, activated)

    assert _told(refund_curve(life.sub, life.last.at)) == [
        (utc(begins), utc(until), usd(back), name) for begins, until, back, name in expected
    ]


def test_r66_the_curve_of_a_renewal_that_was_paid_late_begins_with_its_charge():
    life, start = paid_late(3 * DAY)
    first, *_, last = refund_curve(life.sub, start + 3 * DAY)

    assert (first.begins, first.until, first.name) == (start + 3 * DAY, start + 4 * DAY, "within_24_hours")
    assert (last.until, last.amount) == (start + 7 * DAY, usd(24_00))


def test_d4_days_that_give_back_the_same_are_one_step():
    """A cent is a cent until half of it is used: 1 x 24 / 30 = 0.8."""
    life = active(at=utc("2024-03-20 12:00"), activated=utc("2024-04-01 12:00"), prices=[price(1)])
    (step,) = refund_curve(life.sub, utc("2024-04-01 12:00"))

    assert (step.begins, step.until) == (utc("2024-04-01 12:00"), utc("2024-04-08 12:00"))
    assert (step.amount, step.name) == (usd(1), "prorated")


def test_d7_a_suspension_does_not_change_the_curve():
    life = active()
    before = refund_curve(life.sub, life.last.at)
    life.suspend(at=life.last.at + HOUR)

    assert refund_curve(life.sub, life.last.at) == before


def test_r61_a_closed_window_has_no_curve():
    life = active()
    until = allowed_until(life.sub)

    assert refund_curve(life.sub, until)
    assert refund_curve(life.sub, until + SECOND) == ()
    assert refund_curve(canceled().sub, BOUGHT) == refund_curve(expired().sub, BOUGHT) == ()


# --- R61: too late -------------------------------------------------------------------------------------


def test_r61_a_refused_cancellation_names_the_rule_the_bound_and_the_way_out():
    life = active(at=utc("2024-01-21 12:00"), activated=utc("2024-01-31 12:00"))
    with pytest.raises(Refusal) as refused:
        life.cancel(at=utc("2024-02-07 12:00:01"))

    assert refused.value.code == "cancellation_window_closed"
    assert refused.value.facts == {
        "rule": "R61",
        "allowed_until": utc("2024-02-07 12:00"),
        "remains": "turn_renewal_off",
    }
    assert "Auto-renew can be turned off" in refused.value.detail
    assert "2024-02-07T12:00:00Z" in refused.value.detail


def test_r61_what_remains_is_possible():
    life = active()
    life.set_renewal(False, at=term_end(life) - SECOND)

    assert not life.sub.auto_renew
    assert life.status is Status.ACTIVE


def test_r61_while_a_renewal_is_being_tried_the_old_terms_window_stays_closed():
    life = dunned()
    with pytest.raises(Refusal) as refused:
        life.cancel(at=term_end(life) + HOUR)

    assert refused.value.code == "cancellation_window_closed"


@pytest.mark.parametrize(
    "station", [pytest.param(expired, id="R61: expired"), pytest.param(canceled, id="R61: canceled")]
)
def test_what_is_over_gives_nothing_back(station):
    life = station()
    refund = refund_at(life.sub, life.last.at + MINUTE)

    assert (refund.allowed, refund.amount) == (False, usd(0))


# --- D7: a suspension stops access, not the calendar ----------------------------------------------------

SUSPENDED = [
    ("R55", "2024-02-01 12:00:00", 29_00, "the 24 hours run on"),
    ("R56", "2024-02-02 12:00:00", 27_00, "so do the days"),
    ("R56", "2024-02-07 12:00:00", 22_00, "the window is where it was"),
    ("R61", "2024-02-07 12:00:01", 0, "and closes when it would have"),
]


@pytest.mark.parametrize(
    ("rule", "at", "back"),
    [pytest.param(*case, id=f"D7 {case[0]}: {because}") for *case, because in SUSPENDED],
)
def test_suspended(rule, at, back):
    life = lived("2024-01-31 12:00", "2024-01-31 12:00")
    life.suspend(at=utc("2024-01-31 13:00"))

    refund = refund_at(life.sub, utc(at))
    assert (refund.rule, refund.amount) == (rule, usd(back))


def test_d7_a_suspended_one_is_canceled_as_an_active_one_is():
    life = suspended()
    life.cancel(at=utc("2024-02-02 13:00"))

    assert life.status is Status.CANCELED
    assert life.sub.cancellation is not None
    assert life.sub.cancellation.refund == usd(27_00)


# --- an honored quote ----------------------------------------------------------------------------------


def test_d4_a_quote_is_honored_to_the_cent_although_midnight_has_passed():
    life = active()
    quoted = refund_at(life.sub, utc("2024-02-02 23:55"))
    life.cancel(at=utc("2024-02-03 00:05"), quoted=quoted)

    assert life.sub.cancellation is not None
    assert life.sub.cancellation.refund == usd(27_00)
    note = life.documents[-1]
    assert note.total == usd(27_00)
    assert (note.used_days, note.cycle_days) == (2, 29)  # the paper shows the sum that was quoted
    told = next(effect for effect in life.effects if effect.data.get("template") == "E7")
    assert (told.data["facts"]["used_days"], told.data["facts"]["cycle_days"]) == (2, 29)


@pytest.mark.parametrize(
    "over", [pytest.param(expired, id="R61: expired"), pytest.param(canceled, id="R61: canceled")]
)
def test_nothing_is_previewed_for_what_is_over(over):
    life = over()
    refund = refund_at(life.sub, life.sub.term.start)

    assert (refund.rule, refund.allowed, refund.amount) == ("R61", False, usd(0))
