"""Addresses that get no mails: one row that a mailer looks up, and one for the operator's list."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib import domain
from chalicelib.rulebook import LIFT_REMEMBERED
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.listing import Listing, Page
from chalicelib.storage.tables import Row
from chalicelib.storage.transaction import Transaction

if TYPE_CHECKING:
    from chalicelib.domain.mailing import Standing, Suppression

SUPPRESSIONS: Final = "suppressions"  # the worklist that has them


class Suppressions(Listing):
    """The part of the store that knows who gets no mails."""

    def standing(self, email: str) -> Standing:
        """How we stand with an address, in upper or lower case."""
        return self._get(keys.standing(email), domain.mailing.Standing) or domain.mailing.Standing()

    def suppression(self, suppression_id: str) -> Suppression | None:
        """Why an address gets no mails; None if it was lifted, or never was."""
        return self._get(keys.suppression(suppression_id), domain.mailing.Suppression)

    def suppressions(self, *, limit: int, after: str | None) -> Page:
        """All addresses that get no mails, newest first."""
        return self._loaded(
            Row.by_worklist,
            self._all_shards(SUPPRESSIONS),
            limit=limit,
            after=after,
            sk=keys.SUPPRESSION,
            read=lambda row: decode(row.body, domain.mailing.Suppression),
        )

    def suppress(self, suppression: Suppression) -> None:
        """No more mails to an address; raises Stale if somebody else was first."""
        row = Row(*keys.suppression(suppression.id), body=encode(suppression))
        row.worklist = self._list_of(SUPPRESSIONS, suppression.id)
        standing = Row(*keys.standing(suppression.email))
        standing.body = encode(domain.mailing.Standing(suppression_id=suppression.id))
        standing.owner = suppression.id
        with Transaction(self._connection) as tx:
            tx.put_new(row)
            tx.put(standing, Row.owner.does_not_exist())

    def lift(self, suppression: Suppression, *, at: datetime) -> None:
        """Mails to an address again; raises Stale if somebody else was first.

        That it was lifted is kept for a while: a bounce of before may come once more.
        """
        standing = Row(*keys.standing(suppression.email), body=encode(domain.mailing.Standing(lifted_at=at)))
        standing.expires_at = at + LIFT_REMEMBERED
        with Transaction(self._connection) as tx:
            tx.delete(keys.suppression(suppression.id), condition=Row.pk.exists())
            tx.put(standing, Row.owner == suppression.id)
