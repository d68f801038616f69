from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import Backwards, BadInstant, MovableClock, read_duration, read_instant, written

NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)


def test_it_runs_with_the_real_time_until_it_is_stopped():
    clock = MovableClock()
    ran = not clock.stands
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)

    stopped_at = clock.stop()
    assert ran
    assert clock.stands
    assert clock.now() == stopped_at == stopped_at.replace(microsecond=0)


def test_with_a_start_it_stands_there_from_the_beginning():
    clock = MovableClock(start=NOON)
    assert clock.stands
    assert clock.now() == NOON


def test_it_stands_where_it_was_put():
    clock = MovableClock(start=NOON)
    clock.put(NOON + timedelta(days=1))
    assert clock.now() == NOON + timedelta(days=1)


def test_it_does_not_go_back_and_says_where_it_is():
    clock = MovableClock(start=NOON)
    with pytest.raises(Backwards, match="2024-01-31T12:00:00Z"):
        clock.put(NOON - timedelta(seconds=1))
    assert clock.now() == NOON


def test_the_second_that_it_is_in_is_not_back():
    clock = MovableClock()
    clock.put(clock.now().replace(microsecond=0))
    assert clock.stands


def test_threads_see_one_time():
    clock = MovableClock(start=NOON)
    seen: list[datetime] = []

    def move():
        for minute in range(1, 200):
            clock.put(NOON + timedelta(minutes=minute))

    def look():
        seen.extend(clock.now() for _ in range(500))

    threads = [threading.Thread(target=work) for work in (move, look, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(seen) >= NOON
    assert clock.now() == NOON + timedelta(minutes=199)


@pytest.mark.parametrize(
    ("text", "later"),
    [
        pytest.param("P14D", datetime(2024, 2, 14, 12, tzinfo=UTC), id="days"),
        pytest.param("P2W", datetime(2024, 2, 14, 12, tzinfo=UTC), id="weeks"),
        pytest.param("P1M", datetime(2024, 2, 29, 12, tzinfo=UTC), id="a month that is shorter"),
        pytest.param("P1Y", datetime(2025, 1, 31, 12, tzinfo=UTC), id="a year"),
        pytest.param("P1Y1M1DT1H1M1S", datetime(2025, 3, 1, 13, 1, 1, tzinfo=UTC), id="everything"),
        pytest.param("PT36H", datetime(2024, 2, 2, 0, tzinfo=UTC), id="hours"),
        pytest.param("PT90S", datetime(2024, 1, 31, 12, 1, 30, tzinfo=UTC), id="seconds"),
        pytest.param("PT0S", NOON, id="no time at all"),
        pytest.param("-PT0S", NOON, id="no time at all, backwards"),
    ],
)
def test_durations_are_those_of_ISO_8601(text, later):
    assert read_duration(text).after(NOON) == later


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1", "1D", "P1DT", "PT1D", "P1H", "P1.5D", "p1d", "P1D ", "P1W1D"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(BadInstant):
        read_duration(text)


def test_a_negative_duration_is_back():
    with pytest.raises(Backwards):
        read_duration("-P1D")


def test_a_duration_may_lie_beyond_the_calendar():
    with pytest.raises(BadInstant):
        read_duration("P9000Y").after(NOON)
    with pytest.raises(BadInstant):
        read_duration("P999999D").after(NOON.replace(year=9000))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("2024-01-31T12:00:00Z", NOON, id="UTC"),
        pytest.param("2024-01-31t12:00:00z", NOON, id="in small letters"),
        pytest.param("2024-01-31T13:00:00+01:00", NOON, id="in another zone"),
        pytest.param("2024-01-31T12:00:00.987654321Z", NOON, id="with more than seconds"),
    ],
)
def test_instants_are_those_of_RFC_3339(text, instant):
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    ["", "now", "2024-01-31", "2024-01-31T12:00:00", "2024-02-30T12:00:00Z", "2024-01-31 12:00:00Z", "0"],
)
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(BadInstant):
        read_instant(text)


def test_instants_are_written_with_Z():
    assert written(NOON.replace(microsecond=5)) == "2024-01-31T12:00:00Z"
