"""What only the sandbox has: tokens, the clock, the mailbox, what is done at the neighbors, and the pages."""

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
from chalicelib.domain.subscription import Subscription
from chalicelib.rulebook import Status
from sandbox import tokens
from sandbox.books import Books
from sandbox.clock import Backwards, BadInstant, read_duration, read_instant, written
from sandbox.exchange import Request, Response
from sandbox.mailbox import Fate
from sandbox.neighbors import MICROSOFT, PAYMENTS
from sandbox.pages import mail_page, page_at
from sandbox.runtime import Runtime
from sandbox.simulators import faults
from sandbox.simulators.microsoft import PARTNER_TENANT, NothingToAccept, UnknownGrant
from sandbox.simulators.stripe import StripeError
from sandbox.storefront import Storefront
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
Address = Annotated[str, Meta(min_length=1, max_length=254, description="An email address.")]
Template = Annotated[str, Meta(pattern="^E([1-9]|1[0-6])$", description="E1 to E16.")]
MailFate = Annotated[Fate, Meta(description=f"One of: {', '.join(Fate)}.")]
NextOutcome = Annotated[
    Literal["decline", "error", "timeout"], Meta(description="One of: decline, error, timeout.")
]
Neighbor = Annotated[Literal["payments", "microsoft"], Meta(description="One of: payments, microsoft.")]
FaultKind = Annotated[faults.Kind, Meta(description=f"One of: {', '.join(faults.Kind)}.")]
NoticeFault = Annotated[
    Literal["lost", "duplicate", "late", "reorder"],
    Meta(description="One of: lost, duplicate, late, reorder."),
]
Method = Annotated[Literal["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"], Meta(description="A method.")]
Path = Annotated[str, Meta(max_length=200, description="A part of the path, as a regular expression.")]
Secret = Annotated[str, Meta(min_length=1, max_length=300, description="What the API gave the browser.")]
Percent = Annotated[int, Meta(ge=1, le=100, description="How many calls of a hundred, from 1 to 100.")]
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


class FaultRequest(Asked):
    """Trouble for the next calls of a neighbor: those that fit, or by chance a share of all."""

    neighbor: Neighbor
    kind: FaultKind | None = None
    method: Method | None = None
    path: Path | None = None
    count: Count = 1
    after: Annotated[int, Meta(ge=0, le=MOST_PLANNED)] = 0
    seconds: Annotated[int, Meta(ge=0, le=60)] = 0
    share: Percent | None = None
    seed: int = 0


class NoticeRequest(Asked):
    """Trouble for the next notices of a neighbor."""

    neighbor: Neighbor
    kind: NoticeFault
    count: Count = 1
    late_by: Duration | None = None


class AuthenticateRequest(Asked):
    """What the cardholder does in the browser when the bank asks."""

    client_secret: Secret
    succeed: bool = True


class SetupRequest(Asked):
    """The card that the client types into the browser."""

    client_secret: Secret
    payment_method: Annotated[str, Meta(min_length=1, max_length=100)] = "pm_card_visa"


class MailboxQuery(Asked):
    """Whose mails, and which."""

    to: Address | None = None
    template: Template | None = None


class MailEventRequest(Asked):
    """What happens to the last mail to somebody."""

    to: Address
    event: MailFate


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

    def __init__(
        self, *, world: SandboxWorld, runtime: Runtime, storefront: Storefront | None = None
    ) -> None:
        self._world = world
        self._runtime = runtime
        self._storefront = storefront
        self._routes = [
            _route("GET", "/sandbox", self._overview),
            _route("POST", "/sandbox/tokens", self._token, body=TokenRequest),
            _route("GET", "/sandbox/jwks.json", self._jwks),
            _route("GET", "/sandbox/clock", self._clock),
            _route("POST", "/sandbox/clock", self._move_clock, body=ClockRequest),
            _route("GET", "/sandbox/mailbox", self._mailbox, query=MailboxQuery),
            _route("GET", "/sandbox/mailbox/{id}", self._mail),
            _route("POST", "/sandbox/mailbox/events", self._mail_event, body=MailEventRequest),
            _route("GET", "/sandbox/microsoft", self._microsoft),
            _route("POST", "/sandbox/microsoft/{id}/accept-agreement", self._accept, body=Empty),
            _route("GET", "/sandbox/payments", self._payments),
            _route("POST", "/sandbox/payments/next", self._plan, body=NextRequest),
            _route("POST", "/sandbox/payments/authenticate", self._authenticate, body=AuthenticateRequest),
            _route("POST", "/sandbox/payments/finish-setup", self._finish_setup, body=SetupRequest),
            _route("POST", "/sandbox/payments/accounts/{id}/finish-onboarding", self._onboard, body=Empty),
            _route("POST", "/sandbox/microsoft/grants/{id}/approve", self._approve_grant, body=Empty),
            _route("GET", "/sandbox/books", self._books),
            _route("POST", "/sandbox/sweeps/{name}", self._sweep, body=Empty),
            _route("GET", "/sandbox/faults", self._faults),
            _route("POST", "/sandbox/faults", self._plan_fault, body=FaultRequest),
            _route("DELETE", "/sandbox/faults", self._clear_faults),
            _route("POST", "/sandbox/faults/notices", self._plan_notice, body=NoticeRequest),
        ]

    def answer(self, request: Request, *, request_id: str) -> Response | None:
        """The answer of the sandbox, None when the request is for the product."""
        path = request.path.rstrip("/") or "/"
        if not _below(path, "/sandbox"):
            return self._page(request, path)
        try:
            return self._answer(request, path)
        except Refusal as refusal:
            found = problem(refusal, request_id=request_id)
            headers = {"Content-Type": "application/problem+json", **found.headers}
            return Response(status=found.status, headers=headers, body=msgspec.json.encode(found.body))

    def _page(self, request: Request, path: str) -> Response | None:
        """What a browser shows: the documentation, or the storefront."""
        if request.method not in ("GET", "HEAD") or _below(path, "/v1"):
            return None
        if _below(path, "/docs") or self._storefront is None:
            return page_at(path)
        return self._storefront.answer(request)

    def is_file(self, path: str) -> bool:
        """Whether a path is that of a file that pages load by themselves."""
        return self._storefront is not None and self._storefront.is_file(path)

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
                answer = route.view(**given)
                return answer if isinstance(answer, Response) else _json(answer)
        raise Refusal("method_not_allowed", f"Not with {request.method}.", facts={"allowed": methods})

    # --- views ---------------------------------------------------------------------------------------

    def _overview(self) -> Mapping[str, Any]:
        """Who can be signed in, where the clock stands, and what went wrong: what a browser needs first."""
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
                "waiting_for_agreement": [sub.id for sub in self._waiting_for_agreement()],
                "planned_outcomes": world.stripe.planned,
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

    def _mail(self, *, id: str) -> Response:  # noqa: A002
        with self._runtime.quiet():
            pass
        letters = self._world.mail.letters()
        found = next((letter for letter in letters if letter.id == id), None)
        if found is None:
            raise Refusal("not_found", "There is no such mail.")
        return mail_page(found.html)

    def _mail_event(self, *, body: MailEventRequest) -> Mapping[str, Any]:
        with self._runtime.quiet():
            letters = self._world.mail.letters(to=body.to)
            if not letters:
                raise _wrong("/to", "No mail was sent to this address.")
            self._world.mail.happens(letters[-1], body.event)
        return {"id": letters[-1].id, "template": letters[-1].template, "event": body.event}

    def _microsoft(self) -> Mapping[str, Any]:
        with self._runtime.quiet():
            world = self._world
            admin = f"{world.partner_center.public_url}/admin"
            return {
                "page": f"{admin}/partners/invitation?partnerId={PARTNER_TENANT}",
                "data": [
                    self._at_microsoft(sub) for sub in world.linked() if sub.account and sub.account.tenant_id
                ],
                "grants": [
                    {
                        "id": grant.id,
                        "tenant_id": grant.tenant_id,
                        "name": grant.name,
                        "status": grant.status,
                        "page": f"{admin}/grants/{grant.id}",
                    }
                    for grant in world.partner_center.grants
                ],
            }

    def _at_microsoft(self, sub: Subscription) -> Mapping[str, Any]:
        tenant_id = sub.account.tenant_id if sub.account else None
        return self._world.partner_center.shown(sub.id, tenant_id=tenant_id)

    def _waiting_for_agreement(self) -> list[Subscription]:
        waiting = {tenant.id for tenant in self._world.partner_center.waiting()}
        return [
            sub
            for sub in self._world.linked()
            if sub.status is Status.CONNECTING
            and sub.account is not None
            and sub.account.tenant_id in waiting
        ]

    def _accept(self, *, id: str) -> Mapping[str, Any]:  # noqa: A002  (the name in the path)
        with self._runtime.quiet():
            if not self._world.accept(id):
                raise Refusal(
                    "invalid_transition",
                    "There is no agreement to accept: not offered yet, already accepted, or over.",
                )
            return self._at_microsoft(self._world.store.load(id))

    def _approve_grant(self, *, id: str) -> Mapping[str, Any]:  # noqa: A002
        with self._runtime.quiet():
            try:
                self._world.partner_center.approve_grant(id)
            except (UnknownGrant, NothingToAccept):
                raise Refusal("not_found", "No such request waits at Microsoft.") from None
        return {"id": id}

    def _payments(self) -> Mapping[str, Any]:
        with self._runtime.quiet():
            stripe = self._world.stripe
            return {"data": [entry.shown() for entry in stripe.ledger], "planned": stripe.planned}

    def _plan(self, *, body: NextRequest) -> Mapping[str, Any]:
        with self._runtime.quiet():
            self._world.stripe.plan(body.outcome, count=body.count)
            return {"planned": self._world.stripe.planned}

    def _authenticate(self, *, body: AuthenticateRequest) -> Mapping[str, Any]:
        with self._runtime.quiet():
            try:
                intent = self._world.stripe.authenticate(body.client_secret, ok=body.succeed)
            except StripeError:
                nothing = "Nothing waits for its cardholder under this secret."
                raise _wrong("/client_secret", nothing) from None
        return {"status": intent["status"]}

    def _finish_setup(self, *, body: SetupRequest) -> Mapping[str, Any]:
        with self._runtime.quiet():
            try:
                setup = self._world.stripe.finish_setup(body.client_secret, body.payment_method)
            except StripeError:
                raise _wrong("/client_secret", "No card is being added under this secret.") from None
        return {"status": setup["status"], "payment_method": setup["payment_method"]}

    def _onboard(self, *, id: str) -> Mapping[str, Any]:  # noqa: A002
        with self._runtime.quiet():
            try:
                self._world.stripe.finish_onboarding(id)
            except StripeError:
                raise Refusal("not_found", "There is no such account.") from None
        return {"id": id, "active": True}

    def _books(self) -> Mapping[str, Any]:
        with self._runtime.quiet():
            return Books.of(self._world).shown()

    def _sweep(self, *, name: str) -> Mapping[str, Any]:
        return {"fired": self._runtime.fire(name)}

    # --- trouble ---------------------------------------------------------------------------------------

    def _faults(self) -> Mapping[str, Any]:
        return {
            "planned": {name: each.planned for name, each in self._world.neighbors.faults.items()},
            "taken": {name: each.taken for name, each in self._world.neighbors.faults.items()},
        }

    def _plan_fault(self, *, body: FaultRequest) -> Mapping[str, Any]:
        if (body.kind is None) == (body.share is None):
            raise _wrong("", "Either kind, for the next calls, or share, for calls by chance.")
        if body.path is not None:
            try:
                re.compile(body.path)
            except re.error:
                raise _wrong("/path", "This is no regular expression.") from None
        planned = self._world.neighbors.faults[body.neighbor]
        if body.share is not None:
            planned.at_random(share=body.share, seed=body.seed, path=body.path)
        elif body.kind is not None:
            planned.plan(
                body.kind,
                method=body.method,
                path=body.path,
                count=body.count,
                after=body.after,
                seconds=float(body.seconds),
            )
        return self._faults()

    def _clear_faults(self) -> Mapping[str, Any]:
        for each in self._world.neighbors.faults.values():
            each.clear()
        return self._faults()

    def _plan_notice(self, *, body: NoticeRequest) -> Mapping[str, Any]:
        late_by = self._duration(body.late_by, pointer="/late_by") if body.late_by else timedelta(hours=1)
        notices = {
            PAYMENTS: self._world.stripe.notices,
            MICROSOFT: self._world.partner_center.notices,
        }
        notices[body.neighbor].plan(body.kind, count=body.count, late_by=late_by)
        return {"neighbor": body.neighbor, "kind": body.kind, "count": body.count}

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


def _below(path: str, room: str) -> bool:
    return path == room or path.startswith(f"{room}/")


def _wrong(pointer: str, detail: str) -> Refusal:
    return Refusal("validation_failed", detail, pointer=pointer)


def _signed_in(world: SandboxWorld, persona: tokens.Persona) -> tokens.Token:
    return world.identity.issue(
        email=persona.email, roles=persona.roles, name=persona.name, locale=persona.locale
    )
