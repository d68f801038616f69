"""An operator sees of each sweep whether it runs, how its last run went, and what waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib import sweeps
from chalicelib.domain.timetable import TIMETABLE
from chalicelib.storage import keys
from chalicelib.storage.tables import Row
from sandbox.clock import written

SWEEPS = "/v1/admin/sweeps"
EVENT = {
    "version": "0",
    "id": "evt-1",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2024-01-31T10:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {},
}
NOTHING = {"count": 0, "more": False, "oldest_due_at": None}


@pytest.fixture
def state_of(cast):
    """How a sweep stands, as the operator is told it."""

    def find(name):
        listed = cast.operator().get(SWEEPS)
        assert listed.status == 200
        return next(each for each in listed.json["data"] if each["name"] == name)

    return find


def forward(world, **span):
    world.clock.put(world.now() + timedelta(**span))


def test_all_are_shown_in_the_order_of_the_timetable(cast):
    listed = cast.operator().get(SWEEPS).json
    shown = [(each["name"], each["every_minutes"]) for each in listed["data"]]
    assert shown == [(sweep.value, minutes) for sweep, minutes in TIMETABLE.items()]
    assert set(listed) == {"data"}


def test_one_that_never_ran_has_no_last_run(state_of):
    assert state_of("term_ends") == {
        "name": "term_ends",
        "every_minutes": 15,
        "last_run": None,
        "state": "never_ran",
        "waiting": NOTHING,
    }


def test_one_that_ran_is_in_order_and_late_when_it_has_not_run_again_for_long(world, state_of):
    began = written(world.now())
    sweeps.sweep_term_ends(EVENT, None)
    assert state_of("term_ends")["state"] == "ok"
    assert state_of("term_ends")["last_run"] == {
        "started_at": began,
        "ended_at": began,
        "handled": 0,
        "failed": 0,
        "left": False,
    }
    forward(world, minutes=35)
    assert state_of("term_ends")["state"] == "ok"
    forward(world, seconds=1)
    assert state_of("term_ends")["state"] == "late"
    assert state_of("term_ends")["last_run"]["started_at"] == began


def test_what_is_due_waits_until_the_sweep_has_run(world, cast, state_of):
    sub = cast.bought()
    deadline = sub["activation_deadline"]
    forward(world, days=13)
    assert state_of("activation_deadlines")["waiting"] == NOTHING
    forward(world, days=1)
    waiting = {"count": 1, "more": False, "oldest_due_at": deadline}
    assert state_of("activation_deadlines")["waiting"] == waiting
    sweeps.sweep_activation_deadlines(EVENT, None)
    assert state_of("activation_deadlines")["waiting"] == NOTHING
    assert state_of("activation_deadlines")["last_run"]["handled"] == 1


def test_one_that_failed_for_somebody_is_failing_until_a_run_without_failures(world, cast, state_of):
    sub = cast.bought()
    row = Row.get(*keys.subscription(sub["id"]))
    whole = row.body
    row.update(actions=[Row.body.set('{"id": "nonsense"}')])
    forward(world, days=14)
    with pytest.raises(sweeps.SweepFailed):
        sweeps.sweep_activation_deadlines(EVENT, None)
    failing = state_of("activation_deadlines")
    assert (failing["state"], failing["last_run"]["failed"], failing["waiting"]["count"]) == ("failing", 1, 1)
    row.update(actions=[Row.body.set(whole)])
    sweeps.sweep_activation_deadlines(EVENT, None)
    assert state_of("activation_deadlines")["state"] == "ok"


def test_for_the_comparison_with_Microsoft_nothing_ever_waits_because_it_goes_through_everybody(
    cast, state_of
):
    cast.bought()
    assert state_of("reconciliations")["waiting"] == NOTHING
