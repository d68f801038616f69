"""Idempotency as Stripe documents it: what a key was answered first is what it is answered for a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sandbox.exchange import Request, Response
from sandbox.simulators.stripe.wire import Object, StripeError

KEPT: Final = timedelta(hours=24)
LONGEST: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saved:
    at: datetime
    path: str
    params: Object
    response: Response


class Keys:
    """The keys that were used, and what each was answered."""

    def __init__(self) -> None:
        self._saved: dict[str, _Saved] = {}
        self._running: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self._replayed: set[str] = set()

    def hold(self, key: str, *, count: int = 1) -> None:
        """Answer the next `count` requests with this key as if the first were still running."""
        self._running[key] += count

    def seen(self, key: str) -> int:
        """How often a key has come, over all time."""
        return self._seen[key]

    def replay(self, key: str, *, path: str, params: Object, at: datetime) -> Response | None:
        """What this key was answered before; raises StripeError if it stands for something else."""
        if not key or len(key) > LONGEST:
            raise StripeError(f"Idempotency keys have between 1 and {LONGEST} characters.", saved=False)
        if self._running[key] > 0:
            self._running[key] -= 1
            raise StripeError(
                "There is currently another in-progress request using this Idempotency Key.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
                saved=False,
            )
        self._forget(at)
        saved = self._saved.get(key)
        if saved is None:
            return None
        if (saved.path, saved.params) != (path, params):
            raise StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were first "
                "used with.",
                kind="idempotency_error",
                saved=False,
            )
        self._replayed.add(key)
        headers = {**saved.response.headers, "Idempotent-Replayed": "true"}
        return replace(saved.response, headers=headers)

    def saw(self, key: str) -> None:
        """Count one more request with this key."""
        self._seen[key] += 1

    def save(self, key: str, *, path: str, params: Object, response: Response, at: datetime) -> None:
        """Answer this to whoever comes with the key again."""
        self._replayed.discard(key)
        self._saved[key] = _Saved(at=at, path=path, params=params, response=response)

    def spoil(self, request: Request, response: Response) -> None:
        """Let a failure that came after the work be what the key is answered from now on."""
        key = request.header("idempotency-key")
        saved = self._saved.get(key) if key else None
        if key and saved is not None and key not in self._replayed:
            headers = {**response.headers, "Idempotency-Key": key}
            self._saved[key] = replace(saved, response=replace(response, headers=headers))

    def _forget(self, at: datetime) -> None:
        while self._saved:
            oldest = next(iter(self._saved))  # they are in the order in which they were saved
            if at - self._saved[oldest].at < KEPT:
                return
            del self._saved[oldest]
