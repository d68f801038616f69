"""What happens at the end of a term: renewed, declined and tried again, or expired (D3, D6, D7, D11).

The intent to charge is committed before the money moves, and stops everything else that might move the
subscription; whatever dies in between is found by the `unsettled` sweep and settled by asking the provider.
One attempt is one payment: before another is made, or none any more, the last one is called off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import catalog
from chalicelib.domain.freelancer import Freelancer
from chalicelib.domain.invoicing import ClientAccount
from chalicelib.domain.lifecycle import Decision, Event, Given, advance, possible
from chalicelib.domain.order import Charge
from chalicelib.domain.payer import Payer
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.subscription import AUTHENTICATION_REQUIRED, Renewal, Subscription
from chalicelib.domain.waking import Sweep, Wake, next_wake
from chalicelib.gateways.payments import AuthenticationNeeded, Declined
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import IN_TERM, UNSETTLED_CHECKS, Status, next_in
from chalicelib.storage.transaction import Stale
from chalicelib.storage.waking import Due
from chalicelib.usecases import stray
from chalicelib.usecases.cards import known_payer
from chalicelib.usecases.looking_up import charge_of, still_unsettled
from chalicelib.usecases.persistence import TRIES
from chalicelib.usecases.tell_tax import taxed
from chalicelib.wiring import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A subscription with everything that its renewal touches."""

    sub: Subscription
    books: ClientAccount
    seller: Freelancer | None
    payer: Payer | None


def end_term(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """The term is over: renew it if it renews, else let it expire; nothing if its moment has not come."""
    case = _load(world, due)
    sub = case.sub
    if not _is_due(sub, at=at):
        return
    expires = sub.status is Status.SUSPENDED or not sub.auto_renew
    if sub.renewal is not None and not expires and _is_hopeless(case):
        again = replace(sub.renewal, attempt=sub.renewal.attempt + 1)
        _declined(world, case=case, declined=again, at=at, request_id=request_id)
        return
    paid = _call_off(world, case=case, at=at) if sub.payment_issue else None
    if paid is not None and sub.status is Status.ACTIVE:
        _renewed(world, case=case, charge=paid, at=at, request_id=request_id)
    elif expires:
        _expire(world, sub=sub, paid=paid, at=at, request_id=request_id)
    else:
        case = replace(case, payer=_payer(world, case))
        begun = _begin(world, case=case, at=at)
        world.store.commit(begun)
        _charge(world, case=replace(case, sub=begun.after), at=at, request_id=request_id)


def settle_renewal(world: World, *, due: Due, give_up: bool, at: datetime, request_id: str) -> None:
    """Find out what became of a charge that nobody finished; with `give_up`, call it off if it is not.

    Without, a declined charge is looked for as well: its cardholder may have confirmed it by now.
    """
    case = _load(world, due)
    sub, renewal = case.sub, case.sub.renewal
    if renewal is None or renewal.since is None or sub.term is None:
        return
    if renewal.begun_at is None:
        if not give_up and sub.payment_issue:
            _look_for_late_payment(world, case=case, due=due, at=at, request_id=request_id)
        return
    try:
        charge = _call_off(world, case=case, at=at) if give_up else _find(world, case=case)
    except (Unavailable, OutcomeUnknown):
        still_unsettled(what="renewal", about=sub.id, since=renewal.begun_at, at=at)
        again_at = next_in(UNSETTLED_CHECKS, renewal.begun_at, at)
        world.store.snooze(sub, Wake(sweep=Sweep.UNSETTLED, due_at=again_at))
        return
    if charge is not None:
        _renewed(world, case=case, charge=charge, at=at, request_id=request_id)
    elif give_up:
        # Nothing was taken and nothing will be: the term's end is due again, and is tried anew.
        called_off = replace(renewal, begun_at=None, attempt=renewal.attempt - 1)
        world.store.commit(
            advance(sub, Event.RENEWAL_CALLED_OFF, at=at, by=SYSTEM, changes={"renewal": called_off})
        )
        count("renewal", outcome="called_off")


def look(world: World, *, reference: str, at: datetime, request_id: str) -> None:
    """The provider says that something about a renewal's charge has changed: see what it means for us."""
    sub = world.store.load(reference.split(".", 1)[0])
    if reference == sub.payment.reference:
        return  # the charge that pays for the current term: nothing new
    if sub.status in IN_TERM and reference == _reference(sub):
        due = Due(
            id=sub.id,
            client_id=sub.client.id,
            seller_id=sub.seller.freelancer_id if sub.seller else None,
        )
        settle_renewal(world, due=due, give_up=False, at=at, request_id=request_id)
    else:
        stray.look(world, sub=sub, reference=reference, at=at, request_id=request_id)


def renewal_price(world: World, *, sub: Subscription, at: datetime) -> catalog.Quote | None:
    """What the next term costs, tax included, at the price in force on the renewal day (R65, D10)."""
    if sub.term is None:
        return None
    price = catalog.quote(
        world.prices(sub.country, at=at),
        plan_id=sub.plan_id,
        billing_period=sub.billing_period,
        country=sub.country,
        seats=sub.seats,
        at=sub.term.end,
    )
    key = f"{sub.id}.{sub.term.number + 1}.{price.subtotal.amount}"
    return taxed(world, price, address=sub.address, key=key)


def _load(world: World, due: Due) -> Case:
    sub, books, seller, payer = world.store.load_for_renewal(due)
    return Case(sub=sub, books=books, seller=seller, payer=payer)


def _is_due(sub: Subscription, *, at: datetime) -> bool:
    if sub.status not in IN_TERM or sub.renewal_under_way or sub.term is None:
        return False
    wake = next_wake(sub)
    declined = sub.payment_issue and sub.auto_renew and sub.status is Status.ACTIVE
    if declined:
        return wake is not None and wake.sweep is Sweep.RENEWAL_RETRIES and wake.due_at <= at
    return sub.term.end <= at


def _is_hopeless(case: Case) -> bool:
    """Whether the card that the bank wants never to see again is still the only one."""
    renewal = case.sub.renewal
    return (
        renewal is not None
        and renewal.hopeless
        and case.sub.payment_issue
        and _card(case) == renewal.payment_method
    )


def _card(case: Case) -> str:
    return case.payer.card_for(case.sub) if case.payer else case.sub.payment_method


def _payer(world: World, case: Case) -> Payer:
    return case.payer or known_payer(world, client=case.sub.client, address=case.sub.address)


def _reference(sub: Subscription) -> str | None:
    """Under which the provider knows the attempt that is under way, or was the last."""
    if sub.renewal is None or sub.term is None:
        return None
    return sub.renewal.reference(sub.id, sub.term.number + 1)


def _begin(world: World, *, case: Case, at: datetime) -> Decision:
    sub = case.sub
    if sub.renewal is not None and sub.payment_issue:
        renewal = replace(
            sub.renewal,
            attempt=sub.renewal.attempt + 1,
            tries=sub.renewal.tries + 1,
            begun_at=at,
            tried_at=at,
            payment_method=_card(case),
            hopeless=False,
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
            tax_calculation=price.tax_calculation,
            begun_at=at,
            tried_at=at,
            payment_method=_card(case),
        )
    return advance(sub, Event.RENEWAL_BEGUN, at=at, by=SYSTEM, changes={"renewal": renewal})


def _charge(world: World, *, case: Case, at: datetime, request_id: str) -> None:
    sub, renewal = case.sub, case.sub.renewal
    reference = _reference(sub)
    if renewal is None or reference is None:
        raise ValueError("a charge without an intent")
    customer_id = _payer(world, case).customer_id
    try:
        charge: Charge | None = world.payments.charge(
            reference=reference,
            customer_id=customer_id,
            amount=renewal.amount,
            payment_method=renewal.payment_method or sub.payment_method,
            off_session=True,
            again=False,
            subscription_id=sub.id,
            at=at,
        )
    except Declined as declined:
        code, hopeless = declined.decline_code, declined.hopeless
        refused = replace(renewal, decline_code=code, hopeless=hopeless)
        _declined(world, case=case, declined=refused, at=at, request_id=request_id)
        return
    except AuthenticationNeeded:
        refused = replace(renewal, decline_code=AUTHENTICATION_REQUIRED, hopeless=False)
        _declined(world, case=case, declined=refused, at=at, request_id=request_id)
        return
    except OutcomeUnknown:
        charge = charge_of(world, reference=reference, customer_id=customer_id, since=at)
    except Unavailable:
        charge = None
    if charge is None:
        _leave_unsettled(sub)
        return
    _renewed(world, case=case, charge=charge, at=at, request_id=request_id)


def _find(world: World, *, case: Case) -> Charge | None:
    """The charge of the last attempt, if it succeeded."""
    renewal, reference = case.sub.renewal, _reference(case.sub)
    if renewal is None or reference is None or renewal.since is None:
        return None
    customer_id = _payer(world, case).customer_id
    return world.payments.find(reference=reference, customer_id=customer_id, since=renewal.since)


def _call_off(world: World, *, case: Case, at: datetime) -> Charge | None:
    """Nothing is taken for the last attempt any more; its charge, if it succeeded before."""
    renewal, reference = case.sub.renewal, _reference(case.sub)
    if renewal is None or reference is None or renewal.since is None:
        return None
    return world.payments.cancel(
        reference=reference,
        customer_id=_payer(world, case).customer_id,
        amount=renewal.amount,
        since=renewal.since,
        at=at,
    )


def _look_for_late_payment(world: World, *, case: Case, due: Due, at: datetime, request_id: str) -> None:
    """A charge that was declined, and that the cardholder may have confirmed since."""
    if case.sub.status is not Status.ACTIVE:
        end_term(world, due=due, at=at, request_id=request_id)  # it does not renew: it ends, and gives back
        return
    charge = _find(world, case=case)
    if charge is not None:
        _renewed(world, case=case, charge=charge, at=at, request_id=request_id)


def _renewed(world: World, *, case: Case, charge: Charge, at: datetime, request_id: str) -> None:
    sub, books = case.sub, case.books
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
                commission_rate=_commission_rate(world, case.seller),
                payouts=world.settings.stripe.payouts,
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
            if not possible(sub, Event.RENEWED):
                break
            continue
        count("renewal", outcome="paid")
        world.queue.nudge(decision.effects, request_id=request_id)
        return
    raise Stale(f"{sub.id} moved all the time")


def _declined(world: World, *, case: Case, declined: Renewal, at: datetime, request_id: str) -> None:
    """Note a decline, `declined` being the attempt and what the bank said; the last one is the end."""
    if declined.is_last_attempt:
        try:
            paid = _call_off(world, case=case, at=at)
        except (Unavailable, OutcomeUnknown):
            _leave_unsettled(case.sub)
            return
        if paid is not None:
            _renewed(world, case=case, charge=paid, at=at, request_id=request_id)
            return
    sub, tried = case.sub, case.sub.renewal
    detail = {"attempt": declined.attempt, "decline_code": declined.decline_code}
    for _ in range(TRIES):
        renewal = replace(declined, begun_at=None, first_declined_at=declined.first_declined_at or at)
        event = Event.RENEWAL_DECLINED
        if declined.is_last_attempt:
            event, detail = Event.RENEWAL_GIVEN_UP, {**detail, "cause": "payment"}
        decision = advance(sub, event, at=at, by=SYSTEM, changes={"renewal": renewal}, detail=detail)
        try:
            world.store.commit(decision)
        except Stale:
            sub = world.store.load(sub.id)
            if sub.renewal != tried or not possible(sub, event):
                return  # settled by someone else
            continue
        count("renewal", outcome="given_up" if declined.is_last_attempt else "declined")
        world.queue.nudge(decision.effects, request_id=request_id)
        return
    raise Stale(f"{sub.id} moved all the time")


def _expire(world: World, *, sub: Subscription, paid: Charge | None, at: datetime, request_id: str) -> None:
    cause = "auto_renew_off"
    if sub.status is Status.SUSPENDED:
        cause = "suspended"
    elif sub.payment_issue:
        cause = "payment"
    decision = advance(sub, Event.TERM_ENDED, at=at, by=SYSTEM, detail={"cause": cause})
    if paid is not None:
        decision = replace(decision, effects=(*decision.effects, stray.giving_back(sub, paid, at=at)))
    world.store.commit(decision)
    count("expiry", cause=cause)
    world.queue.nudge(decision.effects, request_id=request_id)


def _commission_rate(world: World, seller: Freelancer | None) -> int | None:
    """D15: whoever is no longer in the program earns nothing from the next cycle on."""
    return world.settings.commission_rate if seller is not None and seller.enrolled else None


def _leave_unsettled(sub: Subscription) -> None:
    log.warning("renewal left to be settled", extra={"subscription_id": sub.id})
    count("renewal", outcome="unsettled")
