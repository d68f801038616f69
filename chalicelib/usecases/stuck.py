"""Effects that did not succeed: an operator looks at them and has them tried again."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.effects import Effect
from chalicelib.observability import count
from chalicelib.storage.listing import Page
from chalicelib.storage.records import Once
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


def list_stuck(world: World, *, limit: int, after: str | None) -> Page:
    """The effects that were given up, newest first."""
    return world.store.stuck(limit=limit, after=after)


@persistently
def retry(world: World, *, effect_id: str, once: Once | None, at: datetime, request_id: str) -> Effect:
    """Give a stuck effect all its attempts again, now; `not_found` if it is not stuck."""
    effect = world.store.retry(effect_id, once=once, at=at)
    count("effect", outcome="retried", kind=effect.kind)
    world.queue.nudge([effect], request_id=request_id)
    return effect
