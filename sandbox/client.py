"""A caller of the sandbox over HTTP, for the demo and for the journeys: people who do what people do."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

TIMEOUT_SECONDS: Final = 120

SEATTLE: Final = {
    "line1": "500 Pine Street",
    "city": "Seattle",
    "state": "WA",
    "postal_code": "98101",
    "country": "US",
}
EXPERIENCE: Final = "Ten years of Microsoft 365 support for small businesses."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content) if self.content else None


class Unexpected(AssertionError):
    """An answer other than the one that the story goes on from."""


class Line:
    """One connection to a sandbox; to be used by one thread."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.url = url
        self._connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=TIMEOUT_SECONDS
        )

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request, with a JSON body or with bytes, and hear the answer."""
        given = dict(headers or {})
        content = body
        if body is not None and not isinstance(body, bytes):
            content = json.dumps(body).encode()
            given.setdefault("Content-Type", "application/json")
        self._connection.request(method, path, body=content, headers=given)
        response = self._connection.getresponse()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=answered, content=response.read())

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer that must be a good one."""
        answer = self.send(method, path, body)
        if answer.status >= 300:  # noqa: PLR2004
            raise Unexpected(f"{method} {path}: {answer.status} {answer.content.decode()}")
        return answer.json

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


_KEYS: Final = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody who is signed in; the token is asked for when it is first needed."""

    line: Line
    name: str
    email: str
    role: str
    locale: str = "en"
    sub: str = ""
    _token: str = field(default="", repr=False)

    @property
    def first_name(self) -> str:
        """What friends say."""
        return self.name.partition(" ")[0]

    @property
    def token(self) -> str:
        """What this person's requests are signed with; asked for when it is first needed."""
        if not self._token:
            self.sign_in()
        return self._token

    def sign_in(self) -> None:
        """Get a new token: the old one may have expired."""
        asked = {"email": self.email, "name": self.name, "roles": [self.role], "locale": self.locale}
        answer = self.line.ask("POST", "/sandbox/tokens", asked)
        self._token, self.sub = answer["token"], answer["sub"]

    def send(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        """Send a request in this person's name."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.line.send(method, path, body, headers=headers)

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, expect: int | None = None
    ) -> Any:
        """The JSON of an answer that must have the expected status; without one, a good one."""
        answer = self.send(method, path, body, key=key)
        good = answer.status < 300 if expect is None else answer.status == expect  # noqa: PLR2004
        if not good:
            raise Unexpected(f"{self.name}: {method} {path}: {answer.status} {answer.content.decode()}")
        return answer.json

    # --- what clients do -----------------------------------------------------------------------------

    def buy(
        self,
        *,
        plan: str = "business-standard",
        seats: int = 10,
        period: str = "monthly",
        link: str | None = None,
        payment_method: str = "pm_card_visa",
        key: str | None = None,
        expect: int = 201,
    ) -> Any:
        """Buy seats; the subscription, or the problem that was expected."""
        body = {
            "plan_id": plan,
            "seats": seats,
            "billing_period": period,
            "country": "US",
            "payment_method": payment_method,
            "address": SEATTLE,
        }
        if link is not None:
            body["link_token"] = link
        return self.ask("POST", "/v1/subscriptions", body, key=key or new_key(), expect=expect)

    def see(self, subscription_id: str) -> Any:
        """The subscription as it is now."""
        return self.ask("GET", f"/v1/subscriptions/{subscription_id}")

    def submit_account(
        self,
        subscription_id: str,
        *,
        prefix: str | None = None,
        domain: str | None = None,
        account_name: str = "Pine Street Bikes",
        expect: int = 200,
    ) -> Any:
        """Submit a Microsoft account: a new tenant's prefix, or an existing customer's domain."""
        first, _, last = self.name.partition(" ")
        body = {
            "existing_customer": domain is not None,
            "account_name": account_name,
            "address": SEATTLE,
            "primary_contact": {
                "first_name": first,
                "last_name": last or first,
                "email": self.email,
                "phone": "+1 206 555 0100",
            },
            **({"domain": domain} if domain is not None else {"domain_prefix": prefix}),
        }
        path = f"/v1/subscriptions/{subscription_id}/microsoft-account"
        return self.ask("PUT", path, body, expect=expect)

    def accept_agreement(self, subscription_id: str) -> None:
        """Accept the partner agreement at Microsoft."""
        self.line.ask("POST", f"/sandbox/microsoft/{subscription_id}/accept-agreement")

    def set_renewal(self, subscription_id: str, *, on: bool) -> Any:
        """Turn auto-renew on or off."""
        return self.ask("PUT", f"/v1/subscriptions/{subscription_id}/renewal", {"auto_renew": on})

    def cancel(self, subscription_id: str, *, quoted: bool = False, expect: int = 200) -> Any:
        """Cancel; with a quote, for exactly what the preview says."""
        path = f"/v1/subscriptions/{subscription_id}/cancellation"
        body = {"quote": self.ask("GET", path)["quote"]} if quoted else {}
        return self.ask("POST", path, body, key=new_key(), expect=expect)

    def delegate(self, subscription_id: str) -> Any:
        """Let the selling freelancer manage the subscription."""
        version = self.ask("GET", "/v1/delegation-terms")["version"]
        return self.ask("PUT", f"/v1/subscriptions/{subscription_id}/delegation", {"terms_version": version})

    def documents(self) -> list[Any]:
        """All invoices and credit notes, oldest first."""
        found: list[Any] = []
        path = "/v1/invoices?limit=100"
        while path:
            page = self.ask("GET", path)
            found += page["data"]
            cursor = page["next_cursor"]
            path = f"/v1/invoices?limit=100&cursor={quote(cursor)}" if cursor else ""
        return found[::-1]


@dataclass(slots=True, kw_only=True)
class Town:
    """Everybody in one sandbox, and the sandbox's own routes."""

    line: Line
    operator: Person = field(init=False)

    def __post_init__(self) -> None:
        self.operator = self.person("Olga Petrova", "operator")

    def person(self, name: str, role: str, *, locale: str = "en") -> Person:
        """Somebody new, or the same as before."""
        first = name.partition(" ")[0].lower().replace("é", "e")
        return Person(line=self.line, name=name, email=f"{first}@{role}.example", role=role, locale=locale)

    # --- the program -------------------------------------------------------------------------------

    def invite(self, freelancer: Person) -> str:
        """The operator invites; the freelancer's id."""
        asked = {"email": freelancer.email, "display_name": freelancer.name}
        return str(self.operator.ask("POST", "/v1/admin/invitations", asked)["id"])

    def apply(self, freelancer: Person) -> None:
        """The freelancer applies."""
        application = {
            "display_name": freelancer.name,
            "serves_us_clients": True,
            "experience": EXPERIENCE,
        }
        freelancer.ask("POST", "/v1/freelancer/application", application)

    def decide_application(self, freelancer_id: str, *, approve: bool, reason: str | None = None) -> None:
        """The operator decides."""
        decision = {"approve": approve, **({"reason": reason} if reason else {})}
        self.operator.ask("POST", f"/v1/admin/applications/{freelancer_id}/decision", decision)

    def sign_terms(self, freelancer: Person) -> str:
        """The freelancer signs; the token of their link."""
        version = freelancer.ask("GET", "/v1/freelancer/terms")["version"]
        return str(freelancer.ask("POST", "/v1/freelancer/terms", {"version": version})["link"]["token"])

    def enroll(self, freelancer: Person) -> str:
        """All of it, from the invitation to the link; the link's token."""
        freelancer_id = self.invite(freelancer)
        self.apply(freelancer)
        self.decide_application(freelancer_id, approve=True)
        return self.sign_terms(freelancer)

    # --- the operator --------------------------------------------------------------------------------

    def review(self, subscription_id: str, *, approve: bool, reason: str | None = None) -> Any:
        """The operator decides about a Microsoft account."""
        decision = {"approve": approve, **({"reason": reason} if reason else {})}
        return self.operator.ask("POST", f"/v1/admin/reviews/{subscription_id}/decision", decision)

    def suspend(self, subscription_id: str, reason: str) -> Any:
        """The operator switches a subscription off."""
        path = f"/v1/admin/subscriptions/{subscription_id}/suspension"
        return self.operator.ask("PUT", path, {"reason": reason})

    def reinstate(self, subscription_id: str) -> Any:
        """The operator switches it on again."""
        return self.operator.ask("DELETE", f"/v1/admin/subscriptions/{subscription_id}/suspension")

    def activate(self, client: Person, subscription_id: str, *, prefix: str) -> Any:
        """From the purchase to the active subscription."""
        client.submit_account(subscription_id, prefix=prefix)
        self.review(subscription_id, approve=True)
        client.accept_agreement(subscription_id)
        return client.see(subscription_id)

    # --- the sandbox ---------------------------------------------------------------------------------

    def now(self) -> str:
        """What the clock says."""
        return str(self.line.ask("GET", "/sandbox/clock")["now"])

    def advance(self, duration: str) -> Any:
        """Let time pass."""
        return self.line.ask("POST", "/sandbox/clock", {"advance": duration})

    def advance_to(self, instant: str) -> Any:
        """Let time pass until an instant."""
        return self.line.ask("POST", "/sandbox/clock", {"to": instant})

    def mails(self, to: Person | None = None, *templates: str) -> list[Any]:
        """The mails to somebody, or to everybody, oldest first; of these templates, if any are given."""
        query = f"?to={quote(to.email)}" if to else ""
        found: list[Any] = self.line.ask("GET", f"/sandbox/mailbox{query}")["data"]
        return [mail for mail in found if not templates or mail["template"] in templates]

    def ledger(self, kind: str | None = None) -> list[Any]:
        """What the payment provider has seen, oldest first."""
        found: list[Any] = self.line.ask("GET", "/sandbox/payments")["data"]
        return [entry for entry in found if kind is None or entry["kind"] == kind]

    def next_charges(self, outcome: str, count: int = 1) -> None:
        """Decide what becomes of the next charges."""
        self.line.ask("POST", "/sandbox/payments/next", {"outcome": outcome, "count": count})


def new_key() -> str:
    """An Idempotency-Key that was not used before."""
    return f"key-{next(_KEYS):06d}"
