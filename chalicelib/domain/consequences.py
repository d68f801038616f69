"""What follows from a move, one function a consequence; the table in `lifecycle` says which follow when.

Each looks at the move and adds to it: changed fields, an invoice or credit note, a ledger line, an effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain import commission, payouts
from chalicelib.domain.account import Review
from chalicelib.domain.calendar import nth_term
from chalicelib.domain.delegation import DelegationStatus
from chalicelib.domain.effects import Effect, EffectKind, effect_id
from chalicelib.domain.invoicing import Document, DocumentKind, Settlement
from chalicelib.domain.letters import facts_for
from chalicelib.domain.money import Money
from chalicelib.domain.people import Person, Role
from chalicelib.domain.refunds import Refund, refund_at, window_closed
from chalicelib.domain.subscription import Cancellation
from chalicelib.rulebook import IN_TERM

if TYPE_CHECKING:
    from chalicelib.domain.commission import Earning
    from chalicelib.domain.lifecycle import Move


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a mail to the client or to the selling freelancer; without a seller, none is sent."""

    to: Role
    template: str

    def __call__(self, move: Move) -> None:
        """Write the mail into the outbox, with the facts as they are at this moment."""
        person: Person | None = move.after.client if self.to is Role.CLIENT else move.after.seller
        if person is not None:
            facts = facts_for(self.template, move)
            move.effects.append(_mail(move, template=self.template, to=person, facts=facts))

    def __str__(self) -> str:
        return f"{self.template} to the {self.to}"


def open_review(move: Move) -> None:
    """Put the account before the operators."""
    move.change(account=replace(move.account, review=Review.PENDING))


def connect(move: Move) -> None:
    """Ask Microsoft for the link to the agreement."""
    move.change(account=replace(move.account, review=Review.APPROVED, reviewed_at=move.at))
    _add(move, EffectKind.CONNECT, submission=move.account.submission)


def place_order(move: Move) -> None:
    """Order the seats at Microsoft."""
    _add(move, EffectKind.ORDER, submission=move.account.submission)
    # Whoever has to end the seats before they are known by an id finds the cart in this effect's notes.
    move.change(account=replace(move.account, ordered_by=move.effects[-1].id))


def begin_term(move: Move) -> None:
    """Begin the first term at this instant (D2)."""
    move.change(activated_at=move.at, term=nth_term(move.at, 0, move.after.billing_period))
    if not move.after.auto_renew:
        _add(move, EffectKind.ALIGN)  # turned off before there was anything to tell Microsoft about


def next_term(move: Move) -> None:
    """Begin the next term where the last one ended (D3)."""
    sub, renewal, charge = move.after, move.after.renewal, move.given.charge
    if sub.term is None or sub.activated_at is None or renewal is None or charge is None:
        msg = "a renewal needs a term, an intent and a charge"
        raise ValueError(msg)
    move.change(
        term=nth_term(sub.activated_at, sub.term.number + 1, sub.billing_period),
        reminded=None,
        renewal=None,
        payment=replace(
            sub.payment,
            charge_id=charge.id,
            charged_at=charge.at,
            net=renewal.amount - renewal.tax,
            tax=renewal.tax,
            total=renewal.amount,
            unit_price=renewal.unit_price,
            reference=charge.reference,
            tax_calculation=renewal.tax_calculation,
            taxed_by=None,
        ),
    )


def issue_invoice(move: Move) -> None:
    """Write the invoice of the charge (R12, R74)."""
    paid = move.after.payment
    document = _document(
        move,
        DocumentKind.INVOICE,
        net=paid.net,
        tax=paid.tax,
        total=paid.total,
        settlement=Settlement.PAID,
    )
    if move.before is None and move.after.seller is not None and move.books is not None:
        move.books = replace(move.books, last_seller_id=move.after.seller.freelancer_id)  # D9
    move.change(payment=replace(paid, invoice_id=document.id, invoice_number=document.number))


def report_tax(move: Move) -> None:
    """Tell the tax authorities of the sale, where tax was calculated for it."""
    paid = move.after.payment
    if paid.tax_calculation is None or paid.reference is None:
        return
    _add(move, EffectKind.TAX, reference=paid.reference, calculation_id=paid.tax_calculation)
    # The refund takes back what this effect will have entered: it notes under which id.
    move.change(payment=replace(paid, taxed_by=move.effects[-1].id))


def refund_arrived(move: Move) -> None:
    """The money of the credit note is on its way to the card, and the subscription says so."""
    _settle(move, Settlement.REFUNDED)


def refund_came_back(move: Move) -> None:
    """The money of the credit note is with us again, and the subscription says so."""
    _settle(move, Settlement.REFUND_FAILED)


def _settle(move: Move, settlement: Settlement) -> None:
    if move.after.cancellation is not None:
        move.change(cancellation=replace(move.after.cancellation, settlement=settlement))


def reverse_tax(move: Move) -> None:
    """Tell the tax authorities of the refund, once the money has gone back."""
    paid, ended = move.after.payment, move.after.cancellation
    if paid.taxed_by is None or ended is None:
        return
    _add(
        move,
        EffectKind.TAX_REVERSAL,
        reference=f"{paid.reference}.refund",
        recorded_by=paid.taxed_by,
        amount=ended.refund.amount,
        currency=ended.refund.currency,
        in_full=ended.refund == paid.total,
    )


def accrue(move: Move) -> None:
    """Accrue the seller's commission on the net amount (D13)."""
    sub = move.after
    if sub.seller is None or move.given.commission_rate is None:
        return
    earning = commission.accrue(
        invoice_id=sub.payment.invoice_id,
        freelancer_id=sub.seller.freelancer_id,
        subscription_id=sub.id,
        cycle=sub.term.number if sub.term else 0,
        rate=move.given.commission_rate,
        net=sub.payment.net,
        at=move.at,
        charge_id=sub.payment.charge_id,
    )
    move.earnings.append((None, earning))
    move.change(commission=earning)


def earn(move: Move) -> None:
    """The charge can no longer be refunded: the pending commission is earned (D13)."""
    pending = move.after.commission
    if pending is not None:
        _owe(move, pending, commission.earn(pending, move.at))


def refund(move: Move) -> None:
    """Owe the client what the refund table says, with a credit note; take back the commission's share."""
    sub = move.before
    if sub is None:
        msg = "nothing was bought"
        raise ValueError(msg)
    due = move.given.refund or refund_at(sub, move.at)
    if not due.allowed:
        raise window_closed(sub)
    amount = due.amount
    move.change(
        cancellation=Cancellation(
            at=move.at,
            rule=due.name,
            refund=amount,
            used_days=due.used_days,
            cycle_days=due.cycle_days,
            reason=move.detail.get("reason"),
            settlement=Settlement.REFUND_PENDING if amount else None,
        ),
        renewal=None,
    )
    if not amount:
        _reverse_commission(move, amount)
        return
    note = _credit_note(move, due)
    _add(
        move,
        EffectKind.REFUND,
        document_id=note.id,
        client_id=sub.client.id,
        charge_id=sub.payment.charge_id,
        amount=amount.amount,
        currency=amount.currency,
    )
    _reverse_commission(move, note.net)


def contest(move: Move) -> None:
    """Take back the commission on what is contested, or give it again when that is ours again (D13)."""
    contested = move.given.contest
    if contested is None or contested.line is None:
        return
    before, open_line = contested.line, move.after.commission
    still_pending = open_line is not None and open_line.invoice_id == before.invoice_id
    if contested.upheld:
        after = commission.claw_back(
            before, by=contested.by, amount=contested.amount, total=contested.total, at=move.at
        )
    else:
        after = commission.restore(before, by=contested.by, still_pending=still_pending, at=move.at)
    if after is before:
        return
    move.earnings.append((before, after))
    if still_pending:
        move.change(commission=after)
    if move.given.payouts and after.waiting:
        move.effects.append(payouts.payout(after, contested.by, after.version, at=move.at))
    elif move.given.payouts and (after.under_way or after.paid > after.earned):
        move.effects.append(payouts.claw_back(after, contested.by, after.version, at=move.at))


def revoke(move: Move) -> None:
    """End the access at Microsoft: nothing there runs, renews or is ordered any more (R57)."""
    if move.after.account is not None and move.after.account.review is Review.APPROVED:
        _add(move, EffectKind.ALIGN)


def suspend_access(move: Move) -> None:
    """Switch the access off at Microsoft; the calendar goes on (D7)."""
    _add(move, EffectKind.ALIGN)


def restore_access(move: Move) -> None:
    """Switch the access on again at Microsoft."""
    move.change(suspension=None)
    _add(move, EffectKind.ALIGN)


def align_renewal(move: Move) -> None:
    """Tell Microsoft both: whether it renews, and whether it ends with the term (D16)."""
    if move.after.term is not None:
        _add(move, EffectKind.ALIGN)


def expire(move: Move) -> None:
    """Stop; 30 days are left until it is canceled."""
    term = move.after.term
    dunned = move.before is not None and move.before.payment_issue
    move.change(
        expired_at=term.end if term is not None and not dunned else move.at, renewal=None, suspension=None
    )


def close(move: Move) -> None:
    """Over for good, with nothing to give back."""
    earn(move)
    move.change(
        cancellation=Cancellation(at=move.at, rule="window_closed", refund=move.after.payment.total.zero)
    )


def end_delegation(move: Move) -> None:
    """No subscription, no delegate (D8)."""
    if move.after.delegation.open:
        move.change(
            delegation=replace(
                move.after.delegation,
                status=DelegationStatus.REVOKED,
                ended_at=move.at,
                ended_by=Role.SYSTEM,
            )
        )
        end_grant(move)


def ask_for_grant(move: Move) -> None:
    """Ask for the delegate's access to the client's tenant, where there is one to have access to."""
    sub = move.after
    if sub.delegation.status is DelegationStatus.APPROVED and sub.status in IN_TERM:
        _add(move, EffectKind.GRANT, request=sub.delegation.request)


def end_grant(move: Move) -> None:
    """No delegation, no access to the client's tenant."""
    grant = move.after.delegation.grant
    if grant is not None and grant.open:
        _add(move, EffectKind.END_GRANT, relationship_id=grant.relationship_id)


def _credit_note(move: Move, due: Refund) -> Document:
    """The paper of a refund, tax pro rata (D12)."""
    paid, amount = move.after.payment, due.amount
    tax = paid.tax.portion(amount.amount, paid.total.amount)
    return _document(
        move,
        DocumentKind.CREDIT_NOTE,
        net=amount - tax,
        tax=tax,
        total=amount,
        settlement=Settlement.REFUND_PENDING,
        corrects=paid.invoice_number,
        corrects_id=paid.invoice_id,
        used_days=due.used_days if move.after.term else None,
        cycle_days=due.cycle_days if move.after.term else None,
    )


def _document(move: Move, kind: DocumentKind, **figures: Any) -> Document:
    """The client's next paper: about the subscription as it is, under the next number, with its figures."""
    if move.books is None or move.given.document_id is None:
        raise ValueError("a document needs the client's books and an id")
    sub, books = move.after, move.books
    document = Document(
        id=move.given.document_id,
        kind=kind,
        number=books.next_number(),
        client=sub.client,
        bill_to=sub.address,
        subscription_id=sub.id,
        issued_at=move.at,
        plan_id=sub.plan_id,
        seats=sub.seats,
        billing_period=sub.billing_period.value,
        unit_price=sub.payment.unit_price,
        charge_id=sub.payment.charge_id,
        period=sub.term,
        **figures,
    )
    move.books = books.with_document()
    move.documents.append(document)
    return document


def _reverse_commission(move: Move, refunded_net: Money) -> None:
    pending = move.after.commission
    if pending is not None:
        _owe(move, pending, commission.reverse(pending, refunded_net=refunded_net, at=move.at))


def _owe(move: Move, pending: Earning, settled: Earning) -> None:
    """Nothing of the line is pending any more: have it paid out, where that is ours to do."""
    if move.given.payouts:
        charge_id = settled.charge_id or move.after.payment.charge_id
        settled = replace(settled, owed_since=move.at, charge_id=charge_id)
        if settled.waiting:
            move.effects.append(payouts.payout(settled, at=move.at))
    move.earnings.append((pending, settled))
    move.change(commission=None)


def _add(move: Move, kind: EffectKind, **data: Any) -> None:
    move.effects.append(
        Effect(
            id=effect_id(move.after.id, move.after.version, kind),
            kind=kind,
            subject=move.after.id,
            data=data,
            created_at=move.at,
        )
    )


def _mail(move: Move, *, template: str, to: Person, facts: Mapping[str, Any]) -> Effect:
    """A mail as an effect: its cause is one version of the subscription, so it is written only once."""
    return Effect(
        id=effect_id(move.after.id, move.after.version, template),
        kind=EffectKind.MAIL,
        subject=move.after.id,
        data={
            "template": template,
            "to": to.email,
            "locale": to.locale,
            "facts": {"name": to.name, **facts},
        },
        created_at=move.at,
    )
