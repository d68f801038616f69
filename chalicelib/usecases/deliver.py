"""Deliver a mail: claimed before, settled after; the words are made here, from the facts of its cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.effects import Effect
from chalicelib.domain.mailing import Posted
from chalicelib.mails import render
from chalicelib.observability import count
from chalicelib.wiring import World


def deliver(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """Render the mail in the recipient's language, hand it over and mark it as sent.

    An address that is suppressed gets nothing: its mail is held back, and nobody waits for it.
    """
    template, locale, to = effect.data["template"], effect.data["locale"], effect.data["to"]
    posted = Posted.of(effect)
    suppression_id = world.store.standing(to).suppression_id
    if suppression_id is not None:
        world.store.posted(effect, replace(posted, suppression_id=suppression_id))
        count("mail", outcome="suppressed", template=template)
        return
    letter = render(template, locale=locale, facts=effect.data["facts"], brand=world.settings.brand)
    message_id = world.mail.send(
        effect_id=effect.id,
        template=template,
        locale=locale,
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    world.store.posted(effect, replace(posted, message_id=message_id, sent_at=at))
    count("mail", outcome="sent", template=template)
