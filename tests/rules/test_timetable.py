"""Whether a sweep is as it should be is told from its last run, and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.timetable import TIMETABLE, Run, SweepState, state_of
from chalicelib.domain.waking import Sweep
from chalicelib.rulebook import SWEEP_GRACE, SWEEP_INTERVALS

BEGUN = datetime(2024, 1, 31, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ran(*, handled=3, failed=0, left=False):
    return Run(started_at=BEGUN, ended_at=BEGUN, handled=handled, failed=failed, left=left)


def patience(sweep):
    return SWEEP_INTERVALS * timedelta(minutes=TIMETABLE[sweep]) + SWEEP_GRACE


def test_every_sweep_has_its_line():
    assert set(TIMETABLE) == set(Sweep)


@pytest.mark.parametrize("sweep", Sweep)
def test_a_sweep_is_late_when_its_last_run_began_over_two_intervals_ago_and_not_a_second_before(sweep):
    in_time = BEGUN + patience(sweep)
    assert state_of(sweep, ran(), at=in_time) is SweepState.OK
    assert state_of(sweep, ran(), at=in_time + SECOND) is SweepState.LATE


def test_patience_is_counted_in_intervals_so_one_that_runs_every_five_minutes_has_a_quarter_of_an_hour():
    assert patience(Sweep.OUTBOX) == timedelta(minutes=15)
    assert patience(Sweep.RECONCILIATIONS) == timedelta(days=2, minutes=5)


def test_a_sweep_that_failed_for_one_is_failing_however_many_it_handled():
    assert state_of(Sweep.OUTBOX, ran(handled=1000, failed=1), at=BEGUN) is SweepState.FAILING


def test_that_a_sweep_failed_is_not_hidden_by_its_being_late():
    long_after = BEGUN + timedelta(days=30)
    assert state_of(Sweep.OUTBOX, ran(failed=1), at=long_after) is SweepState.FAILING


def test_a_run_that_stopped_early_or_found_nothing_is_as_it_should_be():
    assert state_of(Sweep.OUTBOX, ran(left=True), at=BEGUN) is SweepState.OK
    assert state_of(Sweep.OUTBOX, ran(handled=0), at=BEGUN) is SweepState.OK


def test_a_sweep_without_a_run_is_not_called_late_because_nobody_knows_since_when_it_should_have_run():
    assert state_of(Sweep.OUTBOX, None, at=BEGUN) is SweepState.NEVER_RAN
