"""Who may do this, asked of the domain, with the one fact that a subscription does not hold itself."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.delegation import Act, authorize
from chalicelib.domain.people import Actor, Caller, Role
from chalicelib.domain.refusals import not_found
from chalicelib.domain.subscription import Subscription
from chalicelib.wiring import World


def allow(world: World, *, caller: Caller, act: Act, sub: Subscription) -> Actor:
    """The caller in the role in which they may; a delegate only while still in the program (D15)."""
    actor = authorize(caller, act, sub)
    by_seller = actor.role is Role.FREELANCER
    if by_seller and sub.seller and not world.store.freelancer(sub.seller.freelancer_id).enrolled:
        raise not_found("subscription")
    return actor


def as_signed_in(sub: Subscription, *, caller: Caller, actor: Actor) -> dict[str, Any]:
    """The client's name, address and language follow the client's last token."""
    if actor.role is Role.CLIENT and caller.person != sub.client:
        return {"client": caller.person}
    return {}
