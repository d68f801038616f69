"""What became of mails: sent, in doubt, settled by what is said of them later, or not sent after all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.effects import EffectState
from chalicelib.rulebook import EFFECT_RETRIES, MAIL_SETTLES_WITHIN, step
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.conditional import changed
from chalicelib.storage.listing import Listing
from chalicelib.storage.setbacks import DONE, LEAVES_OUTBOX, STUCK
from chalicelib.storage.stale import Stale
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.effects import Effect
    from chalicelib.domain.mailing import Posted


class Mails(Listing):
    """The part of the store that knows what became of mails."""

    def posted(self, effect: Effect, posted: Posted) -> None:
        """A worker is done with a mail; nothing if what is said of it was faster than the worker's note."""
        _change(effect, [*DONE, _noted(posted)], condition=Row.state == EffectState.OPEN)

    def in_doubt(self, effect: Effect, *, error: str, at: datetime) -> None:
        """Nobody knows whether a mail went out: the attempt keeps it for as long as word may still come."""
        wait = max(MAIL_SETTLES_WITHIN, step(EFFECT_RETRIES, effect.attempts - 1))
        _change(
            effect,
            [Row.last_error.set(error), Row.due_at.set(keys.moment(at + wait))],
            condition=(Row.state == EffectState.OPEN) & (Row.attempts == effect.attempts),
        )

    def settle_mail(self, effect: Effect, posted: Posted) -> None:
        """A mail is known to have gone out, whoever had it; raises Stale when it has changed since."""
        _heed(effect, [*DONE, _noted(posted)])

    def give_mail_up(self, effect: Effect, posted: Posted, *, error: str) -> None:
        """A mail was taken and not sent: an operator has to look; raises Stale when it has changed since."""
        _heed(
            effect,
            [
                *LEAVES_OUTBOX,
                Row.state.set(EffectState.STUCK),
                Row.last_error.set(error),
                Row.worklist.set(self._list_of(STUCK, effect.id)),
                _noted(posted),
            ],
        )


def _noted(posted: Posted) -> Action:
    return Row.memo.set(encode(posted.memo()))


def _heed(effect: Effect, actions: list[Action]) -> None:
    """Change a mail that is still as it was loaded."""
    before = encode(dict(effect.memo))
    noted = Row.memo == before if effect.memo else Row.memo.does_not_exist()
    if not _change(effect, actions, condition=(Row.state == effect.state) & noted):
        raise Stale("somebody else has heard of this mail")


def _change(effect: Effect, actions: list[Action], *, condition: Condition) -> bool:
    return changed(Row(*keys.effect(effect.id)), actions, condition=condition)
