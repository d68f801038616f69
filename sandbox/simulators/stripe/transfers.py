"""Transfers to connected accounts, out of what a charge has paid, and their reversals."""

from __future__ import annotations

from typing import Final

from sandbox.simulators.stripe import lists
from sandbox.simulators.stripe.books import Books, dollars
from sandbox.simulators.stripe.fields import (
    EXPAND,
    PAGE,
    Fields,
    Required,
    boolean,
    currency,
    metadata,
    positive,
    text,
    with_notes,
)
from sandbox.simulators.stripe.wire import Call, Object, StripeError, missing

CREATE: Final[Fields] = {
    "amount": Required(positive),
    "currency": Required(currency),
    "description": text,
    "destination": Required(text),
    "expand": EXPAND,
    "metadata": metadata,
    "source_transaction": text,
    "transfer_group": text,
}
FIND: Final[Fields] = {**PAGE, "destination": text, "transfer_group": text}
REVERSALS: Final[Fields] = PAGE
REVERSE: Final[Fields] = {
    "amount": positive,
    "description": text,
    "expand": EXPAND,
    "metadata": metadata,
    "refund_application_fee": boolean,
}


def create_transfer(books: Books, call: Call) -> Object:
    """Send money to an account that can be paid."""
    params = call.params
    account = books.find("account", params["destination"])
    if account is None or not account["_authorized"]:
        raise missing("destination", params["destination"], param="destination")
    if account["capabilities"].get("transfers") != "active":
        raise StripeError(
            "Your destination account needs to have at least one of the following capabilities enabled: "
            "transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    charge = _source(books, call)
    if charge is None and books.balance()["available"] < params["amount"]:
        raise StripeError(
            "You have insufficient available funds in your Stripe account.", code="balance_insufficient"
        )
    transfer = _made(books, call, charge)
    account["_balance"] += params["amount"]
    books.tell("transfer.created", transfer)
    return transfer


def get_transfer(books: Books, call: Call) -> Object:
    """One transfer as it is now."""
    return books.named("transfer", call.args[0])


def list_transfers(books: Books, call: Call) -> Object:
    """The transfers, also those of one group or to one account."""
    found = lists.matching(books.of("transfer"), call.params, "destination", "transfer_group")
    return lists.page(call, found, url="/v1/transfers")


def create_reversal(books: Books, call: Call) -> Object:
    """Take back what was sent, or a part of it, if it is still there."""
    transfer = books.named("transfer", call.args[0])
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = call.params.get("amount", left)
    if amount > left or left == 0:
        raise StripeError(
            f"Transfer reversal amount ({dollars(amount)}) is greater than the unreversed amount on the "
            f"transfer ({dollars(left)})",
            param="amount",
        )
    account = books.named("account", transfer["destination"])
    if account["_balance"] < amount:
        raise StripeError(
            "The connected account has insufficient available funds for this reversal.",
            code="balance_insufficient",
        )
    account["_balance"] -= amount
    reversal_id = books.id("trr")
    reversal = books.enter(
        {
            "id": reversal_id,
            "object": "transfer_reversal",
            "amount": amount,
            "balance_transaction": books.move(
                amount=amount, kind="transfer_refund", source=reversal_id, currency=transfer["currency"]
            ),
            "created": books.stamp(),
            "currency": transfer["currency"],
            "destination_payment_refund": books.id("pyr"),
            "metadata": with_notes({}, call.params.get("metadata", {})),
            "source_refund": None,
            "transfer": transfer["id"],
        }
    )
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    books.tell("transfer.reversed", transfer)
    return reversal


def list_reversals(books: Books, call: Call) -> Object:
    """The reversals of one transfer."""
    transfer = books.named("transfer", call.args[0])
    found = [each for each in books.of("transfer_reversal") if each["transfer"] == transfer["id"]]
    return lists.page(call, found, url=transfer["reversals"]["url"])


def _source(books: Books, call: Call) -> Object | None:
    """The charge that a transfer is a part of; all of them together are never more than it."""
    if "source_transaction" not in call.params:
        return None
    charge = books.meant("charge", call.params["source_transaction"], param="source_transaction")
    if charge["status"] != "succeeded":
        raise StripeError("This charge did not succeed.", param="source_transaction")
    if charge["currency"] != call.params["currency"]:
        raise StripeError("The currency must be the charge's.", param="currency")
    sent = sum(each["amount"] for each in books.of("transfer") if each["source_transaction"] == charge["id"])
    if sent + call.params["amount"] > charge["amount"]:
        raise StripeError(
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{dollars(charge['amount'])}. (There is currently {dollars(charge['amount'] - sent)} left.)",
            param="amount",
        )
    return charge


def _made(books: Books, call: Call, charge: Object | None) -> Object:
    params, transfer_id = call.params, books.id("tr")
    group = params.get("transfer_group")
    if group is None and charge is not None:
        group = charge["transfer_group"] or f"group_{charge['payment_intent']}"
    return books.enter(
        {
            "id": transfer_id,
            "object": "transfer",
            "amount": params["amount"],
            "amount_reversed": 0,
            "balance_transaction": books.move(
                amount=-params["amount"], kind="transfer", source=transfer_id, currency=params["currency"]
            ),
            "created": books.stamp(),
            "currency": params["currency"],
            "description": params.get("description"),
            "destination": params["destination"],
            "destination_payment": books.id("py"),
            "livemode": False,
            "metadata": with_notes({}, params.get("metadata", {})),
            "reversals": lists.listed([], url=f"/v1/transfers/{transfer_id}/reversals"),
            "reversed": False,
            "source_transaction": charge["id"] if charge else None,
            "source_type": "card",
            "transfer_group": group,
        }
    )
