"""The sandbox over HTTP: one port on the loopback interface, before the product and before its own routes."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from chalicelib import wiring
from chalicelib.api.problems import problem
from chalicelib.domain.refusals import Refusal
from sandbox.exchange import Request, Response
from sandbox.lines import POLL_SECONDS, LoopbackLines
from sandbox.routes import SandboxRoutes
from sandbox.runtime import Runtime
from sandbox.simulators.serving import LoopbackServer
from sandbox.simulators.sign_in import SignInSimulator
from sandbox.storefront import Storefront, configured
from sandbox.world import make_world
from tools.storefront import DIST

LARGEST_BODY: Final = 10 * 1024 * 1024  # API Gateway takes no more
MOST_SKIPPED: Final = 10 * LARGEST_BODY
LONGEST_LINE: Final = 1024
IDLE_SECONDS: Final = 60
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
BODILESS: Final = (204, 304)
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Say = Callable[[str], None]


class PortTaken(OSError):
    """Something else listens on the port."""


class Sandbox:
    """A whole sandbox: world, runtime and server. One at a time in a process."""

    def __init__(
        self,
        *,
        start: datetime | None = None,
        port: int = 0,
        say: Say | None = None,
        dist: Path = DIST,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._server = listen(port)
        self.port, self.url = self._server.server_port, self._server.url
        # Links in mails and at the neighbors lead here, unless the storefront is said to be elsewhere.
        storefront_url = environment.get("STOREFRONT_URL") or self.url
        self.world = make_world(
            start=start, wire=True, environment={**environment, "STOREFRONT_URL": storefront_url}
        )
        # Imported here: the app is made once a process, and finds its world when a request comes.
        from app import app

        self.runtime = Runtime(world=self.world, app=app)
        self._provider = self._made_provider(storefront_url) if environment.get("SIGN_IN") == "oidc" else None
        provider = self._provider.url if self._provider is not None else None
        configuration = configured(self.world.settings.brand, environment, provider=provider)
        storefront = Storefront(dist=dist, configuration=configuration)
        self._server.routes = SandboxRoutes(world=self.world, runtime=self.runtime, storefront=storefront)
        self._server.runtime = self.runtime
        self._server.say = say
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="sandbox-http", daemon=True
        )

    def _made_provider(self, storefront_url: str) -> LoopbackServer:
        simulator = SignInSimulator(
            tokens=self.world.identity, clock=self.world.clock, storefront_url=storefront_url
        )
        server = LoopbackServer(simulator)
        simulator.public_url = server.url
        return server

    def start(self) -> None:
        """Answer requests, and let things happen by themselves."""
        self.world.neighbors.start()
        if self._provider is not None:
            self._provider.start()
        self.runtime.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop in good order; requests that are being answered are cut."""
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self.runtime.stop()
        self.world.neighbors.stop()
        if self._provider is not None:
            self._provider.stop()
        wiring.use(None)

    def wait(self) -> None:
        """Wait until it is stopped."""
        while self._thread.is_alive():
            self._thread.join(timeout=1)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(LoopbackLines):
    routes: SandboxRoutes
    runtime: Runtime
    say: Say | None = None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Seatwise-Sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    wbufsize = -1
    server: _Server

    def _handle(self) -> None:
        begun, request_id = time.perf_counter(), str(uuid.uuid4())
        try:
            body = self._body()
        except Refusal as refusal:
            self.close_connection = True
            self._send(_refused(refusal, request_id), request_id)
            return
        request = Request(
            method=self.command, target=self.path, headers=_joined(self.headers.items()), body=body
        )
        response = self._answered(request, request_id)
        self._send(response, request_id)
        self._tell(request, response, begun)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815

    def _answered(self, request: Request, request_id: str) -> Response:
        try:
            response = self.server.routes.answer(request, request_id=request_id)
            return response if response is not None else self.server.runtime.serve(request)
        except Exception as error:  # noqa: BLE001  (a fault of the sandbox; the product has its own answer)
            if self.server.say is not None:
                self.server.say(f"the sandbox failed: {type(error).__name__}: {error}")
            refusal = Refusal("internal_error", f"The sandbox failed: {type(error).__name__}.")
            return _refused(refusal, request_id)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        given = self.headers.get("Content-Length", "0").strip()
        if not (given.isascii() and given.isdigit()):
            raise Refusal("malformed_json", "Content-Length is no number.")
        if int(given) > LARGEST_BODY:
            self._skip(int(given))
            raise _too_large()
        return self.rfile.read(int(given))

    def _skip(self, length: int) -> None:
        """Hear somebody out who sends too much: many clients listen only then."""
        left = min(length, MOST_SKIPPED)
        while left > 0 and (chunk := self.rfile.read(min(left, 65_536))):
            left -= len(chunk)

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(LONGEST_LINE).partition(b";")[0].strip(), 16)
            except ValueError:
                raise Refusal("malformed_json", "The chunks of the body cannot be read.") from None
            if size < 0 or len(body) + size > LARGEST_BODY:
                raise _too_large()
            body += self.rfile.read(size)
            self.rfile.readline(LONGEST_LINE)  # what ends the chunk, or after the last one the trailer
            if not size:
                return bytes(body)

    def _send(self, response: Response, request_id: str) -> None:
        headers = {"X-Request-Id": request_id, **response.headers, **self._cors(response)}
        self.send_response(response.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if response.status not in BODILESS:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def _cors(self, response: Response) -> Mapping[str, str]:
        """Pages on this machine may call everything, whatever port they come from."""
        origin = self.headers.get("Origin") if hasattr(self, "headers") else None
        if not origin or urlsplit(origin).hostname not in LOOPBACK:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": ", ".join(METHODS),
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, X-Request-Id",
            "Access-Control-Expose-Headers": (
                "Content-Disposition, Idempotent-Replayed, Location, Retry-After, X-Request-Id"
            ),
            "Access-Control-Max-Age": "600",
            "Vary": ", ".join(filter(None, [response.headers.get("Vary"), "Origin"])),
        }

    def _tell(self, request: Request, response: Response, begun: float) -> None:
        # What pages ask for by themselves would bury what is done with them.
        by_itself = request.header("X-Sandbox-Page") or self.server.routes.is_file(request.path)
        if self.server.say is None or by_itself:
            return
        took = f"{(time.perf_counter() - begun) * 1000:.0f} ms"
        told = f"{request.method:<6} {request.path}  {response.status}  {took}"
        if response.headers.get("Content-Type") == "application/problem+json":
            told += f"  {json.loads(response.body).get('code')}"
        known_as = response.headers.get("X-Request-Id")
        self.server.say(f"{told}  {known_as}" if known_as else told)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """A request that cannot be read, or a method that does not exist, in the one form of all errors."""
        self.close_connection = True
        self.request_version = (
            self.protocol_version
        )  # whatever was asked for: without it there are no headers
        request_id = str(uuid.uuid4())
        known = {413: "payload_too_large", 414: "payload_too_large", 501: "method_not_allowed"}
        refusal = Refusal(known.get(code, "malformed_json"), message or "The request cannot be read.")
        if not hasattr(self, "command") or self.command is None:
            self.command = ""
        self._send(_refused(refusal, request_id), request_id)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Said in `_tell`."""


def listen(port: int) -> _Server:
    """A server on a loopback port, which answers nothing yet; raises PortTaken."""
    import errno

    try:
        return _Server(port, _Handler)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTaken(error.errno, f"port {port} cannot be used: {error.strerror}") from error
        raise


def _joined(headers: Any) -> dict[str, str]:
    """Headers by name; one that came several times as one, as API Gateway gives it."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _refused(refusal: Refusal, request_id: str) -> Response:
    found = problem(refusal, request_id=request_id)
    headers = {"Content-Type": "application/problem+json", **found.headers}
    return Response(status=found.status, headers=headers, body=json.dumps(found.body).encode())


def _too_large() -> Refusal:
    return Refusal("payload_too_large", "A request has at most 10 MB.")
