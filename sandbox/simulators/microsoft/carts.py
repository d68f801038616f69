"""Carts and the orders that come of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.exchange import Response
from sandbox.simulators.microsoft.catalog import MAX_SEATS, P1M, P1Y, PRODUCTS, Catalog
from sandbox.simulators.microsoft.customers import Customers
from sandbox.simulators.microsoft.fields import ANY, NUMBER, TEXT, YES_OR_NO
from sandbox.simulators.microsoft.ground import Ids, Switches
from sandbox.simulators.microsoft.seats import Calendar, Seats
from sandbox.simulators.microsoft.speech import (
    Call,
    Route,
    answered,
    collection,
    link,
    own_uri,
    refused,
    stamp,
)
from sandbox.simulators.microsoft.tenants import Tenant, Tenants

CART_LASTS: Final = timedelta(days=7)
LINE: Final = {
    "id": NUMBER,
    "catalogItemId*": TEXT,
    "quantity*": NUMBER,
    "billingCycle*": TEXT,
    "termDuration*": TEXT,
    "friendlyName": TEXT,
    "currencyCode": TEXT,
    "customTermEndDate": TEXT,
    "promotionId": TEXT,
    "attestationAccepted": YES_OR_NO,
    "provisioningContext": ANY,
    "participants": ANY,
    "renewsTo": ANY,
    "orderGroup": TEXT,
    "error": ANY,
}
CART: Final = {
    "id": TEXT,
    "creationTimestamp": ANY,
    "lastModifiedTimestamp": ANY,
    "expirationTimestamp": ANY,
    "lastModifiedUser": ANY,
    "status": ANY,
    "lineItems*": [LINE],
    "links": ANY,
    "attributes": ANY,
}
COMBINATIONS: Final = {(P1M, "monthly"), (P1Y, "monthly"), (P1Y, "annual")}
LINE_ERRORS: Final = {
    "10001": "The catalog item id is not valid.",
    "10010": "The input of the line item is not valid.",
    "10014": "The promotion is not valid.",
    "10015": "The number of seats exceeds the maximum.",
    "10016": "The custom term end date is not valid.",
}


@dataclass(slots=True, kw_only=True)
class Cart:
    """What somebody means to buy, and at which catalog."""

    id: str
    tenant_id: str
    made_at: datetime
    changed_at: datetime
    lines: list[dict[str, Any]]
    ordered: bool = False

    @property
    def expires_at(self) -> datetime:
        """When it is forgotten."""
        return self.made_at + CART_LASTS


@dataclass(slots=True, kw_only=True)
class Order:
    """What was bought, and when its seats are there."""

    id: str
    tenant_id: str
    cart_id: str
    lines: list[dict[str, Any]]
    placed_at: datetime
    provisioned_at: datetime
    seats: list[str] = field(default_factory=list)  # their ids, once they are provisioned

    @property
    def references(self) -> list[str]:
        """The friendly names of its lines."""
        return [line.get("friendlyName", "") for line in self.lines]


class Carts:
    """The carts and orders of all customers."""

    def __init__(
        self,
        *,
        switches: Switches,
        ids: Ids,
        tenants: Tenants,
        customers: Customers,
        catalog: Catalog,
        calendar: Calendar,
        ordered: Callable[[Order, datetime], None],
    ) -> None:
        self._switches = switches
        self._ids = ids
        self._tenants = tenants
        self._customers = customers
        self._catalog = catalog
        self._calendar = calendar
        self._ordered = ordered
        self._carts: dict[str, Cart] = {}
        self.orders: list[Order] = []
        self.order_errors: deque[tuple[str, str]] = deque()  # for the next checkouts: (code, description)
        base = "/v1/customers/{customer}"
        self.routes = [
            Route(method="POST", pattern=f"{base}/carts", answer=self._fill),
            Route(method="GET", pattern=f"{base}/carts/{{cart}}", answer=self._get),
            Route(method="PUT", pattern=f"{base}/carts/{{cart}}", answer=self._refill),
            Route(method="POST", pattern=f"{base}/carts/{{cart}}/checkout", answer=self._check_out),
            Route(method="GET", pattern=f"{base}/orders", answer=self._list),
            Route(method="GET", pattern=f"{base}/orders/{{order}}", answer=self._order),
            Route(
                method="GET", pattern=f"{base}/orders/{{order}}/provisioningstatus", answer=self._provisioning
            ),
        ]

    @property
    def carts(self) -> list[Cart]:
        """Every cart that was ever filled."""
        return list(self._carts.values())

    def bring_up_to(self, at: datetime) -> None:
        """Provision what was ordered, when its time has come."""
        for order in self.orders:
            if not order.seats and order.provisioned_at <= at:
                self._calendar.bring_up_to(order.provisioned_at)
                for line in order.lines:
                    seats = self._seats(order, line)
                    order.seats.append(seats.id)
                    self._calendar.begin(seats)

    # --- carts -------------------------------------------------------------------------------------------

    def _fill(self, call: Call) -> Response:
        tenant = self._customers.buyer(call)
        cart = Cart(
            id=self._ids.guid(),
            tenant_id=tenant.id,
            made_at=call.at,
            changed_at=call.at,
            lines=self._lines(call),
        )
        self._carts[cart.id] = cart
        return answered(201, _shown_cart(cart))

    def _get(self, call: Call) -> Response:
        return answered(200, _shown_cart(self._cart(call)))

    def _refill(self, call: Call) -> Response:
        cart = self._cart(call)
        if cart.ordered:
            raise refused(400, "800065", f"Cart {cart.id} has been submitted already.")
        cart.lines, cart.changed_at = self._lines(call), call.at
        return answered(200, _shown_cart(cart))

    def _cart(self, call: Call) -> Cart:
        tenant = self._customers.buyer(call)
        cart = self._carts.get(call.parts["cart"])
        if cart is None or cart.tenant_id != tenant.id or (call.at >= cart.expires_at and not cart.ordered):
            raise refused(404, "800008", f"Cart {call.parts['cart']} was not found, or has expired.")
        return cart

    def _lines(self, call: Call) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = call.form(CART)["lineItems"]
        if not lines:
            raise refused(400, "400", "The cart has no line items.")
        return [
            self._line({"id": index, **line, "billingCycle": line["billingCycle"].lower()}, call.at)
            for index, line in enumerate(lines)
        ]

    def _line(self, line: dict[str, Any], at: datetime) -> dict[str, Any]:
        line = {"provisioningContext": {}, **line, "currencyCode": "USD", "orderGroup": "0"}
        line.pop("error", None)
        if code := self._wrong(line, at):
            line["error"] = {"errorCode": code, "errorDescription": LINE_ERRORS[code]}
        return line

    def _wrong(self, line: dict[str, Any], at: datetime) -> str | None:
        if not self._catalog.current(line["catalogItemId"], at):
            return "10001"
        if (line["termDuration"], line["billingCycle"]) not in COMBINATIONS or line["quantity"] < 1:
            return "10010"
        if line["quantity"] > MAX_SEATS:
            return "10015"
        if "promotionId" in line:
            return "10014"
        return "10016" if "customTermEndDate" in line else None

    # --- orders ------------------------------------------------------------------------------------------

    def _check_out(self, call: Call) -> Response:
        if call.request.body.strip():
            raise refused(400, "400", "The checkout has no body.")
        tenant = self._customers.buyer(call)
        cart = self._cart(call)
        if cart.ordered:
            raise refused(400, "800065", f"Cart {cart.id} has been submitted already.")
        self.check_may_buy(tenant, call.at)
        if any("error" in line for line in cart.lines):
            raise refused(400, "800017", "The cart has line items with errors.")
        if not all(self._catalog.current(line["catalogItemId"], call.at) for line in cart.lines):
            raise refused(400, "800009", "A cart item is no longer in the catalog.")
        if self.order_errors:
            code, description = self.order_errors.popleft()
            error = {"orderGroupId": "0", "code": code, "description": description}
            return answered(201, {"orders": [], "orderErrors": [error]})
        cart.ordered, cart.changed_at = True, call.at
        order = Order(
            id=self._ids.hexadecimal(12),
            tenant_id=tenant.id,
            cart_id=cart.id,
            lines=cart.lines,
            placed_at=call.at,
            provisioned_at=call.at + self._switches.provisioning_takes,
        )
        self.orders.append(order)
        self._ordered(order, call.at)
        self.bring_up_to(call.at)
        return answered(201, {"orders": [self._shown(order)]})

    def check_may_buy(self, tenant: Tenant, at: datetime, *, review: str = "800073") -> None:
        """Refuse what needs an agreement and a passed review, while one of them is missing."""
        if not self._tenants.agreed(tenant, at):
            raise refused(
                403, "13605", "The customer's acceptance of the Microsoft Customer Agreement is missing."
            )
        if self._tenants.under_review(tenant, at):
            raise refused(403, review, "Your customer account is currently under review.")
        if tenant.refused:
            raise refused(403, "800075", "Your Customer account was not approved.")

    def _list(self, call: Call) -> Response:
        tenant = self._customers.buyer(call)
        orders = [
            order
            for order in self.orders
            if order.tenant_id == tenant.id and call.at >= order.placed_at + self._switches.list_lag
        ]
        return answered(200, collection([self._shown(order) for order in orders], uri=own_uri(call)))

    def _order(self, call: Call) -> Response:
        return answered(200, self._shown(self._found(call)))

    def _provisioning(self, call: Call) -> Response:
        order = self._found(call)
        done = "fulfilled" if order.seats else "pending"
        items = [
            {
                "orderLineItemId": f"{order.id}-{number}",
                "lineItemNumber": number,
                "status": done,
                "quantityProvisioningInformation": [{"quantity": line["quantity"], "status": done}],
            }
            for number, line in enumerate(order.lines)
        ]
        return answered(200, collection(items, uri=own_uri(call)))

    def _found(self, call: Call) -> Order:
        tenant = self._customers.buyer(call)
        for order in self.orders:
            there = call.at >= order.placed_at + self._switches.read_lag
            if order.id == call.parts["order"] and order.tenant_id == tenant.id and there:
                return order
        raise refused(404, "20000", "Order ID not found")

    def _seats(self, order: Order, line: dict[str, Any]) -> Seats:
        product, sku, availability = line["catalogItemId"].split(":")
        title = next(each.title for each in PRODUCTS if each.id == product)
        return Seats(
            id=self._ids.guid(),
            order_id=order.id,
            tenant_id=order.tenant_id,
            reference=line.get("friendlyName", title),
            product=product,
            sku=sku,
            availability=availability,
            title=title,
            quantity=line["quantity"],
            term=line["termDuration"],
            billing=line["billingCycle"],
            created_at=order.provisioned_at,
            effective_at=order.provisioned_at,
            term_start=order.provisioned_at,
            term_end=order.provisioned_at,
        )

    def _shown(self, order: Order) -> dict[str, Any]:
        uri = f"/customers/{order.tenant_id}/orders/{order.id}"
        lines = []
        for number, line in enumerate(order.lines):
            product, sku, _ = line["catalogItemId"].split(":")
            lines.append(
                {
                    "lineItemNumber": number,
                    "offerId": line["catalogItemId"],
                    **({"subscriptionId": order.seats[number]} if order.seats else {}),
                    "termDuration": line["termDuration"],
                    "transactionType": "New",
                    "friendlyName": line.get("friendlyName", ""),
                    "quantity": line["quantity"],
                    "links": {"sku": link(f"/products/{product}/skus/{sku}?country=US")},
                }
            )
        return {
            "id": order.id,
            "alternateId": order.id,
            "referenceCustomerId": order.tenant_id,
            "billingCycle": order.lines[0]["billingCycle"],
            "currencyCode": "USD",
            "currencySymbol": "$",
            "lineItems": lines,
            "creationDate": stamp(order.placed_at),
            "status": "completed" if order.seats else "pending",
            "transactionType": "UserPurchase",
            "links": {"provisioningStatus": link(f"{uri}/provisioningstatus"), "self": link(uri)},
            "attributes": {"objectType": "Order"},
        }


def _shown_cart(cart: Cart) -> dict[str, Any]:
    return {
        "id": cart.id,
        "creationTimestamp": stamp(cart.made_at),
        "lastModifiedTimestamp": stamp(cart.changed_at),
        "expirationTimestamp": stamp(cart.expires_at),
        "lastModifiedUser": "004ec05e-8999-4d02-9315-2b1b667c0deb",
        "status": "Ordered" if cart.ordered else "Active",
        "lineItems": cart.lines,
        "links": {"self": link(f"/customers/{cart.tenant_id}/carts/{cart.id}")},
        "attributes": {"objectType": "Cart"},
    }
