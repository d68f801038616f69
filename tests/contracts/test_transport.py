"""The line to a neighbor: what is known when no answer comes, and that nothing takes longer than it may."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from chalicelib.gateways import transport
from chalicelib.gateways.transport import Budget, HttpTransport, NoReply, limited_by, limited_to
from sandbox.exchange import Response
from sandbox.simulators.serving import LoopbackServer, Silence


class Saying:
    """A simulator that answers with one thing, or not at all."""

    def __init__(self, answer):
        self.answer = answer if callable(answer) else lambda _: answer


@contextmanager
def served(answer):
    server = LoopbackServer(Saying(answer))
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def dripping(*pieces, every: float):
    """A server that sends its answer in pieces, slowly."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listening.accept()
        with line:
            line.recv(65_536)
            try:
                for piece in pieces:
                    line.sendall(piece)
                    time.sleep(every)
            except OSError:
                return  # the caller has had enough

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()
        thread.join(timeout=5)


def send(url, *, method="GET", body=None, seconds=5.0):
    return HttpTransport().send(
        method=method, url=url, headers={"X-Asked": "yes"}, body=body, seconds=seconds
    )


def test_a_reply_is_its_status_its_headers_in_lower_case_and_its_bytes():
    with served(Response(status=201, headers={"Request-Id": "req_1"}, body=b"\xff\x00")) as url:
        reply = send(url, method="POST", body=b"{}")
    assert (reply.status, reply.headers["request-id"], reply.body) == (201, "req_1", b"\xff\x00")


def test_an_error_of_the_other_side_is_a_reply_like_any_other():
    with served(Response(status=503, body=b"<html>")) as url:
        assert send(url).status == 503


def test_a_redirect_is_not_followed():
    with served(Response(status=302, headers={"Location": "https://elsewhere.example/"})) as url:
        assert send(url).status == 302


def test_where_nobody_listens_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NoReply) as caught:
        send(f"http://127.0.0.1:{port}")
    assert caught.value.sent is False


def test_a_line_that_is_cut_may_have_carried_the_request_and_it_is_not_sent_again():
    asked = []

    def cut(request):
        asked.append(request)
        raise Silence

    with served(cut) as url, pytest.raises(NoReply) as caught:
        send(url, method="POST", body=b"{}")
    assert caught.value.sent is True
    assert len(asked) == 1


def test_an_answer_that_does_not_come_in_time_is_none():
    with dripping(b"", every=1.0) as url, pytest.raises(NoReply) as caught:
        send(url, seconds=0.3)
    assert caught.value.sent is True


def test_an_answer_that_drips_in_is_none_either():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    began = time.monotonic()
    with dripping(head, *([b"x"] * 20), every=0.1) as url, pytest.raises(NoReply) as caught:
        send(url, seconds=0.4)
    assert caught.value.sent is True
    assert time.monotonic() - began < 3  # every single piece came in time, and yet it is over


def test_an_endless_answer_is_cut():
    with (
        served(Response(status=200, body=b"x" * (transport.LARGEST_REPLY + 1))) as url,
        pytest.raises(NoReply),
    ):
        send(url)


def test_an_errand_that_has_no_time_left_sends_nothing():
    with pytest.raises(NoReply) as caught:
        Budget(0.0).share(5)
    assert caught.value.sent is False


def test_an_errand_gets_no_more_than_is_left_of_its_function():
    with limited_to(1.0):
        assert Budget(20).share(8) <= 1.0
        with limited_to(60):
            assert Budget(20).left <= 1.0
    assert Budget(20).left > 19


def test_a_wait_that_would_leave_no_time_to_ask_is_not_begun():
    waits: list[float] = []
    budget = Budget(2, pause=waits.append)
    assert budget.wait(1.5)
    assert not budget.wait(5)
    assert waits == [1.5]


class Context:
    def __init__(self, milliseconds):
        self.get_remaining_time_in_millis = lambda: milliseconds


def test_a_function_keeps_time_to_note_what_came_of_it():
    with limited_by(Context(10_000)):
        assert 5 < Budget(20).left <= 6
    with limited_by(Context(300_000)):
        assert Budget(60).left <= transport.LONGEST
    with limited_by(None):
        assert Budget(60).left <= transport.LONGEST
