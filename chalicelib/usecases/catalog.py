"""Plans, prices, quotes, links: what a visitor sees, without signing in (R1–R9, R27–R31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from chalicelib import domain, usecases
from chalicelib.domain import catalog
from chalicelib.domain.catalog import Price
from chalicelib.domain.money import Money
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import CURRENCY_OF, PLANS, PRICE_SEED, BillingPeriod, Plan
from chalicelib.storage.listing import Page
from chalicelib.wiring import World

if TYPE_CHECKING:
    from chalicelib.domain.catalog import Quote
    from chalicelib.domain.freelancer import Freelancer
    from chalicelib.domain.people import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffer:
    """A plan and what a user of it costs now."""

    plan: Plan
    monthly: Money
    yearly: Money


def plans(world: World, *, country: str, at: datetime) -> list[PlanOffer]:
    """The plans with the prices in force; `country_not_supported` for a country that is not open."""
    catalog.check_country(country)
    prices = world.prices(country, at=at)

    def unit(plan: Plan, billing_period: BillingPeriod) -> Money:
        return catalog.price_in_force(
            prices, plan_id=plan.id, billing_period=billing_period, country=country, at=at
        ).money

    return [
        PlanOffer(
            plan=plan, monthly=unit(plan, BillingPeriod.MONTHLY), yearly=unit(plan, BillingPeriod.YEARLY)
        )
        for plan in PLANS
    ]


def seed_prices(world: World) -> list[Price]:
    """Write the list prices of this release where a day has none yet; answers those that were written."""
    listed = [
        Price(
            country=country,
            currency=currency,
            plan_id=plan_id,
            billing_period=BillingPeriod(billing_period),
            valid_from=date.fromisoformat(valid_from),
            unit_amount=cents,
        )
        for valid_from, plan_id, billing_period, cents in PRICE_SEED
        for country, currency in CURRENCY_OF.items()
    ]
    return [price for price in listed if world.store.add_price(price)]


def quote(
    world: World,
    *,
    plan_id: str,
    billing_period: BillingPeriod,
    country: str,
    seats: int,
    address: Address | None = None,
    at: datetime,
) -> Quote:
    """What it costs now, to the cent; with the tax, where there is any and it is known for which place."""
    catalog.check_country(country)
    place = domain.account.checked_place(address, pointer="/address") if address else None
    priced = catalog.quote(
        world.prices(country, at=at),
        plan_id=plan_id,
        billing_period=billing_period,
        country=country,
        seats=seats,
        at=at,
    )
    return usecases.tell_tax.taxed(world, priced, address=place, key=world.ids.new("quo"))


def link(world: World, *, token: str, at: datetime) -> tuple[Freelancer, list[PlanOffer]]:
    """Whose link it is, and the plans; `link_not_found` leads to support (R72)."""
    freelancer = world.store.link(token)
    if freelancer is None or not freelancer.enrolled:
        raise link_not_found(world)
    return freelancer, plans(world, country="US", at=at)


def link_not_found(world: World) -> Refusal:
    """R72: a link that is unknown or closed."""
    return Refusal(
        "link_not_found",
        f"This link is not, or no longer, in use. Write to {world.settings.brand.support} for help.",
        pointer="/link_token",
    )


def list_prices(world: World, *, country: str, limit: int, after: str | None) -> Page:
    """Every price of a country, past and to come, newest day first; `country_not_supported` if not open."""
    catalog.check_country(country)
    prices = catalog.newest_first(world.store.prices(country, consistently=True))
    marks = [_mark(price) for price in prices]
    if after is not None and after not in marks:
        raise Refusal("validation_failed", "Not a cursor of this list.", pointer="/cursor")
    begins = marks.index(after) + 1 if after is not None else 0
    ends = begins + limit
    return Page(items=prices[begins:ends], next_after=marks[ends - 1] if ends < len(prices) else None)


def _mark(price: Price) -> str:
    return f"{price.valid_from.isoformat()}.{price.plan_id}.{price.billing_period}"


def set_price(
    world: World,
    *,
    plan_id: str,
    billing_period: BillingPeriod,
    country: str,
    unit_amount: int,
    valid_from: date,
    at: datetime,
) -> Price:
    """Add an effective-dated price; the past is not rewritten, and running terms keep theirs."""
    catalog.check_country(country)
    catalog.plan_by_id(plan_id)
    if valid_from < at.date():
        raise Refusal("validation_failed", "From today on, or later.", pointer="/valid_from")
    price = Price(
        country=country,
        currency=CURRENCY_OF[country],
        plan_id=plan_id,
        billing_period=billing_period,
        valid_from=valid_from,
        unit_amount=unit_amount,
    )
    world.store.put_price(price)
    world.forget_prices()
    return price
