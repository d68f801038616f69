"""By how much a stage has moved its clock: so that a year can be lived in an afternoon, before production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How far a clock is ahead of the real time, and whether it has been stopped; as it is, by default."""

    seconds: int = 0
    stopped_at: datetime | None = None  # in real time

    def at(self, real: datetime) -> datetime:
        """What such a clock shows at a real instant, UTC, in whole seconds."""
        shown = (self.stopped_at or real) + timedelta(seconds=self.seconds)
        return shown.astimezone(UTC).replace(microsecond=0)

    @classmethod
    def standing(cls, instant: datetime, *, real: datetime) -> Offset:
        """That of a clock which stands at an instant until it is moved again."""
        stopped_at = real.astimezone(UTC).replace(microsecond=0)
        return cls(seconds=int((instant - stopped_at).total_seconds()), stopped_at=stopped_at)
