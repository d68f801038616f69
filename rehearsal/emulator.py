"""AWS on this machine, in a process of its own: ministack, which runs functions, queues, schedules and roles.

It is bound to the loopback interface, enforces IAM, and forgets everything when it stops.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

REGION: Final = "us-east-1"
ROOT_CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
READY_SECONDS: Final = 60
STOP_SECONDS: Final = 15

_OURS: Final = {
    "BIND_HOST": "127.0.0.1",
    "MINISTACK_HOST": "127.0.0.1",
    "LAMBDA_EXECUTOR": "local",
    "DOCKER_HOST": "unix:///nonexistent",
    "AUTH": "true",  # what a role may not do is refused
    "IOT_MTLS_ENABLED": "0",  # would listen on every interface
    "SFTP_ENABLED": "0",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    **ROOT_CREDENTIALS,
}


class Emulator:
    """One AWS account, empty; `url` is where all of its services are."""

    def __init__(self, *, command: Path, folder: Path) -> None:
        self._command = command
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "emulator.log"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """What makes a tool, or this process, find it instead of AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **ROOT_CREDENTIALS,
        }

    def ask(self, path: str) -> Any:
        """What it tells of itself: AWS has no such routes."""
        with urllib.request.urlopen(f"{self.url}/_ministack/{path}", timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def start(self) -> None:
        """Start it, and wait until it answers; RuntimeError if it does not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **_OURS,
            "GATEWAY_PORT": str(self.port),
            "TMPDIR": str(temporary),
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [self._command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the emulator does not start: see {self.log}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it, and the functions that it runs."""
        if self._process is None:
            return
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sent)
                self._process.wait(timeout=STOP_SECONDS)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._process = None

    def listening(self) -> list[str]:
        """The addresses that it, and whatever it has started, listens on (Linux)."""
        if self._process is None:
            return []
        family = _sockets_of_group(self._process.pid)
        return [address for inode, address in _listeners() if inode in family]

    def _answers(self) -> bool:
        try:
            return "services" in self.ask("health")
        except OSError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listeners() -> list[tuple[str, str]]:
    """Every listening TCP socket: its inode, and its address as the kernel writes it."""
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":  # LISTEN
                found.append((fields[9], fields[1].partition(":")[0]))
    return found


def _sockets_of_group(group: int) -> set[str]:
    """The inodes of the sockets that a process group has open."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) != group:
                continue
            links = [str(each.readlink()) for each in (process / "fd").iterdir()]
        except (OSError, ProcessLookupError):
            continue
        inodes |= {link[8:-1] for link in links if link.startswith("socket:[")}
    return inodes
