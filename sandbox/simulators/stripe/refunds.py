"""Refunds: never more than was paid, and some that fail days later."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sandbox.simulators.stripe import lists
from sandbox.simulators.stripe.books import Books, dollars
from sandbox.simulators.stripe.cards import CARDS
from sandbox.simulators.stripe.fields import (
    EXPAND,
    PAGE,
    Fields,
    boolean,
    metadata,
    one_of,
    positive,
    text,
    with_notes,
)
from sandbox.simulators.stripe.wire import Call, Object, StripeError, bad_param

FAILS_AFTER: Final = timedelta(days=2)

CREATE: Final[Fields] = {
    "amount": positive,
    "charge": text,
    "expand": EXPAND,
    "metadata": metadata,
    "payment_intent": text,
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
    "refund_application_fee": boolean,
    "reverse_transfer": boolean,
}
FIND: Final[Fields] = {**PAGE, "charge": text, "payment_intent": text}


def create_refund(books: Books, call: Call) -> Object:
    """Give back a charge, or a part of it."""
    charge = _charge(books, call)
    left = charge["amount"] - charge["amount_refunded"]
    if charge["refunded"]:
        raise StripeError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = call.params.get("amount", left)
    if amount > left:
        what = "charge amount" if left == charge["amount"] else "unrefunded amount on charge"
        raise StripeError(
            f"Refund amount ({dollars(amount)}) is greater than {what} ({dollars(left)})", param="amount"
        )
    refund = _made(books, call, charge, amount)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    books.tell("refund.created", refund)
    books.tell("charge.refunded", charge)
    if CARDS[charge["_card"]].refund_fails:
        books.later(FAILS_AFTER, lambda: fail(books, refund))
    return refund


def get_refund(books: Books, call: Call) -> Object:
    """One refund as it is now."""
    return books.named("refund", call.args[0])


def list_refunds(books: Books, call: Call) -> Object:
    """The refunds, also those of one charge."""
    found = lists.matching(books.of("refund"), call.params, "charge", "payment_intent")
    return lists.page(call, found, url="/v1/refunds")


def fail(books: Books, refund: Object, *, reason: str = "expired_or_canceled_card") -> None:
    """The bank sends the money back: it is ours again, and the client has not got it."""
    if refund["status"] == "failed":
        return
    refund["status"], refund["failure_reason"] = "failed", reason
    refund["failure_balance_transaction"] = books.move(
        amount=refund["amount"], kind="refund_failure", source=refund["id"], currency=refund["currency"]
    )
    charge = books.find("charge", refund["charge"])
    if charge is not None:
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
    books.tell("refund.updated", refund)
    books.tell("refund.failed", refund)


def _charge(books: Books, call: Call) -> Object:
    given = [name for name in ("charge", "payment_intent") if name in call.params]
    if not given:
        raise bad_param(
            "One of the following params should be provided for this request: payment_intent or charge.",
            "charge",
            code="parameter_missing",
        )
    if len(given) > 1:
        raise bad_param(
            "You may only specify one of these parameters: charge, payment_intent.",
            "charge",
            code="parameters_exclusive",
        )
    if call.params.get("reverse_transfer"):
        raise StripeError("This charge has no transfer that could be reversed.", param="reverse_transfer")
    if "charge" in call.params:
        charge = books.meant("charge", call.params["charge"], param="charge")
    else:
        intent = books.meant("payment_intent", call.params["payment_intent"], param="payment_intent")
        found = books.find("charge", intent["latest_charge"])
        if found is None:
            raise StripeError("This PaymentIntent does not have a successful charge to refund.")
        charge = found
    if charge["status"] != "succeeded":
        raise StripeError(f"Charge {charge['id']} did not succeed, and cannot be refunded.")
    if charge["disputed"] and not charge["_dispute_won"]:
        raise StripeError(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    return charge


def _made(books: Books, call: Call, charge: Object, amount: int) -> Object:
    refund_id = books.id("re")
    return books.enter(
        {
            "id": refund_id,
            "object": "refund",
            "amount": amount,
            "balance_transaction": books.move(
                amount=-amount, kind="refund", source=refund_id, currency=charge["currency"]
            ),
            "charge": charge["id"],
            "created": books.stamp(),
            "currency": charge["currency"],
            "destination_details": {
                "card": {
                    "reference": f"{books.stamp():012d}",
                    "reference_status": "available",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
                "type": "card",
            },
            "metadata": with_notes({}, call.params.get("metadata", {})),
            "payment_intent": charge["payment_intent"],
            "reason": call.params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
            "_key": call.key or "",
        }
    )
