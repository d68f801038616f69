"""Sales tax through Stripe Tax."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from chalicelib.domain.money import Money
from chalicelib.domain.people import Address
from chalicelib.gateways.stripe.answers import NEIGHBOR, Problem
from chalicelib.gateways.stripe.client import StripeAccount
from chalicelib.gateways.stripe.payments import address_fields
from chalicelib.gateways.taxes import TaxDue
from chalicelib.gateways.trouble import Refused

_BAD_ADDRESS: Final = "customer_tax_location_invalid"
_ADDRESS: Final = "customer_details[address]"
_TRANSACTION: Final = re.compile(r"\btax_[A-Za-z0-9]+\b")


class StripeTaxes:
    """Stripe Tax; `tax_code` says what kind of thing is sold. See `chalicelib.gateways.taxes.Taxes`."""

    def __init__(self, *, account: StripeAccount, tax_code: str) -> None:
        self._account = account
        self._tax_code = tax_code

    def due(self, *, key: str, net: Money, address: Address, plan_id: str) -> TaxDue:
        """See Taxes."""
        fields: dict[str, Any] = {
            "currency": net.currency.lower(),
            "line_items": [
                {
                    "amount": net.amount,
                    "reference": plan_id,
                    "tax_code": self._tax_code,
                    "tax_behavior": "exclusive",
                }
            ],
            "customer_details": {"address": address_fields(address), "address_source": "billing"},
        }
        with self._account.errand() as errand:
            try:
                calculation = errand.post("/v1/tax/calculations", key=f"tax_due:{key}", **fields)
            except Problem as problem:
                if problem.code == _BAD_ADDRESS or (problem.param or "").startswith(_ADDRESS):
                    raise Refused(NEIGHBOR, str(problem)) from None
                if not problem.other_request:
                    raise
                # Asked before for other facts. A calculation binds nobody, so another one does no harm.
                calculation = errand.post("/v1/tax/calculations", key=None, **fields)
        tax = Money(calculation["tax_amount_exclusive"], net.currency)
        return TaxDue(tax=tax, calculation_id=calculation["id"])

    def record(self, *, reference: str, calculation_id: str, since: datetime, at: datetime) -> str:  # noqa: ARG002
        """See Taxes."""
        return self._entered(
            "/v1/tax/transactions/create_from_calculation",
            key=f"tax:{reference}",
            calculation=calculation_id,
            reference=reference,
        )

    def reverse(
        self,
        *,
        reference: str,
        transaction_id: str,
        total: Money,
        in_full: bool,
        since: datetime,  # noqa: ARG002
        at: datetime,  # noqa: ARG002
    ) -> str:
        """See Taxes."""
        part: dict[str, Any] = (
            {"mode": "full"} if in_full else {"mode": "partial", "flat_amount": -total.amount}
        )
        return self._entered(
            "/v1/tax/transactions/create_reversal",
            key=f"tax_reversal:{reference}",
            original_transaction=transaction_id,
            reference=reference,
            **part,
        )

    def _entered(self, path: str, *, key: str, reference: str, **fields: Any) -> str:
        """The id of the entry under a reference, which Stripe takes once and for ever, whatever the key."""
        with self._account.errand(otherwise=Refused) as errand:
            try:
                return str(errand.post(path, key=key, reference=reference, **fields)["id"])
            except Problem as problem:
                entered = _entered_before(problem, reference)
                if entered is None:
                    raise
                return entered


def _entered_before(problem: Problem, reference: str) -> str | None:
    """The entry that has taken the reference already; there is no list, so only the answer can name it."""
    if problem.param != "reference" and problem.code != "resource_already_exists":
        return None
    named = _TRANSACTION.search((problem.message or "").replace(reference, ""))
    return named.group() if named else None
