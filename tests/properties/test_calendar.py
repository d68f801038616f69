"""Terms follow one another, whatever the day of the activation (D2, D3)."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings, strategies as st

from chalicelib.domain.calendar import months_after, nth_term
from tests.properties.chance import BOUNDED, anchors, periods


@settings(BOUNDED)
@given(anchor=anchors, period=periods, number=st.integers(0, 240))
def test_d3_terms_tile_without_gap_or_overlap(anchor, period, number):
    term, following = nth_term(anchor, number, period), nth_term(anchor, number + 1, period)

    assert term.start < term.end == following.start


@settings(BOUNDED)
@given(anchor=anchors, period=periods, number=st.integers(0, 240))
def test_d3_terms_never_drift_from_the_day_of_the_activation(anchor, period, number):
    term = nth_term(anchor, number, period)

    assert term.end.timetz() == anchor.timetz()
    assert (term.end.year - anchor.year) * 12 + term.end.month - anchor.month == (number + 1) * period.months
    assert term.end.day <= anchor.day
    if term.end.day < anchor.day:
        assert (term.end + timedelta(days=1)).day == 1  # clamped, to the last day which the month has


@settings(BOUNDED)
@given(anchor=anchors, period=periods, number=st.integers(0, 240))
def test_d4_a_cycle_has_28_to_31_days_or_365_to_366(anchor, period, number):
    days = nth_term(anchor, number, period).days

    assert days in ((28, 29, 30, 31) if period.months == 1 else (365, 366))


@settings(BOUNDED)
@given(anchor=anchors, months=st.integers(0, 400), more=st.integers(1, 400))
def test_d3_later_is_later(anchor, months, more):
    assert months_after(anchor, months) < months_after(anchor, months + more)
