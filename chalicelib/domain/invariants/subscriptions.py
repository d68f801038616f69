"""What holds of every subscription: its life, its calendar, its papers, its money (R43–R51, R74, D3, D12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.domain.calendar import nth_term
from chalicelib.domain.effects import EffectState
from chalicelib.domain.invariants.cases import Invariant, SubscriptionCase
from chalicelib.domain.invariants.marks import forgotten, gaps, misplaced, woken
from chalicelib.domain.invoicing import Document, DocumentKind, Settlement
from chalicelib.domain.waking import Sweep, next_wake
from chalicelib.rulebook import BASIS_POINTS, CREDENTIALS_KEPT, IN_TERM, NOT_YET_ACTIVE, Status

# Whoever finds nothing to do yet looks again later, without a decision.
PUT_OFF: Final = (Sweep.PROVISIONING, Sweep.UNSETTLED)


def _history(case: SubscriptionCase) -> Iterator[str]:
    yield from gaps(case.history, version=case.sub.version, status=case.sub.status)


def _marks(case: SubscriptionCase) -> Iterator[str]:
    yield from misplaced(case.marks)


def _wake(case: SubscriptionCase) -> Iterator[str]:
    wanted, found = next_wake(case.sub), case.marks.wake
    if wanted is None or found is None:
        if wanted is not found:
            yield f"it is woken for {woken(found)}, and should be for {woken(wanted)}"
        return
    due_at = wanted.due_at.replace(microsecond=0)
    late_enough = found.due_at >= due_at if wanted.sweep in PUT_OFF else found.due_at == due_at
    # The last look before the deadline leaves the rest to the sweep of the deadlines.
    to_the_deadline = wanted.sweep is Sweep.PROVISIONING and (
        (found.sweep, found.due_at) == (Sweep.ACTIVATION_DEADLINES, case.sub.activation_deadline)
    )
    if not to_the_deadline and (found.sweep is not wanted.sweep or not late_enough):
        yield f"it is woken for {woken(found)}, and should be for {woken(wanted)}"


def _status(case: SubscriptionCase) -> Iterator[str]:
    """What a status says must be there, and what must not."""
    sub = case.sub
    status, begun = sub.status, sub.status not in NOT_YET_ACTIVE
    ended_before = status is Status.CANCELED and sub.activated_at is None
    claims = (
        ("an activation", sub.activated_at is not None, begun and not ended_before),
        ("a term", sub.term is not None, begun and not ended_before),
        ("a cancellation", sub.cancellation is not None, status is Status.CANCELED),
    )
    for what, is_there, should_be in claims:
        if is_there is not should_be:
            yield f"it is {status}, {'with' if is_there else 'without'} {what}"
    if status is not Status.CANCELED and (sub.suspension is not None) is not (status is Status.SUSPENDED):
        yield f"it is {status}, {'with' if sub.suspension else 'without'} a suspension"
    if status is not Status.CANCELED and (sub.expired_at is not None) is not (status is Status.EXPIRED):
        yield f"it is {status}, {'with' if sub.expired_at else 'without'} an expiry"
    if sub.account is None and status not in (Status.PENDING, Status.CANCELED):
        yield f"it is {status}, without a Microsoft account"
    if sub.renewal is not None and status not in IN_TERM:
        yield f"it is {status}, with a renewal under way"
    if sub.delegation.open and (sub.seller is None or status is Status.CANCELED):
        yield f"it is {status}, with a delegation to {'the seller' if sub.seller else 'nobody'}"


def _calendar(case: SubscriptionCase) -> Iterator[str]:
    sub = case.sub
    if sub.term is None or sub.activated_at is None:
        return
    if sub.term != nth_term(sub.activated_at, sub.term.number, sub.billing_period):
        yield f"term {sub.term.number} is not where the calendar has it"
    for paper in _invoices(case):
        period = paper.period
        if period and period != nth_term(sub.activated_at, period.number, sub.billing_period):
            yield f"{paper.number}: its period is not where the calendar has it"


def _invoiced(case: SubscriptionCase) -> Iterator[str]:
    """One invoice a cycle: the first has no period yet, each renewal has its term."""
    sub, invoices = case.sub, _invoices(case)
    cycles = [paper.period.number if paper.period else 0 for paper in invoices]
    wanted = list(range(sub.term.number + 1 if sub.term else 1))
    if sorted(cycles) != wanted:
        yield f"its cycles are {wanted}, and its invoices are of {sorted(cycles)}"
    paid = sub.payment
    paper = next((each for each in invoices if each.id == paid.invoice_id), None)
    if paper is None:
        yield f"{paid.invoice_number} is not among its papers"
    elif (paper.number, paper.charge_id, paper.net, paper.tax, paper.total) != (
        paid.invoice_number,
        paid.charge_id,
        paid.net,
        paid.tax,
        paid.total,
    ):
        yield f"{paper.number} is not what was paid"


def _credited(case: SubscriptionCase) -> Iterator[str]:
    """A cancellation that gives back has one credit note of just that, as settled; nothing else has one."""
    notes = _credit_notes(case)
    ended = case.sub.cancellation
    owed = ended.refund.amount if ended else 0
    if sum(note.total.amount for note in notes) != owed or len(notes) > 1:
        yield f"{owed} cents are to be given back, and {[note.total.amount for note in notes]} are credited"
    for note in notes:
        if ended is not None and ended.settlement not in (None, note.settlement):
            yield f"{note.number} says {note.settlement}, and the cancellation {ended.settlement}"
        if note.corrects_id != case.sub.payment.invoice_id:
            yield f"{note.number} does not correct the invoice that was paid last"


def _refunded(case: SubscriptionCase) -> Iterator[str]:
    """Behind each credit note is the effect that pays it, and they agree on how far it is."""
    for note in _credit_notes(case):
        effect = case.refunds.get(note.id)
        if effect is None:
            yield f"{note.number}: nothing was written that gives it back"
            continue
        if (effect.data.get("amount"), effect.data.get("charge_id")) != (note.total.amount, note.charge_id):
            yield f"{note.number}: another amount, or another charge, is given back"
        if note.settlement is Settlement.REFUND_PENDING and effect.state is EffectState.DONE:
            yield f"{note.number}: its refund is done, and it says that it is pending"
        if note.settlement is Settlement.REFUNDED and (note.refund_id is None or note.refunded_at is None):
            yield f"{note.number}: it says that it is refunded, and not by what or when"


def _earned(case: SubscriptionCase) -> Iterator[str]:
    """D13: each paid cycle earns its seller once, and the subscription carries the line that is pending."""
    sub = case.sub
    if sub.seller is None:
        if case.lines or sub.commission is not None:
            yield "nobody has sold it, and somebody earns by it"
        return
    stayed = _stayed(case)
    for paper in _invoices(case):
        line = case.lines.get(paper.id)
        if line is None:
            if stayed or paper.period is None:  # D15: who has left earns nothing from the next cycle on
                yield f"{paper.number}: nobody earns by it"
            continue
        cycle = paper.period.number if paper.period else 0
        accrued = paper.net.portion(line.rate, BASIS_POINTS)
        if (line.subscription_id, line.cycle, line.net, line.accrued) != (sub.id, cycle, paper.net, accrued):
            yield f"{paper.number}: what is earned by it is not its share"
        if line.pending and (sub.commission is None or sub.commission.invoice_id != paper.id):
            yield f"{paper.number}: its commission is pending, and nothing will make it earned"
    kept = sub.commission
    if kept is not None and case.lines.get(kept.invoice_id) != kept:
        yield "the commission that it carries is not that of the ledger"


def _stayed(case: SubscriptionCase) -> bool:
    """Whether the seller has been in the program ever since: who comes back signs its terms anew."""
    seller = case.seller
    if seller is None or not seller.enrolled or seller.terms_signed_at is None:
        return False
    return seller.terms_signed_at <= case.sub.purchased_at


def _reserved(case: SubscriptionCase) -> Iterator[str]:
    """R24: a new tenant's domain is kept for the subscription that has asked for it."""
    if case.reserves is not None and case.reserved_by != case.sub.id:
        yield f"its domain is kept for {case.reserved_by or 'nobody'}"


def _pointed_at(case: SubscriptionCase) -> Iterator[str]:
    for name, is_there in case.pointed_at_by.items():
        if not is_there:
            yield f"no pointer leads to it from its {name}"


def _credentials(case: SubscriptionCase) -> Iterator[str]:
    """D14: the password of a new tenant, and gone by itself."""
    if not case.has_credentials:
        return
    if case.sub.account is None:
        yield "there are credentials, and no account that they could be for"
    until = case.sub.activation_deadline + CREDENTIALS_KEPT
    if case.credentials_until is None or case.credentials_until > until:
        yield "its credentials would not go in time"


def _forgotten(case: SubscriptionCase) -> Iterator[str]:
    yield from forgotten(case)


def _invoices(case: SubscriptionCase) -> list[Document]:
    return [paper for paper in case.papers if paper.kind is DocumentKind.INVOICE]


def _credit_notes(case: SubscriptionCase) -> list[Document]:
    return [paper for paper in case.papers if paper.kind is DocumentKind.CREDIT_NOTE]


INVARIANTS: Final = (
    Invariant(
        "subscription_history", "one line of history for each version; the last says what it is", _history
    ),
    Invariant("subscription_found", "it is found by what its document says", _marks),
    Invariant("subscription_woken", "time wakes it for what comes next, and for nothing else", _wake),
    Invariant("subscription_seen_to", "nobody whose moment has come is forgotten", _forgotten),
    Invariant("subscription_status", "its status and what has happened to it agree", _status),
    Invariant("terms_tile", "its terms are where the calendar has them, without gap or overlap", _calendar),
    Invariant("cycle_invoiced", "each paid cycle has one invoice, and the last is what was paid", _invoiced),
    Invariant("refund_credited", "what a cancellation gives back is credited, once", _credited),
    Invariant("credit_refunded", "behind each credit note is the refund that pays it", _refunded),
    Invariant("cycle_earned", "each paid cycle earns its seller their share, once", _earned),
    Invariant("domain_reserved", "a new tenant's domain is kept for whoever asked for it", _reserved),
    Invariant("subscription_pointed_at", "what Microsoft knows it by leads to it", _pointed_at),
    Invariant("credentials_pass", "a new tenant's password goes by itself", _credentials),
)
