"""Trouble to order: a line to a neighbor that fails before or after the work is done, or is slow."""

from __future__ import annotations

import http.client
import random
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Protocol, runtime_checkable

from sandbox.exchange import Request, Response
from sandbox.simulators.serving import Late, Silence, Simulator

HUNDRED: Final = 100


class Kind(StrEnum):
    """How a request goes wrong."""

    ERROR = "error"  # 500, and nothing was done
    ERROR_AFTER = "error_after"  # it was done, and 500 is answered
    TIMEOUT = "timeout"  # it was done, and the caller hears nothing
    REFUSED_LINE = "refused_line"  # nothing was done, and the caller hears nothing
    STORM = "storm"  # 503 of whatever stands in front of the provider, in HTML
    RATE_LIMIT = "rate_limit"  # 429, in the provider's own form
    SLOW = "slow"  # it was done, and answered late


AT_RANDOM: Final = (Kind.ERROR, Kind.ERROR_AFTER, Kind.TIMEOUT, Kind.REFUSED_LINE)  # half before, half after
BEFORE: Final = (Kind.ERROR, Kind.STORM, Kind.RATE_LIMIT)  # answered, with nothing done


@dataclass(slots=True, kw_only=True)
class Fault:
    """Trouble for the requests that fit: `count` of them, once `after` have gone well."""

    kind: Kind
    method: str | None = None
    path: str | None = None  # a regular expression, searched in the path with its query
    count: int = 1
    after: int = 0
    seconds: float = 0.0
    retry_after: str = "1"

    def fits(self, request: Request) -> bool:
        """Whether the trouble is for this request."""
        if self.method is not None and self.method.upper() != request.method.upper():
            return False
        return self.path is None or re.search(self.path, request.target) is not None

    def shown(self) -> dict[str, Any]:
        """The fault as the sandbox shows it."""
        return {
            "kind": self.kind.value,
            "method": self.method,
            "path": self.path,
            "count": self.count,
            "after": self.after,
            "seconds": self.seconds,
        }


@runtime_checkable
class Remembering(Protocol):
    """A simulator that answers a key which it knows as it did the first time, whatever that was."""

    def remember(self, request: Request, response: Response) -> None:
        """Take what went over the line for the first answer to this request."""


class Faults:
    """The trouble that is planned for one neighbor, and the trouble that comes by chance."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._chance: _Chance | None = None
        self._taken = 0
        self._lock = threading.Lock()

    def plan(
        self,
        kind: Kind | str,
        *,
        method: str | None = None,
        path: str | None = None,
        count: int = 1,
        after: int = 0,
        seconds: float = 0.0,
        retry_after: str = "1",
    ) -> None:
        """Fail the next `count` requests that fit, once `after` of them have gone well."""
        fault = Fault(
            kind=Kind(kind),
            method=method,
            path=path,
            count=count,
            after=after,
            seconds=seconds,
            retry_after=retry_after,
        )
        if path is not None:
            re.compile(path)  # a slip of the pen should be heard of here
        with self._lock:
            self._planned.append(fault)

    def at_random(
        self,
        *,
        share: int,
        seed: int,
        kinds: Sequence[Kind] = AT_RANDOM,
        path: str | None = None,
        never: str | None = None,
    ) -> None:
        """Let so many percent of the requests that fit fail by chance, the same ones for the same seed."""
        with self._lock:
            self._chance = _Chance(
                share=share, random=random.Random(seed), kinds=tuple(kinds), path=path, never=never
            )

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._planned.clear()
            self._chance = None

    @property
    def planned(self) -> list[dict[str, Any]]:
        """What is planned, in the order in which it comes."""
        with self._lock:
            return [fault.shown() for fault in self._planned]

    @property
    def taken(self) -> int:
        """How many requests have gone wrong so far."""
        with self._lock:
            return self._taken

    def take(self, request: Request) -> Fault | None:
        """What becomes of this request; None if all goes well."""
        with self._lock:
            fault = next((each for each in self._planned if each.fits(request)), None)
            if fault is None:
                taken = self._chance.take(request) if self._chance else None
            elif fault.after > 0:
                fault.after -= 1
                taken = None
            else:
                fault.count -= 1
                taken = replace(fault, count=1)
                if fault.count <= 0:
                    self._planned = [each for each in self._planned if each is not fault]
            self._taken += taken is not None
            return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chance:
    """The dice: thrown for every request that fits."""

    share: int
    random: random.Random
    kinds: tuple[Kind, ...]
    path: str | None
    never: str | None

    def take(self, request: Request) -> Fault | None:
        if self.path is not None and re.search(self.path, request.target) is None:
            return None
        if self.never is not None and re.search(self.never, request.target) is not None:
            return None
        if self.random.randrange(HUNDRED) >= self.share:
            return None
        return Fault(kind=self.random.choice(self.kinds))


class Faulty:
    """A simulator behind a line that fails as planned; `shape` is the provider's own form of an error."""

    def __init__(
        self, simulator: Simulator, faults: Faults, *, shape: Callable[[Kind, Fault], Response]
    ) -> None:
        self._simulator = simulator
        self._faults = faults
        self._shape = shape

    def answer(self, request: Request) -> Response:
        """What the simulator answers, unless what is planned for this request says otherwise."""
        fault = self._faults.take(request)
        if fault is not None and fault.kind is Kind.REFUSED_LINE:
            raise Silence
        if fault is not None and fault.kind in BEFORE:
            return self._instead(fault)
        answer = self._simulator.answer(request)
        if fault is None:
            return answer
        if fault.kind is Kind.TIMEOUT:
            raise Silence
        if fault.kind is Kind.ERROR_AFTER:
            spoiled = self._instead(fault)
            if isinstance(self._simulator, Remembering):
                self._simulator.remember(request, spoiled)
            return spoiled
        return Late(status=answer.status, headers=answer.headers, body=answer.body, seconds=fault.seconds)

    def _instead(self, fault: Fault) -> Response:
        if fault.kind is Kind.STORM:
            return _storm()
        shaped = self._shape(fault.kind, fault)
        named = {name.lower() for name in shaped.headers}
        if fault.kind is Kind.RATE_LIMIT and "retry-after" not in named:
            return replace(shaped, headers={**shaped.headers, "Retry-After": fault.retry_after})
        return shaped


def _storm() -> Response:
    """What stands in front of a provider has no form of the provider's: it answers with a page."""
    page = b"<html><head><title>503 Service Unavailable</title></head><body>Try again later.</body></html>"
    return Response(status=http.client.SERVICE_UNAVAILABLE, headers={"Content-Type": "text/html"}, body=page)
