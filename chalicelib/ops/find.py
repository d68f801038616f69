"""What somebody on the phone, a log line or an alarm speaks of: where it stands, and what comes next.

An id says by its form what it is of. What has no index is found by `Inventory.mentioning`, which reads all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from chalicelib.domain.disputes import Case
from chalicelib.domain.effects import Effect, EffectKind
from chalicelib.domain.freelancer import Freelancer
from chalicelib.domain.invariants.marks import written
from chalicelib.domain.invoicing import Document
from chalicelib.domain.money import Money
from chalicelib.domain.order import Order
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Sweep
from chalicelib.storage import keys
from chalicelib.storage.history import HistoryLine
from chalicelib.storage.inventory import Inventory
from chalicelib.storage.listing import whole

PAGE: Final = 100
LINES: Final = 12  # of history: the last ones say how it came to be as it is
EVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-[0-9a-f-]{36})?", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is known of one thing, as far as an operator needs it."""

    kind: str
    id: str
    facts: Mapping[str, Any]
    next: str | None = None
    effects: tuple[Effect, ...] = ()  # that are open, or stuck
    history: tuple[HistoryLine, ...] = ()  # newest first
    papers: tuple[Document, ...] = ()  # newest first

    def shown(self) -> dict[str, Any]:
        """For a program."""
        return {
            "kind": self.kind,
            "id": self.id,
            **{name.replace(" ", "_"): value for name, value in self.facts.items()},
            "next": self.next,
            "effects": [dict(zip(EFFECT_COLUMNS, effect_row(each), strict=True)) for each in self.effects],
            "history": [dict(zip(HISTORY_COLUMNS, history_row(each), strict=True)) for each in self.history],
            "papers": [dict(zip(PAPER_COLUMNS, paper_row(each), strict=True)) for each in self.papers],
        }


def find(inventory: Inventory, what: str) -> list[Sheet]:
    """Everything that is known under an id, an address, a domain; nothing, if nothing is."""
    what = what.strip()
    for fits, look in _WAYS:
        if fits(what):
            found = list(look(inventory, what))
            if found:
                return found
    return []


# --- one function for each way to look ---------------------------------------------------------------


def _by_subscription(inventory: Inventory, what: str) -> Iterator[Sheet]:
    try:
        yield _subscription(inventory, inventory.load(what))
    except Refusal:
        return


def _by_freelancer(inventory: Inventory, what: str) -> Iterator[Sheet]:
    try:
        yield _freelancer(inventory, inventory.freelancer(what))
    except Refusal:
        return


def _by_effect(inventory: Inventory, what: str) -> Iterator[Sheet]:
    effect = inventory.effect(what)
    if effect is not None:
        yield _effect(inventory, effect)


def _by_order(inventory: Inventory, what: str) -> Iterator[Sheet]:
    order = inventory.order(what)
    if order is not None:
        yield _order(inventory, order)


def _by_address(inventory: Inventory, what: str) -> Iterator[Sheet]:
    for sub in whole(lambda after: inventory.with_email(what, limit=PAGE, after=after)):
        yield _subscription(inventory, sub)
    freelancer = inventory.freelancer_of(what)
    if freelancer is not None:
        yield _freelancer(inventory, freelancer)
    suppressed = inventory.standing(what).suppression_id
    suppression = inventory.suppression(suppressed) if suppressed else None
    if suppression is not None:
        facts = {
            "reason": suppression.reason.value,
            "detail": suppression.detail,
            "since": written(suppression.at),
            "mail": suppression.template,
            "subscription": suppression.subscription_id,
        }
        yield Sheet(kind="suppression", id=suppression.id, facts=facts)


def _by_tenant(inventory: Inventory, what: str) -> Iterator[Sheet]:
    pointed_at = [*inventory.of_tenant(what), *inventory.of_grant(what)]
    for each in dict.fromkeys(pointed_at):
        yield from _by_subscription(inventory, each)


def _by_domain(inventory: Inventory, what: str) -> Iterator[Sheet]:
    for sub in whole(lambda after: inventory.with_domain(what, limit=PAGE, after=after)):
        yield _subscription(inventory, sub)


def _by_dispute(inventory: Inventory, what: str) -> Iterator[Sheet]:
    for case in whole(lambda after: inventory.disputes(limit=PAGE, after=after)):
        if what in (case.id, case.charge_id):
            yield _dispute(case)


def _by_payout_account(inventory: Inventory, what: str) -> Iterator[Sheet]:
    payee = inventory.payee_of(what)
    if payee is not None:
        yield from _by_freelancer(inventory, payee.freelancer_id)


def _by_user(inventory: Inventory, what: str) -> Iterator[Sheet]:
    """A user, as a client and as a freelancer, or a freelancer's link."""
    for sub in whole(lambda after: inventory.subscriptions_of(what, status=None, limit=PAGE, after=after)):
        yield _subscription(inventory, sub)
    freelancer = inventory.freelancer_of(what) or inventory.link(what)
    if freelancer is not None:
        yield _freelancer(inventory, freelancer)


_Way = tuple[Callable[[str], Any], Callable[[Inventory, str], Iterator[Sheet]]]
_WAYS: Final[tuple[_Way, ...]] = (
    (lambda what: "@" in what, _by_address),
    (lambda what: what.startswith("sub_"), _by_subscription),
    (lambda what: what.startswith("frl_"), _by_freelancer),
    (lambda what: what.startswith("ord_"), _by_order),
    (lambda what: what.startswith("acct_"), _by_payout_account),
    (lambda what: what.startswith(("dp_", "du_", "ch_", "py_")), _by_dispute),
    (_GUID.fullmatch, _by_tenant),
    (lambda what: "." in what, _by_effect),
    (_DOMAIN.fullmatch, _by_domain),
    (lambda _: True, _by_user),
)


# --- one function for each kind of sheet -------------------------------------------------------------


def _subscription(inventory: Inventory, sub: Subscription) -> Sheet:
    papers = tuple(
        paper
        for paper in whole(lambda after: inventory.documents(sub.client.id, limit=PAGE, after=after))
        if paper.subscription_id == sub.id
    )
    wake = inventory.woken_at(*keys.subscription(sub.id))
    prefixes = tuple(f"{each}." for each in (sub.id, *(paper.id for paper in papers)))
    return Sheet(
        kind="subscription",
        id=sub.id,
        facts={
            "status": sub.status.value,
            "plan": f"{sub.seats} × {sub.plan_id}, {sub.billing_period}",
            "auto-renew": "on" if sub.auto_renew else "off",
            "client": sub.client.id,
            "address": sub.client.email,
            "seller": sub.seller.freelancer_id if sub.seller else None,
            "delegation": sub.delegation.status.value,
            "purchased": written(sub.purchased_at),
            **_in_term(sub),
            **_paid(sub),
            **_at_microsoft(sub),
        },
        next=f"{wake.sweep} at {written(wake.due_at)}" if wake else None,
        effects=_effects(inventory, prefixes=prefixes, subject=sub.id),
        history=tuple(inventory.history(sub.id, limit=LINES, after=None).items),
        papers=papers,
    )


def _in_term(sub: Subscription) -> dict[str, Any]:
    ended = sub.cancellation
    return {
        "term": f"{sub.term.number}: {written(sub.term.start)} to {written(sub.term.end)}"
        if sub.term
        else None,
        "suspended": sub.suspension.reason if sub.suspension else None,
        "expired": written(sub.expired_at) if sub.expired_at else None,
        "canceled": f"{written(ended.at)}, {ended.rule}, back: {amount(ended.refund)}" if ended else None,
    }


def _paid(sub: Subscription) -> dict[str, Any]:
    paid, renewal = sub.payment, sub.renewal
    under_way = None
    if renewal is not None:
        state = "charge under way" if renewal.begun_at else f"declined: {renewal.decline_code}"
        under_way = f"attempt {renewal.attempt}, {amount(renewal.amount)}, {state}"
    return {
        "paid": f"{amount(paid.total)}, {paid.invoice_number}, {paid.charge_id}, {written(paid.charged_at)}",
        "renewal": under_way,
        "commission": amount(sub.commission.pending) + " pending" if sub.commission else None,
    }


def _at_microsoft(sub: Subscription) -> dict[str, Any]:
    account = sub.account
    if account is None:
        return {}
    grant = sub.delegation.grant
    return {
        "domain": account.domain,
        "review": account.review.value,
        "tenant": account.tenant_id,
        "order": account.order_id,
        "seats": account.seats_id,
        "grant": f"{grant.relationship_id}, {grant.status}" if grant else None,
    }


def _freelancer(inventory: Inventory, freelancer: Freelancer) -> Sheet:
    totals, payee = inventory.totals(freelancer.id), inventory.payee(freelancer.id)
    return Sheet(
        kind="freelancer",
        id=freelancer.id,
        facts={
            "state": freelancer.state.value,
            "address": freelancer.email,
            "user": freelancer.user_id,
            "link": freelancer.link_token if freelancer.enrolled else None,
            "commission": f"{totals.pending} pending, {totals.earned} earned, {totals.reversed} reversed",
            "payouts": f"{totals.paid} paid, {totals.waiting} waiting" if totals.payable else None,
            "payout account": f"{payee.account_id}, {payee.state}" if payee else None,
        },
        effects=_effects(inventory, prefixes=(f"{freelancer.id}.",), subject=freelancer.id),
        history=tuple(inventory.history(freelancer.id, limit=LINES, after=None).items),
    )


def _effect(inventory: Inventory, effect: Effect) -> Sheet:
    wake = inventory.woken_at(*keys.effect(effect.id))
    return Sheet(
        kind="effect",
        id=effect.id,
        facts={
            "what": _kind(effect),
            "state": effect.state.value,
            "about": effect.subject,
            "written": written(effect.created_at),
            "attempts": effect.attempts,
            "last error": effect.last_error,
            "notes": ", ".join(sorted(effect.memo)),
        },
        next=f"tried again at {written(wake.due_at)}" if wake else None,
    )


def _order(inventory: Inventory, order: Order) -> Sheet:
    wake = inventory.woken_at(*keys.order(order.id))
    return Sheet(
        kind="order",
        id=order.id,
        facts={
            "client": order.client.id,
            "what": f"{order.quote.seats} × {order.quote.plan_id}, {order.quote.billing_period}",
            "amount": amount(order.quote.total),
            "begun": written(order.begun_at),
            "attempt": order.attempt,
            "waits for": "the cardholder" if order.waiting else None,
            "becomes": order.subscription_id,
        },
        next=f"{wake.sweep} at {written(wake.due_at)}" if wake else None,
    )


def _dispute(case: Case) -> Sheet:
    return Sheet(
        kind="dispute",
        id=case.id,
        facts={
            "status": case.status,
            "reason": case.reason,
            "amount": amount(case.amount),
            "charge": case.charge_id,
            "subscription": case.subscription_id,
            "invoice": case.invoice_number,
            "opened": written(case.opened_at),
            "closed": written(case.closed_at) if case.closed_at else None,
        },
    )


def _effects(inventory: Inventory, *, prefixes: tuple[str, ...], subject: str) -> tuple[Effect, ...]:
    """What is still to be done about a subject, and what an operator must look at."""
    waiting = [
        due.id
        for shard in inventory.shards
        for due in inventory.due(Sweep.OUTBOX, shard=shard, at=EVER)
        if due.id.startswith(prefixes)
    ]
    still_open = [effect for each in waiting if (effect := inventory.effect(each)) is not None]
    stuck = whole(lambda after: inventory.stuck(limit=PAGE, after=after))
    return (*still_open, *(effect for effect in stuck if effect.subject == subject))


# --- tables ------------------------------------------------------------------------------------------

EFFECT_COLUMNS: Final = ("effect", "what", "state", "attempts", "since", "last_error")
HISTORY_COLUMNS: Final = ("version", "at", "event", "status", "by")
PAPER_COLUMNS: Final = ("number", "id", "kind", "total", "settlement", "charge", "issued")


def effect_row(effect: Effect) -> tuple[object, ...]:
    """An effect in a table."""
    return (
        effect.id,
        _kind(effect),
        effect.state.value,
        effect.attempts,
        written(effect.created_at),
        effect.last_error,
    )


def history_row(line: HistoryLine) -> tuple[object, ...]:
    """A line of history in a table; of who it was, the role and the id."""
    by = f"{line.by['role']} {line.by['id']}{', delegated' if line.by.get('delegated') else ''}"
    return line.version, written(line.at), line.event, line.status, by


def paper_row(paper: Document) -> tuple[object, ...]:
    """An invoice or a credit note in a table."""
    return (
        paper.number,
        paper.id,
        paper.kind.value,
        amount(paper.total),
        paper.settlement.value,
        paper.charge_id,
        written(paper.issued_at),
    )


def amount(money: Money) -> str:
    """Money, for a reader."""
    return f"{money.amount // 100}.{money.amount % 100:02d} {money.currency}"


def _kind(effect: Effect) -> str:
    return str(effect.data["template"]) if effect.kind is EffectKind.MAIL else effect.kind.value
