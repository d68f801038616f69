"""Addresses that get no mails: suppressed by a hard bounce or a complaint, lifted by an operator."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.effects import Effect
from chalicelib.domain.mailing import Posted, Suppression, SuppressionReason
from chalicelib.domain.refusals import not_found
from chalicelib.observability import count, log
from chalicelib.storage.listing import Page
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


def suppress(
    world: World, *, mail: Effect, reason: SuppressionReason, detail: str | None, at: datetime
) -> None:
    """No more mails to where this one went; nothing if it was sent before an operator lifted the address."""
    email = mail.data["to"]
    sent_at = Posted.of(mail).sent_at or at
    if not world.store.standing(email).heeds(sent_at=sent_at):
        return
    suppression = Suppression(
        id=world.ids.new("sup"),
        email=email,
        reason=reason,
        detail=detail,
        at=at,
        template=mail.data["template"],
        subscription_id=mail.subject if mail.subject.startswith("sub_") else None,
    )
    world.store.suppress(suppression)
    log.warning(
        "address suppressed",
        extra={"suppression_id": suppression.id, "effect_id": mail.id, "reason": reason.value},
    )
    count("suppression", outcome="made")


def list_suppressed(world: World, *, email: str | None, limit: int, after: str | None) -> Page:
    """The addresses that get no mails, newest first; or that one address, if it gets none."""
    if email is None:
        return world.store.suppressions(limit=limit, after=after)
    suppression_id = world.store.standing(email).suppression_id
    found = world.store.suppression(suppression_id) if suppression_id is not None else None
    return Page(items=[found] if found is not None else [], next_after=None)


@persistently
def lift(world: World, *, suppression_id: str, by: str, at: datetime) -> None:
    """Mails to the address again, from now on; `not_found` if it is not suppressed.

    What was held back meanwhile is not sent by itself: most of it is no longer true.
    """
    suppression = world.store.suppression(suppression_id)
    if suppression is None:
        raise not_found("suppression")
    world.store.lift(suppression, at=at)
    log.info("suppression lifted", extra={"suppression_id": suppression_id, "by": by})
    count("suppression", outcome="lifted")
