"""Turn auto-renew off or on (R62–R64, R67, R69, R70, D16)."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.delegation import Act
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import Caller
from chalicelib.domain.subscription import Subscription
from chalicelib.observability import count
from chalicelib.usecases.access import allow, as_signed_in
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


@persistently
def set_renewal(
    world: World, *, subscription_id: str, caller: Caller, auto_renew: bool, at: datetime, request_id: str
) -> Subscription:
    """Say whether the subscription renews at the end of its term; what is already so stays as it is."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.SET_RENEWAL, sub=sub)
    decision = advance(
        sub,
        Event.AUTO_RENEW_SET,
        at=at,
        by=actor,
        changes={"auto_renew": auto_renew, **as_signed_in(sub, caller=caller, actor=actor)},
        detail={"auto_renew": auto_renew},
    )
    if sub.auto_renew is auto_renew:
        return sub
    world.store.commit(decision)
    count("auto_renew", turned="on" if auto_renew else "off")
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after
