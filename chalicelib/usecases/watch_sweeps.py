"""The state of the sweeps: an operator sees whether they run, how that went, and what waits for them."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.timetable import TIMETABLE, Run, Standing, Waiting, state_of
from chalicelib.domain.waking import Sweep
from chalicelib.wiring import World


def standings(world: World, *, at: datetime) -> list[Standing]:
    """How each sweep stands, in the order of the timetable."""
    runs = world.store.last_runs(TIMETABLE)
    return [_standing(world, sweep, runs.get(sweep), at=at) for sweep in TIMETABLE]


def _standing(world: World, sweep: Sweep, last_run: Run | None, *, at: datetime) -> Standing:
    # The comparison with Microsoft goes through everybody: of it, nothing is ever due.
    walks = sweep is Sweep.RECONCILIATIONS
    return Standing(
        sweep=sweep,
        last_run=last_run,
        state=state_of(sweep, last_run, at=at),
        waiting=Waiting() if walks else world.store.waits_for(sweep, at=at),
    )
