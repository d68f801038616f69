"""Whether an address gets mails is said in one row, which two who decide at once cannot both write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.mailing import Standing, Suppression, SuppressionReason
from chalicelib.rulebook import LIFT_REMEMBERED
from chalicelib.storage import keys
from chalicelib.storage.tables import Row
from chalicelib.storage.transaction import Stale
from tests import lives

EMAIL = "Carl@Client.example"


def suppression(world, number=1, email=EMAIL):
    return Suppression(
        id=f"sup_{number}",
        email=email,
        reason=SuppressionReason.BOUNCE,
        detail=None,
        at=world.now(),
        template="E1",
        subscription_id=None,
    )


def listed(world):
    return [each.id for each in world.store.suppressions(limit=10, after=None).items]


def test_nobody_is_suppressed_who_was_not(world):
    assert world.store.standing(EMAIL) == Standing()


def test_an_address_is_the_same_in_upper_and_lower_case(world):
    world.store.suppress(suppression(world))
    assert world.store.standing(EMAIL.upper()).suppression_id == "sup_1"
    assert listed(world) == ["sup_1"]


def test_an_address_is_suppressed_once_and_the_second_is_told(world):
    world.store.suppress(suppression(world, 1))
    with pytest.raises(Stale):
        world.store.suppress(suppression(world, 2))
    assert listed(world) == ["sup_1"]


def test_of_two_who_lift_the_same_one_is_told(world):
    world.store.suppress(suppression(world))
    world.store.lift(suppression(world), at=world.now())
    with pytest.raises(Stale):
        world.store.lift(suppression(world), at=world.now())
    assert listed(world) == []
    assert world.store.suppression("sup_1") is None


def test_what_was_suppressed_anew_is_not_lifted_with_the_old_one(world):
    for number in (1, 2):
        world.store.suppress(suppression(world, number))
        if number == 1:
            world.store.lift(suppression(world, 1), at=world.now())
    with pytest.raises(Stale):
        world.store.lift(suppression(world, 1), at=world.now())
    assert listed(world) == ["sup_2"]


def test_only_a_mail_that_was_sent_after_the_lift_says_anything_new(world):
    at = world.now()
    world.store.suppress(suppression(world))
    assert not world.store.standing(EMAIL).heeds(sent_at=at + timedelta(days=1))
    world.store.lift(suppression(world), at=at)
    standing = world.store.standing(EMAIL)
    assert not standing.heeds(sent_at=at)
    assert standing.heeds(sent_at=at + timedelta(seconds=1))


def test_a_lift_is_forgotten_in_time_and_a_suppression_never(world):
    world.store.suppress(suppression(world))
    world.aws.remove_expired(world.now() + timedelta(days=36_500))
    assert world.store.standing(EMAIL).suppression_id == "sup_1"
    world.store.lift(suppression(world), at=world.now())
    world.aws.remove_expired(world.now() + LIFT_REMEMBERED)
    assert world.store.standing(EMAIL).lifted_at == world.now()
    world.aws.remove_expired(world.now() + LIFT_REMEMBERED + timedelta(seconds=1))
    assert world.store.standing(EMAIL) == Standing()


def test_no_key_has_an_address_in_it(world):
    world.store.suppress(suppression(world))
    for row in Row.scan():
        assert "client.example" not in f"{row.pk} {row.sk} {row.worklist} {row.owner}".lower()
    assert keys.standing(lives.CLIENT.email) == keys.standing(lives.CLIENT.email.upper())
