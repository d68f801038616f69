"""Lists: pages of what an index finds, newest first, over all the shards that it is spread over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib import domain
from chalicelib.storage import keys
from chalicelib.storage.codec import decode
from chalicelib.storage.reading import Kind, Reading
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from pynamodb.connection import Connection
    from pynamodb.indexes import GlobalSecondaryIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a list, newest first; `next_after` is the id to go on after, None at the end."""

    items: list[Any]
    next_after: str | None


def whole(read: Callable[[str | None], Page]) -> Iterator[Any]:
    """A list whole, a page at a time; `read` is told the id to go on after."""
    after: str | None = None
    while True:
        page = read(after)
        yield from page.items
        after = page.next_after
        if after is None:
            return


class Listing(Reading):
    """What the parts of the store that keep lists have in common."""

    _connection: Connection
    _shards: int

    @property
    def shards(self) -> range:
        """The shards that every sweep goes through."""
        return range(self._shards)

    def _read(self, wanted: Iterable[keys.Key]) -> dict[keys.Key, Row]:
        return {
            (row.pk, row.sk): row for row in Row.batch_get(list(dict.fromkeys(wanted)), consistent_read=True)
        }

    def _list_of(self, name: str, row_id: str) -> str:
        return keys.sharded(name, keys.shard_of(row_id, self._shards))

    def _all_shards(self, name: str) -> list[str]:
        return [keys.sharded(name, shard) for shard in self.shards]

    def _walk(
        self,
        index: GlobalSecondaryIndex[Row],
        partition: str,
        *,
        after: str | None,
        limit: int,
        fits: Callable[[Row], bool] = lambda _: True,
    ) -> Iterator[Row]:
        found = index.query(
            partition,
            Row.pk < after if after else None,
            scan_index_forward=False,
            page_size=limit + 1,
        )
        return (row for row in found if fits(row))

    def _loaded(
        self,
        index: GlobalSecondaryIndex[Row],
        partitions: list[str],
        *,
        limit: int,
        after: str | None,
        sk: str = keys.SUBSCRIPTION,
        read: Callable[[Row], Any] = lambda row: decode(row.body, domain.subscription.Subscription),
    ) -> Page:
        """Newest first over all partitions; the index gives ids, one batch gives the rows."""
        ids = sorted(
            (
                row.pk
                for partition in partitions
                for row in first(limit + 1, self._walk(index, partition, after=after, limit=limit))
            ),
            reverse=True,
        )
        rows = self._read((each, sk) for each in ids[:limit])
        items = [read(rows[each, sk]) for each in ids[:limit] if (each, sk) in rows]
        return Page(items=items, next_after=ids[limit - 1] if len(ids) > limit else None)

    def _below(self, pk: str, prefix: str, kind: type[Kind], *, limit: int, after: str | None) -> Page:
        within = Row.sk.between(prefix, after) if after else Row.sk.startswith(prefix)
        found = Row.query(pk, within, scan_index_forward=False, page_size=limit + 2, consistent_read=True)
        rows = (row for row in found if row.sk != after)
        return page_of(limit, rows, lambda row: decode(row.body, kind), mark=lambda row: row.sk)


def first(count: int, rows: Iterator[Row]) -> list[Row]:
    return [row for _, row in zip(range(count), rows, strict=False)]


def page_of(
    limit: int,
    rows: Iterator[Row],
    read: Callable[[Row], Any],
    *,
    mark: Callable[[Row], str] = lambda row: row.pk,
) -> Page:
    found = first(limit + 1, rows)
    items = [read(row) for row in found[:limit]]
    return Page(items=items, next_after=mark(found[limit - 1]) if len(found) > limit else None)
