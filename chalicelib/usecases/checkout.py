"""Buy: the intent is written, the money moves, the sale becomes true (R10–R13, D9).

Where the bank wants to see the cardholder, the order waits for them: the same request hears how it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.domain import catalog, lifecycle
from chalicelib.domain.account import checked_address
from chalicelib.domain.idempotency import Record
from chalicelib.domain.invoicing import ClientAccount
from chalicelib.domain.lifecycle import Given
from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge, Order
from chalicelib.domain.people import Actor, Address, Caller, Role, Seller
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.payments import AuthenticationNeeded, Declined
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import MONEY_LEASE, UNSETTLED_CHECKS, BillingPeriod, next_in
from chalicelib.storage.records import Once
from chalicelib.storage.transaction import Stale
from chalicelib.usecases.authenticate import AwaitsCardholder
from chalicelib.usecases.cards import asking_the_provider, known_payer, new_payer
from chalicelib.usecases.catalog import link_not_found
from chalicelib.usecases.looking_up import charge_of, still_unsettled
from chalicelib.usecases.persistence import TRIES, persistently
from chalicelib.usecases.tell_tax import taxed
from chalicelib.wiring import World

AUTHENTICATION_EXPIRED: Final = "authentication_expired"  # the decline code of a cardholder who never came


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What the client asks for."""

    plan_id: str
    billing_period: BillingPeriod
    country: str
    seats: int
    payment_method: str
    address: Address
    link_token: str | None = None
    expected_total: Money | None = None


@persistently
def checkout(
    world: World, *, caller: Caller, purchase: Purchase, once: Once, at: datetime, request_id: str
) -> Subscription | AwaitsCardholder:
    """Sell the seats to the caller; a decline leaves nothing behind.

    Where the bank wants to see the cardholder, what the browser needs for that: the same key then hears how
    it came out. Refused with `payment_declined`, or `payment_unavailable` when the provider cannot say: the
    same key takes the work up where it stopped.
    """
    quote = catalog.quote(
        world.prices(catalog.check_country(purchase.country), at=at),
        plan_id=purchase.plan_id,
        billing_period=purchase.billing_period,
        country=purchase.country,
        seats=purchase.seats,
        at=at,
    )
    address = checked_address(purchase.address, pointer="/address")
    record, books, payer, freelancer_id = world.store.load_for_checkout(
        client_id=caller.id, link_token=purchase.link_token, once=once, at=at
    )
    if record is not None and record.result_id is not None:
        return _answer_late(world, record=record, once=once, at=at)
    order = world.store.order(record.order_id) if record and record.order_id else None
    stranger = None
    if order is not None:
        with asking_the_provider():
            order = replace(_of_a_customer(world, order), attempt=order.attempt + 1)
    else:
        order_id = world.ids.new("ord")
        seller = _seller(world, purchase=purchase, freelancer_id=freelancer_id, books=books)
        with asking_the_provider():
            quote = taxed(world, quote, address=address, key=order_id)
        if purchase.expected_total is not None and purchase.expected_total != quote.total:
            raise Refusal(
                "price_changed", "The price has changed. Ask for a new quote.", pointer="/expected_total"
            )
        if payer is None:
            with asking_the_provider():
                payer = stranger = new_payer(world, client=caller.person, address=address)
        order = Order(
            id=order_id,
            subscription_id=world.ids.new("sub"),
            client=caller.person,
            seller=seller,
            quote=quote,
            address=address,
            payment_method=purchase.payment_method,
            begun_at=at,
            record_key=once.key,
            fingerprint=once.fingerprint,
            customer_id=payer.customer_id,
        )
    world.store.begin_order(order, once=once, lease=MONEY_LEASE, payer=stranger, at=at)
    charge = _charge(world, order=order, once=once, at=at)
    if isinstance(charge, AwaitsCardholder):
        return charge
    return finish(world, order=order, charge=charge, books=books, once=once, at=at, request_id=request_id)


def finish(
    world: World,
    *,
    order: Order,
    charge: Charge,
    books: ClientAccount,
    once: Once | None,
    at: datetime,
    request_id: str,
) -> Subscription:
    """A charge that went through becomes a sale, whoever comes first: the caller, a sweep, a webhook."""
    for _ in range(TRIES):
        decision = lifecycle.sell(
            order,
            charge=charge,
            given=Given(
                document_id=world.ids.new("inv"),
                books=books,
                commission_rate=world.settings.commission_rate if order.seller else None,
            ),
            at=at,
            by=Actor(role=Role.CLIENT, id=order.client.id, name=order.client.name),
        )
        try:
            world.store.commit(decision, once=once, order=order)
        except Stale:
            if world.store.order(order.id) is None:
                return world.store.load(order.subscription_id)
            books = world.store.books(order.client.id)
            continue
        count("purchase", outcome="paid")
        world.queue.nudge(decision.effects, request_id=request_id)
        return decision.after
    raise Refusal("busy", "Too many changes at once. Try again.", facts={"retry_after": 1})


def settle(world: World, *, order_id: str, give_up: bool, at: datetime, request_id: str) -> None:
    """Find out what became of a checkout that nobody finished, and finish it or take it back (R10).

    With `give_up` the provider is told not to take the money any more; without, and while the cardholder may
    still confirm it, a charge that is not there yet is left to whoever is still at it.
    """
    order = world.store.order(order_id)
    if order is None:
        return
    awaited = order.waiting and at < order.waits_until
    try:
        order = _of_a_customer(world, order)
        if give_up and not awaited:
            charge = _called_off(world, order=order, at=at)
        else:
            charge = world.payments.find(
                reference=order.id, customer_id=order.customer_id, since=order.begun_at
            )
    except (Unavailable, OutcomeUnknown):
        still_unsettled(what="checkout", about=order.id, since=order.begun_at, at=at)
        world.store.snooze_order(order, next_in(UNSETTLED_CHECKS, order.begun_at, at))
        return
    if charge is not None:
        books = world.store.books(order.client.id)
        finish(world, order=order, charge=charge, books=books, once=None, at=at, request_id=request_id)
    elif awaited:
        world.store.snooze_order(order, order.waits_until)
    elif give_up:
        try:
            world.store.abandon_order(order, at=at)
        except Stale:
            return  # the caller has begun again
        count("purchase", outcome="abandoned")


def _of_a_customer(world: World, order: Order) -> Order:
    """The order with the provider's id of its client, which the first release did not know of."""
    if order.customer_id:
        return order
    payer = known_payer(world, client=order.client, address=order.address)
    return replace(order, customer_id=payer.customer_id)


def _charge(world: World, *, order: Order, once: Once, at: datetime) -> Charge | AwaitsCardholder:
    """The money, taken once; what became of an earlier attempt is looked up, not guessed."""
    try:
        return world.payments.charge(
            reference=order.id,
            customer_id=order.customer_id,
            amount=order.quote.total,
            payment_method=order.payment_method,
            off_session=False,
            again=order.attempt > 1,
            subscription_id=order.subscription_id,
            at=at,
        )
    except AuthenticationNeeded:
        return _await_cardholder(world, order=order, once=once, at=at)
    except Declined as declined:
        return _end(world, order=order, once=once, decline_code=declined.decline_code, at=at)
    except OutcomeUnknown:
        charge = charge_of(world, reference=order.id, customer_id=order.customer_id, since=order.begun_at)
        if charge is not None:
            return charge
    except Unavailable:
        pass
    raise _left_unsettled(world, order=order, once=once, at=at)


def _await_cardholder(world: World, *, order: Order, once: Once, at: datetime) -> Charge | AwaitsCardholder:
    """Let the order wait, and say what the browser needs; after its hour it is over."""
    order = replace(order, waiting=True)
    if at >= order.waits_until:
        return _end(world, order=order, once=once, decline_code=AUTHENTICATION_EXPIRED, at=at)
    world.store.release_lease(order, once=once, look_at=order.waits_until, at=at)
    try:
        found = world.payments.authentication(
            reference=order.id, customer_id=order.customer_id, since=order.begun_at
        )
    except (Unavailable, OutcomeUnknown):
        found = None
    if found is None:
        raise _unavailable()  # or it has just been confirmed: asked again, the same key hears of it
    count("purchase", outcome="authentication")
    return AwaitsCardholder(
        subscription_id=order.subscription_id, authentication=found, expires_at=order.waits_until
    )


def _end(world: World, *, order: Order, once: Once, decline_code: str, at: datetime) -> Charge:
    """Declined: nothing is bought, and nothing is left behind that could still take money.

    Where the browser was given a secret, it may have paid at the last moment: then this is the charge.
    """
    if order.waiting:
        try:
            charge = _called_off(world, order=order, at=at)
        except (Unavailable, OutcomeUnknown) as trouble:
            raise _left_unsettled(world, order=order, once=once, at=at) from trouble
        if charge is not None:
            return charge
    refusal = Refusal(
        "payment_declined",
        "The payment was declined. Nothing was bought and nothing was charged.",
        facts={"decline_code": decline_code},
    )
    world.store.abandon_order(order, once=once, refusal=refusal, at=at)
    refusal.kept = True
    count("purchase", outcome="declined")
    raise refusal


def _called_off(world: World, *, order: Order, at: datetime) -> Charge | None:
    """Nothing is taken for the order any more; the charge, if it was already."""
    return world.payments.cancel(
        reference=order.id,
        customer_id=order.customer_id,
        amount=order.quote.total,
        since=order.begun_at,
        at=at,
    )


def _left_unsettled(world: World, *, order: Order, once: Once, at: datetime) -> Refusal:
    log.warning("checkout left to be settled", extra={"order_id": order.id})
    count("purchase", outcome="unsettled")
    world.store.release_lease(order, once=once, at=at)
    return _unavailable()


def _unavailable() -> Refusal:
    return Refusal(
        "payment_unavailable",
        "The payment provider did not answer. Try again with the same Idempotency-Key: you are charged once.",
        facts={"retry_after": 5},
    )


def _answer_late(world: World, *, record: Record, once: Once, at: datetime) -> Subscription:
    """A sweep finished what the caller began: this is the first answer that the caller hears."""
    sub = world.store.load(record.result_id or "")
    world.store.answer_late(record, once.answer(sub), at=at)
    return sub


def _seller(
    world: World, *, purchase: Purchase, freelancer_id: str | None, books: ClientAccount
) -> Seller | None:
    """Who sells: the link's freelancer; without a link, the one last bought from, if still there (D9)."""
    if purchase.link_token is not None:
        if freelancer_id is None:
            raise link_not_found(world)
        freelancer = world.store.freelancer(freelancer_id)
        if not freelancer.enrolled:
            raise link_not_found(world)
        return freelancer.as_seller
    if books.last_seller_id is None:
        return None
    freelancer = world.store.freelancer(books.last_seller_id)
    return freelancer.as_seller if freelancer.enrolled else None
