"""Which operation a request is for: nothing but the documented contract is understood."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import unquote

from sandbox.exchange import Request
from sandbox.simulators.microsoft.speech import Call, Route, refused, refused_silently


class Routes:
    """The operations of one host."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(_compiled(route.pattern), route) for route in routes]

    def find(self, request: Request, path: str, *, at: datetime) -> tuple[Route, Call]:
        """The operation and what it is asked; an unknown path is 404, an unknown question 400."""
        path = unquote(path)
        other_method = False
        for pattern, route in self._routes:
            found = pattern.fullmatch(path)
            if found and route.method == request.method:
                query = _query(request, route)
                return route, Call(request=request, path=path, parts=found.groupdict(), query=query, at=at)
            other_method = other_method or found is not None
        raise refused_silently(405 if other_method else 404)


def request_id(request: Request) -> str | None:
    """The id of a request, by which a repetition is known; it has to be a GUID."""
    given = request.header("MS-RequestId")
    if given is None:
        return None
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise refused(400, "400", "MS-RequestId is no GUID.") from None


def _query(request: Request, route: Route) -> dict[str, str]:
    query = {}
    for name, values in request.query.items():
        if name.lower() not in route.query or len(values) > 1:
            raise refused(400, "400", f"The query parameter {name} is unknown, or given twice.")
        query[name] = values[0]
    return query


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", pattern)
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    )
