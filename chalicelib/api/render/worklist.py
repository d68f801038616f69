"""What follows from decisions, as an operator sees it: whom it concerns, never what was in it."""

from __future__ import annotations

from chalicelib.api.asking import Asked
from chalicelib.api.paging import each, next_cursor
from chalicelib.api.schemas import answers
from chalicelib.domain import effects
from chalicelib.storage.store import Page


def effect(_: Asked, found: effects.Effect) -> answers.Effect:
    """One effect."""
    return answers.Effect(
        id=found.id,
        kind=found.kind,
        subject=found.subject,
        state=found.state,
        attempts=found.attempts,
        last_error=found.last_error,
        created_at=found.created_at,
    )


def effects_of(asked: Asked, page: Page) -> answers.EffectList:
    """A page of them."""
    return answers.EffectList(data=each(asked, page, effect), next_cursor=next_cursor(asked, page))
