"""How a simulator is reached: over a real line on the loopback interface, or handed a request directly."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from chalicelib.gateways.transport import NoReply, Reply
from sandbox.exchange import Request, Response
from sandbox.lines import JOIN_SECONDS, POLL_SECONDS, LoopbackLines

IDLE_SECONDS: Final = 60
LARGEST_BODY: Final = 10 * 1024 * 1024
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Silence(Exception):
    """The caller hears nothing: the line is cut."""


class Simulator(Protocol):
    """A neighbor that answers what it is asked over HTTP."""

    def answer(self, request: Request) -> Response:
        """What it answers; raises Silence when the caller is to hear nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late(Response):
    """An answer that comes after so many seconds of real time."""

    seconds: float = 0.0


class LoopbackServer:
    """A simulator on a port of the loopback interface."""

    def __init__(self, simulator: Simulator, *, port: int = 0) -> None:
        self._server = _Server(port, simulator)
        self.port, self.url = self._server.server_port, self._server.url
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Answer requests."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="simulator-http", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop in good order; requests that are being answered are cut."""
        self._server.stopping.set()
        if self._thread is not None:  # what never ran cannot be told to stop
            self._server.shutdown()
            self._thread.join(timeout=JOIN_SECONDS)
            self._thread = None
        self._server.hang_up()
        self._server.server_close()


class DirectTransport:
    """A transport that hands each request to the simulator at its address, without a line between."""

    def __init__(self, at: Mapping[str, Simulator]) -> None:
        self._at = {base.rstrip("/"): simulator for base, simulator in at.items()}

    def send(
        self, *, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Reply:
        """See Transport."""
        simulator = self._found(url)
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        given = {"Host": parts.netloc, **headers}
        try:
            answer = simulator.answer(Request(method=method, target=target, headers=given, body=body or b""))
        except Silence as silence:
            raise NoReply("the line was cut", sent=True) from silence
        if isinstance(answer, Late) and answer.seconds >= seconds:
            raise NoReply("no answer in time", sent=True)
        return Reply(
            status=answer.status,
            headers={name.lower(): value for name, value in answer.headers.items()},
            body=b"" if method == "HEAD" else answer.body,
        )

    def _found(self, url: str) -> Simulator:
        bases = [base for base in self._at if url == base or url.startswith((f"{base}/", f"{base}?"))]
        if not bases:
            raise NoReply("nobody is there", sent=False)
        return self._at[max(bases, key=len)]


class _Server(LoopbackLines):
    def __init__(self, port: int, simulator: Simulator) -> None:
        self.simulator = simulator
        self.stopping = threading.Event()
        super().__init__(port, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Seatwise-Simulator"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    wbufsize = -1
    server: _Server

    def _handle(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(Response(status=http.client.LENGTH_REQUIRED))
            return
        request = Request(
            method=self.command, target=self.path, headers=dict(self.headers.items()), body=body
        )
        try:
            answer = self.server.simulator.answer(request)
        except Silence:
            self.close_connection = True  # and nothing is written: the caller sees the line end
            return
        if isinstance(answer, Late):
            self.server.stopping.wait(answer.seconds)
        self._send(answer)

    def _body(self) -> bytes | None:
        """What was sent with the request; None if it does not say how long it is, or is too long."""
        given = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not given.isdigit() or int(given) > LARGEST_BODY:
            return None
        return self.rfile.read(int(given))

    def _send(self, answer: Response) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != http.client.NO_CONTENT:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is given)
        """Nothing: who wants to know what was asked reads the simulator's state."""


for _method in METHODS:
    setattr(_Handler, f"do_{_method}", _Handler._handle)  # noqa: SLF001  (one way to handle them all)
