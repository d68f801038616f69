"""What can be bought today: products, SKUs, availabilities that change their ids, and the price sheet."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sandbox.exchange import Response
from sandbox.simulators.microsoft.speech import (
    Call,
    Refusal,
    Route,
    answered,
    collection,
    link,
    own_uri,
    refused,
)

P1M, P1Y = "P1M", "P1Y"
OURS_PERCENT: Final = 80  # of the list price is what a partner pays


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product and the SKU of it that we sell, with the list prices in cents by the day they begin."""

    id: str
    title: str
    sku: str
    plan_id: str
    others: tuple[tuple[str, str, bool], ...] = ()  # further SKUs: id, title, whether it is a trial
    prices: tuple[tuple[date, int, int], ...]  # from when, per seat: a month, a year


_BEFORE, _JULY = date(2022, 3, 1), date(2026, 7, 1)
PRODUCTS: Final = (
    Product(
        id="CFQ7TTC0LH18",
        title="Microsoft 365 Business Basic",
        sku="0001",
        plan_id="business-basic",
        others=(
            ("000P", "Microsoft 365 Business Basic (no Teams)", False),
            ("000T", "Microsoft 365 Business Basic (Trial)", True),
        ),
        prices=((_BEFORE, 7_20, 72_00), (_JULY, 8_40, 84_00)),
    ),
    Product(
        id="CFQ7TTC0LDPB",
        title="Microsoft 365 Business Standard",
        sku="0001",
        plan_id="business-standard",
        prices=((_BEFORE, 15_00, 150_00), (_JULY, 16_80, 168_00)),
    ),
    Product(
        id="CFQ7TTC0LCHC",
        title="Microsoft 365 Business Premium",
        sku="0002",  # not 0001: nobody may assume it
        plan_id="business-premium",
        others=(("000N", "Microsoft 365 Business Premium (no Teams)", False),),
        prices=((_BEFORE, 26_40, 264_00),),
    ),
    Product(
        id="CFQ7TTC0LH1G",
        title="Microsoft 365 Apps for business",
        sku="0001",
        plan_id="apps-for-business",
        prices=((_BEFORE, 9_90, 99_00),),
    ),
)
PLAN_OF: Final = {(product.id, product.sku): product.plan_id for product in PRODUCTS}
TERMS: Final = (  # duration, billing cycle, description
    (P1M, "Monthly", "One-Month commitment for monthly billing"),
    (P1Y, "Monthly", "One-Year commitment for monthly/yearly billing"),
    (P1Y, "Annual", "One-Year commitment for monthly/yearly billing"),
)
MAX_SEATS: Final = 300
FIRST_AVAILABILITY: Final = "CFQ7TTC0K971"  # of Business Basic, as the documentation prints it
COLUMNS: Final = (
    "ProductTitle",
    "ProductId",
    "SkuId",
    "SkuTitle",
    "Publisher",
    "SkuDescription",
    "UnitOfMeasure",
    "TermDuration",
    "BillingPlan",
    "Market",
    "Currency",
    "UnitPrice",
    "PricingTierRangeMin",
    "PricingTierRangeMax",
    "EffectiveStartDate",
    "EffectiveEndDate",
    "Tags",
    "ERP Price",
    "Segment",
)
_COUNTRY: Final = frozenset({"country"})
_SEGMENT: Final = frozenset({"country", "targetsegment"})
_VIEW: Final = frozenset({"country", "targetview", "targetsegment"})


class Catalog:
    """The catalog of one market, the United States."""

    def __init__(self, *, seed: int, start: datetime, ids_change_every: timedelta) -> None:
        self._seed = seed
        self._start = start
        self.ids_change_every = ids_change_every
        self._repriced: dict[tuple[str, str], int] = {}  # (plan, P1M or P1Y) -> cents
        self.allow: Callable[[Call], object] = lambda _call: None  # set by the simulator: is it our customer?
        self.routes = [route for base in ("/v1", "/v1/customers/{customer}") for route in self._at(base)]
        self.price_routes = [
            Route(
                method="GET",
                pattern="/v1.0/sales/pricesheets({asked})/$value",
                answer=self._price_sheet,
                query=frozenset({"timeline", "month"}),
                user_only=True,
            )
        ]

    def reprice(self, plan_id: str, term: str, cents: int) -> None:
        """Microsoft changes a list price, from now on."""
        self._repriced[plan_id, term] = cents

    def list_cents(self, product: Product, term: str, at: datetime) -> int:
        """The list price of a seat for one such term, paid at once."""
        if (product.plan_id, term) in self._repriced:
            return self._repriced[product.plan_id, term]
        _, month, year = max(row for row in product.prices if row[0] <= max(at.date(), _BEFORE))
        return year if term == P1Y else month

    def our_cents(self, product_id: str, term: str, billing: str, at: datetime) -> int:
        """What a seat costs us for a whole term."""
        cents = self.list_cents(_product(product_id), term, at)
        if (term, billing) == (P1Y, "monthly"):
            cents = cents * 105 // 100  # paying by the month costs 5 % more
        return cents * OURS_PERCENT // 100

    def item(self, product_id: str, sku_id: str, at: datetime) -> str:
        """The id of what is put into a cart, at this instant."""
        return f"{product_id}:{sku_id}:{self.availability(product_id, sku_id, at)}"

    def availability(self, product_id: str, sku_id: str, at: datetime) -> str:
        """The id of the availability, which changes every few days."""
        turn = (at - self._start) // self.ids_change_every
        if turn == 0 and product_id == PRODUCTS[0].id and sku_id == PRODUCTS[0].sku:
            return FIRST_AVAILABILITY
        digest = hashlib.sha256(f"{self._seed}/{product_id}/{sku_id}/{turn}".encode()).hexdigest()
        return f"CFQ7TTC0{digest[:4].upper()}"

    def current(self, catalog_item: str, at: datetime) -> bool:
        """Whether this can be bought now."""
        parts = catalog_item.split(":")
        known = any(
            parts[:2] == [product.id, sku]
            for product in PRODUCTS
            for sku, _, trial in _skus(product)
            if not trial
        )
        return known and self.item(parts[0], parts[1], at) == catalog_item

    def _at(self, base: str) -> list[Route]:
        sku = f"{base}/products/{{product}}/skus/{{sku}}"
        return [
            Route(method="GET", pattern=f"{base}/products", answer=self._products, query=_VIEW),
            Route(method="GET", pattern=f"{base}/products/{{product}}", answer=self._one, query=_COUNTRY),
            Route(
                method="GET", pattern=f"{base}/products/{{product}}/skus", answer=self._list, query=_SEGMENT
            ),
            Route(method="GET", pattern=sku, answer=self._sku, query=_COUNTRY),
            Route(method="GET", pattern=f"{sku}/availabilities", answer=self._offered, query=_SEGMENT),
            Route(method="GET", pattern=f"{sku}/availabilities/{{item}}", answer=self._offer, query=_COUNTRY),
        ]

    def _products(self, call: Call) -> Response:
        query = self._checked(call)
        if query.get("targetview") != "OnlineServices":
            raise refused(403, "400036", "Access to the requested targetView is not allowed.")
        return answered(200, collection([_shown(product) for product in PRODUCTS], uri=own_uri(call)))

    def _one(self, call: Call) -> Response:
        self._checked(call)
        return answered(200, _shown(_product(call.parts["product"])))

    def _list(self, call: Call) -> Response:
        self._checked(call)
        product = _product(call.parts["product"])
        return answered(
            200, collection([_shown_sku(product, *sku) for sku in _skus(product)], uri=own_uri(call))
        )

    def _sku(self, call: Call) -> Response:
        self._checked(call)
        product = _product(call.parts["product"])
        return answered(200, _shown_sku(product, *_sku_of(product, call.parts["sku"])))

    def _offered(self, call: Call) -> Response:
        self._checked(call)
        product = _product(call.parts["product"])
        sku = _sku_of(product, call.parts["sku"])
        return answered(200, collection([self._availability(product, sku, call.at)], uri=own_uri(call)))

    def _offer(self, call: Call) -> Response:
        self._checked(call)
        product = _product(call.parts["product"])
        shown = self._availability(product, _sku_of(product, call.parts["sku"]), call.at)
        if shown["id"] != call.parts["item"]:
            raise refused(404, "400018", "The availability was not found.")
        return answered(200, shown)

    def _checked(self, call: Call) -> dict[str, str]:
        self.allow(call)
        query = {name.lower(): value for name, value in call.query.items()}
        if query.get("country") != "US":
            raise refused(400, "400", "The country is missing, or not one of ours.")
        if query.get("targetsegment", "commercial").lower() != "commercial":
            raise refused(403, "400030", "Access to the requested segment is not allowed.")
        return query

    def _availability(self, product: Product, sku: tuple[str, str, bool], at: datetime) -> dict[str, Any]:
        sku_id, _, trial = sku
        availability = self.availability(product.id, sku_id, at)
        terms = [_term(product, sku_id, *term) for term in TERMS]
        return {
            "id": availability,
            "productId": product.id,
            "skuId": sku_id,
            "catalogItemId": f"{product.id}:{sku_id}:{availability}",
            "defaultCurrency": {"code": "USD", "symbol": "$"},
            "segment": "commercial",
            "country": "US",
            "isPurchasable": not trial,
            "isRenewable": not trial,
            "renewalInstructions": [
                {
                    "applicableTermIds": [term["id"] for term in terms],
                    "renewalOptions": [{"renewToId": f"{product.id}:{sku_id}", "isAutoRenewable": True}],
                }
            ],
            "terms": terms,
            "links": {
                "self": link(f"/products/{product.id}/skus/{sku_id}/availabilities/{availability}?country=US")
            },
        }

    def _price_sheet(self, call: Call) -> Response:
        if call.parts["asked"].replace(" ", "") != "Market='US',PricesheetView='updatedlicensebased'":
            raise refused(400, "400", "There is no such price sheet.")
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(row for product in PRODUCTS for row in self._rows(product, call.at))
        headers = {"Content-Type": "text/csv", "Content-Disposition": "attachment; filename=pricesheet"}
        return Response(status=200, headers=headers, body=text.getvalue().encode())

    def _rows(self, product: Product, at: datetime) -> list[dict[str, str]]:
        since = max(row[0] for row in product.prices if row[0] <= max(at.date(), _BEFORE))
        rows = []
        for sku_id, title, _trial in (sku for sku in _skus(product) if not sku[2]):
            for term, billing, _description in TERMS:
                cents = self.list_cents(product, term, at)
                if (term, billing) == (P1Y, "Monthly"):
                    cents = cents * 105 // 100
                for segment, percent in (("Commercial", 100), ("Education", 40)):
                    list_price = cents * percent // 100
                    rows.append(
                        {
                            "ProductTitle": product.title,
                            "ProductId": product.id,
                            "SkuId": sku_id,
                            "SkuTitle": title,
                            "Publisher": "Microsoft Corporation",
                            "SkuDescription": f"{title}, per user",
                            "UnitOfMeasure": "1 License",
                            "TermDuration": term,
                            "BillingPlan": billing,
                            "Market": "US",
                            "Currency": "USD",
                            "UnitPrice": _dollars(list_price * OURS_PERCENT // 100),
                            "EffectiveStartDate": datetime(
                                since.year, since.month, 1, tzinfo=UTC
                            ).isoformat(),
                            "EffectiveEndDate": "9999-12-31T23:59:59+00:00",
                            "ERP Price": _dollars(list_price),
                            "Segment": segment,
                        }
                    )
        return rows


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _product(product_id: str) -> Product:
    for product in PRODUCTS:
        if product.id == product_id:
            return product
    raise refused(404, "400013", "The product was not found.")


def _skus(product: Product) -> list[tuple[str, str, bool]]:
    return [(product.sku, product.title, False), *product.others]


def _sku_of(product: Product, sku_id: str) -> tuple[str, str, bool]:
    for sku in _skus(product):
        if sku[0] == sku_id:
            return sku
    raise _no_sku()


def _no_sku() -> Refusal:
    return refused(404, "400013", "The SKU was not found.")


def _term(product: Product, sku_id: str, duration: str, billing: str, description: str) -> dict[str, Any]:
    digest = hashlib.sha256(f"{product.id}/{sku_id}/{duration}/{billing}".encode()).hexdigest()
    refund = {"sequenceId": 0, "type": "Full", "expiresAfter": "P1D"}
    return {
        "id": digest[:12],
        "duration": duration,
        "description": description,
        "billingCycle": billing,
        "cancellationPolicies": [{"refundOptions": [refund]}],
    }


def _shown(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "title": product.title,
        "description": product.title,
        "productType": {"id": "OnlineServicesNCE", "displayName": "OnlineServicesNCE"},
        "isMicrosoftProduct": True,
        "publisherName": "Microsoft Corporation",
        "links": {"skus": link(f"/products/{product.id}/skus?country=US")},
    }


def _shown_sku(product: Product, sku_id: str, title: str, trial: bool) -> dict[str, Any]:  # noqa: FBT001
    uri = f"/products/{product.id}/skus/{sku_id}"
    return {
        "id": sku_id,
        "productId": product.id,
        "title": title,
        "description": f"{title}. For businesses with up to {MAX_SEATS} employees.",
        "minimumQuantity": 1,
        "maximumQuantity": MAX_SEATS,
        "isTrial": trial,
        "supportedBillingCycles": ["annual", "monthly"],
        "purchasePrerequisites": ["MicrosoftCloudAgreement"],
        "inventoryVariables": [],
        "provisioningVariables": [],
        "actions": ["Refund"],
        "dynamicAttributes": {
            "isMicrosoftProduct": True,
            "hasConstraints": True,
            "isAddon": False,
            "prerequisiteSkus": [],
            "isSoftwareAssuranceApplicable": False,
            "upgradeTargetOffers": [],
            "provisioningId": "3b555118-da6a-4418-894f-7df1e2096870",
            "internal": False,
        },
        "links": {
            "availabilities": link(f"{uri}/availabilities?country=US"),
            "self": link(f"{uri}?country=US"),
        },
    }
