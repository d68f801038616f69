"""Microsoft, behind Partner Center: what we ask of it, in the marketplace's words.

Everything is keyed by `reference`, the subscription's id: asked twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.account import AccountForm
from chalicelib.rulebook import BillingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminCredentials:
    """The first administrator of a new tenant; Microsoft says the password once."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Where the client accepts the partner agreement, and the tenant that must do it."""

    tenant_id: str
    agreement_url: str
    credentials: AdminCredentials | None  # of a tenant that was created for this subscription


class Stage(StrEnum):
    """How far Microsoft is with an account."""

    WAITING = "waiting"  # for the client to accept, or for Microsoft's own review
    READY = "ready"  # accepted and allowed to buy
    REFUSED = "refused"  # for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far Microsoft is, and if refused, why."""

    stage: Stage
    reason: str | None = None
    accepted_at: datetime | None = None


class OrderState(StrEnum):
    """Where an order at Microsoft stands."""

    NONE = "none"
    PENDING = "pending"
    PROVISIONED = "provisioned"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProgress:
    """Where the order of a subscription stands, and if refused, why."""

    state: OrderState
    reason: str | None = None


class Access(StrEnum):
    """What the seats at Microsoft should be."""

    ON = "on"
    OFF = "off"  # suspended: no access, the calendar goes on
    ENDED = "ended"  # nothing runs, renews or is ordered any more


class Microsoft(Protocol):
    """Microsoft. Every call raises Unavailable or OutcomeUnknown (ask again) or Refused (never will)."""

    def domain_taken(self, *, domain: str) -> bool:
        """Whether a new tenant's domain already exists."""

    def tenant_exists(self, *, domain: str) -> bool:
        """Whether an existing customer's domain belongs to a Microsoft tenant."""

    def connect(self, *, reference: str, submission: int, form: AccountForm, at: datetime) -> Invitation:
        """Create or find the tenant and ask for the partner relationship, once per submission."""

    def progress(self, *, reference: str, tenant_id: str, at: datetime) -> Progress:
        """Whether the right tenant has accepted and may buy."""

    def order(
        self,
        *,
        reference: str,
        tenant_id: str,
        plan_id: str,
        seats: int,
        billing_period: BillingPeriod,
        auto_renew: bool,
        at: datetime,
    ) -> OrderProgress:
        """Order the seats, once per reference."""

    def order_progress(self, *, reference: str, tenant_id: str, at: datetime) -> OrderProgress:
        """Where the order stands."""

    def align(
        self, *, reference: str, tenant_id: str, access: Access, auto_renew: bool, at: datetime
    ) -> None:
        """Make the seats what they should be; with auto-renew off, also cancel at the term's end (D16)."""

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes, at: datetime) -> str | None:
        """The reference that a signed notice is about; raises Refused if it is not genuine."""
