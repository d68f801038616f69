"""What comes back (R52–R56, R61, D4): the first line of the refund table that fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.money import Money
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import IN_TERM, NOT_YET_ACTIVE, REFUNDS, RefundRule, Share, Since

if TYPE_CHECKING:
    from chalicelib.domain.subscription import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What a cancellation at an instant gives back, and by which rule."""

    rule: str  # R54, R55, R56 or R61
    name: str  # not_activated, within_24_hours, prorated or window_closed
    allowed: bool
    amount: Money
    used_days: int
    cycle_days: int


def refund_at(sub: Subscription, at: datetime) -> Refund:
    """The refund of a cancellation at `at`; total of the charge, tax included, rounded once (D4)."""
    used, cycle = (sub.term.used_days(at), sub.term.days) if sub.term else (0, 0)
    possible = sub.status in NOT_YET_ACTIVE or sub.status in IN_TERM
    rule = next(rule for rule in REFUNDS if _fits(rule, sub, at)) if possible else REFUNDS[-1]
    paid = sub.payment.total
    amount = {
        Share.EVERYTHING: lambda: paid,
        Share.UNUSED_DAYS: lambda: paid.portion(max(0, cycle - used), cycle),
        Share.NOTHING: lambda: paid.zero,
    }[rule.share]()
    return Refund(
        rule=rule.rule,
        name=rule.name,
        allowed=rule.share is not Share.NOTHING,
        amount=amount,
        used_days=used,
        cycle_days=cycle,
    )


def allowed_until(sub: Subscription) -> datetime:
    """The last instant at which a cancellation is possible; before activation, the activation deadline."""
    if sub.term is None:
        return sub.activation_deadline
    return max(_bound(rule, sub) for rule in REFUNDS if rule.within is not None)


def full_refund_until(sub: Subscription) -> datetime:
    """The last instant at which a cancellation gives everything back."""
    if sub.term is None:
        return sub.activation_deadline
    return max(_bound(rule, sub) for rule in REFUNDS if rule.within and rule.share is Share.EVERYTHING)


def window_closed(sub: Subscription) -> Refusal:
    """R61: too late to cancel; what remains is to turn auto-renew off."""
    until = allowed_until(sub)
    return Refusal(
        "cancellation_window_closed",
        "The cancellation window closed at "
        f"{until:%Y-%m-%dT%H:%M:%SZ}. Auto-renew can be turned off: it then ends with its term.",
        facts={"rule": "R61", "allowed_until": until, "remains": "turn_renewal_off"},
    )


def _fits(rule: RefundRule, sub: Subscription, at: datetime) -> bool:
    if rule.activated is not None and rule.activated is sub.never_activated:
        return False
    return rule.within is None or at <= _bound(rule, sub)


def _bound(rule: RefundRule, sub: Subscription) -> datetime:
    assert rule.within is not None  # noqa: S101  (callers ask only bounded rules)
    if rule.since is Since.CHARGE:
        return sub.payment.charged_at + rule.within
    assert sub.term is not None  # noqa: S101  (a rule that counts from the term is for activated ones)
    return sub.term.start + rule.within
