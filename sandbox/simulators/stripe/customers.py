"""Customers, and the cards that are kept for them."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from sandbox.simulators.stripe import lists
from sandbox.simulators.stripe.books import Books
from sandbox.simulators.stripe.cards import CARDS, MESSAGES, MagicCard
from sandbox.simulators.stripe.fields import (
    ADDRESS,
    EXPAND,
    PAGE,
    Fields,
    Required,
    clearable,
    email,
    hash_of,
    list_of,
    metadata,
    one_of,
    text,
    with_notes,
)
from sandbox.simulators.stripe.wire import Call, Object, StripeError, missing

YEARS_VALID: Final = 4

CUSTOMER: Final[Fields] = {
    "address": ADDRESS,
    "description": clearable,
    "email": email,
    "expand": EXPAND,
    "invoice_settings": hash_of({"default_payment_method": clearable}),
    "metadata": metadata,
    "name": clearable,
    "phone": clearable,
    "preferred_locales": list_of(text),
    "tax_exempt": one_of("none", "exempt", "reverse"),
}
CUSTOMERS: Final[Fields] = {**PAGE, "email": text}
ATTACH: Final[Fields] = {"customer": Required(text), "expand": EXPAND}
JUST_EXPAND: Final[Fields] = {"expand": EXPAND}
KEPT_CARDS: Final[Fields] = {**PAGE, "type": text}


# --- customers -------------------------------------------------------------------------------------------


def create_customer(books: Books, call: Call) -> Object:
    """Enter a customer."""
    if call.params.get("invoice_settings", {}).get("default_payment_method"):
        raise StripeError("The customer must be created before its default payment method is set.")
    customer = books.enter(
        {
            "id": books.id("cus", length=14),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": books.stamp(),
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": None,
            "invoice_prefix": books.id("P", length=6)[2:].upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": {},
            "name": None,
            "next_invoice_sequence": 1,
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    _change(customer, call.params)
    books.tell("customer.created", customer)
    return customer


def update_customer(books: Books, call: Call) -> Object:
    """Change what was given, and nothing else."""
    customer = books.named("customer", call.args[0])
    default = call.params.get("invoice_settings", {}).get("default_payment_method")
    if default is not None:
        method = books.find("payment_method", default)
        if method is None or method["customer"] != customer["id"]:
            raise missing("PaymentMethod", default, param="invoice_settings[default_payment_method]")
    _change(customer, call.params)
    books.tell("customer.updated", customer)
    return customer


def get_customer(books: Books, call: Call) -> Object:
    """One customer."""
    return books.named("customer", call.args[0])


def list_customers(books: Books, call: Call) -> Object:
    """The customers, also those with one address of mail, which is compared to the letter."""
    found = lists.matching(books.of("customer"), call.params, "email")
    return lists.page(call, found, url="/v1/customers")


def _change(customer: Object, given: Any) -> None:
    for name, value in given.items():
        if name == "metadata":
            customer[name] = with_notes(customer[name], value)
        elif name == "address":
            empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
            customer[name] = {**empty, **value}
        elif name == "invoice_settings":
            customer[name] = {**customer[name], **value}
        elif name != "expand":
            customer[name] = value


# --- payment methods -------------------------------------------------------------------------------------


def method_named(books: Books, given: str) -> Object | None:
    """The payment method with an id; each use of a name for tests makes a new one."""
    card = CARDS.get(given)
    return books.find("payment_method", given) if card is None else _made(books, given, card)


def card_of(method: Object) -> MagicCard:
    """How the card behaves."""
    return CARDS[method["_card"]]


def keep(books: Books, method: Object, *, customer_id: str) -> None:
    """Attach a payment method to a customer."""
    if method["customer"] is None:
        method["customer"] = customer_id
        books.tell("payment_method.attached", method)


def attach(books: Books, call: Call) -> Object:
    """Keep a card for a customer; the bank is asked, and may decline."""
    method = _method(books, call.args[0])
    customer = books.meant("customer", call.params["customer"], param="customer")
    if method["customer"] == customer["id"]:
        return method
    if method["customer"] is not None:
        raise StripeError("The payment method you provided has already been attached to a customer.")
    if method["_spent"]:
        raise StripeError(
            "This PaymentMethod was previously used without being attached to a Customer or was detached "
            "from a Customer, and may not be used again."
        )
    card = card_of(method)
    if card.code is not None and not card.attaches:
        raise declined(card)
    keep(books, method, customer_id=customer["id"])
    return method


def detach(books: Books, call: Call) -> Object:
    """Keep a card no longer; it cannot be used again."""
    method = books.named("payment_method", call.args[0])
    customer = books.find("customer", method["customer"])
    if customer is None:
        raise StripeError(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    if customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
    method["customer"], method["_spent"] = None, True
    books.tell("payment_method.detached", method)
    return method


def get_method(books: Books, call: Call) -> Object:
    """One payment method."""
    return _method(books, call.args[0])


def list_methods(books: Books, call: Call) -> Object:
    """The cards that are kept for a customer."""
    customer = books.named("customer", call.args[0])
    kept = [each for each in books.of("payment_method") if each["customer"] == customer["id"]]
    found = lists.matching(kept, call.params, "type")
    return lists.page(call, found, url=f"/v1/customers/{customer['id']}/payment_methods")


def get_method_of(books: Books, call: Call) -> Object:
    """One of the cards that are kept for a customer."""
    customer, method = books.named("customer", call.args[0]), books.named("payment_method", call.args[1])
    if method["customer"] != customer["id"]:
        raise missing("PaymentMethod", method["id"], param="payment_method", status=404)
    return method


def declined(card: MagicCard, *, code: str | None = None, inside: Object | None = None) -> StripeError:
    """The bank's no, as Stripe answers it."""
    said = code or card.code or "card_declined"
    decline_code = said if said == "authentication_required" else card.decline_code
    more: Object = {"decline_code": decline_code} if decline_code else {}
    if card.advice_code and code is None:
        more["advice_code"] = card.advice_code
    message = MESSAGES.get(decline_code or said) or MESSAGES[said]
    return StripeError(message, status=402, kind="card_error", code=said, inside={**more, **(inside or {})})


def _method(books: Books, given: str) -> Object:
    found = method_named(books, given)
    if found is None:
        raise missing("PaymentMethod", given, param="payment_method", status=404)
    return found


def _made(books: Books, name: str, card: MagicCard) -> Object:
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return books.enter(
        {
            "id": books.id("pm"),
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": {
                "address": empty,
                "email": None,
                "name": None,
                "phone": None,
                "tax_id": None,
            },
            "card": {
                "brand": card.brand,
                "checks": {
                    "address_line1_check": None,
                    "address_postal_code_check": None,
                    "cvc_check": "pass",
                },
                "country": "US",
                "display_brand": card.brand,
                "exp_month": 8,
                "exp_year": books.now().year + YEARS_VALID,
                "fingerprint": hashlib.sha256(name.encode()).hexdigest()[:16],
                "funding": "credit",
                "generated_from": None,
                "last4": card.last4,
                "networks": {"available": [card.brand], "preferred": None},
                "regulated_status": "unregulated",
                "three_d_secure_usage": {"supported": True},
                "wallet": None,
            },
            "created": books.stamp(),
            "customer": None,
            "customer_account": None,
            "livemode": False,
            "metadata": {},
            "type": "card",
            "_card": name,
            "_set_up": False,
            "_spent": False,
        }
    )
