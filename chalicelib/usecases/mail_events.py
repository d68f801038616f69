"""Heed what the mail provider says of mails; it may say so late, twice, in any order, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.effects import Effect, EffectKind, EffectState
from chalicelib.domain.mailing import NOT_SENT, SUPPRESSES, MailEvent, Posted
from chalicelib.observability import count, log
from chalicelib.usecases.persistence import persistently
from chalicelib.usecases.suppressions import suppress
from chalicelib.wiring import World


@persistently
def heed_mail(world: World, *, told: MailEvent, at: datetime) -> None:
    """Settle the mail, put it before an operator, or suppress its address: whatever the event asks for."""
    effect = world.store.effect(told.effect_id) if told.effect_id else None
    if effect is None or effect.kind is not EffectKind.MAIL:
        count("mail_event", event="foreign")
        return
    if told.news in NOT_SENT:
        _was_not_sent(world, effect, told)
    else:
        _was_sent(world, effect, told, at=at)
    if told.news in SUPPRESSES:
        suppress(world, mail=effect, reason=SUPPRESSES[told.news], detail=told.detail, at=at)
    count("mail_event", event=told.news.value)


def _was_sent(world: World, effect: Effect, told: MailEvent, *, at: datetime) -> None:
    """It went out: where nobody knew, because a worker died or heard nothing, it need not be repeated."""
    posted = Posted.of(effect)
    if effect.state is EffectState.DONE or told.message_id in posted.not_sent:
        return
    world.store.settle_mail(effect, replace(posted, message_id=told.message_id, sent_at=at))
    count("mail", outcome="settled", template=effect.data["template"])


def _was_not_sent(world: World, effect: Effect, told: MailEvent) -> None:
    """It was taken and not sent, and trying again would change nothing: an operator has to look at it."""
    posted = Posted.of(effect)
    if not posted.may_be(told.message_id):
        return
    error = f"mail: {told.news}"
    given_up = replace(posted, message_id=None, sent_at=None, not_sent=(*posted.not_sent, told.message_id))
    world.store.give_mail_up(effect, given_up, error=error)
    count("effect", outcome="stuck", kind=effect.kind)
    log.error("effect stuck", extra={"effect_id": effect.id, "attempts": effect.attempts, "error": error})
