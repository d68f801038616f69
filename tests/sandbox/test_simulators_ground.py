"""What all simulators stand on: how they are reached, how the line fails, and what becomes of notices."""

from __future__ import annotations

import http.client
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.gateways.transport import HttpTransport, NoReply
from sandbox.exchange import Request, Response
from sandbox.simulators.faults import Faults, Faulty, Kind
from sandbox.simulators.notices import Mischief, Outbox
from sandbox.simulators.serving import DirectTransport, Late, LoopbackServer, Silence

NOON = datetime(2024, 1, 31, 12, 0, tzinfo=UTC)


class Echo:
    """Answers with what it was asked, and counts how often it worked."""

    def __init__(self):
        self.worked = 0

    def answer(self, request):
        self.worked += 1
        if request.path == "/silent":
            raise Silence
        body = f"{request.method} {request.target} ".encode() + request.body
        status = 204 if request.path == "/nothing" else 200
        return Response(status=status, headers={"X-Name": "echo"}, body=b"" if status == 204 else body)


def shape(kind, fault):
    return Response(status=429 if kind is Kind.RATE_LIMIT else 500, body=kind.value.encode())


def send(transport, url, *, method="GET", body=None, seconds=5.0):
    return transport.send(method=method, url=url, headers={}, body=body, seconds=seconds)


# --- over a real line ------------------------------------------------------------------------------------


@pytest.fixture
def echo():
    return Echo()


@pytest.fixture
def server(echo):
    server = LoopbackServer(echo)
    server.start()
    yield server
    server.stop()


def test_a_simulator_is_reached_over_the_loopback_interface(server):
    assert server.url.startswith("http://127.0.0.1:")
    reply = send(HttpTransport(), f"{server.url}/v1/things?a=b", method="POST", body=b"c=d")
    assert (reply.status, reply.headers["x-name"]) == (200, "echo")
    assert reply.body == b"POST /v1/things?a=b c=d"


def test_a_line_is_used_again_as_often_as_there_is_something_to_say(server):
    line = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port, timeout=5)
    for method in ("GET", "HEAD", "POST", "PATCH", "DELETE"):
        line.request(method, "/x")
        answer = line.getresponse()
        assert (answer.status, answer.will_close) == (200, False)
        assert answer.read() == (b"" if method == "HEAD" else f"{method} /x ".encode())
    line.request("GET", "/nothing")
    answer = line.getresponse()
    assert (answer.status, answer.read(), answer.getheader("Content-Length")) == (204, b"", None)
    line.close()


def test_silence_is_a_line_that_ends(server):
    with pytest.raises(NoReply) as caught:
        send(HttpTransport(), f"{server.url}/silent")
    assert caught.value.sent is True
    assert send(HttpTransport(), f"{server.url}/x").status == 200


def test_an_answer_can_be_late_over_a_real_line(echo):
    faults = Faults()
    faults.plan("slow", seconds=60)
    server = LoopbackServer(Faulty(echo, faults, shape=shape))
    server.start()
    with pytest.raises(NoReply) as caught:
        send(HttpTransport(), f"{server.url}/x", seconds=0.2)
    server.stop()  # which does not wait for it
    assert caught.value.sent is True
    assert echo.worked == 1


def test_nobody_is_there_once_it_has_stopped(echo):
    server = LoopbackServer(echo)
    server.stop()
    with pytest.raises(NoReply) as caught:
        send(HttpTransport(), server.url)
    assert caught.value.sent is False


# --- without a line --------------------------------------------------------------------------------------


def test_the_longest_address_that_fits_is_meant(echo):
    other = Echo()
    transport = DirectTransport({"https://a.test": echo, "https://a.test/graph/": other})
    assert send(transport, "https://a.test/graph/v1.0/x?y=z").body == b"GET /graph/v1.0/x?y=z "
    assert send(transport, "https://a.test/graphs").headers == {"x-name": "echo"}
    assert send(transport, "https://a.test").body == b"GET / "
    assert (echo.worked, other.worked) == (2, 1)


@pytest.mark.parametrize("url", ["https://b.test/x", "https://a.test.evil/x", "http://a.test/x"])
def test_nobody_is_at_another_address(echo, url):
    with pytest.raises(NoReply) as caught:
        send(DirectTransport({"https://a.test": echo}), url)
    assert caught.value.sent is False
    assert echo.worked == 0


def test_silence_may_mean_that_it_was_done(echo):
    with pytest.raises(NoReply) as caught:
        send(DirectTransport({"https://a.test": echo}), "https://a.test/silent")
    assert caught.value.sent is True


def test_a_late_answer_takes_no_time_without_a_line():
    class Slow:
        def answer(self, request):
            return Late(status=200, body=b"x", seconds=30)

    transport = DirectTransport({"https://a.test": Slow()})
    assert send(transport, "https://a.test", seconds=31).status == 200
    with pytest.raises(NoReply) as caught:
        send(transport, "https://a.test", seconds=30)
    assert caught.value.sent is True


# --- trouble ---------------------------------------------------------------------------------------------


def ask(door, target="/x", method="GET"):
    return door.answer(Request(method=method, target=target))


@pytest.mark.parametrize(
    ("kind", "status", "worked"),
    [("error", 500, 0), ("error_after", 500, 1), ("storm", 503, 0), ("rate_limit", 429, 0), ("slow", 200, 1)],
)
def test_trouble_comes_before_or_after_the_work(echo, kind, status, worked):
    faults = Faults()
    faults.plan(kind, retry_after="3", seconds=2)
    answer = ask(Faulty(echo, faults, shape=shape))
    assert (answer.status, echo.worked) == (status, worked)
    assert answer.headers.get("Retry-After") == ("3" if kind == "rate_limit" else None)
    assert answer.headers.get("Content-Type") == ("text/html" if kind == "storm" else None)
    assert getattr(answer, "seconds", None) == (2 if kind == "slow" else None)
    assert faults.taken == 1


@pytest.mark.parametrize(("kind", "worked"), [("timeout", 1), ("refused_line", 0)])
def test_silence_comes_before_or_after_the_work(echo, kind, worked):
    faults = Faults()
    faults.plan(kind)
    door = Faulty(echo, faults, shape=shape)
    with pytest.raises(Silence):
        ask(door)
    assert echo.worked == worked
    assert ask(door).status == 200


def test_trouble_is_for_the_requests_that_fit_and_so_many_of_them(echo):
    faults, door = Faults(), None
    door = Faulty(echo, faults, shape=shape)
    faults.plan("error", method="POST", path=r"/orders/\d+\?", count=2, after=1)
    assert ask(door, "/orders/1?x", "GET").status == 200
    assert ask(door, "/orders/x?x", "POST").status == 200
    statuses = [ask(door, "/orders/1?x", "POST").status for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert faults.planned == []


def test_what_is_planned_is_shown_and_can_be_called_off(echo):
    faults = Faults()
    faults.plan("storm", path="/x", count=3)
    assert [(each["kind"], each["path"], each["count"]) for each in faults.planned] == [("storm", "/x", 3)]
    faults.at_random(share=100, seed=1)
    faults.clear()
    assert ask(Faulty(echo, faults, shape=shape)).status == 200
    assert faults.taken == 0


def by_chance(seed, *, share=40, **more):
    faults, echo = Faults(), Echo()
    faults.at_random(share=share, seed=seed, **more)
    door, seen = Faulty(echo, faults, shape=shape), []
    for number in range(200):
        before = echo.worked
        try:
            status = ask(door, f"/{'never' if number % 10 == 0 else 'x'}").status
        except Silence:
            status = 0
        seen.append((status, echo.worked - before))
    return seen, faults.taken


def test_chance_is_the_same_for_the_same_seed():
    assert by_chance(1) == by_chance(1)
    assert by_chance(1) != by_chance(2)


def test_chance_takes_its_share_half_before_the_work_and_half_after():
    seen, taken = by_chance(1)
    assert 60 <= taken <= 100
    failed = [worked for status, worked in seen if status != 200]
    assert len(failed) == taken
    assert 0.35 <= sum(failed) / len(failed) <= 0.65
    assert {status for status, _ in seen} == {200, 500, 0}


def test_chance_never_takes_what_it_is_told_to_spare():
    seen, taken = by_chance(1, share=100, never="^/never")
    assert [status for status, _ in seen[::10]] == [200] * 20
    assert taken == 180


# --- notices ---------------------------------------------------------------------------------------------


class Post:
    """An outbox with the mischief of its way."""

    def __init__(self):
        self.mischief = Mischief()
        self.outbox = Outbox(
            sign=lambda body, at: {"Signed": f"{body.decode()} {at:%H:%M}"}, mischief=self.mischief
        )

    def put(self, *names):
        for name in names:
            self.outbox.put(due_at=NOON, target="/hook", body=name.encode())

    def taken(self, at=NOON):
        found = []
        while notice := self.outbox.take(at):
            found.append(notice.body.decode())
        return found


@pytest.fixture
def post():
    return Post()


def test_notices_come_in_order_when_their_moment_has_come(post):
    post.put("a", "b")
    assert not post.outbox.has(NOON - timedelta(seconds=1))
    assert post.outbox.take(NOON - timedelta(seconds=1)) is None
    assert post.outbox.next_at() == NOON
    assert post.outbox.has(NOON)
    assert post.taken() == ["a", "b"]
    assert post.outbox.next_at() is None


def test_a_notice_is_signed_when_it_is_sent(post):
    post.put("a")
    later = NOON + timedelta(hours=1)
    notice = post.outbox.take(later)
    assert (notice.target, notice.headers) == ("/hook", {"Signed": "a 13:00"})


@pytest.mark.parametrize(
    ("trick", "at_noon", "later"),
    [
        ("lost", ["b"], []),
        ("duplicate", ["a", "a", "b"], []),
        ("late", ["b"], ["a"]),
        ("reorder", ["b", "a"], []),
    ],
)
def test_mischief_happens_to_the_next_notice_alone(post, trick, at_noon, later):
    post.mischief.plan(trick, late_by=timedelta(minutes=10))
    assert post.mischief.planned == [trick]
    post.put("a", "b")
    assert post.taken() == at_noon
    assert post.taken(NOON + timedelta(minutes=10) - timedelta(seconds=1)) == []
    assert post.taken(NOON + timedelta(minutes=10)) == later


def test_mischief_can_happen_to_several(post):
    post.mischief.plan("lost", count=2)
    post.put("a", "b", "c")
    assert post.taken() == ["c"]


def test_a_notice_that_nothing_overtakes_comes_in_the_end(post):
    post.mischief.plan("reorder", late_by=timedelta(minutes=3))
    post.put("a")
    assert post.outbox.next_at() == NOON + timedelta(minutes=3)
    assert post.taken(NOON + timedelta(minutes=3)) == ["a"]


def test_mischief_can_be_called_off(post):
    post.mischief.plan("lost")
    post.mischief.clear()
    post.put("a")
    assert post.taken() == ["a"]


def test_what_was_not_taken_is_sent_again_and_counted(post):
    post.put("a")
    first = post.outbox.take(NOON)
    post.outbox.again(first, at=NOON + timedelta(hours=1))
    assert post.outbox.take(NOON) is None
    again = post.outbox.take(NOON + timedelta(hours=1))
    assert (again.body, again.tries, again.headers) == (b"a", 2, {"Signed": "a 13:00"})
