"""A client of the API: it sends events of API Gateway to the app, and checks what every answer promises."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from app import app
from chalicelib.api import routes
from chalicelib.api.openapi import problem_codes
from chalicelib.api.problems import PROBLEMS

ROUTES = {(route.method, route.path): route for route in routes.ALL}
ROOT = {"openapi", "type", "title", "status", "detail", "instance", "code", "errors"}


@dataclass(frozen=True)
class Answered:
    status: int
    headers: dict[str, str]
    content: bytes
    template: str | None

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        return self.json["code"]

    @property
    def pointers(self) -> list[str]:
        return sorted(error["pointer"] for error in self.json["errors"])

    @property
    def replayed(self) -> bool:
        return self.headers.get("Idempotent-Replayed") == "true"


@dataclass
class Calls:
    """Sends requests; `token` is of whoever calls."""

    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path, **more) -> Answered:
        return self.ask("GET", path, **more)

    def post(self, path, body=None, **more) -> Answered:
        return self.ask("POST", path, body=body, **more)

    def put(self, path, body=None, **more) -> Answered:
        return self.ask("PUT", path, body=body, **more)

    def delete(self, path, **more) -> Answered:
        return self.ask("DELETE", path, **more)

    def ask(self, method, path, *, body=None, raw=None, key=None, headers=None) -> Answered:
        sent = dict(self.headers)
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            sent["Idempotency-Key"] = key
        if body is not None:
            raw = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        answered = send(method, path, headers={**sent, **(headers or {})}, content=raw)
        holds_its_promises(method, answered)
        return answered


def send(method, path, *, headers, content=None) -> Answered:
    """One request through the app, as API Gateway hands it over."""
    event = event_of(method, path, headers=headers, content=content)
    answer = json.loads(json.dumps(app(event, None)))  # Lambda answers JSON, or nothing
    body = answer["body"]
    decoded = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Answered(
        status=answer["statusCode"],
        headers=answer["headers"],
        content=decoded,
        template=event["requestContext"]["resourcePath"],
    )


def event_of(method, path, *, headers, content=None) -> dict[str, Any]:
    """The event that API Gateway makes of a request."""
    plain, _, query = path.partition("?")
    template, captured = match(plain)
    return {
        "resource": template,
        "path": plain,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True) or None,
        "pathParameters": captured or None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": template,
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": content.decode("utf-8", "surrogateescape") if content is not None else None,
        "isBase64Encoded": False,
    }


def match(path) -> tuple[str, dict[str, str]]:
    """The route that a path belongs to; an unknown one stays as it is."""
    parts = path.split("/")
    for template in sorted(app.routes):
        pieces = template.split("/")
        if len(pieces) == len(parts) and all(
            piece == part or (piece.startswith("{") and part)
            for piece, part in zip(pieces, parts, strict=True)
        ):
            pairs = zip(pieces, parts, strict=True)
            return template, {piece[1:-1]: unquote(part) for piece, part in pairs if piece.startswith("{")}
    return path, {}


def holds_its_promises(method, answered: Answered) -> None:
    """What the contract says of every answer, whatever it is."""
    assert answered.headers["X-Request-Id"]
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.status != 500 or answered.code == "internal_error"
    if answered.status >= 400:
        is_a_problem(answered)
    route = ROUTES.get((method, answered.template or ""))
    if route is None:
        assert answered.status in (404, 405)
    elif answered.status >= 400:
        assert answered.code in problem_codes(route), f"{route.template} does not say {answered.code}"
    else:
        assert answered.status in (route.status, route.otherwise and route.otherwise.status)


def is_a_problem(answered: Answered) -> None:
    assert answered.headers["Content-Type"] == "application/problem+json"
    problem = answered.json
    status, title = PROBLEMS[problem["code"]]
    assert (problem["status"], problem["title"], answered.status) == (status, title, status)
    assert problem["type"].endswith(problem["code"])
    assert problem["detail"]
    assert problem["instance"]
    if problem["code"] == "validation_failed":
        assert problem["errors"]
        assert all(error["detail"] and error["pointer"].startswith(("/", "")) for error in problem["errors"])
    if answered.status == 401:
        assert answered.headers["WWW-Authenticate"] == "Bearer"


def escaped(part: str) -> str:
    return quote(part, safe="")


def wsgi(environ, start_response):
    """The app as a WSGI application: what reaches it is what API Gateway would hand over."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
    }
    query = environ.get("QUERY_STRING", "")
    path = quote(environ["PATH_INFO"].encode("latin-1")) + (f"?{query}" if query else "")
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or None
    answered = send(environ["REQUEST_METHOD"], path, headers=headers, content=content)
    start_response(f"{answered.status} -", list(answered.headers.items()))
    return [answered.content]
