"""Carry out one effect of the outbox, or put it off, or put it before an operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from chalicelib.domain.effects import Effect, EffectKind, EffectState
from chalicelib.gateways.trouble import Refused, Trouble
from chalicelib.observability import count, log
from chalicelib.rulebook import EFFECT_ATTEMPTS
from chalicelib.storage.notes import Overtaken
from chalicelib.usecases import (
    align,
    delegate,
    grant,
    heed,
    heed_payment,
    pay_back,
    payouts,
    provision,
    stray,
    tell_tax,
)
from chalicelib.usecases.persistence import persistently
from chalicelib.usecases.webhooks import MICROSOFT, PAYMENTS
from chalicelib.wiring import World

Act = Callable[..., None]


def _deliver(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:
    from chalicelib.usecases.deliver import deliver  # templates load where mails are sent

    deliver(world, effect=effect, at=at, request_id=request_id)


ACTS: Final[Mapping[EffectKind, Act]] = {
    EffectKind.MAIL: _deliver,
    EffectKind.REFUND: pay_back.pay_back,
    EffectKind.STRAY: stray.give_back,
    EffectKind.TAX: tell_tax.record,
    EffectKind.TAX_REVERSAL: tell_tax.reverse,
    EffectKind.CONNECT: provision.connect,
    EffectKind.ORDER: provision.order,
    EffectKind.ALIGN: align.align,
    EffectKind.END_GRANTS: delegate.end_grants,
    EffectKind.GRANT: grant.ask,
    EffectKind.END_GRANT: grant.end,
    EffectKind.PAYOUT: payouts.settle,
    EffectKind.CLAW_BACK: payouts.settle,
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
        ACTS[effect.kind](world, effect=effect, at=at, request_id=request_id)
    except Overtaken:
        count("effect", outcome="overtaken", kind=effect.kind)
    except Refused as refused:
        _failed(world, effect, error=str(refused), for_good=True, at=at)
    except Trouble as trouble:
        _failed(world, effect, error=str(trouble), for_good=False, at=at)
    except Exception as fault:
        _failed(world, effect, error=type(fault).__name__, for_good=False, at=at)
        raise
    else:
        count("effect", outcome="done", kind=effect.kind)


@persistently
def look_again(world: World, *, neighbor: str, reference: str, at: datetime, request_id: str) -> None:
    """A neighbor says that something changed: see for ourselves."""
    if neighbor == MICROSOFT:
        heed.heed(world, reference=reference, at=at, request_id=request_id)
    elif neighbor == PAYMENTS:
        heed_payment.heed(world, reference=reference, at=at, request_id=request_id)


def _failed(world: World, effect: Effect, *, error: str, for_good: bool, at: datetime) -> None:
    state = world.store.failed(effect, error=error, for_good=for_good, at=at)
    stuck = state is EffectState.STUCK
    count("effect", outcome="stuck" if stuck else "put_off", kind=effect.kind)
    say = log.error if stuck else log.warning
    say(
        "effect stuck" if stuck else "effect put off",
        extra={"effect_id": effect.id, "attempts": effect.attempts, "error": error},
    )
