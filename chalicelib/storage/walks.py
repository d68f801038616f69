"""A walk through all subscriptions that a sweep makes in several runs: where the last one stopped."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.rulebook import Status
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.listing import Listing
from chalicelib.storage.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far it is: so many of its lists are done, and in the next one everything up to an id."""

    lists_done: int = 0
    after: str | None = None

    @property
    def begins(self) -> bool:
        """Whether nothing has been walked yet."""
        return self == Walk()


class Walks(Listing):
    """The part of the store that walks through everything, page by page."""

    def walk(self, name: str) -> Walk:
        """Where a walk goes on; at its beginning when the last one reached the end."""
        return self._get(keys.walk(name), Walk) or Walk()

    def save_walk(self, name: str, walk: Walk) -> None:
        """Remember how far a walk is."""
        Row(*keys.walk(name), body=encode(walk)).save()

    def ids_with_status(self, status: Status, *, shard: int, after: str | None, limit: int) -> list[str]:
        """The next ids of a status, oldest first: hints, as every index gives them."""
        found = Row.by_status.query(
            keys.sharded(status, shard), Row.pk > after if after else None, page_size=limit, limit=limit
        )
        return [row.pk for row in found]
