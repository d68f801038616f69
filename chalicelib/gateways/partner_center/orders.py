"""Carts and orders: filled once, ordered once, and found again by our reference whatever answer was lost."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from chalicelib.gateways.microsoft import CartGone, Ordered, OrderProgress, OrderState
from chalicelib.gateways.partner_center.answers import Said
from chalicelib.gateways.partner_center.catalog import TERMS, Catalog
from chalicelib.gateways.partner_center.failures import (
    CART_GONE,
    REFUSALS,
    SUBMITTED,
    Failed,
    trouble_of,
)
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.partner_center.seats import CANCELED, DELETED, Seats
from chalicelib.gateways.transport import Budget
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Trouble, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import BillingPeriod

CANCELED_BY_MICROSOFT: Final = "Microsoft has canceled the order."
GONE_AT_MICROSOFT: Final = "The seats were canceled at Microsoft."

# What is wrong with a line of a cart for good; anything else may be right in tomorrow's catalog.
LINE_REFUSALS: Final = {
    "10002": "Microsoft's quota for this product is reached.",
    "10015": "Microsoft does not sell this number of seats.",
    **REFUSALS,
}


class Orders:
    """Buying at Microsoft."""

    def __init__(self, *, rest: Rest, catalog: Catalog, seats: Seats) -> None:
        self._rest = rest
        self._catalog = catalog
        self._seats = seats

    def fill_cart(
        self,
        *,
        key: str,
        reference: str,
        tenant_id: str,
        plan_id: str,
        seats: int,
        billing_period: BillingPeriod,
    ) -> str:
        """See Microsoft."""
        budget, term = self._rest.budget(), TERMS[billing_period]
        line = {
            "id": 0,
            "catalogItemId": self._catalog.item(
                tenant_id=tenant_id, plan_id=plan_id, term=term, budget=budget
            ),
            "quantity": seats,
            "billingCycle": term.billing_cycle,
            "termDuration": term.duration,
            "friendlyName": reference,  # the one thing that travels as far as the seats
        }
        try:
            path = f"/v1/customers/{quote(tenant_id, safe='')}/carts"
            cart = self._rest.change("POST", path, key=key, body={"lineItems": [line]}, budget=budget).said
        except Failed as failed:
            raise self._not_filled(failed.trouble()) from failed
        self._check_lines(cart)
        cart_id = cart.text("id")
        if cart_id is None:
            raise OutcomeUnknown(self._rest.neighbor, "a cart without an id")
        return cart_id

    def check_out(self, ordered: Ordered, *, at: datetime) -> OrderProgress:
        """See Microsoft.

        What keeps a cart from being ordered twice is the cart. The request id is the same in each try of one
        call, and another in the next call: an id that was refused may be answered with that refusal for long.
        """
        if ordered.cart_id is None:
            raise CartGone(self._rest.neighbor, "there is no cart")
        budget = self._rest.budget()
        customer, cart = quote(ordered.tenant_id, safe=""), quote(ordered.cart_id, safe="")
        path = f"/v1/customers/{customer}/carts/{cart}/checkout"
        try:
            key = f"{ordered.cart_id}.checkout.{at.isoformat()}"
            said = self._rest.change("POST", path, key=key, budget=budget).said
        except Failed as failed:
            if failed.code == SUBMITTED or failed.code in CART_GONE:
                before = self._ordered_before(ordered, budget)
                if before is not None:
                    return before
            if failed.code == SUBMITTED:
                raise Unavailable(
                    self._rest.neighbor, f"{SUBMITTED}, the order does not show yet"
                ) from failed
            if failed.doubtful:
                raise failed.trouble() from failed
            return self._not_ordered(failed.code, failed.status, retryable=failed.retryable)
        order = _ours(said.parts("orders"), ordered.reference)
        if order is not None:
            return _progress(order)
        errors = said.parts("orderErrors")
        if not errors:
            raise OutcomeUnknown(self._rest.neighbor, "a checkout without an order")
        return self._not_ordered(errors[0].text("code"), HTTPStatus.BAD_REQUEST)

    def progress(self, ordered: Ordered) -> OrderProgress:
        """See Microsoft."""
        budget = self._rest.budget()
        try:
            found = self._seats.find(ordered, budget=budget)
        except Failed as failed:
            raise failed.trouble() from failed
        if found.seats is None:
            if found.canceled:
                return OrderProgress(
                    state=OrderState.REFUSED, order_id=found.order_id, reason=CANCELED_BY_MICROSOFT
                )
            state = OrderState.PENDING if found.coming else OrderState.NONE
            return OrderProgress(state=state, order_id=found.order_id)
        order_id, seats_id = found.seats.text("orderId") or found.order_id, found.seats.text("id")
        status = found.seats.word("status")
        if status == "active" and seats_id is not None:
            return OrderProgress(state=OrderState.PROVISIONED, order_id=order_id, seats_id=seats_id)
        if status == DELETED:
            return OrderProgress(state=OrderState.REFUSED, order_id=order_id, reason=GONE_AT_MICROSOFT)
        return OrderProgress(state=OrderState.PENDING, order_id=order_id)

    def _ordered_before(self, ordered: Ordered, budget: Budget) -> OrderProgress | None:
        """The order that there is already under our reference, and so must not be made again."""
        try:
            found = self._seats.find(ordered, budget=budget)
        except Failed as failed:
            raise failed.trouble() from failed
        status = None if found.seats is None else found.seats.word("status")
        if status == DELETED or found.canceled:
            return None
        if found.seats is not None and status == "active":
            return OrderProgress(
                state=OrderState.PROVISIONED,
                order_id=found.seats.text("orderId") or found.order_id,
                seats_id=found.seats.text("id"),
            )
        if found.order_id is not None:
            return OrderProgress(state=OrderState.PENDING, order_id=found.order_id)
        if found.coming:
            raise Unavailable(self._rest.neighbor, "the order does not show yet")
        return None

    def _not_ordered(self, code: str | None, status: int, *, retryable: bool = False) -> OrderProgress:
        if code in REFUSALS:
            log.warning("microsoft refused an order", code=code)
            count("microsoft_order_refused", code=code)
            return OrderProgress(state=OrderState.REFUSED, reason=REFUSALS[code])
        trouble = trouble_of(code, status=status, neighbor=self._rest.neighbor, retryable=retryable)
        if isinstance(trouble, Unavailable):
            count("microsoft_order_held", code=code or str(status))
        raise trouble

    def _not_filled(self, trouble: Trouble) -> Trouble:
        """No cart is gone before there is one: the catalog has changed under our hands."""
        return Unavailable(self._rest.neighbor, str(trouble)) if isinstance(trouble, CartGone) else trouble

    def _check_lines(self, cart: Said) -> None:
        """A cart is made whether or not what is in it can be ordered: each line says so itself."""
        for line in cart.parts("lineItems"):
            error = line.part("error")
            code = error.text("errorCode") or error.text("code")
            if not error or code == "0":
                continue
            log.warning("microsoft does not take a line of a cart", code=code)
            if code in LINE_REFUSALS:
                raise Refused(self._rest.neighbor, f"{code}, {LINE_REFUSALS[code]}")
            raise Unavailable(self._rest.neighbor, f"{code}, the line cannot be ordered now")


def _ours(orders: list[Said], reference: str) -> Said | None:
    """The order of a cart: it had one line, which carries our reference."""
    for order in orders:
        if any(line.text("friendlyName") == reference for line in order.parts("lineItems")):
            return order
    return orders[0] if orders else None


def _progress(order: Said) -> OrderProgress:
    order_id = order.text("id")
    seats_id = next((line.text("subscriptionId") for line in order.parts("lineItems")), None)
    status = order.word("status")
    if status in CANCELED:
        return OrderProgress(state=OrderState.REFUSED, order_id=order_id, reason=CANCELED_BY_MICROSOFT)
    if status == "completed" and seats_id is not None:
        return OrderProgress(state=OrderState.PROVISIONED, order_id=order_id, seats_id=seats_id)
    return OrderProgress(state=OrderState.PENDING, order_id=order_id)
