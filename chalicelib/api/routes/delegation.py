"""Let the selling freelancer manage a subscription, decide on it, take it back (R32–R42, D8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import usecases
from chalicelib.api.asking import Asked
from chalicelib.api.paging import Listing, after
from chalicelib.api.registry import CLIENT, CLIENT_OR_DELEGATE, FREELANCER, Key, delete, get, post, put
from chalicelib.api.render import program, subscription as render
from chalicelib.api.schemas import requests

if TYPE_CHECKING:
    from chalicelib.domain.subscription import Subscription
    from chalicelib.storage.listing import Page
    from chalicelib.usecases.delegate import Terms


@get("/v1/delegation-terms", roles=CLIENT, renders=render.terms, in_languages=True)
def read_delegation_terms(_: Asked) -> Terms:
    """What delegating means: to be seen before it is confirmed."""
    return usecases.delegate.TERMS


@put(
    "/v1/subscriptions/{id}/delegation",
    roles=CLIENT,
    renders=render.subscription,
    problems=("invalid_transition", "no_seller", "terms_outdated", "busy"),
)
def request_delegation(asked: Asked, body: requests.DelegationRequest) -> Subscription:
    """Ask the selling freelancer to manage the subscription; it starts when they approve."""
    return usecases.delegate.request(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        terms_version=body.terms_version,
        at=asked.at,
        request_id=asked.request_id,
    )


@delete(
    "/v1/subscriptions/{id}/delegation",
    roles=CLIENT_OR_DELEGATE,
    renders=render.subscription,
    problems=("invalid_transition", "busy"),
)
def end_delegation(asked: Asked) -> Subscription:
    """Revoke it as the client, or withdraw as the delegate: at once."""
    return usecases.delegate.end(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/freelancer/delegations", roles=FREELANCER, renders=program.sales, problems=("not_found",))
def list_delegations(asked: Asked, query: Listing) -> Page:
    """What is, or is asked to be, delegated to the caller, newest first."""
    return usecases.sales.delegations(
        asked.world, caller=asked.caller, limit=query.limit, after=after(asked, query)
    )


@post(
    "/v1/delegations/{subscription_id}/decision",
    roles=FREELANCER,
    renders=program.sale,
    key=Key.OPTIONAL,
    problems=("invalid_transition", "busy"),
)
def decide_delegation(asked: Asked, body: requests.DelegationDecisionRequest) -> Subscription:
    """Take a client's request on, or turn it down."""
    return usecases.delegate.decide(
        asked.world,
        subscription_id=asked.id("subscription_id"),
        caller=asked.caller,
        approve=body.approve,
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )
