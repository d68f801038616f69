"""Payouts: what the freelancers have earned, sent to accounts that they open with the payment provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccount:
    """A freelancer's account at the provider; only an active one can be paid."""

    id: str
    active: bool
    missing: tuple[str, ...]  # what the provider still wants to know
    disabled_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingLink:
    """Where the freelancer opens the account; works once, for minutes."""

    url: str
    expires_at: datetime


class Payouts(Protocol):
    """Whoever pays freelancers. Raises Unavailable or OutcomeUnknown."""

    def open_account(self, *, freelancer_id: str, email: str) -> str:
        """The id of the freelancer's account, which is made when first asked for."""

    def onboarding_link(self, *, account_id: str, refresh_url: str, return_url: str) -> OnboardingLink:
        """A new link under which the freelancer opens the account."""

    def account(self, *, account_id: str) -> PayoutAccount:
        """The account as it is now."""

    def pay(
        self,
        *,
        key: str,
        account_id: str,
        amount: Money,
        charge_id: str,
        subscription_id: str,
        since: datetime,
        at: datetime,
    ) -> str:
        """Send a part of a charge, once per key, first asked for at `since`; answers the transfer's id.

        Raises Refused when it never will.
        """

    def take_back(self, *, key: str, transfer_id: str, amount: Money, since: datetime, at: datetime) -> str:
        """Take back a part of what was sent, once per key; Refused when the account has not got it."""
