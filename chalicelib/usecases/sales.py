"""What a freelancer has sold and earned, and what is delegated to them (D13)."""

from __future__ import annotations

from chalicelib.domain.commission import Totals
from chalicelib.domain.people import Caller
from chalicelib.storage.listing import Page
from chalicelib.usecases.enroll import mine
from chalicelib.wiring import World


def list_sales(world: World, *, caller: Caller, limit: int, after: str | None) -> Page:
    """The subscriptions bought through the caller, newest first."""
    return world.store.sold_by(mine(world, caller=caller).id, limit=limit, after=after)


def earnings(world: World, *, caller: Caller, limit: int, after: str | None) -> tuple[Page, Totals]:
    """The caller's commission ledger, newest first, and its totals by state."""
    freelancer = mine(world, caller=caller)
    page = world.store.earnings(freelancer.id, limit=limit, after=after)
    return page, world.store.totals(freelancer.id)


def delegations(world: World, *, caller: Caller, limit: int, after: str | None) -> Page:
    """The subscriptions that are, or are asked to be, delegated to the caller, newest first."""
    return world.store.delegated_to(mine(world, caller=caller).id, limit=limit, after=after)
