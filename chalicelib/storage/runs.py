"""The last run of each sweep: one row a sweep, written over at the end of each run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib import domain
from chalicelib.domain.waking import Sweep
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.conditional import saved
from chalicelib.storage.listing import Listing
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.timetable import Run, Waiting

MOST_COUNTED: Final = 100  # of what waits for one sweep: enough to see that it does not keep up


class Runs(Listing):
    """The part of the store that knows how the sweeps have run, and what waits for them."""

    def note_run(self, sweep: Sweep, run: Run) -> bool:
        """Keep how a run went; False where one that began later has ended before it."""
        row = Row(*keys.sweep_run(sweep), body=encode(run))
        row.started_at = keys.moment(run.started_at)
        begun_before = Row.started_at.does_not_exist() | (Row.started_at <= row.started_at)
        return saved(row, condition=begun_before)

    def last_runs(self, sweeps: Iterable[Sweep]) -> dict[Sweep, Run]:
        """How each of them ran last, without those that never did."""
        keyed = {keys.sweep_run(sweep): sweep for sweep in sweeps}
        return {keyed[key]: decode(row.body, domain.timetable.Run) for key, row in self._read(keyed).items()}

    def waits_for(self, sweep: Sweep, *, at: datetime) -> Waiting:
        """How much is due that a sweep has not seen to, counted up to a limit, and since when the oldest."""
        counted, oldest = 0, []
        for partition in self._all_shards(sweep):
            # One at least of every shard, or the oldest would be missed.
            most = max(MOST_COUNTED + 1 - counted, 1)
            due = Row.wake_index.query(partition, Row.due_at <= keys.moment(at), page_size=most, limit=most)
            found = [row.due_at for row in due]
            counted += len(found)
            oldest += found[:1]
        return domain.timetable.Waiting(
            count=min(counted, MOST_COUNTED),
            more=counted > MOST_COUNTED,
            oldest_due_at=min(map(datetime.fromisoformat, oldest), default=None),
        )
