"""Send a mail again: for the operator, when somebody says that it never came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.effects import Effect, EffectState
from chalicelib.domain.refusals import Refusal, not_found
from chalicelib.observability import count
from chalicelib.storage.records import Once
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


@persistently
def resend(
    world: World, *, subscription_id: str, template: str, once: Once | None, at: datetime, request_id: str
) -> Effect:
    """Send the latest mail of a kind once more, to today's address; `not_found` if there was none.

    Refused with `address_suppressed` while that address gets no mails.
    """
    sub = world.store.load(subscription_id)
    sent = world.store.mail_of(subscription_id, template)
    if sent is None:
        raise not_found("mail")
    to_client = template not in ("E2", "E5")
    to = sub.client.email if to_client else sent.data["to"]
    suppression_id = world.store.standing(to).suppression_id
    if suppression_id is not None:
        raise Refusal(
            "address_suppressed",
            "Mails to this address bounced, or its reader called one spam. Lift the suppression first.",
            facts={"suppression_id": suppression_id},
        )
    again = replace(
        sent,
        id=f"{sent.id}.{world.ids.new('again')}",
        data={**sent.data, "to": to},
        created_at=at,
        state=EffectState.OPEN,
        attempts=0,
        last_error=None,
        memo={},
    )
    world.store.put_effect(again, once=once)
    count("mail", outcome="resent", template=template)
    world.queue.nudge([again], request_id=request_id)
    return again
