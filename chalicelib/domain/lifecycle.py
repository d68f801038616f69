"""The life of a subscription as one table: what may happen next, and what follows from it.

`advance` is the only way to a changed subscription. It looks up the row of (status, event), applies the
change and then the row's consequences, in order, and answers a decision that the store commits whole.
Every pair that the table does not have is refused with `invalid_transition`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from chalicelib.domain import consequences as then
from chalicelib.domain.account import Account
from chalicelib.domain.catalog import Quote
from chalicelib.domain.commission import Earning
from chalicelib.domain.disputes import Contest
from chalicelib.domain.effects import Effect
from chalicelib.domain.invoicing import ClientAccount, Document
from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge, Order
from chalicelib.domain.people import Actor, Role
from chalicelib.domain.refunds import Refund
from chalicelib.domain.refusals import Refusal, invalid_transition
from chalicelib.domain.subscription import Payment, Subscription
from chalicelib.rulebook import Status


class Event(StrEnum):
    """What can happen to a subscription; the name in the history."""

    PURCHASED = "purchased"
    ACCOUNT_SUBMITTED = "account_submitted"
    ACCOUNT_APPROVED = "account_approved"
    ACCOUNT_REJECTED = "account_rejected"
    AGREEMENT_OFFERED = "agreement_offered"
    AGREEMENT_ACCEPTED = "agreement_accepted"
    ORDER_PLACED = "order_placed"
    MICROSOFT_REFUSED = "microsoft_refused"
    ACTIVATED = "activated"
    ACTIVATION_LAPSED = "activation_lapsed"
    CANCELED = "canceled"
    AUTO_RENEW_SET = "auto_renew_set"
    REMINDED = "reminded"
    WINDOW_CLOSED = "window_closed"
    RENEWAL_BEGUN = "renewal_begun"
    RENEWED = "renewed"
    RENEWAL_DECLINED = "renewal_declined"
    RENEWAL_GIVEN_UP = "renewal_given_up"
    RENEWAL_CALLED_OFF = "renewal_called_off"
    TERM_ENDED = "term_ended"
    EXPIRY_LAPSED = "expiry_lapsed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    DELEGATION_REQUESTED = "delegation_requested"
    DELEGATION_APPROVED = "delegation_approved"
    DELEGATION_REJECTED = "delegation_rejected"
    DELEGATION_ENDED = "delegation_ended"
    GRANT_REQUESTED = "grant_requested"
    GRANT_ACTIVE = "grant_active"
    GRANT_ENDED = "grant_ended"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    DISPUTE_CLOSED = "dispute_closed"
    REFUNDED_ELSEWHERE = "refunded_elsewhere"


# While a renewal's charge is on its way, only its answer moves these (and people still talk delegation).
SAFE_DURING_RENEWAL: Final = frozenset(
    {
        Event.RENEWED,
        Event.RENEWAL_DECLINED,
        Event.RENEWAL_GIVEN_UP,
        Event.RENEWAL_CALLED_OFF,
        Event.WINDOW_CLOSED,
        Event.DELEGATION_REQUESTED,
        Event.DELEGATION_APPROVED,
        Event.DELEGATION_REJECTED,
        Event.DELEGATION_ENDED,
        Event.GRANT_REQUESTED,
        Event.GRANT_ACTIVE,
        Event.GRANT_ENDED,
        Event.REFUNDED,
        Event.DISPUTED,
        Event.DISPUTE_CLOSED,
        Event.REFUNDED_ELSEWHERE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the outside world gave for this decision: ids, charges, books and rates."""

    document_id: str | None = None
    books: ClientAccount | None = None
    charge: Charge | None = None
    commission_rate: int | None = None  # basis points; None: the freelancer earns nothing (any more)
    renewal_amount: Money | None = None
    refund: Refund | None = None  # that was quoted, and is honored
    payouts: bool = False  # whether what is earned is paid out by us
    contest: Contest | None = None


@dataclass(kw_only=True)
class Move:
    """A decision in the making: what the consequences of a row look at and add to."""

    before: Subscription | None
    after: Subscription
    event: Event
    at: datetime
    by: Actor
    given: Given
    detail: dict[str, Any] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    earnings: list[tuple[Earning | None, Earning]] = field(default_factory=list)
    books: ClientAccount | None = None

    @property
    def document(self) -> Document:
        """The invoice or credit note that this move has just written."""
        return self.documents[-1]

    @property
    def account(self) -> Account:
        """The submitted Microsoft account; only rows of submitted accounts ask for it."""
        if self.after.account is None:
            msg = f"{self.event} without a Microsoft account"
            raise ValueError(msg)
        return self.after.account

    def change(self, **changes: Any) -> None:
        """Replace fields of the subscription as it will be."""
        self.after = replace(self.after, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes true, whole: the new state, its line of history, its papers, its effects."""

    before: Subscription | None
    after: Subscription
    event: Event
    at: datetime
    by: Actor
    detail: Mapping[str, Any]
    effects: tuple[Effect, ...]
    documents: tuple[Document, ...]
    earnings: tuple[tuple[Earning | None, Earning], ...]
    books: ClientAccount | None


Consequence = Callable[[Move], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    rules: str
    sources: tuple[Status, ...]
    event: Event
    to: Status | None  # None: the status stays as it is
    consequences: tuple[Consequence, ...] = ()


P, C, F = Status.PENDING, Status.CONNECTING, Status.FAILED
A, S, X, Z = Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED, Status.CANCELED
E = Event

TRANSITIONS: Final = (
    # rules             from          what happens             to    and then
    Row("R17 R21", (P, F), E.ACCOUNT_SUBMITTED, C, (then.open_review,)),
    Row("R17 R18", (C,), E.ACCOUNT_APPROVED, C, (then.connect,)),
    Row("R17", (C,), E.ACCOUNT_REJECTED, F, (then.Tell(Role.CLIENT, "E9"),)),
    Row("R18 R25", (C,), E.AGREEMENT_OFFERED, C, (then.Tell(Role.CLIENT, "E3"),)),
    Row("R19 R25", (C,), E.AGREEMENT_ACCEPTED, C, (then.place_order,)),
    Row("R20", (C,), E.ORDER_PLACED, None),
    Row("R46", (C,), E.MICROSOFT_REFUSED, F, (then.revoke, then.Tell(Role.CLIENT, "E9"))),
    Row(
        "R20 R26 D2",
        (C,),
        E.ACTIVATED,
        A,
        (then.begin_term, then.ask_for_grant, then.Tell(Role.CLIENT, "E4")),
    ),
    Row(
        "R44 D5",
        (P, C, F),
        E.ACTIVATION_LAPSED,
        Z,
        (then.refund, then.revoke, then.end_delegation, then.Tell(Role.CLIENT, "E7")),
    ),
    Row(
        "R54 R59",
        (P, C, F),
        E.CANCELED,
        Z,
        (then.refund, then.revoke, then.end_delegation, then.Tell(Role.CLIENT, "E7")),
    ),
    Row(
        "R52 R57 R60",
        (A, S),
        E.CANCELED,
        Z,
        (then.refund, then.revoke, then.end_delegation, then.Tell(Role.CLIENT, "E7")),
    ),
    Row("R62 D16", (P, C, F, A, S), E.AUTO_RENEW_SET, None, (then.align_renewal,)),
    Row("R68 D10", (A, S), E.REMINDED, None, (then.Tell(Role.CLIENT, "E8"),)),
    Row("D13", (A, S, X), E.WINDOW_CLOSED, None, (then.earn,)),
    Row("R65", (A,), E.RENEWAL_BEGUN, None),
    Row(
        "R65 R66 D3",
        (A,),
        E.RENEWED,
        A,
        (
            then.earn,
            then.next_term,
            then.issue_invoice,
            then.report_tax,
            then.accrue,
            then.Tell(Role.CLIENT, "E10"),
        ),
    ),
    Row("D11", (A,), E.RENEWAL_DECLINED, A, (then.Tell(Role.CLIENT, "E14"),)),
    Row("D11", (A,), E.RENEWAL_GIVEN_UP, X, (then.expire, then.revoke, then.Tell(Role.CLIENT, "E11"))),
    Row("R65", (A,), E.RENEWAL_CALLED_OFF, None),
    Row("R67 R70 D6", (A,), E.TERM_ENDED, X, (then.expire, then.revoke, then.Tell(Role.CLIENT, "E11"))),
    Row("D7", (S,), E.TERM_ENDED, X, (then.expire, then.revoke, then.Tell(Role.CLIENT, "E11"))),
    Row("R50", (X,), E.EXPIRY_LAPSED, Z, (then.close, then.end_delegation, then.Tell(Role.CLIENT, "E7"))),
    Row("R48 D7", (A,), E.SUSPENDED, S, (then.suspend_access, then.Tell(Role.CLIENT, "E12"))),
    Row("R48", (S,), E.REINSTATED, A, (then.restore_access, then.Tell(Role.CLIENT, "E13"))),
    Row("R37 R41 D8", (P, C, F, A, S, X), E.DELEGATION_REQUESTED, None, (then.Tell(Role.FREELANCER, "E5"),)),
    Row(
        "R42 D8",
        (P, C, F, A, S, X),
        E.DELEGATION_APPROVED,
        None,
        (then.ask_for_grant, then.Tell(Role.CLIENT, "E6")),
    ),
    Row("R42 D8", (P, C, F, A, S, X), E.DELEGATION_REJECTED, None, (then.Tell(Role.CLIENT, "E6"),)),
    Row("D8 D15", (P, C, F, A, S, X), E.DELEGATION_ENDED, None, (then.end_grant,)),
    Row("R33 D8", (A, S, X), E.GRANT_REQUESTED, None, (then.Tell(Role.CLIENT, "E16"),)),
    Row("R33 D8", (A, S, X), E.GRANT_ACTIVE, None),
    Row("D8 D15", (A, S, X, Z), E.GRANT_ENDED, None),
    Row("D12", (Z,), E.REFUNDED, None, (then.refund_arrived, then.reverse_tax)),
    Row("D12", (Z,), E.REFUND_FAILED, None, (then.refund_came_back,)),
    Row("D13", (P, C, F, A, S, X, Z), E.DISPUTED, None, (then.contest,)),
    Row("D13", (P, C, F, A, S, X, Z), E.DISPUTE_CLOSED, None, (then.contest,)),
    Row("D13", (P, C, F, A, S, X, Z), E.REFUNDED_ELSEWHERE, None, (then.contest,)),
)

SALE: Final = (
    then.issue_invoice,
    then.report_tax,
    then.accrue,
    then.Tell(Role.CLIENT, "E1"),
    then.Tell(Role.FREELANCER, "E2"),
)

_ROWS: Final = {(source, row.event): row for row in TRANSITIONS for source in row.sources}


def sell(order: Order, *, charge: Charge, given: Given, at: datetime, by: Actor) -> Decision:
    """A paid order becomes a pending subscription (R10–R13): invoice, E1, E2, commission."""
    quote = order.quote
    after = Subscription(
        id=order.subscription_id,
        version=1,
        status=Status.PENDING,
        client=order.client,
        seller=order.seller,
        plan_id=quote.plan_id,
        seats=quote.seats,
        billing_period=quote.billing_period,
        country=quote.country,
        address=order.address,
        payment_method=order.payment_method,
        auto_renew=True,  # R64
        purchased_at=order.begun_at,
        payment=_payment(quote=quote, charge=charge),
    )
    move = Move(before=None, after=after, event=Event.PURCHASED, at=at, by=by, given=given, books=given.books)
    for consequence in SALE:
        consequence(move)
    return _decided(move)


def advance(
    sub: Subscription,
    event: Event,
    *,
    at: datetime,
    by: Actor,
    given: Given | None = None,
    changes: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Decision:
    """What the table makes of this event; refused with `invalid_transition` where it has no row."""
    row = row_of(sub, event)
    given = given or Given()
    move = Move(
        before=sub,
        after=replace(sub, version=sub.version + 1, status=row.to or sub.status, **dict(changes or {})),
        event=event,
        at=at,
        by=by,
        given=given,
        detail=dict(detail or {}),
        books=given.books,
    )
    for consequence in row.consequences:
        consequence(move)
    return _decided(move)


def row_of(sub: Subscription, event: Event) -> Row:
    """The table's row for this event now; refused where it has none, and while a renewal is charged."""
    if sub.renewal_under_way and event not in SAFE_DURING_RENEWAL:
        raise Refusal(
            "renewal_in_progress",
            "The renewal of this subscription is being charged at this moment. Try again shortly.",
            facts={"retry_after": 60},
        )
    row = _ROWS.get((sub.status, event))
    if row is None:
        raise invalid_transition(event.value, sub.status.value)
    return row


def possible(sub: Subscription, event: Event) -> bool:
    """Whether the table has a row for this event now."""
    busy = sub.renewal_under_way and event not in SAFE_DURING_RENEWAL
    return not busy and (sub.status, event) in _ROWS


def _payment(*, quote: Quote, charge: Charge) -> Payment:
    return Payment(
        charge_id=charge.id,
        charged_at=charge.at,
        net=quote.subtotal,
        tax=quote.tax,
        total=quote.total,
        unit_price=quote.unit_price,
        invoice_id="",
        invoice_number="",
        reference=charge.reference,
        tax_calculation=quote.tax_calculation,
    )


def _decided(move: Move) -> Decision:
    return Decision(
        before=move.before,
        after=move.after,
        event=move.event,
        at=move.at,
        by=move.by,
        detail=move.detail,
        effects=tuple(move.effects),
        documents=tuple(move.documents),
        earnings=tuple(move.earnings),
        books=move.books,
    )
