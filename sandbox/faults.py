"""Trouble to order: a simulator that fails the next calls of a method, before or after the work is done."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable

Result = TypeVar("Result")


class Fault(StrEnum):
    """How a call goes wrong."""

    ERROR = "error"  # nothing was done, and the caller is told so
    TIMEOUT = "timeout"  # it was done, and the caller hears nothing


class Faults:
    """The trouble that is planned for one neighbor, call by call and method by method."""

    def __init__(self, neighbor: str) -> None:
        self._neighbor = neighbor
        self._planned: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._lock = threading.Lock()

    def plan(self, method: str, fault: Fault | str, *, count: int = 1, after: int = 0) -> None:
        """Fail the next `count` calls of a method, once `after` calls have gone well."""
        with self._lock:
            self._planned[method].extend([None] * after + [Fault(fault)] * count)

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._planned.clear()

    def around(self, method: str, work: Callable[[], Result]) -> Result:
        """Do the work, unless what is planned for this call says otherwise."""
        with self._lock:
            planned = self._planned[method]
            fault = planned.popleft() if planned else None
        if fault is Fault.ERROR:
            raise Unavailable(self._neighbor, f"{method}: no answer was expected (planned)")
        result = work()
        if fault is Fault.TIMEOUT:
            raise OutcomeUnknown(self._neighbor, f"{method}: timed out (planned)")
        return result
