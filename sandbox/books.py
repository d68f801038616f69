"""Do the books agree? Our papers, the payment provider's ledger, and what Microsoft wants from us.

Read from the rows and from the simulators themselves, not through the product: it is the product that is
being checked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from chalicelib.domain.invoicing import Document, DocumentKind, Settlement
from chalicelib.domain.subscription import Subscription
from chalicelib.rulebook import Status
from chalicelib.storage import keys
from chalicelib.storage.codec import decode

if TYPE_CHECKING:
    from sandbox.world import SandboxWorld

NEAR = timedelta(days=1)  # around a term's end, Microsoft's renewal and ours need not be simultaneous


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What was found: sums for a reader, and every disagreement in words."""

    invoiced: int
    charged: int
    credited: int
    refunded: int
    owed_to_microsoft: int
    differences: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Whether everybody agrees."""
        return not self.differences

    @classmethod
    def of(cls, world: SandboxWorld) -> Self:
        """The books of a world in which nothing is under way."""
        papers = list(_all(world, "document#", Document))
        subs = list(_all(world, keys.SUBSCRIPTION, Subscription))
        invoices = [each for each in papers if each.kind is DocumentKind.INVOICE]
        credit_notes = [each for each in papers if each.kind is DocumentKind.CREDIT_NOTE]
        return cls(
            invoiced=sum(each.total.amount for each in invoices),
            charged=sum(each.amount.amount for each in world.stripe.charges()),
            credited=sum(each.total.amount for each in credit_notes),
            refunded=sum(each.amount.amount for each in world.stripe.refunds()),
            owed_to_microsoft=sum(debt.cents for debt in world.partner_center.debts),
            differences=(
                *_charges(world, invoices),
                *_refunds(world, papers),
                *_numbers(papers),
                *_seats(world, subs),
            ),
        )

    def shown(self) -> dict[str, Any]:
        """For the sandbox's route; cents."""
        return {
            "balanced": self.balanced,
            "invoiced": self.invoiced,
            "charged": self.charged,
            "credited": self.credited,
            "refunded": self.refunded,
            "owed_to_microsoft": self.owed_to_microsoft,
            "differences": list(self.differences),
        }


def _all(world: SandboxWorld, kind: str, document: type[Any]) -> Iterator[Any]:
    for row in list(world.aws.table.rows()):
        sk = row.range_key.value if row.range_key else ""
        if sk == kind or (kind.endswith("#") and sk.startswith(kind)):
            yield decode(row.attrs["body"].value, document)


def _charges(world: SandboxWorld, invoices: list[Document]) -> Iterator[str]:
    """Each charge has its one invoice, over the same amount; a charge given back at once needs none."""
    refunded = Counter[str]()
    for refund in world.stripe.refunds():
        refunded[refund.charge_id or ""] += refund.amount.amount
    invoiced = {each.charge_id: each for each in invoices}
    if len(invoiced) != len(invoices):
        yield "two invoices for one charge"
    charges = {each.id: each for each in world.stripe.charges()}
    for charge_id, charge in charges.items():
        paper = invoiced.get(charge_id)
        if paper is None and refunded[charge_id] != charge.amount.amount:
            yield f"{charge_id}: charged {charge.amount.amount}, never invoiced"
        elif paper is not None and paper.total.amount != charge.amount.amount:
            yield f"{paper.number}: {paper.total.amount} invoiced, {charge.amount.amount} charged"
    for charge_id, paper in invoiced.items():
        if charge_id not in charges:
            yield f"{paper.number}: invoiced, never charged"


def _refunds(world: SandboxWorld, papers: list[Document]) -> Iterator[str]:
    """Each credit note that says so was paid back, once, and nothing else was."""
    credit_notes = [each for each in papers if each.kind is DocumentKind.CREDIT_NOTE]
    refunds = {each.id: each for each in world.stripe.refunds()}
    paid = {each.refund_id: each for each in credit_notes if each.settlement is Settlement.REFUNDED}
    for refund_id, note in paid.items():
        refund = refunds.get(refund_id or "")
        if refund is None or refund.amount.amount != note.total.amount:
            yield f"{note.number}: credited {note.total.amount}, not refunded so"
    for note in credit_notes:
        if note.settlement is Settlement.REFUND_PENDING:
            yield f"{note.number}: the refund is still pending"
    strays = {each.id: each.amount.amount for each in world.stripe.charges()}
    for paper in papers:
        strays.pop(paper.charge_id, None)
    for refund_id, refund in refunds.items():
        if refund_id not in paid and refund.charge_id not in strays:
            yield f"{refund_id}: refunded without a credit note"


def _numbers(papers: list[Document]) -> Iterator[str]:
    """The papers of each client are numbered without gaps."""
    by_client: defaultdict[str, list[int]] = defaultdict(list)
    for paper in papers:
        by_client[paper.client.id].append(int(paper.number.rsplit("-", 1)[-1]))
    for client_id, numbers in by_client.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"{client_id}: papers are numbered {sorted(numbers)}"


def _seats(world: SandboxWorld, subs: list[Subscription]) -> Iterator[str]:
    """Microsoft runs what we sold, once, and bills us for the terms that the client was sold."""
    theirs: defaultdict[str, list[Any]] = defaultdict(list)
    for seats in world.partner_center.seats:
        theirs[seats.reference].append(seats)
    ours = {sub.id: sub for sub in subs}
    for reference, found in theirs.items():
        if reference not in ours:
            yield f"{reference}: ordered at Microsoft for nobody"
        if len([seats for seats in found if seats.status != "deleted"]) > 1:
            yield f"{reference}: ordered {len(found)} times at Microsoft"
    for sub in subs:
        yield from _one(world, sub, theirs[sub.id])
    for debt in world.partner_center.debts:
        if debt.kind == "extension":
            yield f"{debt.reference}: Microsoft has extended what should have ended"


def _one(world: SandboxWorld, sub: Subscription, found: list[Any]) -> Iterator[str]:
    running = [seats for seats in found if seats.status in {"active", "suspended"}]
    wanted = {Status.ACTIVE: "active", Status.SUSPENDED: "suspended"}.get(sub.status)
    if wanted is None:
        # A window that was missed leaves them suspended until their term ends; nobody uses them.
        for seats in running:
            if seats.status == "active" or seats.auto_renew:
                yield f"{sub.id}: is {sub.status} with us, {seats.status} at Microsoft"
        return
    if [seats.status for seats in running] != [wanted]:
        yield f"{sub.id}: is {wanted} with us, {[seats.status for seats in found]} at Microsoft"
        return
    seats = running[0]
    if seats.quantity != sub.seats:
        yield f"{sub.id}: {sub.seats} seats with us, {seats.quantity} at Microsoft"
    terms = sum(1 for debt in world.partner_center.debts if (debt.reference, debt.kind) == (sub.id, "term"))
    near = sub.term is not None and abs(sub.term.end - world.now()) < NEAR
    if sub.term is not None and terms != sub.term.number + 1 and not near and not sub.payment_issue:
        yield f"{sub.id}: {sub.term.number + 1} terms with us, {terms} billed by Microsoft"
