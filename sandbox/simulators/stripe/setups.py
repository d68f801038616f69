"""Setup intents: a card is added, to be charged later without its cardholder."""

from __future__ import annotations

from typing import Final, NoReturn

from sandbox.simulators.stripe import charging
from sandbox.simulators.stripe.books import Books, shown
from sandbox.simulators.stripe.cards import MESSAGES, Bank
from sandbox.simulators.stripe.customers import card_of, declined, keep
from sandbox.simulators.stripe.fields import (
    EXPAND,
    Fields,
    Required,
    boolean,
    hash_of,
    list_of,
    metadata,
    one_of,
    text,
    url,
    with_notes,
)
from sandbox.simulators.stripe.wire import Call, Object, StripeError

CREATE: Final[Fields] = {
    "automatic_payment_methods": hash_of(
        {"enabled": Required(boolean), "allow_redirects": one_of("always", "never")}
    ),
    "confirm": boolean,
    "customer": text,
    "description": text,
    "expand": EXPAND,
    "metadata": metadata,
    "payment_method": text,
    "payment_method_types": list_of(one_of("card")),
    "return_url": url,
    "usage": one_of("off_session", "on_session"),
}
CONFIRM: Final[Fields] = {"expand": EXPAND, "payment_method": text, "return_url": url}
CANCEL: Final[Fields] = {
    "cancellation_reason": one_of("abandoned", "duplicate", "requested_by_customer"),
    "expand": EXPAND,
}

_OPEN: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def create_setup(books: Books, call: Call) -> Object:
    """Begin to add a card."""
    params, setup_id = call.params, books.id("seti")
    if "customer" in params:
        books.meant("customer", params["customer"], param="customer")
    setup: Object = {
        "id": setup_id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": params.get("automatic_payment_methods"),
        "cancellation_reason": None,
        "client_secret": f"{setup_id}_{books.id('secret', length=25)}",
        "created": books.stamp(),
        "customer": params.get("customer"),
        "description": params.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": with_notes({}, params.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.get("usage", "off_session"),
        "_name": None,
    }
    if "payment_method" in params:
        charging.use_method(books, setup, params["payment_method"])
        setup["status"] = "requires_confirmation"
    books.enter(setup)
    books.tell("setup_intent.created", setup)
    if params.get("confirm"):
        _confirm(books, setup, authenticated=False)
    return setup


def get_setup(books: Books, call: Call) -> Object:
    """One setup as it is now."""
    return books.named("setup_intent", call.args[0])


def confirm_setup(books: Books, call: Call) -> Object:
    """Add the card."""
    setup = books.named("setup_intent", call.args[0])
    if setup["status"] not in _OPEN:
        _unexpected(setup, "confirmed")
    if "payment_method" in call.params:
        charging.use_method(books, setup, call.params["payment_method"])
    _confirm(books, setup, authenticated=False)
    return setup


def cancel_setup(books: Books, call: Call) -> Object:
    """Add no card."""
    setup = books.named("setup_intent", call.args[0])
    if setup["status"] not in _OPEN:
        _unexpected(setup, "canceled")
    setup |= {
        "status": "canceled",
        "cancellation_reason": call.params.get("cancellation_reason"),
        "next_action": None,
    }
    books.tell("setup_intent.canceled", setup)
    return setup


def finish(books: Books, setup: Object, *, payment_method: str | None, ok: bool) -> None:
    """What Stripe.js does in the cardholder's browser: name the card, and have the bank see who it is."""
    if setup["status"] not in _OPEN:
        _unexpected(setup, "confirmed")
    if payment_method is not None:
        charging.use_method(books, setup, payment_method)
    if ok:
        _confirm(books, setup, authenticated=True)
        return
    code = "setup_intent_authentication_failure"
    error = StripeError(MESSAGES[code], kind="card_error", code=code)
    setup |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_setup_error": error.body()["error"],
    }
    books.tell("setup_intent.setup_failed", setup)


def _confirm(books: Books, setup: Object, *, authenticated: bool) -> None:
    method = books.find("payment_method", setup["payment_method"])
    if method is None:
        _unexpected(setup, "confirmed without a payment method")
    card = card_of(method)
    if card.code is not None and not card.attaches:
        error = declined(card)
        setup |= {
            "status": "requires_payment_method",
            "payment_method": None,
            "next_action": None,
            "last_setup_error": {**error.body()["error"], "payment_method": shown(method)},
        }
        books.tell("setup_intent.setup_failed", setup)
        raise declined(card, inside={"setup_intent": shown(setup), "payment_method": shown(method)})
    if card.bank in {Bank.ALWAYS, Bank.UNTIL_SET_UP} and not authenticated:
        setup |= {
            "status": "requires_action",
            "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}},
        }
        books.tell("setup_intent.requires_action", setup)
        return
    setup |= {"status": "succeeded", "next_action": None, "last_setup_error": None}
    method["_set_up"] = True
    if setup["customer"] is not None:
        keep(books, method, customer_id=setup["customer"])
    books.tell("setup_intent.succeeded", setup)


def _unexpected(setup: Object, what: str) -> NoReturn:
    raise StripeError(
        f"This SetupIntent could not be {what} because it has a status of {setup['status']}.",
        code="setup_intent_unexpected_state",
        inside={"setup_intent": shown(setup)},
    )
