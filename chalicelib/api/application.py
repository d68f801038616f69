"""The application: Chalice, with our routes, and with one form for whatever it would answer itself."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

import msgspec
from chalice.app import Chalice, Response

from chalicelib.api import routes
from chalicelib.api.answering import Reply, reply_of, reply_to, unexpected
from chalicelib.api.asking import Asked, lowered
from chalicelib.api.cors import StorefrontCors
from chalicelib.api.problems import MEDIA_TYPE, problem
from chalicelib.api.registry import PDF, PRIVATE, Route
from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.transport import limited_by
from chalicelib.observability import SERVICE, count, log, said

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")

# The event under way, and its request id. Chalice keeps its own on the app, which threads share.
_EVENT: Final[ContextVar[tuple[Mapping[str, Any], str]]] = ContextVar("event")


class Application(Chalice):
    """Every answer is ours: JSON or a problem, under a request id, with headers that keep it private."""

    def __init__(self) -> None:
        super().__init__(SERVICE, configure_logs=False)
        self.api.cors = StorefrontCors()
        self.api.binary_types = [PDF]
        for each in routes.ALL:
            enter = self.route(each.path, methods=[each.method], content_types=[], name=f"http_{each.name}")
            enter(_view(each))

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer one event of API Gateway."""
        headers, asked_for = lowered(event.get("headers")), event.get("requestContext") or {}
        request_id = _request_id(headers.get("x-request-id"), asked_for.get("requestId"))
        # No Accept header accepts anything (RFC 9110), which Chalice does not know.
        event = {**event, "headers": {"accept": "*/*", **headers}}
        token = _EVENT.set((event, request_id))
        with said(request_id=request_id), limited_by(context):
            try:
                answer = self._answer(event, context, request_id=request_id)
            except Exception as error:  # noqa: BLE001  (what Chalice itself trips over)
                answer = _as_dict(reply_of(unexpected(error, request_id=request_id)))
            finally:
                _EVENT.reset(token)
            answer["headers"] = {
                "Cache-Control": PRIVATE,
                "X-Content-Type-Options": "nosniff",
                "Strict-Transport-Security": "max-age=31536000",
                **StorefrontCors().get_access_control_headers(),
                **answer["headers"],
                "X-Request-Id": request_id,
            }
            path = asked_for.get("resourcePath")
            _tell(answer, route=f"{asked_for.get('httpMethod')} {path}" if path in self.routes else "unknown")
        return answer

    def _answer(self, event: Any, context: Any, *, request_id: str) -> dict[str, Any]:
        asked_for = event.get("requestContext") or {}
        method, path = str(asked_for.get("httpMethod")), str(asked_for.get("resourcePath"))
        if path not in self.routes:
            refusal = Refusal("not_found", "There is nothing at this address.")
            return _as_dict(reply_of(problem(refusal, request_id=request_id)))
        if method not in self.routes[path]:
            return self._other_method(method, path, request_id=request_id)
        answer: dict[str, Any] = super().__call__(event, context)
        if answer["statusCode"] >= 400 and "Content-Type" not in answer["headers"]:  # noqa: PLR2004
            raise RuntimeError("Chalice answered by itself")
        return answer

    def _other_method(self, method: str, path: str, *, request_id: str) -> dict[str, Any]:
        """A browser's preflight is told what is allowed; so is everybody else, with a refusal."""
        allowed = ", ".join(sorted(self.routes[path]))
        if method == "OPTIONS":
            return _as_dict(Reply(status=204, headers={"Access-Control-Allow-Methods": allowed}))
        refused = reply_of(
            problem(Refusal("method_not_allowed", f"Only with {allowed}."), request_id=request_id)
        )
        answer = _as_dict(refused)
        answer["headers"]["Allow"] = allowed
        return answer


def _view(route: Route) -> Callable[..., Response]:
    """What Chalice calls for a route."""

    def view(**path: str) -> Response:
        event, request_id = _EVENT.get()
        reply = reply_to(Asked(route=route, event=event, path=path, request_id=request_id))
        binary = reply.headers.get("Content-Type") == PDF
        return Response(
            body=reply.content if binary else reply.content.decode(),
            headers=dict(reply.headers),
            status_code=reply.status,
        )

    view.__name__ = f"http_{route.name}"
    return view


def _as_dict(reply: Reply) -> dict[str, Any]:
    """A reply that does not pass through Chalice."""
    return {
        "statusCode": reply.status,
        "headers": dict(reply.headers),
        "multiValueHeaders": {},
        "body": reply.content.decode(),
    }


def _request_id(*candidates: Any) -> str:
    for candidate in candidates:
        if isinstance(candidate, str) and _REQUEST_ID.fullmatch(candidate):
            return candidate
    return str(uuid.uuid4())


def _tell(answer: Mapping[str, Any], *, route: str) -> None:
    """One line and one metric per answer: the route, never what was in it."""
    status, code = answer["statusCode"], None
    if answer["headers"].get("Content-Type") == MEDIA_TYPE:
        code = msgspec.json.decode(answer["body"])["code"]
    log.info("answered", extra={"route": route, "status": status, "code": code})
    count("answer", route=route, status=f"{status // 100}xx")
