"""The forms that an error of Microsoft's can have, one after the other: numbers, text, pages, nothing."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.exchange import Request, Response
from sandbox.simulators.faults import Fault, Kind
from sandbox.simulators.microsoft.speech import answered, refused

TOO_MANY: Final = {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."}
PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body>Try later</body></html>"
)


class Shapes:
    """What the caller sees of a fault; the shapes take turns, and so do whole and decimal seconds."""

    def __init__(self) -> None:
        self._errors: Iterator[Response] = itertools.cycle(
            (
                answered(
                    500, {"code": 2000, "description": "Something failed.", "data": [], "source": "PartnerFD"}
                ),
                answered(
                    500,
                    {
                        "code": 500000,
                        "message": "Something failed.",
                        "description": "Something failed.",
                        "errorName": "InternalServerError",
                        "isRetryable": True,
                        "parameters": {},
                        "errorMessageExtended": "InternalErrorCode=500000",
                    },
                ),
                answered(500, {"statusCode": 500, "message": "Internal server error"}),
                answered(500),
                Response(status=502, headers={"Content-Type": "text/html"}, body=PAGE),
            )
        )
        self._seconds = itertools.cycle(("1", "1.5"))
        self._lock = threading.Lock()

    def error_shape(self, kind: Kind, fault: Fault) -> Response:
        """The answer instead of the real one; for `Faulty`."""
        with self._lock:
            if kind is Kind.RATE_LIMIT:
                default = next(self._seconds)
                wanted = default if fault.retry_after == "1" else fault.retry_after
                return answered(429, TOO_MANY, headers={"Retry-After": wanted})
            return next(self._errors)


@dataclass(slots=True, kw_only=True)
class _Planned:
    path: str
    method: str | None
    status: int
    code: str
    description: str
    count: int


class Refusals:
    """Business refusals to order: what Microsoft says no to next, with which code."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def plan(
        self,
        path: str,
        *,
        status: int,
        code: str,
        description: str = "",
        method: str | None = None,
        count: int = 1,
    ) -> None:
        """Refuse the next `count` requests whose path fits, before anything is done."""
        self._planned.append(
            _Planned(
                path=path,
                method=method,
                status=status,
                code=code,
                description=description or f"Refused with {code}.",
                count=count,
            )
        )

    def clear(self) -> None:
        """Refuse nothing any more that is not to be refused."""
        self._planned.clear()

    def check(self, request: Request, path: str) -> None:
        """Refuse this request, if it is its turn."""
        for planned in self._planned:
            if planned.method in {None, request.method} and re.search(planned.path, path):
                planned.count -= 1
                if not planned.count:
                    self._planned.remove(planned)
                raise refused(planned.status, planned.code, planned.description)
