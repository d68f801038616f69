"""The same request twice is one request: the first answer is kept under the caller's key, and given again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chalicelib.api.asking import Asked
from chalicelib.api.problems import is_an_answer
from chalicelib.api.reading import parsed
from chalicelib.api.registry import Key
from chalicelib.domain.idempotency import Replay
from chalicelib.domain.refusals import Refusal
from chalicelib.storage.keys import record_key
from chalicelib.storage.records import Once

if TYPE_CHECKING:
    from chalicelib.domain.idempotency import Answer

HEADER: Final = "Idempotency-Key"
LONGEST: Final = 255


def once_of(asked: Asked, *, answers: Callable[[Any], Answer]) -> Once | None:
    """The idempotency of a request, None without a key; refused where one is required, or is no key."""
    route, key = asked.route, asked.headers.get(HEADER.lower())
    if route.key is Key.IGNORED:
        return None
    if key is None:
        return asked.only_once if route.key is Key.REQUIRED else None
    if not (len(key.strip()) >= 1 and len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise Refusal("idempotency_key_invalid", f"A key has 1 to {LONGEST} printable ASCII characters.")
    return Once(
        key=record_key(caller=asked.caller.id, route=route.template, key=key),
        fingerprint=_fingerprint(asked),
        answer=answers,
    )


def answered_once(asked: Asked, once: Once, work: Callable[[], Answer]) -> tuple[Answer, bool]:
    """The answer to a request under a key, and whether it had been given before.

    A refusal is an answer too, and kept; a failure of ours, or "try again later", is not.
    """
    store = asked.world.store
    try:
        if not asked.route.reads_record:
            store.record(once, at=asked.at)
        try:
            return work(), False
        except Refusal as refusal:
            if not is_an_answer(refusal):
                raise
            answer = once.answer(refusal)
            if not refusal.kept:
                # Refused before the use case had looked, or because a rival with the same key was faster?
                store.record(once, at=asked.at)
                store.remember(once, answer, at=asked.at)
            return answer, False
    except Replay as replay:
        return replay.answer, True


def _fingerprint(asked: Asked) -> str:
    """A digest of what is asked: the same for two ways of writing the same JSON."""
    try:
        body = msgspec.json.encode(parsed(asked.content), order="deterministic")
    except Refusal:
        body = asked.sent
    return hashlib.sha256(msgspec.json.encode(sorted(asked.path.items())) + b"\n" + body).hexdigest()
