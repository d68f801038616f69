"""The bank wants to see the cardholder (3-D Secure): what the browser needs for that, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.delegation import Act
from chalicelib.domain.people import Caller
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.payments import Authentication
from chalicelib.observability import count
from chalicelib.rulebook import Status
from chalicelib.usecases.access import allow
from chalicelib.usecases.cards import asking_the_provider
from chalicelib.wiring import World


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitsCardholder:
    """A purchase that goes on when its cardholder has confirmed it at the bank."""

    subscription_id: str
    authentication: Authentication
    expires_at: datetime


def authenticate_renewal(
    world: World, *, subscription_id: str, caller: Caller, at: datetime
) -> Authentication:
    """What the client's browser needs to have a declined renewal confirmed; it then renews by itself.

    Refused with `no_authentication_needed` where no bank waits for anybody.
    """
    sub = world.store.load(subscription_id)
    allow(world, caller=caller, act=Act.AUTHENTICATE_PAYMENT, sub=sub)
    found = _waiting(world, sub=sub, at=at)
    if found is None:
        raise Refusal("no_authentication_needed", "No payment of this subscription waits to be confirmed.")
    count("authentication", what="renewal")
    return found


def _waiting(world: World, *, sub: Subscription, at: datetime) -> Authentication | None:
    renewal, term = sub.renewal, sub.term
    renews = sub.status is Status.ACTIVE and sub.auto_renew
    if renewal is None or term is None or not renews or not renewal.needs_authentication:
        return None
    payer = world.store.payer(sub.client.id)
    if payer is None:
        return None
    with asking_the_provider():
        return world.payments.authentication(
            reference=renewal.reference(sub.id, term.number + 1),
            customer_id=payer.customer_id,
            since=renewal.since or at,
        )
