"""Names of new tenants, each kept for one subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.rulebook import MICROSOFT_TENANT_SUFFIX, Status
from chalicelib.storage import keys
from chalicelib.storage.listing import Listing
from chalicelib.storage.tables import Row
from chalicelib.storage.transaction import Taken

if TYPE_CHECKING:
    from chalicelib.domain.lifecycle import Decision
    from chalicelib.domain.subscription import Subscription
    from chalicelib.storage.transaction import Transaction


class Domains(Listing):
    """The part of the store that keeps names from others."""

    def domain_reserved_by(self, domain: str) -> str | None:
        """The id of the subscription that keeps others from a new tenant's domain, if one does."""
        row = self._read([keys.reservation(domain)]).get(keys.reservation(domain))
        return row.owner if row else None

    def _reserve_domain(self, tx: Transaction, decision: Decision) -> None:
        old, new = reserved_by(decision.before), reserved_by(decision.after)
        if new and new != old:
            row = Row(*keys.reservation(new), owner=decision.after.id)
            tx.put(row, Row.pk.does_not_exist() | (Row.owner == decision.after.id), raises=Taken)
        if old and new != old:
            tx.delete(keys.reservation(old), condition=Row.owner == decision.after.id)


def reserved_by(sub: Subscription | None) -> str | None:
    """The domain that a subscription keeps others from: a new tenant's, from submission on."""
    if sub is None or sub.account is None or sub.account.form.existing_customer:
        return None
    given_up = sub.status is Status.CANCELED and sub.account.tenant_id is None
    return (
        None if given_up or not sub.account.domain.endswith(MICROSOFT_TENANT_SUFFIX) else sub.account.domain
    )
