"""How a neighbor fails, sorted by what to do next."""

from __future__ import annotations


class Trouble(Exception):
    """A neighbor did not do what it was asked; `neighbor` names it for the one on call."""

    def __init__(self, neighbor: str, message: str) -> None:
        super().__init__(f"{neighbor}: {message}")
        self.neighbor = neighbor


class Unavailable(Trouble):
    """It did nothing, and may do it later: ask again."""


class OutcomeUnknown(Trouble):
    """It did not answer and may have done it: look it up before anything else."""


class Refused(Trouble):
    """It said no, for good: asking again changes nothing."""
