"""The routes that only the sandbox has: tokens, the clock, the mailbox, and what is done at the neighbors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.problems import problem
from chalicelib.api.reading import body_as, query_as
from chalicelib.api.schemas import words
from chalicelib.domain.refusals import Refusal
from sandbox import microsoft, tokens
from sandbox.clock import Backwards, BadInstant, read_duration, read_instant, written
from sandbox.front import Request, Response
from sandbox.pages import page_at
from sandbox.payments import Outcome
from sandbox.runtime import Runtime
from sandbox.world import SandboxWorld

JSON: Final = "application/json"
MOST_PLANNED: Final = 1000

RoleName = Literal["client", "freelancer", "operator"]


class Asked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What all requests have in common: a field that is not known is refused."""


Duration = Annotated[str, Meta(max_length=60, description="An ISO 8601 duration, such as P14D.")]
Instant = Annotated[str, Meta(max_length=60, description="An instant, such as 2024-01-31T10:00:00Z.")]
Locale = Annotated[
    str, Meta(pattern="^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", description="A language, such as en or fr.")
]
Roles = Annotated[list[RoleName], Meta(max_length=3, description="Any of: client, freelancer, operator.")]
Address = Annotated[str, Meta(min_length=1, max_length=254, description="An e-mail address.")]
Template = Annotated[str, Meta(pattern="^E([1-9]|1[0-5])$", description="E1 to E15.")]
NextOutcome = Annotated[Outcome, Meta(description="One of: decline, error, timeout.")]
Count = Annotated[int, Meta(ge=1, le=MOST_PLANNED, description=f"A whole number from 1 to {MOST_PLANNED}.")]


class TokenRequest(Asked):
    """Who is to be signed in."""

    email: words.Email
    roles: Roles
    name: words.Name | None = None
    locale: Locale | None = None
    expires_in: Duration | None = None


class ClockRequest(Asked):
    """Where the clock is to be: by how much later, or at which instant."""

    advance: Duration | None = None
    to: Instant | None = None


class NextRequest(Asked):
    """What becomes of the next charges."""

    outcome: NextOutcome
    count: Count = 1


class MailboxQuery(Asked):
    """Whose mails, and which."""

    to: Address | None = None
    template: Template | None = None


class Empty(Asked):
    """No fields at all."""


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    view: Callable[..., Any]
    body: type[Asked] | None
    query: type[Asked]


class SandboxRoutes:
    """What the sandbox answers itself; everything else is the product's."""

    def __init__(self, *, world: SandboxWorld, runtime: Runtime) -> None:
        self._world = world
        self._runtime = runtime
        self._routes = [
            _route("GET", "/sandbox", self._overview),
            _route("POST", "/sandbox/tokens", self._token, body=TokenRequest),
            _route("GET", "/sandbox/jwks.json", self._jwks),
            _route("GET", "/sandbox/clock", self._clock),
            _route("POST", "/sandbox/clock", self._move_clock, body=ClockRequest),
            _route("GET", "/sandbox/mailbox", self._mailbox, query=MailboxQuery),
            _route("GET", "/sandbox/microsoft", self._microsoft),
            _route("POST", "/sandbox/microsoft/{id}/accept-agreement", self._accept, body=Empty),
            _route("GET", "/sandbox/payments", self._payments),
            _route("POST", "/sandbox/payments/next", self._plan, body=NextRequest),
        ]

    def answer(self, request: Request, *, request_id: str) -> Response | None:
        """The answer of the sandbox, None when the request is for the product."""
        path = request.path.rstrip("/") or "/"
        if request.method in ("GET", "HEAD") and (page := page_at(path)) is not None:
            return page
        if path != "/sandbox" and not path.startswith("/sandbox/"):
            return None
        try:
            return self._answer(request, path)
        except Refusal as refusal:
            found = problem(refusal, request_id=request_id)
            headers = {"Content-Type": "application/problem+json", **found.headers}
            return Response(status=found.status, headers=headers, body=msgspec.json.encode(found.body))

    def _answer(self, request: Request, path: str) -> Response:
        matching = [(each, found) for each in self._routes if (found := each.pattern.fullmatch(path))]
        if not matching:
            raise Refusal("not_found", "There is nothing at this address.")
        methods = sorted({each.method for each, _ in matching})
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join([*methods, "OPTIONS"])})
        wanted = "GET" if request.method == "HEAD" else request.method
        for route, found in matching:
            if route.method == wanted:
                given: dict[str, Any] = dict(found.groupdict())
                query = query_as(route.query, request.query)
                if route.query is not Empty:
                    given["query"] = query
                if route.body is not None:
                    # Whatever it is called: curl calls what is typed by hand a form.
                    body = body_as(route.body, request.body, content_type=None)
                    if route.body is not Empty:
                        given["body"] = body
                return _json(route.view(**given))
        raise Refusal("method_not_allowed", f"Not with {request.method}.", facts={"allowed": methods})

    # --- views ---------------------------------------------------------------------------------------

    def _overview(self) -> Mapping[str, Any]:
        """Everything that the first page shows besides mails and money."""
        with self._runtime.quiet():
            world = self._world
            return {
                "brand": world.settings.brand.name,
                **self._clock_shown(),
                "personas": [
                    {
                        "name": each.name,
                        "email": each.email,
                        "roles": each.roles,
                        "locale": each.locale,
                        "about": each.about,
                        "token": _signed_in(world, each).token,
                    }
                    for each in tokens.PERSONAS
                ],
                "waiting_for_agreement": [
                    link.reference for link in world.microsoft.links if link.accepted_at is None
                ],
                "planned_outcomes": world.payments.planned,
                "troubles": [
                    {"at": written(trouble.at), "where": trouble.where, "what": trouble.what}
                    for trouble in self._runtime.troubles
                ],
                "dead_letters": len(world.aws.dead_letters()),
            }

    def _token(self, *, body: TokenRequest) -> Mapping[str, Any]:
        lifetime = tokens.LIFETIME
        if body.expires_in is not None:
            lifetime = self._duration(body.expires_in, pointer="/expires_in")
        made = self._world.identity.issue(
            email=body.email, roles=body.roles, name=body.name, locale=body.locale, lifetime=lifetime
        )
        return {"token": made.token, "sub": made.sub, "expires_at": written(made.expires_at)}

    def _jwks(self) -> Mapping[str, Any]:
        return self._world.identity.jwks()

    def _clock(self) -> Mapping[str, Any]:
        with self._runtime.quiet():
            return self._clock_shown()

    def _clock_shown(self) -> Mapping[str, Any]:
        following = self._runtime.next_instant()
        return {
            "now": written(self._world.now()),
            "stands": self._world.clock.stands,
            "next_event": written(following) if following else None,
        }

    def _move_clock(self, *, body: ClockRequest) -> Mapping[str, Any]:
        if (body.advance is None) == (body.to is None):
            raise _wrong("", "Either advance, a duration, or to, an instant.")
        pointer = "/advance" if body.to is None else "/to"
        try:
            fired = self._runtime.advance(
                read_instant(body.to) if body.to is not None else read_duration(body.advance or "")
            )
        except (BadInstant, Backwards) as error:
            raise _wrong(pointer, str(error)) from error
        return {"now": written(self._world.now()), "fired": fired}

    def _mailbox(self, *, query: MailboxQuery) -> Mapping[str, Any]:
        with self._runtime.quiet():
            pass
        # A plus sign that was not escaped has become a space, which no address has.
        to = query.to.replace(" ", "+") if query.to else None
        letters = self._world.mail.letters(to=to, template=query.template)
        return {"data": [letter.shown() for letter in letters]}

    def _microsoft(self) -> Mapping[str, Any]:
        with self._runtime.quiet():
            return {"data": [link.shown() for link in self._world.microsoft.links]}

    def _accept(self, *, id: str) -> Mapping[str, Any]:  # noqa: A002  (the name in the path)
        with self._runtime.quiet():
            self._world.store.load(id)  # `not_found`, as from the product
            try:
                link = self._world.microsoft.accept(id, at=self._world.now())
            except (microsoft.UnknownReference, microsoft.NoOpenAgreement):
                raise Refusal(
                    "invalid_transition",
                    "There is no agreement to accept: not offered yet, already accepted, or over.",
                ) from None
        return link.shown()

    def _payments(self) -> Mapping[str, Any]:
        with self._runtime.quiet():
            payments = self._world.payments
            return {"data": [entry.shown() for entry in payments.ledger], "planned": payments.planned}

    def _plan(self, *, body: NextRequest) -> Mapping[str, Any]:
        with self._runtime.quiet():
            self._world.payments.plan(body.outcome, count=body.count)
            return {"planned": self._world.payments.planned}

    def _duration(self, text: str, *, pointer: str) -> timedelta:
        now = self._world.now()
        try:
            return read_duration(text).after(now) - now
        except (BadInstant, Backwards) as error:
            raise _wrong(pointer, str(error)) from error


def _route(
    method: str,
    path: str,
    view: Callable[..., Any],
    *,
    body: type[Asked] | None = None,
    query: type[Asked] = Empty,
) -> _Route:
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[A-Za-z0-9_.-]{1,200})", path))
    return _Route(method, pattern, view, body, query)


def _json(content: Mapping[str, Any]) -> Response:
    headers = {"Content-Type": JSON, "Cache-Control": "no-store"}
    return Response(status=200, headers=headers, body=msgspec.json.encode(content))


def _wrong(pointer: str, detail: str) -> Refusal:
    return Refusal("validation_failed", detail, pointer=pointer)


def _signed_in(world: SandboxWorld, persona: tokens.Persona) -> tokens.Token:
    return world.identity.issue(
        email=persona.email, roles=persona.roles, name=persona.name, locale=persona.locale
    )
