"""Look at subscriptions and at what happened to them."""

from __future__ import annotations

from chalicelib.domain.delegation import Act
from chalicelib.domain.people import Caller
from chalicelib.domain.subscription import Subscription
from chalicelib.rulebook import Status
from chalicelib.storage.listing import Page
from chalicelib.usecases.access import allow
from chalicelib.wiring import World


def show(world: World, *, subscription_id: str, caller: Caller) -> Subscription:
    """The subscription, to its client, its delegate or an operator; `not_found` to anybody else."""
    sub = world.store.load(subscription_id)
    allow(world, caller=caller, act=Act.SEE, sub=sub)
    return sub


def list_own(world: World, *, caller: Caller, status: Status | None, limit: int, after: str | None) -> Page:
    """The caller's own subscriptions, newest first."""
    return world.store.subscriptions_of(caller.id, status=status, limit=limit, after=after)


def history(world: World, *, subscription_id: str, caller: Caller, limit: int, after: str | None) -> Page:
    """What happened to the subscription, when and by whom, newest first."""
    sub = world.store.load(subscription_id)
    allow(world, caller=caller, act=Act.SEE_HISTORY, sub=sub)
    return world.store.history(subscription_id, limit=limit, after=after)
