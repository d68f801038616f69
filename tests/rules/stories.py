"""Lives to test the rules on: people, prices, and one subscription led through its stations in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from chalicelib.domain import catalog, lifecycle
from chalicelib.domain.account import Account, AccountForm, Review
from chalicelib.domain.catalog import Price, Quote
from chalicelib.domain.commission import Earning
from chalicelib.domain.delegation import Delegation, DelegationStatus, Grant, GrantStatus
from chalicelib.domain.effects import Effect, EffectKind
from chalicelib.domain.invoicing import ClientAccount, Document
from chalicelib.domain.lifecycle import Decision, Event, Given
from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge, Order
from chalicelib.domain.people import SYSTEM, Actor, Address, Caller, Contact, Person, Role, Seller
from chalicelib.domain.refunds import Refund
from chalicelib.domain.subscription import Renewal, Subscription, Suspension
from chalicelib.rulebook import BillingPeriod, Status

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

MONTHLY, YEARLY = BillingPeriod.MONTHLY, BillingPeriod.YEARLY


def utc(text: str) -> datetime:
    """`2024-01-31 12:00`, or the same with seconds, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def usd(cents: int) -> Money:
    return Money(cents, "USD")


# --- who ---------------------------------------------------------------------------------------------

DANA: Final = Person(id="usr_dana", name="Dana Whitfield", email="dana@example.com", locale="en")
LUC: Final = Seller(
    id="usr_luc", name="Luc Moreau", email="luc@example.com", locale="fr", freelancer_id="frl_luc"
)

CLIENT: Final = Actor(role=Role.CLIENT, id=DANA.id, name=DANA.name)
DELEGATE: Final = Actor(role=Role.FREELANCER, id=LUC.id, name=LUC.name, delegated=True)
SELLER: Final = Actor(role=Role.FREELANCER, id=LUC.id, name=LUC.name)
OPERATOR: Final = Actor(role=Role.OPERATOR, id="usr_olga", name="Olga Brandt")

ADDRESS: Final = Address(
    line1="500 Harbor Street", city="Seattle", state="WA", postal_code="98101", country="US"
)
CONTACT: Final = Contact(
    first_name="Dana", last_name="Whitfield", email="dana@example.com", phone="+12065550100"
)
FORM: Final = AccountForm(
    existing_customer=False,
    domain="whitfield.onmicrosoft.com",
    account_name="Whitfield Bakery",
    address=ADDRESS,
    primary_contact=CONTACT,
)


def signed_in(person: Person, *roles: Role) -> Caller:
    return Caller(
        id=person.id, name=person.name, email=person.email, locale=person.locale, roles=frozenset(roles)
    )


# --- what it costs -----------------------------------------------------------------------------------


def price(
    cents: int, *, since: str = "2000-01-01", plan: str = "business-basic", period: BillingPeriod = MONTHLY
) -> Price:
    return Price(
        country="US",
        currency="USD",
        plan_id=plan,
        billing_period=period,
        valid_from=date.fromisoformat(since),
        unit_amount=cents,
    )


# A dollar a day, wherever it is used: February 2024 has 29 days, March 31, the year 2024 has 366.
A_DOLLAR_A_DAY: Final = (
    price(29_00),
    price(31_00, since="2024-02-01"),
    price(366_00, period=YEARLY),
    price(365_00, since="2025-01-01", period=YEARLY),
)

# The life that most tests tell: bought, and a day later in use, from 31 January to 29 February.
BOUGHT: Final = utc("2024-01-30 12:00")
ACTIVATED: Final = utc("2024-01-31 12:00")
TERM_END: Final = utc("2024-02-29 12:00")


class Life:
    """One subscription and what the store would keep beside it; every verb is a decision of the rules."""

    def __init__(
        self,
        *,
        at: datetime = BOUGHT,
        charged_at: datetime | None = None,
        seats: int = 1,
        period: BillingPeriod = MONTHLY,
        plan: str = "business-basic",
        prices: Iterable[Price] = A_DOLLAR_A_DAY,
        tax: int = 0,
        seller: Seller | None = LUC,
        rate: int | None = 1_000,
        client: Person = DANA,
        books: ClientAccount | None = None,
        name: str = "sub_1",
    ) -> None:
        self.prices = tuple(prices)
        self.tax = tax  # basis points of the net amount
        self.rate = rate
        self.books = books or ClientAccount(id=client.id)
        self.decisions: list[Decision] = []
        self.documents: list[Document] = []
        self.ledger: dict[str, Earning] = {}
        self.charges: dict[str, Charge] = {}
        self.order = order = Order(
            id=f"ord_{name}",
            subscription_id=name,
            client=client,
            seller=seller,
            quote=self.taxed(
                catalog.quote(
                    self.prices, plan_id=plan, billing_period=period, country="US", seats=seats, at=at
                )
            ),
            address=ADDRESS,
            payment_method="pm_card_visa",
            begun_at=at,
        )
        decision = lifecycle.sell(
            order,
            charge=self.pay(order.id, order.quote.total, at=charged_at or at),
            given=Given(
                document_id=self._next_document(),
                books=self.books,
                commission_rate=rate if seller is not None else None,
            ),
            at=at,
            by=Actor(role=Role.CLIENT, id=client.id, name=client.name),
        )
        self._keep(decision)

    # What is kept

    def pay(self, reference: str, amount: Money, *, at: datetime) -> Charge:
        charge = Charge(
            id=f"ch_{reference}", reference=reference, amount=amount.amount, currency=amount.currency, at=at
        )
        assert charge.id not in self.charges  # no charge is made twice
        self.charges[charge.id] = charge
        return charge

    def taxed(self, quote: Quote) -> Quote:
        tax = quote.subtotal.portion(self.tax, 10_000)
        return replace(quote, tax=tax, total=quote.subtotal + tax)

    def _next_document(self) -> str:
        return f"inv_{self.books.id}_{self.books.documents + 1}"

    def _keep(self, decision: Decision) -> Decision:
        self.sub: Subscription = decision.after
        self.decisions.append(decision)
        self.documents.extend(decision.documents)
        self.books = decision.books or self.books
        for before, after in decision.earnings:
            assert self.ledger.get(after.invoice_id) == before
            self.ledger[after.invoice_id] = after
        return decision

    @property
    def last(self) -> Decision:
        return self.decisions[-1]

    @property
    def status(self) -> Status:
        return self.sub.status

    @property
    def account(self) -> Account:
        assert self.sub.account is not None
        return self.sub.account

    @property
    def effects(self) -> list[Effect]:
        return [effect for decision in self.decisions for effect in decision.effects]

    @property
    def mails(self) -> list[tuple[str, str]]:
        """Every mail so far: which, and to whom."""
        return [mail for decision in self.decisions for mail in mails(decision)]

    # What happens, with what the use cases would load

    def happen(
        self,
        event: Event,
        *,
        at: datetime,
        by: Actor = SYSTEM,
        given: Given | None = None,
        changes: Mapping[str, Any] | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Decision:
        return self._keep(
            lifecycle.advance(
                self.sub,
                event,
                at=at,
                by=by,
                given=given or Given(document_id=self._next_document(), books=self.books),
                changes=changes,
                detail=detail,
            )
        )

    def submit(self, *, at: datetime, by: Actor = CLIENT, form: AccountForm = FORM) -> Decision:
        count = self.sub.account.submission + 1 if self.sub.account else 1
        account = Account(submission=count, form=form, submitted_at=at)
        return self.happen(Event.ACCOUNT_SUBMITTED, at=at, by=by, changes={"account": account})

    def approve(self, *, at: datetime) -> Decision:
        return self.happen(Event.ACCOUNT_APPROVED, at=at, by=OPERATOR)

    def reject(self, *, at: datetime, reason: str = "The name is not the business's.") -> Decision:
        rejected = self.sub.account and replace(
            self.sub.account, review=Review.REJECTED, review_reason=reason, reviewed_at=at
        )
        return self.happen(
            Event.ACCOUNT_REJECTED,
            at=at,
            by=OPERATOR,
            changes={"account": rejected},
            detail={"reason": reason, "refused_by": "review"},
        )

    def offer(self, *, at: datetime) -> Decision:
        new = self.sub.account and not self.sub.account.form.existing_customer
        offered = self.sub.account and replace(
            self.sub.account,
            tenant_id="tenant_1",
            agreement_url="https://admin.microsoft.example/agreement",
            offered_at=at,
            admin_user_name="admin@whitfield.onmicrosoft.com" if new else None,
        )
        return self.happen(Event.AGREEMENT_OFFERED, at=at, changes={"account": offered})

    def accept(self, *, at: datetime) -> Decision:
        accepted = self.sub.account and replace(self.sub.account, agreement_accepted_at=at)
        return self.happen(Event.AGREEMENT_ACCEPTED, at=at, changes={"account": accepted})

    def be_refused(self, *, at: datetime, reason: str = "Microsoft refused the order.") -> Decision:
        refused = self.sub.account and replace(self.sub.account, review_reason=reason)
        return self.happen(
            Event.MICROSOFT_REFUSED,
            at=at,
            changes={"account": refused},
            detail={"reason": reason, "refused_by": "microsoft"},
        )

    def place(self, *, at: datetime) -> Decision:
        placed = self.sub.account and replace(self.sub.account, order_id="order_1")
        return self.happen(Event.ORDER_PLACED, at=at, changes={"account": placed})

    def activate(self, *, at: datetime) -> Decision:
        return self.happen(Event.ACTIVATED, at=at)

    def lapse(self, *, at: datetime) -> Decision:
        return self.happen(Event.ACTIVATION_LAPSED, at=at)

    def cancel(
        self,
        *,
        at: datetime,
        by: Actor = CLIENT,
        quoted: Refund | None = None,
        reason: str | None = None,
    ) -> Decision:
        given = Given(document_id=self._next_document(), books=self.books, refund=quoted)
        detail = {"reason": reason} if reason else {}
        return self.happen(Event.CANCELED, at=at, by=by, given=given, detail=detail)

    def set_renewal(self, auto_renew: bool, *, at: datetime, by: Actor = CLIENT) -> Decision:
        return self.happen(
            Event.AUTO_RENEW_SET,
            at=at,
            by=by,
            changes={"auto_renew": auto_renew},
            detail={"auto_renew": auto_renew},
        )

    def remind(self, days: int, *, at: datetime) -> Decision:
        return self.happen(
            Event.REMINDED,
            at=at,
            given=Given(renewal_amount=self.renewal_price().total if self.sub.term else None),
            changes={"reminded": timedelta(days=days)},
            detail={"days": days},
        )

    def close_window(self, *, at: datetime) -> Decision:
        return self.happen(Event.WINDOW_CLOSED, at=at)

    def renewal_price(self) -> Quote:
        assert self.sub.term is not None
        return self.taxed(
            catalog.quote(
                self.prices,
                plan_id=self.sub.plan_id,
                billing_period=self.sub.billing_period,
                country=self.sub.country,
                seats=self.sub.seats,
                at=self.sub.term.end,
            )
        )

    def begin_renewal(self, *, at: datetime) -> Decision:
        before = self.sub.renewal
        if before is not None and self.sub.payment_issue:
            renewal = replace(before, attempt=before.attempt + 1, tries=before.tries + 1, begun_at=at)
        else:
            quote = self.renewal_price()
            renewal = Renewal(
                attempt=1,
                tries=before.tries + 1 if before else 1,
                amount=quote.total,
                unit_price=quote.unit_price,
                tax=quote.tax,
                begun_at=at,
            )
        return self.happen(Event.RENEWAL_BEGUN, at=at, changes={"renewal": renewal})

    def renew(self, *, at: datetime, payouts: bool = False) -> Decision:
        """The charge of a renewal that has begun went through."""
        renewal, term = self.sub.renewal, self.sub.term
        assert renewal is not None
        assert term is not None
        charge = self.pay(renewal.reference(self.sub.id, term.number + 1), renewal.amount, at=at)
        return self.happen(
            Event.RENEWED,
            at=at,
            given=Given(
                document_id=self._next_document(),
                books=self.books,
                charge=charge,
                commission_rate=self.rate,
                payouts=payouts,
            ),
            detail={"amount": renewal.amount.amount},
        )

    def decline(self, *, at: datetime, code: str = "insufficient_funds") -> Decision:
        """The charge of a renewal that has begun was declined."""
        renewal = self.sub.renewal
        assert renewal is not None
        declined = replace(
            renewal,
            begun_at=None,
            first_declined_at=renewal.first_declined_at or at,
            decline_code=code,
        )
        event, detail = Event.RENEWAL_DECLINED, {"attempt": renewal.attempt, "decline_code": code}
        if renewal.is_last_attempt:
            event, detail = Event.RENEWAL_GIVEN_UP, {**detail, "cause": "payment"}
        return self.happen(event, at=at, changes={"renewal": declined}, detail=detail)

    def call_off(self, *, at: datetime) -> Decision:
        """The charge of a renewal that has begun was never made, and never will be."""
        renewal = self.sub.renewal
        assert renewal is not None
        called_off = replace(renewal, begun_at=None, attempt=renewal.attempt - 1)
        return self.happen(Event.RENEWAL_CALLED_OFF, at=at, changes={"renewal": called_off})

    def end_term(self, *, at: datetime, cause: str = "auto_renew_off") -> Decision:
        return self.happen(Event.TERM_ENDED, at=at, detail={"cause": cause})

    def lapse_expiry(self, *, at: datetime) -> Decision:
        return self.happen(Event.EXPIRY_LAPSED, at=at)

    def suspend(self, *, at: datetime, reason: str = "Spam was sent from it.") -> Decision:
        return self.happen(
            Event.SUSPENDED,
            at=at,
            by=OPERATOR,
            changes={"suspension": Suspension(reason=reason, at=at)},
            detail={"reason": reason},
        )

    def reinstate(self, *, at: datetime) -> Decision:
        return self.happen(Event.REINSTATED, at=at, by=OPERATOR)

    def ask_delegation(self, *, at: datetime) -> Decision:
        asked = Delegation(
            status=DelegationStatus.REQUESTED,
            request=self.sub.delegation.request + 1,
            terms_version="2026-01",
            requested_at=at,
        )
        return self.happen(Event.DELEGATION_REQUESTED, at=at, by=CLIENT, changes={"delegation": asked})

    def decide_delegation(self, approve: bool, *, at: datetime) -> Decision:
        status = DelegationStatus.APPROVED if approve else DelegationStatus.REJECTED
        return self.happen(
            Event.DELEGATION_APPROVED if approve else Event.DELEGATION_REJECTED,
            at=at,
            by=SELLER,
            changes={"delegation": replace(self.sub.delegation, status=status, decided_at=at)},
        )

    def end_delegation(self, *, at: datetime, by: Actor = CLIENT) -> Decision:
        ended = replace(self.sub.delegation, status=DelegationStatus.REVOKED, ended_at=at, ended_by=by.role)
        return self.happen(Event.DELEGATION_ENDED, at=at, by=by, changes={"delegation": ended})

    def ask_grant(self, *, at: datetime) -> Decision:
        """Microsoft has the request for the delegate's access."""
        return self._grant(
            Event.GRANT_REQUESTED,
            Grant(
                relationship_id="relationship_1",
                approval_url="https://admin.microsoft.example/approve",
                requested_at=at,
            ),
            at=at,
        )

    def give_grant(self, *, at: datetime) -> Decision:
        """The client has approved it at Microsoft."""
        grant = self.sub.delegation.grant
        assert grant is not None
        given = replace(grant, status=GrantStatus.ACTIVE, active_at=at)
        return self._grant(Event.GRANT_ACTIVE, given, at=at)

    def lose_grant(self, *, at: datetime) -> Decision:
        """It is over at Microsoft."""
        grant = self.sub.delegation.grant
        assert grant is not None
        return self._grant(Event.GRANT_ENDED, replace(grant, status=GrantStatus.ENDED, ended_at=at), at=at)

    def _grant(self, event: Event, grant: Grant, *, at: datetime) -> Decision:
        return self.happen(event, at=at, changes={"delegation": replace(self.sub.delegation, grant=grant)})

    def note_refund(self, *, at: datetime) -> Decision:
        return self.happen(Event.REFUNDED, at=at)


def mails(decision: Decision) -> list[tuple[str, str]]:
    """The mails that follow from a decision: which, and to whom."""
    return [(letter.data["template"], letter.data["to"]) for letter in letters(decision)]


def letters(decision: Decision) -> list[Effect]:
    return [effect for effect in decision.effects if effect.kind is EffectKind.MAIL]


def facts_of(decision: Decision, template: str) -> Mapping[str, Any]:
    """What the one mail of this name was told."""
    (letter,) = [letter for letter in letters(decision) if letter.data["template"] == template]
    facts: Mapping[str, Any] = letter.data["facts"]
    return facts


def errands(decision: Decision) -> set[str]:
    """What is to be done in the outside world, besides mails."""
    return {effect.kind.value for effect in decision.effects if effect.kind is not EffectKind.MAIL}


# --- the stations of a life --------------------------------------------------------------------------


def pending(**kwargs: Any) -> Life:
    return Life(**kwargs)


def in_review(**kwargs: Any) -> Life:
    life = pending(**kwargs)
    life.submit(at=life.sub.purchased_at + HOUR)
    return life


def approved(**kwargs: Any) -> Life:
    life = in_review(**kwargs)
    life.approve(at=life.sub.purchased_at + 2 * HOUR)
    return life


def offered(**kwargs: Any) -> Life:
    life = approved(**kwargs)
    life.offer(at=life.sub.purchased_at + 3 * HOUR)
    return life


def ordered(**kwargs: Any) -> Life:
    life = offered(**kwargs)
    life.accept(at=life.sub.purchased_at + 4 * HOUR)
    return life


def rejected(**kwargs: Any) -> Life:
    life = in_review(**kwargs)
    life.reject(at=life.sub.purchased_at + 2 * HOUR)
    return life


def refused_by_microsoft(**kwargs: Any) -> Life:
    life = ordered(**kwargs)
    life.be_refused(at=life.sub.purchased_at + 5 * HOUR)
    return life


def active(*, activated: datetime | None = None, **kwargs: Any) -> Life:
    life = ordered(**kwargs)
    life.activate(at=activated or life.sub.purchased_at + DAY)
    return life


def suspended(**kwargs: Any) -> Life:
    life = active(**kwargs)
    life.suspend(at=in_term(life, 2 * DAY))
    return life


def renewing(**kwargs: Any) -> Life:
    life = active(**kwargs)
    life.begin_renewal(at=term_end(life))
    return life


def dunned(declines: int = 1, **kwargs: Any) -> Life:
    """Declined so many times, each exactly when it was tried: at the end of the term, 1, 3, 5 days later."""
    life = active(**kwargs)
    end = term_end(life)
    for days in (0, 1, 3, 5)[:declines]:
        life.begin_renewal(at=end + days * DAY)
        life.decline(at=end + days * DAY)
    return life


def renewed(**kwargs: Any) -> Life:
    life = renewing(**kwargs)
    life.renew(at=term_end(life))
    return life


def expired(**kwargs: Any) -> Life:
    life = active(**kwargs)
    life.set_renewal(False, at=in_term(life, DAY))
    life.end_term(at=term_end(life))
    return life


def canceled(**kwargs: Any) -> Life:
    life = active(**kwargs)
    life.cancel(at=in_term(life, 3 * DAY))
    return life


STATIONS: Final[Mapping[Status, Callable[..., Life]]] = {
    Status.PENDING: pending,
    Status.CONNECTING: ordered,
    Status.FAILED: rejected,
    Status.ACTIVE: active,
    Status.SUSPENDED: suspended,
    Status.EXPIRED: expired,
    Status.CANCELED: canceled,
}


def term_end(life: Life) -> datetime:
    assert life.sub.term is not None
    return life.sub.term.end


def in_term(life: Life, after: timedelta) -> datetime:
    """So long after the start of the running term."""
    assert life.sub.term is not None
    return life.sub.term.start + after
