"""What can be looked up: charges, events, the lines of the balance; and the endpoints that are notified."""

from __future__ import annotations

from typing import Final

from sandbox.simulators.stripe import lists
from sandbox.simulators.stripe.books import Books, shown
from sandbox.simulators.stripe.fields import (
    EXPAND,
    PAGE,
    Fields,
    Required,
    boolean,
    list_of,
    metadata,
    text,
    url,
    with_notes,
)
from sandbox.simulators.stripe.wire import Call, Object

CHARGES: Final[Fields] = {**PAGE, "customer": text, "payment_intent": text, "transfer_group": text}
EVENTS: Final[Fields] = {**PAGE, "type": text, "types": list_of(text)}
LINES: Final[Fields] = {**PAGE, "source": text, "type": text}
ENDPOINT: Final[Fields] = {
    "api_version": text,
    "connect": boolean,
    "description": text,
    "enabled_events": Required(list_of(text)),
    "expand": EXPAND,
    "metadata": metadata,
    "url": Required(url),
}


def get_charge(books: Books, call: Call) -> Object:
    """One try to take money, which succeeded or failed."""
    return books.named("charge", call.args[0])


def list_charges(books: Books, call: Call) -> Object:
    """The tries to take money, also the failed ones of one intent."""
    found = lists.matching(books.of("charge"), call.params, "customer", "payment_intent", "transfer_group")
    return lists.page(call, found, url="/v1/charges")


def get_event(books: Books, call: Call) -> Object:
    """One event of the last thirty days."""
    return books.named("event", call.args[0])


def list_events(books: Books, call: Call) -> Object:
    """The events of the last thirty days."""
    found, kinds = lists.matching(books.of("event"), call.params, "type"), call.params.get("types")
    if kinds is not None:
        found = [each for each in found if each["type"] in kinds]
    return lists.page(call, found, url="/v1/events")


def get_line(books: Books, call: Call) -> Object:
    """One movement of our balance."""
    return books.named("balance_transaction", call.args[0])


def list_lines(books: Books, call: Call) -> Object:
    """The movements of our balance."""
    found = lists.matching(books.of("balance_transaction"), call.params, "source", "type")
    return lists.page(call, found, url="/v1/balance_transactions")


def create_endpoint(books: Books, call: Call) -> Object:
    """Be notified; the secret is told now, and never again."""
    params = call.params
    endpoint = books.enter(
        {
            "id": books.id("we"),
            "object": "webhook_endpoint",
            "api_version": params.get("api_version"),
            "application": None,
            "created": books.stamp(),
            "description": params.get("description"),
            "enabled_events": params["enabled_events"],
            "livemode": False,
            "metadata": with_notes({}, params.get("metadata", {})),
            "status": "enabled",
            "url": params["url"],
        }
    )
    told: Object = {**shown(endpoint), "secret": books.id("whsec", length=32)}
    return told
