"""A transport that answers from a script, and remembers what it was asked to send."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.gateways.transport import NoReply, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request as it would have gone out."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = field(repr=False)
    seconds: float

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True, strict_parsing=False))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form, exactly as they were written."""
        return dict(parse_qsl((self.body or b"").decode(), keep_blank_values=True))

    @property
    def document(self) -> Any:
        """The JSON that was sent."""
        return json.loads(self.body or b"null")

    def header(self, name: str) -> str | None:
        """A header, whatever the case of its name."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


@dataclass(slots=True)
class Scripted:
    """Answers in order; a request too many fails the test, and so does an answer that nobody asked for."""

    answers: deque[Reply | NoReply]
    sent: list[Sent]

    def __init__(self, *answers: Reply | NoReply) -> None:
        self.answers = deque(answers)
        self.sent = []

    def send(
        self, *, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Reply:
        self.sent.append(Sent(method=method, url=url, headers=dict(headers), body=body, seconds=seconds))
        if not self.answers:
            raise AssertionError(f"nothing is planned for {method} {urlsplit(url).path}")
        answer = self.answers.popleft()
        if isinstance(answer, NoReply):
            raise answer
        return answer

    @property
    def last(self) -> Sent:
        return self.sent[-1]

    @property
    def keys(self) -> list[str | None]:
        """The idempotency keys, in order."""
        return [sent.header("Idempotency-Key") for sent in self.sent]

    def is_over(self) -> None:
        """Everything planned was asked for."""
        assert not self.answers, f"{len(self.answers)} answers were never asked for"


def reply(status: int = 200, document: Any = None, *, body: bytes | None = None, **headers: str) -> Reply:
    """An answer; `retry_after="1"` is the header Retry-After."""
    return Reply(
        status=status,
        headers={name.replace("_", "-").lower(): value for name, value in headers.items()},
        body=json.dumps(document).encode() if body is None else body,
    )
