"""A mail is sent once, wherever its worker dies, if SES can say that it went out; and never not at all.

SES knows no idempotency key. What it says comes when it comes: before our note, between two tries, or never.
"""

from __future__ import annotations

import contextlib

import pytest

from chalicelib.domain.effects import EffectState
from chalicelib.gateways import mail_events
from chalicelib.rulebook import MAIL_SETTLES_WITHIN
from chalicelib.usecases import suppressions
from chalicelib.usecases.mail_events import heed_mail
from tests import lives
from tests.crash.acts import carry, points
from tests.crash.dying import Crash, watched
from tests.crash.frozen import begun
from tests.crash.scenarios import SCENARIOS

MAIL = SCENARIOS["mail"]
SENT = MAIL.calls.index("mail.send")


def _died(number, when):
    """A worker has died while it delivered E1."""
    stage = begun(MAIL.begin)
    dying, watch = watched(stage.world)
    watch.die_at, watch.when, watch.armed = number, when, True
    with contextlib.suppress(Crash):
        MAIL.act(stage, dying)
    return stage


def _told(event):
    told = mail_events.read(event)
    assert told is not None
    return told


def _hear(stage, events=None):
    for event in stage.world.mail.take_events() if events is None else events:
        heed_mail(stage.world, told=_told(event), at=stage.now())


def _times(stage):
    return len([each for each in stage.world.mail.letters() if each.template == "E1"])


def _effect(stage):
    return stage.world.store.effect(f"{stage.subscription_id}.1.E1")


def _bounced(stage):
    letter = stage.world.mail.letters(template="E1")[-1]
    stage.world.mail.happens(letter, "bounce")
    return stage.world.mail.take_events()


POINTS = [pytest.param(*each, id=f"dies {each[1]} {MAIL.calls[each[0]]}") for each in points(MAIL.calls)]


@pytest.mark.parametrize(("number", "when"), POINTS)
def test_wherever_the_worker_dies_the_mail_arrives_once_when_ses_is_heard_in_time(number, when):
    stage = _died(number, when)
    stage.forward(MAIL_SETTLES_WITHIN / 2)
    _hear(stage)
    lives.recover(stage, minutes=60)
    assert _times(stage) == 1
    assert _effect(stage).state is EffectState.DONE


@pytest.mark.parametrize(("number", "when"), POINTS)
def test_where_nothing_is_heard_it_arrives_twice_at_most_and_never_not_at_all(number, when):
    stage = _died(number, when)
    stage.world.mail.take_events()
    lives.recover(stage, minutes=60)
    assert _times(stage) == (2 if (number, when) == (SENT + 1, "before") else 1)
    assert _effect(stage).state is EffectState.DONE


def test_word_that_comes_too_late_changes_nothing():
    stage = _died(SENT + 1, "before")
    lives.recover(stage, minutes=60)
    assert _times(stage) == 2
    _hear(stage)
    _hear(stage, _bounced(stage))
    lives.recover(stage, minutes=60)
    assert _times(stage) == 2
    assert _effect(stage).state is EffectState.DONE


@pytest.mark.parametrize("fate", [None, "bounce", "reject"])
@pytest.mark.parametrize("number", range(SENT + 1, len(MAIL.calls)))
def test_ses_may_be_faster_than_the_worker_s_note(number, fate):
    """And what it says of the mail is not written over by the note."""
    stage = begun(MAIL.begin)
    slow, watch = watched(stage.world)

    def overtake():
        if fate is not None:
            stage.world.mail.happens(stage.world.mail.letters(template="E1")[-1], fate)
        _hear(stage)

    watch.rival, watch.rival_at, watch.armed = overtake, number, True
    MAIL.act(stage, slow)
    watch.armed = False
    lives.recover(stage, minutes=60)
    assert _times(stage) == 1
    assert _effect(stage).state is (EffectState.STUCK if fate == "reject" else EffectState.DONE)


@pytest.mark.parametrize("fate", ["delivery", "bounce", "complaint", "reject"])
def test_whoever_heeds_an_event_may_die_anywhere_and_the_event_comes_again(fate):
    calls = _heeding_calls(fate)
    for number, when in points(calls):
        stage, events = _lost_and(fate)
        dying, watch = watched(stage.world)
        watch.die_at, watch.when, watch.armed = number, when, True
        with pytest.raises(Crash):
            heed_mail(dying, told=_told(events[0]), at=stage.now())
        _hear(stage, events)
        assert _end(stage) == _undisturbed(fate), f"{when} {calls[number]}"


@pytest.mark.parametrize("fate", ["delivery", "bounce", "complaint", "reject"])
def test_two_who_heed_the_same_event_at_once_come_to_the_same_end(fate):
    for number in range(len(_heeding_calls(fate))):
        stage, events = _lost_and(fate)
        slow, watch = watched(stage.world)
        watch.rival, watch.rival_at, watch.armed = lambda s=stage, e=events: _hear(s, e), number, True
        heed_mail(slow, told=_told(events[0]), at=stage.now())
        assert _end(stage) == _undisturbed(fate)


def _lost_and(fate):
    """A mail whose answer was lost, and what SES says of it later."""
    stage = begun(MAIL.begin)
    stage.world.mail.faults.plan("send", "timeout")
    carry("E1")(stage, stage.world)
    stage.world.mail.take_events()
    stage.world.mail.happens(stage.world.mail.letters(template="E1")[-1], fate)
    return stage, stage.world.mail.take_events()


def _heeding_calls(fate):
    stage, events = _lost_and(fate)
    world, watch = watched(stage.world)
    watch.armed = True
    heed_mail(world, told=_told(events[0]), at=stage.now())
    return tuple(watch.calls)


def _undisturbed(fate):
    stage, events = _lost_and(fate)
    _hear(stage, events)
    return _end(stage)


def _end(stage):
    held = suppressions.list_suppressed(stage.world, email=None, limit=10, after=None).items
    by_address = suppressions.list_suppressed(
        stage.world, email=lives.CLIENT.email, limit=1, after=None
    ).items
    assert by_address == held
    return _effect(stage).state, [(each.email, each.reason) for each in held], _times(stage)


def test_a_bounce_about_a_canceled_subscription_suppresses_and_changes_nothing_of_it():
    stage = begun(MAIL.begin)
    lives.drain(stage.world)
    lives.cancel_now(stage)
    lives.drain(stage.world)
    before = lives.outcome(stage)
    letter = stage.world.mail.letters(template="E7")[0]
    stage.world.mail.happens(letter, "bounce")
    _hear(stage)
    lives.recover(stage, minutes=60)
    assert lives.outcome(stage) == before
    lives.check_books(stage)
    assert _end(stage)[1] == [(lives.CLIENT.email, "bounce")]


def test_a_suppressed_address_that_is_lifted_again_and_again_ends_as_the_operator_said():
    stage = begun(MAIL.begin)
    lives.drain(stage.world)
    for _ in range(3):
        _hear(stage, _bounced(stage))
        for each in suppressions.list_suppressed(stage.world, email=None, limit=10, after=None).items:
            suppressions.lift(stage.world, suppression_id=each.id, by="usr_olga", at=stage.now())
    assert _end(stage)[1] == []


def test_lifting_may_die_anywhere_and_be_repeated():
    stage = begun(MAIL.begin)
    lives.drain(stage.world)
    _hear(stage, _bounced(stage))
    (found,) = suppressions.list_suppressed(stage.world, email=None, limit=10, after=None).items
    for number, when in ((0, "after"), (1, "before")):
        dying, watch = watched(stage.world)
        watch.die_at, watch.when, watch.armed = number, when, True
        with pytest.raises(Crash):
            suppressions.lift(dying, suppression_id=found.id, by="usr_olga", at=stage.now())
    assert len(_end(stage)[1]) == 1
    suppressions.lift(stage.world, suppression_id=found.id, by="usr_olga", at=stage.now())
    assert _end(stage)[1] == []
