"""Lists of subscriptions: of a client, a seller, a delegate, or whatever an operator looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chalicelib import domain
from chalicelib.storage.codec import decode
from chalicelib.storage.listing import Listing, Page, page_of
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.rulebook import Status

REVIEWS: Final = "reviews"  # the worklist of accounts that wait for a review


class SubscriptionLists(Listing):
    """The part of the store that finds subscriptions."""

    def subscriptions_of(
        self, client_id: str, *, status: Status | None, limit: int, after: str | None
    ) -> Page:
        """A client's subscriptions, newest first."""
        return page_of(
            limit,
            self._walk(
                Row.by_client,
                client_id,
                after=after,
                limit=limit,
                fits=lambda row: status is None or (row.status or "").split("#")[0] == status,
            ),
            lambda row: decode(row.body, domain.subscription.Subscription),
        )

    def sold_by(self, freelancer_id: str, *, limit: int, after: str | None) -> Page:
        """What was bought through a freelancer, newest first."""
        return self._loaded(Row.by_seller, [freelancer_id], limit=limit, after=after)

    def delegated_to(self, freelancer_id: str, *, limit: int, after: str | None) -> Page:
        """What is, or is asked to be, delegated to a freelancer, newest first."""
        return self._loaded(Row.by_delegate, [freelancer_id], limit=limit, after=after)

    def with_status(self, status: Status, *, limit: int, after: str | None) -> Page:
        """All subscriptions of a status, newest first."""
        return self._loaded(Row.by_status, self._all_shards(status), limit=limit, after=after)

    def with_email(self, email: str, *, limit: int, after: str | None) -> Page:
        """The subscriptions of the client with this address, newest first."""
        return self._loaded(Row.by_email, [email.lower()], limit=limit, after=after)

    def with_domain(self, domain: str, *, limit: int, after: str | None) -> Page:
        """The subscriptions that are linked to this Microsoft domain, newest first."""
        return self._loaded(Row.by_domain, [domain.lower()], limit=limit, after=after)

    def reviews(self, *, limit: int, after: str | None) -> Page:
        """The subscriptions whose account waits for a review, newest first."""
        return self._loaded(Row.by_worklist, self._all_shards(REVIEWS), limit=limit, after=after)
