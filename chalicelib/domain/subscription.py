"""What a subscription is: one frozen value; every change is a new one, made in `lifecycle`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import Term
from chalicelib.domain.commission import Earning
from chalicelib.domain.delegation import Delegation
from chalicelib.domain.invoicing import Settlement
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Person, Seller
from chalicelib.rulebook import (
    ACTIVATION_DEADLINE,
    EXPIRED_UNTIL_CANCELED,
    RENEWAL_RETRIES,
    BillingPeriod,
    Status,
)

AUTHENTICATION_REQUIRED: Final = "authentication_required"  # declined: nobody was there to be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """The charge that paid for the current term, and the invoice that says so."""

    charge_id: str
    charged_at: datetime
    net: Money
    tax: Money
    total: Money
    unit_price: Money
    invoice_id: str
    invoice_number: str
    reference: str | None = None  # of the charge: our order, or one attempt of a renewal
    tax_calculation: str | None = None
    taxed_by: str | None = None  # the id of the effect that enters the sale with the tax authorities


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A renewal under way: written before the money moves, and kept while it was declined (D11).

    While `begun_at` is set the charge is on its way, and nothing but its answer moves the subscription.
    """

    attempt: int  # of D11: how often the card was, or is being, tried for this term
    tries: int  # how often a charge was begun: makes each one's reference
    amount: Money
    unit_price: Money
    tax: Money
    begun_at: datetime | None = None
    first_declined_at: datetime | None = None
    decline_code: str | None = None
    payment_method: str | None = None  # the card that is, or was last, tried
    tried_at: datetime | None = None  # when it was
    hopeless: bool = False  # that card will never do: it is lost, stolen or taken for fraud
    tax_calculation: str | None = None

    @property
    def needs_authentication(self) -> bool:
        """Whether the bank wants to see the cardholder before it pays."""
        return self.begun_at is None and self.decline_code == AUTHENTICATION_REQUIRED

    @property
    def since(self) -> datetime | None:
        """When the last charge was begun."""
        return self.begun_at or self.tried_at or self.first_declined_at

    def reference(self, subscription_id: str, term_number: int) -> str:
        """Under which the provider knows this charge."""
        return f"{subscription_id}.{term_number}.{self.tries}"

    @property
    def is_last_attempt(self) -> bool:
        """Whether a further decline ends the subscription."""
        return self.attempt > len(RENEWAL_RETRIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Switched off by an operator, and why."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """How it ended."""

    at: datetime
    rule: str
    refund: Money
    used_days: int = 0
    cycle_days: int = 0
    reason: str | None = None
    settlement: Settlement | None = None  # of its credit note; None: nothing came back, or nobody noted it


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A number of seats of a plan, paid by a client, from purchase to the last day."""

    id: str
    version: int
    status: Status
    client: Person
    seller: Seller | None
    plan_id: str
    seats: int
    billing_period: BillingPeriod
    country: str
    address: Address
    payment_method: str
    auto_renew: bool
    purchased_at: datetime
    payment: Payment
    activated_at: datetime | None = None
    term: Term | None = None
    account: Account | None = None
    delegation: Delegation = field(default_factory=Delegation)
    renewal: Renewal | None = None
    suspension: Suspension | None = None
    expired_at: datetime | None = None
    cancellation: Cancellation | None = None
    reminded: timedelta | None = None  # the last reminder of the running term: its offset from the end
    commission: Earning | None = None  # of the running cycle, while it is still pending

    @property
    def activation_deadline(self) -> datetime:
        """R44, D5: 14 days from purchase; a subscription that is not active by then is canceled."""
        return self.purchased_at + ACTIVATION_DEADLINE

    @property
    def never_activated(self) -> bool:
        """Whether no term has begun."""
        return self.activated_at is None

    @property
    def expired_until(self) -> datetime | None:
        """R50: when an expired subscription becomes canceled."""
        return self.expired_at + EXPIRED_UNTIL_CANCELED if self.expired_at else None

    @property
    def payment_issue(self) -> bool:
        """D11: the renewal was declined and is being tried again."""
        return self.renewal is not None and self.renewal.first_declined_at is not None

    @property
    def renewal_under_way(self) -> bool:
        """A renewal charge is on its way: only its answer may move the subscription."""
        return self.renewal is not None and self.renewal.begun_at is not None
