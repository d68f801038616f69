"""What an effect's attempts note for the next one: an id that an answer brought, before the next question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.effects import EffectState
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.conditional import changed
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.effects import Effect

Memo = dict[str, Any]


class Overtaken(Exception):
    """The lease of an effect is over and somebody else carries it out: leave it to them."""


class Notes:
    """The part of the store that keeps the notes of effects."""

    def note(self, effect: Effect, memo: Mapping[str, Any]) -> None:
        """Keep what this attempt has learned; raises Overtaken when the effect is no longer ours."""
        # Every claim counts an attempt: the number says whose turn it is.
        ours = (Row.state == EffectState.OPEN) & (Row.attempts == effect.attempts)
        if not changed(Row(*keys.effect(effect.id)), [Row.memo.set(encode(dict(memo)))], condition=ours):
            raise Overtaken(effect.id)

    def memo(self, effect_id: str) -> Memo:
        """What the attempts at an effect have noted so far, also when it is done or stuck."""
        try:
            return memo_in(Row.get(*keys.effect(effect_id), consistent_read=True))
        except Row.DoesNotExist:
            return {}


def memo_in(row: Row) -> Memo:
    """The notes in an effect's row."""
    return decode(row.memo, Memo) if row.memo else {}
