"""Microsoft's price sheet: what it recommends that clients pay, per seat and billing period."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from chalicelib.domain.money import Money
from chalicelib.gateways.microsoft import ListPrice
from chalicelib.gateways.partner_center.answers import read_instant
from chalicelib.gateways.partner_center.catalog import SEGMENT, TERMS, Catalog
from chalicelib.gateways.partner_center.failures import Failed
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.trouble import Unavailable
from chalicelib.rulebook import BillingPeriod

VIEW: Final = "updatedlicensebased"
PERIODS: Final = {(term.duration.casefold(), term.billing_cycle): period for period, term in TERMS.items()}
NEEDED: Final = {"productid", "skuid", "termduration", "billingplan", "currency", "erpprice"}
CENTS: Final = 100


class Prices:
    """The price sheet of one market at a time."""

    def __init__(self, *, rest: Rest, catalog: Catalog) -> None:
        self._rest = rest
        self._catalog = catalog

    def at_market(self, *, country: str, at: datetime) -> list[ListPrice]:
        """See Microsoft."""
        path = f"/v1.0/sales/pricesheets(Market='{country}',PricesheetView='{VIEW}')/$value"
        try:
            body = self._rest.read_text(path, budget=self._rest.budget())
        except Failed as failed:
            raise failed.trouble() from failed
        found: dict[tuple[str, BillingPeriod], tuple[datetime | None, Money]] = {}
        for row in self._rows(body):
            since, until = (
                read_instant(row.get("effectivestartdate")),
                read_instant(row.get("effectiveenddate")),
            )
            if (since is not None and since > at) or (until is not None and until <= at):
                continue
            key, price = self._ours(row, country), _price(row)
            if key is None or price is None:
                continue
            if key not in found or _later(since, found[key][0]):
                found[key] = (since, price)
        return [
            ListPrice(plan_id=plan_id, billing_period=period, price=price)
            for (plan_id, period), (_, price) in sorted(found.items())
        ]

    def _rows(self, body: bytes) -> list[Mapping[str, str]]:
        """The lines by their columns, however these are cased and spaced."""
        try:
            lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error):
            raise Unavailable(self._rest.neighbor, "a price sheet that cannot be read") from None
        names = [name.replace(" ", "").casefold() for name in lines[0]] if lines else []
        if not set(names) >= NEEDED:
            raise Unavailable(self._rest.neighbor, "a price sheet without its columns")
        return [dict(zip(names, line, strict=False)) for line in lines[1:]]

    def _ours(self, row: Mapping[str, str], country: str) -> tuple[str, BillingPeriod] | None:
        plan_id = self._catalog.plan_of(f"{row.get('productid', '')}:{row.get('skuid', '')}")
        term = (row.get("termduration", "").casefold(), row.get("billingplan", "").casefold())
        if plan_id is None or term not in PERIODS:
            return None
        elsewhere = row.get("market", country).casefold() != country.casefold()
        other_segment = row.get("segment", SEGMENT).casefold() not in {SEGMENT, ""}
        return None if elsewhere or other_segment else (plan_id, PERIODS[term])


def _price(row: Mapping[str, str]) -> Money | None:
    try:
        amount = Decimal(row.get("erpprice", "").replace(",", "")) * CENTS
        cents = int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return Money(cents, row.get("currency", "").upper())


def _later(since: datetime | None, than: datetime | None) -> bool:
    return since is not None and (than is None or since > than)
