"""One function as Lambda runs it: a process of AWS's own runtime client, with the package and no more.

The other end of the runtime client, the Runtime API, is played here on the loopback interface.
"""

from __future__ import annotations

import json
import os
import platform
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Final, Self
from zipfile import ZipFile

# What stands in for AWS's image, beside Python itself: the runtime client and what it needs.
IMAGE: Final = ("awslambdaric", "runtime_client*.so", "simplejson", "snapshot_restore_py.py")

# How Lambda calls the processor of this machine.
HERE: Final = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")

REQUEST: Final = "8f507cfc-xmpl-4697-b07a-ac58fc914c95"
FUNCTION: Final = "arn:aws:lambda:us-east-1:000000000000:function:seatwise"
PATIENCE: Final = 60.0  # seconds
LAST_WORDS: Final = 5_000  # characters, of what a function has said before it failed
TIME_LEFT: Final = 300_000  # milliseconds, which the function is told


class FunctionFailed(Exception):
    """The function ended, or answered with an error; the message has what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a function answered to one event, and when it was heard, by `time.perf_counter`."""

    value: Any
    at: float


class _RuntimeApi(ThreadingHTTPServer):
    """Hands out the events that it is given, and takes the answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.asked = threading.Event()
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[tuple[str, bytes, float]] = queue.SimpleQueue()

    def handle_error(self, *_: Any) -> None:
        """A function that is ended hangs up in the middle of its question."""


class _Exchange(BaseHTTPRequestHandler):
    """One request of the runtime client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or else each answer waits for the other side's acknowledgment
    wbufsize = -1
    server: _RuntimeApi

    def do_GET(self) -> None:
        """The next event, as soon as there is one."""
        self.server.asked.set()
        body = json.dumps(self.server.events.get()).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", REQUEST)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + TIME_LEFT))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", FUNCTION)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """An answer, or an error."""
        at = time.perf_counter()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answers.put((self.path.rpartition("/")[2], body, at))

    def log_message(self, *_: Any) -> None:
        """Nobody reads along."""


class Function:
    """A function that runs for as long as the `with` lasts."""

    def __init__(
        self,
        handler: str,
        *,
        package: Path,
        image: Path,
        environment: Mapping[str, str],
        imports_told: bool = False,
    ) -> None:
        self._command = [
            *(sys.executable, "-S", *(["-v"] if imports_told else [])),
            *("-m", "awslambdaric", handler),
        ]
        self._package = package
        self._environment = {**environment, "PYTHONPATH": os.pathsep.join(map(str, (package, image)))}
        self._api = _RuntimeApi()
        self._folder = TemporaryDirectory()
        self.begun = 0.0

    def __enter__(self) -> Self:
        threading.Thread(target=self._api.serve_forever, args=(0.01,), daemon=True).start()
        host, port = self._api.server_address[:2]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",  # /var/task is read-only
            "TZ": ":UTC",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_LAMBDA_FUNCTION_NAME": "seatwise",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}",
            "LAMBDA_TASK_ROOT": str(self._package),
            **self._environment,
        }
        self._out = (Path(self._folder.name) / "out").open("wb")
        self._errors = (Path(self._folder.name) / "errors").open("wb")
        self.begun = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603  (Python, with the package that was built here)
            self._command, cwd=self._package, env=environment, stdout=self._out, stderr=self._errors
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._out.close()
        self._errors.close()
        self._api.shutdown()
        self._api.server_close()
        self._folder.cleanup()

    def wait(self) -> None:
        """Until it has started, and asks for its first event."""
        until = time.monotonic() + PATIENCE
        while not self._api.asked.wait(timeout=0.2):
            if self._process.poll() is not None or time.monotonic() > until:
                raise FunctionFailed(self._last_words())

    def invoke(self, event: Any) -> Answer:
        """What the function answers to an event."""
        self._api.events.put(event)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                kind, body, at = self._api.answers.get(timeout=0.2)
            except queue.Empty:
                if self._process.poll() is None and time.monotonic() < until:
                    continue
                raise FunctionFailed(self._last_words()) from None
            if kind != "response":
                raise FunctionFailed(body.decode() + self._last_words())
            return Answer(value=json.loads(body), at=at)

    def round_trip(self, event: Any) -> float:
        """Seconds from an event to its answer."""
        begun = time.perf_counter()
        return self.invoke(event).at - begun

    def imported(self) -> set[str]:
        """Every module that it has imported until now, if it was started to tell."""
        said = (Path(self._folder.name) / "errors").read_text(errors="replace")
        return set(re.findall(r"^import '([\w.]+)' #", said, re.MULTILINE))

    def said(self) -> str:
        """What it has written into its log."""
        return (Path(self._folder.name) / "out").read_text(errors="replace")

    def _last_words(self) -> str:
        errors = (Path(self._folder.name) / "errors").read_text(errors="replace")
        return f"{self.said()}\n{errors[-LAST_WORDS:]}"


def unpack(archive: Path, folder: Path) -> Path:
    """The package as Lambda lays it out."""
    with ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def lay_out_image(folder: Path) -> Path:
    """A folder with the runtime client and no other library."""
    import awslambdaric

    libraries = Path(awslambdaric.__file__).parents[1]
    folder.mkdir(exist_ok=True)
    for pattern in IMAGE:
        for found in libraries.glob(pattern):
            (folder / found.name).symlink_to(found)
    return folder
