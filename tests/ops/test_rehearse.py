"""What a new stage begins with, and how time passes in a stage before production."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.clock import Offset
from chalicelib.rulebook import PRICE_SEED
from chalicelib.settings import Settings
from chalicelib.usecases.catalog import seed_prices

LEAP_DAY = datetime(2028, 2, 29, 10, tzinfo=UTC)


@pytest.fixture
def movable(desk):
    """A stage that may move its clock, as the one of these tests may."""
    assert desk.account.settings.movable_clock
    return desk


@pytest.fixture
def real(desk):
    """A stage that may not."""
    settings: Settings = desk.account.settings
    desk.account.__dict__["settings"] = replace(settings, movable_clock=False)
    desk.account.__dict__.pop("world", None)
    return desk


def test_a_new_stage_gets_the_list_prices_and_keeps_what_it_has(desk, run):
    world = desk.account.world
    (changed, *_) = world.store.prices("US")
    world.store.put_price(replace(changed, unit_amount=1))
    assert seed_prices(world) == []
    assert "0 prices written" in run("prices", "seed", "--yes").stdout
    assert 1 in {price.unit_amount for price in world.store.prices("US")}


def test_all_of_them_are_written_where_there_are_none(stage, desk):
    stage.world.aws.table.items.clear()
    assert len(seed_prices(desk.account.world)) == len(PRICE_SEED)
    assert len(desk.account.world.store.prices("US")) == len(PRICE_SEED)


def test_time_passes_for_everybody_at_once(movable, run):
    store = movable.account.world.store
    store.move_clock(Offset.standing(LEAP_DAY, real=datetime.now(UTC)))
    assert "2028-02-29T10:00:00Z" in run("clock", "show").stdout
    assert "2028-03-14T10:00:00Z" in run("clock", "advance", "14d", "--yes").stdout
    assert movable.account.world.now() == LEAP_DAY + timedelta(days=14)


def test_nothing_moves_before_a_yes(movable, run):
    before = movable.account.world.store.clock_offset()
    assert run("clock", "advance", "14d", answer="n\n").exit_code == 1
    assert movable.account.world.store.clock_offset() == before


def test_a_clock_that_is_the_real_one_is_not_moved(real, run):
    before = real.account.world.store.clock_offset()
    assert "the real time" in run("clock", "show").stdout
    refused = run("clock", "advance", "14d", "--yes")
    assert refused.exit_code == 1
    assert "MovableClock" in refused.output
    assert real.account.world.store.clock_offset() == before


@pytest.mark.parametrize("amount", ["-1d", "1w", "d", "1.5h", "14", "9999999d", "²d"])
def test_an_amount_that_is_none_is_refused(movable, run, amount):
    before = movable.account.world.store.clock_offset()
    assert run("clock", "advance", "--yes", "--", amount).exit_code == 2
    assert movable.account.world.store.clock_offset() == before
