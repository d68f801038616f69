"""One request, one answer: what the same key means the second time.

The record of a request is written in the transaction of the decision that it led to, so the two cannot
disagree: either both are there or neither is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered, to be answered again."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A request under a caller's key: what it was, and its answer once there is one."""

    key: str  # a digest of caller, route and Idempotency-Key
    fingerprint: str  # a digest of what was asked
    expires_at: datetime
    leased_until: datetime | None = None
    order_id: str | None = None
    result_id: str | None = None  # what a sweep made of it: the caller has not been answered yet
    answer: Answer | None = None


class Replay(Exception):
    """The same request was answered before: this was the answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("replayed")
        self.answer = answer


def judge(record: Record | None, *, fingerprint: str, at: datetime) -> Record | None:
    """The record to go on with, None for a new request; else the first answer, or why there is none.

    Raises Replay with the first answer; refuses with `idempotency_key_reused` for another request under the
    same key and `idempotency_in_progress` while the first one is still being worked on.
    """
    if record is None or record.expires_at <= at:
        return None
    if record.fingerprint != fingerprint:
        raise Refusal("idempotency_key_reused", "This Idempotency-Key was used for another request.")
    if record.answer is not None:
        raise Replay(record.answer)
    if record.leased_until is not None and at < record.leased_until:
        raise Refusal(
            "idempotency_in_progress",
            "The first request under this Idempotency-Key is still being worked on.",
            facts={"retry_after": max(1, int((record.leased_until - at).total_seconds()))},
        )
    return record
