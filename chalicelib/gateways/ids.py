"""Identifiers: prefixed ULIDs that sort by the instant they were made for, and unguessable tokens."""

from __future__ import annotations

import secrets
from typing import Protocol

from chalicelib.gateways.clock import Clock


class Ids(Protocol):
    """Whoever makes identifiers."""

    def new(self, prefix: str) -> str:
        """A new id, such as `sub_01H…`; later ones sort after earlier ones."""

    def token(self) -> str:
        """An unguessable word for a link."""


class UlidIds:
    """ULIDs by the given clock, increasing within a process even inside one millisecond."""

    def __init__(self, clock: Clock) -> None:
        from ulid import (  # a third of a cold start's imports; first write only
            LaxMonotonicPolicy,
            ULIDGenerator,
        )

        self._generator = ULIDGenerator(
            clock=lambda: int(clock.now().timestamp() * 1000), policy=LaxMonotonicPolicy()
        )

    def new(self, prefix: str) -> str:
        """See Ids."""
        return f"{prefix}_{self._generator.generate()}"

    def token(self) -> str:
        """See Ids."""
        return secrets.token_urlsafe(9)
