"""The calendar of terms (D1–D3): UTC instants, half-open periods, no drift."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime

from chalicelib.rulebook import BillingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The paid period `[start, end)`; `number` counts from 0 at activation."""

    number: int
    start: datetime
    end: datetime

    @property
    def days(self) -> int:
        """The real days of the term: UTC date of its end minus UTC date of its start."""
        return (self.end.date() - self.start.date()).days

    def used_days(self, at: datetime) -> int:
        """UTC date of `at` minus UTC date of the start: the day of `at` itself is not counted (D4)."""
        return max(0, (at.date() - self.start.date()).days)


def months_after(anchor: datetime, months: int) -> datetime:
    """`anchor` plus calendar months at the same time of day, clamped to the month's last day (D3)."""
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month0 + 1)[1]
    return anchor.replace(year=year, month=month0 + 1, day=min(anchor.day, last_day))


def nth_term(activated_at: datetime, number: int, billing_period: BillingPeriod) -> Term:
    """Term `number` (from 0), always counted from the activation day, so that it never drifts (D3)."""
    return Term(
        number=number,
        start=months_after(activated_at, number * billing_period.months),
        end=months_after(activated_at, (number + 1) * billing_period.months),
    )
