"""Entra: tokens for a principal and an audience, and refresh tokens that change with every use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from sandbox.exchange import Response
from sandbox.simulators.microsoft.ground import Ids, Switches
from sandbox.simulators.microsoft.speech import (
    Call,
    Refusal,
    Route,
    answered,
    refused,
    refused_silently,
)
from sandbox.simulators.microsoft.tenants import Tenants

PARTNER_TENANT: Final = "5ea7f15e-0000-4000-8000-5eab0a6d0010"
CLIENT_ID: Final = "seatwise-sandbox"
CLIENT_SECRET: Final = "sandbox-client-secret"
FIRST_REFRESH_TOKEN: Final = "sandbox-first-refresh-token"

PARTNER_CENTER: Final = "https://api.partnercenter.microsoft.com"
GRAPH: Final = "https://graph.microsoft.com"
RETIRED: Final = "https://graph.windows.net"

LIFETIME: Final = timedelta(seconds=3600)
STRICT_GRACE: Final = timedelta(hours=1)
USER: Final = "user"
APP: Final = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """What an access token stands for."""

    principal: str  # USER or APP
    audience: str
    expires_at: datetime


class Entra:
    """Where tokens come from, and where they are looked up."""

    def __init__(self, *, switches: Switches, ids: Ids, tenants: Tenants, at: datetime) -> None:
        self._switches = switches
        self._ids = ids
        self._tenants = tenants
        self._access: dict[str, AccessToken] = {}
        self._refresh: dict[str, datetime] = {FIRST_REFRESH_TOKEN: at}  # and when it was used last
        self._replaced: dict[str, datetime] = {}  # and when it was exchanged first
        self.routes = [
            Route(method="POST", pattern="/{tenant}/oauth2/token", answer=self._token_v1),
            Route(method="POST", pattern="/{tenant}/oauth2/v2.0/token", answer=self._token_v2),
            Route(
                method="GET", pattern="/{domain}/v2.0/.well-known/openid-configuration", answer=self._openid
            ),
        ]

    def sign_out(self) -> None:
        """An administrator revokes every session: no refresh token is good any more."""
        self._refresh.clear()

    def check(self, header: str | None, *, audience: str, user_only: bool, at: datetime) -> str:
        """The principal behind an Authorization header; refuses what this audience would refuse."""
        kind, _, given = (header or "").partition(" ")
        token = self._access.get(given) if kind.lower() == "bearer" else None
        if token is None or token.expires_at <= at:
            raise refused_silently(401)
        if token.audience == RETIRED:
            raise refused(401, "900420", "The audience of the token, Azure AD Graph, is retired.")
        if token.audience != audience:
            raise refused_silently(401)
        if user_only and token.principal != USER:
            raise refused(403, "900329", "The resource cannot be accessed with an app-only token.")
        return token.principal

    def _token_v1(self, call: Call) -> Response:
        form = self._form(call, {"resource", "redirect_uri", "scope", "code"})
        audience = form.get("resource", "").rstrip("/")
        if audience not in {PARTNER_CENTER, GRAPH, RETIRED}:
            raise self._no(call, 400, "invalid_resource", 500011, "The resource principal was not found.")
        token, refresh = self._granted(call, form, audience)
        issued = int(call.at.timestamp())
        answer = {
            "token_type": "Bearer",
            "expires_in": "3600",
            "ext_expires_in": "3600",
            "expires_on": str(issued + 3600),
            "not_before": str(issued - 300),
            "resource": audience,
            "access_token": token,
        }
        if refresh:
            answer |= {
                "scope": "user_impersonation",
                "refresh_token": refresh,
                "id_token": "sandbox.id.token",
            }
        return answered(200, answer)

    def _token_v2(self, call: Call) -> Response:
        form = self._form(call, {"scope", "redirect_uri", "code"})
        audiences = [scope.rpartition("/")[0] for scope in form.get("scope", "").split() if "://" in scope]
        if len(set(audiences)) != 1 or audiences[0] not in {PARTNER_CENTER, GRAPH}:
            raise self._no(call, 400, "invalid_scope", 70011, "The scope is not valid.")
        token, refresh = self._granted(call, form, audiences[0])
        answer = {"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600, "access_token": token}
        if refresh:
            answer |= {"scope": form["scope"], "refresh_token": refresh}
        return answered(200, answer)

    def _form(self, call: Call, optional: set[str]) -> dict[str, str]:
        kind = (call.request.header("content-type") or "").partition(";")[0].strip().lower()
        pairs = parse_qsl(call.request.body.decode("utf-8", "replace"), keep_blank_values=True)
        form = dict(pairs)
        if call.parts["tenant"] != PARTNER_TENANT:
            raise self._no(call, 400, "invalid_request", 90002, "The tenant was not found.")
        known = optional | {"grant_type", "client_id", "client_secret", "refresh_token"}
        if kind != "application/x-www-form-urlencoded" or len(form) < len(pairs) or set(form) - known:
            raise self._no(call, 400, "invalid_request", 9002313, "The request is malformed or invalid.")
        if form.get("client_id") != CLIENT_ID:
            raise self._no(call, 400, "unauthorized_client", 700016, "The application was not found.")
        if form.get("client_secret") != CLIENT_SECRET:
            raise self._no(call, 401, "invalid_client", 7000215, "An invalid client secret was provided.")
        return form

    def _granted(self, call: Call, form: dict[str, str], audience: str) -> tuple[str, str | None]:
        match form.get("grant_type"):
            case "client_credentials":
                return self._access_token(APP, audience, call.at), None
            case "refresh_token":
                fresh = self._exchanged(call, form.get("refresh_token", ""))
                return self._access_token(USER, audience, call.at), fresh
            case "authorization_code":
                raise self._no(call, 400, "invalid_grant", 70008, "The authorization code has expired.")
            case _:
                raise self._no(call, 400, "unsupported_grant_type", 70003, "The grant type is not supported.")

    def _exchanged(self, call: Call, given: str) -> str:
        used_at = self._refresh.get(given)
        if used_at is None:
            raise self._no(call, 400, "invalid_grant", 50173, "The grant has been revoked, or is unknown.")
        replaced_at = self._replaced.get(given)
        too_late = self._switches.strict_rotation and replaced_at and replaced_at + STRICT_GRACE <= call.at
        if too_late or used_at + self._switches.refresh_tokens_last <= call.at:
            raise self._no(call, 400, "invalid_grant", 700082, "The refresh token expired due to inactivity.")
        fresh = f"sandbox-refresh-{self._ids.hexadecimal(24)}"
        self._refresh[given] = self._refresh[fresh] = call.at
        self._replaced.setdefault(given, call.at)
        return fresh

    def _access_token(self, principal: str, audience: str, at: datetime) -> str:
        self._access = {text: token for text, token in self._access.items() if token.expires_at > at}
        text = f"sandbox-access-{self._ids.hexadecimal(32)}"
        self._access[text] = AccessToken(principal=principal, audience=audience, expires_at=at + LIFETIME)
        return text

    def _no(self, call: Call, status: int, error: str, number: int, message: str) -> Refusal:
        trace, correlation = self._ids.passing(), self._ids.passing()
        moment = f"{call.at:%Y-%m-%d %H:%M:%SZ}"
        text = f"Trace ID: {trace}\r\nCorrelation ID: {correlation}\r\nTimestamp: {moment}"
        return Refusal(
            answered(
                status,
                {
                    "error": error,
                    "error_description": f"AADSTS{number}: {message}\r\n{text}",
                    "error_codes": [number],
                    "timestamp": moment,
                    "trace_id": trace,
                    "correlation_id": correlation,
                    "error_uri": f"https://login.microsoftonline.com/error?code={number}",
                },
            )
        )

    def _openid(self, call: Call) -> Response:
        tenant = self._tenants.find(call.parts["domain"])
        if tenant is None:
            raise self._no(call, 400, "invalid_tenant", 90002, "The tenant was not found.")
        issuer = f"https://login.microsoftonline.com/{tenant.id}/v2.0"
        return answered(200, {"issuer": issuer, "tenant_region_scope": "NA"})
