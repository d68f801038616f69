"""Give the money of a credit note back to the payment that it came from (D12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from chalicelib import domain, usecases
from chalicelib.domain.effects import Effect, EffectKind
from chalicelib.domain.money import Money
from chalicelib.domain.people import SYSTEM
from chalicelib.gateways.payments import RefundState
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.observability import count, log
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World

FAILED: Final = "failed"  # in the effect's notes: how many refunds were made under it, and failed for good


def pay_back(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:
    """Refund under the effect's own key: asked twice, it is paid back once.

    A refund that has failed for good is over: whoever has the effect tried again wants another one, and it
    has a key of its own.
    """
    refund_id = refund(world, effect=effect, at=at)
    _note(world, effect=effect, refund_id=refund_id, at=at, request_id=request_id)
    count("refund", outcome="paid")


def look(world: World, *, refund_id: str, at: datetime, request_id: str) -> None:
    """The provider says that something about a refund has changed: the bank may not have taken it."""
    state = world.payments.refund_state(refund_id=refund_id)
    if not state.key:
        usecases.disputes.refunded_elsewhere(world, state=state, at=at, request_id=request_id)
        return
    if not state.failed:
        return
    effect_id, number = _parsed(state.key)
    effect = world.store.effect(effect_id)
    if effect is None:
        log.error("a refund of nobody's failed", extra={"refund_id": refund_id})
        return
    _bring_back(world, effect=effect, state=state, number=number)
    if effect.kind is EffectKind.REFUND:
        _unsettle(world, effect=effect, refund_id=refund_id, at=at)


def refund(world: World, *, effect: Effect, at: datetime) -> str:
    """Give back what an effect says, once; or once more, after a refund that has failed for good."""
    failed = effect.memo.get(FAILED, 0)
    try:
        return world.payments.refund(
            key=_key(effect.id, failed + 1),
            charge_id=effect.data["charge_id"],
            amount=Money(effect.data["amount"], effect.data["currency"]),
            since=effect.created_at,
            at=at,
        )
    except Refused:
        world.store.note(effect, {**effect.memo, FAILED: failed + 1})
        raise


def _bring_back(world: World, *, effect: Effect, state: RefundState, number: int) -> None:
    """Put the effect before an operator, once for each refund that has failed under it."""
    if effect.memo.get(FAILED, 0) >= number:
        return
    if not world.store.bring_back(effect, memo={**effect.memo, FAILED: number}, error=_said(state)):
        # Whoever carries it out has not noted yet that it was done: come back when they have.
        raise Unavailable("payments", "the refund has not been noted yet")
    log.error("refund failed", extra={"refund_id": state.id, "effect_id": effect.id})
    count("refund", outcome="failed")


@persistently
def _note(world: World, *, effect: Effect, refund_id: str, at: datetime, request_id: str) -> None:
    sub = world.store.load(effect.subject)
    credit_note = world.store.document(effect.data["client_id"], effect.data["document_id"])
    if credit_note.settlement is domain.invoicing.Settlement.REFUNDED and credit_note.refund_id == refund_id:
        world.store.done(effect)
        return
    decision = domain.lifecycle.advance(
        sub,
        domain.lifecycle.Event.REFUNDED,
        at=at,
        by=SYSTEM,
        detail={"amount": effect.data["amount"], "credit_note": credit_note.number},
    )
    refunded = replace(
        credit_note, settlement=domain.invoicing.Settlement.REFUNDED, refund_id=refund_id, refunded_at=at
    )
    world.store.commit(decision, settles=effect, amended=refunded)
    if decision.effects:
        world.queue.nudge(decision.effects, request_id=request_id)


@persistently
def _unsettle(world: World, *, effect: Effect, refund_id: str, at: datetime) -> None:
    """The credit note says that its money has not arrived, unless another refund has gone out since."""
    sub = world.store.load(effect.subject)
    credit_note = world.store.document(effect.data["client_id"], effect.data["document_id"])
    if (
        credit_note.settlement is not domain.invoicing.Settlement.REFUNDED
        or credit_note.refund_id != refund_id
    ):
        return
    decision = domain.lifecycle.advance(
        sub,
        domain.lifecycle.Event.REFUND_FAILED,
        at=at,
        by=SYSTEM,
        detail={"amount": effect.data["amount"], "credit_note": credit_note.number},
    )
    unpaid = replace(credit_note, settlement=domain.invoicing.Settlement.REFUND_FAILED, refunded_at=None)
    world.store.commit(decision, amended=unpaid)


def _key(effect_id: str, number: int) -> str:
    """The key of the n-th refund under an effect."""
    return effect_id if number == 1 else f"{effect_id}.{number}"


def _parsed(key: str) -> tuple[str, int]:
    """Whose refund it is, and the how manieth."""
    effect_id, _, number = key.rpartition(".")
    return (effect_id, int(number)) if number.isdigit() and effect_id else (key, 1)


def _said(state: RefundState) -> str:
    return f"payments: the refund failed: {state.reason or 'no reason given'}"
