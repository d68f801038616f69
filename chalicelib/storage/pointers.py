"""Which subscriptions something of Microsoft's belongs to: what its notices are looked up by.

A pointer is a hint and is never removed: whoever follows it loads the subscription and looks whether it still
is the one that is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.storage import keys
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.lifecycle import Decision
    from chalicelib.domain.subscription import Subscription


class Pointers:
    """The part of the store that finds subscriptions by an id of Microsoft's."""

    def of_tenant(self, tenant_id: str) -> list[str]:
        """The ids of the subscriptions that were ever connected to a tenant."""
        return _pointed_at(keys.tenant(tenant_id, "")[0])

    def of_grant(self, relationship_id: str) -> list[str]:
        """The ids of the subscriptions for which a delegated-administration relationship was asked for."""
        return _pointed_at(keys.grant(relationship_id, "")[0])


def pointers_of(decision: Decision) -> Iterator[Row]:
    """The pointers that a decision makes necessary: to its tenant, and to its relationship."""
    before, after = decision.before, decision.after
    tenant_id, relationship_id = _tenant(after), _relationship(after)
    if tenant_id and tenant_id != _tenant(before):
        yield Row(*keys.tenant(tenant_id, after.id))
    if relationship_id and relationship_id != _relationship(before):
        yield Row(*keys.grant(relationship_id, after.id))


def _pointed_at(partition: str) -> list[str]:
    return [row.sk for row in Row.query(partition, consistent_read=True)]


def _tenant(sub: Subscription | None) -> str | None:
    return sub.account.tenant_id if sub is not None and sub.account is not None else None


def _relationship(sub: Subscription | None) -> str | None:
    return sub.delegation.grant.relationship_id if sub is not None and sub.delegation.grant else None
