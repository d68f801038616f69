"""Microsoft on the loopback interface: all of its hosts, each below its own path."""

from __future__ import annotations

import dataclasses
import threading
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from sandbox.exchange import Request, Response
from sandbox.simulators.microsoft.agreements import Agreements
from sandbox.simulators.microsoft.audit import AuditLog
from sandbox.simulators.microsoft.carts import Carts, Order
from sandbox.simulators.microsoft.catalog import Catalog
from sandbox.simulators.microsoft.certificates import signer
from sandbox.simulators.microsoft.client import Client
from sandbox.simulators.microsoft.customers import Customers
from sandbox.simulators.microsoft.entra import GRAPH, PARTNER_CENTER, Entra
from sandbox.simulators.microsoft.grants import Grant, Grants
from sandbox.simulators.microsoft.graph import Graph
from sandbox.simulators.microsoft.ground import Clock, Ids
from sandbox.simulators.microsoft.notices import CERTIFICATE, Notices
from sandbox.simulators.microsoft.pages import INVITATION, Pages
from sandbox.simulators.microsoft.routing import Routes, request_id
from sandbox.simulators.microsoft.seats import RUNNING, Calendar, Debt, Seats
from sandbox.simulators.microsoft.speech import Call, Refusal, Route, refused_silently
from sandbox.simulators.microsoft.subscriptions import Subscriptions
from sandbox.simulators.microsoft.tenants import Tenant, Tenants
from sandbox.simulators.microsoft.troubles import Refusals, Shapes
from sandbox.simulators.notices import Mischief, Notice, Outbox

LOGIN: Final = "/login"
PARTNER_CENTER_BASE: Final = "/partnercenter"
PRICES: Final = "/prices"
GRAPH_BASE: Final = "/graph"
CERTIFICATES: Final = "/certificates"
ADMIN: Final = "/admin"
CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class MicrosoftSimulator(Client):
    """Entra, Partner Center, the price sheets, Graph, the notices, and the pages of the client.

    The attributes of `Switches` say how Microsoft behaves; the methods of `Client` are what the client does.
    """

    def __init__(
        self, *, clock: Clock, seed: int = 0, catalog_ids_change_every: timedelta = timedelta(days=7)
    ) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._ids = ids = Ids(seed)
        self._answers: dict[tuple[str, str, str, str], tuple[datetime, Response]] = {}
        started_at = clock.now()
        self._tenants = Tenants(self)
        self.entra = Entra(switches=self, ids=ids, tenants=self._tenants, at=started_at)
        self.catalog = Catalog(seed=seed, start=started_at, ids_change_every=catalog_ids_change_every)
        self._notices = Notices(switches=self, ids=ids)
        self._audit = AuditLog(tenants=self._tenants)
        self._grants = Grants(switches=self, tell=self._notices.granted)
        self._calendar = Calendar(catalog=self.catalog, changed=self._notices.updated)
        self._customers = Customers(switches=self, ids=ids, tenants=self._tenants)
        self._customers.has_grant = self._grants.active_in
        self._customers.has_seats = self._has_seats
        self.catalog.allow = lambda call: self._customers.buyer(call) if "customer" in call.parts else None
        self._carts = Carts(
            switches=self,
            ids=ids,
            tenants=self._tenants,
            customers=self._customers,
            catalog=self.catalog,
            calendar=self._calendar,
            ordered=self._note_order,
        )
        subscriptions = Subscriptions(
            switches=self,
            customers=self._customers,
            carts=self._carts,
            calendar=self._calendar,
            changed=self._note_change,
        )
        agreements = Agreements(ids=ids, tenants=self._tenants, customers=self._customers)
        graph = Graph(ids=ids, tenants=self._tenants, grants=self._grants)
        pages = Pages(client=self)
        partner_center = [
            *self._customers.routes,
            *agreements.routes,
            *self.catalog.routes,
            *self._carts.routes,
            *subscriptions.routes,
            *self._notices.routes,
            *self._audit.routes,
        ]
        self._login = Routes(self.entra.routes)
        self._pages = Routes(pages.routes)
        self._guarded = {
            PARTNER_CENTER_BASE: (Routes(partner_center), PARTNER_CENTER),
            PRICES: (Routes(self.catalog.price_routes), PARTNER_CENTER),
            GRAPH_BASE: (Routes(graph.routes), GRAPH),
        }
        self._shapes = Shapes()
        self.error_shape = self._shapes.error_shape  # for Faulty
        self.refusals = Refusals()
        self.public_url = "https://microsoft.test"

    # --- the line ----------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        """What Microsoft answers; see Simulator."""
        with self._lock:
            at = self._clock.now()
            self._bring_up_to(at)
            host, _, rest = request.path.lstrip("/").partition("/")
            try:
                response = self._answer(request, f"/{host}", f"/{rest}", at)
            except Refusal as refusal:
                response = refusal.response
        if f"/{host}" not in {PARTNER_CENTER_BASE, PRICES}:
            return response
        echoed = {
            "MS-RequestId": request.header("MS-RequestId") or self._ids.passing(),
            "MS-CorrelationId": request.header("MS-CorrelationId") or self._ids.passing(),
            "MS-CV": f"{self._ids.passing()[:16]}.0",
            "MS-ServerId": "sandbox-1",
        }
        return dataclasses.replace(response, headers={**response.headers, **echoed})

    def _answer(self, request: Request, host: str, path: str, at: datetime) -> Response:
        if host == LOGIN:
            route, call = self._login.find(request, path, at=at)
            return route.answer(call)
        if host == ADMIN:
            route, call = self._pages.find(request, path, at=at)
            return route.answer(call)
        if host == CERTIFICATES and host + path == CERTIFICATE and request.method == "GET":
            headers = {"Content-Type": "application/pkix-cert"}
            return Response(status=HTTPStatus.OK, headers=headers, body=signer().certificate)
        if host not in self._guarded:
            raise refused_silently(404)
        routes, audience = self._guarded[host]
        route, call = routes.find(request, path, at=at)
        principal = self.entra.check(
            request.header("Authorization"), audience=audience, user_only=route.user_only, at=at
        )
        call = dataclasses.replace(call, principal=principal)
        return route.answer(call) if audience == GRAPH else self._once(route, call)

    def _once(self, route: Route, call: Call) -> Response:
        """A change that is repeated with its request id is answered as the first time, and done once."""
        repeated = request_id(call.request)
        if route.method not in CHANGES or repeated is None:
            return self._done(route, call)
        key = (call.principal, route.method, call.path, repeated)
        kept = self._answers.get(key)
        if kept is not None and call.at < kept[0] + self.replays_for:
            return kept[1]
        try:
            response = self._done(route, call)
        except Refusal as refusal:
            if not self.replays_refusals:
                raise
            response = refusal.response
        self._answers[key] = (call.at, response)
        return response

    def _done(self, route: Route, call: Call) -> Response:
        self.refusals.check(call.request, call.path)
        return route.answer(call)

    # --- what is to be told ------------------------------------------------------------------------------

    def take_notice(self, at: datetime) -> Notice | None:
        """The next notice whose moment has come, signed."""
        return self._due(at).take(at)

    def send_again(self, notice: Notice, *, at: datetime) -> None:
        """Deliver a notice once more: the product did not take it."""
        self._notices.outbox.again(notice, at=at)

    def has_notices(self, at: datetime) -> bool:
        """Whether a notice's moment has come."""
        return self._due(at).has(at)

    def next_notice_at(self) -> datetime | None:
        """When the next notice is to be sent, or the calendar makes one at the earliest."""
        with self._lock:
            moments = (
                self._notices.outbox.next_at(),
                self._calendar.next_change_at(),
                self._grants.next_change_at(),
            )
        return min((moment for moment in moments if moment is not None), default=None)

    @property
    def notices(self) -> Mischief:
        """What the next notices suffer on their way."""
        return self._notices.mischief

    @property
    def outbox(self) -> Outbox:
        """The notices that wait."""
        return self._notices.outbox

    @property
    def root_certificate(self) -> str:
        """The root that the certificates of the notices are checked against, PEM."""
        return signer().root.decode()

    @property
    def public_url(self) -> str:
        """Where the simulator is found by browsers and by the product."""
        return self._notices.public_url

    @public_url.setter
    def public_url(self, url: str) -> None:
        self._notices.public_url = url.rstrip("/")
        self._customers.invitation_url = f"{self._notices.public_url}{ADMIN}{INVITATION}"

    @property
    def catalog_ids_change_every(self) -> timedelta:
        """How long what is put into a cart keeps its id."""
        return self.catalog.ids_change_every

    @catalog_ids_change_every.setter
    def catalog_ids_change_every(self, period: timedelta) -> None:
        self.catalog.ids_change_every = period

    # --- what tests may look at --------------------------------------------------------------------------

    @property
    def tenants(self) -> list[Tenant]:
        """Every organization that was spoken of, oldest first."""
        return self._tenants.all

    @property
    def seats(self) -> list[Seats]:
        """All seats, as they are now, oldest first."""
        self._due(self._clock.now())
        return list(self._calendar.all)

    @property
    def orders(self) -> list[Order]:
        """All orders, oldest first."""
        self._due(self._clock.now())
        return list(self._carts.orders)

    @property
    def grants(self) -> list[Grant]:
        """All delegated-administration relationships, oldest first."""
        self._due(self._clock.now())
        return list(self._grants.all)

    @property
    def debts(self) -> list[Debt]:
        """Everything that we have come to owe Microsoft, or get back, in its order."""
        self._due(self._clock.now())
        return list(self._calendar.debts)

    def owed(self, reference: str) -> int:
        """What we owe for a reference all in all, in cents."""
        self._due(self._clock.now())
        return self._calendar.owed(reference)

    def fail_order(self, code: str, description: str = "The order was not accepted.") -> None:
        """The next checkout answers 201, with an error instead of an order."""
        self._carts.order_errors.append((code, description))

    # --- inside ------------------------------------------------------------------------------------------

    def _due(self, at: datetime) -> Outbox:
        with self._lock:
            self._bring_up_to(at)
            return self._notices.outbox

    def _bring_up_to(self, at: datetime) -> None:
        self._carts.bring_up_to(at)
        self._calendar.bring_up_to(at)
        self._grants.bring_up_to(at)

    def _has_seats(self, tenant_id: str) -> bool:
        return any(seats.tenant_id == tenant_id and seats.status in RUNNING for seats in self._calendar.all)

    def _note_order(self, order: Order, at: datetime) -> None:
        value = {"OrderId": order.id, "BillingCycle": order.lines[0]["billingCycle"]}
        self._audit.note("create_order", resource="order", tenant_id=order.tenant_id, value=value, at=at)

    def _note_change(self, seats: Seats, at: datetime) -> None:
        self._notices.updated(seats, at)
        value = {"SubscriptionId": seats.id, "Status": seats.status, "Quantity": seats.quantity}
        self._audit.note(
            "update_subscription", resource="subscription", tenant_id=seats.tenant_id, value=value, at=at
        )
