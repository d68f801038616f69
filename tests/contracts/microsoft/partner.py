"""The product in front of Microsoft: scripted answers, or the simulator without a line between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509

from chalicelib.domain.account import AccountForm
from chalicelib.domain.people import Address, Contact
from chalicelib.gateways.microsoft import Ordered
from chalicelib.gateways.partner_center.adapter import PartnerCenter
from chalicelib.gateways.partner_center.certificates import CertificateCheck, roots_in
from chalicelib.gateways.partner_center.grants import GraphGrants
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.partner_center.tokens import GRAPH, PARTNER_CENTER, Tokens
from chalicelib.gateways.transport import NoReply, Reply, Transport
from chalicelib.rulebook import MICROSOFT_PRODUCTS
from sandbox.clock import MovableClock
from sandbox.simulators.faults import Faults, Faulty
from sandbox.simulators.microsoft import (
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_REFRESH_TOKEN,
    PARTNER_TENANT,
    MicrosoftSimulator,
)
from sandbox.simulators.serving import DirectTransport
from tests.contracts.examples import example
from tests.contracts.scripted import Scripted, Sent, reply

NOW: Final = datetime(2027, 1, 31, 10, 0, tzinfo=UTC)
TENANT: Final = "932c4101-dc08-461b-b4c1-75d80e905775"
SEATS: Final = "a4c1340d-6911-4758-bba3-0c4c6007d161"
ORDER: Final = "34b37d7340cc"
CART: Final = "6b6ba6ea-d1ea-4c2c-9e1c-bec4f61e2049"
REFERENCE: Final = "sub_01JGZZ"
SECRET: Final = "the-client-secret"
KEPT_TOKEN: Final = "the-refresh-token"
ACCESS_TOKEN: Final = "the-access-token"

ADDRESS: Final = Address(
    line1="1 Microsoft Way", city="Redmond", state="WA", postal_code="98052", country="US"
)


def form(domain: str = "acme.onmicrosoft.com", *, existing: bool = False, **more: Any) -> AccountForm:
    return AccountForm(
        existing_customer=existing,
        domain=domain,
        account_name=more.get("name", "Acme"),
        address=more.get("address", ADDRESS),
        primary_contact=Contact(
            first_name="Mia", last_name="Reed", email="mia@acme.test", phone="+14255550123"
        ),
    )


def ordered(tenant_id: str = TENANT, **known: str | None) -> Ordered:
    return Ordered(reference=REFERENCE, tenant_id=tenant_id, **known)


class Kept:
    """A place for the refresh token, in memory."""

    def __init__(self, token: str = KEPT_TOKEN) -> None:
        self.token = token
        self.written: list[str] = []

    def read(self) -> str:
        return self.token

    def write(self, token: str) -> None:
        self.token = token
        self.written.append(token)


class Door:
    """Gives a token to whoever asks."""

    def __init__(self) -> None:
        self.given = 0

    def send(self, **_: Any) -> Reply:
        self.given += 1
        return reply(200, {"access_token": f"{ACCESS_TOKEN}-{self.given}", "expires_in": "3600"})


@dataclass(kw_only=True)
class Office:
    """The adapter with its line in the hands of the test."""

    line: Scripted
    microsoft: PartnerCenter
    grants: GraphGrants
    rest: Rest
    graph: Rest
    pauses: list[float]
    door: Door = field(default_factory=Door)

    @property
    def sent(self) -> list[Sent]:
        return self.line.sent


def office(*answers: Reply | NoReply) -> Office:
    line, door, pauses = Scripted(*answers), Door(), list[float]()
    tokens = tokens_over(door, pauses=pauses)

    def rest(base_url: str, audience: str) -> Rest:
        return Rest(transport=line, base_url=base_url, tokens=tokens, audience=audience, pause=pauses.append)

    partner_center = rest("https://api.partnercenter.microsoft.com", PARTNER_CENTER)
    graph = rest("https://graph.microsoft.com", GRAPH)
    return Office(
        line=line,
        microsoft=PartnerCenter(
            rest=partner_center,
            graph=graph,
            prices=rest("https://api.partner.microsoft.com", PARTNER_CENTER),
            catalog=MICROSOFT_PRODUCTS,
            certificates=CertificateCheck(transport=line, roots=no_roots),
        ),
        grants=GraphGrants(graph=graph),
        rest=partner_center,
        graph=graph,
        pauses=pauses,
        door=door,
    )


def no_roots() -> list[x509.Certificate]:
    return []


def tokens_over(
    transport: Any, *, vault: Any = None, clock: Any = None, pauses: list[float] | None = None
) -> Tokens:
    return Tokens(
        transport=transport,
        login_url="https://login.microsoftonline.com",
        tenant_id=PARTNER_TENANT,
        client_id="our-client-id",
        client_secret=lambda: SECRET,
        vault=vault or Kept(),
        clock=clock or MovableClock(start=NOW),
        pause=([] if pauses is None else pauses).append,
    )


def refusal(status: int, code: str | int, description: str = "Something.") -> Reply:
    """An error of the first shape."""
    return reply(status, {"code": code, "description": description, "data": [], "source": "PartnerFD"})


def answered(example_id: str, **changes: Any) -> Reply:
    """The answer of an example, with other values."""
    response = example(example_id)["response"]
    document = response["body"]
    if changes:
        document = {**document, **changes}
    headers = {name.lower(): value for name, value in response["headers"].items()}
    body = b"" if document is None else None
    return reply(response["status"], document, body=body, **headers)


def listed(*items: Mapping[str, Any]) -> Reply:
    return reply(
        200, {"totalCount": len(items), "items": list(items), "attributes": {"objectType": "Collection"}}
    )


def seats(**changes: Any) -> dict[str, Any]:
    """The seats of the example, as ours."""
    return {
        **example("pc.subscriptions.get.nce")["response"]["body"],
        "friendlyName": REFERENCE,
        "status": "active",
        "autoRenewEnabled": True,
        "cancellationAllowedUntilDate": None,
        "scheduledActions": [],
        **changes,
    }


def order(**changes: Any) -> dict[str, Any]:
    line = {"lineItemNumber": 0, "friendlyName": REFERENCE, "quantity": 1, "links": {}}
    line |= changes.pop("line", {"subscriptionId": SEATS})
    return {
        **example("pc.orders.get")["response"]["body"],
        "id": ORDER,
        "creationDate": "2027-01-31T09:59:00.1234567Z",
        "lineItems": [line],
        **changes,
    }


class Sandbox:
    """The adapter in front of the simulator, and trouble on the line between them."""

    def __init__(self, *, start: datetime = NOW) -> None:
        self.clock = MovableClock(start=start)
        self.there = MicrosoftSimulator(clock=self.clock)
        self.there.public_url = base = "https://microsoft.simulator"
        self.faults = Faults()
        self.pauses: list[float] = []
        self.vault = Kept(FIRST_REFRESH_TOKEN)
        door = Faulty(self.there, self.faults, shape=self.there.error_shape)
        self.transport: Transport = DirectTransport({base: door})
        self.tokens = Tokens(
            transport=self.transport,
            login_url=f"{base}/login",
            tenant_id=PARTNER_TENANT,
            client_id=CLIENT_ID,
            client_secret=lambda: CLIENT_SECRET,
            vault=self.vault,
            clock=self.clock,
            pause=self.pauses.append,
        )
        graph = self._rest(f"{base}/graph", GRAPH)
        self.microsoft = PartnerCenter(
            rest=self._rest(f"{base}/partnercenter", PARTNER_CENTER),
            graph=graph,
            prices=self._rest(f"{base}/prices", PARTNER_CENTER),
            catalog=MICROSOFT_PRODUCTS,
            certificates=CertificateCheck(
                transport=self.transport,
                hosts=frozenset({"microsoft.simulator"}),
                roots=roots_in(self.there.root_certificate),
            ),
        )
        self.grants = GraphGrants(graph=graph)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def later(self, **passed: float) -> datetime:
        self.clock.put(self.now + timedelta(**passed))
        return self.now

    def _rest(self, base_url: str, audience: str) -> Rest:
        return Rest(
            transport=self.transport,
            base_url=base_url,
            tokens=self.tokens,
            audience=audience,
            pause=self.pauses.append,
        )
