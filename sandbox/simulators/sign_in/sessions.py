"""Whom the provider knows: who is signed in at it, and what it has given out and will take back once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Whoever somebody said they are."""

    email: str
    name: str | None
    roles: tuple[str, ...]
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a code, or a refresh token, stands for."""

    somebody: Somebody
    challenge: str
    scope: str
    nonce: str | None
    until: datetime  # of a code


class Kind(StrEnum):
    """What a word is good for."""

    CODE = "code"
    REFRESH = "refresh"


class Sessions:
    """Everything is forgotten with the process."""

    def __init__(self) -> None:
        self._sessions: dict[str, Somebody] = {}
        self._words: dict[tuple[Kind, str], Code] = {}

    def begin(self, somebody: Somebody) -> str:
        """Somebody is signed in from now on; answers the id of their session."""
        session = secrets.token_urlsafe(24)
        self._sessions[session] = somebody
        return session

    def of(self, session: str) -> Somebody | None:
        """Who is signed in."""
        return self._sessions.get(session)

    def end(self, session: str) -> None:
        """Nobody is signed in under this id any more."""
        self._sessions.pop(session, None)

    def give(self, kind: Kind, code: Code) -> str:
        """A word that can be redeemed once, as what it is."""
        word = secrets.token_urlsafe(24)
        self._words[kind, word] = code
        return word

    def redeem(self, kind: Kind, word: str) -> Code | None:
        """What a word stands for, which it does no more from now on."""
        return self._words.pop((kind, word), None)
