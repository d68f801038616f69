"""The only place that reads a clock: an instant is read at the edge and passed in from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.domain.clock import Offset


class Clock(Protocol):
    """Whoever knows what time it is."""

    def now(self) -> datetime:
        """This instant, UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """See Clock."""
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock and an offset, looked up each time: for stages before production."""

    def __init__(self, *, offset: Callable[[], Offset], real: Clock) -> None:
        self._offset = offset
        self._real = real

    def now(self) -> datetime:
        """See Clock."""
        return self._offset().at(self._real.now())
