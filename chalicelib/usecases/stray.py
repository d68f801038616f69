"""A charge that has nothing to pay for any more goes back at once, whole.

It takes a cardholder who confirms a payment in the very moment in which the subscription ends. Nobody takes
money for nothing: whoever finds such a charge writes an effect, and that gives it back.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import usecases
from chalicelib.domain.effects import Effect, EffectKind, effect_id
from chalicelib.observability import count, log
from chalicelib.storage.listing import whole
from chalicelib.usecases.pay_back import refund
from chalicelib.wiring import World

if TYPE_CHECKING:
    from chalicelib.domain.order import Charge
    from chalicelib.domain.subscription import Subscription

PAGE = 100


def look(world: World, *, sub: Subscription, reference: str, at: datetime, request_id: str) -> None:
    """See whether money was taken under a reference that no term waits for; then have it given back."""
    payer = usecases.cards.known_payer(world, client=sub.client, address=sub.address)
    charge = world.payments.find(reference=reference, customer_id=payer.customer_id, since=sub.purchased_at)
    if charge is None or _has_paid(world, sub=sub, charge=charge):
        return
    found = world.store.put_effects([giving_back(sub, charge, at=at)])
    world.queue.nudge(found, request_id=request_id)


def giving_back(sub: Subscription, charge: Charge, *, at: datetime) -> Effect:
    """The effect that gives a stray charge back; somebody should know of it, too."""
    count("stray_charge")
    log.error("stray charge", extra={"subscription_id": sub.id, "charge_id": charge.id})
    return Effect(
        id=effect_id(sub.id, charge.id, EffectKind.STRAY),
        kind=EffectKind.STRAY,
        subject=sub.id,
        data={"charge_id": charge.id, "amount": charge.amount, "currency": charge.currency},
        created_at=at,
    )


def give_back(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """Refund all of it; the effect, and so the key, is the charge's own: found twice, it goes back once."""
    refund(world, effect=effect, at=at)
    world.store.done(effect)
    count("refund", outcome="stray")


def _has_paid(world: World, *, sub: Subscription, charge: Charge) -> bool:
    """Whether an invoice of the client's says what the charge was for."""
    if charge.id == sub.payment.charge_id:
        return True
    papers = whole(lambda after: world.store.documents(sub.client.id, limit=PAGE, after=after))
    return any(paper.charge_id == charge.id for paper in papers)
