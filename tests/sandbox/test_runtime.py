"""What AWS does by itself: schedules fire at their instants, queues are drained, failures come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.timetable import Run
from chalicelib.domain.waking import Sweep
from chalicelib.storage.tables import Row
from sandbox.aws import MAX_RECEIVES, VISIBILITY_SECONDS
from sandbox.clock import Backwards, BadInstant, read_duration, written
from sandbox.runtime import Runtime
from tests.sandbox import pretend

START = datetime(2024, 1, 31, 10, tzinfo=UTC)


@pytest.fixture
def runtime(world):
    return Runtime(world=world, app=pretend.app())


def wake(sweep, at, pk="row"):
    Row(pk, "subscription", wake=f"{sweep}#0", due_at=written(at)).save()


def gone(pk="row"):
    return lambda: Row(pk, "subscription").delete()


def instants(sweep):
    return [at for name, at, _ in pretend.fired if name == sweep]


# --- schedules -----------------------------------------------------------------------------------------


def test_a_sweep_fires_at_its_own_first_instant_after_something_is_due(runtime):
    wake("outbox", START + timedelta(minutes=7))
    pretend.act["outbox"] = gone()
    assert runtime.advance(START + timedelta(days=365)) == {"outbox": 1}
    assert instants("outbox") == [START + timedelta(minutes=10)]


def test_due_at_an_instant_of_the_schedule_is_in_time_for_it(runtime):
    wake("outbox", START + timedelta(minutes=10))
    pretend.act["outbox"] = gone()
    runtime.advance(START + timedelta(hours=1))
    assert instants("outbox") == [START + timedelta(minutes=10)]


def test_sweeps_fire_in_the_order_of_their_instants(runtime):
    wake("reminders", START + timedelta(minutes=1), "one")
    wake("outbox", START + timedelta(minutes=32), "two")
    pretend.act |= {"reminders": gone("one"), "outbox": gone("two")}
    assert runtime.advance(START + timedelta(hours=2)) == {"outbox": 1, "reminders": 1}
    assert [name for name, *_ in pretend.fired] == ["outbox", "reminders"]


def test_nothing_fires_when_nothing_is_due(runtime):
    wake("outbox", START + timedelta(days=400))
    assert runtime.advance(START + timedelta(days=365)) == {}


def test_the_clock_stands_exactly_at_the_target_and_what_is_due_there_is_done(runtime, world):
    target = START + timedelta(minutes=3, seconds=7)
    wake("outbox", target)
    pretend.act["outbox"] = gone()
    assert runtime.advance(target) == {"outbox": 1}
    assert world.now() == target
    assert instants("outbox") == [target]


def test_a_duration_counts_from_where_the_clock_is(runtime, world):
    for _ in range(2):
        runtime.advance(read_duration("PT1H"))
    assert world.now() == START + timedelta(hours=2)


def test_a_hundred_years_at_a_time_are_enough(runtime, world):
    with pytest.raises(BadInstant):
        runtime.advance(START.replace(year=2130))
    assert world.now() == START


def test_what_is_due_a_second_after_the_target_is_not_done(runtime):
    wake("outbox", START + timedelta(seconds=1))
    assert runtime.advance(START) == {}


def test_back_is_refused_and_changes_nothing(runtime, world):
    with pytest.raises(Backwards):
        runtime.advance(START - timedelta(seconds=1))
    assert world.now() == START


def test_an_event_is_as_EventBridge_sends_it(runtime):
    wake("outbox", START)
    pretend.act["outbox"] = gone()
    runtime.settle()
    _, _, event = pretend.fired[0]
    assert event["detail-type"] == "Scheduled Event"
    assert event["source"] == "aws.events"
    assert event["time"] == "2024-01-31T10:00:00Z"
    assert event["id"]


def test_what_follows_from_a_sweep_may_be_due_on_the_way(runtime):
    wake("outbox", START + timedelta(minutes=5))

    def later():
        count = len(instants("outbox"))
        wake("outbox", START + timedelta(minutes=5 * (count + 1))) if count < 5 else gone()()

    pretend.act["outbox"] = later
    assert runtime.advance(START + timedelta(hours=1)) == {"outbox": 5}
    assert instants("outbox") == [START + timedelta(minutes=5 * n) for n in range(1, 6)]


def test_what_a_sweep_cannot_do_is_tried_again_ever_less_often_but_every_day(runtime):
    wake("outbox", START + timedelta(minutes=5))
    days = 100
    fired = runtime.advance(START + timedelta(days=days))["outbox"]
    assert days < fired < days + 20
    gaps = [
        later - earlier for earlier, later in zip(instants("outbox"), instants("outbox")[1:], strict=False)
    ]
    assert gaps[0] == timedelta(minutes=5)
    assert max(gaps) <= timedelta(days=1, minutes=5)


def test_what_a_sweep_cannot_do_does_not_hold_up_what_is_new(runtime):
    wake("outbox", START, "stuck")
    runtime.advance(START + timedelta(days=10))
    pretend.fired.clear()
    wake("outbox", START + timedelta(days=10, minutes=7), "new")
    pretend.act["outbox"] = gone("new")
    runtime.advance(START + timedelta(days=10, hours=1))
    assert START + timedelta(days=10, minutes=10) in instants("outbox")


def test_a_sweep_that_fails_is_noted_and_comes_back(runtime):
    wake("outbox", START)

    def fail():
        raise ValueError("broken")

    pretend.act["outbox"] = fail
    runtime.settle()
    assert [trouble.what for trouble in runtime.troubles] == ["ValueError: broken"]
    runtime.settle()
    assert len(pretend.fired) == 1
    pretend.act["outbox"] = gone()
    runtime.advance(START + timedelta(hours=1))
    assert instants("outbox") == [START, START + timedelta(minutes=5)]


def test_the_next_instant_is_when_something_will_happen(runtime):
    assert runtime.next_instant() is None
    wake("reminders", START + timedelta(minutes=1))
    assert runtime.next_instant() == START + timedelta(hours=1)


def test_rows_are_removed_on_the_way_when_their_time_to_live_is_over(runtime, world):
    Row("short", "subscription", expires_at=START + timedelta(hours=1)).save()
    runtime.advance(START + timedelta(days=1))
    assert ("short", "subscription") not in [
        (row.attrs["pk"].value, row.attrs["sk"].value) for row in world.aws.table.rows()
    ]


def test_while_the_clock_stands_what_is_due_happens_by_itself(runtime):
    wake("outbox", START)
    pretend.act["outbox"] = gone()
    runtime.start()
    try:
        deadline = datetime.now(UTC) + timedelta(seconds=10)
        while not pretend.fired and datetime.now(UTC) < deadline:
            pass
    finally:
        runtime.stop()
    assert instants("outbox") == [START]


# --- queues --------------------------------------------------------------------------------------------


def send(world, *texts):
    for text in texts:
        world.client("sqs").send_message(QueueUrl=world.aws.effects_url, MessageBody=text)


def bodies():
    return [[record["body"] for record in event["Records"]] for event in pretend.received]


def fail_those_that(predicate):
    def work(records):
        failed = [{"itemIdentifier": record["messageId"]} for record in records if predicate(record["body"])]
        return {"batchItemFailures": failed}

    return work


def test_messages_come_in_batches_as_real_events(runtime, world):
    send(world, *(str(n) for n in range(12)))
    runtime.settle()
    assert sorted(len(batch) for batch in bodies()) == [2, 10]
    records = [record for event in pretend.received for record in event["Records"]]
    assert len({record["messageId"] for record in records}) == 12
    assert {record["eventSource"] for record in records} == {"aws:sqs"}
    assert {record["eventSourceARN"].rsplit("-", 1)[-1] for record in records} == {"effects"}
    assert {record["attributes"]["ApproximateReceiveCount"] for record in records} == {"1"}
    assert world.aws.waiting(world.aws.effects_url) == 0


def test_only_what_failed_comes_back_when_its_visibility_time_out_is_over(runtime, world):
    send(world, "good", "bad")
    pretend.act["work"] = fail_those_that(lambda body: body == "bad")
    runtime.settle()
    runtime.advance(START + timedelta(seconds=VISIBILITY_SECONDS - 1))
    assert bodies() == [["good", "bad"]]

    pretend.act.clear()
    runtime.advance(START + timedelta(seconds=VISIBILITY_SECONDS))
    assert bodies() == [["good", "bad"], ["bad"]]
    runtime.advance(START + timedelta(days=1))
    assert len(bodies()) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: {"batchItemFailures": [{"itemIdentifier": "nobody"}]}, id="an unknown id"),
        pytest.param(lambda _: {"batchItemFailures": [{"itemIdentifier": None}]}, id="no id"),
        pytest.param(lambda _: {"batchItemFailures": [{}]}, id="nothing at all"),
        pytest.param(lambda _: 1 / 0, id="an exception"),
    ],
)
def test_the_whole_batch_comes_back_when_the_answer_is_none(runtime, world, answer):
    send(world, "one", "two")
    pretend.act["work"] = answer
    runtime.settle()
    pretend.act.clear()
    runtime.advance(START + timedelta(hours=1))
    assert [sorted(batch) for batch in bodies()] == [["one", "two"], ["one", "two"]]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_empty_answer_means_that_all_is_done(runtime, world, answer):
    send(world, "one")
    pretend.act["work"] = lambda _: answer
    runtime.advance(START + timedelta(days=1))
    assert bodies() == [["one"]]


def test_what_fails_too_often_ends_among_the_dead_letters(runtime, world):
    send(world, "bad")
    pretend.act["work"] = fail_those_that(lambda _: True)
    runtime.advance(START + timedelta(days=1))
    assert len(bodies()) == MAX_RECEIVES
    assert [message.body for message in world.aws.dead_letters()] == ["bad"]
    assert runtime.next_instant() is None


def test_messages_that_messages_cause_are_worked_off_too(runtime, world):
    send(world, "3")

    def work(records):
        for record in records:
            left = int(record["body"])
            if left:
                send(world, str(left - 1))
        return {"batchItemFailures": []}

    pretend.act["work"] = work
    runtime.settle()
    assert bodies() == [["3"], ["2"], ["1"], ["0"]]


# --- what the operator sees of the sweeps ------------------------------------------------------------------


def last_run(world, sweep="outbox"):
    return world.store.last_runs([Sweep(sweep)]).get(Sweep(sweep))


def test_runs_that_were_skipped_because_they_would_find_nothing_are_seen_as_the_last_of_them(runtime, world):
    runtime.advance(START + timedelta(days=365, minutes=7))
    at = START + timedelta(days=365, minutes=5)
    assert last_run(world) == Run(started_at=at, ended_at=at, handled=0, failed=0, left=False)
    assert last_run(world, "reminders").started_at == START + timedelta(days=365)
    assert pretend.fired == []


def test_before_its_first_instant_a_sweep_has_not_run(runtime, world):
    runtime.advance(START + timedelta(minutes=4, seconds=59))
    assert last_run(world) is None
    runtime.advance(START + timedelta(minutes=5))
    assert last_run(world).started_at == START + timedelta(minutes=5)


def test_a_run_that_was_skipped_is_noted_once_for_each_move_and_not_for_each_instant(runtime, world):
    puts = []
    client = world.store._connection.client
    client.meta.events.register("provide-client-params.dynamodb.PutItem", lambda params, **_: puts.append(1))
    runtime.advance(START + timedelta(days=365))
    assert len(puts) == 2


def test_a_sweep_that_leaves_something_due_is_not_said_to_have_run_again(runtime, world):
    wake("outbox", START + timedelta(minutes=7))
    runtime.advance(START + timedelta(days=1, minutes=7))
    assert instants("outbox")
    assert last_run(world) is None, "the pretended sweep notes nothing of its own"
    assert last_run(world, "reminders") is not None


def test_a_sweep_that_has_just_run_is_not_said_to_have_run_again(runtime, world):
    wake("outbox", START + timedelta(minutes=7))
    pretend.act["outbox"] = gone()
    runtime.advance(START + timedelta(minutes=14))
    assert instants("outbox") == [START + timedelta(minutes=10)]
    assert last_run(world) is None
    runtime.advance(START + timedelta(minutes=15))
    assert last_run(world).started_at == START + timedelta(minutes=15)
