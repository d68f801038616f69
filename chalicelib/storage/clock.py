"""The row that says by how much a stage's clock has been moved; a stage in production has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.reading import Reading
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.clock import Offset


class ClockRow(Reading):
    """The part of the store that knows the offset of a movable clock."""

    def clock_offset(self) -> Offset:
        """By how much the clock has been moved, as of now: everybody moves at once."""
        return self._get(keys.clock(), domain.clock.Offset) or domain.clock.Offset()

    def move_clock(self, offset: Offset) -> None:
        """Move it for every function, from its next look on."""
        Row(*keys.clock(), body=encode(offset)).save()
