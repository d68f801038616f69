"""Stripe's way to write: forms with brackets come in, JSON goes out, and every error has the same form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from sandbox.exchange import Request, Response
from sandbox.simulators.faults import Fault, Kind

API_VERSION: Final = "2026-10-28.endive"
FORM: Final = "application/x-www-form-urlencoded"
DEEPEST: Final = 6

Object = dict[str, Any]


class StripeError(Exception):
    """An error as Stripe answers it; one that is not `saved` is forgotten by its idempotency key."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        saved: bool = True,
        inside: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.saved = saved
        self.inside = dict(inside or {})

    def body(self) -> Object:
        """What is answered."""
        error: Object = {"type": self.kind, "message": self.message}
        if self.code is not None:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param is not None:
            error["param"] = self.param
        return {"error": {**error, **self.inside}}


def bad_param(message: str, param: str, *, code: str | None = None) -> StripeError:
    """A parameter that nothing can be begun with."""
    return StripeError(message, code=code, param=param, saved=False)


def missing(kind: str, given: str, *, param: str, status: int = 400) -> StripeError:
    """There is no such thing."""
    return StripeError(
        f"No such {kind}: '{given}'", status=status, code="resource_missing", param=param, saved=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was let in: what it asks, under which key, with which parameters."""

    request_id: str
    key: str | None
    args: tuple[str, ...]  # what stands in the path
    params: Mapping[str, Any]
    declined: bool = False  # whatever card is charged


def form(request: Request) -> Object:
    """The parameters of a request, nested as their brackets say; raises StripeError if unreadable."""
    pairs = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    if request.body:
        kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
        if kind != FORM:
            raise StripeError(f"Invalid content type: {kind or 'none'}", saved=False)
        try:
            pairs += parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
        except ValueError:
            raise StripeError("Invalid request body", saved=False) from None
    found: Object = {}
    for name, value in pairs:
        _put(found, name, value)
    return found


def _put(found: Object, name: str, value: str) -> None:
    first, *rest = name.replace("]", "").split("[") if _is_well_formed(name) else (name,)
    path = [first, *rest]
    inside = found
    for number, step in enumerate(path):
        known = step or str(len(inside))  # `a[]` is the next of a list
        if number == len(path) - 1:
            if isinstance(inside.get(known), dict):
                raise bad_param(f"Invalid {name}", name)
            inside[known] = value
            return
        deeper = inside.setdefault(known, {})
        if not isinstance(deeper, dict):
            raise bad_param(f"Invalid {name}", name)
        inside = deeper


def _is_well_formed(name: str) -> bool:
    head, *steps = name.split("[")
    return (
        bool(head)
        and "]" not in head
        and len(steps) < DEEPEST
        and all(step.endswith("]") and "]" not in step[:-1] for step in steps)
    )


def written(status: int, body: Object, headers: Mapping[str, str]) -> Response:
    """An answer as it goes over the line."""
    return Response(
        status=status,
        headers={"Content-Type": "application/json", "Stripe-Version": API_VERSION, **headers},
        body=json.dumps(body).encode(),
    )


def error_shape(kind: Kind, fault: Fault) -> Response:
    """The form that Stripe gives to trouble of its own."""
    headers = {"Request-Id": "req_planned"}
    if kind is Kind.RATE_LIMIT:
        error = StripeError("Request rate limit exceeded.", status=429, code="rate_limit")
        headers |= {"Retry-After": fault.retry_after, "Stripe-Should-Retry": "true"}
    else:
        error = StripeError("An unknown error occurred.", status=500, kind="api_error")
        if kind is Kind.ERROR:
            headers["Stripe-Should-Retry"] = "true"
    return written(error.status, error.body(), headers)
