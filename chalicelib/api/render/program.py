"""Freelancers, their sales and their earnings: as they see them, and as an operator does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.api.asking import Asked
from chalicelib.api.paging import each, next_cursor
from chalicelib.api.render.catalog import plan_name
from chalicelib.api.render.subscription import delegation
from chalicelib.api.schemas import answers
from chalicelib.domain.money import Money
from chalicelib.rulebook import CURRENCY_OF

if TYPE_CHECKING:
    from chalicelib.domain import commission, freelancer as program
    from chalicelib.domain.freelancer import Freelancer
    from chalicelib.domain.subscription import Subscription
    from chalicelib.gateways.payouts import OnboardingLink
    from chalicelib.storage.listing import Page
    from chalicelib.usecases.payouts import Overview


def freelancer(asked: Asked, found: Freelancer) -> answers.Freelancer:
    """The caller in the program; the link while it is open."""
    link = None
    if found.enrolled and found.link_token:
        storefront = asked.world.settings.brand.storefront_url
        link = answers.PersonalLink(token=found.link_token, url=f"{storefront}/l/{found.link_token}")
    return answers.Freelancer(
        id=found.id,
        state=found.state,
        display_name=found.display_name,
        link=link,
        decision_reason=found.decision_reason,
        terms_version=found.terms_version,
    )


def applicant(_: Asked, found: Freelancer) -> answers.Applicant:
    """A freelancer, as an operator sees them."""
    return answers.Applicant(
        id=found.id,
        state=found.state,
        email=found.email,
        display_name=found.display_name,
        invited_at=found.invited_at,
        application=_application(found.application) if found.application else None,
        decision_reason=found.decision_reason,
        terms_signed_at=found.terms_signed_at,
        ended_at=found.ended_at,
        security_group_id=found.security_group_id,
        available_actions=list(domain.freelancer.available_actions(found)),
    )


def applicants(asked: Asked, page: Page) -> answers.ApplicantList:
    """A page of freelancers."""
    return answers.ApplicantList(data=each(asked, page, applicant), next_cursor=next_cursor(asked, page))


def sale(_: Asked, sub: Subscription) -> answers.Sale:
    """A sale: of the client no more than the name, unless the subscription is delegated."""
    delegated = sub.delegation.status is domain.delegation.DelegationStatus.APPROVED
    return answers.Sale(
        id=sub.id,
        status=sub.status,
        plan=plan_name(sub.plan_id),
        seats=sub.seats,
        billing_period=sub.billing_period,
        purchased_at=sub.purchased_at,
        activated_at=sub.activated_at,
        client=answers.Buyer(name=sub.client.name, email=sub.client.email if delegated else None),
        delegation=delegation(sub.delegation),
    )


def sales(asked: Asked, page: Page) -> answers.SaleList:
    """A page of sales."""
    return answers.SaleList(data=each(asked, page, sale), next_cursor=next_cursor(asked, page))


def earnings(asked: Asked, found: tuple[Page, commission.Totals]) -> answers.EarningList:
    """A page of the ledger, and the totals of all of it."""
    page, totals = found
    return answers.EarningList(
        data=each(asked, page, _earning),
        next_cursor=next_cursor(asked, page),
        totals=answers.Totals(
            accrued=_money(totals.accrued),
            pending=_money(totals.pending),
            earned=_money(totals.earned),
            reversed=_money(totals.reversed),
        ),
        paid=_money(totals.paid),
    )


def payouts(_: Asked, found: Overview) -> answers.Payouts:
    """Where the caller stands with being paid."""
    return answers.Payouts(
        state=found.state,
        missing=list(found.missing),
        paid=_money(found.paid),
        waiting=_money(found.waiting),
    )


def onboarding(_: Asked, link: OnboardingLink) -> answers.Onboarding:
    """Where the account is opened."""
    return answers.Onboarding(url=link.url, expires_at=link.expires_at)


def _application(found: program.Application) -> answers.Application:
    return answers.Application(
        display_name=found.display_name,
        serves_us_clients=found.serves_us_clients,
        experience=found.experience,
        website=found.website,
        applied_at=found.applied_at,
    )


def _earning(_: Asked, line: commission.Earning) -> answers.Earning:
    return answers.Earning(
        invoice_id=line.invoice_id,
        subscription_id=line.subscription_id,
        cycle=line.cycle,
        state=line.state,
        rate=line.rate,
        net=line.net,
        accrued=line.accrued,
        pending=line.pending,
        earned=line.earned,
        reversed=line.reversed,
        accrued_at=line.accrued_at,
        earned_at=line.earned_at,
        reversed_at=line.reversed_at,
        paid=line.paid,
        waiting=line.waiting,
        paid_at=line.paid_at,
    )


def _money(cents: int) -> Money:
    (currency,) = set(CURRENCY_OF.values())  # R31: there is one
    return Money(cents, currency)
