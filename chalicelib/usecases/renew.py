"""What happens at the end of a term: renewed, declined and tried again, or expired (D3, D6, D7, D11).

The intent to charge is committed before the money moves, and stops everything else that might move the
subscription; whatever dies in between is found by the `unsettled` sweep and settled by asking the provider.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain import catalog
from chalicelib.domain.freelancer import Freelancer
from chalicelib.domain.invoicing import ClientAccount
from chalicelib.domain.lifecycle import Decision, Event, Given, advance
from chalicelib.domain.order import Charge
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.subscription import Renewal, Subscription
from chalicelib.domain.waking import Sweep, Wake, next_wake
from chalicelib.gateways.payments import Declined
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import UNSETTLED_CHECKS, Status, next_in
from chalicelib.storage.store import Due
from chalicelib.storage.transaction import Stale
from chalicelib.usecases.looking_up import charge_of
from chalicelib.usecases.persistence import TRIES
from chalicelib.wiring import World


def end_term(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """The term is over: renew it if it renews, else let it expire; nothing if its moment has not come."""
    sub, books, seller = world.store.load_for_renewal(due)
    if not _is_due(sub, at=at):
        return
    if sub.status is Status.SUSPENDED or not sub.auto_renew:
        _expire(world, sub=sub, at=at, request_id=request_id)
        return
    begun = _begin(world, sub=sub, at=at)
    world.store.commit(begun)
    _charge(world, sub=begun.after, books=books, seller=seller, at=at, request_id=request_id)


def settle_renewal(world: World, *, due: Due, give_up: bool, at: datetime, request_id: str) -> None:
    """Find out what became of a charge that nobody finished; with `give_up`, call it off if it is not."""
    sub, books, seller = world.store.load_for_renewal(due)
    if sub.renewal is None or sub.renewal.begun_at is None or sub.term is None:
        return
    reference = sub.renewal.reference(sub.id, sub.term.number + 1)
    try:
        if give_up:
            charge = world.payments.cancel(reference=reference, at=at)
        else:
            charge = world.payments.find(reference=reference)
    except (Unavailable, OutcomeUnknown):
        count("unsettled", what="renewal")
        again_at = next_in(UNSETTLED_CHECKS, sub.renewal.begun_at, at)
        world.store.snooze(sub, Wake(sweep=Sweep.UNSETTLED, due_at=again_at))
        return
    if charge is not None:
        _renewed(world, sub=sub, books=books, seller=seller, charge=charge, at=at, request_id=request_id)
    elif give_up:
        # Nothing was taken and nothing will be: the term's end is due again, and is tried anew.
        called_off = replace(sub.renewal, begun_at=None, attempt=sub.renewal.attempt - 1)
        world.store.commit(
            advance(sub, Event.RENEWAL_CALLED_OFF, at=at, by=SYSTEM, changes={"renewal": called_off})
        )
        count("renewal", outcome="called_off")


def renewal_price(world: World, *, sub: Subscription, at: datetime) -> catalog.Quote | None:
    """What the next term costs, at the price in force on the renewal day (R65, D10)."""
    if sub.term is None:
        return None
    return catalog.quote(
        world.prices(sub.country, at=at),
        plan_id=sub.plan_id,
        billing_period=sub.billing_period,
        country=sub.country,
        seats=sub.seats,
        at=sub.term.end,
    )


def _is_due(sub: Subscription, *, at: datetime) -> bool:
    if sub.status not in (Status.ACTIVE, Status.SUSPENDED) or sub.renewal_under_way or sub.term is None:
        return False
    wake = next_wake(sub)
    declined = sub.payment_issue and sub.auto_renew and sub.status is Status.ACTIVE
    if declined:
        return wake is not None and wake.sweep is Sweep.RENEWAL_RETRIES and wake.due_at <= at
    return sub.term.end <= at


def _begin(world: World, *, sub: Subscription, at: datetime) -> Decision:
    if sub.renewal is not None and sub.payment_issue:
        renewal = replace(
            sub.renewal, attempt=sub.renewal.attempt + 1, tries=sub.renewal.tries + 1, begun_at=at
        )
    else:
        price = renewal_price(world, sub=sub, at=at)
        if price is None:
            raise ValueError("a renewal without a term")
        renewal = Renewal(
            attempt=1,
            tries=sub.renewal.tries + 1 if sub.renewal else 1,
            amount=price.total,
            unit_price=price.unit_price,
            tax=price.tax,
            begun_at=at,
        )
    return advance(sub, Event.RENEWAL_BEGUN, at=at, by=SYSTEM, changes={"renewal": renewal})


def _charge(
    world: World,
    *,
    sub: Subscription,
    books: ClientAccount,
    seller: Freelancer | None,
    at: datetime,
    request_id: str,
) -> None:
    renewal, term = sub.renewal, sub.term
    if renewal is None or term is None:
        raise ValueError("a charge without an intent")
    reference = renewal.reference(sub.id, term.number + 1)
    try:
        charge = world.payments.charge(
            key=reference,
            reference=reference,
            amount=renewal.amount,
            payment_method=sub.payment_method,
            client_id=sub.client.id,
            off_session=True,
            at=at,
        )
    except Declined as declined:
        _declined(world, sub=sub, decline_code=declined.decline_code, at=at, request_id=request_id)
        return
    except OutcomeUnknown:
        found = charge_of(world, reference=reference)
        if found is None:
            _leave_unsettled(sub)
            return
        charge = found
    except Unavailable:
        _leave_unsettled(sub)
        return
    _renewed(world, sub=sub, books=books, seller=seller, charge=charge, at=at, request_id=request_id)


def _renewed(
    world: World,
    *,
    sub: Subscription,
    books: ClientAccount,
    seller: Freelancer | None,
    charge: Charge,
    at: datetime,
    request_id: str,
) -> None:
    for _ in range(TRIES):
        decision = advance(
            sub,
            Event.RENEWED,
            at=at,
            by=SYSTEM,
            given=Given(
                document_id=world.ids.new("inv"),
                books=books,
                charge=charge,
                commission_rate=_commission_rate(world, seller),
            ),
            detail={"amount": sub.renewal.amount.amount if sub.renewal else 0},
        )
        try:
            world.store.commit(decision)
        except Stale:
            # Something beside the renewal moved, such as the delegation or the client's other invoices.
            charged = sub.renewal
            sub, books = world.store.load_with_books(sub.id, client_id=sub.client.id, at=at)
            if sub.renewal is None or charged is None or sub.renewal.tries != charged.tries:
                return  # it was settled by someone else
            continue
        count("renewal", outcome="paid")
        world.queue.nudge(decision.effects, request_id=request_id)
        return
    raise Stale(f"{sub.id} moved all the time")


def _declined(world: World, *, sub: Subscription, decline_code: str, at: datetime, request_id: str) -> None:
    for _ in range(TRIES):
        renewal = sub.renewal
        if renewal is None or renewal.begun_at is None:
            return  # settled by someone else
        declined = replace(
            renewal,
            begun_at=None,
            first_declined_at=renewal.first_declined_at or at,
            decline_code=decline_code,
        )
        detail = {"attempt": renewal.attempt, "decline_code": decline_code}
        event = Event.RENEWAL_DECLINED
        if renewal.is_last_attempt:
            event, detail = Event.RENEWAL_GIVEN_UP, {**detail, "cause": "payment"}
        decision = advance(sub, event, at=at, by=SYSTEM, changes={"renewal": declined}, detail=detail)
        try:
            world.store.commit(decision)
        except Stale:
            sub = world.store.load(sub.id)
            continue
        count("renewal", outcome="given_up" if renewal.is_last_attempt else "declined")
        world.queue.nudge(decision.effects, request_id=request_id)
        return
    raise Stale(f"{sub.id} moved all the time")


def _expire(world: World, *, sub: Subscription, at: datetime, request_id: str) -> None:
    cause = "auto_renew_off"
    if sub.status is Status.SUSPENDED:
        cause = "suspended"
    elif sub.payment_issue:
        cause = "payment"
    decision = advance(sub, Event.TERM_ENDED, at=at, by=SYSTEM, detail={"cause": cause})
    world.store.commit(decision)
    count("expiry", cause=cause)
    world.queue.nudge(decision.effects, request_id=request_id)


def _commission_rate(world: World, seller: Freelancer | None) -> int | None:
    """D15: whoever is no longer in the program earns nothing from the next cycle on."""
    return world.settings.commission_rate if seller is not None and seller.enrolled else None


def _leave_unsettled(sub: Subscription) -> None:
    log.warning("renewal left to be settled", extra={"subscription_id": sub.id})
    count("renewal", outcome="unsettled")
