"""What AWS does by itself: schedules fire, queues are drained, notices of the neighbors arrive.

Requests run beside each other, as in a deployment; what follows from them is worked off alone, before the
next request is let in. So whoever asks sees a sandbox in which everything has happened that had to.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalice.app import Chalice

from chalicelib.domain.refusals import not_found
from chalicelib.domain.timetable import Run
from chalicelib.domain.waking import Sweep
from chalicelib.gateways.queue import BATCH
from sandbox.aws import ACCOUNT, REGION, VISIBILITY_SECONDS
from sandbox.clock import FURTHEST, Backwards, BadInstant, Duration, written
from sandbox.exchange import Request, Response
from sandbox.front import Front, context
from sandbox.simulators.notices import Notice
from sandbox.timetable import Consumer, Schedule, consumers_of, schedules_of
from sandbox.world import SandboxWorld

LOOK_EVERY_SECONDS: Final = 0.5  # real time between two looks for what is due
FUNCTION_TIMEOUT_MS: Final = 300_000
SLOWEST: Final = timedelta(days=1)  # what is due and cannot be done is tried at least this often
# The sweep that walks through everything finds no entries in the index. It comes every night; here often
# enough to keep us signed in at Microsoft, and to see what no notice has told.
WALKS: Final = "reconciliations"
WALK_EVERY: Final = timedelta(days=60)
NOTICE_TRIES: Final = 10  # then the neighbors give up, and a sweep has to look
NOTICE_WAIT: Final = timedelta(minutes=5)  # before the second try; doubled from then on
TROUBLES_KEPT: Final = 50
MOST_ROUNDS: Final = 10_000  # messages may cause messages, but not for ever

Rows = frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that went wrong behind the scenes, for whoever looks at the sandbox."""

    at: datetime
    where: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leftover:
    """What a sweep has left due: how often exactly this, and when last."""

    rows: Rows
    times: int
    at: datetime

    def again_at(self, schedule: Schedule) -> datetime:
        """When it is worth another try: ever later, but not for ever."""
        wait: timedelta = schedule.period * 2 ** min(self.times, 20)
        return self.at + min(wait, SLOWEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hidden:
    """A message that failed, until it becomes visible again."""

    visible_at: datetime
    url: str
    message_id: str


class _Turns:
    """Requests share a turn, work has its turn alone; work that waits goes before requests that come."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._serving = self._waiting = 0
        self._working = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """A turn beside others that share it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._working and not self._waiting)
            self._serving += 1
        try:
            yield
        finally:
            with self._changed:
                self._serving -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A turn of one's own."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._working and not self._serving)
            self._waiting -= 1
            self._working = True
        try:
            yield
        finally:
            with self._changed:
                self._working = False
                self._changed.notify_all()


class Runtime:
    """The services of AWS that call the product, for one world."""

    def __init__(self, *, world: SandboxWorld, app: Chalice) -> None:
        self._world = world
        self._front = Front(app)
        self._schedules = {schedule.name: schedule for schedule in schedules_of(app)}
        self._consumers = consumers_of(app, world.aws)
        self._turns = _Turns()
        self._walked_at = world.now()
        self._known_until = {name: world.now() for name in self._schedules}  # when each ran, or could have
        self._failed: set[str] = set()  # those whose last run did
        self._owed = False  # something follows from a request that has been answered
        self._leftovers: dict[str, _Leftover] = {}
        self._hidden: list[_Hidden] = []
        self._troubles: deque[Trouble] = deque(maxlen=TROUBLES_KEPT)
        self._wanted = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    # --- requests ------------------------------------------------------------------------------------

    def serve(self, request: Request) -> Response:
        """Answer a request to the product; what follows from it is worked off once it is answered."""
        if self._owed:
            self.settle()
        with self._turns.shared():
            response = self._front.answer(request)
            if not self._is_quiet():
                self._owed = True
                self._wanted.set()
        return response

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """A turn alone, with everything worked off before and after."""
        with self._turns.alone():
            self._settle(Counter())
            yield
            self._settle(Counter())

    def settle(self) -> Mapping[str, int]:
        """Do everything that is to be done at this instant; which sweeps fired, and how often."""
        fired = Counter[str]()
        with self._turns.alone():
            self._settle(fired)
        return dict(sorted(fired.items()))

    # --- time ----------------------------------------------------------------------------------------

    def advance(self, to: datetime | Duration) -> Mapping[str, int]:
        """Move the clock; every schedule fires at its own instants on the way. How often each one did.

        A duration counts from when it is this call's turn. Instants at which a schedule would find nothing
        are skipped. What is due and cannot be done is tried again, ever less often.
        """
        clock, fired = self._world.clock, Counter[str]()
        with self._turns.alone():
            if isinstance(to, Duration):
                to = to.after(self._world.now())
            if to - clock.now() > FURTHEST:
                raise BadInstant("At most a hundred years at a time.")
            if to < clock.now().replace(microsecond=0):
                raise Backwards(f"The clock is at {written(clock.now())} already, and time moves forward.")
            now = clock.stop()
            self._settle(fired)
            while (following := self._next(after=now)) is not None and following[0] <= to:
                now, schedules = following
                clock.put(now)
                self._let_time_tell(now)
                self._drain()
                for schedule in schedules:
                    self._fire(schedule, fired)
            clock.put(to)
            self._settle(fired)
        return dict(sorted(fired.items()))

    def fire(self, name: str) -> Mapping[str, int]:
        """Run one sweep now, whether or not anything is due; not_found if there is no such sweep."""
        fired = Counter[str]()
        with self._turns.alone():
            if name not in self._schedules:
                raise not_found("sweep")
            self._settle(fired)
            self._fire(self._schedules[name], fired)
            self._settle(fired)
        return dict(sorted(fired.items()))

    def next_instant(self) -> datetime | None:
        """When something will happen next by itself; None if nothing will."""
        following = self._next(after=self._world.now(), walks=False)
        return following[0] if following else None

    # --- by itself -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Work things off without being asked, from now on."""
        self._thread = threading.Thread(target=self._work, name="sandbox-runtime", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop in good order."""
        self._stopping = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    @property
    def troubles(self) -> list[Trouble]:
        """What went wrong behind the scenes lately, newest first."""
        return list(reversed(self._troubles))

    # --- inside --------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            self._wanted.wait(LOOK_EVERY_SECONDS)
            self._wanted.clear()
            if self._stopping:
                return
            try:
                now = self._world.now()
                if self._owed or not self._is_quiet() or self._due(now) or self._passed(now):
                    self.settle()
            except Exception as error:  # noqa: BLE001  (whatever it was, the sandbox goes on and shows it)
                self._note("sandbox", error)

    def _settle(self, fired: Counter[str]) -> None:
        now = self._world.now()
        self._owed = False
        self._let_time_tell(now)
        self._drain()
        for _ in range(MOST_ROUNDS):
            due = self._due(now)
            if not due:
                self._note_passed(now)
                return
            for schedule in due:
                self._fire(schedule, fired)
        raise RuntimeError("the sweeps find something to do again and again")

    def _due(self, now: datetime) -> list[Schedule]:
        """The schedules that would find something now which they have not just left."""
        found = []
        for name, wakes in self._world.aws.wakes(at=written(now)).items():
            schedule, left = self._schedules.get(name), self._leftovers.get(name)
            if schedule is None or not wakes.due:
                continue
            if left is None or wakes.due - left.rows or left.again_at(schedule) <= now:
                found.append(schedule)
        return sorted(found, key=lambda schedule: list(self._schedules).index(schedule.name))

    def _next(self, *, after: datetime, walks: bool = True) -> tuple[datetime, list[Schedule]] | None:
        """The next instant at which something will happen, and the schedules that fire then."""
        second = timedelta(seconds=1)
        ticks: list[tuple[datetime, Schedule]] = []
        for name, wakes in self._world.aws.wakes(at=written(after)).items():
            schedule, left = self._schedules.get(name), self._leftovers.get(name)
            if schedule is None:
                continue
            if wakes.following is not None:
                ticks.append((schedule.first(_read(wakes.following)), schedule))
            if wakes.due:
                known = left is not None and not wakes.due - left.rows
                again_at = left.again_at(schedule) if left is not None and known else after
                ticks.append((schedule.first(max(again_at, after + second)), schedule))
        instants = [tick for tick, _ in ticks] + [hidden.visible_at for hidden in self._hidden]
        neighbors = (self._world.stripe, self._world.partner_center)
        instants += [told_at for each in neighbors if (told_at := each.next_notice_at()) is not None]
        if walks and WALKS in self._schedules:
            walk = self._schedules[WALKS]
            tick = walk.first(max(self._walked_at + WALK_EVERY, after + second))
            # Whether there is anything to walk through is only asked when it would be next:
            # for that every subscription is read.
            if tick <= min(instants, default=tick) and self._world.linked():
                ticks.append((tick, walk))
                instants.append(tick)
        if not instants:
            return None
        first = max(min(instants), after)
        firing = {schedule.name for tick, schedule in ticks if tick == first}
        return first, [schedule for name, schedule in self._schedules.items() if name in firing]

    def _fire(self, schedule: Schedule, fired: Counter[str]) -> None:
        """Invoke a sweep as EventBridge does, and work off what follows from it."""
        now = self._world.now()
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": written(now),
            "region": REGION,
            "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/seatwise-sandbox-{schedule.name}"],
            "detail": {},
        }
        fired[schedule.name] += 1
        self._known_until[schedule.name] = now
        self._failed.discard(schedule.name)
        if schedule.name == WALKS:
            self._walked_at = now
        try:
            schedule.handler(event, context(schedule.name, remaining_ms=FUNCTION_TIMEOUT_MS))
        except Exception as error:  # noqa: BLE001  (Lambda notes it too, and the next run comes)
            self._note(f"sweep {schedule.name}", error)
            self._failed.add(schedule.name)
        self._drain()
        self._note_leftover(schedule, now)

    def _passed(self, now: datetime) -> list[tuple[Schedule, datetime]]:
        """The schedules that had an instant of their own since they last ran, and the last such instant."""
        return [
            (schedule, instant)
            for name, schedule in self._schedules.items()
            if (instant := schedule.last(now)) > self._known_until[name]
        ]

    def _note_passed(self, now: datetime) -> None:
        """Have the operator see the runs that were skipped because they would have found nothing.

        Once for each sweep, when the clock has come to rest. Of what is due and could not be done, and of a
        comparison with Microsoft that failed, nothing is said: there the last run was the true one.
        """
        passed = self._passed(now)
        wakes = self._world.aws.wakes(at=written(now)) if passed else {}
        for schedule, instant in passed:
            name = schedule.name
            self._known_until[name] = instant
            left = wakes[name].due if name in wakes else frozenset()
            if not left and not (name == WALKS and name in self._failed):
                run = Run(started_at=instant, ended_at=instant, handled=0, failed=0, left=False)
                self._world.store.note_run(Sweep(name), run)

    def _note_leftover(self, schedule: Schedule, now: datetime) -> None:
        wakes, before = (
            self._world.aws.wakes(at=written(now)).get(schedule.name),
            self._leftovers.get(schedule.name),
        )
        rows = wakes.due if wakes else frozenset()
        if not rows:
            self._leftovers.pop(schedule.name, None)
            return
        times = before.times + 1 if before is not None and before.rows == rows else 0
        self._leftovers[schedule.name] = _Leftover(rows=rows, times=times, at=now)

    def _let_time_tell(self, now: datetime) -> None:
        """Remove rows whose time to live is over, and show messages whose visibility time-out is."""
        self._world.aws.remove_expired(now)
        for hidden in [each for each in self._hidden if each.visible_at <= now]:
            self._world.aws.release(hidden.url, hidden.message_id)
            self._hidden.remove(hidden)

    def _is_quiet(self) -> bool:
        aws, world = self._world.aws, self._world
        waits = world.mail.has_events or any(aws.waiting(consumer.url) for consumer in self._consumers)
        now = world.now()
        return not (waits or world.stripe.has_notices(now) or world.partner_center.has_notices(now))

    def _drain(self) -> None:
        """Receive until the queues are empty and every notice has arrived."""
        for _ in range(MOST_ROUNDS):
            if self._is_quiet():
                return
            self._post_notices()
            self._hand_on_mail_events()
            for consumer in self._consumers:
                self._receive(consumer)
        raise RuntimeError("messages cause messages again and again")

    def _receive(self, consumer: Consumer) -> None:
        """Hand over one batch as Lambda's poller does: what fails comes back, the rest is deleted."""
        if not self._world.aws.waiting(consumer.url):
            return
        sqs = self._world.client("sqs")
        received = sqs.receive_message(
            QueueUrl=consumer.url, MaxNumberOfMessages=consumer.batch_size, AttributeNames=["All"]
        ).get("Messages", [])
        if not received:
            return
        failed = self._invoke(consumer, received)
        done = [message for message in received if message["MessageId"] not in failed]
        if done:
            sqs.delete_message_batch(
                QueueUrl=consumer.url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
                    for n, message in enumerate(done)
                ],
            )
        visible_at = self._world.now() + timedelta(seconds=VISIBILITY_SECONDS)
        for message_id in failed:
            self._hidden.append(_Hidden(visible_at=visible_at, url=consumer.url, message_id=message_id))

    def _invoke(self, consumer: Consumer, received: list[dict[str, Any]]) -> set[str]:
        """The ids of the messages that failed: all, if the function fails or names one that is not there."""
        everything = {message["MessageId"] for message in received}
        event = {"Records": [_record(message, consumer) for message in received]}
        try:
            answer = consumer.handler(event, context(consumer.name, remaining_ms=FUNCTION_TIMEOUT_MS)) or {}
            failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or []}
        except Exception as error:  # noqa: BLE001  (Lambda gives the whole batch back)
            self._note(f"queue {consumer.name}", error)
            return everything
        if failed:
            self._troubles.append(
                Trouble(
                    at=self._world.now(),
                    where=f"queue {consumer.name}",
                    what=f"{len(failed)} messages failed",
                )
            )
        return everything if failed - everything else failed

    def _post_notices(self) -> None:
        """Send what the neighbors have to tell to the product's own webhooks."""
        for neighbor in (self._world.stripe, self._world.partner_center):
            while (notice := neighbor.take_notice(self._world.now())) is not None:
                if not self._post(notice) and notice.tries < NOTICE_TRIES:
                    wait = NOTICE_WAIT * 2 ** (notice.tries - 1)
                    neighbor.send_again(notice, at=self._world.now() + wait)

    def _hand_on_mail_events(self) -> None:
        """Put what SES has said into its queue, as EventBridge does."""
        said = self._world.mail.take_events()
        for start in range(0, len(said), BATCH):
            entries = [
                {"Id": str(n), "MessageBody": json.dumps(event)}
                for n, event in enumerate(said[start : start + BATCH])
            ]
            self._world.client("sqs").send_message_batch(
                QueueUrl=self._world.aws.mail_events_url, Entries=entries
            )

    def _post(self, notice: Notice) -> bool:
        """Whether the product has taken it."""
        request = Request(method="POST", target=notice.target, headers=notice.headers, body=notice.body)
        response = self._front.answer(request)
        if response.status < 300:  # noqa: PLR2004
            return True
        what = f"{response.status} {response.body.decode(errors='replace')[:200]}"
        self._troubles.append(Trouble(at=self._world.now(), where=notice.target, what=what))
        return False

    def _note(self, where: str, error: Exception) -> None:
        self._troubles.append(
            Trouble(at=self._world.now(), where=where, what=f"{type(error).__name__}: {error}")
        )


def _record(message: dict[str, Any], consumer: Consumer) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": consumer.arn,
        "awsRegion": REGION,
    }


def _read(instant: str) -> datetime:
    return datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
