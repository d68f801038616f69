"""What an operator does: invite, decide, review, suspend, set prices, search, send and try again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import usecases
from chalicelib.api.asking import Asked
from chalicelib.api.paging import Listing, after
from chalicelib.api.registry import OPERATOR, Key, delete, get, post, put
from chalicelib.api.render import catalog as prices, program, subscription as render, worklist
from chalicelib.api.schemas import requests

if TYPE_CHECKING:
    from chalicelib.domain.catalog import Price
    from chalicelib.domain.effects import Effect
    from chalicelib.domain.freelancer import Freelancer
    from chalicelib.domain.subscription import Subscription
    from chalicelib.domain.timetable import Standing
    from chalicelib.storage.listing import Page


@post(
    "/v1/admin/invitations",
    roles=OPERATOR,
    renders=program.applicant,
    status=201,
    key=Key.OPTIONAL,
    problems=("already_invited", "invalid_transition", "busy"),
)
def invite_freelancer(asked: Asked, body: requests.InvitationRequest) -> Freelancer:
    """Invite somebody to the program, by e-mail."""
    return usecases.enroll.invite(
        asked.world,
        caller=asked.caller,
        email=body.email,
        display_name=body.display_name,
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/admin/applications", roles=OPERATOR, renders=program.applicants)
def list_applications(asked: Asked, query: Listing) -> Page:
    """The freelancers who wait for a decision, newest first."""
    return usecases.enroll.list_applications(asked.world, limit=query.limit, after=after(asked, query))


@post(
    "/v1/admin/applications/{freelancer_id}/decision",
    roles=OPERATOR,
    renders=program.applicant,
    key=Key.OPTIONAL,
    problems=("invalid_transition", "busy"),
)
def decide_application(asked: Asked, body: requests.DecisionRequest) -> Freelancer:
    """Approve an application, or reject it with a reason."""
    return usecases.enroll.decide(
        asked.world,
        caller=asked.caller,
        freelancer_id=asked.id("freelancer_id"),
        approve=body.approve,
        reason=body.reason,
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/admin/freelancers", roles=OPERATOR, renders=program.applicants)
def list_freelancers(asked: Asked, query: requests.FreelancerQuery) -> Page:
    """By where they stand in the program, newest first; or by the e-mail address of the invitation."""
    return usecases.enroll.search(
        asked.world,
        state=query.state,
        email=query.email,
        limit=query.limit,
        after=after(asked, query),
    )


@get("/v1/admin/freelancers/{id}", roles=OPERATOR, renders=program.applicant)
def get_freelancer(asked: Asked) -> Freelancer:
    """Somebody who was ever invited, with what they applied with, and what may be done with them now."""
    return usecases.enroll.show(asked.world, freelancer_id=asked.id())


@delete(
    "/v1/admin/freelancers/{id}",
    roles=OPERATOR,
    renders=program.applicant,
    problems=("invalid_transition", "busy"),
)
def remove_freelancer(asked: Asked) -> Freelancer:
    """Remove a freelancer from the program; what they sold goes on."""
    return usecases.enroll.remove(
        asked.world,
        caller=asked.caller,
        freelancer_id=asked.id(),
        at=asked.at,
        request_id=asked.request_id,
    )


@put(
    "/v1/admin/freelancers/{id}/security-group",
    roles=OPERATOR,
    renders=program.applicant,
    problems=("invalid_transition", "busy"),
)
def set_security_group(asked: Asked, body: requests.SecurityGroupRequest) -> Freelancer:
    """Say which security group at Microsoft a freelancer's access to their clients' tenants is given to."""
    return usecases.enroll.set_security_group(
        asked.world,
        caller=asked.caller,
        freelancer_id=asked.id(),
        group_id=body.group_id,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/admin/reviews", roles=OPERATOR, renders=render.subscriptions)
def list_reviews(asked: Asked, query: Listing) -> Page:
    """The subscriptions whose Microsoft account waits for a review, newest first."""
    return usecases.review.list_reviews(asked.world, limit=query.limit, after=after(asked, query))


@post(
    "/v1/admin/reviews/{subscription_id}/decision",
    roles=OPERATOR,
    renders=render.subscription,
    key=Key.OPTIONAL,
    problems=("invalid_transition", "busy"),
)
def decide_review(asked: Asked, body: requests.DecisionRequest) -> Subscription:
    """Approve a Microsoft account, or reject it with a reason that the client is told."""
    return usecases.review.decide(
        asked.world,
        subscription_id=asked.id("subscription_id"),
        caller=asked.caller,
        approve=body.approve,
        reason=body.reason,
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )


@put(
    "/v1/admin/subscriptions/{id}/suspension",
    roles=OPERATOR,
    renders=render.subscription,
    problems=("invalid_transition", "renewal_in_progress", "busy"),
)
def suspend_subscription(asked: Asked, body: requests.SuspensionRequest) -> Subscription:
    """Switch a subscription off for now; the client is told why."""
    return usecases.suspend.suspend(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        reason=body.reason,
        at=asked.at,
        request_id=asked.request_id,
    )


@delete(
    "/v1/admin/subscriptions/{id}/suspension",
    roles=OPERATOR,
    renders=render.subscription,
    problems=("invalid_transition", "renewal_in_progress", "busy"),
)
def reinstate_subscription(asked: Asked) -> Subscription:
    """Switch a subscription on again."""
    return usecases.suspend.reinstate(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/admin/subscriptions", roles=OPERATOR, renders=render.subscriptions)
def search_subscriptions(asked: Asked, query: requests.SearchQuery) -> Page:
    """By the client's e-mail address or the Microsoft domain, narrowed by status; or by status alone."""
    return usecases.search.search(
        asked.world,
        status=query.status,
        email=query.email,
        domain=query.domain,
        limit=query.limit,
        after=after(asked, query),
    )


@post(
    "/v1/admin/subscriptions/{id}/mails",
    roles=OPERATOR,
    renders=worklist.effect,
    status=201,
    key=Key.OPTIONAL,
    problems=("address_suppressed", "busy"),
)
def send_mail_again(asked: Asked, body: requests.MailRequest) -> Effect:
    """Send the latest mail of a kind once more, when somebody says that it never came."""
    return usecases.resend.resend(
        asked.world,
        subscription_id=asked.id(),
        template=body.template,
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/admin/suppressions", roles=OPERATOR, renders=worklist.suppressions)
def list_suppressions(asked: Asked, query: requests.SuppressionQuery) -> Page:
    """The addresses that get no mails, newest first; with `email` that one, if it gets none."""
    return usecases.suppressions.list_suppressed(
        asked.world, email=query.email, limit=query.limit, after=after(asked, query)
    )


@delete("/v1/admin/suppressions/{id}", roles=OPERATOR, status=204, problems=("busy",))
def lift_suppression(asked: Asked) -> None:
    """Mails to the address again; those that were held back are not sent by themselves."""
    usecases.suppressions.lift(asked.world, suppression_id=asked.id(), by=asked.caller.id, at=asked.at)


@get("/v1/admin/prices", roles=OPERATOR, renders=prices.prices, problems=("country_not_supported",))
def list_prices(asked: Asked, query: requests.PriceQuery) -> Page:
    """Every price of a country, those to come too: the newest `valid_from` first, then by plan and period."""
    return usecases.catalog.list_prices(
        asked.world, country=query.country, limit=query.limit, after=after(asked, query)
    )


@put("/v1/admin/prices", roles=OPERATOR, renders=prices.price, problems=("country_not_supported",))
def set_price(asked: Asked, body: requests.PriceRequest) -> Price:
    """Add a price from a day on; running terms keep theirs."""
    return usecases.catalog.set_price(
        asked.world,
        plan_id=body.plan_id,
        billing_period=body.billing_period,
        country=body.country,
        unit_amount=body.unit_amount,
        valid_from=body.valid_from,
        at=asked.at,
    )


@get("/v1/admin/drift", roles=OPERATOR, renders=worklist.drifts)
def list_drift(asked: Asked, query: Listing) -> Page:
    """What Microsoft has otherwise than we have it, as the last look at it found."""
    return usecases.reconcile.list_drifts(asked.world, limit=query.limit, after=after(asked, query))


@get("/v1/admin/stuck", roles=OPERATOR, renders=worklist.effects_of)
def list_stuck(asked: Asked, query: Listing) -> Page:
    """What should have followed from a decision and was given up, newest first."""
    return usecases.stuck.list_stuck(asked.world, limit=query.limit, after=after(asked, query))


@post(
    "/v1/admin/stuck/{effect_id}/retry",
    roles=OPERATOR,
    renders=worklist.effect,
    key=Key.OPTIONAL,
)
def retry_stuck(asked: Asked) -> Effect:
    """Have it tried again from now on."""
    return usecases.stuck.retry(
        asked.world,
        effect_id=asked.id("effect_id"),
        once=asked.once,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/admin/sweeps", roles=OPERATOR, renders=worklist.sweeps)
def list_sweeps(asked: Asked) -> list[Standing]:
    """Whether what runs by the clock does run, how it ended last, and what waits for it."""
    return usecases.watch_sweeps.standings(asked.world, at=asked.at)


@get("/v1/admin/disputes", roles=OPERATOR, renders=worklist.disputes_of)
def list_disputes(asked: Asked, query: Listing) -> Page:
    """The charges that cardholders dispute at their banks, newest first."""
    return usecases.disputes.list_disputes(asked.world, limit=query.limit, after=after(asked, query))
