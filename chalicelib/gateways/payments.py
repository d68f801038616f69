"""The payment provider: what we ask of it, whoever it is.

One charge per `reference` (an order, or a subscription's renewal) succeeds at most once: the provider keeps
keys, and `find` and `cancel` settle what a lost answer left open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge


class Declined(Exception):
    """The card was declined: a final answer to this attempt."""

    def __init__(self, decline_code: str) -> None:
        super().__init__(decline_code)
        self.decline_code = decline_code


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotice:
    """What a webhook of the provider is about; the content is looked up, never trusted."""

    event_id: str
    reference: str


class Payments(Protocol):
    """The payment provider."""

    def charge(
        self,
        *,
        key: str,
        reference: str,
        amount: Money,
        payment_method: str,
        client_id: str,
        off_session: bool,
        at: datetime,
    ) -> Charge:
        """Take the money, once per key.

        Raises Declined; Unavailable when nothing was taken; OutcomeUnknown when it may have been.
        """

    def find(self, *, reference: str) -> Charge | None:
        """The charge that succeeded for the reference, if one did; raises Unavailable."""

    def cancel(self, *, reference: str, at: datetime) -> Charge | None:
        """Make sure that nothing will be taken for the reference; the charge, if it was already.

        Raises Unavailable.
        """

    def refund(self, *, key: str, charge_id: str, amount: Money, at: datetime) -> str:
        """Give back a part of a charge, once per key; answers the refund's id.

        Raises Refused when it never will (more than was paid); Unavailable, OutcomeUnknown: ask again with
        the same key.
        """

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes, at: datetime) -> PaymentNotice | None:
        """What a signed notice is about, None for what does not concern us; raises Refused if not genuine."""
