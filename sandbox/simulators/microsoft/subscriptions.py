"""Seats as Partner Center shows them, and the changes that it lets through."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sandbox.exchange import Response
from sandbox.simulators.microsoft.carts import Carts
from sandbox.simulators.microsoft.catalog import MAX_SEATS
from sandbox.simulators.microsoft.customers import Customers
from sandbox.simulators.microsoft.fields import ANY, NUMBER, TEXT, YES_OR_NO
from sandbox.simulators.microsoft.ground import Switches
from sandbox.simulators.microsoft.seats import (
    ACTIVE,
    CANCEL_AT_END,
    DELETED,
    FULL_REFUND,
    RUNNING,
    SUSPENDED,
    WINDOW,
    Calendar,
    Seats,
)
from sandbox.simulators.microsoft.speech import (
    Call,
    Route,
    answered,
    collection,
    in_pascal_case,
    link,
    own_uri,
    refused,
    stamp,
)
from sandbox.simulators.microsoft.tenants import Tenant

READ_ONLY: Final = frozenset(
    {
        "offerId",
        "offerName",
        "friendlyName",
        "entitlementId",
        "parentSubscriptionId",
        "productType",
        "unitType",
        "hasPurchasableAddons",
        "creationDate",
        "effectiveStartDate",
        "commitmentEndDate",
        "commitmentEndDateTime",
        "cancellationAllowedUntilDate",
        "billingCycleEndDate",
        "isTrial",
        "billingType",
        "billingCycle",
        "termDuration",
        "renewalTermDuration",
        "refundOptions",
        "refundableQuantity",
        "suspensionReasons",
        "isMicrosoftProduct",
        "publisherName",
        "partnerId",
        "promotionId",
        "attentionNeeded",
        "actionTaken",
        "contractType",
        "orderId",
        "links",
    }
)
PATCH: Final = dict.fromkeys(READ_ONLY, ANY) | {
    "id": TEXT,
    "quantity": NUMBER,
    "status": TEXT,
    "autoRenewEnabled": YES_OR_NO,
    "scheduledNextTermInstructions": {
        "product*": {
            "productId*": TEXT,
            "skuId*": TEXT,
            "availabilityId": TEXT,
            "billingCycle*": TEXT,
            "termDuration*": TEXT,
            "promotionId": TEXT,
        },
        "quantity*": NUMBER,
        "customTermEndDate": TEXT,
    },
    "scheduledActions": [{"action*": TEXT, "effective*": TEXT}],
    "attributes": {"etag": TEXT, "objectType": TEXT},
}


class Subscriptions:
    """The seats of all customers, to be read and changed."""

    def __init__(
        self,
        *,
        switches: Switches,
        customers: Customers,
        carts: Carts,
        calendar: Calendar,
        changed: Callable[[Seats, datetime], None],
    ) -> None:
        self._switches = switches
        self._customers = customers
        self._carts = carts
        self._calendar = calendar
        self._changed = changed
        self._not_yet: dict[str, tuple[dict[str, Any], int]] = {}  # how it looked before, for so many looks
        base = "/v1/customers/{customer}/subscriptions"
        self.routes = [
            Route(method="GET", pattern=base, answer=self._list, query=frozenset({"order_id"})),
            Route(method="GET", pattern=f"{base}/{{seats}}", answer=self._get),
            Route(method="PATCH", pattern=f"{base}/{{seats}}", answer=self._change),
        ]

    def _list(self, call: Call) -> Response:
        tenant = self._customers.buyer(call)
        found = [
            seats
            for seats in self._calendar.all
            if seats.tenant_id == tenant.id
            and call.at >= seats.created_at + self._switches.list_lag
            and call.query.get("order_id", seats.order_id) == seats.order_id
        ]
        return answered(200, collection([self._seen(seats, call) for seats in found], uri=own_uri(call)))

    def _get(self, call: Call) -> Response:
        _, seats = self._found(call)
        return answered(200, self._seen(seats, call, look=True))

    def _found(self, call: Call) -> tuple[Tenant, Seats]:
        tenant = self._customers.buyer(call)
        for seats in self._calendar.all:
            there = call.at >= seats.created_at + self._switches.read_lag
            if seats.id == call.parts["seats"].lower() and seats.tenant_id == tenant.id and there:
                return tenant, seats
        raise refused(404, "20003", f"Subscription with ID {call.parts['seats']} not found.")

    def _change(self, call: Call) -> Response:
        tenant, seats = self._found(call)
        given = call.form(PATCH)
        self._check_etag(call, given, seats)
        before = self._shown(seats, call)
        status = given["status"] = given.get("status", seats.status).lower()
        moved = status != seats.status
        if moved and seats.status != DELETED and _changes(given, before) - {"status"}:
            raise refused(400, "800040", "The status cannot be changed together with something else.")
        changed = (
            self._move(seats, status, call) if moved else self._adjust(tenant, seats, given, before, call)
        )
        if changed:
            seats.version += 1
            self._changed(seats, call.at)
        if changed and self._switches.answers_accepted:
            self._not_yet[seats.id] = (before, 1)
            location = f"/customers/{tenant.id}/subscriptions/{seats.id}"
            return answered(202, headers={"Location": location})
        shown = self._shown(seats, call)
        return answered(200, in_pascal_case(shown) if moved else shown)

    def _check_etag(self, call: Call, given: dict[str, Any], seats: Seats) -> None:
        if given.get("id", seats.id).lower() != seats.id:
            raise refused(400, "400", "The id is that of another subscription.")
        wanted = call.request.header("If-Match") or given.get("attributes", {}).get("etag")
        if self._switches.etags and wanted not in {None, "*", _etag(seats)}:
            raise refused(400, "2055", "Etag is no longer valid")

    def _move(self, seats: Seats, status: str, call: Call) -> bool:
        match seats.status, status:
            case ("deleted", _):
                raise refused(400, "2011", "A deleted subscription cannot be changed.")
            case ("active", "suspended"):
                seats.status, seats.instructions = SUSPENDED, None
            case ("suspended", "active"):
                seats.status = ACTIVE
            case ("active" | "suspended", "deleted"):
                if seats.window_until is None or call.at >= seats.window_until:
                    raise refused(400, "900117", "The cancellation window of the subscription has passed.")
                self._calendar.delete(seats, call.at)
            case _:
                raise refused(400, "800040", f"The status cannot change from {seats.status} to {status}.")
        return True

    def _adjust(
        self, tenant: Tenant, seats: Seats, given: dict[str, Any], before: dict[str, Any], call: Call
    ) -> bool:
        wanted = _changes(given, before)
        if not wanted:
            return False
        if seats.status == DELETED:
            raise refused(400, "2011", "A deleted subscription cannot be changed.")
        if seats.status == SUSPENDED:
            raise refused(400, "800091", "Cannot update a subscription with suspended status")
        if seats.status not in RUNNING:
            raise refused(400, "800040", f"The subscription is {seats.status}.")
        actions = given.get("scheduledActions", before["scheduledActions"])
        if actions not in ([], CANCEL_AT_END):
            raise refused(400, "400", "There is no such scheduled action.")
        renews = given.get("autoRenewEnabled", seats.auto_renew)
        instructions = given.get("scheduledNextTermInstructions")
        if "scheduledNextTermInstructions" in wanted and not renews:
            raise refused(400, "800093", "What does not renew cannot change at its renewal.")
        if "quantity" in wanted:
            self._resize(tenant, seats, given["quantity"], call)
        seats.auto_renew, seats.ends_at_term = renews, actions == CANCEL_AT_END
        # Whatever changes in the middle of a term drops what was planned for its end.
        seats.instructions = instructions if wanted == {"scheduledNextTermInstructions"} else None
        return True

    def _resize(self, tenant: Tenant, seats: Seats, quantity: int, call: Call) -> None:
        if not 1 <= quantity <= MAX_SEATS:
            raise refused(400, "2002", "The quantity is out of range.")
        if quantity > seats.quantity:
            self._carts.check_may_buy(tenant, call.at, review="800074")
            self._calendar.add(seats, quantity - seats.quantity, call.at)
        elif not self._calendar.remove(seats, seats.quantity - quantity, call.at):
            raise refused(400, "800090", "Subscription quantity cannot be decreased")

    def _seen(self, seats: Seats, call: Call, *, look: bool = False) -> dict[str, Any]:
        """How it looks from outside: a change that was only accepted is not seen at the first look."""
        before, looks = self._not_yet.get(seats.id, ({}, 0))
        if looks < 1:
            self._not_yet.pop(seats.id, None)
            return self._shown(seats, call)
        if look:
            self._not_yet[seats.id] = (before, looks - 1)
        return before

    def _shown(self, seats: Seats, call: Call) -> dict[str, Any]:
        uri = f"/products/{seats.product}"
        attributes = {"objectType": "Subscription"}
        if self._switches.etags:
            attributes["etag"] = _etag(seats)
        full_until = seats.term_start + FULL_REFUND
        refundable = seats.refundable(call.at)
        return {
            "id": seats.id,
            "offerId": f"{seats.product}:{seats.sku}:{seats.availability}",
            "offerName": seats.title,
            "friendlyName": seats.reference,
            "productType": {"id": "OnlineServicesNCE", "displayName": "OnlineServicesNCE"},
            "quantity": seats.quantity,
            "unitType": "Licenses",
            "hasPurchasableAddons": False,
            "creationDate": stamp(seats.created_at),
            "effectiveStartDate": stamp(seats.effective_at),
            "commitmentEndDate": stamp(seats.term_end),
            "cancellationAllowedUntilDate": _open_until(seats, call),
            "status": seats.status,
            "autoRenewEnabled": seats.auto_renew,
            "isTrial": False,
            "billingType": "license",
            "billingCycle": seats.billing,
            "termDuration": seats.term,
            "renewalTermDuration": "",
            "refundOptions": [{"type": "Full", "expiresAt": stamp(full_until)}]
            if call.at < full_until
            else [],
            "refundableQuantity": {
                "totalQuantity": sum(lot.quantity for lot in refundable),
                "details": [
                    {"quantity": lot.quantity, "allowedUntilDateTime": stamp(lot.bought_at + WINDOW)}
                    for lot in refundable
                ],
            },
            "scheduledNextTermInstructions": seats.instructions,
            "scheduledActions": [dict(action) for action in CANCEL_AT_END] if seats.ends_at_term else [],
            "isMicrosoftProduct": True,
            "partnerId": "",
            "attentionNeeded": False,
            "actionTaken": False,
            "contractType": "subscription",
            "links": {
                "product": link(f"{uri}?country=US"),
                "sku": link(f"{uri}/skus/{seats.sku}?country=US"),
                "availability": link(
                    f"{uri}/skus/{seats.sku}/availabilities/{seats.availability}?country=US"
                ),
                "self": link(f"/customers/{seats.tenant_id}/subscriptions/{seats.id}"),
            },
            "publisherName": "Microsoft Corporation",
            "orderId": seats.order_id,
            "attributes": attributes,
        }


def _open_until(seats: Seats, call: Call) -> str | None:
    until = seats.window_until
    return stamp(until) if until is not None and call.at < until else None


def _changes(given: dict[str, Any], before: dict[str, Any]) -> set[str]:
    """What a body would change of what can be changed; the rest is only sent back."""
    return {
        name
        for name in (
            "quantity",
            "status",
            "autoRenewEnabled",
            "scheduledNextTermInstructions",
            "scheduledActions",
        )
        if name in given and given[name] != before[name]
    }


def _etag(seats: Seats) -> str:
    text = json.dumps({"id": seats.id, "version": seats.version})
    return base64.b64encode(text.encode()).decode()
