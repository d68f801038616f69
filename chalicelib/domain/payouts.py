"""Paying out what was earned: an account per freelancer, and money that moves once, line by line.

A line of the ledger says what is owed; what was sent of it should be the same. `next_movement` says what is
missing, whichever way, so that whatever made the two differ (earned, disputed, won again, an account that was
opened late) is put right by one and the same errand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.effects import Effect, EffectKind, effect_id
from chalicelib.domain.money import Money

if TYPE_CHECKING:
    from chalicelib.domain.commission import Earning


class PayoutState(StrEnum):
    """Where a freelancer stands with being paid."""

    OFF = "off"
    NOT_STARTED = "not_started"
    INCOMPLETE = "incomplete"
    ACTIVE = "active"
    RESTRICTED = "restricted"


class Way(StrEnum):
    """Which way money moves."""

    PAY = "pay"
    TAKE_BACK = "take_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """A freelancer's account at the payment provider, as it last was."""

    freelancer_id: str
    account_id: str
    version: int
    opened_at: datetime
    active: bool = False
    active_since: datetime | None = None  # the last time that it became active
    missing: tuple[str, ...] = ()
    disabled_reason: str | None = None

    @property
    def state(self) -> PayoutState:
        """Restricted is what was active once, or what nothing that the freelancer adds would open."""
        if self.active:
            return PayoutState.ACTIVE
        hopeless = self.disabled_reason is not None and not self.missing
        return PayoutState.RESTRICTED if self.active_since or hopeless else PayoutState.INCOMPLETE


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Commission that was sent, and what was taken back of it."""

    id: str
    amount: Money
    taken_back: Money
    at: datetime

    @property
    def kept(self) -> Money:
        """What the freelancer still has of it."""
        return self.amount - self.taken_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money on its way: written before it moves, gone when its outcome is known; `key` makes it move once."""

    key: str
    way: Way
    account_id: str
    amount: Money
    begun_at: datetime
    transfer_id: str | None = None  # that is taken back


def seen(payee: Payee, *, active: bool, missing: tuple[str, ...], reason: str | None, at: datetime) -> Payee:
    """The account as the provider has it now; the very same if nothing has changed."""
    since = at if active and not payee.active else payee.active_since
    now = replace(payee, active=active, active_since=since, missing=missing, disabled_reason=reason)
    return payee if now == payee else replace(now, version=payee.version + 1)


def next_movement(line: Earning, payee: Payee | None, *, at: datetime) -> Earning | None:
    """The line with what has to move next on its way; None when nothing has to, or can."""
    if line.under_way is not None or line.owed_since is None:
        return None
    number = line.movements + 1
    if line.waiting:
        if payee is None or not payee.active or line.charge_id is None:
            return None
        first = effect_id(line.invoice_id, EffectKind.PAYOUT)
        pay = Movement(
            key=first if number == 1 else effect_id(line.invoice_id, number, EffectKind.PAYOUT),
            way=Way.PAY,
            account_id=payee.account_id,
            amount=line.waiting,
            begun_at=at,
        )
        return _changed(line, under_way=pay, movements=number)
    source = next((transfer for transfer in reversed(line.transfers) if transfer.kept), None)
    if line.paid <= line.earned or source is None:
        return None
    back = Movement(
        key=effect_id(line.invoice_id, number, EffectKind.CLAW_BACK),
        way=Way.TAKE_BACK,
        account_id="",
        amount=min(line.paid - line.earned, source.kept),
        begun_at=at,
        transfer_id=source.id,
    )
    return _changed(line, under_way=back, movements=number)


def moved(line: Earning, *, made_id: str, at: datetime) -> Earning:
    """What was on its way has arrived; `made_id` is the provider's id of it."""
    movement = line.under_way
    if movement is None:
        raise ValueError("nothing was on its way")
    if movement.way is Way.PAY:
        sent = Transfer(id=made_id, amount=movement.amount, taken_back=movement.amount.zero, at=at)
        return _changed(line, under_way=None, transfers=(*line.transfers, sent))
    transfers = tuple(
        replace(each, taken_back=each.taken_back + movement.amount)
        if each.id == movement.transfer_id
        else each
        for each in line.transfers
    )
    return _changed(line, under_way=None, transfers=transfers)


def called_off(line: Earning) -> Earning:
    """What was on its way was refused for good; whatever moves next does so under another key."""
    return _changed(line, under_way=None)


def payout(line: Earning, *facts: object, at: datetime) -> Effect:
    """Have a line paid out; the facts say what made it necessary."""
    return _errand(line, *facts, kind=EffectKind.PAYOUT, at=at)


def claw_back(line: Earning, *facts: object, at: datetime) -> Effect:
    """Have what was paid too much on a line taken back."""
    return _errand(line, *facts, kind=EffectKind.CLAW_BACK, at=at)


def pay_waiting(payee: Payee, *, at: datetime) -> Effect:
    """Have everything paid that has waited for the account."""
    return Effect(
        id=effect_id(payee.account_id, payee.version, EffectKind.PAYOUT),
        kind=EffectKind.PAYOUT,
        subject=payee.freelancer_id,
        data={"freelancer_id": payee.freelancer_id, "account": payee.version},
        created_at=at,
    )


def _errand(line: Earning, *facts: object, kind: EffectKind, at: datetime) -> Effect:
    return Effect(
        id=effect_id(line.invoice_id, *facts, kind),
        kind=kind,
        subject=line.subscription_id,
        data={"freelancer_id": line.freelancer_id, "invoice_id": line.invoice_id},
        created_at=at,
    )


def _changed(line: Earning, **changes: Any) -> Earning:
    return replace(line, version=line.version + 1, **changes)
