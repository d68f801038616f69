"""What each mail is told (E1–E16): plain facts, fixed at its cause; the words are in `mails/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.catalog import plan_by_id
from chalicelib.domain.invoicing import Document
from chalicelib.domain.money import Money
from chalicelib.domain.people import Role
from chalicelib.domain.refunds import allowed_until, full_refund_until
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import next_attempt_at
from chalicelib.rulebook import CREDENTIALS_KEPT, RENEWAL_RETRIES, Status

if TYPE_CHECKING:
    from chalicelib.domain.lifecycle import Move

Facts = Mapping[str, Any]


def instant(at: datetime | None) -> str | None:
    """An instant as it is written everywhere: RFC 3339, UTC, with Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def money(amount: Money) -> dict[str, Any]:
    """Money as it is written everywhere: integer cents and the currency."""
    return {"amount": amount.amount, "currency": amount.currency}


def facts_for(template: str, move: Move) -> Facts:
    """The facts of one mail about a subscription, besides whom it is about and what was bought."""
    sub = move.after
    common = {
        "subscription_id": sub.id,
        "plan": plan_by_id(sub.plan_id).name,
        "seats": sub.seats,
        "billing_period": sub.billing_period.value,
    }
    return common | dict(FACTS[template](move))


def _document(document: Document) -> dict[str, Any]:
    return {"id": document.id, "number": document.number, "total": money(document.total)}


def _term(sub: Subscription) -> dict[str, Any]:
    return {"start": instant(sub.term.start), "end": instant(sub.term.end)} if sub.term else {}


def _domain(sub: Subscription) -> str | None:
    return sub.account.domain if sub.account else None


def _e1(move: Move) -> Facts:
    return {
        "invoice": _document(move.document),
        "activation_deadline": instant(move.after.activation_deadline),
    }


def _e2(move: Move) -> Facts:
    commission = move.after.commission
    return {
        "client_name": move.after.client.name,
        "net": money(move.after.payment.net),
        "commission": money(commission.accrued if commission else move.after.payment.net.zero),
    }


def _e3(move: Move) -> Facts:
    account = move.account
    return {
        "domain": account.domain,
        "account_name": account.form.account_name,
        "agreement_url": account.agreement_url,
        "activation_deadline": instant(move.after.activation_deadline),
    }


def _e4(move: Move) -> Facts:
    account = move.account
    return {
        "domain": account.domain,
        "existing_customer": account.form.existing_customer,
        "admin_user_name": account.admin_user_name,
        "credentials_until": instant(move.at + CREDENTIALS_KEPT) if account.admin_user_name else None,
        "term": _term(move.after),
        "allowed_until": instant(allowed_until(move.after)),
        "auto_renew": move.after.auto_renew,
    }


def _e5(move: Move) -> Facts:
    return {"client_name": move.after.client.name, "status": move.after.status.value}


def _e6(move: Move) -> Facts:
    seller = move.after.seller
    return {
        "freelancer_name": seller.name if seller else "",
        "approved": move.after.delegation.open,
    }


def _e7(move: Move) -> Facts:
    cancellation = move.after.cancellation
    by_hand = {Role.CLIENT: "client", Role.FREELANCER: "delegate"}
    by_time = (
        "expiry"
        if move.before is not None and move.before.status is Status.EXPIRED
        else "activation_deadline"
    )
    return {
        "cause": by_hand.get(move.by.role, by_time),
        "actor_name": move.by.name if move.by.delegated else None,
        "refund": money(cancellation.refund if cancellation else move.after.payment.total.zero),
        "rule": cancellation.rule if cancellation else "window_closed",
        "used_days": cancellation.used_days if cancellation else 0,
        "cycle_days": cancellation.cycle_days if cancellation else 0,
        "credit_note": _document(move.documents[-1]) if move.documents else None,
        "domain": _domain(move.after),
    }


def _e8(move: Move) -> Facts:
    sub = move.after
    amount = move.given.renewal_amount
    renews = sub.auto_renew and sub.status is Status.ACTIVE and amount is not None
    return {
        "term_end": _term(sub)["end"],
        "days": sub.reminded.days if sub.reminded else 0,
        "will": "renew" if renews else "end",
        "amount": money(amount) if renews and amount else None,
        "auto_renew": sub.auto_renew,
        "suspended": sub.status is Status.SUSPENDED,
    }


def _e9(move: Move) -> Facts:
    return {
        "reason": move.detail.get("reason", ""),
        "by": move.detail.get("refused_by", "review"),
        "domain": move.account.domain,
        "activation_deadline": instant(move.after.activation_deadline),
    }


def _e10(move: Move) -> Facts:
    return {
        "invoice": _document(move.document),
        "term": _term(move.after),
        "allowed_until": instant(allowed_until(move.after)),
        "full_refund_until": instant(full_refund_until(move.after)),
        "auto_renew": move.after.auto_renew,
    }


def _e11(move: Move) -> Facts:
    return {
        "cause": move.detail.get("cause", "auto_renew_off"),
        "cancels_at": instant(move.after.expired_until),
        "domain": _domain(move.after),
    }


def _e12(move: Move) -> Facts:
    return {"reason": move.after.suspension.reason if move.after.suspension else ""}


def _e13(_: Move) -> Facts:
    return {}


def _e14(move: Move) -> Facts:
    renewal = move.after.renewal
    if renewal is None:  # pragma: no cover  (a declined renewal is always there)
        return {}
    return {
        "amount": money(renewal.amount),
        "next_attempt_at": instant(next_attempt_at(move.after)),
        "decline_code": renewal.decline_code,
        "attempt": renewal.attempt,
        "attempts_left": len(RENEWAL_RETRIES) + 1 - renewal.attempt,
    }


def _e16(move: Move) -> Facts:
    seller, grant = move.after.seller, move.after.delegation.grant
    return {
        "freelancer_name": seller.name if seller else "",
        "domain": _domain(move.after),
        "approval_url": grant.approval_url if grant else "",
    }


FACTS: Mapping[str, Callable[[Move], Facts]] = {
    "E1": _e1,
    "E2": _e2,
    "E3": _e3,
    "E4": _e4,
    "E5": _e5,
    "E6": _e6,
    "E7": _e7,
    "E8": _e8,
    "E9": _e9,
    "E10": _e10,
    "E11": _e11,
    "E12": _e12,
    "E13": _e13,
    "E14": _e14,
    "E16": _e16,
}
