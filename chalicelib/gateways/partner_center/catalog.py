"""Microsoft's catalog: what of it our plans are, and under which name it can be bought at this moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from chalicelib.gateways.partner_center.answers import Said
from chalicelib.gateways.partner_center.failures import Failed
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.transport import Budget
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import BillingPeriod

SEGMENT: Final = "commercial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How Microsoft says how long something is bought, and how often it is paid."""

    duration: str
    billing_cycle: str


TERMS: Final = {
    BillingPeriod.MONTHLY: Term(duration="P1M", billing_cycle="monthly"),
    BillingPeriod.YEARLY: Term(duration="P1Y", billing_cycle="annual"),
}


class Catalog:
    """Our plans in Microsoft's catalog; products and SKUs are stable, what can be bought of them is not."""

    def __init__(self, *, rest: Rest, products: Mapping[str, str], country: str) -> None:
        self._rest = rest
        self._products = dict(products)
        self._plans = {product.casefold(): plan for plan, product in products.items()}
        self._country = country

    def plan_of(self, item: str | None) -> str | None:
        """The plan of "product:sku" or "product:sku:availability", None if it is not ours."""
        return self._plans.get(":".join((item or "").casefold().split(":")[:2]))

    def item(self, *, tenant_id: str, plan_id: str, term: Term, budget: Budget) -> str:
        """What has to be put into the tenant's cart for this plan, today."""
        if plan_id not in self._products:
            raise Refused(self._rest.neighbor, f"{plan_id} has no product in Microsoft's catalog")
        product, _, sku = self._products[plan_id].partition(":")
        path = f"/products/{quote(product, safe='')}/skus/{quote(sku, safe='')}/availabilities"
        # What this customer can buy comes first; the open catalog is asked if that says nothing.
        for base in (f"/v1/customers/{quote(tenant_id, safe='')}", "/v1"):
            for availability in self._availabilities(f"{base}{path}", budget):
                found = availability.text("catalogItemId")
                if found is not None and _fits(availability, term):
                    return found
        log.error("microsoft does not sell a plan of ours", plan=plan_id, term=term.duration)
        count("microsoft_not_sold", plan=plan_id)
        raise Unavailable(self._rest.neighbor, f"{plan_id} cannot be bought for {term.duration} now")

    def _availabilities(self, path: str, budget: Budget) -> list[Said]:
        query = {"country": self._country, "targetSegment": SEGMENT}
        try:
            return list(self._rest.pages(path, query=query, budget=budget))
        except Failed as failed:
            if failed.not_found:
                return []
            raise failed.trouble() from failed


def _fits(availability: Said, term: Term) -> bool:
    return (
        availability.yes("isPurchasable")
        and availability.word("segment") in {SEGMENT, ""}
        and any(
            offered.word("duration") == term.duration.casefold()
            and offered.word("billingCycle") == term.billing_cycle
            for offered in availability.parts("terms")
        )
    )
