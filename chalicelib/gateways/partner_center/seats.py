"""Seats at Microsoft: found by whatever we know of them, and read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from chalicelib.gateways.microsoft import Ordered, SeatsThere
from chalicelib.gateways.partner_center.answers import Said
from chalicelib.gateways.partner_center.catalog import Catalog
from chalicelib.gateways.partner_center.failures import ALARMS, Failed
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.transport import Budget

LAG: Final = timedelta(hours=1)  # what was ordered may be missing for 15 minutes; this is plenty
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
CANCELED: Final = {"cancelled", "canceled"}  # an order; both spellings are about
DELETED: Final = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is of an order: its seats, or the order alone, or only the certainty that it comes."""

    seats: Said | None = None
    order_id: str | None = None
    coming: bool = False
    canceled: bool = False  # the order was canceled before there were seats


NOTHING: Final = Found()


class Seats:
    """The subscriptions of our customers."""

    def __init__(self, *, rest: Rest, catalog: Catalog) -> None:
        self._rest = rest
        self._catalog = catalog

    def find(self, ordered: Ordered, *, budget: Budget, at: datetime | None = None) -> Found:
        """What there is: by the seats' id, else by the order's, else by our reference; raises Failed.

        With `at`, an order from long ago whose seats are nowhere is known to have none any more.
        """
        if ordered.seats_id is not None:
            seats = self._read(ordered.tenant_id, ordered.seats_id, budget)
            if seats is not None:
                return Found(seats=seats, order_id=ordered.order_id)
        if ordered.order_id is not None:
            return self._by_order(ordered, ordered.order_id, budget, at)
        found = self._by_reference(ordered, budget)
        if found is NOTHING and ordered.seats_id is not None:
            return Found(coming=True)  # it was there once: it does not show
        return found

    def show(self, seats: Said) -> SeatsThere:
        """The seats in the marketplace's words."""
        return SeatsThere(
            seats_id=seats.text("id") or "",
            status=seats.word("status"),
            seats=seats.number("quantity"),
            auto_renew=seats.yes("autoRenewEnabled"),
            ends_at_term=ends_at_term(seats),
            plan_id=self._catalog.plan_of(seats.text("offerId")),
            term_ends_at=seats.instant("commitmentEndDateTime") or seats.instant("commitmentEndDate"),
            cancelable_until=seats.instant("cancellationAllowedUntilDate"),
        )

    def path(self, tenant_id: str, seats_id: str) -> str:
        """Where one subscription is."""
        return f"/v1/customers/{quote(tenant_id, safe='')}/subscriptions/{quote(seats_id, safe='')}"

    def _read(self, tenant_id: str, seats_id: str, budget: Budget) -> Said | None:
        try:
            return self._rest.read(self.path(tenant_id, seats_id), budget=budget)
        except Failed as failed:
            if failed.not_found:
                return None
            raise

    def _by_order(self, ordered: Ordered, order_id: str, budget: Budget, at: datetime | None) -> Found:
        path = f"/v1/customers/{quote(ordered.tenant_id, safe='')}/orders/{quote(order_id, safe='')}"
        try:
            order = self._rest.read(path, budget=budget)
        except Failed as failed:
            if failed.not_found:
                return Found(order_id=order_id, coming=True)
            raise
        return self._of_order(ordered, order, budget, at)

    def _of_order(self, ordered: Ordered, order: Said, budget: Budget, at: datetime | None) -> Found:
        order_id, seats_id = order.text("id") or ordered.order_id, _seats_id(order, ordered.reference)
        seats = None if seats_id is None else self._read(ordered.tenant_id, seats_id, budget)
        if seats is not None:
            return Found(seats=seats, order_id=order_id)
        if order.word("status") in CANCELED:
            return Found(order_id=order_id, canceled=True)
        ordered_at = order.instant("creationDate")
        if seats_id is not None and at is not None and ordered_at is not None and at > ordered_at + LAG:
            return Found(order_id=order_id)  # there were seats, long ago
        return Found(order_id=order_id, coming=True)

    def _by_reference(self, ordered: Ordered, budget: Budget) -> Found:
        """By the friendly name. What an earlier order left behind has the same one, and is passed over."""
        cart = self._cart(ordered, budget)
        filled_at = cart.instant("creationTimestamp")
        named = [
            seats
            for seats in self._listed(ordered, "subscriptions", budget)
            if seats.text("friendlyName") == ordered.reference
        ]
        live = [seats for seats in named if seats.word("status") != DELETED]
        dead = [seats for seats in named if seats.word("status") == DELETED]
        if live:
            latest = max(live, key=_made_at)
            return Found(seats=latest, order_id=latest.text("orderId"))
        over = {seats.text("id") for seats in dead}
        for order in self._listed(ordered, "orders", budget):
            seats_id = _seats_id(order, ordered.reference)
            named_so = any(
                line.text("friendlyName") == ordered.reference for line in order.parts("lineItems")
            )
            if named_so and seats_id not in over and order.word("status") not in CANCELED:
                return self._of_order(ordered, order, budget, None)
        since = [seats for seats in dead if filled_at is not None and _made_at(seats) >= filled_at]
        if since:
            latest = max(since, key=_made_at)
            return Found(seats=latest, order_id=latest.text("orderId"))
        return Found(coming=True) if cart.word("status") == "ordered" else NOTHING

    def _cart(self, ordered: Ordered, budget: Budget) -> Said:
        """The cart, an empty one if there is none any more."""
        if ordered.cart_id is None:
            return Said()
        path = f"/v1/customers/{quote(ordered.tenant_id, safe='')}/carts/{quote(ordered.cart_id, safe='')}"
        try:
            return self._rest.read(path, budget=budget)
        except Failed as failed:
            if failed.not_found:
                return Said()
            raise

    def _listed(self, ordered: Ordered, what: str, budget: Budget) -> list[Said]:
        try:
            path = f"/v1/customers/{quote(ordered.tenant_id, safe='')}/{what}"
            return list(self._rest.pages(path, budget=budget))
        except Failed as failed:
            # Who has never accepted us, or does no more, has nothing of ours.
            stranger = failed.status == HTTPStatus.FORBIDDEN and failed.code not in ALARMS
            if failed.not_found or (stranger and ordered.cart_id is None):
                return []
            raise


def ends_at_term(seats: Said) -> bool:
    """Whether the seats are canceled when their term ends (D16)."""
    return any(action.word("action") == "cancel" for action in seats.parts("scheduledActions"))


def _seats_id(order: Said, reference: str) -> str | None:
    lines = order.parts("lineItems")
    ours = [line for line in lines if line.text("friendlyName") == reference] or lines
    return ours[0].text("subscriptionId") if ours else None


def _made_at(seats: Said) -> datetime:
    return seats.instant("creationDate") or LONG_AGO
