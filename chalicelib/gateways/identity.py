"""Whoever signs our clients in: the public keys that their tokens are checked with."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from chalicelib.gateways.trouble import Unavailable
from chalicelib.observability import SERVICE

KEYS_KEPT: Final = timedelta(hours=1)  # then it is asked again; while it cannot be, what we have is used
ASKED_AGAIN_AFTER: Final = timedelta(minutes=1)  # an unknown key id makes us ask at most this often
TIMEOUT: Final = 2.0  # seconds
LARGEST: Final = 256 * 1024  # bytes that a key set may have


class Identity(Protocol):
    """Whoever signs our clients in."""

    def key(self, kid: str, *, at: datetime) -> Any | None:
        """The RSA public key of that id, None if there is none such; raises Unavailable."""


class JwksKeys:
    """The key set (RFC 7517) that an issuer publishes, fetched when it is first needed and kept."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, Any] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None

    def key(self, kid: str, *, at: datetime) -> Any | None:
        """See Identity."""
        fresh = _within(KEYS_KEPT, self._fetched_at, at)
        asked_lately = _within(ASKED_AGAIN_AFTER, self._asked_at, at)
        if self._fetched_at is None or ((not fresh or kid not in self._keys) and not asked_lately):
            self._refresh(at)
        return self._keys.get(kid)

    def _refresh(self, at: datetime) -> None:
        self._asked_at = at
        try:
            self._keys = _usable(self._fetch())
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if self._fetched_at is None:
                raise Unavailable("identity", type(error).__name__) from error
            return  # the keys that we have are better than none
        self._fetched_at = at

    def _fetch(self) -> dict[str, Any]:
        from urllib.request import Request, urlopen

        if not self._url.startswith(("https://", "http://")):
            raise ValueError("a key set is fetched over HTTP")
        request = Request(self._url, headers={"User-Agent": SERVICE})  # noqa: S310  (checked above)
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  (checked above)
            fetched: dict[str, Any] = json.loads(answer.read(LARGEST))
        return fetched


def _within(span: timedelta, since: datetime | None, at: datetime) -> bool:
    return since is not None and since <= at < since + span


def _usable(key_set: dict[str, Any]) -> dict[str, Any]:
    """The RSA signature keys by id; what we could not use is left out."""
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    usable = {}
    for each in key_set["keys"]:
        signs = each.get("use", "sig") == "sig" and each.get("alg", "RS256") == "RS256"
        if each.get("kty") != "RSA" or not signs or not isinstance(each.get("kid"), str):
            continue
        try:
            usable[each["kid"]] = PyJWK(each, algorithm="RS256").key
        except (PyJWTError, ValueError):
            continue
    return usable
