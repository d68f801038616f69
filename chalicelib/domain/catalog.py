"""What it costs: plans, effective-dated prices, quotes (R3, R4, R27–R31)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.money import Money
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import CURRENCY_OF, PLANS, SEATS_MAX, SEATS_MIN, BillingPeriod, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Cents per user and period, from a UTC day on, until a later row replaces it."""

    country: str
    currency: str
    plan_id: str
    billing_period: BillingPeriod
    valid_from: date
    unit_amount: int

    @property
    def money(self) -> Money:
        """The unit amount as money."""
        return Money(self.unit_amount, self.currency)


def newest_first(prices: Iterable[Price]) -> list[Price]:
    """By the day from which they hold, the last one first; on one day by plan, then by period."""
    by_name = sorted(prices, key=lambda price: (price.plan_id, price.billing_period))
    return sorted(by_name, key=lambda price: price.valid_from, reverse=True)


class TaxStatus(StrEnum):
    """Whether a quote's total is what will be charged."""

    CALCULATED = "calculated"
    NOT_CALCULATED = "not_calculated"  # there will be tax, which depends on the address
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a number of seats costs for one period, at the price in force."""

    plan_id: str
    billing_period: BillingPeriod
    country: str
    seats: int
    unit_price: Money
    subtotal: Money
    tax: Money
    total: Money
    tax_status: TaxStatus = TaxStatus.OFF
    tax_calculation: str | None = None  # the tax authorities' view of it, by the id of whoever asked them

    def with_tax(self, tax: Money, *, calculation: str) -> Quote:
        """The same, with the tax that is due where the client's business is."""
        return replace(
            self,
            tax=tax,
            total=self.subtotal + tax,
            tax_status=TaxStatus.CALCULATED,
            tax_calculation=calculation,
        )


def plan_by_id(plan_id: str) -> Plan:
    """The plan; an unknown id is refused with `validation_failed` at `/plan_id`."""
    for plan in PLANS:
        if plan.id == plan_id:
            return plan
    raise Refusal("validation_failed", "There is no such plan.", pointer="/plan_id")


def check_country(country: str) -> str:
    """R28: only open countries; any other is refused with `country_not_supported`."""
    if country not in CURRENCY_OF:
        opened = ", ".join(sorted(CURRENCY_OF))
        raise Refusal("country_not_supported", f"Sold only in: {opened}.", pointer="/country")
    return country


def price_in_force(
    prices: Iterable[Price], *, plan_id: str, billing_period: BillingPeriod, country: str, at: datetime
) -> Price:
    """The newest row that is valid on the UTC day of `at` (R27); none is `price_not_available`."""
    fitting = [
        price
        for price in prices
        if price.plan_id == plan_id
        and price.billing_period is billing_period
        and price.country == country
        and price.valid_from <= at.date()
    ]
    if not fitting:
        raise Refusal("price_not_available", "This plan has no price on that day.", pointer="/plan_id")
    return max(fitting, key=lambda price: price.valid_from)


def quote(
    prices: Iterable[Price],
    *,
    plan_id: str,
    billing_period: BillingPeriod,
    country: str,
    seats: int,
    at: datetime,
) -> Quote:
    """What it costs now: unit price × seats, exact to the cent; tax is added where it is due."""
    check_country(country)
    plan_by_id(plan_id)
    if not SEATS_MIN <= seats <= SEATS_MAX:
        raise Refusal("validation_failed", f"From {SEATS_MIN} to {SEATS_MAX} users.", pointer="/seats")
    unit = price_in_force(
        prices, plan_id=plan_id, billing_period=billing_period, country=country, at=at
    ).money
    subtotal = unit * seats
    return Quote(
        plan_id=plan_id,
        billing_period=billing_period,
        country=country,
        seats=seats,
        unit_price=unit,
        subtotal=subtotal,
        tax=subtotal.zero,
        total=subtotal,
    )
