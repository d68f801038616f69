"""The outbox: effects that are still to be carried out, and who is at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.expressions.update import Action

from chalicelib.domain.effects import EffectState, effect_id, lease_of
from chalicelib.domain.refusals import not_found
from chalicelib.domain.waking import Sweep, Wake
from chalicelib.rulebook import EFFECT_ATTEMPTS, EFFECT_RETRIES, OUTBOX_GRACE, step
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.conditional import changed
from chalicelib.storage.history import History
from chalicelib.storage.records import Once, Records, answered
from chalicelib.storage.setbacks import DONE, STUCK, Setbacks, effect_in
from chalicelib.storage.tables import Row
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.waking import Waking

if TYPE_CHECKING:
    from chalicelib.domain.effects import Effect


class Outbox(Records, History, Setbacks, Waking):
    """The part of the store that has what follows from decisions."""

    def claim(self, claimed_id: str, *, at: datetime) -> Effect | None:
        """Take an open effect for a lease and count the attempt; None if it is done, stuck or taken."""
        row = Row(*keys.effect(claimed_id))
        until = keys.moment(at + lease_of(claimed_id))
        actions = [Row.attempts.add(1), Row.leased_until.set(until), Row.due_at.set(until)]
        free = (Row.state == EffectState.OPEN) & (
            Row.leased_until.does_not_exist() | (Row.leased_until <= keys.moment(at))
        )
        return effect_in(row) if changed(row, actions, condition=free) else None

    def done(self, effect: Effect) -> None:
        """Mark an effect as carried out; it leaves the outbox."""
        Row(*keys.effect(effect.id)).update(actions=DONE)

    def failed(self, effect: Effect, *, error: str, for_good: bool, at: datetime) -> EffectState:
        """Note a failed attempt: try again later or, for good or at the limit, put it before an operator."""
        if not for_good and effect.attempts < EFFECT_ATTEMPTS:
            due = at + step(EFFECT_RETRIES, effect.attempts - 1)
            self._note(effect, [Row.due_at.set(keys.moment(due)), Row.last_error.set(error)])
            return EffectState.OPEN
        self._note(
            effect,
            [
                Row.state.set(EffectState.STUCK),
                Row.wake.remove(),
                Row.due_at.remove(),
                Row.last_error.set(error),
                Row.worklist.set(self._list_of(STUCK, effect.id)),
            ],
        )
        return EffectState.STUCK

    def _note(self, effect: Effect, actions: list[Action]) -> None:
        """Change an open effect and let it go; nothing if somebody else has carried it out meanwhile."""
        let_go = [Row.leased_until.remove(), *actions]
        changed(Row(*keys.effect(effect.id)), let_go, condition=Row.state == EffectState.OPEN)

    def mail_of(self, subscription_id: str, template: str) -> Effect | None:
        """The latest mail of a kind about a subscription, among its last hundred lines of history."""
        lines = self.history(subscription_id, limit=100, after=None).items
        wanted = [keys.effect(effect_id(subscription_id, line.version, template)) for line in lines]
        rows = self._read(wanted)
        return next((effect_in(rows[key]) for key in wanted if key in rows), None)

    def put_effect(self, effect: Effect, *, once: Once | None) -> None:
        """Write an effect of its own, with the answer to the request that asked for it."""
        with Transaction(self._connection) as tx:
            self._put_effects(tx, [effect])
            if once:
                record = answered(once, once.answer(effect), effect.created_at)
                self._put_record(tx, record, at=effect.created_at)

    def retry(self, stuck_id: str, *, once: Once | None, at: datetime) -> Effect:
        """Give a stuck effect all its attempts again, with the answer; `not_found` if it is not stuck."""
        key = keys.effect(stuck_id)
        row = self._read([key]).get(key)
        if row is None or row.state != EffectState.STUCK:
            raise not_found("stuck effect")
        effect = replace(effect_in(row), state=EffectState.OPEN, attempts=0)
        with Transaction(self._connection) as tx:
            tx.update(
                key,
                [
                    Row.state.set(EffectState.OPEN),
                    Row.attempts.set(0),
                    Row.wake.set(self._list_of(Sweep.OUTBOX, stuck_id)),
                    Row.due_at.set(keys.moment(at)),
                    Row.worklist.remove(),
                ],
                condition=Row.state == EffectState.STUCK,
            )
            if once:
                self._put_record(tx, answered(once, once.answer(effect), at), at=at)
        return effect

    def _put_effects(self, tx: Transaction, effects: Iterable[Effect]) -> None:
        for effect in effects:
            row = Row(*keys.effect(effect.id), body=encode(effect))
            row.state = effect.state
            row.attempts = effect.attempts
            wake = Wake(sweep=Sweep.OUTBOX, due_at=effect.created_at + OUTBOX_GRACE)
            self._wake(row, effect.id, wake)
            tx.put_new(row)

    def _settle(self, tx: Transaction, effect: Effect | None) -> None:
        if effect is not None:
            tx.update(keys.effect(effect.id), DONE, condition=Row.state == EffectState.OPEN)
