"""Of each sweep one run is kept, the one that began last; what waits for it is counted up to a limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.timetable import TIMETABLE, Run, Waiting
from chalicelib.domain.waking import Sweep
from chalicelib.storage import keys
from chalicelib.storage.runs import MOST_COUNTED
from chalicelib.storage.tables import Row

AT = datetime(2024, 1, 31, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def run(*, started_at=AT, handled=0):
    return Run(
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=4),
        handled=handled,
        failed=0,
        left=True,
    )


def due(count, *, at=AT, shard=0, sweep=Sweep.TERM_ENDS):
    """So many rows of which the index says that their moment comes then."""
    with Row.batch_write() as batch:
        for number in range(count):
            row = Row(f"sub_{shard}{number:04}{at:%H%M%S}", keys.SUBSCRIPTION)
            row.wake, row.due_at = keys.sharded(sweep, shard), keys.moment(at)
            batch.save(row)


@pytest.fixture
def store(world):
    return world.store


def test_a_run_is_read_as_it_was_noted(store):
    assert store.note_run(Sweep.TERM_ENDS, run(handled=3))
    assert store.last_runs(TIMETABLE) == {Sweep.TERM_ENDS: run(handled=3)}


def test_of_a_sweep_that_never_ran_nothing_is_said(store):
    assert store.last_runs(TIMETABLE) == {}


def test_each_sweep_has_its_own(store):
    for number, sweep in enumerate(TIMETABLE):
        store.note_run(sweep, run(handled=number))
    assert [store.last_runs(TIMETABLE)[sweep].handled for sweep in TIMETABLE] == list(range(len(TIMETABLE)))


def test_a_later_run_takes_the_place_of_an_earlier_one(store):
    for number in range(2):
        assert store.note_run(Sweep.OUTBOX, run(started_at=AT + number * SECOND, handled=number))
    assert store.last_runs([Sweep.OUTBOX])[Sweep.OUTBOX].handled == 1


def test_a_run_that_ends_after_one_that_began_later_does_not_hide_it(store):
    store.note_run(Sweep.OUTBOX, run(started_at=AT + SECOND, handled=1))
    assert not store.note_run(Sweep.OUTBOX, run(started_at=AT, handled=2))
    assert store.last_runs([Sweep.OUTBOX])[Sweep.OUTBOX].handled == 1


def test_of_two_that_began_together_the_one_that_ends_last_is_kept(store):
    for handled in (1, 2):
        assert store.note_run(Sweep.OUTBOX, run(handled=handled))
    assert store.last_runs([Sweep.OUTBOX])[Sweep.OUTBOX].handled == 2


def test_what_is_due_waits_and_what_is_due_a_second_later_does_not(store):
    due(2)
    due(1, at=AT + SECOND)
    assert store.waits_for(Sweep.TERM_ENDS, at=AT) == Waiting(count=2, oldest_due_at=AT)
    assert store.waits_for(Sweep.TERM_ENDS, at=AT - SECOND) == Waiting()


def test_what_waits_for_another_sweep_is_not_counted(store):
    due(1, sweep=Sweep.OUTBOX)
    assert store.waits_for(Sweep.TERM_ENDS, at=AT) == Waiting()


def test_all_shards_are_counted_together(store):
    for shard in store.shards:
        due(shard + 1, shard=shard)
    assert len(store.shards) == 2
    assert store.waits_for(Sweep.TERM_ENDS, at=AT).count == 3


def test_counting_stops_at_a_limit_and_says_that_there_is_more(store):
    due(MOST_COUNTED)
    assert store.waits_for(Sweep.TERM_ENDS, at=AT) == Waiting(count=MOST_COUNTED, oldest_due_at=AT)
    due(1, shard=1)
    assert store.waits_for(Sweep.TERM_ENDS, at=AT) == Waiting(count=MOST_COUNTED, more=True, oldest_due_at=AT)


def test_the_oldest_is_found_also_in_a_shard_that_is_looked_into_when_enough_is_counted(store):
    due(MOST_COUNTED + 50)
    due(1, at=AT - SECOND, shard=1)
    assert store.waits_for(Sweep.TERM_ENDS, at=AT).oldest_due_at == AT - SECOND
