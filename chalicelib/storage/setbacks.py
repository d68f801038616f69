"""What was done and did not last: an effect that comes back, and is put before an operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pynamodb.expressions.update import Action

from chalicelib.domain.effects import Effect, EffectState
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.conditional import changed
from chalicelib.storage.listing import Listing, Page
from chalicelib.storage.notes import memo_in
from chalicelib.storage.tables import Row

STUCK: Final = "stuck"  # the worklist that has them
LEAVES_OUTBOX: Final[list[Action]] = [
    Row.leased_until.remove(),
    Row.wake.remove(),
    Row.due_at.remove(),
]
DONE: Final[list[Action]] = [
    Row.state.set(EffectState.DONE),
    *LEAVES_OUTBOX,
    Row.worklist.remove(),
]


class Setbacks(Listing):
    """The part of the store that brings effects back."""

    def effect(self, effect_id: str) -> Effect | None:
        """An effect, wherever it stands; None if there is none."""
        try:
            return effect_in(Row.get(*keys.effect(effect_id), consistent_read=True))
        except Row.DoesNotExist:
            return None

    def stuck(self, *, limit: int, after: str | None) -> Page:
        """The effects that an operator must look at, newest first."""
        return self._loaded(
            Row.by_worklist, self._all_shards(STUCK), limit=limit, after=after, sk=keys.EFFECT, read=effect_in
        )

    def how_many_stuck(self) -> int:
        """How many effects an operator must look at; counted where they are listed, and not read."""
        return sum(Row.by_worklist.count(partition) for partition in self._all_shards(STUCK))

    def bring_back(self, effect: Effect, *, memo: Mapping[str, Any], error: str) -> bool:
        """Put an effect that was carried out before an operator; whether it had been carried out."""
        over = Row.state.is_in(EffectState.DONE, EffectState.STUCK)
        actions = [
            Row.state.set(EffectState.STUCK),
            Row.memo.set(encode(dict(memo))),
            Row.last_error.set(error),
            Row.worklist.set(self._list_of(STUCK, effect.id)),
        ]
        return changed(Row(*keys.effect(effect.id)), actions, condition=over)


def effect_in(row: Row) -> Effect:
    """The effect in a row, as its attempts have left it."""
    written = decode(row.body, Effect)
    return replace(
        written,
        state=EffectState(row.state or EffectState.OPEN),
        attempts=int(row.attempts or 0),
        last_error=row.last_error,
        memo=memo_in(row),
    )
