"""What holds of every client's papers (R74–R76, D12): without gaps, and never more back than paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from chalicelib.domain.invariants.cases import ClientCase, Invariant
from chalicelib.domain.invoicing import DocumentKind, client_code


def _numbered(case: ClientCase) -> Iterator[str]:
    code = client_code(case.id)
    wanted = [f"{code}-{count:04d}" for count in range(1, case.books.documents + 1)]
    found = sorted(paper.number for paper in case.papers)
    if found != sorted(wanted):
        missing, more = (
            sorted(set(wanted) - set(found)),
            sorted((Counter(found) - Counter(wanted)).elements()),
        )
        yield f"of {case.books.documents} papers, {missing} are missing and {more} are too many"
    if case.counted != case.books.documents:
        yield f"the row counts {case.counted} papers, and the books {case.books.documents}"


def _owned(case: ClientCase) -> Iterator[str]:
    for paper in case.papers:
        owner = case.owners.get(paper.subscription_id)
        if owner != case.id or paper.client.id != case.id:
            yield f"{paper.number}: {'it is about nothing' if owner is None else 'it is of another client'}"


def _sums(case: ClientCase) -> Iterator[str]:
    for paper in case.papers:
        if paper.net + paper.tax != paper.total or min(paper.net, paper.tax, paper.total) < paper.net.zero:
            yield f"{paper.number}: its net amount and tax are not its total"


def _covered(case: ClientCase) -> Iterator[str]:
    """No more is given back than was paid, and only where something was."""
    invoices = {paper.id: paper for paper in case.papers if paper.kind is DocumentKind.INVOICE}
    credited = Counter[str]()
    for note in (paper for paper in case.papers if paper.kind is DocumentKind.CREDIT_NOTE):
        invoice = invoices.get(note.corrects_id or "")
        if invoice is None or (invoice.number, invoice.charge_id) != (note.corrects, note.charge_id):
            yield f"{note.number}: it corrects no invoice of the same charge"
            continue
        credited[invoice.id] += note.total.amount
        if credited[invoice.id] > invoice.total.amount:
            yield f"{note.number}: more is given back than {invoice.number} has taken"


def _charged(case: ClientCase) -> Iterator[str]:
    charges = Counter(paper.charge_id for paper in case.papers if paper.kind is DocumentKind.INVOICE)
    for charge_id, times in charges.items():
        if times > 1:
            yield f"{charge_id} has {times} invoices"


def _last_seller(case: ClientCase) -> Iterator[str]:
    if not case.last_seller_known:
        yield "whoever it last bought from is nobody"


INVARIANTS: Final = (
    Invariant("papers_numbered", "a client's papers are numbered 1, 2, 3 … without a gap", _numbered),
    Invariant("papers_owned", "each paper is about a subscription of the client's", _owned),
    Invariant("papers_add_up", "net amount and tax are the total", _sums),
    Invariant("credit_covered", "no more is given back than an invoice has taken", _covered),
    Invariant("charged_once", "a charge has one invoice", _charged),
    Invariant("last_seller_known", "whom a client last bought from is somebody", _last_seller),
)
