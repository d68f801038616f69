"""The program, as a freelancer goes through it, and what they sell and earn (R29, D13, D15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import usecases
from chalicelib.api.asking import Asked
from chalicelib.api.paging import Listing, after
from chalicelib.api.registry import FREELANCER, Key, get, post
from chalicelib.api.render import program as render
from chalicelib.api.render.subscription import terms
from chalicelib.api.schemas import requests

if TYPE_CHECKING:
    from chalicelib.domain.commission import Totals
    from chalicelib.domain.freelancer import Freelancer
    from chalicelib.gateways.payouts import OnboardingLink
    from chalicelib.storage.listing import Page
    from chalicelib.usecases.delegate import Terms


@get("/v1/freelancer", roles=FREELANCER, renders=render.freelancer, problems=("not_found",))
def show_freelancer(asked: Asked) -> Freelancer:
    """Where the caller stands in the program, with their link once they have one."""
    return usecases.enroll.mine(asked.world, caller=asked.caller)


@post(
    "/v1/freelancer/application",
    roles=FREELANCER,
    renders=render.freelancer,
    key=Key.OPTIONAL,
    problems=("not_found", "invalid_transition", "busy"),
)
def apply_to_program(asked: Asked, body: requests.ApplicationRequest) -> Freelancer:
    """Apply, after an invitation to the caller's own e-mail address."""
    return usecases.enroll.apply(
        asked.world,
        caller=asked.caller,
        display_name=body.display_name,
        serves_us_clients=body.serves_us_clients,
        experience=body.experience,
        website=body.website,
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/freelancer/terms", roles=FREELANCER, renders=terms, in_languages=True)
def read_program_terms(_: Asked) -> Terms:
    """The terms of the program."""
    return usecases.enroll.TERMS


@post(
    "/v1/freelancer/terms",
    roles=FREELANCER,
    renders=render.freelancer,
    key=Key.OPTIONAL,
    problems=("not_found", "invalid_transition", "terms_outdated", "busy"),
)
def sign_program_terms(asked: Asked, body: requests.SignatureRequest) -> Freelancer:
    """Sign the terms; the link exists from then on."""
    return usecases.enroll.sign_terms(
        asked.world,
        caller=asked.caller,
        version=body.version,
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )


@post(
    "/v1/freelancer/leave",
    roles=FREELANCER,
    renders=render.freelancer,
    key=Key.OPTIONAL,
    problems=("not_found", "invalid_transition", "busy"),
)
def leave_program(asked: Asked) -> Freelancer:
    """Leave the program; what was sold goes on without the caller."""
    return usecases.enroll.leave(
        asked.world, caller=asked.caller, once=asked.once, at=asked.at, request_id=asked.request_id
    )


@get("/v1/freelancer/subscriptions", roles=FREELANCER, renders=render.sales, problems=("not_found",))
def list_sales(asked: Asked, query: Listing) -> Page:
    """What was bought through the caller, newest first."""
    return usecases.sales.list_sales(
        asked.world, caller=asked.caller, limit=query.limit, after=after(asked, query)
    )


@get("/v1/freelancer/earnings", roles=FREELANCER, renders=render.earnings, problems=("not_found",))
def list_earnings(asked: Asked, query: Listing) -> tuple[Page, Totals]:
    """The caller's commission ledger, newest first, and its totals by state."""
    return usecases.sales.earnings(
        asked.world,
        caller=asked.caller,
        limit=query.limit,
        after=after(asked, query, among="earning#"),
    )


@get("/v1/freelancer/payouts", roles=FREELANCER, renders=render.payouts, problems=("not_found", "busy"))
def show_payouts(asked: Asked) -> usecases.payouts.Overview:
    """Whether the caller can be paid, what the provider still wants to know, what was paid and what waits."""
    return usecases.payouts.overview(
        asked.world, caller=asked.caller, at=asked.at, request_id=asked.request_id
    )


@post(
    "/v1/freelancer/payouts/onboarding",
    roles=FREELANCER,
    renders=render.onboarding,
    status=201,
    problems=("not_found", "invalid_transition", "payouts_off"),
)
def begin_payouts(asked: Asked) -> OnboardingLink:
    """A new link under which the caller opens their account with the payment provider; it works once."""
    return usecases.payouts.begin_onboarding(asked.world, caller=asked.caller, at=asked.at)
