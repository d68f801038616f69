"""What an effect's attempts note for the next one: kept while it is theirs, and found when it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.effects import Effect, EffectKind
from chalicelib.rulebook import EFFECT_LEASE
from chalicelib.storage.notes import Overtaken


@pytest.fixture
def effect(world):
    """An order that nobody has taken up."""
    made = Effect(
        id="sub_1.4.order",
        kind=EffectKind.ORDER,
        subject="sub_1",
        data={"submission": 1},
        created_at=world.now(),
    )
    world.store.put_effect(made, once=None)
    return made


def test_the_next_attempt_finds_what_this_one_has_noted(world, effect):
    at = world.now()
    first = world.store.claim(effect.id, at=at)
    assert first.memo == {}
    world.store.note(first, {"cart_id": "c1", "carts": 2})
    again = world.store.claim(effect.id, at=at + EFFECT_LEASE)
    assert again.memo == {"cart_id": "c1", "carts": 2}
    assert again.data == {"submission": 1}


def test_whoever_was_overtaken_cannot_write_over_what_the_next_one_noted(world, effect):
    at = world.now()
    slow = world.store.claim(effect.id, at=at)
    quick = world.store.claim(effect.id, at=at + EFFECT_LEASE)
    world.store.note(quick, {"cart_id": "c2"})
    with pytest.raises(Overtaken):
        world.store.note(slow, {"cart_id": "c1"})
    assert world.store.memo(effect.id) == {"cart_id": "c2"}


def test_what_is_done_is_noted_no_more_and_still_found(world, effect):
    claimed = world.store.claim(effect.id, at=world.now())
    world.store.note(claimed, {"cart_id": "c1"})
    world.store.done(claimed)
    with pytest.raises(Overtaken):
        world.store.note(claimed, {"cart_id": "c2"})
    assert world.store.memo(effect.id) == {"cart_id": "c1"}


def test_of_an_effect_that_is_not_there_nothing_is_noted(world):
    assert world.store.memo("sub_none.4.order") == {}


def test_a_failed_attempt_keeps_its_notes_through_an_operators_retry(world, effect):
    claimed = world.store.claim(effect.id, at=world.now())
    world.store.note(claimed, {"cart_id": "c1"})
    world.store.failed(claimed, error="refused", for_good=True, at=world.now())
    world.store.retry(effect.id, once=None, at=world.now())
    again = world.store.claim(effect.id, at=world.now() + timedelta(minutes=1))
    assert again.memo == {"cart_id": "c1"}
