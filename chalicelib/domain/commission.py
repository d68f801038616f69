"""What the freelancer earns (D13): accrued = pending + earned + reversed, in each line and each total."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.money import Money
from chalicelib.rulebook import BASIS_POINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """The commission of one paid cycle, keyed by the invoice that charged it; cents."""

    invoice_id: str
    freelancer_id: str
    subscription_id: str
    cycle: int
    rate: int  # basis points of the net amount
    net: Money
    accrued: Money
    pending: Money
    earned: Money
    reversed: Money
    accrued_at: datetime
    earned_at: datetime | None = None
    reversed_at: datetime | None = None

    @property
    def state(self) -> str:
        """`pending`, `earned` or `reversed` (all of it)."""
        if self.pending:
            return "pending"
        if self.reversed and not self.earned:
            return "reversed"
        return "earned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums of a freelancer's ledger; cents."""

    accrued: int = 0
    pending: int = 0
    earned: int = 0
    reversed: int = 0


def accrue(
    *,
    invoice_id: str,
    freelancer_id: str,
    subscription_id: str,
    cycle: int,
    rate: int,
    net: Money,
    at: datetime,
) -> Earning:
    """A new line: the rate's share of the net amount, pending until the charge cannot be refunded."""
    share = net.portion(rate, BASIS_POINTS)
    return Earning(
        invoice_id=invoice_id,
        freelancer_id=freelancer_id,
        subscription_id=subscription_id,
        cycle=cycle,
        rate=rate,
        net=net,
        accrued=share,
        pending=share,
        earned=net.zero,
        reversed=net.zero,
        accrued_at=at,
    )


def earn(earning: Earning, at: datetime) -> Earning:
    """The charge can no longer be refunded: what was pending is earned."""
    return replace(
        earning, pending=earning.pending.zero, earned=earning.earned + earning.pending, earned_at=at
    )


def reverse(earning: Earning, *, refunded_net: Money, at: datetime) -> Earning:
    """A refund takes back its share of the pending commission; the rest is earned with it.

    After a refund the subscription is over: nothing further of that charge can come back.
    """
    back = earning.pending
    if earning.net:
        back = Money(
            min(
                earning.pending.amount,
                earning.accrued.portion(refunded_net.amount, earning.net.amount).amount,
            ),
            earning.net.currency,
        )
    rest = earning.pending - back
    return replace(
        earning,
        pending=earning.pending.zero,
        earned=earning.earned + rest,
        reversed=earning.reversed + back,
        earned_at=at if rest else earning.earned_at,
        reversed_at=at if back else earning.reversed_at,
    )


def difference(before: Earning | None, after: Earning) -> Totals:
    """What a changed line adds to the freelancer's totals."""
    zero = after.net.zero
    was = before or replace(after, accrued=zero, pending=zero, earned=zero, reversed=zero)
    return Totals(
        accrued=(after.accrued - was.accrued).amount,
        pending=(after.pending - was.pending).amount,
        earned=(after.earned - was.earned).amount,
        reversed=(after.reversed - was.reversed).amount,
    )
