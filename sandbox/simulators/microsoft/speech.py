"""How Microsoft speaks: a call as it comes in, an answer as it goes out, and the four shapes of an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from sandbox.exchange import Request, Response
from sandbox.simulators.microsoft.fields import Form, WrongField, fields_of

JSON: Final = "application/json; charset=utf-8"
SOURCE: Final = "PartnerFD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was let in: who asks, for what, and when."""

    request: Request
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    at: datetime
    principal: str = ""

    def form(self, form: Form) -> dict[str, Any]:
        """The body's fields, as documented; anything else is refused."""
        kind = (self.request.header("content-type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise refused(400, "400", f"The content type is {kind or 'missing'}, not application/json.")
        try:
            return fields_of(json.loads(self.request.body), form)
        except (ValueError, UnicodeDecodeError) as error:
            raise refused(400, "400", f"The request is invalid: {error}") from error


class Refusal(Exception):
    """The answer is no; `response` says so in the shape of whoever says it."""

    def __init__(self, response: Response) -> None:
        super().__init__(str(response.status))
        self.response = response


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation of the documented contract."""

    method: str
    pattern: str  # {name} is one segment
    answer: Callable[[Call], Response]
    query: frozenset[str] = field(default_factory=frozenset)
    user_only: bool = False  # an app-only token is refused


def answered(
    status: int, body: object = None, *, headers: Mapping[str, str] | None = None, kind: str = JSON
) -> Response:
    """An answer in JSON, or without a body."""
    if body is None:
        return Response(status=status, headers=dict(headers or {}))
    return Response(
        status=status, headers={"Content-Type": kind, **(headers or {})}, body=json.dumps(body).encode()
    )


def refused(status: int, code: str | int, description: str) -> Refusal:
    """The first shape: code, description, data, source; the code is text, or sometimes a number."""
    return Refusal(answered(status, {"code": code, "description": description, "data": [], "source": SOURCE}))


def refused_by_name(status: int, code: int, name: str, description: str) -> Refusal:
    """The second shape, of the newer services."""
    return Refusal(
        answered(
            status,
            {
                "code": code,
                "message": description,
                "description": description,
                "errorName": name,
                "isRetryable": False,
                "parameters": {},
                "errorMessageExtended": f"InternalErrorCode={code}",
            },
        )
    )


def refused_silently(status: int) -> Refusal:
    """The fourth shape: a status and nothing else."""
    return Refusal(answered(status))


def refused_by_graph(status: int, code: str, message: str, *, at: datetime, request_id: str) -> Refusal:
    """Graph's own shape."""
    inner = {"date": f"{at:%Y-%m-%dT%H:%M:%S}", "request-id": request_id, "client-request-id": request_id}
    return Refusal(answered(status, {"error": {"code": code, "message": message, "innerError": inner}}))


def stamp(at: datetime) -> str:
    """An instant with Microsoft's seven decimals."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}0Z"


def stamp_without_zone(at: datetime) -> str:
    """An instant as some services write it: UTC, and nothing says so."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def read_stamp(text: str) -> datetime:
    """An instant as an adapter may write it; without a zone it is UTC. WrongField otherwise."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise WrongField(f"{text!r} is no instant") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def link(uri: str) -> dict[str, Any]:
    """A link as the answers carry it."""
    return {"uri": uri, "method": "GET", "headers": []}


def collection(items: Iterable[Any], *, uri: str, total: int | None = None) -> dict[str, Any]:
    """A collection with its wrapping."""
    listed = list(items)
    return {
        "totalCount": len(listed) if total is None else total,
        "items": listed,
        "links": {"self": link(uri)},
        "attributes": {"objectType": "Collection"},
    }


def own_uri(call: Call) -> str:
    """The address of the collection that was asked for."""
    asked = "&".join(f"{name}={quote(value)}" for name, value in call.query.items())
    return call.path + (f"?{asked}" if asked else "")


def in_pascal_case(value: Any) -> Any:
    """The same answer with capital names, as several operations write it."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: in_pascal_case(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_pascal_case(item) for item in value]
    return value
