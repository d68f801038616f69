"""Carry out one effect of the outbox, or put it off, or put it before an operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from chalicelib import usecases
from chalicelib.domain.effects import Effect, EffectKind, EffectState
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Trouble
from chalicelib.observability import count, log
from chalicelib.rulebook import EFFECT_ATTEMPTS
from chalicelib.storage.notes import Overtaken
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World

Act = Callable[..., None]


# Asked for its act when there is an effect of its kind: no other has to be loaded for it.
ACTS: Final[Mapping[EffectKind, Callable[[], Act]]] = {
    EffectKind.MAIL: lambda: usecases.deliver.deliver,
    EffectKind.REFUND: lambda: usecases.pay_back.pay_back,
    EffectKind.STRAY: lambda: usecases.stray.give_back,
    EffectKind.TAX: lambda: usecases.tell_tax.record,
    EffectKind.TAX_REVERSAL: lambda: usecases.tell_tax.reverse,
    EffectKind.CONNECT: lambda: usecases.provision.connect,
    EffectKind.ORDER: lambda: usecases.provision.order,
    EffectKind.ALIGN: lambda: usecases.align.align,
    EffectKind.END_GRANTS: lambda: usecases.delegate.end_grants,
    EffectKind.GRANT: lambda: usecases.grant.ask,
    EffectKind.END_GRANT: lambda: usecases.grant.end,
    EffectKind.PAYOUT: lambda: usecases.payouts.settle,
    EffectKind.CLAW_BACK: lambda: usecases.payouts.settle,
}


def carry_out(world: World, *, effect_id: str, at: datetime, request_id: str) -> None:
    """Do it, if it is still to be done; a failure is noted, and tried again until the limit.

    Whatever is not a neighbor's trouble is a fault of ours: it is noted, counted and raised.
    """
    effect = world.store.claim(effect_id, at=at)
    if effect is None:
        count("effect", outcome="nothing_to_do")
        return
    if effect.attempts > EFFECT_ATTEMPTS:
        _failed(world, effect, error="died at every attempt", for_good=True, at=at)
        return
    try:
        ACTS[effect.kind]()(world, effect=effect, at=at, request_id=request_id)
    except Overtaken:
        count("effect", outcome="overtaken", kind=effect.kind)
    except Refused as refused:
        _failed(world, effect, error=str(refused), for_good=True, at=at)
    except OutcomeUnknown as unknown:
        _in_doubt(world, effect, error=str(unknown), at=at)
    except Trouble as trouble:
        _failed(world, effect, error=str(trouble), for_good=False, at=at)
    except Exception as fault:
        _in_doubt(world, effect, error=type(fault).__name__, at=at)
        raise
    else:
        count("effect", outcome="done", kind=effect.kind)


@persistently
def look_again(world: World, *, neighbor: str, reference: str, at: datetime, request_id: str) -> None:
    """A neighbor says that something changed: see for ourselves."""
    if neighbor == usecases.webhooks.MICROSOFT:
        usecases.heed.heed(world, reference=reference, at=at, request_id=request_id)
    elif neighbor == usecases.webhooks.PAYMENTS:
        usecases.heed_payment.heed(world, reference=reference, at=at, request_id=request_id)


def _in_doubt(world: World, effect: Effect, *, error: str, at: datetime) -> None:
    """It may have been done. Neighbors who know our keys are asked again; of a mail, word may still come."""
    if effect.kind is not EffectKind.MAIL:
        _failed(world, effect, error=error, for_good=False, at=at)
        return
    world.store.in_doubt(effect, error=error, at=at)
    _say_put_off(effect, error=error)


def _failed(world: World, effect: Effect, *, error: str, for_good: bool, at: datetime) -> None:
    state = world.store.failed(effect, error=error, for_good=for_good, at=at)
    if state is not EffectState.STUCK:
        _say_put_off(effect, error=error)
        return
    count("effect", outcome="stuck", kind=effect.kind)
    log.error("effect stuck", extra=_facts(effect, error=error))


def _say_put_off(effect: Effect, *, error: str) -> None:
    count("effect", outcome="put_off", kind=effect.kind)
    log.warning("effect put off", extra=_facts(effect, error=error))


def _facts(effect: Effect, *, error: str) -> dict[str, Any]:
    return {"effect_id": effect.id, "attempts": effect.attempts, "error": error}
