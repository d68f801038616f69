"""The payment provider: what we ask of it, whoever it is.

One charge per `reference` (an order, or one attempt of a subscription's renewal) succeeds at most once. The
provider is asked with keys of stable facts; `find` and `cancel` settle what a lost answer left open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge
from chalicelib.domain.people import Address, Person


class Declined(Exception):
    """The card was declined: a final answer to this attempt.

    With `hopeless` the same card will never do: it is lost, stolen or taken for fraud.
    """

    def __init__(self, decline_code: str, *, hopeless: bool = False) -> None:
        super().__init__(decline_code)
        self.decline_code = decline_code
        self.hopeless = hopeless


class AuthenticationNeeded(Exception):
    """The bank wants to see the cardholder (3-D Secure); nothing is taken until the browser has done it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What the browser needs to have the cardholder confirm; the secret is for the browser alone."""

    payment_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that the provider keeps for a client."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSetup:
    """A card about to be added; the browser finishes it with the secret, which is for the browser alone."""

    id: str
    client_secret: str = field(repr=False)


class Concern(StrEnum):
    """What a notice of the provider can be about."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT_ACCOUNT = "payout_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotice:
    """What a webhook of the provider is about; the content is looked up, never trusted.

    `reference` is a charge's reference, a refund's id, a dispute's id or a payout account's id.
    """

    event_id: str
    concern: Concern
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundState:
    """Where a refund stands; one that failed is money back in our balance, which the client has not got."""

    id: str
    key: str  # under which it was asked for
    failed: bool
    reason: str | None = None
    charge_id: str | None = None
    amount: Money | None = None
    subscription_id: str | None = None  # that the charge was for


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A charge that the cardholder disputes at the bank; cents."""

    id: str
    charge_id: str
    reference: str | None  # of the charge
    amount: Money
    reason: str
    status: str  # as the provider says it: needs_response, under_review, won, lost, warning_…
    opened_at: datetime
    subscription_id: str | None = None  # that the charge was for


class Payments(Protocol):
    """The payment provider. Whatever is not said otherwise raises Unavailable or OutcomeUnknown."""

    def customer(self, *, client: Person, address: Address | None) -> str:
        """The provider's id of the client, who is entered there when first asked for; asked twice, one id."""

    def charge(
        self,
        *,
        reference: str,
        customer_id: str,
        amount: Money,
        payment_method: str,
        off_session: bool,
        again: bool,
        subscription_id: str,
        at: datetime,
    ) -> Charge:
        """Take the money, once per reference; with `again`, look first what became of an earlier try.

        Raises Declined; AuthenticationNeeded; Unavailable when nothing was taken; OutcomeUnknown when it may
        have been.
        """

    def find(self, *, reference: str, customer_id: str, since: datetime) -> Charge | None:
        """The charge that succeeded for the reference, which was begun at `since`, if one did."""

    def cancel(
        self, *, reference: str, customer_id: str, amount: Money, since: datetime, at: datetime
    ) -> Charge | None:
        """Make sure that nothing will be taken for the reference any more; the charge, if it was already."""

    def authentication(self, *, reference: str, customer_id: str, since: datetime) -> Authentication | None:
        """What the browser needs for a charge that waits for its cardholder; None if it waits for nobody."""

    def refund(self, *, key: str, charge_id: str, amount: Money, since: datetime, at: datetime) -> str:
        """Give back a part of a charge, once per key, first asked for at `since`; answers the refund's id.

        Raises Refused when it never will (more than was paid).
        """

    def refund_state(self, *, refund_id: str) -> RefundState:
        """Where a refund stands."""

    def cards(self, *, customer_id: str) -> Sequence[Card]:
        """The cards that are kept for a client, newest first."""

    def keep_card(self, *, customer_id: str, payment_method: str) -> Card:
        """Keep a card for a client and make it the one that pays; raises Declined, or Refused if unknown."""

    def begin_card_setup(self, *, key: str, customer_id: str) -> CardSetup:
        """Begin to add a card, once per key."""

    def dispute(self, *, dispute_id: str) -> Dispute:
        """A dispute as it is now; raises Refused if there is none."""

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes, at: datetime) -> PaymentNotice | None:
        """What a signed notice is about, None for what does not concern us; raises Refused if not genuine."""
