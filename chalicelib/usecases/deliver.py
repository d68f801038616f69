"""Deliver a mail: claimed before, settled after; the words are made here, from the facts of its cause."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.effects import Effect
from chalicelib.mails import render
from chalicelib.observability import count
from chalicelib.wiring import World


def deliver(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """Render the mail in the recipient's language, hand it over and mark it as sent."""
    template, locale = effect.data["template"], effect.data["locale"]
    letter = render(template, locale=locale, facts=effect.data["facts"], brand=world.settings.brand)
    world.mail.send(
        effect_id=effect.id,
        template=template,
        locale=locale,
        to=effect.data["to"],
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    world.store.done(effect)
    count("mail", outcome="sent", template=template)
