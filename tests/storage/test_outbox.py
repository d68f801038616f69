"""An effect is carried out by one worker at a time, tried again, given up at the limit, retried by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.effects import EffectState
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.waking import Sweep
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.rulebook import (
    EFFECT_ATTEMPTS,
    EFFECT_LEASE,
    EFFECT_RETRIES,
    MAIL_SETTLES_WITHIN,
    OUTBOX_GRACE,
)
from chalicelib.usecases import stuck
from chalicelib.usecases.carry_out import carry_out
from tests import lives


class _Broken:
    """A neighbor that fails in the same way every time."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def send(self, **_):
        self.asked += 1
        raise self.error


@pytest.fixture
def sold(world):
    """A purchase whose mails wait in the outbox."""
    stage = lives.enrolled(world)
    lives.buy(stage)
    world.queue.take()
    return stage


def _mail(stage):
    return f"{stage.subscription_id}.1.E1"


def _due(stage, sweep=Sweep.OUTBOX):
    world = stage.world
    return {
        due.id for shard in world.store.shards for due in world.store.due(sweep, shard=shard, at=stage.now())
    }


def _carry(stage, effect_id=None):
    carry_out(stage.world, effect_id=effect_id or _mail(stage), at=stage.now(), request_id=lives.REQUEST)


@pytest.mark.parametrize(("name", "lease"), [("refund", EFFECT_LEASE), ("E7", MAIL_SETTLES_WITHIN)])
def test_a_claimed_effect_is_nobody_elses_until_its_lease_is_over(sold, name, lease):
    """And a mail's until word must have come of what became of it."""
    lives.cancel_now(sold)
    store, effect_id = sold.world.store, f"{sold.subscription_id}.2.{name}"
    assert store.claim(effect_id, at=sold.now()).attempts == 1
    assert store.claim(effect_id, at=sold.now() + lease - timedelta(seconds=1)) is None
    assert store.claim(effect_id, at=sold.now() + lease).attempts == 2


def test_a_done_effect_is_never_claimed_again(sold):
    _carry(sold)
    sold.forward(timedelta(days=1))
    assert sold.world.store.claim(_mail(sold), at=sold.now()) is None
    assert _mail(sold) not in _due(sold)


def test_the_sweep_finds_what_nobody_was_nudged_for_after_a_grace(sold):
    sold.forward(OUTBOX_GRACE - timedelta(seconds=1))
    assert _due(sold) == set()
    sold.forward(timedelta(seconds=1))
    assert _mail(sold) in _due(sold)
    lives.sweep_all(sold.world)
    assert [letter.template for letter in sold.world.mail.letters(to=lives.CLIENT.email)] == ["E1"]


@pytest.mark.parametrize("attempt", range(1, EFFECT_ATTEMPTS), ids=lambda n: f"after attempt {n}")
def test_a_passing_trouble_is_tried_again_later_and_later(sold, attempt):
    sold.world.__dict__["mail"] = _Broken(Unavailable("mail", "Throttling"))
    for _ in range(attempt):
        sold.forward(timedelta(days=1))
        _carry(sold)
    wait = EFFECT_RETRIES[min(attempt - 1, len(EFFECT_RETRIES) - 1)]
    sold.forward(wait - timedelta(seconds=1))
    assert _mail(sold) not in _due(sold)
    sold.forward(timedelta(seconds=1))
    assert _mail(sold) in _due(sold)


def test_at_the_limit_it_is_put_before_an_operator_and_no_longer_tried(sold):
    sold.world.__dict__["mail"] = broken = _Broken(Unavailable("mail", "Throttling"))
    for _ in range(EFFECT_ATTEMPTS + 3):
        sold.forward(timedelta(days=1))
        _carry(sold)
    assert broken.asked == EFFECT_ATTEMPTS
    (found,) = sold.world.store.stuck(limit=10, after=None).items
    assert (found.id, found.state, found.last_error) == (_mail(sold), EffectState.STUCK, "mail: Throttling")
    assert _mail(sold) not in _due(sold)


def test_a_no_for_good_is_put_before_an_operator_at_once_and_can_be_retried(sold):
    world, mailbox = sold.world, sold.world.mail
    world.__dict__["mail"] = _Broken(Refused("mail", "MessageRejected"))
    _carry(sold)
    assert [effect.id for effect in world.store.stuck(limit=10, after=None).items] == [_mail(sold)]
    world.__dict__["mail"] = mailbox
    stuck.retry(world, effect_id=_mail(sold), once=None, at=sold.now(), request_id=lives.REQUEST)
    lives.drain(world)
    assert [letter.template for letter in mailbox.letters(to=lives.CLIENT.email)] == ["E1"]
    assert world.store.stuck(limit=10, after=None).items == []


def test_only_what_is_stuck_can_be_retried(sold):
    with pytest.raises(Refusal, match="not_found"):
        stuck.retry(sold.world, effect_id=_mail(sold), once=None, at=sold.now(), request_id=lives.REQUEST)


def test_a_fault_of_ours_is_noted_counted_and_raised(sold):
    sold.world.__dict__["mail"] = _Broken(ZeroDivisionError("no secret detail"))
    with pytest.raises(ZeroDivisionError):
        _carry(sold)
    sold.forward(MAIL_SETTLES_WITHIN)  # it may have gone out before our fault
    effect = sold.world.store.claim(_mail(sold), at=sold.now())
    assert (effect.attempts, effect.last_error) == (2, "ZeroDivisionError")


def test_a_worker_that_dies_every_time_ends_before_an_operator_too(sold):
    for _ in range(EFFECT_ATTEMPTS):
        assert sold.world.store.claim(_mail(sold), at=sold.now())
        sold.forward(MAIL_SETTLES_WITHIN)
    _carry(sold)
    assert [effect.id for effect in sold.world.store.stuck(limit=10, after=None).items] == [_mail(sold)]


def test_D14_the_credentials_are_taken_by_one(world):
    stage = lives.active(world)
    store = world.store
    assert store.credentials(stage.subscription_id) is not None
    assert store.take_credentials(stage.subscription_id, taker="first")
    assert not store.take_credentials(stage.subscription_id, taker="second")
    assert store.credentials(stage.subscription_id) is None
