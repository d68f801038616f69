"""Requests that are to happen once: what was asked under a key, and what it was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from chalicelib.domain.idempotency import Answer, Record, judge
from chalicelib.rulebook import IDEMPOTENCY_KEPT
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.reading import Reading
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.order import Order
    from chalicelib.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """The idempotency of one request: where its record lives, what was asked, how a result is answered."""

    key: str
    fingerprint: str
    answer: Callable[[Any], Answer]


class Records(Reading):
    """The part of the store that keeps answers."""

    def record(self, once: Once, *, at: datetime) -> None:
        """Look at a request's record: raises Replay, or refuses, as `idempotency.judge` says."""
        judge(self._get(keys.record(once.key), Record), fingerprint=once.fingerprint, at=at)

    def remember(self, once: Once, answer: Answer, *, at: datetime) -> None:
        """Keep an answer that changed nothing else, unless the request was answered meanwhile."""
        row = _record_row(answered(once, answer, at))
        try:
            row.save(condition=_free_record(at))
        except PutError:
            return

    def answer_late(self, record: Record, answer: Answer, *, at: datetime) -> None:
        """Keep the answer of a request that a sweep finished, unless it was kept meanwhile."""
        kept = replace(record, answer=answer, leased_until=None, expires_at=at + IDEMPOTENCY_KEPT)
        try:
            _record_row(kept).save(condition=Row.owner == record.order_id)
        except PutError:
            return

    def _put_record(
        self, tx: Transaction, record: Record, *, at: datetime, order: Order | None = None
    ) -> None:
        free = _free_record(at)
        condition = free | (Row.owner == order.id) if order else free
        tx.put(_record_row(record), condition)


def answered(once: Once, answer: Answer, at: datetime) -> Record:
    """The record of a request that was answered with this."""
    return Record(key=once.key, fingerprint=once.fingerprint, expires_at=at + IDEMPOTENCY_KEPT, answer=answer)


def _record_row(record: Record) -> Row:
    row = Row(*keys.record(record.key), body=encode(record))
    row.owner = record.order_id
    row.expires_at = record.expires_at
    return row


def _free_record(at: datetime) -> Condition:
    free: Condition = Row.pk.does_not_exist() | (Row.expires_at <= at)
    return free
