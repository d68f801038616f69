"""When time next concerns a subscription: one definition, which the sweeps' index is written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.rulebook import (
    IN_TERM,
    NOT_YET_ACTIVE,
    PROVISIONING_POLLS,
    QUOTE_VALID_FOR,
    REMIND_BEFORE_END,
    RENEWAL_RETRIES,
    RENEWAL_TRIED_UNTIL,
    UNSETTLED_CHECKS,
    Status,
)

if TYPE_CHECKING:
    from chalicelib.domain.subscription import Subscription


class Sweep(StrEnum):
    """The sweeps by name; each reads only its own part of the index."""

    ACTIVATION_DEADLINES = "activation_deadlines"
    PROVISIONING = "provisioning"
    REMINDERS = "reminders"
    TERM_ENDS = "term_ends"
    RENEWAL_RETRIES = "renewal_retries"
    COMMISSIONS = "commissions"
    EXPIRATIONS = "expirations"
    UNSETTLED = "unsettled"
    OUTBOX = "outbox"
    RECONCILIATIONS = "reconciliations"  # never an entry of the index: it walks through everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """Which sweep time will bring next, and when."""

    sweep: Sweep
    due_at: datetime


def next_wake(sub: Subscription) -> Wake | None:
    """The earliest of all that time will bring; None when nothing will."""
    return min(_wakes(sub), key=lambda wake: wake.due_at, default=None)


def next_reminder(sub: Subscription) -> timedelta | None:
    """The offset from the term's end of its next reminder (D10); None when all were sent."""
    if sub.payment_issue or sub.renewal_under_way:
        return None
    ahead = [
        offset
        for offset in REMIND_BEFORE_END[sub.billing_period]
        if sub.reminded is None or offset < sub.reminded
    ]
    return max(ahead, default=None)


def next_attempt_at(sub: Subscription) -> datetime | None:
    """When a declined renewal is tried again (D11); None while none was declined, or one is being charged."""
    renewal = sub.renewal
    if (
        renewal is None
        or renewal.begun_at is not None
        or renewal.first_declined_at is None
        or sub.term is None
    ):
        return None
    planned = renewal.first_declined_at + RENEWAL_RETRIES[renewal.attempt - 1]
    return min(planned, max(sub.term.end + RENEWAL_TRIED_UNTIL, renewal.first_declined_at))


def _wakes(sub: Subscription) -> list[Wake]:
    if sub.status is Status.CANCELED:
        return []
    if sub.status in NOT_YET_ACTIVE:
        return _before_activation(sub)
    if sub.renewal is not None and sub.renewal.begun_at is not None:
        return [Wake(sweep=Sweep.UNSETTLED, due_at=sub.renewal.begun_at + UNSETTLED_CHECKS[0])]
    wakes = []
    if sub.commission is not None:
        # The window is inclusive, and a quote of its last instant is honored: then nothing can come back.
        over = domain.refunds.allowed_until(sub) + QUOTE_VALID_FOR + timedelta(seconds=1)
        wakes.append(Wake(sweep=Sweep.COMMISSIONS, due_at=over))
    if sub.expired_until is not None:
        return [*wakes, Wake(sweep=Sweep.EXPIRATIONS, due_at=sub.expired_until)]
    if sub.status in IN_TERM and sub.term is not None:
        again_at = next_attempt_at(sub)
        if again_at and sub.auto_renew and sub.status is Status.ACTIVE:
            wakes.append(Wake(sweep=Sweep.RENEWAL_RETRIES, due_at=again_at))
        else:
            wakes.append(Wake(sweep=Sweep.TERM_ENDS, due_at=sub.term.end))
        reminder = next_reminder(sub)
        if reminder is not None:
            wakes.append(Wake(sweep=Sweep.REMINDERS, due_at=sub.term.end - reminder))
    return wakes


def _before_activation(sub: Subscription) -> list[Wake]:
    wakes = [Wake(sweep=Sweep.ACTIVATION_DEADLINES, due_at=sub.activation_deadline)]
    if sub.status is Status.CONNECTING and sub.account is not None and sub.account.polled_since is not None:
        wakes.append(Wake(sweep=Sweep.PROVISIONING, due_at=sub.account.polled_since + PROVISIONING_POLLS[0]))
    return wakes
