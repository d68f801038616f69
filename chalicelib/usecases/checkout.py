"""Buy: the intent is written, the money moves, the sale becomes true (R10–R13, D9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

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
from chalicelib.gateways.payments import Declined
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import MONEY_LEASE, UNSETTLED_CHECKS, BillingPeriod, next_in
from chalicelib.storage.store import Once
from chalicelib.storage.transaction import Stale
from chalicelib.usecases.catalog import link_not_found
from chalicelib.usecases.looking_up import charge_of
from chalicelib.usecases.persistence import TRIES, persistently
from chalicelib.wiring import World


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
) -> Subscription:
    """Sell the seats to the caller; a decline leaves nothing behind.

    Refused with `payment_declined`, or `payment_unavailable` when the provider cannot say: the same key then
    takes the work up where it stopped.
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
    record, books, freelancer_id = world.store.load_for_checkout(
        client_id=caller.id, link_token=purchase.link_token, once=once, at=at
    )
    if record is not None and record.result_id is not None:
        return _answer_late(world, record=record, once=once, at=at)
    order = world.store.order(record.order_id) if record and record.order_id else None
    if order is not None:
        order = replace(order, attempt=order.attempt + 1)
    else:
        if purchase.expected_total is not None and purchase.expected_total != quote.total:
            raise Refusal(
                "price_changed", "The price has changed. Ask for a new quote.", pointer="/expected_total"
            )
        order = Order(
            id=world.ids.new("ord"),
            subscription_id=world.ids.new("sub"),
            client=caller.person,
            seller=_seller(world, purchase=purchase, freelancer_id=freelancer_id, books=books),
            quote=quote,
            address=address,
            payment_method=purchase.payment_method,
            begun_at=at,
            record_key=once.key,
            fingerprint=once.fingerprint,
        )
    world.store.begin_order(order, once=once, lease=MONEY_LEASE, at=at)
    charge = _charge(world, order=order, once=once, at=at)
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

    With `give_up` the provider is told not to take the money any more; without, a charge that is not there
    yet is left to whoever is still at it.
    """
    order = world.store.order(order_id)
    if order is None:
        return
    try:
        if give_up:
            charge = world.payments.cancel(reference=order.id, at=at)
        else:
            charge = world.payments.find(reference=order.id)
    except (Unavailable, OutcomeUnknown):
        count("unsettled", what="checkout")
        world.store.snooze_order(order, next_in(UNSETTLED_CHECKS, order.begun_at, at))
        return
    if charge is not None:
        books = world.store.books(order.client.id)
        finish(world, order=order, charge=charge, books=books, once=None, at=at, request_id=request_id)
    elif give_up:
        try:
            world.store.abandon_order(order, at=at)
        except Stale:
            return  # the caller has begun again
        count("purchase", outcome="abandoned")


def _charge(world: World, *, order: Order, once: Once, at: datetime) -> Charge:
    if order.attempt > 1:
        # Someone began this before and was not heard of again: what became of it is looked up, not guessed.
        charge = charge_of(world, reference=order.id)
        if charge is not None:
            return charge
    try:
        return world.payments.charge(
            key=f"{order.id}.{order.attempt}",
            reference=order.id,
            amount=order.quote.total,
            payment_method=order.payment_method,
            client_id=order.client.id,
            off_session=False,
            at=at,
        )
    except Declined as declined:
        refusal = Refusal(
            "payment_declined",
            "The payment was declined. Nothing was bought and nothing was charged.",
            facts={"decline_code": declined.decline_code},
        )
        world.store.abandon_order(order, once=once, refusal=refusal, at=at)
        refusal.kept = True
        count("purchase", outcome="declined")
        raise refusal from declined
    except OutcomeUnknown:
        charge = charge_of(world, reference=order.id)
        if charge is not None:
            return charge
    except Unavailable:
        pass
    log.warning("checkout left to be settled", extra={"order_id": order.id})
    count("purchase", outcome="unsettled")
    world.store.release_lease(order, once=once, at=at)
    raise Refusal(
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
