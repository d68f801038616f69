"""Whom time concerns next: what a sweep finds, and when it is to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.waking import Sweep, Wake
from chalicelib.storage import keys
from chalicelib.storage.conditional import changed
from chalicelib.storage.listing import Listing
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.order import Order
    from chalicelib.domain.subscription import Subscription

PAGE_OF_DUE: Final = 200  # rows per call of a sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Whose moment has come: an id and the ids it is loaded with. A hint: whoever acts loads again."""

    id: str
    client_id: str
    seller_id: str | None
    due_at: datetime | None = None  # where an index has said so


class Waking(Listing):
    """The part of the store that sweeps ask."""

    def due(self, sweep: Sweep, *, shard: int, at: datetime) -> Iterator[Due]:
        """Whose moment has come, earliest first, read page by page as it is consumed."""
        found = Row.wake_index.query(
            keys.sharded(sweep, shard),
            Row.due_at <= keys.moment(at),
            page_size=PAGE_OF_DUE,
        )
        for row in found:
            yield Due(
                id=row.pk,
                client_id=row.client_id or "",
                seller_id=row.seller_id,
                due_at=datetime.fromisoformat(row.due_at),
            )

    def waiting(self, sweep: Sweep) -> Iterator[datetime]:
        """When everything is due that a sweep will ever look at, whether its moment has come or not."""
        for shard in self.shards:
            for row in Row.wake_index.query(keys.sharded(sweep, shard), page_size=PAGE_OF_DUE):
                yield datetime.fromisoformat(row.due_at)

    def snooze(self, sub: Subscription, wake: Wake) -> None:
        """Look again later, without a decision: moves the index entry, if nobody moved the subscription."""
        self._move_wake(keys.subscription(sub.id), wake, condition=Row.version == sub.version)

    def snooze_order(self, order: Order, due_at: datetime) -> None:
        """Ask about an unsettled checkout again later."""
        wake = Wake(sweep=Sweep.UNSETTLED, due_at=due_at)
        self._move_wake(keys.order(order.id), wake, condition=Row.pk.exists())

    def _wake(self, row: Row, row_id: str, wake: Wake | None) -> None:
        if wake is not None:
            row.wake = self._list_of(wake.sweep, row_id)
            row.due_at = keys.moment(wake.due_at)

    def _move_wake(self, key: keys.Key, wake: Wake, *, condition: Condition) -> None:
        actions: list[Action] = [
            Row.wake.set(self._list_of(wake.sweep, key[0])),
            Row.due_at.set(keys.moment(wake.due_at)),
        ]
        changed(Row(*key), actions, condition=condition)
