"""Make Microsoft what the subscription says: access on, off or ended; renewing or ending with its term (D16).

It looks at what is, not at what happened: in whatever order, however often and however late it runs, the
last one leaves Microsoft as the subscription is.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.effects import Effect
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.microsoft import Access, Ordered
from chalicelib.gateways.trouble import Refused
from chalicelib.rulebook import Status
from chalicelib.storage.transaction import Stale
from chalicelib.usecases.known_order import known_order
from chalicelib.usecases.persistence import TRIES
from chalicelib.wiring import World

_ACCESS = {
    Status.ACTIVE: Access.ON,
    Status.SUSPENDED: Access.OFF,
    Status.FAILED: Access.ENDED,
    Status.EXPIRED: Access.ENDED,
    Status.CANCELED: Access.ENDED,
}


def align(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """Carry out the effect."""
    settle(world, subscription_id=effect.subject, at=at)
    world.store.done(effect)


def settle(world: World, *, subscription_id: str, at: datetime) -> None:
    """Align, and look again: what changed while Microsoft was told is told as well."""
    sub = world.store.load(subscription_id)
    for _ in range(TRIES):
        told = wanted(sub)
        ordered = known_order(world, sub=sub) if told is not None else None
        if told is None or ordered is None:
            return
        refused = _tell(world, ordered=ordered, told=told, quantity=sub.seats, at=at)
        sub = world.store.load(subscription_id)
        if wanted(sub) != told:
            continue  # what was said, or refused, was of yesterday
        if refused is not None:
            raise refused
        return
    raise Stale(f"{subscription_id} changed all the time")


def _tell(
    world: World, *, ordered: Ordered, told: tuple[Access, bool], quantity: int, at: datetime
) -> Refused | None:
    access, auto_renew = told
    try:
        world.microsoft.align(ordered=ordered, access=access, auto_renew=auto_renew, quantity=quantity, at=at)
    except Refused as refused:
        return refused
    return None


def wanted(sub: Subscription) -> tuple[Access, bool] | None:
    """What the seats should be, and whether they should renew; None while nothing was ordered."""
    access = _ACCESS.get(sub.status)
    return None if access is None else (access, sub.auto_renew and access is not Access.ENDED)
