"""Payment intents: one for each thing that is to be paid, through all the tries that it takes."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from sandbox.simulators.stripe import charging, lists
from sandbox.simulators.stripe.books import Books, shown
from sandbox.simulators.stripe.fields import (
    EXPAND,
    PAGE,
    Fields,
    Required,
    boolean,
    currency,
    email,
    hash_of,
    integer,
    list_of,
    metadata,
    one_of,
    text,
    url,
    with_notes,
)
from sandbox.simulators.stripe.wire import Call, Object, StripeError, bad_param

SMALLEST: Final = 50
LARGEST: Final = 99_999_999

_USAGE: Final = one_of("off_session", "on_session")
CREATE: Final[Fields] = {
    "amount": Required(integer),
    "automatic_payment_methods": hash_of(
        {"enabled": Required(boolean), "allow_redirects": one_of("always", "never")}
    ),
    "capture_method": one_of("automatic", "automatic_async"),
    "confirm": boolean,
    "currency": Required(currency),
    "customer": text,
    "description": text,
    "error_on_requires_action": boolean,
    "expand": EXPAND,
    "hooks": hash_of({"inputs": hash_of({"tax": hash_of({"calculation": text})})}),
    "metadata": metadata,
    "off_session": boolean,
    "payment_method": text,
    "payment_method_types": list_of(one_of("card")),
    "receipt_email": email,
    "return_url": url,
    "setup_future_usage": _USAGE,
    "statement_descriptor_suffix": text,
    "transfer_group": text,
}
UPDATE: Final[Fields] = {
    "description": text,
    "expand": EXPAND,
    "metadata": metadata,
    "payment_method": text,
    "receipt_email": email,
    "setup_future_usage": _USAGE,
    "transfer_group": text,
}
CONFIRM: Final[Fields] = {
    "error_on_requires_action": boolean,
    "expand": EXPAND,
    "off_session": boolean,
    "payment_method": text,
    "receipt_email": email,
    "return_url": url,
    "setup_future_usage": _USAGE,
}
CANCEL: Final[Fields] = {
    "cancellation_reason": one_of("duplicate", "fraudulent", "requested_by_customer", "abandoned"),
    "expand": EXPAND,
}
FIND: Final[Fields] = {**PAGE, "customer": text}

_CONFIRMABLE: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
_CANCELABLE: Final = _CONFIRMABLE | {"requires_capture", "processing"}


def create_intent(books: Books, call: Call) -> Object:
    """Begin to take money, and with `confirm` take it at once."""
    params = call.params
    _check_amount(params["amount"])
    _check_sense(params)
    if "customer" in params:
        books.meant("customer", params["customer"], param="customer")
    intent = _new(books, call)
    if "payment_method" in params:
        charging.use_method(books, intent, params["payment_method"])
        intent["status"] = "requires_confirmation"
    if params.get("confirm"):
        _check_ready(intent, call)
    books.enter(intent)
    books.tell("payment_intent.created", intent)
    if params.get("confirm"):
        _confirm(books, intent, call)
    return intent


def update_intent(books: Books, call: Call) -> Object:
    """Change what was given, as long as nothing is decided."""
    intent = books.named("payment_intent", call.args[0])
    if intent["status"] not in _CONFIRMABLE:
        _unexpected(intent, "updated")
    for name, value in call.params.items():
        if name == "metadata":
            intent[name] = with_notes(intent[name], value)
        elif name == "payment_method":
            charging.use_method(books, intent, value)
            intent["status"] = "requires_confirmation"
        elif name != "expand":
            intent[name] = value
    return intent


def get_intent(books: Books, call: Call) -> Object:
    """One intent as it is now."""
    return books.named("payment_intent", call.args[0])


def list_intents(books: Books, call: Call) -> Object:
    """The intents, also those of one customer; an entry is there as soon as it is made."""
    found = lists.matching(books.of("payment_intent"), call.params, "customer")
    return lists.page(call, found, url="/v1/payment_intents")


def confirm_intent(books: Books, call: Call) -> Object:
    """Take the money, or try once more."""
    intent = books.named("payment_intent", call.args[0])
    if intent["status"] not in _CONFIRMABLE:
        _unexpected(intent, "confirmed")
    for name in ("receipt_email", "setup_future_usage"):
        intent[name] = call.params.get(name, intent[name])
    if "payment_method" in call.params:
        charging.use_method(books, intent, call.params["payment_method"])
    _check_ready(intent, call)
    _confirm(books, intent, call)
    return intent


def cancel_intent(books: Books, call: Call) -> Object:
    """Take nothing any more; too late once it succeeded."""
    intent = books.named("payment_intent", call.args[0])
    if intent["status"] not in _CANCELABLE:
        _unexpected(intent, "canceled")
    intent |= {
        "status": "canceled",
        "canceled_at": books.stamp(),
        "cancellation_reason": call.params.get("cancellation_reason"),
        "next_action": None,
    }
    books.tell("payment_intent.canceled", intent)
    return intent


def by_secret(books: Books, kind: str, client_secret: str) -> Object:
    """The intent that a browser speaks of; raises StripeError."""
    for intent in books.of(kind):
        if intent["client_secret"] == client_secret:
            return intent
    raise StripeError(f"No such {kind}", status=404, code="resource_missing", param="client_secret")


def authenticate(books: Books, intent: Object, *, ok: bool, payment_method: str | None) -> None:
    """What Stripe.js does in the cardholder's browser: confirm, and have the bank see who it is."""
    if intent["status"] not in _CONFIRMABLE:
        _unexpected(intent, "confirmed")
    if payment_method is not None:
        charging.use_method(books, intent, payment_method)
    elif intent["payment_method"] is None:
        failed = intent["last_payment_error"] or {}
        given = failed.get("payment_method", {}).get("id")
        if given is None:
            _unexpected(intent, "confirmed without a payment method")
        intent["payment_method"] = given
    if ok:
        charging.confirm(books, intent, off_session=False, authenticated=True)
    else:
        charging.refuse_authentication(books, intent)


def _check_ready(intent: Object, call: Call) -> None:
    if intent["payment_method"] is None:
        raise StripeError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
            inside={"payment_intent": shown(intent)},
        )
    automatic = intent["automatic_payment_methods"] or {}
    redirects = automatic.get("enabled") and automatic.get("allow_redirects") != "never"
    if redirects and intent["_asked_for_automatic"] and "return_url" not in call.params:
        raise bad_param(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because "
            "some of these payment methods might redirect your customer off of your page, you must provide a "
            "`return_url`.",
            "return_url",
        )


def _confirm(books: Books, intent: Object, call: Call) -> None:
    charging.confirm(
        books,
        intent,
        off_session=call.params.get("off_session", False),
        any_decline=call.declined,
        action_is_error=call.params.get("error_on_requires_action", False),
    )


def _check_amount(amount: int) -> None:
    if amount < 1:
        raise bad_param(
            "This value must be greater than or equal to 1.", "amount", code="parameter_invalid_integer"
        )
    if amount < SMALLEST:
        raise bad_param("Amount must be at least $0.50 usd", "amount", code="amount_too_small")
    if amount > LARGEST:
        raise bad_param("Amount must be no more than $999,999.99", "amount", code="amount_too_large")


def _check_sense(params: Any) -> None:
    confirm = params.get("confirm", False)
    for name in ("off_session", "error_on_requires_action", "return_url"):
        if name in params and not confirm:
            raise bad_param(f"`{name}` can only be used with `confirm=true`.", name)
    if params.get("automatic_payment_methods", {}).get("enabled") and "payment_method_types" in params:
        raise bad_param(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
            "automatic_payment_methods",
            code="parameters_exclusive",
        )


def _new(books: Books, call: Call) -> Object:
    params, intent_id = call.params, books.id("pi")
    automatic = params.get("automatic_payment_methods")
    if automatic is None and "payment_method_types" not in params:
        automatic = {"enabled": True, "allow_redirects": "always"}
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always", **automatic} if automatic else None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_{books.id('secret', length=25)}",
        "confirmation_method": "automatic",
        "created": books.stamp(),
        "currency": params["currency"],
        "customer": params.get("customer"),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "hooks": params.get("hooks"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": with_notes({}, params.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
        "_asked_for_automatic": "automatic_payment_methods" in params,
        "_key": call.key or "",
        "_name": None,
        "_off_session": None,
    }


def _unexpected(intent: Object, what: str) -> NoReturn:
    raise StripeError(
        f"This PaymentIntent could not be {what} because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        inside={"payment_intent": shown(intent)},
    )
