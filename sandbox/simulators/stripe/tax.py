"""Sales tax: calculations that bind nobody, and entries that the tax authorities are told of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sandbox.simulators.stripe import lists
from sandbox.simulators.stripe.books import Books
from sandbox.simulators.stripe.fields import (
    ADDRESS,
    EXPAND,
    Fields,
    Required,
    currency,
    hash_of,
    integer,
    list_of,
    metadata,
    one_of,
    positive,
    text,
)
from sandbox.simulators.stripe.wire import Call, Object, StripeError, bad_param

VALID: Final = timedelta(days=90)
WHOLE: Final = 100_000  # rates are in thousandths of a percent
USUAL_RATE: Final = 7_000
RATES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("OR", "MT", "NH", "DE", "AK"), 0),
    "CA": 8_500,
    "IL": 10_250,
    "NY": 8_875,
    "TX": 8_250,
    "WA": 10_100,
}
STATES: Final = frozenset(
    f"{letters[0]}{letter}"  # AL, AK, AZ …: the states by their first letter, with DC and PR
    for letters in (
        *("ALKZR", "CAOT", "DEC", "FL", "GA", "HI", "IDLNA", "KSY", "LA", "MEDAINSOT"),
        *("NEVHJMYCD", "OHKR", "PAR", "RI", "SCD", "TNX", "UT", "VTA", "WAVIY"),
    )
    for letter in letters[1:]
)

_BEHAVIOR: Final = one_of("exclusive", "inclusive")
CALCULATE: Final[Fields] = {
    "currency": Required(currency),
    "customer": text,
    "customer_details": Required(
        hash_of(
            {
                "address": ADDRESS,
                "address_source": one_of("billing", "shipping"),
                "taxability_override": one_of("none", "customer_exempt", "reverse_charge"),
            }
        )
    ),
    "expand": EXPAND,
    "line_items": Required(
        list_of(
            hash_of(
                {
                    "amount": Required(integer),
                    "quantity": positive,
                    "reference": text,
                    "tax_behavior": _BEHAVIOR,
                    "tax_code": text,
                }
            )
        )
    ),
}
RECORD: Final[Fields] = {
    "calculation": Required(text),
    "expand": EXPAND,
    "metadata": metadata,
    "reference": Required(text),
}
REVERSE: Final[Fields] = {
    "expand": EXPAND,
    "flat_amount": integer,
    "metadata": metadata,
    "mode": Required(one_of("full", "partial")),
    "original_transaction": Required(text),
    "reference": Required(text),
}


def calculate(books: Books, call: Call) -> Object:
    """What tax is due on a sale, line by line, each to the nearest cent."""
    params = call.params
    details = params["customer_details"]
    address = details.get("address") or {}
    rate = 0 if details.get("taxability_override", "none") != "none" else _rate(address)
    calculation_id = books.id("taxcalc")
    lines = [_line(books, line, number, rate) for number, line in enumerate(params["line_items"])]
    if len({line["reference"] for line in lines}) < len(lines):
        raise bad_param("Each line item must have its own reference.", "line_items")
    exclusive = sum(line["amount_tax"] for line in lines if line["tax_behavior"] == "exclusive")
    inclusive = sum(line["amount_tax"] for line in lines if line["tax_behavior"] == "inclusive")
    return books.enter(
        {
            "id": calculation_id,
            "object": "tax.calculation",
            "amount_total": sum(line["amount"] for line in lines) + exclusive,
            "currency": params["currency"],
            "customer": params.get("customer"),
            "customer_details": _details(details),
            "expires_at": int((books.now() + VALID).timestamp()),
            "line_items": lists.listed(lines, url=f"/v1/tax/calculations/{calculation_id}/line_items"),
            "livemode": False,
            "ship_from_details": None,
            "shipping_cost": None,
            "tax_amount_exclusive": exclusive,
            "tax_amount_inclusive": inclusive,
            "tax_breakdown": [
                {
                    "amount": exclusive + inclusive,
                    "inclusive": inclusive > 0,
                    "tax_rate_details": {
                        "country": address.get("country"),
                        "flat_amount": None,
                        "percentage_decimal": f"{rate // 1000}.{rate % 1000:03d}".rstrip("0").rstrip("."),
                        "rate_type": "percentage" if rate else None,
                        "state": address.get("state"),
                        "tax_type": "sales_tax",
                    },
                    "taxability_reason": "standard_rated" if rate else "not_subject_to_tax",
                    "taxable_amount": sum(line["amount"] for line in lines) if rate else 0,
                }
            ],
            "tax_date": books.stamp(),
        }
    )


def get_calculation(books: Books, call: Call) -> Object:
    """One calculation."""
    return books.named("tax.calculation", call.args[0])


def record(books: Books, call: Call) -> Object:
    """Enter a sale that was paid."""
    calculation = books.meant("tax.calculation", call.params["calculation"], param="calculation")
    _check_reference(books, call.params["reference"])
    if calculation["expires_at"] <= books.stamp():
        raise StripeError("The calculation has expired.", code="resource_missing", param="calculation")
    return _entered(
        books,
        call,
        of=calculation,
        lines=[(line, line["amount"], line["amount_tax"]) for line in calculation["line_items"]["data"]],
        original=None,
    )


def reverse(books: Books, call: Call) -> Object:
    """Take a sale back, or a part of it; never more than is left."""
    params = call.params
    original = books.meant("tax.transaction", params["original_transaction"], param="original_transaction")
    if original["type"] != "transaction":
        raise StripeError("A reversal cannot be reversed.", param="original_transaction")
    _check_reference(books, params["reference"])
    lines = original["line_items"]["data"]
    total = sum(_total(line) for line in lines)
    left = total - original["_reversed"]
    amount = _to_reverse(params, total=total, left=left)
    original["_reversed"] += amount
    taken, parts = 0, []
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        part = amount - taken if last else amount * _total(line) // total
        tax = (2 * part * _added(line) + _total(line)) // (2 * _total(line)) if _total(line) else 0
        taken += part
        parts.append((line, tax - part, -tax))
    return _entered(books, call, of=original, lines=parts, original=original["id"])


def get_transaction(books: Books, call: Call) -> Object:
    """One entry."""
    return books.named("tax.transaction", call.args[0])


def _to_reverse(params: Mapping[str, Any], *, total: int, left: int) -> int:
    if params["mode"] == "full":
        if "flat_amount" in params:
            raise bad_param("`flat_amount` is only for partial reversals.", "flat_amount")
        if left < total or total == 0:
            raise StripeError("The transaction has already been reversed.", param="original_transaction")
        return total
    if "flat_amount" not in params:
        raise bad_param("Missing required param: flat_amount.", "flat_amount", code="parameter_missing")
    amount = -int(params["flat_amount"])
    if amount <= 0:
        raise bad_param("This value must be less than 0.", "flat_amount", code="parameter_invalid_integer")
    if amount > left:
        raise StripeError("The reversal is larger than what is left of the transaction.", param="flat_amount")
    return amount


def _rate(address: Mapping[str, Any]) -> int:
    if address.get("country") not in {None, "US"}:
        return 0  # nobody there has asked us to collect
    state, code = address.get("state") or "", address.get("postal_code") or ""
    if address.get("country") is None or state not in STATES or not re.fullmatch(r"\d{5}(-\d{4})?", code):
        raise StripeError(
            "We could not determine the customer's tax location based on the provided customer address.",
            code="customer_tax_location_invalid",
            param="customer_details[address]",
            saved=False,
        )
    return RATES.get(state, USUAL_RATE)


def _line(books: Books, line: Mapping[str, Any], number: int, rate: int) -> Object:
    amount, behavior = line["amount"], line.get("tax_behavior", "exclusive")
    code = line.get("tax_code", "txcd_10000000")
    if not re.fullmatch(r"txcd_\d{8}", code):
        raise bad_param(f"Invalid tax code: {code}", f"line_items[{number}][tax_code]")
    if amount < 0:
        raise bad_param("Invalid amount", f"line_items[{number}][amount]", code="parameter_invalid_integer")
    whole = WHOLE if behavior == "exclusive" else WHOLE + rate
    return {
        "id": books.id("tax_li", length=14),
        "object": "tax.calculation_line_item",
        "amount": amount,
        "amount_tax": (2 * amount * rate + whole) // (2 * whole),
        "livemode": False,
        "metadata": None,
        "product": None,
        "quantity": line.get("quantity", 1),
        "reference": line.get("reference", f"L{number + 1}"),
        "tax_behavior": behavior,
        "tax_code": code,
    }


def _details(details: Mapping[str, Any]) -> Object:
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": {**empty, **details.get("address", {})},
        "address_source": details.get("address_source", "billing"),
        "ip_address": None,
        "tax_ids": [],
        "taxability_override": details.get("taxability_override", "none"),
    }


def _check_reference(books: Books, reference: str) -> None:
    """A reference stands for one entry, for ever."""
    for entry in books.of("tax.transaction"):
        if entry["reference"] == reference:
            raise StripeError(
                f"A tax transaction with reference '{reference}' already exists: {entry['id']}",
                code="resource_already_exists",
                param="reference",
                saved=False,
            )


def _added(line: Object) -> int:
    """The tax of a line that comes on top of its amount."""
    return int(line["amount_tax"]) if line["tax_behavior"] == "exclusive" else 0


def _total(line: Object) -> int:
    return int(line["amount"]) + _added(line)


def _entered(
    books: Books,
    call: Call,
    *,
    of: Object,
    lines: Sequence[tuple[Object, int, int]],
    original: str | None,
) -> Object:
    kind, entry_id = "reversal" if original else "transaction", books.id("tax")
    entered = [
        {
            "id": books.id("tax_li", length=14),
            "object": "tax.transaction_line_item",
            "amount": amount,
            "amount_tax": amount_tax,
            "livemode": False,
            "metadata": None,
            "product": None,
            "quantity": line["quantity"],
            "reference": line["reference"],
            "reversal": {"original_line_item": line["id"]} if original else None,
            "tax_behavior": line["tax_behavior"],
            "tax_code": line["tax_code"],
            "type": kind,
        }
        for line, amount, amount_tax in lines
    ]
    return books.enter(
        {
            "id": entry_id,
            "object": "tax.transaction",
            "created": books.stamp(),
            "currency": of["currency"],
            "customer": of["customer"],
            "customer_details": of["customer_details"],
            "line_items": lists.listed(entered, url=f"/v1/tax/transactions/{entry_id}/line_items"),
            "livemode": False,
            "metadata": call.params.get("metadata"),
            "posted_at": books.stamp(),
            "reference": call.params["reference"],
            "reversal": {"original_transaction": original} if original else None,
            "ship_from_details": None,
            "shipping_cost": None,
            "tax_date": of["tax_date"],
            "type": kind,
            "_reversed": 0,
        }
    )
