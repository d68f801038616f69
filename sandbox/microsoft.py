"""Microsoft in this process: tenants, the agreement, orders and seats, as much of it as the product can see.

Everything is kept per reference, which is the id of a subscription. What the client does at Microsoft is
`accept`; what Microsoft does by itself is switched with `under_review`, `answers_late` and `provisions_late`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.domain.account import AccountForm
from chalicelib.gateways.microsoft import (
    Access,
    AdminCredentials,
    Invitation,
    OrderProgress,
    OrderState,
    Progress,
    Stage,
)
from chalicelib.gateways.trouble import Refused
from chalicelib.rulebook import MICROSOFT_TENANT_SUFFIX, BillingPeriod
from sandbox.clock import written
from sandbox.faults import Faults

NEIGHBOR: Final = "microsoft"
SIGNATURE_HEADER: Final = "X-MS-Signature"
ALGORITHM_HEADER: Final = "X-MS-Signature-Algorithm"

TAKEN_PREFIXES: Final = ("contoso", "fabrikam", "adventureworks", "northwind", "tailspintoys")
MISSING: Final = "missing"  # a domain that begins so belongs to no tenant
REFUSED: Final = "refused"  # an account with this in its name or domain may not buy
WHY_REFUSED: Final = "Microsoft does not sell to this organization: its eligibility check was not passed."
AGREEMENT_URL: Final = (
    "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship"
    "&partnerId=5ea7f15e-0000-4000-8000-5eab0a6d0001&msppId=0#/partners/invitation"
)

_TENANTS: Final = uuid.UUID("5ea7f15e-0000-4000-8000-5eab0a6d0002")  # tenant ids are derived from domains


class UnknownReference(KeyError):
    """Microsoft was never asked about this subscription."""


class NoOpenAgreement(ValueError):
    """There is nothing to accept: not offered yet, already accepted, or over."""


@dataclass(slots=True, kw_only=True)
class Order:
    """The seats that were ordered for a reference."""

    plan_id: str
    seats: int
    billing_period: BillingPeriod
    placed_at: datetime
    provisioned_at: datetime


@dataclass(slots=True, kw_only=True)
class Link:
    """What Microsoft knows of one reference."""

    reference: str
    submission: int
    tenant_id: str
    domain: str
    account_name: str
    credentials: AdminCredentials | None
    invited_at: datetime
    accepted_at: datetime | None = None
    order: Order | None = None
    access: Access | None = None  # None: no seats yet, or none any more since a new submission
    auto_renew: bool = True
    cancel_at_end: bool = False
    aligned: list[tuple[datetime, Access, bool]] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether Microsoft lets this organization buy nothing."""
        return REFUSED in self.domain or REFUSED in self.account_name.lower()

    @property
    def status(self) -> str:
        """One word for where it stands at Microsoft."""
        if self.access is Access.ENDED:
            return "ended"
        if self.order is not None:
            return "suspended" if self.access is Access.OFF else "active"
        return "invited" if self.accepted_at is None else "accepted"

    def shown(self) -> dict[str, Any]:
        """The reference as the sandbox's route shows it; without the password."""
        return {
            "subscription_id": self.reference,
            "status": self.status,
            "tenant_id": self.tenant_id,
            "domain": self.domain,
            "account_name": self.account_name,
            "agreement_accepted_at": written(self.accepted_at) if self.accepted_at else None,
            "seats": self.order.seats if self.order else None,
            "plan_id": self.order.plan_id if self.order else None,
            "auto_renew": self.auto_renew,
            "cancel_at_end": self.cancel_at_end,
        }


class SandboxMicrosoft:
    """Microsoft of the sandbox; see `chalicelib.gateways.microsoft.Microsoft`."""

    def __init__(self, *, webhook_secret: Callable[[], str]) -> None:
        self.faults = Faults(NEIGHBOR)
        self.under_review = False  # Microsoft looks at every organization, and has not decided
        self.answers_late = timedelta()  # an acceptance shows only so much later
        self.provisions_late = timedelta()  # an order is pending for so long
        self._webhook_secret = webhook_secret
        self._links: dict[str, Link] = {}
        self._tenants: dict[str, str] = {}  # the domain of a tenant that was made here, and for whom
        self._notices: deque[bytes] = deque()
        self._lock = threading.RLock()

    # --- the protocol --------------------------------------------------------------------------------

    def domain_taken(self, *, domain: str) -> bool:
        """See Microsoft."""
        prefix = domain.lower().removesuffix(MICROSOFT_TENANT_SUFFIX)
        return self.faults.around(
            "domain_taken", lambda: prefix.startswith(TAKEN_PREFIXES) or domain.lower() in self._tenants
        )

    def tenant_exists(self, *, domain: str) -> bool:
        """See Microsoft."""
        return self.faults.around(
            "tenant_exists", lambda: domain.lower() in self._tenants or not domain.lower().startswith(MISSING)
        )

    def connect(self, *, reference: str, submission: int, form: AccountForm, at: datetime) -> Invitation:
        """See Microsoft."""
        return self.faults.around("connect", lambda: self._connect(reference, submission, form, at))

    def progress(self, *, reference: str, tenant_id: str, at: datetime) -> Progress:
        """See Microsoft."""
        return self.faults.around("progress", lambda: self._progress(self._link(reference, tenant_id), at))

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
        """See Microsoft."""

        def work() -> OrderProgress:
            with self._lock:
                link = self._link(reference, tenant_id)
                progress = self._progress(link, at)
                if progress.stage is Stage.REFUSED or link.access is Access.ENDED:
                    return OrderProgress(state=OrderState.REFUSED, reason=progress.reason or "It has ended.")
                if progress.stage is not Stage.READY:
                    raise Refused(NEIGHBOR, "20002: no relationship with this customer yet")
                if link.order is None:
                    link.order = Order(
                        plan_id=plan_id,
                        seats=seats,
                        billing_period=billing_period,
                        placed_at=at,
                        provisioned_at=at + self.provisions_late,
                    )
                    link.access, link.auto_renew, link.cancel_at_end = Access.ON, auto_renew, not auto_renew
                return _ordered(link, at)

        return self.faults.around("order", work)

    def order_progress(self, *, reference: str, tenant_id: str, at: datetime) -> OrderProgress:
        """See Microsoft."""
        return self.faults.around("order_progress", lambda: _ordered(self._link(reference, tenant_id), at))

    def align(
        self, *, reference: str, tenant_id: str, access: Access, auto_renew: bool, at: datetime
    ) -> None:
        """See Microsoft."""

        def work() -> None:
            with self._lock:
                link = self._link(reference, tenant_id)
                if link.access is Access.ENDED and access is not Access.ENDED:
                    raise Refused(NEIGHBOR, "2011: deleted is terminal")
                link.aligned.append((at, access, auto_renew))
                link.access, link.auto_renew = access, auto_renew
                link.cancel_at_end = not auto_renew

        self.faults.around("align", work)

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes, at: datetime) -> str | None:  # noqa: ARG002
        """See Microsoft; its notices carry no instant, and are harmless when repeated."""
        given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE_HEADER.lower(), "")
        if not hmac.compare_digest(given.encode(), self._signature(body).encode()):
            raise Refused(NEIGHBOR, "the signature does not fit")
        try:
            notice = json.loads(body)
            tenant_id = str(notice["ResourceUri"]).rsplit("/", 1)[-1]
            reference = str(notice["Reference"])
        except (ValueError, KeyError, TypeError):
            raise Refused(NEIGHBOR, "the notice cannot be read") from None
        with self._lock:
            link = self._links.get(reference)
        return reference if link is not None and link.tenant_id == tenant_id else None

    # --- what the client does at Microsoft, and what tests may look at -------------------------------

    def accept(self, reference: str, *, at: datetime) -> Link:
        """The client signs in at Microsoft and accepts the partner agreement."""
        with self._lock:
            link = self._links.get(reference)
            if link is None:
                raise UnknownReference(reference)
            if link.accepted_at is not None or link.access is Access.ENDED:
                raise NoOpenAgreement(reference)
            link.accepted_at = at
            if not self.answers_late:
                self._tell(link, "reseller-relationship-accepted-by-customer")
            return link

    def link(self, reference: str) -> Link:
        """What Microsoft knows of a reference."""
        with self._lock:
            if reference not in self._links:
                raise UnknownReference(reference)
            return self._links[reference]

    @property
    def links(self) -> list[Link]:
        """Everything that Microsoft knows of us, oldest first."""
        with self._lock:
            return list(self._links.values())

    def take_notice(self) -> bytes | None:
        """The next notice that is to be sent to the product's webhook."""
        with self._lock:
            return self._notices.popleft() if self._notices else None

    @property
    def has_notices(self) -> bool:
        """Whether a notice is to be sent."""
        return bool(self._notices)

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers of a genuine notice."""
        return {
            SIGNATURE_HEADER: self._signature(body),
            ALGORITHM_HEADER: "hmac-sha256",
            "Content-Type": "application/json",
        }

    # --- inside --------------------------------------------------------------------------------------

    def _connect(self, reference: str, submission: int, form: AccountForm, at: datetime) -> Invitation:
        with self._lock:
            link = self._links.get(reference)
            if link is not None and link.submission == submission:
                return _invitation(link)
            domain = form.domain.lower()
            credentials = None
            if form.existing_customer:
                if domain.startswith(MISSING) and domain not in self._tenants:
                    raise Refused(NEIGHBOR, "60003: there is no tenant of this domain")
            else:
                owner = self._tenants.get(domain)
                if (owner is None and domain.startswith(TAKEN_PREFIXES)) or owner not in (None, reference):
                    raise Refused(NEIGHBOR, "600005: this domain exists already")
                self._tenants[domain] = reference
                credentials = self._administrator(domain)
            link = self._links[reference] = Link(
                reference=reference,
                submission=submission,
                tenant_id=str(uuid.uuid5(_TENANTS, domain)),
                domain=domain,
                account_name=form.account_name,
                credentials=credentials,
                invited_at=at,
            )
            return _invitation(link)

    def _progress(self, link: Link, at: datetime) -> Progress:
        accepted_at = link.accepted_at
        if accepted_at is None or at < accepted_at + self.answers_late:
            return Progress(stage=Stage.WAITING)
        if link.refused:
            return Progress(stage=Stage.REFUSED, reason=WHY_REFUSED, accepted_at=accepted_at)
        if self.under_review:
            return Progress(stage=Stage.WAITING, reason="under review", accepted_at=accepted_at)
        return Progress(stage=Stage.READY, accepted_at=accepted_at)

    def _link(self, reference: str, tenant_id: str) -> Link:
        with self._lock:
            link = self._links.get(reference)
        if link is None or link.tenant_id != tenant_id:
            raise Refused(NEIGHBOR, "60003: no such customer, or no relationship with it")
        return link

    def _administrator(self, domain: str) -> AdminCredentials:
        digest = hashlib.sha256(f"{self._webhook_secret()}/{domain}".encode()).hexdigest()
        return AdminCredentials(user_name=f"admin@{domain}", password=f"Sw!{digest[:12]}")

    def _tell(self, link: Link, event: str) -> None:
        at = link.accepted_at or link.invited_at
        notice = {
            "EventName": event,
            "ResourceUri": f"https://api.partnercenter.microsoft.com/v1/customers/{link.tenant_id}",
            "ResourceName": "customer",
            "ResourceChangeUtcDate": written(at),
            "Reference": link.reference,
        }
        self._notices.append(json.dumps(notice).encode())

    def _signature(self, body: bytes) -> str:
        digest = hmac.new(self._webhook_secret().encode(), body, hashlib.sha256).digest()
        return f"Signature {base64.b64encode(digest).decode()}"


def _invitation(link: Link) -> Invitation:
    return Invitation(tenant_id=link.tenant_id, agreement_url=AGREEMENT_URL, credentials=link.credentials)


def _ordered(link: Link, at: datetime) -> OrderProgress:
    if link.order is None:
        return OrderProgress(state=OrderState.NONE)
    state = OrderState.PROVISIONED if at >= link.order.provisioned_at else OrderState.PENDING
    return OrderProgress(state=state)
