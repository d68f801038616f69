"""A checkout under way: written before the money moves, gone when its outcome is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.catalog import Quote
from chalicelib.domain.people import Address, Person, Seller
from chalicelib.rulebook import AUTHENTICATION_WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is being bought, by whom, and under which idempotency record; `attempt` counts the charges."""

    id: str
    subscription_id: str
    client: Person
    seller: Seller | None
    quote: Quote
    address: Address
    payment_method: str
    begun_at: datetime
    attempt: int = 1
    record_key: str | None = None
    fingerprint: str | None = None
    customer_id: str = ""  # under which the provider knows the client
    waiting: bool = False  # for the cardholder, whom the bank wants to see

    @property
    def waits_until(self) -> datetime:
        """How long the cardholder has, if the bank wants to see them; then it is called off."""
        return self.begun_at + AUTHENTICATION_WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Money that the provider took, as it says so."""

    id: str
    reference: str  # our order, or the subscription and term of a renewal
    amount: int
    currency: str
    at: datetime
