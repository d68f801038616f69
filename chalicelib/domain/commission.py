"""What the freelancer earns (D13): accrued = pending + earned + reversed, in each line and each total.

What is earned may be paid out by us (see `payouts`): then a line also says what was sent of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.money import Money
from chalicelib.domain.payouts import Movement, Transfer
from chalicelib.rulebook import BASIS_POINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The commission that a dispute, or a refund made elsewhere, has taken with it; cents."""

    by: str  # the id of the dispute or refund
    share: Money


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
    version: int = 0
    charge_id: str | None = None  # that the invoice was paid with
    owed_since: datetime | None = None  # None while it is pending, and where we pay nobody
    claims: tuple[Claim, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    under_way: Movement | None = None
    movements: int = 0  # how often money was sent on its way: makes each time's key

    @property
    def paid(self) -> Money:
        """What the freelancer has been sent, and still has."""
        return sum((transfer.kept for transfer in self.transfers), self.net.zero)

    @property
    def paid_at(self) -> datetime | None:
        """When something was last sent."""
        return self.transfers[-1].at if self.transfers else None

    @property
    def payable(self) -> Money:
        """What is earned and paid out by us."""
        return self.earned if self.owed_since else self.net.zero

    @property
    def waiting(self) -> Money:
        """What is still to be sent."""
        return max(self.payable - self.paid, self.net.zero)

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
    payable: int = 0  # of what is earned, what is paid out by us
    paid: int = 0

    @property
    def waiting(self) -> int:
        """What is still to be sent."""
        return max(self.payable - self.paid, 0)


def accrue(
    *,
    invoice_id: str,
    freelancer_id: str,
    subscription_id: str,
    cycle: int,
    rate: int,
    net: Money,
    at: datetime,
    charge_id: str | None = None,
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
        charge_id=charge_id,
    )


def earn(earning: Earning, at: datetime) -> Earning:
    """The charge can no longer be refunded: what was pending is earned."""
    return _changed(
        earning, pending=earning.pending.zero, earned=earning.earned + earning.pending, earned_at=at
    )


def reverse(earning: Earning, *, refunded_net: Money, at: datetime) -> Earning:
    """A refund takes back its share of the pending commission; the rest is earned with it.

    After a refund the subscription is over: nothing further of that charge can come back.
    """
    share = earning.pending
    if earning.net:
        share = earning.accrued.portion(refunded_net.amount, earning.net.amount)
    back = min(earning.pending, share)
    rest = earning.pending - back
    return _changed(
        earning,
        pending=earning.pending.zero,
        earned=earning.earned + rest,
        reversed=earning.reversed + back,
        earned_at=at if rest else earning.earned_at,
        reversed_at=at if back else earning.reversed_at,
        claims=_without(earning.claims, share - back),
    )


def claw_back(earning: Earning, *, by: str, amount: Money, total: Money, at: datetime) -> Earning:
    """Somebody has taken an amount of the charge's total back: its share is reversed, once per claim."""
    if any(claim.by == by for claim in earning.claims):
        return earning
    share = earning.accrued.portion(min(amount, total).amount, total.amount) if total else earning.accrued
    share = min(share, earning.pending + earning.earned)
    of_pending = min(share, earning.pending)
    return _changed(
        earning,
        pending=earning.pending - of_pending,
        earned=earning.earned - (share - of_pending),
        reversed=earning.reversed + share,
        reversed_at=at if share else earning.reversed_at,
        claims=(*earning.claims, Claim(by=by, share=share)),
    )


def restore(earning: Earning, *, by: str, still_pending: bool, at: datetime) -> Earning:
    """The money is ours again: what its claim took is pending or earned anew; without a claim, nothing is."""
    claim = next((claim for claim in earning.claims if claim.by == by), None)
    if claim is None:
        return earning
    return _changed(
        earning,
        pending=earning.pending + claim.share if still_pending else earning.pending,
        earned=earning.earned if still_pending else earning.earned + claim.share,
        reversed=earning.reversed - claim.share,
        earned_at=earning.earned_at if still_pending else earning.earned_at or at,
        claims=tuple(each for each in earning.claims if each.by != by),
    )


def difference(before: Earning | None, after: Earning) -> Totals:
    """What a changed line adds to the freelancer's totals."""
    zero = after.net.zero
    was = before or replace(after, accrued=zero, pending=zero, earned=zero, reversed=zero, transfers=())
    return Totals(
        accrued=(after.accrued - was.accrued).amount,
        pending=(after.pending - was.pending).amount,
        earned=(after.earned - was.earned).amount,
        reversed=(after.reversed - was.reversed).amount,
        payable=(after.payable - was.payable).amount,
        paid=(after.paid - was.paid).amount,
    )


def _without(claims: tuple[Claim, ...], refunded: Money) -> tuple[Claim, ...]:
    """What was given back to the client does not come again with a dispute that is won."""
    left = []
    for claim in claims:
        cut = min(claim.share, refunded)
        refunded -= cut
        left.append(replace(claim, share=claim.share - cut))
    return tuple(left)


def _changed(earning: Earning, **changes: Any) -> Earning:
    return replace(earning, version=earning.version + 1, **changes)
