"""What comes back (R52–R56, R61, D4): the first line of the refund table that fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from chalicelib.domain.money import Money
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import IN_TERM, NOT_YET_ACTIVE, REFUNDS, RefundRule, Share, Since

if TYPE_CHECKING:
    from chalicelib.domain.subscription import Subscription


INSTANT: Final = timedelta.resolution  # from one instant to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What a cancellation at an instant gives back, and by which rule."""

    rule: str  # R54, R55, R56 or R61
    name: str  # not_activated, within_24_hours, prorated or window_closed
    allowed: bool
    amount: Money
    used_days: int
    cycle_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stretch of time, both ends included, over which a cancellation gives back the same."""

    begins: datetime
    until: datetime
    amount: Money
    name: str  # of the rule


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


def refund_curve(sub: Subscription, at: datetime) -> tuple[Step, ...]:
    """What a cancellation gives back over the whole time in which it is possible; nothing once it is not.

    Each step is what `refund_at` says of its first instant; a new one begins wherever that could change.
    """
    if not refund_at(sub, at).allowed:
        return ()
    opens, closes = _opens_at(sub), allowed_until(sub)
    begins = sorted({opens, *(turn for turn in _turns(sub, opens, closes) if opens < turn <= closes)})
    steps: list[Step] = []
    for first, following in pairwise([*begins, closes + INSTANT]):
        refund, until = refund_at(sub, first), following - INSTANT
        step = Step(begins=first, until=until, amount=refund.amount, name=refund.name)
        if steps and (steps[-1].amount, steps[-1].name) == (step.amount, step.name):
            steps[-1] = replace(steps[-1], until=until)
        else:
            steps.append(step)
    return tuple(steps)


def window_closed(sub: Subscription) -> Refusal:
    """R61: too late to cancel; what remains is to turn auto-renew off."""
    until = allowed_until(sub)
    return Refusal(
        "cancellation_window_closed",
        "The cancellation window closed at "
        f"{until:%Y-%m-%dT%H:%M:%SZ}. Auto-renew can be turned off: it then ends with its term.",
        facts={"rule": "R61", "allowed_until": until, "remains": "turn_renewal_off"},
    )


def _opens_at(sub: Subscription) -> datetime:
    """Since when the present window is open: the purchase, then the later of the term and its charge."""
    return max(sub.term.start, sub.payment.charged_at) if sub.term else sub.purchased_at


def _turns(sub: Subscription, opens: datetime, closes: datetime) -> Iterator[datetime]:
    """The instants at which another rule may begin to apply, or a day more counts as used."""
    if sub.term is not None:
        yield from (_bound(rule, sub) + INSTANT for rule in REFUNDS if rule.within is not None)
    for day in range(opens.toordinal() + 1, closes.toordinal() + 1):
        yield datetime.combine(date.fromordinal(day), time.min, opens.tzinfo)


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
