"""Effects: what must follow a decision, each under an id made of stable facts.

An effect is written in the same transaction as the decision that causes it and stays open until a worker
has carried it out. Its id is its idempotency key: the same cause can never write it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.rulebook import EFFECT_LEASE, MAIL_SETTLES_WITHIN


class EffectKind(StrEnum):
    """What a worker knows how to carry out."""

    MAIL = "mail"
    REFUND = "refund"
    STRAY = "stray"  # a charge that has nothing to pay for any more goes back
    TAX = "tax"  # what the authorities hear of a sale, and then of its refund
    TAX_REVERSAL = "tax_reversal"
    CONNECT = "connect"
    ORDER = "order"
    ALIGN = "align"
    END_GRANTS = "end_grants"
    GRANT = "grant"  # at Microsoft, as is the next
    END_GRANT = "end_grant"
    PAYOUT = "payout"
    CLAW_BACK = "claw_back"


class EffectState(StrEnum):
    """Where an effect stands."""

    OPEN = "open"
    DONE = "done"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to be done in the outside world, once."""

    id: str
    kind: EffectKind
    subject: str  # the id of the subscription or freelancer that it concerns
    data: Mapping[str, Any]
    created_at: datetime
    state: EffectState = EffectState.OPEN
    attempts: int = 0
    leased_until: datetime | None = None
    last_error: str | None = None
    memo: Mapping[str, Any] = field(default_factory=dict)  # what its attempts have noted for the next one


def effect_id(subject: str, *facts: object) -> str:
    """The stable key of an effect: whom it concerns and the facts that make its cause unique."""
    return ".".join([subject, *(str(fact) for fact in facts)])


def kind_of(effect_id: str) -> EffectKind:
    """What an effect is, by its id: it ends with the kind, or is a mail, whose template stands there."""
    name = effect_id.rsplit(".", 1)[-1]
    return EffectKind(name) if name in set(EffectKind) else EffectKind.MAIL


def lease_of(effect_id: str) -> timedelta:
    """For how long an attempt has an effect to itself; a mail until SES has said whether it went out."""
    return MAIL_SETTLES_WITHIN if kind_of(effect_id) is EffectKind.MAIL else EFFECT_LEASE
