"""Somebody who asks the simulator as an adapter would, and remembers what is needed for the next question."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from sandbox.clock import MovableClock
from sandbox.exchange import Request
from sandbox.simulators.microsoft import (
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_REFRESH_TOKEN,
    PARTNER_TENANT,
    MicrosoftSimulator,
)

START: Final = datetime(2027, 1, 31, 10, 0, tzinfo=UTC)
PARTNER_CENTER: Final = "https://api.partnercenter.microsoft.com"
GRAPH: Final = "https://graph.microsoft.com"
BASIC: Final = ("CFQ7TTC0LH18", "0001")
CANCEL_AT_END: Final = [{"action": "cancel", "effective": "endOfTerm"}]
ADDRESS: Final = {
    "addressLine1": "1 Microsoft Way",
    "city": "Redmond",
    "state": "WA",
    "postalCode": "98052",
    "country": "US",
}
GRANTS: Final = "/graph/v1.0/tenantRelationships/delegatedAdminRelationships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal, whatever its type."""
        return str(self.json["code"])


class Asking:
    """A partner in front of the simulator, signed in as app and user."""

    def __init__(self, *, start: datetime = START, **settings: Any) -> None:
        self.clock = MovableClock(start=start)
        self.microsoft = MicrosoftSimulator(clock=self.clock, **settings)
        self._tokens: dict[str, tuple[datetime, str]] = {}

    # --- the line ----------------------------------------------------------------------------------------

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        given = dict(headers or {})
        sent = b""
        if isinstance(body, bytes):
            sent = body
        elif body is not None:
            sent = json.dumps(body).encode()
            given.setdefault("Content-Type", "application/json")
        answer = self.microsoft.answer(Request(method=method, target=path, headers=given, body=sent))
        return Answer(status=answer.status, headers=dict(answer.headers), body=answer.body)

    def token(self, form: dict[str, str], *, v2: bool = False) -> Answer:
        given = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}
        return self.send(
            "POST",
            f"/login/{PARTNER_TENANT}/oauth2/{'v2.0/' if v2 else ''}token",
            urlencode(given).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

    def signed_in(self, audience: str) -> str:
        until, token = self._tokens.get(audience, (START, ""))
        if self.clock.now() >= until:
            self.microsoft.refresh_tokens_last = timedelta(days=100_000)  # signing in is tested elsewhere
            form = {"grant_type": "refresh_token", "refresh_token": FIRST_REFRESH_TOKEN, "resource": audience}
            token = self.token(form).json["access_token"]
            self._tokens[audience] = (self.clock.now() + timedelta(minutes=50), token)
        return token

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        repeat: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Partner Center, with a request id of its own unless `repeat` is one."""
        given = {
            "Authorization": f"Bearer {self.signed_in(PARTNER_CENTER)}",
            "Accept": "application/json",
            "MS-RequestId": repeat or str(uuid.uuid4()),
            "MS-CorrelationId": str(uuid.uuid4()),
        }
        return self.send(method, f"/partnercenter{path}", body, headers=given | (headers or {}))

    def graph(self, method: str, path: str, body: object = None, *, etag: str | None = None) -> Answer:
        given = {"Authorization": f"Bearer {self.signed_in(GRAPH)}"}
        if etag is not None:
            given["If-Match"] = etag
        return self.send(method, path, body, headers=given)

    def later(self, **passed: float) -> None:
        self.clock.put(self.clock.now() + timedelta(**passed))

    # --- what a partner does -----------------------------------------------------------------------------

    def new_customer(self, prefix: str = "acme", *, name: str = "Acme") -> str:
        answer = self.create(prefix, name=name)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def create(self, prefix: str, *, name: str = "Acme", **more: Any) -> Answer:
        return self.ask("POST", "/v1/customers", customer(prefix, name=name), **more)

    def buyer(self, prefix: str = "acme", *, name: str = "Acme") -> str:
        """A customer who has signed."""
        tenant = self.new_customer(prefix, name=name)
        self.microsoft.accept(tenant)
        while self.microsoft.take_notice(self.clock.now()):
            pass
        return tenant

    def item(self, product: str = BASIC[0], sku: str = BASIC[1]) -> str:
        path = f"/v1/products/{product}/skus/{sku}/availabilities?country=US&targetSegment=commercial"
        return str(self.ask("GET", path).json["items"][0]["catalogItemId"])

    def fill(self, tenant: str, **line: Any) -> Answer:
        given = {
            "id": 0,
            "catalogItemId": line.pop("item", None) or self.item(),
            "quantity": 10,
            "billingCycle": "monthly",
            "termDuration": "P1M",
            "friendlyName": "sub-1",
        }
        return self.ask("POST", f"/v1/customers/{tenant}/carts", {"lineItems": [given | line]})

    def check_out(self, tenant: str, cart: str, **more: Any) -> Answer:
        return self.ask("POST", f"/v1/customers/{tenant}/carts/{cart}/checkout", **more)

    def order(self, tenant: str, **line: Any) -> Answer:
        return self.check_out(tenant, self.fill(tenant, **line).json["id"])

    def seats(self, tenant: str, **line: Any) -> str:
        """Seats that were bought; answers where they are."""
        order = self.order(tenant, **line).json["orders"][0]
        return f"/v1/customers/{tenant}/subscriptions/{order['lineItems'][0]['subscriptionId']}"

    def change(self, seats: str, **changes: Any) -> Answer:
        """The whole resource, as it was read, with a change."""
        return self.ask("PATCH", seats, self.ask("GET", seats).json | changes)

    def request_grant(self, tenant: str, *, name: str = "Seatwise for Acme", **more: Any) -> Answer:
        roles = more.pop(
            "roles", ["88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "4d6ac14f-3453-41d0-bef9-a3e0c569773a"]
        )
        body = {
            "displayName": name,
            "duration": "P730D",
            "customer": {"tenantId": tenant},
            "accessDetails": {"unifiedRoles": [{"roleDefinitionId": role} for role in roles]},
            "autoExtendDuration": "P0D",
        }
        return self.graph("POST", GRANTS, body | more)


def customer(prefix: str, *, name: str = "Acme") -> dict[str, Any]:
    """What Partner Center is told of a new customer."""
    return {
        "companyProfile": {"domain": f"{prefix}.onmicrosoft.com"},
        "billingProfile": {
            "email": "mia@acme.test",
            "culture": "EN-US",
            "language": "en",
            "companyName": name,
            "defaultAddress": ADDRESS | {"firstName": "Mia", "lastName": "Reed"},
        },
    }


def filtered(field: str, value: str) -> str:
    """A filter of customers as it is written into an address."""
    return quote(json.dumps({"Field": field, "Value": value, "Operator": "starts_with"}))
