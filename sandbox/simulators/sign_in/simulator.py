"""The provider as a browser meets it: authorization code with PKCE (RFC 7636), for one public client.

It is strict: a client or an address that was not registered gets a page and no way back, a code is good once
and for a minute, and without the right verifier there is no token. Access tokens are the sandbox's usual.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode

from chalicelib.gateways.clock import Clock
from sandbox.exchange import Request, Response
from sandbox.simulators.pages import form_of
from sandbox.simulators.sign_in import pages
from sandbox.simulators.sign_in.sessions import Code, Kind, Sessions
from sandbox.tokens import Tokens

CLIENT_ID: Final = "seatwise-storefront"
CALLBACK: Final = "/sign-in/callback"
COOKIE: Final = "sandbox_sign_in"
LIFETIME: Final = timedelta(hours=1)  # of a token
SCOPES: Final = ("openid", "email", "profile", "offline_access")

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_AGAIN: Final = ("login", "select_account")


class Refused(Exception):
    """An error of OAuth (RFC 6749): its code, and what it is in words."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code, self.description = code, description


class SignInSimulator:
    """Whoever signs people in; `public_url` is where it is reached."""

    def __init__(self, *, tokens: Tokens, clock: Clock, storefront_url: str) -> None:
        self.public_url = "https://sign-in.simulator"
        self._tokens, self._clock = tokens, clock
        self._storefront = storefront_url.rstrip("/")
        self._sessions = Sessions()
        self._routes: Mapping[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/.well-known/openid-configuration"): self._configuration,
            ("GET", "/jwks.json"): lambda _: self._said(self._tokens.jwks()),
            ("GET", "/authorize"): self._authorize,
            ("POST", "/authorize"): self._authorize,
            ("POST", "/token"): self._token,
            ("GET", "/logout"): self._logout,
        }

    def answer(self, request: Request) -> Response:
        """See Simulator."""
        found = self._routes.get((request.method, request.path))
        if found is None:
            known = any(request.path == path for _, path in self._routes)
            return Response(status=HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND)
        return found(request)

    def _configuration(self, _: Request) -> Response:
        url = self.public_url
        return self._said(
            {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "jwks_uri": f"{url}/jwks.json",
                "end_session_endpoint": f"{url}/logout",
                "scopes_supported": SCOPES,
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    # --- in the browser ----------------------------------------------------------------------------------

    def _authorize(self, request: Request) -> Response:
        asked = _once(request.query)
        if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") != self._storefront + CALLBACK:
            return pages.unknown_client()
        try:
            _check_asked(asked)
            return self._signed_in(request, asked)
        except Refused as refused:
            return self._back(asked, {"error": refused.code, "error_description": refused.description})

    def _signed_in(self, request: Request, asked: Mapping[str, str]) -> Response:
        prompt = asked.get("prompt")
        cookie: dict[str, str] = {}
        if request.method == "POST":
            somebody = pages.chosen(form_of(request))
            if somebody is None:
                return pages.choice(wrong=True)
            session = self._sessions.begin(somebody)
            cookie = {"Set-Cookie": f"{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax"}
        else:
            known = self._sessions.of(_session_id(request))
            if known is None and prompt == "none":
                raise Refused("login_required", "Nobody is signed in.")
            if known is None or prompt in _AGAIN:
                return pages.choice()
            somebody = known
        code = self._sessions.give(
            Kind.CODE,
            Code(
                somebody=somebody,
                challenge=asked["code_challenge"],
                scope=asked["scope"],
                nonce=asked.get("nonce"),
                until=self._clock.now() + timedelta(minutes=1),
            ),
        )
        return self._back(asked, {"code": code}, cookie)

    def _back(
        self, asked: Mapping[str, str], said: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Response:
        state = {"state": asked["state"]} if "state" in asked else {}
        return _redirect(f"{asked['redirect_uri']}?{urlencode({**said, **state})}", headers)

    def _logout(self, request: Request) -> Response:
        asked = _once(request.query)
        self._sessions.end(_session_id(request))
        gone = {"Set-Cookie": f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"}
        back = asked.get("post_logout_redirect_uri", "").rstrip("/")
        if back != self._storefront:
            return pages.signed_out(gone)
        return _redirect(f"{back}/", gone)

    # --- by the page's script -----------------------------------------------------------------------------

    def _token(self, request: Request) -> Response:
        try:
            code = self._redeemed(form_of(request))
        except Refused as refused:
            said = {"error": refused.code, "error_description": refused.description}
            return self._said(said, status=HTTPStatus.BAD_REQUEST)
        return self._said(self._made(code))

    def _redeemed(self, form: Mapping[str, str]) -> Code:
        if form.get("client_id") != CLIENT_ID:
            raise Refused("invalid_client", "Nobody is called that.")
        kind = form.get("grant_type")
        if kind == "refresh_token":
            found = self._sessions.redeem(Kind.REFRESH, form.get("refresh_token", ""))
            if found is None:
                raise Refused("invalid_grant", "The refresh token is not known, or was used before.")
            return found
        if kind != "authorization_code":
            raise Refused("unsupported_grant_type", "authorization_code or refresh_token.")
        found = self._sessions.redeem(Kind.CODE, form.get("code", ""))
        if found is None or found.until <= self._clock.now():
            raise Refused("invalid_grant", "The code is not known, was used before, or came too late.")
        if form.get("redirect_uri") != self._storefront + CALLBACK:
            raise Refused("invalid_grant", "The code was given to another address.")
        if not secrets.compare_digest(_challenge(form.get("code_verifier", "")), found.challenge):
            raise Refused("invalid_grant", "The verifier is not that of the challenge.")
        return found

    def _made(self, code: Code) -> dict[str, Any]:
        who, now = code.somebody, self._clock.now().replace(microsecond=0)
        access = self._tokens.issue(
            email=who.email, roles=who.roles, name=who.name, locale=who.locale, lifetime=LIFETIME
        )
        claims = {
            "iss": self.public_url,
            "aud": CLIENT_ID,
            "sub": access.sub,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "email": who.email,
            **({"nonce": code.nonce} if code.nonce else {}),
        }
        made = {
            "token_type": "Bearer",
            "access_token": access.token,
            "id_token": self._tokens.sign(claims),
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": code.scope,
        }
        if "offline_access" in code.scope.split():
            made["refresh_token"] = self._sessions.give(Kind.REFRESH, code)  # a new one each time
        return made

    def _said(self, said: Mapping[str, Any], *, status: int = HTTPStatus.OK) -> Response:
        headers = {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": self._storefront,
        }
        return Response(status=status, headers=headers, body=json.dumps(said).encode())


def _check_asked(asked: Mapping[str, str]) -> None:
    if asked.get("response_type") != "code":
        raise Refused("unsupported_response_type", "A code is all that is given here.")
    if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(
        asked.get("code_challenge", "")
    ):
        raise Refused("invalid_request", "A code_challenge by S256 is needed.")
    scopes = asked.get("scope", "").split()
    if "openid" not in scopes or not set(scopes) <= set(SCOPES):
        raise Refused("invalid_scope", f"openid, and of the others only {', '.join(SCOPES[1:])}.")


def _once(query: Mapping[str, list[str]]) -> dict[str, str]:
    """Parameters that were given once; one that was given twice counts as not given."""
    return {name: values[0] for name, values in query.items() if len(values) == 1}


def _session_id(request: Request) -> str:
    try:
        cookies = SimpleCookie(request.header("Cookie") or "")
    except CookieError:
        return ""
    found = cookies.get(COOKIE)
    return found.value if found else ""


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _redirect(url: str, headers: Mapping[str, str] | None = None) -> Response:
    said = {"Location": url, "Cache-Control": "no-store", **(headers or {})}
    return Response(status=HTTPStatus.SEE_OTHER, headers=said)
