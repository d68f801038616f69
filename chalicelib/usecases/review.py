"""Review the submitted accounts (R17, R18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Review
from chalicelib.domain.delegation import Act
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import Caller
from chalicelib.domain.refusals import Refusal, invalid_transition
from chalicelib.domain.subscription import Subscription
from chalicelib.observability import count
from chalicelib.rulebook import Status
from chalicelib.storage.listing import Page
from chalicelib.storage.records import Once
from chalicelib.usecases.access import allow
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


def list_reviews(world: World, *, limit: int, after: str | None) -> Page:
    """The subscriptions whose account waits for a review."""
    return world.store.reviews(limit=limit, after=after)


@persistently
def decide(
    world: World,
    *,
    subscription_id: str,
    caller: Caller,
    approve: bool,
    reason: str | None,
    once: Once | None,
    at: datetime,
    request_id: str,
) -> Subscription:
    """Approve, and ask Microsoft for the agreement link; or reject with a reason that the client is told."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.REVIEW, sub=sub)
    event = Event.ACCOUNT_APPROVED if approve else Event.ACCOUNT_REJECTED
    account = sub.account
    if account is None or sub.status is not Status.CONNECTING or account.review is not Review.PENDING:
        raise invalid_transition(event.value, sub.status.value)
    if not approve and not reason:
        raise Refusal(
            "validation_failed", "A rejection needs a reason: the client is told.", pointer="/reason"
        )
    if approve:
        decision = advance(sub, event, at=at, by=actor)
    else:
        rejected = replace(account, review=Review.REJECTED, review_reason=reason, reviewed_at=at)
        decision = advance(
            sub,
            event,
            at=at,
            by=actor,
            changes={"account": rejected},
            detail={"reason": reason, "refused_by": "review"},
        )
    world.store.commit(decision, once=once)
    count("account_reviewed", outcome="approved" if approve else "rejected")
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after
