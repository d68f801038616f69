"""What holds of every freelancer: where they stand in the program, and what they have earned (D13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from chalicelib.domain.commission import Totals
from chalicelib.domain.invariants.cases import FreelancerCase, Invariant
from chalicelib.domain.invariants.marks import gaps, misplaced


def _history(case: FreelancerCase) -> Iterator[str]:
    yield from gaps(case.history, version=case.freelancer.version, status=case.freelancer.state)


def _marks(case: FreelancerCase) -> Iterator[str]:
    yield from misplaced(case.marks)


def _program(case: FreelancerCase) -> Iterator[str]:
    freelancer = case.freelancer
    if freelancer.enrolled and not (freelancer.link_token and freelancer.terms_signed_at):
        yield "enrolled, without a link or signed terms"
    if freelancer.application is not None and freelancer.user_id is None:
        yield "somebody has applied, and nobody knows who"


def _pointers(case: FreelancerCase) -> Iterator[str]:
    for name, leads_to in case.pointers.items():
        if leads_to != case.id:
            yield f"their {name} leads to {leads_to or 'nobody'}"


def _lines(case: FreelancerCase) -> Iterator[str]:
    for line in case.lines:
        parts = (line.pending, line.earned, line.reversed)
        if line.pending + line.earned + line.reversed != line.accrued or min(parts) < line.net.zero:
            yield f"{line.invoice_id}: what is pending, earned and reversed is not what was accrued"
        if line.freelancer_id != case.id:
            yield f"{line.invoice_id}: the line is of somebody else"
        if any(transfer.kept < line.net.zero for transfer in line.transfers):
            yield f"{line.invoice_id}: more was taken back than sent"


def _totals(case: FreelancerCase) -> Iterator[str]:
    summed = Totals(
        accrued=sum(line.accrued.amount for line in case.lines),
        pending=sum(line.pending.amount for line in case.lines),
        earned=sum(line.earned.amount for line in case.lines),
        reversed=sum(line.reversed.amount for line in case.lines),
        payable=sum(line.payable.amount for line in case.lines),
        paid=sum(line.paid.amount for line in case.lines),
    )
    for field in fields(Totals):
        total, summed_up = getattr(case.totals, field.name), getattr(summed, field.name)
        if total != summed_up:
            yield f"{field.name}: the total says {total}, and the lines come to {summed_up}"


def _sold(case: FreelancerCase) -> Iterator[str]:
    for invoice_id in case.baseless:
        yield f"{invoice_id}: something is earned, and there is no such sale of theirs"


INVARIANTS: Final = (
    Invariant("freelancer_history", "one line of history for each version; the last says what is", _history),
    Invariant("freelancer_found", "they are found by what their document says", _marks),
    Invariant("freelancer_program", "where they stand and what they have agree", _program),
    Invariant("freelancer_pointed_at", "address, user, link and account lead to them", _pointers),
    Invariant("ledger_adds_up", "what is pending, earned and reversed is what was accrued", _lines),
    Invariant("totals_agree", "the totals are the sums of the ledger", _totals),
    Invariant("ledger_founded", "each line of the ledger has its sale and its invoice", _sold),
)
