"""What holds of every row that is searched for: it is found by what its document says, and in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from chalicelib.domain.invariants.cases import Marks, Past
from chalicelib.domain.waking import Wake
from chalicelib.rulebook import UNSETTLED_CHECKS

# Nobody waits longer between two looks at the same thing: whoever was due before has been forgotten.
LATE: Final = UNSETTLED_CHECKS[-1]


class Marked(Protocol):
    """Whatever has marks, at an instant."""

    @property
    def marks(self) -> Marks:
        """Of its row."""

    @property
    def at(self) -> datetime:
        """When it is looked at."""


def misplaced(marks: Marks) -> Iterator[str]:
    """What the row is not found by, or is found by and should not be; no values, for some are personal."""
    for name in sorted(marks.found.keys() | marks.wanted.keys()):
        found, wanted = marks.found.get(name), marks.wanted.get(name)
        if found is None:
            yield f"`{name}` is missing"
        elif wanted is None:
            yield f"`{name}` should not be there"
        elif found != wanted:
            yield f"`{name}` is not what the document says"
    for name in marks.strayed:
        yield f"`{name}` is in a list that nobody reads"


def forgotten(case: Marked) -> Iterator[str]:
    """That its moment came long ago, and no sweep has seen to it."""
    wake = case.marks.wake
    if wake is not None and wake.due_at + LATE < case.at:
        yield f"{wake.sweep} has been due since {written(wake.due_at)}"


def gaps(history: Sequence[Past], *, version: int, status: str) -> Iterator[str]:
    """Where the history is not one line for each version, or does not end with what is."""
    versions = sorted(past.version for past in history)
    if versions != list(range(1, version + 1)):
        missing = sorted(set(range(1, version + 1)) - set(versions))
        ahead = [each for each in versions if each > version]
        yield f"version {version}: the lines {missing} are missing, {ahead} are ahead of it"
        return
    last = max(history, key=lambda past: past.version)
    if last.status != status:
        yield f"its last line says {last.status}, and it is {status}"


def woken(wake: Wake | None) -> str:
    """A wake in words."""
    return f"{wake.sweep} at {written(wake.due_at)}" if wake else "nothing"


def written(at: datetime) -> str:
    """An instant, for a reader."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
