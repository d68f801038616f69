"""What happens when a payment is confirmed: the bank says yes, no, or that it wants to see the cardholder."""

from __future__ import annotations

from typing import Final

from sandbox.simulators.stripe import disputes
from sandbox.simulators.stripe.books import Books, shown
from sandbox.simulators.stripe.cards import MESSAGES, MagicCard
from sandbox.simulators.stripe.customers import card_of, declined, keep, method_named
from sandbox.simulators.stripe.wire import Object, StripeError, missing

FEE_PERMILLE: Final = 29
FEE_CENTS: Final = 30
ANY_DECLINE: Final = MagicCard(last4="", code="card_declined", decline_code="generic_decline")


def use_method(books: Books, intent: Object, given: str) -> None:
    """Make a payment method the one that an intent is paid with; raises StripeError if it cannot be."""
    method = method_named(books, given)
    if method is None:
        raise missing("PaymentMethod", given, param="payment_method")
    if method["customer"] is not None and method["customer"] != intent["customer"]:
        raise StripeError(
            f"The customer does not have a payment method with the ID {given}. The payment method supplied "
            "must belong to the customer.",
            code="resource_missing",
            param="payment_method",
            saved=False,
        )
    if method["_spent"]:
        raise StripeError(
            "The provided PaymentMethod was previously used without Customer attachment or was detached from "
            "a Customer, and may not be used again.",
            param="payment_method",
        )
    intent["payment_method"], intent["_name"] = method["id"], given


def confirm(
    books: Books,
    intent: Object,
    *,
    off_session: bool,
    authenticated: bool = False,
    any_decline: bool = False,
    action_is_error: bool = False,
) -> None:
    """Ask the bank; raises StripeError when it says no, with the intent in it."""
    method = books.find("payment_method", intent["payment_method"])
    if method is None:  # pragma: no cover  (whoever confirms has made sure)
        raise StripeError("There is no payment method.", code="payment_intent_unexpected_state")
    card, kept = card_of(method), intent["setup_future_usage"] is not None
    intent["_off_session"] = off_session
    if any_decline:
        _fail(books, intent, method, ANY_DECLINE)
    if not authenticated and card.wants_cardholder(
        off_session=off_session, kept=kept, set_up=method["_set_up"]
    ):
        if off_session or action_is_error:
            _fail(books, intent, method, card, code="authentication_required")
        _wait_for_cardholder(books, intent)
        return
    if card.code is not None:
        _fail(books, intent, method, card)
    _succeed(books, intent, method, card)


def refuse_authentication(books: Books, intent: Object) -> None:
    """The cardholder did not prove to be one: nothing is charged, and another card may be tried."""
    method = books.find("payment_method", intent["payment_method"])
    code = "payment_intent_authentication_failure"
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_payment_error": {
            "type": "card_error",
            "code": code,
            "message": MESSAGES[code],
            "payment_method": shown(method),
        },
    }
    books.tell("payment_intent.payment_failed", intent)


def _wait_for_cardholder(books: Books, intent: Object) -> None:
    intent["status"] = "requires_action"
    intent["next_action"] = {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {
            "type": "three_d_secure_redirect",
            "source": books.id("payatt"),
            "stripe_js": "https://hooks.stripe.com/redirect/authenticate/simulated",
        },
    }
    books.tell("payment_intent.requires_action", intent)


def _fail(books: Books, intent: Object, method: Object, card: MagicCard, *, code: str | None = None) -> None:
    """Enter a charge that failed, and raise what is answered."""
    said = declined(card, code=code)
    charge = _charge(books, intent, method, error=said)
    told = {**said.body()["error"], "charge": charge["id"]}
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "latest_charge": charge["id"],
        "last_payment_error": {**told, "payment_method": shown(method)},
    }
    books.tell("charge.failed", charge)
    books.tell("payment_intent.payment_failed", intent)
    inside = {"charge": charge["id"], "payment_intent": shown(intent), "payment_method": shown(method)}
    raise declined(card, code=code, inside=inside)


def _succeed(books: Books, intent: Object, method: Object, card: MagicCard) -> None:
    charge = _charge(books, intent, method, error=None)
    amount = intent["amount"]
    charge["balance_transaction"] = books.move(
        amount=amount,
        fee=(2 * amount * FEE_PERMILLE + 1000) // 2000 + FEE_CENTS,
        kind="charge",
        source=charge["id"],
        currency=intent["currency"],
        at_once=card.available_at_once,
    )
    intent |= {
        "status": "succeeded",
        "amount_received": amount,
        "latest_charge": charge["id"],
        "last_payment_error": None,
        "next_action": None,
    }
    if intent["setup_future_usage"] is not None and intent["customer"] is not None:
        method["_set_up"] = True
        keep(books, method, customer_id=intent["customer"])
    elif method["customer"] is None:
        method["_spent"] = True
    books.tell("charge.succeeded", charge)
    books.tell("payment_intent.succeeded", intent)
    if card.disputed:
        disputes.open_dispute(books, charge)


def _charge(books: Books, intent: Object, method: Object, *, error: StripeError | None) -> Object:
    """One try at an intent, which succeeded or failed."""
    amount = intent["amount"]
    said = error.body()["error"] if error else {}
    code = said.get("decline_code") or said.get("code")
    return books.enter(
        {
            "id": books.id("ch"),
            "object": "charge",
            "amount": amount,
            "amount_captured": 0 if error else amount,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": shown(method["billing_details"]),
            "calculated_statement_descriptor": "SEATWISE",
            "captured": error is None,
            "created": books.stamp(),
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "destination": None,
            "dispute": None,
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": said.get("code"),
            "failure_message": said.get("message"),
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "on_behalf_of": None,
            "outcome": {
                "advice_code": said.get("advice_code"),
                "network_advice_code": None,
                "network_decline_code": None,
                "network_status": "declined_by_network" if error else "approved_by_network",
                "reason": code,
                "risk_level": "normal",
                "seller_message": said.get("message", "Payment complete."),
                "type": "issuer_declined" if error else "authorized",
            },
            "paid": error is None,
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": {
                "card": {
                    "amount_authorized": None if error else amount,
                    "brand": method["card"]["brand"],
                    "country": "US",
                    "exp_month": method["card"]["exp_month"],
                    "exp_year": method["card"]["exp_year"],
                    "fingerprint": method["card"]["fingerprint"],
                    "funding": "credit",
                    "last4": method["card"]["last4"],
                    "network": method["card"]["brand"],
                    "three_d_secure": None,
                    "wallet": None,
                },
                "type": "card",
            },
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": None,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": "failed" if error else "succeeded",
            "transfer_data": None,
            "transfer_group": intent["transfer_group"],
            "_card": method["_card"],
            "_key": (books.call.key if books.call else None) or intent["_key"],
            "_name": intent["_name"],
            "_off_session": intent["_off_session"],
            "_decline_code": code,
        }
    )
