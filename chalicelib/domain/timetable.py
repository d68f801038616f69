"""How often each sweep runs, what is kept of its last run, and whether that is as it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.domain.waking import Sweep
from chalicelib.rulebook import SWEEP_GRACE, SWEEP_INTERVALS

# Minutes between two runs. The steps are staggered by what they cost others, not by chance: money first.
TIMETABLE: Final[Mapping[Sweep, int]] = {
    Sweep.UNSETTLED: 5,
    Sweep.OUTBOX: 5,
    Sweep.PROVISIONING: 5,
    Sweep.ACTIVATION_DEADLINES: 15,
    Sweep.TERM_ENDS: 15,
    Sweep.RENEWAL_RETRIES: 15,
    Sweep.EXPIRATIONS: 60,
    Sweep.REMINDERS: 60,
    Sweep.COMMISSIONS: 60,
    Sweep.RECONCILIATIONS: 24 * 60,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a sweep that came to its end, and how it went."""

    started_at: datetime
    ended_at: datetime
    handled: int
    failed: int
    left: bool  # its time was up before everything was handled


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How much of a sweep's work is due and not yet done; `more` when there is more than was counted."""

    count: int = 0
    more: bool = False
    oldest_due_at: datetime | None = None


class SweepState(StrEnum):
    """Whether a sweep does what it is there for."""

    OK = "ok"
    LATE = "late"
    FAILING = "failing"
    NEVER_RAN = "never_ran"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a sweep stands at an instant: its last run, and what waits for its next one."""

    sweep: Sweep
    last_run: Run | None
    state: SweepState
    waiting: Waiting

    @property
    def every_minutes(self) -> int:
        """How often it should run."""
        return TIMETABLE[self.sweep]


def state_of(sweep: Sweep, last_run: Run | None, *, at: datetime) -> SweepState:
    """How a sweep is; that its last run failed for somebody outweighs that it was long ago."""
    if last_run is None:
        return SweepState.NEVER_RAN
    if last_run.failed:
        return SweepState.FAILING
    patience = SWEEP_INTERVALS * timedelta(seconds=60 * TIMETABLE[sweep]) + SWEEP_GRACE
    return SweepState.LATE if at - last_run.started_at > patience else SweepState.OK
