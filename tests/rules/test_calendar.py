"""
The calendar (D1-D3).

    D1  Time is UTC, an instant, passed in.
    D2  The term starts at activation, not at purchase. A period is half-open: [start, end).
    D3  End of term k = the activation instant plus k months (or years) at the same UTC time of day, clamped
        to the month's last day, always counted from the activation day (31 Jan -> 28 Feb -> 31 Mar;
        29 Feb -> 28 Feb -> ... -> 29 Feb). No gap, no overlap, no drift, for any start day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.calendar import Term, nth_term
from tests.rules.stories import DAY, MONTHLY, SECOND, YEARLY, utc

FIRST_YEAR, LAST_YEAR = 2019, 2032
TERMS = 120
SHORT_MONTHS = {4: 30, 6: 30, 9: 30, 11: 30}

# The page's examples, and one of each clamp: the day of each term's end, in order.
CHAINS = [
    # activated           billed   the ends of the first terms                                    because
    (
        "2023-01-31 08:30",
        MONTHLY,
        ["2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31"],
        "the 31st comes back after each short month",
    ),
    (
        "2024-01-31 08:30",
        MONTHLY,
        ["2024-02-29", "2024-03-31", "2024-04-30"],
        "a leap year's February has a 29th",
    ),
    (
        "2024-01-30 08:30",
        MONTHLY,
        ["2024-02-29", "2024-03-30", "2024-04-30"],
        "the 30th is clamped by February alone",
    ),
    (
        "2023-01-29 08:30",
        MONTHLY,
        ["2023-02-28", "2023-03-29"],
        "the 29th is clamped by a common year's February",
    ),
    (
        "2024-01-29 08:30",
        MONTHLY,
        ["2024-02-29", "2024-03-29"],
        "the 29th is not clamped in a leap year",
    ),
    (
        "2024-02-29 08:30",
        YEARLY,
        ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        "29 February comes back every fourth year",
    ),
    (
        "2024-02-29 08:30",
        MONTHLY,
        ["2024-03-29", "2024-04-29"],
        "the last of February is no last-of-month habit",
    ),
    ("2023-02-28 08:30", YEARLY, ["2024-02-28", "2025-02-28"], "28 February never becomes the 29th"),
    ("2023-11-30 08:30", MONTHLY, ["2023-12-30", "2024-01-30"], "the year turns in between"),
    ("2023-12-31 23:59", MONTHLY, ["2024-01-31", "2024-02-29"], "a minute before midnight stays one"),
]


@pytest.mark.parametrize(
    ("activated", "period", "ends"),
    [pytest.param(*case, id=f"D3: {period}, {because}") for *case, because in CHAINS for period in [case[1]]],
)
def test_terms_end_on_these_days(activated, period, ends):
    anchor = utc(activated)
    found = [nth_term(anchor, number, period).end for number in range(len(ends))]

    assert found == [datetime.combine(datetime.fromisoformat(day), anchor.timetz()) for day in ends]


@pytest.mark.parametrize("year", [pytest.param(y, id=f"D3: {y}") for y in range(FIRST_YEAR, LAST_YEAR + 1)])
def test_terms_tile_for_every_day_of_the_year(year):
    """120 monthly and 120 yearly terms from every day: no gap, no overlap, no drift, clamped, same time."""
    anchor = datetime(year, 1, 1, 17, 45, 9, tzinfo=UTC)
    while anchor.year == year:
        for period, months in ((MONTHLY, 1), (YEARLY, 12)):
            start = anchor
            for number in range(TERMS):
                term = nth_term(anchor, number, period)
                assert term.start == start
                assert term.end == _counted(anchor, (number + 1) * months)
                assert term.end > term.start
                start = term.end
        anchor += DAY


def _counted(anchor: datetime, months: int) -> datetime:
    """The page's rule in other words: the same day of a later month, or the last day which that month has."""
    years, month = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month + 1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = (29 if leap else 28) if month == 2 else SHORT_MONTHS.get(month, 31)
    return datetime(year, month, min(anchor.day, last), anchor.hour, anchor.minute, anchor.second, tzinfo=UTC)


def test_d3_the_century_without_a_leap_day():
    assert nth_term(utc("2096-02-29 00:00"), 3, YEARLY).end == utc("2100-02-28 00:00")


def test_d3_the_time_of_day_stays_to_the_microsecond():
    anchor = utc("2024-01-31 23:59:59") + timedelta(microseconds=999_999)

    assert nth_term(anchor, 0, MONTHLY).end == utc("2024-02-29 23:59:59") + timedelta(microseconds=999_999)


def test_d2_a_period_is_half_open_its_end_is_the_next_ones_start():
    first, second = (nth_term(utc("2024-01-31 12:00"), number, MONTHLY) for number in (0, 1))

    assert first.start == utc("2024-01-31 12:00")
    assert first.end == second.start == utc("2024-02-29 12:00")


LENGTHS = [
    ("2024-07-15 12:00", MONTHLY, 31, "15 July to 15 August"),
    ("2024-01-31 12:00", MONTHLY, 29, "31 January to 29 February"),
    ("2023-01-31 12:00", MONTHLY, 28, "31 January to 28 February"),
    ("2024-01-31 12:00", YEARLY, 366, "the 29th of February 2024 is in it"),
    ("2023-01-31 12:00", YEARLY, 365, "no 29th of February is in it"),
    ("2023-03-01 00:00", YEARLY, 366, "the 29th of February is its last day"),
    ("2024-02-29 00:00", YEARLY, 365, "a clamped year from leap day"),
]


@pytest.mark.parametrize(
    ("start", "period", "days"), [pytest.param(*case, id=f"D4: {because}") for *case, because in LENGTHS]
)
def test_a_cycle_has_its_real_days(start, period, days):
    assert nth_term(utc(start), 0, period).days == days


USED = [
    # canceled              used  because
    ("2024-07-15 15:00:00", 0, "the instant of the start"),
    ("2024-07-15 23:59:59", 0, "the day of the start is not counted"),
    ("2024-07-16 00:00:00", 1, "midnight makes the first day a used one"),
    ("2024-07-16 14:59:59", 1, "a day is a UTC date, not 24 hours"),
    ("2024-07-16 15:00:00", 1, "nor do 24 hours add another"),
    ("2024-07-17 12:00:00", 2, "the day of cancel is not counted as used"),
    ("2024-07-22 15:00:00", 7, "the end of the seventh day"),
    ("2024-07-14 12:00:00", 0, "before the start nothing is used"),
]


@pytest.mark.parametrize(
    ("at", "used"), [pytest.param(*case, id=f"D4: {because}") for *case, because in USED]
)
def test_used_days_are_the_difference_of_utc_dates(at, used):
    term = Term(number=0, start=utc("2024-07-15 15:00"), end=utc("2024-08-15 15:00"))

    assert term.used_days(utc(at)) == used


def test_d1_an_instant_is_utc_and_passed_in():
    anchor = utc("2024-03-10 09:59:59") + SECOND  # the night in which the US changed its clocks
    term = nth_term(anchor, 0, MONTHLY)

    assert (term.start.tzinfo, term.end.tzinfo) == (UTC, UTC)
    assert term.end - term.start == 31 * DAY
