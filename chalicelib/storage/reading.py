"""One document by its key, as it is now: what every part of the store reads with."""

from __future__ import annotations

from typing import TypeVar

from chalicelib.storage import keys
from chalicelib.storage.codec import decode
from chalicelib.storage.tables import Row

Kind = TypeVar("Kind")


class Reading:
    """What the parts of the store have in common."""

    def _get(self, key: keys.Key, kind: type[Kind]) -> Kind | None:
        try:
            return decode(Row.get(*key, consistent_read=True).body, kind)
        except Row.DoesNotExist:
            return None


def body_in(row: Row | None, kind: type[Kind]) -> Kind | None:
    """The document in a row that was read, if there is one."""
    return decode(row.body, kind) if row is not None else None
