"""One HTTP request to a neighbor, and how long all of this may take.

No call outlives its function: a way in says with `limited_to` how many seconds are left, an adapter opens a
`Budget` for one errand, and every single request gets what remains of the smaller of the two.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Protocol

CONNECT_SECONDS: Final = 2.0
SHORTEST: Final = 0.2  # with less time than this, nothing is sent any more
LONGEST: Final = 25.0  # API Gateway waits 29 seconds for everything together
RESERVE: Final = 4.0  # of a function's time, to note what came of it
LARGEST_REPLY: Final = 8 * 1024 * 1024

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the other side answered; the names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoReply(Exception):
    """No answer came; `sent` says whether the request may have arrived, and been carried out."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class Transport(Protocol):
    """Whoever carries a request to a neighbor and its reply back."""

    def send(
        self, *, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Reply:
        """One request, one reply, within so many seconds of real time; raises NoReply. Never repeats."""


@contextmanager
def limited_to(seconds: float) -> Iterator[None]:
    """Everything within has to be done in so many seconds of real time; an outer limit goes on."""
    ends_at = time.monotonic() + seconds
    outer = _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def limited_by(context: object) -> AbstractContextManager[None]:
    """As `limited_to`: what is left of this Lambda function's time, less what it needs to finish."""
    left = _left_of(context)
    return limited_to(LONGEST if left is None else min(left / 1000 - RESERVE, LONGEST))


def time_is_short(context: object, *, enough: int) -> bool:
    """Whether less than so many milliseconds are left of this Lambda function's time."""
    left = _left_of(context)
    return left is not None and left < enough


def _left_of(context: object) -> int | None:
    """Milliseconds; None where nobody stops the function."""
    remaining: Callable[[], int] | None = getattr(context, "get_remaining_time_in_millis", None)
    return None if remaining is None else remaining()


class Budget:
    """The time of one errand: a few requests that belong together, with the waits between them."""

    def __init__(self, seconds: float, *, pause: Callable[[float], None] = time.sleep) -> None:
        ends_at, outer = time.monotonic() + seconds, _ends_at.get()
        self._ends_at = ends_at if outer is None else min(ends_at, outer)
        self._pause = pause

    @property
    def left(self) -> float:
        """The seconds that are left; never negative."""
        return max(0.0, self._ends_at - time.monotonic())

    def share(self, seconds: float) -> float:
        """The seconds that one request may take; raises NoReply when it is too late to send anything."""
        left = self.left
        if left < SHORTEST:
            raise NoReply("no time is left", sent=False)
        return min(seconds, left)

    def wait(self, seconds: float) -> bool:
        """Wait, if enough is left to do something useful afterwards; whether it did."""
        if seconds + SHORTEST > self.left:
            return False
        self._pause(seconds)
        return True


class HttpTransport:
    """HTTP over pooled connections, with TLS checked, no redirect followed and nothing repeated."""

    def __init__(self) -> None:
        import urllib3

        self._urllib3 = urllib3
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=4, retries=False)

    def send(
        self, *, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Reply:
        """See Transport."""
        ends_at = time.monotonic() + seconds
        errors = self._urllib3.exceptions
        try:
            answer = self._pool.request(
                method,
                url,
                headers=dict(headers),
                body=body,
                timeout=self._urllib3.Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
                preload_content=False,
                redirect=False,
            )
        except (errors.NewConnectionError, errors.ConnectTimeoutError, errors.LocationValueError) as error:
            raise NoReply(type(error).__name__, sent=False) from error
        except errors.HTTPError as error:
            raise NoReply(type(error).__name__, sent=True) from error
        try:
            return Reply(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=self._read(answer, ends_at),
            )
        except errors.HTTPError as error:
            raise NoReply(type(error).__name__, sent=True) from error
        finally:
            answer.release_conn()

    def _read(self, answer: object, ends_at: float) -> bytes:
        """The body, unless it comes too slowly or is too long: a reply that drips in is none."""
        body = bytearray()
        for chunk in answer.stream(65_536):  # type: ignore[attr-defined]
            body += chunk
            if time.monotonic() > ends_at or len(body) > LARGEST_REPLY:
                answer.close()  # type: ignore[attr-defined]
                raise NoReply("the reply is too slow, or too long", sent=True)
        return bytes(body)
