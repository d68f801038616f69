"""Freelancers: who they are, by id, address, user, link or state, and who waits for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chalicelib import domain
from chalicelib.domain.refusals import not_found
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.conditional import changed
from chalicelib.storage.listing import Listing, Page
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from pynamodb.indexes import GlobalSecondaryIndex

    from chalicelib.domain.freelancer import Freelancer, FreelancerState

APPLICATIONS: Final = "applications"  # the worklist of those who have applied


class Program(Listing):
    """The part of the store that knows the freelancers."""

    def freelancer(self, freelancer_id: str) -> Freelancer:
        """A freelancer by id; `not_found` if there is none."""
        found = self._get(keys.freelancer(freelancer_id), domain.freelancer.Freelancer)
        if found is None:
            raise not_found("freelancer")
        return found

    def freelancer_of(self, *who: str) -> Freelancer | None:
        """The freelancer that a user, or an invited address, is: the first of these that is known."""
        wanted = [keys.freelancer_of(each) for each in who]
        rows = self._read(wanted)
        for key in wanted:
            if key in rows and rows[key].owner:
                return self.freelancer(rows[key].owner or "")
        return None

    def link(self, token: str) -> Freelancer | None:
        """Whose link this is, while it is open."""
        row = self._read([keys.link(token)]).get(keys.link(token))
        return self.freelancer(row.owner or "") if row else None

    def applications(self, *, limit: int, after: str | None) -> Page:
        """The freelancers who wait for a decision, newest first."""
        return self._listed(Row.by_worklist, APPLICATIONS, limit=limit, after=after)

    def in_state(self, state: FreelancerState, *, limit: int, after: str | None) -> Page:
        """The freelancers who stand there in the program, newest first."""
        return self._listed(Row.by_status, _those_who_are(state), limit=limit, after=after)

    def list_by_state(self, freelancer: Freelancer) -> None:
        """Put a freelancer on the list of their state; whoever has moved meanwhile is on it already."""
        listed = Row.status.set(self._list_of(_those_who_are(freelancer.state), freelancer.id))
        unmoved = Row.version == freelancer.version
        changed(Row(*keys.freelancer(freelancer.id)), [listed], condition=unmoved)

    def _listed(self, index: GlobalSecondaryIndex[Row], name: str, *, limit: int, after: str | None) -> Page:
        return self._loaded(
            index,
            self._all_shards(name),
            limit=limit,
            after=after,
            sk=keys.FREELANCER,
            read=lambda row: decode(row.body, domain.freelancer.Freelancer),
        )

    def _freelancer_row(self, freelancer: Freelancer) -> Row:
        row = Row(*keys.freelancer(freelancer.id), body=encode(freelancer))
        row.version = freelancer.version
        row.status = self._list_of(_those_who_are(freelancer.state), freelancer.id)
        if freelancer.state is domain.freelancer.FreelancerState.APPLIED:
            row.worklist = self._list_of(APPLICATIONS, freelancer.id)
        return row


def _those_who_are(state: FreelancerState) -> str:
    return f"freelancer-{state}"
