"""Cancel: first what it would give back, then the act (R52–R61, D4, D12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.delegation import Act
from chalicelib.domain.lifecycle import Event, Given, advance
from chalicelib.domain.money import Money
from chalicelib.domain.people import Caller
from chalicelib.domain.refunds import Refund, Step, allowed_until, full_refund_until, refund_at, refund_curve
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.observability import count
from chalicelib.rulebook import QUOTE_VALID_FOR, REFUNDS
from chalicelib.storage.records import Once
from chalicelib.usecases.access import allow, as_signed_in
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationPreview:
    """What a cancellation now would give back; the quote is honored for 15 minutes."""

    refund: Refund
    full_refund_until: datetime
    allowed_until: datetime
    curve: tuple[Step, ...]
    quote: str | None
    quote_expires_at: datetime | None


def preview(world: World, *, subscription_id: str, caller: Caller, at: datetime) -> CancellationPreview:
    """What a cancellation at this instant would give back, with a signed quote if it is possible."""
    sub = world.store.load(subscription_id)
    allow(world, caller=caller, act=Act.PREVIEW_CANCELLATION, sub=sub)
    refund = refund_at(sub, at)
    expires_at = at + QUOTE_VALID_FOR
    return CancellationPreview(
        refund=refund,
        full_refund_until=full_refund_until(sub),
        allowed_until=allowed_until(sub),
        curve=refund_curve(sub, at),
        quote=_sign(world, sub=sub, refund=refund, expires_at=expires_at) if refund.allowed else None,
        quote_expires_at=expires_at if refund.allowed else None,
    )


@persistently
def cancel(
    world: World,
    *,
    subscription_id: str,
    caller: Caller,
    reason: str | None,
    quote: str | None,
    once: Once,
    at: datetime,
    request_id: str,
) -> Subscription:
    """End the subscription at once and owe the client what the refund table, or the quote, says."""
    sub, books = world.store.load_with_books(subscription_id, client_id=caller.id, once=once, at=at)
    actor = allow(world, caller=caller, act=Act.CANCEL, sub=sub)
    honored = _read_quote(world, quote=quote, sub=sub, at=at) if quote is not None else None
    decision = advance(
        sub,
        Event.CANCELED,
        at=at,
        by=actor,
        given=Given(
            document_id=world.ids.new("inv"),
            books=books,
            refund=honored,
            payouts=world.settings.stripe.payouts,
        ),
        changes=as_signed_in(sub, caller=caller, actor=actor),
        detail={"reason": reason} if reason else {},
    )
    world.store.commit(decision, once=once)
    count("cancellation", rule=decision.after.cancellation.rule if decision.after.cancellation else "")
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after


def _sign(world: World, *, sub: Subscription, refund: Refund, expires_at: datetime) -> str:
    import jwt

    return jwt.encode(
        {
            "sub": sub.id,
            "paid": sub.payment.invoice_id,
            "refund": refund.amount.amount,
            "rule": refund.rule,
            "used": refund.used_days,
            "cycle": refund.cycle_days,
            "until": int(expires_at.timestamp()),
        },
        world.secrets.get("quote_signing_key"),
        algorithm="HS256",
    )


def _read_quote(world: World, *, quote: str, sub: Subscription, at: datetime) -> Refund:
    """The refund that was quoted; `quote_expired` if it does not, or no longer, bind us."""
    import jwt

    gone = Refusal(
        "quote_expired", "This quote is not, or no longer, valid. Ask for a new one.", pointer="/quote"
    )
    try:
        claims = jwt.decode(quote, world.secrets.get("quote_signing_key"), algorithms=["HS256"])
        until = datetime.fromtimestamp(claims["until"], UTC)
        rule = next(each for each in REFUNDS if each.rule == claims["rule"])
        quoted = Refund(
            rule=rule.rule,
            name=rule.name,
            allowed=True,
            amount=Money(claims["refund"], sub.payment.total.currency),
            used_days=claims["used"],
            cycle_days=claims["cycle"],
        )
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, StopIteration):
        raise gone from None
    if at > until or claims.get("sub") != sub.id or claims.get("paid") != sub.payment.invoice_id:
        raise gone
    return quoted
