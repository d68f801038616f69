"""A sweep reads only what is due, isolates one that fails, stops in time, and may run twice or overlap."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib import sweeps
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.timetable import TIMETABLE, Run
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


class Gauge:
    """What the runs of a sweep have said of one metric since it was last asked."""

    def __init__(self, capsys, name: str) -> None:
        self._capsys, self._name = capsys, name

    def after(self, run, context=None) -> list[float]:
        self._capsys.readouterr()
        run(EVENT, context or Context(60_000))
        said = [json.loads(line) for line in self._capsys.readouterr().out.splitlines() if "_aws" in line]
        return [value for line in said for value in line.get(self._name, [])]


def test_D11_a_term_end_that_nobody_has_seen_to_for_over_an_hour_is_counted_and_no_other(capsys):
    stage, overdue = lives.term_over(lives.empty()), Gauge(capsys, "renewal_overdue")
    assert overdue.after(sweeps.sweep_renewal_retries) == [0.0], "said also where there is nothing"
    stage.forward(timedelta(hours=1))
    stopped = Context(sweeps.STOP_BEFORE_END_MS - 1)
    assert overdue.after(sweeps.sweep_term_ends, stopped) == [0.0]
    stage.forward(timedelta(seconds=1))
    stage.world.stripe.plan("decline")
    assert overdue.after(sweeps.sweep_term_ends) == [1.0]
    assert overdue.after(sweeps.sweep_term_ends) == [0.0], "it was seen to"
    stage.forward(timedelta(days=1, hours=1, seconds=1))
    assert overdue.after(sweeps.sweep_renewal_retries) == [1.0], "the next try is late as well"


def test_R10_money_unsettled_for_over_an_hour_is_counted_at_each_run_until_it_is_settled(stage, capsys):
    overdue, faults = Gauge(capsys, "unsettled_overdue"), stage.world.neighbors.faults["payments"]
    faults.plan("refused_line", path="payment_intents", count=1000)
    with pytest.raises(Refusal, match="payment_unavailable"):
        lives.buy(stage, key="lost")
    counted = []
    for _ in range(30):  # two hours and a half, and then a day on which it is asked about once
        stage.forward(timedelta(minutes=5))
        counted += overdue.after(sweeps.sweep_unsettled)
    assert counted == [0.0] * 12 + [1.0] * 18
    stage.forward(timedelta(hours=20))
    assert overdue.after(sweeps.sweep_unsettled) == [1.0]
    faults.clear()
    stage.forward(timedelta(hours=5))
    assert overdue.after(sweeps.sweep_unsettled) == [0.0], "settled"


def test_R10_money_that_nobody_asks_about_is_counted_as_well(stage, capsys):
    overdue = Gauge(capsys, "unsettled_overdue")
    stage.world.neighbors.faults["payments"].plan("refused_line", path="payment_intents", count=1000)
    with pytest.raises(Refusal, match="payment_unavailable"):
        lives.buy(stage, key="lost")
    no_time = Context(sweeps.STOP_BEFORE_END_MS - 1)
    stage.forward(timedelta(hours=1))
    assert overdue.after(sweeps.sweep_unsettled, no_time) == [0.0]
    stage.forward(timedelta(seconds=1))
    assert overdue.after(sweeps.sweep_unsettled, no_time) == [1.0]


def test_stuck_effects_are_counted_at_each_run_until_none_is_left(stage, capsys):
    stuck, store = Gauge(capsys, "effects_stuck"), stage.world.store
    assert stuck.after(sweeps.sweep_outbox) == [0.0]
    mails = [store.effect(f"{each}.1.E1") for each in stage.ids[:3]]
    for mail in mails:
        store.bring_back(mail, memo={}, error="returned")
    for _ in range(2):
        assert stuck.after(sweeps.sweep_outbox) == [3.0]
    for mail in mails:
        store.done(mail)
    assert stuck.after(sweeps.sweep_outbox) == [0.0]


def _last_run(stage, sweep=Sweep.ACTIVATION_DEADLINES):
    return stage.world.store.last_runs([sweep]).get(sweep)


def test_how_a_run_went_is_kept_for_the_operator(stage):
    _after_the_deadline(stage)
    assert _last_run(stage) is None
    sweeps.sweep_activation_deadlines(EVENT, Context(60_000))
    now = stage.now()
    assert _last_run(stage) == Run(started_at=now, ended_at=now, handled=5, failed=0, left=False)


def test_a_run_that_found_nothing_is_kept_too_because_it_shows_that_the_sweep_runs(stage):
    sweeps.sweep_activation_deadlines(EVENT, Context(60_000))
    assert (_last_run(stage).started_at, _last_run(stage).handled) == (stage.now(), 0)


def test_a_run_that_failed_for_one_is_kept_with_its_failures(stage):
    _break(stage.ids[2])
    _after_the_deadline(stage)
    with pytest.raises(sweeps.SweepFailed):
        sweeps.sweep_activation_deadlines(EVENT, Context(60_000))
    assert (_last_run(stage).handled, _last_run(stage).failed) == (4, 1)


def test_a_run_that_stopped_early_is_kept_as_one_that_left_something(stage):
    _after_the_deadline(stage)
    sweeps.sweep_activation_deadlines(EVENT, Context(sweeps.STOP_BEFORE_END_MS - 1))
    assert (_last_run(stage).handled, _last_run(stage).left) == (0, True)


@pytest.fixture
def nothing_is_noted(stage):
    """The table takes everything but what is kept of a run."""
    client = stage.world.store._connection.client

    def refuse(params, **_):
        if params["Item"]["pk"]["S"].startswith("sweep#"):
            raise ConnectionError("the table has gone")

    client.meta.events.register("provide-client-params.dynamodb.PutItem", refuse)
    yield
    client.meta.events.unregister("provide-client-params.dynamodb.PutItem", refuse)


@pytest.mark.usefixtures("nothing_is_noted")
def test_that_a_run_cannot_be_kept_is_said_and_changes_nothing_of_what_it_did(stage, caplog):
    _after_the_deadline(stage)
    assert sweeps.sweep_activation_deadlines(EVENT, Context(60_000))["handled"] == 5
    assert _statuses(stage) == ["canceled"] * 5
    assert _last_run(stage) is None
    assert "the run of a sweep could not be noted" in caplog.messages


@pytest.mark.usefixtures("nothing_is_noted")
def test_that_a_run_cannot_be_kept_does_not_hide_that_it_failed(stage):
    _break(stage.ids[2])
    _after_the_deadline(stage)
    with pytest.raises(sweeps.SweepFailed, match="1 failed"):
        sweeps.sweep_activation_deadlines(EVENT, Context(60_000))


def test_every_sweep_has_a_line_in_the_timetable_and_a_function():
    assert set(TIMETABLE) == set(Sweep)
    for sweep in Sweep:
        assert callable(getattr(sweeps, f"sweep_{sweep.value}"))
