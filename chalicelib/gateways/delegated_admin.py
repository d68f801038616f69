"""Granular delegated administration (GDAP): what a freelancer may do in a client's tenant, and for how long.

Least privilege: only the roles of `LEAST_ROLES` are ever asked for, and the almighty ones never, whatever the
configuration says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

LEAST_ROLES: Final = {  # the default: look after users' licenses and problems, and nothing else
    "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
    "Service Support Administrator": "f023fd81-a637-4b56-95fd-791ac0226033",
    "License Administrator": "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
}
NEVER: Final = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
}


class GrantState(StrEnum):
    """How far the client's approval at Microsoft is."""

    WAITING = "waiting"  # for an administrator of the client's tenant
    APPROVED = "approved"
    OVER = "over"  # terminated, expired or never approved in time


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRequest:
    """A relationship that waits for the client's approval, and the link where it is given."""

    relationship_id: str
    approval_url: str


class DelegatedAdmin(Protocol):
    """Microsoft Graph's delegated administration. Raises Unavailable, OutcomeUnknown or Refused."""

    def request(self, *, name: str, tenant_id: str, at: datetime) -> GrantRequest:
        """Ask for the least roles in a tenant, once per name (50 characters at most, unique with us)."""

    def state(self, *, relationship_id: str) -> GrantState:
        """How far the approval is."""

    def assign(self, *, relationship_id: str, group_id: str) -> bool:
        """Give the roles to a security group of ours, once; whether it is in effect already."""

    def end(self, *, relationship_id: str) -> bool:
        """End every assignment and the relationship itself; whether all of it is over already."""
