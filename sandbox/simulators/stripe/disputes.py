"""Disputes: the cardholder's bank takes the money back, until somebody has decided who is right."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sandbox.simulators.stripe import lists
from sandbox.simulators.stripe.books import Books
from sandbox.simulators.stripe.fields import PAGE, Fields, text
from sandbox.simulators.stripe.wire import Call, Object, StripeError

FEE: Final = 1500
TO_ANSWER: Final = timedelta(days=9)

FIND: Final[Fields] = {**PAGE, "charge": text, "payment_intent": text}


def open_dispute(books: Books, charge: Object, *, reason: str = "fraudulent") -> Object:
    """The cardholder disputes a charge; the money is gone until it is decided."""
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise StripeError(f"Charge {charge['id']} cannot be disputed.")
    dispute_id, answer_by = books.id("du"), books.now() + TO_ANSWER
    amount, currency = charge["amount"] - charge["amount_refunded"], charge["currency"]
    line = books.move(amount=-amount, fee=FEE, kind="adjustment", source=dispute_id, currency=currency)
    dispute = books.enter(
        {
            "id": dispute_id,
            "object": "dispute",
            "amount": amount,
            "balance_transactions": [],
            "charge": charge["id"],
            "created": books.stamp(),
            "currency": currency,
            "enhanced_eligibility_types": [],
            "evidence": {},
            "evidence_details": {
                "due_by": int(answer_by.timestamp()),
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
            },
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": {
                "card": {
                    "brand": charge["payment_method_details"]["card"]["brand"],
                    "case_type": "chargeback",
                    "network_reason_code": "10.4",
                },
                "type": "card",
            },
            "reason": reason,
            "status": "needs_response",
        }
    )
    dispute["balance_transactions"].append(books.find("balance_transaction", line))
    charge |= {"disputed": True, "dispute": dispute_id, "_dispute_won": False}
    books.tell("charge.dispute.created", dispute)
    books.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(books: Books, dispute: Object, *, won: bool) -> None:
    """It is decided; what was won comes back, less the fee."""
    if dispute["status"] in {"won", "lost"}:
        raise StripeError("This dispute is already closed")
    dispute["status"] = "won" if won else "lost"
    charge = books.named("charge", dispute["charge"])
    charge["_dispute_won"] = won
    if won:
        line = books.move(
            amount=dispute["amount"], kind="adjustment", source=dispute["id"], currency=dispute["currency"]
        )
        dispute["balance_transactions"].append(books.find("balance_transaction", line))
        books.tell("charge.dispute.funds_reinstated", dispute)
    books.tell("charge.dispute.closed", dispute)


def get_dispute(books: Books, call: Call) -> Object:
    """One dispute as it is now."""
    return books.named("dispute", call.args[0])


def list_disputes(books: Books, call: Call) -> Object:
    """The disputes, also those of one charge."""
    found = lists.matching(books.of("dispute"), call.params, "charge", "payment_intent")
    return lists.page(call, found, url="/v1/disputes")
