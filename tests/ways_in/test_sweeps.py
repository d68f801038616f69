"""A sweep reads only what is due, isolates one that fails, stops in time, and may run twice or overlap."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib import sweeps
from chalicelib.domain.waking import Sweep
from chalicelib.storage import keys
from chalicelib.storage.tables import Row
from chalicelib.usecases import tick
from tests import lives

EVENT = {
    "version": "0",
    "account": "000000000000",
    "region": "us-east-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2024-02-14T10:00:00Z",
    "id": "evt-1",
    "resources": [],
}


class Context:
    """A function's context with so much time left, and less with every look."""

    def __init__(self, *remaining: int) -> None:
        self._remaining = list(remaining)

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining.pop(0) if len(self._remaining) > 1 else self._remaining[0]


def _statuses(stage):
    return [stage.world.store.load(each).status.value for each in stage.ids]


def _break(subscription_id):
    Row(*keys.subscription(subscription_id)).update(actions=[Row.body.set('{"id": "nonsense"}')])


def _after_the_deadline(stage):
    stage.forward(timedelta(days=14))


def test_R44_all_that_is_due_is_handled(stage):
    _after_the_deadline(stage)
    assert sweeps.sweep_activation_deadlines(EVENT, Context(60_000))["handled"] == 5
    assert _statuses(stage) == ["canceled"] * 5
    lives.drain(stage.world)
    lives.check_books(stage)


def test_R44_nothing_is_due_a_second_before(stage):
    stage.forward(timedelta(days=14, seconds=-1))
    assert sweeps.sweep_activation_deadlines(EVENT, Context(60_000))["handled"] == 0
    assert _statuses(stage) == ["pending"] * 5


def test_one_that_fails_stops_nobody_else_is_loud_and_comes_back(stage, capsys):
    _break(stage.ids[2])
    _after_the_deadline(stage)
    for _ in range(2):  # it comes back with the next run
        with pytest.raises(sweeps.SweepFailed, match="1 failed"):
            sweeps.sweep_activation_deadlines(EVENT, Context(60_000))
    stage.ids.remove(stage.ids[2])
    assert _statuses(stage) == ["canceled"] * 4
    failed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"sweep_failed"' in line]
    assert failed[-1]["sweep_failed"] == [1.0]


def test_it_stops_in_good_order_when_its_time_runs_short_and_goes_on_with_the_next_run(stage):
    _after_the_deadline(stage)
    enough, short = 60_000, sweeps.STOP_BEFORE_END_MS - 1
    asked = (enough, enough)  # before each subscription, and by what is done for it
    first = sweeps.sweep_activation_deadlines(EVENT, Context(*asked, *asked, short))
    assert (first["handled"], first["left"]) == (2, True)
    assert sorted(_statuses(stage)) == ["canceled"] * 2 + ["pending"] * 3
    second = sweeps.sweep_activation_deadlines(EVENT, Context(enough))
    assert (second["handled"], second["left"]) == (3, False)
    assert _statuses(stage) == ["canceled"] * 5


def test_running_twice_has_no_further_effect(stage):
    _after_the_deadline(stage)
    for _ in range(2):
        sweeps.sweep_activation_deadlines(EVENT, Context(60_000))
        lives.drain(stage.world)
    lives.check_books(stage)
    assert len(stage.world.stripe.refunds()) == 5


def test_an_overlapping_run_that_read_the_index_before_finds_nothing_left_to_do(stage):
    _after_the_deadline(stage)
    world = stage.world
    read_before = [
        due
        for shard in world.store.shards
        for due in world.store.due(Sweep.ACTIVATION_DEADLINES, shard=shard, at=stage.now())
    ]
    sweeps.sweep_activation_deadlines(EVENT, Context(60_000))
    for due in read_before:
        tick.lapse(world, due=due, at=stage.now(), request_id="late")
    lives.drain(world)
    lives.check_books(stage)


def test_every_sweep_has_a_line_in_the_timetable_and_a_function():
    assert set(sweeps.TIMETABLE) == set(Sweep)
    for sweep in Sweep:
        assert callable(getattr(sweeps, f"sweep_{sweep.value}"))
