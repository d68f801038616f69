"""What a visitor sees, without signing in (R1–R9)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from chalicelib import usecases
from chalicelib.api.asking import Asked
from chalicelib.api.registry import PUBLIC, ROUTES, get, post
from chalicelib.api.release import VERSION
from chalicelib.api.render import catalog as render
from chalicelib.api.schemas import answers, requests
from chalicelib.domain.people import Address

if TYPE_CHECKING:
    from chalicelib.domain.catalog import Quote
    from chalicelib.domain.freelancer import Freelancer
    from chalicelib.usecases.catalog import PlanOffer

MINUTE: Final = "public, max-age=60"
LONGEST_TOKEN: Final = 100


def _health(_: Asked, status: str) -> answers.Health:
    return answers.Health(status=status, version=VERSION)


def _document(_: Asked, document: dict[str, Any]) -> dict[str, Any]:
    return document


@get("/v1/health", roles=PUBLIC, renders=_health)
def health(_: Asked) -> str:
    """Say that the service is there."""
    return "ok"


@get("/v1/openapi.json", roles=PUBLIC, renders=_document, cache=MINUTE)
def contract(_: Asked) -> dict[str, Any]:
    """This document."""
    return _contract()


@get(
    "/v1/plans",
    roles=PUBLIC,
    renders=render.plans,
    problems=("country_not_supported", "price_not_available"),
    cache=MINUTE,
    in_languages=True,
)
def list_plans(asked: Asked, query: requests.CountryQuery) -> list[PlanOffer]:
    """The plans, and what a user of each costs now."""
    return usecases.catalog.plans(asked.world, country=query.country, at=asked.at)


@get(
    "/v1/links/{token}",
    roles=PUBLIC,
    renders=render.link,
    problems=("link_not_found", "price_not_available"),
    cache=MINUTE,
    in_languages=True,
)
def open_link(asked: Asked) -> tuple[Freelancer, list[PlanOffer]]:
    """A freelancer's link; unknown or closed, `detail` has the address to write to."""
    return usecases.catalog.link(asked.world, token=asked.path["token"][:LONGEST_TOKEN], at=asked.at)


@post(
    "/v1/quotes",
    roles=PUBLIC,
    renders=render.quote,
    problems=("country_not_supported", "price_not_available"),
)
def make_quote(asked: Asked, body: requests.QuoteRequest) -> Quote:
    """What it costs per period, to the cent; binds nobody."""
    return usecases.catalog.quote(
        asked.world,
        plan_id=body.plan_id,
        billing_period=body.billing_period,
        country=body.country,
        seats=body.seats,
        address=_place(body.address) if body.address else None,
        at=asked.at,
    )


def _place(sent: requests.PlaceRequest) -> Address:
    return Address(
        line1=sent.line1 or "",
        city=sent.city or "",
        state=sent.state,
        postal_code=sent.postal_code,
        country=sent.country,
    )


@cache
def _contract() -> dict[str, Any]:
    from chalicelib.api.openapi import document

    return document(ROUTES)
