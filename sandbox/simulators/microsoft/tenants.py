"""Every organization that exists: those that were made here, and everybody else's."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sandbox.simulators.microsoft.ground import (
    MISSING,
    ONMICROSOFT,
    REFUSED,
    TAKEN_PREFIXES,
    Switches,
)

NONE: Final = "none"
RESELLER: Final = "reseller"

_TENANTS: Final = uuid.UUID("5ea7f15e-0000-4000-8000-5eab0a6d0002")  # tenant ids are derived from domains


class UnknownTenant(KeyError):
    """No organization has this id or domain."""


@dataclass(slots=True, kw_only=True)
class Tenant:
    """One organization, and where it stands with us."""

    id: str
    domain: str
    name: str
    made_at: datetime | None = None  # by us; None: it was there before
    looked_up_at: datetime | None = None
    relationship: str = NONE
    accepted_at: datetime | None = None  # the reseller relationship
    signed_at: datetime | None = None  # the agreement, by the client
    declined_at: datetime | None = None
    review_since: datetime | None = None
    confirmations: list[dict[str, Any]] = field(default_factory=list)  # of the agreement, by us
    profile: dict[str, Any] = field(default_factory=dict)  # the billing profile
    profile_version: int = 1

    @property
    def refused(self) -> bool:
        """Whether Microsoft lets this organization buy nothing."""
        return REFUSED in self.domain or REFUSED in self.name.lower()


class Tenants:
    """All organizations, by id and by domain."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._by_id: dict[str, Tenant] = {}
        self._by_domain: dict[str, Tenant] = {}

    @property
    def all(self) -> list[Tenant]:
        """Every tenant that was ever spoken of, in this order."""
        return list(self._by_id.values())

    def taken(self, domain: str) -> bool:
        """Whether nobody can have this domain any more."""
        domain = domain.lower()
        return domain in self._by_domain or domain.startswith(TAKEN_PREFIXES)

    def find(self, domain: str) -> Tenant | None:
        """The tenant of a domain: everybody has one, but for the domains that are missing."""
        domain = domain.strip().lower()
        if domain not in self._by_domain:
            if domain.startswith(MISSING) or "." not in domain:
                return None
            self._add(domain, name=domain.partition(".")[0].title())
        return self._by_domain[domain]

    def make(self, domain: str, *, name: str, profile: dict[str, Any], at: datetime) -> Tenant:
        """A new tenant: related to us from the first moment, and reviewed from then on."""
        tenant = self._add(domain.lower(), name=name)
        tenant.made_at = tenant.review_since = at
        tenant.relationship = RESELLER
        tenant.profile = profile
        return tenant

    def get(self, tenant_id: str) -> Tenant | None:
        """The tenant of an id, if it was ever spoken of."""
        return self._by_id.get(tenant_id.lower())

    def wanted(self, id_or_domain: str) -> Tenant:
        """The tenant that a client speaks for; UnknownTenant if there is none."""
        tenant = self.get(id_or_domain) or self.find(id_or_domain)
        if tenant is None:
            raise UnknownTenant(id_or_domain)
        return tenant

    def ours(self, tenant_id: str, at: datetime) -> Tenant | None:
        """The tenant, if it is seen to have a relationship with us by now."""
        tenant = self.get(tenant_id)
        if tenant is None or tenant.relationship != RESELLER:
            return None
        return tenant if self._shows(tenant.accepted_at, at) else None

    def has_signed(self, tenant: Tenant, at: datetime) -> bool:
        """Whether the client's own signature is seen by now."""
        return tenant.signed_at is not None and self._shows(tenant.signed_at, at)

    def agreed(self, tenant: Tenant, at: datetime) -> bool:
        """Whether the agreement is in place: signed by the client, or confirmed by us."""
        return bool(tenant.confirmations) or self.has_signed(tenant, at)

    def under_review(self, tenant: Tenant, at: datetime) -> bool:
        """Whether Microsoft is still looking at this organization."""
        if self._switches.under_review:
            return True
        return tenant.review_since is not None and at < tenant.review_since + self._switches.review_takes

    def _shows(self, since: datetime | None, at: datetime) -> bool:
        return since is None or at >= since + self._switches.answers_late

    def _add(self, domain: str, *, name: str) -> Tenant:
        tenant = Tenant(id=str(uuid.uuid5(_TENANTS, domain)), domain=domain, name=name)
        self._by_id[tenant.id] = self._by_domain[domain] = tenant
        return tenant


def default_domain(tenant: Tenant) -> str:
    """The first domain of a tenant, which Microsoft gave it."""
    if tenant.domain.endswith(ONMICROSOFT):
        return tenant.domain
    return tenant.domain.partition(".")[0] + ONMICROSOFT
