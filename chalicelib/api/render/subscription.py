"""A subscription, as its client, its delegate or an operator sees it. Nobody here sees a commission (D13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.api.asking import Asked
from chalicelib.api.paging import each, next_cursor
from chalicelib.api.render.catalog import plan_name
from chalicelib.api.schemas import answers
from chalicelib.domain import delegation as permissions
from chalicelib.domain.people import Role

if TYPE_CHECKING:
    from chalicelib.domain.account import Account
    from chalicelib.domain.refunds import Step
    from chalicelib.domain.subscription import Subscription
    from chalicelib.gateways.microsoft import AdminCredentials
    from chalicelib.gateways.payments import Authentication
    from chalicelib.storage.history import HistoryLine
    from chalicelib.storage.listing import Page
    from chalicelib.usecases.authenticate import AwaitsCardholder
    from chalicelib.usecases.cancel import CancellationPreview
    from chalicelib.usecases.delegate import Terms
    from chalicelib.usecases.link_account import DomainAvailability


def subscription(asked: Asked, sub: Subscription) -> answers.Subscription:
    """All of it; the invoice only to the client and to operators, as the delegation's terms promise."""
    return answers.Subscription(
        id=sub.id,
        status=sub.status,
        plan=plan_name(sub.plan_id),
        seats=sub.seats,
        billing_period=sub.billing_period,
        country=sub.country,
        auto_renew=sub.auto_renew,
        purchased_at=sub.purchased_at,
        activated_at=sub.activated_at,
        activation_deadline=sub.activation_deadline,
        current_term=_term(sub),
        cancellation=_cancellation(sub),
        expired_at=sub.expired_at,
        expires_cancels_at=sub.expired_until,
        payment_issue=_payment_issue(sub),
        suspension=_suspension(sub),
        microsoft_account=_account(sub.account) if sub.account else None,
        client=answers.Client(name=sub.client.name, email=sub.client.email, address=sub.address),
        freelancer=answers.FreelancerName(display_name=sub.seller.name) if sub.seller else None,
        delegation=delegation(sub.delegation, to_client=_is_client(asked, sub)),
        available_actions=list(domain.actions.available_actions(sub, caller=asked.caller, at=asked.at)),
        latest_invoice=_invoice(sub) if _may_see_invoices(asked, sub) else None,
        version=sub.version,
    )


def awaits_cardholder(_: Asked, waiting: AwaitsCardholder) -> answers.AwaitsCardholder:
    """A purchase that waits for its cardholder."""
    return answers.AwaitsCardholder(
        status="authentication_required",
        subscription_id=waiting.subscription_id,
        authentication=answers.PurchaseAuthentication(
            payment_id=waiting.authentication.payment_id,
            client_secret=waiting.authentication.client_secret,
            expires_at=waiting.expires_at,
        ),
    )


def authentication(_: Asked, waiting: Authentication) -> answers.Authentication:
    """A renewal that waits for its cardholder."""
    return answers.Authentication(payment_id=waiting.payment_id, client_secret=waiting.client_secret)


def subscriptions(asked: Asked, page: Page) -> answers.SubscriptionList:
    """A page of them."""
    return answers.SubscriptionList(
        data=each(asked, page, subscription), next_cursor=next_cursor(asked, page)
    )


def preview(_: Asked, found: CancellationPreview) -> answers.CancellationPreview:
    """What a cancellation now would give back."""
    return answers.CancellationPreview(
        allowed=found.refund.allowed,
        refund=found.refund.amount,
        rule=found.refund.name,
        used_days=found.refund.used_days,
        cycle_days=found.refund.cycle_days,
        full_refund_until=found.full_refund_until,
        allowed_until=found.allowed_until,
        curve=[_step(step) for step in found.curve],
        quote=found.quote,
        quote_expires_at=found.quote_expires_at,
    )


def domain_availability(_: Asked, found: DomainAvailability) -> answers.DomainAvailability:
    """Whether a domain can be had."""
    return answers.DomainAvailability(domain=found.domain, available=found.available)


def credentials(_: Asked, taken: AdminCredentials) -> answers.Credentials:
    """The administrator of the new tenant."""
    return answers.Credentials(user_name=taken.user_name, password=taken.password)


def terms(asked: Asked, found: Terms) -> answers.Terms:
    """A text that must be seen before it is agreed to, in the caller's language."""
    return answers.Terms(version=found.version, text=found.text.said_in(asked.language))


def events(asked: Asked, page: Page) -> answers.EventList:
    """A page of what happened."""
    return answers.EventList(data=each(asked, page, _event), next_cursor=next_cursor(asked, page))


def delegation(found: permissions.Delegation, *, to_client: bool = False) -> answers.Delegation:
    """Where a delegation stands; only the client is told where to approve the access at Microsoft."""
    return answers.Delegation(
        status=found.status,
        terms_version=found.terms_version,
        requested_at=found.requested_at,
        decided_at=found.decided_at,
        ended_at=found.ended_at,
        ended_by=found.ended_by,
        microsoft_access=_microsoft_access(found.grant, to_client=to_client),
    )


def _microsoft_access(grant: permissions.Grant | None, *, to_client: bool) -> answers.MicrosoftAccess:
    if grant is None:
        return answers.MicrosoftAccess(status=answers.MicrosoftAccessStatus.NONE, approval_url=None)
    waits = grant.status is permissions.GrantStatus.REQUESTED
    return answers.MicrosoftAccess(
        status=answers.MicrosoftAccessStatus(grant.status),
        approval_url=grant.approval_url if waits and to_client else None,
    )


def _step(step: Step) -> answers.RefundStep:
    return answers.RefundStep(begins=step.begins, until=step.until, refund=step.amount, rule=step.name)


def _event(_: Asked, line: HistoryLine) -> answers.Event:
    return answers.Event(
        version=line.version,
        event=line.event,
        at=line.at,
        by=answers.By(role=Role(line.by["role"]), name=line.by["name"], delegated=line.by["delegated"]),
        status=line.status,
        detail=dict(line.detail),
    )


def _is_client(asked: Asked, sub: Subscription) -> bool:
    return Role.CLIENT in asked.caller.roles and sub.client.id == asked.caller.id


def _may_see_invoices(asked: Asked, sub: Subscription) -> bool:
    return _is_client(asked, sub) or Role.OPERATOR in asked.caller.roles


def _term(sub: Subscription) -> answers.CurrentTerm | None:
    if sub.term is None:
        return None
    return answers.CurrentTerm(
        start=sub.term.start, end=sub.term.end, price=sub.payment.total, unit_price=sub.payment.unit_price
    )


def _cancellation(sub: Subscription) -> answers.Cancellation:
    ended = sub.cancellation
    return answers.Cancellation(
        allowed_until=domain.refunds.allowed_until(sub),
        full_refund_until=domain.refunds.full_refund_until(sub),
        canceled_at=ended.at if ended else None,
        rule=ended.rule if ended else None,
        refund=ended.refund if ended else None,
        refund_status=ended.settlement if ended else None,
        reason=ended.reason if ended else None,
    )


def _payment_issue(sub: Subscription) -> answers.PaymentIssue | None:
    if sub.renewal is None or sub.renewal.first_declined_at is None:
        return None
    return answers.PaymentIssue(
        since=sub.renewal.first_declined_at,
        decline_code=sub.renewal.decline_code,
        amount=sub.renewal.amount,
        next_attempt_at=domain.waking.next_attempt_at(sub),
    )


def _suspension(sub: Subscription) -> answers.Suspension | None:
    return answers.Suspension(reason=sub.suspension.reason, at=sub.suspension.at) if sub.suspension else None


def _account(account: Account) -> answers.MicrosoftAccount:
    return answers.MicrosoftAccount(
        existing_customer=account.form.existing_customer,
        domain=account.domain,
        account_name=account.form.account_name,
        address=account.form.address,
        primary_contact=account.form.primary_contact,
        submitted_at=account.submitted_at,
        review=account.review,
        review_reason=account.review_reason,
        agreement_url=account.agreement_url,
        agreement_accepted_at=account.agreement_accepted_at,
        admin_user_name=account.admin_user_name,
    )


def _invoice(sub: Subscription) -> answers.InvoiceName:
    return answers.InvoiceName(
        id=sub.payment.invoice_id,
        number=sub.payment.invoice_number,
        total=sub.payment.total,
        charged_at=sub.payment.charged_at,
    )
