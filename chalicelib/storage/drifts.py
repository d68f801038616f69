"""What differs at Microsoft, until it does not: rows for the operator's list, which decide nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.rulebook import DRIFT_KEPT
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.listing import Listing, Page
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.drift import Drift
    from chalicelib.domain.subscription import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """Of a line of history, no more than when it was."""

    at: datetime


class Drifts(Listing):
    """The part of the store that keeps differences between us and Microsoft."""

    def drifts(self, *, limit: int, after: str | None) -> Page:
        """What Microsoft has otherwise than we have it, newest subscriptions first."""
        return self._loaded(
            Row.by_worklist,
            self._all_shards(keys.DRIFT),
            limit=limit,
            after=after,
            sk=keys.DRIFT,
            read=lambda row: decode(row.body, domain.drift.Drift),
        )

    def changed_at(self, sub: Subscription) -> datetime:
        """When the subscription became what it is."""
        line = Row.get(*keys.history(sub.id, sub.version), consistent_read=True)
        return decode(line.body, _Moment).at

    def settle_drifts(self, found: Sequence[Drift], *, among: Collection[str], at: datetime) -> None:
        """Keep what was found; forget the others of these ids, which are gone.

        Two who look at the same time may leave the older sighting: the next look puts it right.
        """
        wanted = [keys.drift(each) for each in among]
        rows = {row.pk: row for row in Row.batch_get(wanted, consistent_read=True)}
        for drift in found:
            row = rows.pop(drift.id, None)
            self._put_drift(
                drift.seen_before(decode(row.body, domain.drift.Drift) if row is not None else None), at=at
            )
        for row in rows.values():
            row.delete()

    def _put_drift(self, drift: Drift, *, at: datetime) -> None:
        row = Row(*keys.drift(drift.id), body=encode(drift))
        row.worklist = keys.sharded(keys.DRIFT, keys.shard_of(drift.id, self._shards))
        row.expires_at = at + DRIFT_KEPT
        row.save()
