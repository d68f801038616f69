"""The rows of disputes: one for each disputed charge, listed for the operator."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib import domain
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.listing import Listing, Page
from chalicelib.storage.tables import Row
from chalicelib.storage.transaction import Transaction

if TYPE_CHECKING:
    from chalicelib.domain.disputes import Case

DISPUTES: Final = "disputes"  # the worklist that has them


class DisputeRows(Listing):
    """The part of the store that keeps disputes."""

    def case(self, dispute_id: str, *, opened_at: datetime) -> Case | None:
        """A dispute as it was last seen; None if it never was."""
        return self._get(keys.dispute(dispute_id, opened_at), domain.disputes.Case)

    def put_case(self, case: Case) -> None:
        """Keep what a dispute has become, with nothing else; raises Stale when it changed meanwhile."""
        with Transaction(self._connection) as tx:
            self._put_case(tx, case)

    def disputes(self, *, limit: int, after: str | None) -> Page:
        """All disputes, newest first."""
        return self._loaded(
            Row.by_worklist,
            self._all_shards(DISPUTES),
            limit=limit,
            after=after,
            sk=keys.DISPUTE,
            read=lambda row: decode(row.body, domain.disputes.Case),
        )

    def _put_case(self, tx: Transaction, case: Case | None) -> None:
        if case is None:
            return
        row = Row(*keys.dispute(case.id, case.opened_at), body=encode(case))
        row.version = case.version
        row.worklist = self._list_of(DISPUTES, row.pk)
        tx.put(row, Row.version == case.version - 1 if case.version > 1 else Row.pk.does_not_exist())
