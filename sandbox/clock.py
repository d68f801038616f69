"""The sandbox's clock: it runs with the real time until it is moved, and then stands where it was put."""

from __future__ import annotations

import calendar
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

FURTHEST: Final = timedelta(days=100 * 366)  # in one move: beyond it a typing error is likelier than a wish

_DURATION: Final = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<weeks>\d{1,6})W"
    r"|(?:(?P<years>\d{1,6})Y)?(?:(?P<months>\d{1,6})M)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?)"
)
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


class BadInstant(ValueError):
    """What was given is no instant or duration; the message says what would be one."""


class Backwards(ValueError):
    """Time moves forward: the target lies before the clock."""


class MovableClock:
    """What time it is in the sandbox; every part of it asks this clock, and no other."""

    def __init__(self, *, start: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._stands_at = start

    def now(self) -> datetime:
        """This instant, UTC."""
        with self._lock:
            return self._now()

    @property
    def stands(self) -> bool:
        """Whether it has been put somewhere, instead of running with the real time."""
        with self._lock:
            return self._stands_at is not None

    def stop(self) -> datetime:
        """Stand still at this instant, in whole seconds as the product counts them; answers it."""
        with self._lock:
            self._stands_at = self._now().replace(microsecond=0)
            return self._stands_at

    def put(self, instant: datetime) -> None:
        """Stand at an instant that is not before this one; Backwards otherwise."""
        with self._lock:
            if instant < self._now().replace(microsecond=0):
                raise Backwards(f"The clock is at {written(self._now())} already, and time moves forward.")
            self._stands_at = instant

    def _now(self) -> datetime:
        # In whole seconds, as the product counts them: a neighbor must not be ahead of it by a fraction.
        return datetime.now(UTC).replace(microsecond=0) if self._stands_at is None else self._stands_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """An ISO 8601 duration: calendar months and exact time, which are added in this order."""

    months: int
    exact: timedelta

    def after(self, instant: datetime) -> datetime:
        """The instant this much later; a day that its month does not have becomes the month's last one."""
        years, month = divmod(instant.year * 12 + instant.month - 1 + self.months, 12)
        try:
            day = min(instant.day, calendar.monthrange(years, month + 1)[1])
            return instant.replace(year=years, month=month + 1, day=day) + self.exact
        except (ValueError, OverflowError, calendar.IllegalMonthError):
            raise BadInstant("The target lies beyond the calendar.") from None


def read_duration(text: str) -> Duration:
    """A duration such as `P14D`, `P1M` or `PT36H`; BadInstant otherwise, Backwards for a negative one."""
    found = _DURATION.fullmatch(text)
    parts = found.groupdict().items() if found else ()
    given = {name: int(value) for name, value in parts if value and name != "sign"}
    if found is None or not given:
        raise BadInstant("An ISO 8601 duration is needed, such as P14D, P1M or PT36H.")
    if found["sign"] == "-" and any(given.values()):
        raise Backwards("Time moves forward.")
    try:
        exact = timedelta(
            weeks=given.get("weeks", 0),
            days=given.get("days", 0),
            hours=given.get("hours", 0),
            minutes=given.get("minutes", 0),
            seconds=given.get("seconds", 0),
        )
    except OverflowError:  # pragma: no cover  (the digits are limited)
        raise BadInstant("This duration is too long.") from None
    return Duration(months=given.get("years", 0) * 12 + given.get("months", 0), exact=exact)


def read_instant(text: str) -> datetime:
    """An RFC 3339 instant such as `2024-01-31T10:00:00Z`, in whole seconds; BadInstant otherwise."""
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        pass
    raise BadInstant("An RFC 3339 instant is needed, such as 2024-01-31T10:00:00Z.")


def written(instant: datetime) -> str:
    """An instant as it is written everywhere: RFC 3339, UTC, whole seconds, with Z."""
    return instant.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
