"""One interface of Microsoft's: requests with their headers and ids, repeated while that is of use."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from chalicelib.gateways.partner_center.answers import Said, Unreadable, read
from chalicelib.gateways.partner_center.failures import NO_ACCOUNT_STATUS, Failed, read_failure
from chalicelib.gateways.partner_center.tokens import Tokens
from chalicelib.gateways.partner_center.waiting import pause_after
from chalicelib.gateways.transport import Budget, NoReply, Reply, Transport
from chalicelib.gateways.trouble import OutcomeUnknown, Trouble, Unavailable
from chalicelib.observability import log

ERRAND_SECONDS: Final = 20.0
REQUEST_SECONDS: Final = 8.0
TRIES: Final = 3
PAGES: Final = 40  # of one list; ours are short
POLLS: Final = 6

APPLICATION: Final = "Seatwise"
JSON: Final = "application/json"

_QUESTIONS: Final = uuid.UUID("5ea7f15e-0000-5000-8000-000000000001")  # request ids are derived from keys
_TRACES: Final = ("ms-requestid", "ms-correlationid", "ms-cv", "ms-serverid", "request-id")
# Not there yet: the client has not accepted, there is no review, what was ordered does not show.
_NOT_YET: Final = {"60003", "20002", NO_ACCOUNT_STATUS, "20000", "20003"}
_PASSING: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that says yes."""

    status: int
    said: Said
    location: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One request, the same in each of its tries."""

    method: str
    url: str
    request_id: uuid.UUID
    changes: bool
    body: bytes | None
    headers: Mapping[str, str]
    raw: bool


class Rest:
    """Partner Center, the price sheets or Graph, behind one base address and one audience."""

    def __init__(
        self,
        *,
        transport: Transport,
        base_url: str,
        tokens: Tokens,
        audience: str,
        pause: Callable[[float], None] = time.sleep,
        neighbor: str = "microsoft",
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.neighbor = neighbor
        self._transport = transport
        self._tokens = tokens
        self._audience = audience
        self._pause = pause

    @property
    def host(self) -> str:
        """The host, with its port, that this interface has."""
        return urlsplit(self.base_url).netloc.lower()

    def budget(self) -> Budget:
        """The time of one errand."""
        return Budget(ERRAND_SECONDS, pause=self._pause)

    def read(self, path: str, *, budget: Budget, query: Mapping[str, str] | None = None) -> Said:
        """What is there; raises Failed when the answer is no, Unavailable when there is none."""
        return self._ask("GET", path, budget=budget, query=query).said

    def read_text(self, path: str, *, budget: Budget) -> bytes:
        """A document that is no JSON."""
        return self._ask("GET", path, budget=budget, raw=True).body

    def exists(self, path: str, *, budget: Budget) -> None:
        """Ask with HEAD, which answers with a status and nothing else."""
        self._ask("HEAD", path, budget=budget, raw=True)

    def ask(self, path: str, *, body: Mapping[str, Any], budget: Budget) -> Said:
        """A question that has to be posted and changes nothing."""
        return self._ask("POST", path, budget=budget, body=body).said

    def change(
        self,
        method: str,
        path: str,
        *,
        key: str,
        budget: Budget,
        body: Mapping[str, Any] | None = None,
        etag: str | None = None,
    ) -> Answer:
        """Change something, once per key; raises Failed, Unavailable or OutcomeUnknown."""
        return self._ask(method, path, budget=budget, key=key, body=body, etag=etag)

    def pages(self, path: str, *, budget: Budget, query: Mapping[str, str] | None = None) -> Iterator[Said]:
        """The items of a list, page by page."""
        headers: dict[str, str] = {}
        for _ in range(PAGES):
            said = self._ask("GET", path, budget=budget, query=query, headers=headers).said
            yield from said.parts("items") or said.parts("value")
            following = said.part("links").part("next")
            uri = following.text("uri") or said.text("@odata.nextLink")
            if uri is None:
                return
            path, query = self.path_of(uri), None
            headers = {
                header.text("key") or "": header.text("value") or "" for header in following.parts("headers")
            }
            headers.pop("", None)
        log.warning("a list was longer than we read", pages=PAGES)

    def settled(self, path: str, *, done: Callable[[Said], bool], budget: Budget) -> Said:
        """Read until a change that was accepted shows; Unavailable if it does not in time."""
        for polled in range(POLLS):
            if not budget.wait(pause_after(polled)):
                break
            said = self.read(path, budget=budget)
            if done(said):
                return said
        raise Unavailable(self.neighbor, "a change was accepted and does not show yet")

    def path_of(self, uri: str) -> str:
        """The path below our base address that a link means, which may be relative and lack the version.

        Its host is never looked at: a token goes with every request, and only to the host that we know.
        """
        parts, base = urlsplit(uri), urlsplit(self.base_url)
        path = "/" + parts.path.lstrip("/")
        if base.path and path.startswith(f"{base.path}/"):
            path = path.removeprefix(base.path)
        if not path.startswith(("/v1/", "/v1.0/")):
            path = f"/v1{path}"
        return path + (f"?{parts.query}" if parts.query else "")

    def _ask(
        self,
        method: str,
        path: str,
        *,
        budget: Budget,
        key: str | None = None,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        etag: str | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bool = False,
    ) -> Answer:
        given = {"Accept": "*/*" if raw and method == "GET" else JSON, **(headers or {})}
        if body is not None or method == "POST":
            given["Content-Type"] = JSON
        if etag is not None:
            given["If-Match"] = etag
        request_id = uuid.uuid4() if key is None else uuid.uuid5(_QUESTIONS, key)
        return self._repeated(
            _Question(
                method=method,
                url=f"{self.base_url}{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else ""),
                request_id=request_id,
                changes=key is not None,
                body=None if body is None else json.dumps(body).encode(),
                headers=given,
                raw=raw,
            ),
            budget,
        )

    def _repeated(self, question: _Question, budget: Budget) -> Answer:
        """Ask until there is an answer, with the same request id, while it is useful."""
        lost = False  # whether a try went unanswered that may have worked
        renewed, tried = False, 0
        while True:
            wait = pause_after(tried, spread=question.request_id.bytes[0])
            try:
                token = self._tokens.token(self._audience, budget=budget)
                reply, correlation_id = self._sent(question, token, budget)
            except NoReply as silence:
                lost, why = lost or silence.sent, str(silence)
            except Trouble as trouble:  # no token was to be had: nothing was sent this time
                raise self._gave_up(question, str(trouble), lost=lost) from trouble
            else:
                if reply.status == HTTPStatus.UNAUTHORIZED and not renewed:
                    self._tokens.forget(self._audience, token)
                    renewed = True
                    continue
                answer = self._sorted(question, reply, correlation_id, lost=lost)
                if answer is not None:
                    return answer
                why = f"after {reply.status}"
                if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
                    wait = pause_after(tried, retry_after=reply.headers.get("retry-after"))
                else:
                    lost = True
            tried += 1
            if tried == TRIES or not budget.wait(wait):
                raise self._gave_up(question, why, lost=lost)

    def _sorted(self, question: _Question, reply: Reply, correlation_id: str, *, lost: bool) -> Answer | None:
        """The answer, None where asking again may bring a better one; raises Failed for a no."""
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status in _PASSING:
            return None
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise read_failure(
                reply,
                neighbor=self.neighbor,
                correlation_id=correlation_id,
                doubtful=lost and question.changes,
            )
        try:
            said = Said() if question.raw else read(reply.body)
        except Unreadable:
            return None
        return Answer(
            status=reply.status,
            said=said,
            location=reply.headers.get("location"),
            body=reply.body if question.raw else b"",
        )

    def _sent(self, question: _Question, token: str, budget: Budget) -> tuple[Reply, str]:
        correlation_id = str(uuid.uuid4())
        headers = {
            "Authorization": f"Bearer {token}",
            "MS-RequestId": str(question.request_id),
            "MS-CorrelationId": correlation_id,
            "MS-Contract-Version": "v1",
            "X-Locale": "en-US",
            "MS-PartnerCenter-Application": APPLICATION,
            "client-request-id": correlation_id,  # as Graph calls it
            **question.headers,
        }
        ids = {"request_id": str(question.request_id), "correlation_id": correlation_id}
        try:
            reply = self._transport.send(
                method=question.method,
                url=question.url,
                headers=headers,
                body=question.body,
                seconds=budget.share(REQUEST_SECONDS),
            )
        except NoReply as silence:
            log.warning("microsoft did not answer", method=question.method, sent=silence.sent, ms=ids)
            raise
        if reply.status >= HTTPStatus.BAD_REQUEST:
            failure = read_failure(
                reply, neighbor=self.neighbor, correlation_id=correlation_id, doubtful=False
            )
            traces = {name: reply.headers[name] for name in _TRACES if name in reply.headers}
            say = log.debug if _is_ordinary(question, failure) else log.info
            say(
                "microsoft answered with an error",
                method=question.method,
                status=reply.status,
                code=failure.code,
                ms={**ids, **traces},
            )
        return reply, correlation_id

    def _gave_up(self, question: _Question, why: str, *, lost: bool) -> Trouble:
        if lost and question.changes:
            return OutcomeUnknown(self.neighbor, f"no answer to a change: {why}")
        return Unavailable(self.neighbor, f"no answer: {why}")


def _is_ordinary(question: _Question, failure: Failed) -> bool:
    """Whether a no is as good as a yes: the domain is free, or what we look for is not there yet."""
    if question.method == "HEAD":
        return failure.not_found
    return question.method == "GET" and failure.code in _NOT_YET
