"""Plans, links, quotes and prices, as anybody sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.api.asking import Asked
from chalicelib.api.paging import each, next_cursor
from chalicelib.api.schemas import answers
from chalicelib.domain.catalog import plan_by_id

if TYPE_CHECKING:
    from chalicelib.domain.catalog import Price, Quote
    from chalicelib.domain.freelancer import Freelancer
    from chalicelib.rulebook import Language
    from chalicelib.storage.listing import Page
    from chalicelib.usecases.catalog import PlanOffer


def plans(asked: Asked, offers: list[PlanOffer]) -> answers.PlanList:
    """All plans."""
    return answers.PlanList(data=[_plan(offer, language=asked.language) for offer in offers])


def link(asked: Asked, opened: tuple[Freelancer, list[PlanOffer]]) -> answers.Link:
    """A freelancer's link."""
    freelancer, offers = opened
    return answers.Link(
        token=asked.path["token"],
        freelancer=answers.FreelancerName(display_name=freelancer.display_name),
        plans=[_plan(offer, language=asked.language) for offer in offers],
    )


def quote(_: Asked, priced: Quote) -> answers.Quote:
    """What it costs."""
    return answers.Quote(
        plan_id=priced.plan_id,
        billing_period=priced.billing_period,
        country=priced.country,
        seats=priced.seats,
        unit_price=priced.unit_price,
        subtotal=priced.subtotal,
        tax=priced.tax,
        total=priced.total,
        tax_status=priced.tax_status,
    )


def price(_: Asked, row: Price) -> answers.Price:
    """A row of the price table."""
    return answers.Price(
        plan_id=row.plan_id,
        billing_period=row.billing_period,
        country=row.country,
        unit_price=row.money,
        valid_from=row.valid_from,
    )


def prices(asked: Asked, page: Page) -> answers.PriceList:
    """A page of the price table."""
    return answers.PriceList(data=each(asked, page, price), next_cursor=next_cursor(asked, page))


def plan_name(plan_id: str) -> answers.PlanName:
    """Which plan."""
    return answers.PlanName(id=plan_id, name=plan_by_id(plan_id).name)


def _plan(offer: PlanOffer, *, language: Language) -> answers.Plan:
    return answers.Plan(
        id=offer.plan.id,
        family=offer.plan.family,
        name=offer.plan.name,
        description=offer.plan.description.said_in(language),
        features=[feature.said_in(language) for feature in offer.plan.features],
        prices=answers.Prices(monthly=offer.monthly, yearly=offer.yearly),
    )
