"""What the client does at Microsoft, and what becomes of one reference, for the sandbox and for tests."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from sandbox.clock import written
from sandbox.simulators.microsoft.carts import Carts
from sandbox.simulators.microsoft.grants import Grant, Grants
from sandbox.simulators.microsoft.ground import Clock, Switches
from sandbox.simulators.microsoft.notices import Notices
from sandbox.simulators.microsoft.seats import RUNNING, Calendar
from sandbox.simulators.microsoft.tenants import NONE, RESELLER, Tenant, Tenants


class UnknownReference(KeyError):
    """Microsoft has never heard of this reference: it learns it with a cart."""


class UnknownGrant(KeyError):
    """There is no delegated-administration relationship of this id."""


class NothingToAccept(ValueError):
    """Everything was accepted before, or it does not wait for the client."""


class Client(Switches):
    """The client's administrator, in front of Microsoft's own pages."""

    _clock: Clock
    _lock: threading.RLock
    _tenants: Tenants
    _calendar: Calendar
    _carts: Carts
    _grants: Grants
    _notices: Notices

    def accept(self, tenant: str, *, at: datetime | None = None) -> Tenant:
        """An administrator of a tenant, by id or domain, accepts us as reseller and signs the agreement.

        The invitation is not addressed to anybody: any tenant may accept, also a wrong one.
        """
        with self._lock:
            found, at = self._tenants.wanted(tenant), at or self._clock.now()
            if found.relationship == RESELLER and found.signed_at is not None:
                raise NothingToAccept(found.domain)
            if found.relationship == RESELLER and self.announces_signatures:
                self._notices.accepted(found.id, at=at)
            if found.relationship == NONE:
                self.accept_relationship(tenant, at=at)
            return self.sign_agreement(tenant, at=at)

    def accept_relationship(self, tenant: str, *, at: datetime | None = None) -> Tenant:
        """An administrator accepts us as reseller, and nothing else."""
        with self._lock:
            found, at = self._tenants.wanted(tenant), at or self._clock.now()
            if found.relationship == RESELLER:
                raise NothingToAccept(found.domain)
            found.relationship, found.accepted_at, found.declined_at = RESELLER, at, None
            found.review_since = found.review_since or at
            self._notices.accepted(found.id, at=at)
            return found

    def sign_agreement(self, tenant: str, *, at: datetime | None = None) -> Tenant:
        """An administrator signs the Microsoft Customer Agreement, and nothing else."""
        with self._lock:
            found = self._tenants.wanted(tenant)
            found.signed_at, found.declined_at = found.signed_at or at or self._clock.now(), None
            return found

    def refuse(self, tenant: str, *, at: datetime | None = None) -> Tenant:
        """An administrator declines; Microsoft tells nobody."""
        with self._lock:
            found = self._tenants.wanted(tenant)
            if found.relationship == RESELLER and found.signed_at is not None:
                raise NothingToAccept(found.domain)
            found.declined_at = at or self._clock.now()
            return found

    def waiting(self) -> list[Tenant]:
        """The tenants that were made or looked up for us, and have not accepted everything yet."""
        with self._lock:
            return [
                tenant
                for tenant in self._tenants.all
                if (tenant.made_at or tenant.looked_up_at)
                and (tenant.relationship == NONE or tenant.signed_at is None)
            ]

    def known(self) -> list[Tenant]:
        """Every tenant that was spoken of."""
        with self._lock:
            return self._tenants.all

    def grant(self, relationship_id: str) -> Grant:
        """A delegated-administration relationship; UnknownGrant if there is none."""
        with self._lock:
            self._grants.bring_up_to(self._clock.now())
            found = self._grants.find(relationship_id)
            if found is None:
                raise UnknownGrant(relationship_id)
            return found

    def approve_grant(self, relationship_id: str, *, at: datetime | None = None) -> Grant:
        """An administrator approves what a freelancer may do."""
        return self._decide(relationship_id, "approvalPending", self._grants.approve, at)

    def decline_grant(self, relationship_id: str, *, at: datetime | None = None) -> Grant:
        """An administrator declines it."""
        return self._decide(relationship_id, "approvalPending", self._grants.decline, at)

    def terminate_grant(self, relationship_id: str, *, at: datetime | None = None) -> Grant:
        """An administrator ends what a freelancer may do."""
        return self._decide(relationship_id, "active", self._grants.terminate, at)

    def shown(self, reference: str, *, tenant_id: str | None = None) -> dict[str, Any]:
        """Where a reference stands; before its cart is filled only its tenant is known, if it is given."""
        with self._lock:
            now = self._clock.now()
            self._carts.bring_up_to(now)
            self._calendar.bring_up_to(now)
            seats = next((each for each in reversed(self._calendar.all) if each.reference == reference), None)
            lines = [
                (cart.tenant_id, line)
                for cart in self._carts.carts
                for line in cart.lines
                if line.get("friendlyName") == reference
            ]
            ordered = any(reference in order.references for order in self._carts.orders)
            found = seats.tenant_id if seats else lines[-1][0] if lines else tenant_id
            tenant = self._tenants.get(found) if found else None
            if tenant is None:
                raise UnknownReference(reference)
            status = "invited" if tenant.signed_at is None else "accepted"
            if seats is not None:
                status = seats.status if seats.status in RUNNING else "ended"
            return {
                "subscription_id": reference,
                "status": status,
                "tenant_id": tenant.id,
                "domain": tenant.domain,
                "account_name": tenant.name,
                "agreement_accepted_at": written(tenant.signed_at) if tenant.signed_at else None,
                "seats": seats.quantity if seats else lines[-1][1]["quantity"] if ordered else None,
                "plan_id": seats.plan_id if seats else None,
                "auto_renew": seats.auto_renew if seats else True,
                "cancel_at_end": seats.ends_at_term if seats else False,
            }

    def _decide(self, relationship_id: str, status: str, decide: Any, at: datetime | None) -> Grant:
        with self._lock:
            found = self.grant(relationship_id)
            if found.status != status:
                raise NothingToAccept(found.id)
            decide(found, at or self._clock.now())
            self._grants.bring_up_to(self._clock.now())
            return found
