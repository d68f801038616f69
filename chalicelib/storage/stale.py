"""What is known is no longer so: why a decision has to be made again."""

from __future__ import annotations


class Stale(Exception):
    """Something that the decision rests on has changed since it was loaded: load and decide again."""


class Newer(Stale):
    """A newer release wrote this row: what this one would make of it could be wrong, and lose what is new."""
