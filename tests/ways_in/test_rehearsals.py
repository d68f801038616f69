"""What a stage before production may have and production may not: a movable clock, a simulated Microsoft."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.clock import Offset
from chalicelib.settings import NotConfigured, Settings
from chalicelib.wiring import World
from sandbox.aws import TABLE
from sandbox.world import make_world

LEAP_DAY = datetime(2028, 2, 29, 10, tzinfo=UTC)
REAL = datetime(2026, 11, 22, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def world():
    """A stage whose clock can be moved, with a table."""
    make_world(environment={})
    return World(Settings.read({"TABLE_NAME": TABLE, "STAGE": "dev", "CLOCK": "movable"}))


@pytest.mark.parametrize("name", ["CLOCK", "MICROSOFT_ROOT_CERTIFICATE"])
def test_production_does_not_start_with_what_is_for_rehearsals(name):
    given = {"TABLE_NAME": TABLE, name: "movable"}
    Settings.read({**given, "STAGE": "staging"})
    with pytest.raises(NotConfigured, match=name):
        Settings.read({**given, "STAGE": "prod"})


def test_production_may_say_what_it_has_anyway():
    assert not Settings.read({"TABLE_NAME": TABLE, "STAGE": "prod", "CLOCK": "system"}).movable_clock


def test_a_clock_that_nobody_knows_is_refused():
    with pytest.raises(NotConfigured, match="CLOCK is 'broken'"):
        Settings.read({"TABLE_NAME": TABLE, "CLOCK": "broken"})


def test_a_clock_that_nobody_has_moved_shows_the_real_time(world):
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= world.now() <= datetime.now(UTC)


def test_a_clock_that_is_moved_is_moved_for_everybody_at_once(world):
    other = World(world.settings)
    assert other.now() < LEAP_DAY
    world.store.move_clock(Offset.standing(LEAP_DAY, real=datetime.now(UTC)))
    assert world.now() == other.now() == LEAP_DAY
    world.store.move_clock(Offset(seconds=3600))
    assert other.now() >= datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=59)


def test_an_offset_that_stands_shows_the_instant_whatever_the_time_is():
    standing = Offset.standing(LEAP_DAY, real=REAL)
    assert standing.at(REAL) == standing.at(REAL + timedelta(days=3)) == LEAP_DAY


def test_an_offset_that_runs_adds_to_the_time_in_whole_seconds():
    assert Offset(seconds=60).at(REAL) == datetime(2026, 11, 22, 9, 31, 15, tzinfo=UTC)


def test_a_stage_that_is_not_rehearsed_does_not_look_at_the_table_for_the_time():
    made = make_world(environment={})
    made.store.move_clock(Offset.standing(LEAP_DAY, real=REAL))
    assert World(Settings.read({"TABLE_NAME": TABLE})).now() < LEAP_DAY
