"""The rows of payouts: a freelancer's account at the provider, and ledger lines that change after a sale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.ledgers import Ledgers
from chalicelib.storage.outbox import Outbox
from chalicelib.storage.tables import Row
from chalicelib.storage.transaction import Stale, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.commission import Earning
    from chalicelib.domain.effects import Effect
    from chalicelib.domain.payouts import Payee


class PayoutRows(Outbox, Ledgers):
    """The part of the store that knows who is paid, and what of it has moved."""

    def payee(self, freelancer_id: str) -> Payee | None:
        """A freelancer's account at the provider, as it last was; None if there is none."""
        return self._get(keys.payee(freelancer_id), domain.payouts.Payee)

    def payee_of(self, account_id: str) -> Payee | None:
        """Whose account this is; None if it is not one of ours."""
        try:
            pointer = Row.get(*keys.payee_of(account_id), consistent_read=True)
        except Row.DoesNotExist:
            return None
        return self.payee(pointer.owner or "")

    def open_payee(self, payee: Payee) -> None:
        """Keep a new account; raises Stale when the freelancer, or the account, is known already."""
        with Transaction(self._connection) as tx:
            tx.put_new(_payee_row(payee))
            tx.put_new(Row(*keys.payee_of(payee.account_id), owner=payee.freelancer_id))

    def change_payee(self, payee: Payee, *, effects: Sequence[Effect] = ()) -> None:
        """Keep what the account has become, with what follows; raises Stale when it changed meanwhile."""
        with Transaction(self._connection) as tx:
            tx.put(_payee_row(payee), condition=Row.version == payee.version - 1)
            self._put_effects(tx, effects)

    def line(self, freelancer_id: str, invoice_id: str) -> tuple[Earning | None, Payee | None]:
        """A line of the ledger and whoever is paid for it, in one read."""
        wanted = [keys.earning(freelancer_id, invoice_id), keys.payee(freelancer_id)]
        rows = {(row.pk, row.sk): row for row in Row.batch_get(wanted, consistent_read=True)}
        line, payee = rows.get(wanted[0]), rows.get(wanted[1])
        return (
            decode(line.body, domain.commission.Earning) if line is not None else None,
            decode(payee.body, domain.payouts.Payee) if payee is not None else None,
        )

    def move_line(self, before: Earning, after: Earning, *, settles: Effect | None = None) -> None:
        """Keep what became of a line's money, with the totals; raises Stale when it changed meanwhile."""
        with Transaction(self._connection) as tx:
            self._put_earnings(tx, [(before, after)])
            self._settle(tx, settles)

    def put_effects(self, effects: Iterable[Effect]) -> list[Effect]:
        """Write effects of their own, leaving alone those that are there already; answers the new ones."""
        new = []
        for effect in effects:
            try:
                with Transaction(self._connection) as tx:
                    self._put_effects(tx, [effect])
            except Stale:
                continue
            new.append(effect)
        return new


def _payee_row(payee: Payee) -> Row:
    row = Row(*keys.payee(payee.freelancer_id), body=encode(payee))
    row.version = payee.version
    return row
