"""Sales tax: what is due on a sale, and what the tax authorities are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.money import Money
from chalicelib.domain.people import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxDue:
    """The tax on a net amount, and the calculation that says so; no calculation where tax is off."""

    tax: Money
    calculation_id: str | None


class Taxes(Protocol):
    """Whoever knows sales tax. Raises Unavailable or OutcomeUnknown."""

    def due(self, *, key: str, net: Money, address: Address, plan_id: str) -> TaxDue:
        """The tax on a net amount that a business at the address pays; raises Refused for a bad address."""

    def record(self, *, reference: str, calculation_id: str, since: datetime, at: datetime) -> str:
        """Enter a paid sale, once per reference; answers the id of the entry."""

    def reverse(
        self,
        *,
        reference: str,
        transaction_id: str,
        total: Money,
        in_full: bool,
        since: datetime,
        at: datetime,
    ) -> str:
        """Take a sale back, or the part of it that `total` (tax included) is, once per reference."""


class NoTaxes:
    """Tax is off: nothing is due, and nobody is told."""

    def due(self, *, key: str, net: Money, address: Address, plan_id: str) -> TaxDue:  # noqa: ARG002
        """See Taxes."""
        return TaxDue(tax=net.zero, calculation_id=None)

    def record(self, *, reference: str, calculation_id: str, since: datetime, at: datetime) -> str:  # noqa: ARG002
        """See Taxes."""
        return ""

    def reverse(
        self,
        *,
        reference: str,  # noqa: ARG002
        transaction_id: str,  # noqa: ARG002
        total: Money,  # noqa: ARG002
        in_full: bool,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        at: datetime,  # noqa: ARG002
    ) -> str:
        """See Taxes."""
        return ""
