"""Switch a subscription off for now, and on again (R48, D7)."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.delegation import Act
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import Caller
from chalicelib.domain.subscription import Subscription, Suspension
from chalicelib.observability import count
from chalicelib.usecases.access import allow
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


@persistently
def suspend(
    world: World, *, subscription_id: str, caller: Caller, reason: str, at: datetime, request_id: str
) -> Subscription:
    """Switch the access off, with a reason that the client is told; the calendar goes on (D7)."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.SUSPEND, sub=sub)
    decision = advance(
        sub,
        Event.SUSPENDED,
        at=at,
        by=actor,
        changes={"suspension": Suspension(reason=reason, at=at)},
        detail={"reason": reason},
    )
    world.store.commit(decision)
    count("suspension", outcome="suspended")
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after


@persistently
def reinstate(
    world: World, *, subscription_id: str, caller: Caller, at: datetime, request_id: str
) -> Subscription:
    """Switch the access on again."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.SUSPEND, sub=sub)
    decision = advance(sub, Event.REINSTATED, at=at, by=actor)
    world.store.commit(decision)
    count("suspension", outcome="reinstated")
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after
