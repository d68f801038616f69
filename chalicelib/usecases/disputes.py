"""Money that is taken back behind our back: disputes at the bank, refunds made in the provider's own pages.

The operator is told, the history says so, and the commission on it is taken back until the money is ours
again. Nothing is suspended or ended for it: that is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.domain.commission import Earning
from chalicelib.domain.disputes import Case, Contest
from chalicelib.domain.invoicing import Document, DocumentKind
from chalicelib.domain.lifecycle import Event, Given, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.payments import Dispute, RefundState
from chalicelib.gateways.trouble import Refused
from chalicelib.observability import count, log
from chalicelib.storage.listing import Page, whole
from chalicelib.storage.transaction import Stale
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World

PAGE: Final = 100  # documents of one read


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What a charge has paid for."""

    sub: Subscription
    invoice: Document
    line: Earning | None  # the commission on it


def list_disputes(world: World, *, limit: int, after: str | None) -> Page:
    """All disputes, newest first."""
    return world.store.disputes(limit=limit, after=after)


@persistently
def look(world: World, *, dispute_id: str, at: datetime, request_id: str) -> None:
    """The provider says that a charge is disputed, or that a dispute has moved: see where it stands."""
    try:
        found = world.payments.dispute(dispute_id=dispute_id)
    except Refused:
        log.error("dispute not known to the provider", extra={"dispute_id": dispute_id})
        count("dispute", status="unknown")
        return
    before = world.store.case(found.id, opened_at=found.opened_at)
    if before is not None and (before.status, before.amount) == (found.status, found.amount):
        return
    paid = _paid_by(
        world,
        charge_id=found.charge_id,
        subscription_id=found.subscription_id,
        reference=found.reference,
    )
    case = _case(found, before=before, paid=paid, at=at)
    told = {"dispute_id": case.id, "subscription_id": case.subscription_id, "status": case.status}
    event = _event(before, case)
    if paid is None:
        log.error("a charge of nobody's is disputed", extra=told)
        world.store.put_case(case)
    elif event is None:
        world.store.put_case(case)
    else:
        decision = advance(
            paid.sub,
            event,
            at=at,
            by=SYSTEM,
            given=Given(payouts=world.settings.stripe.payouts, contest=_contest(case, paid)),
            detail=case.told,
        )
        world.store.commit(decision, case=case)
        world.queue.nudge(decision.effects, request_id=request_id)
    log.warning("dispute", extra=told)
    count("dispute", status=case.status)


@persistently
def refunded_elsewhere(world: World, *, state: RefundState, at: datetime, request_id: str) -> None:
    """Money was given back that we did not ask for: loud, and the commission on it is taken back."""
    log.error("refunded outside of the product", extra={"refund_id": state.id, "failed": state.failed})
    count("foreign_refund", outcome="failed" if state.failed else "made")
    if state.charge_id is None or state.amount is None:
        return
    paid = _paid_by(world, charge_id=state.charge_id, subscription_id=state.subscription_id, reference=None)
    if paid is None or paid.line is None:
        return
    claimed = any(claim.by == state.id for claim in paid.line.claims)
    if claimed is not state.failed:
        return  # it was heeded before
    contest = Contest(
        by=state.id,
        line=paid.line,
        amount=state.amount,
        total=paid.invoice.total,
        upheld=not state.failed,
    )
    decision = advance(
        paid.sub,
        Event.REFUNDED_ELSEWHERE,
        at=at,
        by=SYSTEM,
        given=Given(payouts=world.settings.stripe.payouts, contest=contest),
        detail={"amount": state.amount.amount, "failed": state.failed},
    )
    world.store.commit(decision)
    world.queue.nudge(decision.effects, request_id=request_id)


def _case(found: Dispute, *, before: Case | None, paid: Paid | None, at: datetime) -> Case:
    case = Case(
        id=found.id,
        version=before.version + 1 if before else 1,
        charge_id=found.charge_id,
        amount=found.amount,
        reason=found.reason,
        status=found.status,
        opened_at=found.opened_at,
        subscription_id=paid.sub.id if paid else found.subscription_id,
        invoice_id=paid.invoice.id if paid else None,
        invoice_number=paid.invoice.number if paid else None,
    )
    return case.ended(before.closed_at if before and before.closed_at else at) if case.closed else case


def _event(before: Case | None, case: Case) -> Event | None:
    """What the history says: that it was opened, or escalated, and that it was closed."""
    if case.closed:
        return Event.DISPUTE_CLOSED if before is None or not before.closed else None
    escalated = before is not None and case.takes_money and not before.takes_money
    return Event.DISPUTED if before is None or escalated else None


def _contest(case: Case, paid: Paid) -> Contest:
    return Contest(
        by=case.id,
        line=paid.line,
        amount=case.amount,
        total=paid.invoice.total,
        upheld=case.takes_money,
    )


def _paid_by(
    world: World, *, charge_id: str, subscription_id: str | None, reference: str | None
) -> Paid | None:
    """What a charge has paid for; None if nothing of ours. Raises Stale while the sale is not written yet."""
    order = reference is not None and reference.startswith("ord_")
    if subscription_id is None and reference is not None and not order:
        subscription_id = reference.split(".", 1)[0]
    if subscription_id is None:
        return None
    try:
        sub = world.store.load(subscription_id)
    except Refusal:
        if reference is not None and order and world.store.order(reference) is not None:
            raise Stale("the sale is not written yet") from None
        return None
    invoice = next((each for each in _invoices(world, sub) if each.charge_id == charge_id), None)
    if invoice is None:
        if sub.renewal_under_way:
            raise Stale("the renewal is not written yet")
        return None
    return Paid(sub=sub, invoice=invoice, line=_line(world, sub=sub, invoice=invoice))


def _invoices(world: World, sub: Subscription) -> Iterator[Document]:
    """The subscription's invoices: that of the running term, then all, newest first."""
    yield world.store.document(sub.client.id, sub.payment.invoice_id)
    papers = whole(lambda after: world.store.documents(sub.client.id, limit=PAGE, after=after))
    yield from (each for each in papers if each.kind is DocumentKind.INVOICE)


def _line(world: World, *, sub: Subscription, invoice: Document) -> Earning | None:
    if sub.commission is not None and sub.commission.invoice_id == invoice.id:
        return sub.commission
    if sub.seller is None:
        return None
    line, _ = world.store.line(sub.seller.freelancer_id, invoice.id)
    return line
