"""Is all well? Every invariant, over everything that is kept, while it goes on being written to.

What a scan shows may be of a moment ago, and two rows of one transaction may be read before and after it. So
whatever looks wrong is looked at again, consistently: only what stays wrong is a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock
from typing import Final

from chalicelib.domain.invariants import findings
from chalicelib.domain.invariants.cases import Finding
from chalicelib.ops.screen import Advance
from chalicelib.storage.inventory import Inventory, Partition

LOOKS_AGAIN: Final = 2
PAUSE_SECONDS: Final = 1


@dataclass(slots=True, kw_only=True)
class Audit:
    """One walk through everything, in so many parts at once; it reads and never writes."""

    inventory: Inventory
    now: Callable[[], datetime]
    pause: Callable[[float], None]
    segments: int
    advance: Advance
    rows: int = 0  # that were looked at so far
    _stopped: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def findings(self) -> list[Finding]:
        """Everything that does not hold, by invariant and subject."""
        with ThreadPoolExecutor(self.segments) as pool:
            try:
                parts = list(pool.map(self._segment, range(self.segments)))
            except BaseException:
                self._stopped.set()  # the other parts need not go on to their ends
                raise
        found = {finding for part in parts for finding in part}
        return sorted(found, key=lambda each: (each.invariant, each.about, each.what))

    def _segment(self, segment: int) -> list[Finding]:
        return list(self._walk(segment))

    def _walk(self, segment: int) -> Iterator[Finding]:
        for partition in self.inventory.partitions(segment=segment, of=self.segments):
            if self._stopped.is_set():
                return
            yield from self._confirmed(partition)
            self._counted(len(partition.rows))

    def _counted(self, rows: int) -> None:
        with self._lock:
            self.rows += rows
            self.advance(rows)

    def _confirmed(self, partition: Partition) -> set[Finding]:
        found = self._judge(partition)
        for _ in range(LOOKS_AGAIN):
            if found:
                self.pause(PAUSE_SECONDS)
                found &= self._judge(self.inventory.partition(partition.id))
        return found

    def _judge(self, partition: Partition) -> set[Finding]:
        cases = self.inventory.cases(partition, at=self.now())
        return {finding for case in cases for finding in findings(case)}
