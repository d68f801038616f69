"""Plans, prices, quotes, links: what a visitor sees, without signing in (R1–R9, R27–R31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain import catalog
from chalicelib.domain.account import checked_place
from chalicelib.domain.catalog import Price, Quote
from chalicelib.domain.freelancer import Freelancer
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import CURRENCY_OF, PLANS, BillingPeriod, Plan
from chalicelib.usecases.tell_tax import taxed
from chalicelib.wiring import World


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
    place = checked_place(address, pointer="/address") if address else None
    priced = catalog.quote(
        world.prices(country, at=at),
        plan_id=plan_id,
        billing_period=billing_period,
        country=country,
        seats=seats,
        at=at,
    )
    return taxed(world, priced, address=place, key=world.ids.new("quo"))


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
