"""The way from HTTP to the app, as API Gateway goes it: one request becomes one proxy event."""

from __future__ import annotations

import base64
import uuid
from typing import Any, Final
from urllib.parse import unquote

from chalice.app import Chalice
from chalice.local import LambdaContext, RouteMatcher

from sandbox.aws import ACCOUNT, REGION
from sandbox.exchange import Request, Response

TIMEOUT_MS: Final = 29_000  # API Gateway waits no longer


class Front:
    """API Gateway in front of the app."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._matcher = RouteMatcher(list(app.routes))

    def answer(self, request: Request) -> Response:
        """What the app answers."""
        answer = self._app(self._event(request), context("api", remaining_ms=TIMEOUT_MS))
        body = answer.get("body") or ""
        if answer.get("isBase64Encoded"):
            content = base64.b64decode(body)
        else:
            content = body if isinstance(body, bytes) else body.encode()
        headers = dict(answer.get("headers") or {})
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            headers[name] = ", ".join(values)
        return Response(status=answer["statusCode"], headers=headers, body=content)

    def _event(self, request: Request) -> dict[str, Any]:
        try:
            matched = self._matcher.match_route(request.target)
            resource = matched.route
            captured = {name: unquote(value) for name, value in matched.captured.items()}
        except ValueError:
            resource, captured = "unknown", {}
        binary = (request.header("content-type") or "").partition(";")[0] in self._app.api.binary_types
        try:
            body = base64.b64encode(request.body).decode() if binary else request.body.decode()
        except UnicodeDecodeError:
            binary, body = True, base64.b64encode(request.body).decode()
        query = request.query
        return {
            "resource": resource,
            "path": request.path,
            "httpMethod": request.method,
            "headers": dict(request.headers),
            "multiValueHeaders": {name: [value] for name, value in request.headers.items()},
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": captured or None,
            "stageVariables": None,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "sandbox",
                "stage": "sandbox",
                "httpMethod": request.method,
                "identity": {"sourceIp": "127.0.0.1", "userAgent": request.header("user-agent")},
                "path": request.path,
                "protocol": "HTTP/1.1",
                "requestId": str(uuid.uuid4()),
                "resourcePath": resource,
            },
            "body": body or None,
            "isBase64Encoded": binary and bool(body),
        }


def context(function: str, *, remaining_ms: int) -> LambdaContext:
    """What Lambda tells a function of its invocation."""
    made = LambdaContext(
        function_name=f"seatwise-sandbox-{function}", memory_size=512, max_runtime_ms=remaining_ms
    )
    made.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{made.function_name}"
    return made
