"""Give the money of a credit note back to the payment that it came from (D12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.effects import Effect
from chalicelib.domain.invoicing import Settlement
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.money import Money
from chalicelib.domain.people import SYSTEM
from chalicelib.observability import count
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


def pay_back(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """Refund under the effect's own key: asked twice, it is paid back once."""
    refund_id = world.payments.refund(
        key=effect.id,
        charge_id=effect.data["charge_id"],
        amount=Money(effect.data["amount"], effect.data["currency"]),
        at=at,
    )
    _note(world, effect=effect, refund_id=refund_id, at=at)
    count("refund", outcome="paid")


@persistently
def _note(world: World, *, effect: Effect, refund_id: str, at: datetime) -> None:
    sub = world.store.load(effect.subject)
    credit_note = world.store.document(effect.data["client_id"], effect.data["document_id"])
    if credit_note.settlement is Settlement.REFUNDED:
        world.store.done(effect)
        return
    decision = advance(
        sub,
        Event.REFUNDED,
        at=at,
        by=SYSTEM,
        detail={"amount": effect.data["amount"], "credit_note": credit_note.number},
    )
    refunded = replace(credit_note, settlement=Settlement.REFUNDED, refund_id=refund_id, refunded_at=at)
    world.store.commit(decision, settles=effect, amended=refunded)
