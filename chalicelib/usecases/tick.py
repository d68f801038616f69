"""What time brings: one function a sweep, each asking whether it is really due before it acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib import usecases
from chalicelib.domain.effects import Effect, EffectKind
from chalicelib.domain.lifecycle import Event, Given, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Sweep, next_reminder, next_wake
from chalicelib.observability import count
from chalicelib.rulebook import REMIND_BEFORE_END, UNSETTLED_ALARM, UNSETTLED_CHECKS
from chalicelib.storage.waking import Due
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World

Act = Callable[..., None]


@persistently
def lapse(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """R44, D5: not active 14 days after the purchase; canceled, and everything given back."""
    sub, books, *_ = world.store.load_for_renewal(due)
    if not _is_due(sub, Sweep.ACTIVATION_DEADLINES, at=at) and not _overdue(sub, at=at):
        return
    given = Given(document_id=world.ids.new("inv"), books=books)
    decision = advance(sub, Event.ACTIVATION_LAPSED, at=at, by=SYSTEM, given=given)
    world.store.commit(decision)
    count("activation", outcome="lapsed")
    world.queue.nudge(decision.effects, request_id=request_id)


@persistently
def remind(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """R68, D10: the term is ending; once per term and offset, and only the nearest if several were missed."""
    sub = world.store.load(due.id)
    if sub.term is None or not _is_due(sub, Sweep.REMINDERS, at=at):
        return
    ahead = next_reminder(sub)
    missed = [
        offset
        for offset in REMIND_BEFORE_END[sub.billing_period]
        if ahead is not None and offset <= ahead and sub.term.end - offset <= at
    ]
    price = usecases.renew.renewal_price(world, sub=sub, at=at)
    decision = advance(
        sub,
        Event.REMINDED,
        at=at,
        by=SYSTEM,
        given=Given(renewal_amount=price.total if price else None),
        changes={"reminded": min(missed)},
        detail={"days": min(missed).days},
    )
    world.store.commit(decision)
    count("reminder")
    world.queue.nudge(decision.effects, request_id=request_id)


@persistently
def earn(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """D13: the charge can no longer be refunded; the commission on it is earned."""
    sub = world.store.load(due.id)
    if not _is_due(sub, Sweep.COMMISSIONS, at=at):
        return
    given = Given(payouts=world.settings.stripe.payouts)
    decision = advance(sub, Event.WINDOW_CLOSED, at=at, by=SYSTEM, given=given)
    world.store.commit(decision)
    count("commission", outcome="earned")
    world.queue.nudge(decision.effects, request_id=request_id)


@persistently
def close(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """R50: expired for 30 days; canceled for good."""
    sub = world.store.load(due.id)
    if not _is_due(sub, Sweep.EXPIRATIONS, at=at):
        return
    given = Given(payouts=world.settings.stripe.payouts)
    decision = advance(sub, Event.EXPIRY_LAPSED, at=at, by=SYSTEM, given=given)
    world.store.commit(decision)
    count("cancellation", rule="expired")
    world.queue.nudge(decision.effects, request_id=request_id)


@persistently
def end_term(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """D3, D11: a term's end, or the retry of a declined renewal."""
    usecases.renew.end_term(world, due=due, at=at, request_id=request_id)


@persistently
def look(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """Ask Microsoft how far it is; whatever it says, nobody waits past the activation deadline."""
    lapse(world, due=due, at=at, request_id=request_id)
    usecases.provision.look(world, subscription_id=due.id, at=at, request_id=request_id)


@persistently
def settle(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """Ask the provider what became of money that was on its way."""
    if due.id.startswith("ord_"):
        usecases.checkout.settle(world, order_id=due.id, give_up=True, at=at, request_id=request_id)
    else:
        usecases.renew.settle_renewal(world, due=due, give_up=True, at=at, request_id=request_id)


def nudge(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """An effect that nobody has carried out for a while: have it carried out."""
    template = due.id.rsplit(".", 1)[-1]
    kind = EffectKind(template) if template in set(EffectKind) else EffectKind.MAIL
    effect = Effect(id=due.id, kind=kind, subject="", data={}, created_at=at)
    count("outbox", outcome="nudged", kind=kind)
    world.queue.nudge([effect], request_id=request_id)


def reconcile(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """Compare with what Microsoft has; differences are reported, and listed for the operator."""
    usecases.reconcile.reconcile(world, due=due, at=at, request_id=request_id)


ACTS: Mapping[Sweep, Act] = {
    Sweep.ACTIVATION_DEADLINES: lapse,
    Sweep.PROVISIONING: look,
    Sweep.REMINDERS: remind,
    Sweep.TERM_ENDS: end_term,
    Sweep.RENEWAL_RETRIES: end_term,
    Sweep.COMMISSIONS: earn,
    Sweep.EXPIRATIONS: close,
    Sweep.UNSETTLED: settle,
    Sweep.OUTBOX: nudge,
    Sweep.RECONCILIATIONS: reconcile,
}


def unsettled_overdue(world: World, *, at: datetime) -> int:
    """How many checkouts and renewals have had an unknown outcome for more than an hour.

    Told by when the provider is asked next, which the index knows without a look at each: whoever waits for
    longer than an hour has been asked about an hour after it began; whoever should have been asked an hour
    after it began, or before, has been waiting for as long.
    """
    first, second, *_ = UNSETTLED_CHECKS
    unasked = UNSETTLED_ALARM - first
    return sum(not -unasked <= due_at - at <= second for due_at in world.store.waiting(Sweep.UNSETTLED))


def _is_due(sub: Subscription, sweep: Sweep, *, at: datetime) -> bool:
    wake = next_wake(sub)
    return wake is not None and wake.sweep is sweep and wake.due_at <= at


def _overdue(sub: Subscription, *, at: datetime) -> bool:
    """Past its activation deadline, even if Microsoft was to be asked before."""
    return sub.never_activated and sub.activation_deadline <= at and next_wake(sub) is not None
