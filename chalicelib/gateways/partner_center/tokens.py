"""Tokens for Partner Center and Graph: our own user's, from a refresh token that changes on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlencode

from chalicelib.gateways.clock import Clock
from chalicelib.gateways.partner_center.answers import Said, Unreadable, read
from chalicelib.gateways.partner_center.waiting import pause_after
from chalicelib.gateways.transport import Budget, NoReply, Reply, Transport
from chalicelib.gateways.trouble import Trouble, Unavailable
from chalicelib.observability import count, log

PARTNER_CENTER: Final = "https://api.partnercenter.microsoft.com"  # the audiences, whatever the addresses are
GRAPH: Final = "https://graph.microsoft.com"

NEIGHBOR: Final = "microsoft"
SAFETY: Final = timedelta(minutes=5)  # a token is not used in its last minutes
TRIES: Final = 3
SECONDS: Final = 8.0

_SIGNED_OUT: Final = {"invalid_grant", "interaction_required"}
_PASSES: Final = {"temporarily_unavailable", "server_error"}


class RefreshTokens(Protocol):
    """Whoever keeps the refresh token: it is the key to everything, and has a place of its own."""

    def read(self) -> str:
        """The refresh token; raises Unavailable."""

    def write(self, token: str) -> None:
        """Keep a newer one; raises Unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str = field(repr=False)
    good_until: datetime


class _SignedOut(Exception):
    """The refresh token is not good any more; carries Microsoft's numbers for it."""


class Tokens:
    """Access tokens by audience, kept in this process as long as they are good."""

    def __init__(
        self,
        *,
        transport: Transport,
        login_url: str,
        tenant_id: str,
        client_id: str,
        client_secret: Callable[[], str],
        vault: RefreshTokens,
        clock: Clock,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self._tenant_url = f"{login_url.rstrip('/')}/{tenant_id}"
        self._client_id = client_id
        self._client_secret = client_secret
        self._vault = vault
        self._clock = clock
        self._pause = pause
        self._kept: dict[str, _Token] = {}
        self._unwritten: str | None = None  # a newer refresh token that could not be kept yet
        self._lock = threading.Lock()

    def token(self, audience: str, *, budget: Budget | None = None) -> str:
        """A token that is good for this audience; raises Unavailable."""
        budget = budget or Budget(SECONDS * TRIES, pause=self._pause)
        if not self._lock.acquire(timeout=budget.left):
            raise Unavailable(NEIGHBOR, "another request is still waiting for a token")
        try:
            kept = self._kept.get(audience)
            if kept is None or kept.good_until <= self._clock.now():
                kept = self._kept[audience] = self._fetched(audience, budget)
            return kept.text
        finally:
            self._lock.release()

    def forget(self, audience: str, token: str) -> None:
        """This token was not accepted; if it is still the one that is kept, it is no more."""
        with self._lock:
            kept = self._kept.get(audience)
            if kept is not None and kept.text == token:
                del self._kept[audience]

    def _fetched(self, audience: str, budget: Budget) -> _Token:
        asked_at = self._clock.now()
        given = self._refresh_token()
        try:
            said = self._exchanged(given, audience, budget)
        except _SignedOut as out:
            # Another function may have exchanged it in between: then a newer one is kept by now.
            newer = self._vault.read()
            if newer == given:
                raise _alarmed(out) from None
            given = newer
            try:
                said = self._exchanged(given, audience, budget)
            except _SignedOut as still_out:
                raise _alarmed(still_out) from None
        text = said.text("access_token")
        if text is None:
            raise Unavailable(NEIGHBOR, "an answer without a token")
        rotated = said.text("refresh_token")
        if rotated is not None and rotated != given:
            self._keep(rotated)
        return _Token(text=text, good_until=asked_at + timedelta(seconds=_seconds(said)) - SAFETY)

    def _refresh_token(self) -> str:
        if self._unwritten is not None:
            unwritten = self._unwritten
            self._keep(unwritten)
            return unwritten
        return self._vault.read()

    def _keep(self, token: str) -> None:
        """Keep it before it is used; if that fails, the old one is still good, and this is tried again."""
        self._unwritten = token
        try:
            self._vault.write(token)
        except Trouble:
            log.error("a newer refresh token could not be kept", exc_info=True)
            count("microsoft_token_not_kept")
        else:
            self._unwritten = None

    def _exchanged(self, refresh_token: str, audience: str, budget: Budget) -> Said:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self._client_id,
            "client_secret": self._client_secret(),
        }
        if audience == GRAPH:
            url, form["scope"] = f"{self._tenant_url}/oauth2/v2.0/token", f"{audience}/.default"
        else:
            url, form["resource"] = f"{self._tenant_url}/oauth2/token", audience
        body = urlencode(form).encode()
        for tried in range(TRIES):
            wait: float | None
            try:
                reply = self._transport.send(
                    method="POST",
                    url=url,
                    headers={
                        "Accept": "application/json",
                        "Content-Type": "application/x-www-form-urlencoded",
                    },
                    body=body,
                    seconds=budget.share(SECONDS),
                )
            except NoReply:
                wait = pause_after(tried)
            else:
                said = _read(reply)
                if reply.status == HTTPStatus.OK and said:
                    return said
                wait = _sorted(reply, said, tried)
            if tried + 1 == TRIES or not budget.wait(wait):
                break
        raise Unavailable(NEIGHBOR, "no token was to be had in time")


def _sorted(reply: Reply, said: Said, tried: int) -> float:
    """How long to wait before asking again; raises if that would not change the answer."""
    error = said.word("error")
    if error in _SIGNED_OUT:
        raise _SignedOut(_numbers(said))
    passes = (
        reply.status in {HTTPStatus.OK, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
        or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or error in _PASSES
    )
    if not passes:
        log.error("microsoft gives us no token", error=error, codes=_numbers(said), status=reply.status)
        count("microsoft_signed_out")
        raise Unavailable(NEIGHBOR, f"no token: {error or reply.status}")
    return pause_after(tried, retry_after=reply.headers.get("retry-after"))


def _alarmed(out: _SignedOut) -> Unavailable:
    log.error("microsoft has signed us out: a person has to consent again", codes=str(out))
    count("microsoft_signed_out")
    return Unavailable(NEIGHBOR, "we are signed out")


def _numbers(said: Said) -> str:
    """Microsoft's numbers for an error; its words may carry more than we want to keep."""
    numbers = said.find("error_codes")
    return ",".join(str(number) for number in numbers if isinstance(number, int)) if numbers else ""


def _seconds(said: Said) -> int:
    """How long a token is good, which is a text at one address and a number at the other."""
    text = said.text("expires_in") or ""
    return int(text) if text.isdigit() else 0


def _read(reply: Reply) -> Said:
    try:
        return read(reply.body)
    except Unreadable:
        return Said()
