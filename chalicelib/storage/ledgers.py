"""Money on paper: clients' invoices and credit notes, and freelancers' earnings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import domain
from chalicelib.domain.refusals import not_found
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.listing import Listing, Page
from chalicelib.storage.reading import body_in
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.commission import Earning, Totals
    from chalicelib.domain.invoicing import ClientAccount, Document
    from chalicelib.domain.lifecycle import Decision
    from chalicelib.storage.transaction import Transaction


class Ledgers(Listing):
    """The part of the store that keeps the books."""

    def books(self, client_id: str) -> ClientAccount:
        """What is kept of a client; new if nothing is."""
        kind = domain.invoicing.ClientAccount
        return self._get(keys.client(client_id), kind) or kind(id=client_id)

    def documents(self, client_id: str, *, limit: int, after: str | None) -> Page:
        """A client's invoices and credit notes, newest first."""
        return self._below(
            keys.client(client_id)[0], "document#", domain.invoicing.Document, limit=limit, after=after
        )

    def document(self, client_id: str, document_id: str) -> Document:
        """One invoice or credit note; `not_found` if the client has none such."""
        found = self._get(keys.document(client_id, document_id), domain.invoicing.Document)
        if found is None:
            raise not_found("invoice")
        return found

    def earnings(self, freelancer_id: str, *, limit: int, after: str | None) -> Page:
        """A freelancer's ledger, newest first."""
        return self._below(freelancer_id, "earning#", domain.commission.Earning, limit=limit, after=after)

    def totals(self, freelancer_id: str) -> Totals:
        """The sums of a freelancer's ledger."""
        row = self._read([keys.totals(freelancer_id)]).get(keys.totals(freelancer_id))
        if row is None:
            return domain.commission.Totals()
        return domain.commission.Totals(
            accrued=int(row.accrued or 0),
            pending=int(row.pending or 0),
            earned=int(row.earned or 0),
            reversed=int(row.reversed or 0),
            payable=int(row.payable or 0),
            paid=int(row.paid or 0),
        )

    def _put_books(self, tx: Transaction, decision: Decision) -> None:
        books = decision.books
        if books is None:
            return
        row = Row(*keys.client(books.id), body=encode(books))
        row.documents = books.documents
        before = books.documents - len(decision.documents)
        tx.put(row, condition=Row.documents == before if before else Row.pk.does_not_exist())

    def _put_earnings(self, tx: Transaction, earnings: Iterable[tuple[Earning | None, Earning]]) -> None:
        """The changed ledger lines, and one change of each freelancer's totals for all of them."""
        changes: dict[str, list[Totals]] = {}
        for before, earning in earnings:
            row = Row(*keys.earning(earning.freelancer_id, earning.invoice_id), body=encode(earning))
            row.version = earning.version
            tx.put(row, condition=_unchanged(before))
            changes.setdefault(earning.freelancer_id, []).append(
                domain.commission.difference(before, earning)
            )
        for freelancer_id, parts in changes.items():
            actions: list[Action] = [
                Row.accrued.add(sum(part.accrued for part in parts)),
                Row.pending.add(sum(part.pending for part in parts)),
                Row.earned.add(sum(part.earned for part in parts)),
                Row.reversed.add(sum(part.reversed for part in parts)),
            ]
            if any(part.payable or part.paid for part in parts):
                actions.append(Row.payable.add(sum(part.payable for part in parts)))
                actions.append(Row.paid.add(sum(part.paid for part in parts)))
            tx.update(keys.totals(freelancer_id), actions)


def _unchanged(line: Earning | None) -> Condition:
    """That a ledger line is as it was loaded; those of before they were versioned have no version."""
    if line is None:
        absent: Condition = Row.pk.does_not_exist()
        return absent
    same: Condition = Row.pk.exists() & (Row.version.does_not_exist() | (Row.version == line.version))
    return same


def books_in(row: Row | None, client_id: str) -> ClientAccount:
    """A client's books in a row that was read; new if there is none."""
    return body_in(row, domain.invoicing.ClientAccount) or domain.invoicing.ClientAccount(id=client_id)
