"""Buy, look, link the Microsoft account, cancel, renew: for the client and, mostly, the approved delegate."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib import domain, usecases
from chalicelib.api.asking import Asked
from chalicelib.api.paging import Listing, after
from chalicelib.api.reading import all_of
from chalicelib.api.registry import ANY_ROLE, CLIENT, CLIENT_OR_DELEGATE, Key, Otherwise, get, post, put
from chalicelib.api.render import subscription as render
from chalicelib.api.schemas import requests
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Contact

if TYPE_CHECKING:
    from chalicelib.domain.subscription import Subscription
    from chalicelib.gateways.microsoft import AdminCredentials
    from chalicelib.gateways.payments import Authentication
    from chalicelib.storage.listing import Page
    from chalicelib.usecases.authenticate import AwaitsCardholder
    from chalicelib.usecases.cancel import CancellationPreview
    from chalicelib.usecases.link_account import DomainAvailability


@post(
    "/v1/subscriptions",
    roles=CLIENT,
    renders=render.subscription,
    status=201,
    location="/v1/subscriptions/{id}",
    key=Key.REQUIRED,
    reads_record=True,
    otherwise=Otherwise(
        result=lambda: usecases.authenticate.AwaitsCardholder, status=202, renders=render.awaits_cardholder
    ),
    problems=(
        "payment_declined",
        "payment_unavailable",
        "country_not_supported",
        "price_not_available",
        "price_changed",
        "link_not_found",
        "busy",
    ),
)
def buy(asked: Asked, body: requests.PurchaseRequest) -> Subscription | AwaitsCardholder:
    """Buy seats of a plan; a declined payment leaves nothing behind."""
    total = body.expected_total
    return usecases.checkout.checkout(
        asked.world,
        caller=asked.caller,
        purchase=usecases.checkout.Purchase(
            plan_id=body.plan_id,
            billing_period=body.billing_period,
            country=body.country,
            seats=body.seats,
            payment_method=body.payment_method,
            address=_address(body.address),
            link_token=body.link_token,
            expected_total=Money(total.amount, total.currency) if total else None,
        ),
        once=asked.only_once,
        at=asked.at,
        request_id=asked.request_id,
    )


@get("/v1/subscriptions", roles=CLIENT, renders=render.subscriptions)
def list_subscriptions(asked: Asked, query: requests.SubscriptionQuery) -> Page:
    """The caller's own subscriptions, newest first."""
    return usecases.see.list_own(
        asked.world,
        caller=asked.caller,
        status=query.status,
        limit=query.limit,
        after=after(asked, query),
    )


@get("/v1/subscriptions/{id}", roles=ANY_ROLE, renders=render.subscription)
def show_subscription(asked: Asked) -> Subscription:
    """One subscription; `available_actions` is what the caller may do with it now."""
    return usecases.see.show(asked.world, subscription_id=asked.id(), caller=asked.caller)


@put(
    "/v1/subscriptions/{id}/microsoft-account",
    roles=CLIENT_OR_DELEGATE,
    renders=render.subscription,
    problems=("invalid_transition", "domain_taken", "renewal_in_progress", "microsoft_unavailable", "busy"),
)
def submit_microsoft_account(asked: Asked, body: requests.MicrosoftAccountRequest) -> Subscription:
    """Submit, or submit again, the Microsoft account: it goes to review."""
    contact = body.primary_contact
    form = partial(
        domain.account.checked_form,
        existing_customer=body.existing_customer,
        domain=body.domain,
        domain_prefix=body.domain_prefix,
        account_name=body.account_name,
        address=_address(body.address),
        primary_contact=Contact(
            first_name=contact.first_name,
            last_name=contact.last_name,
            email=contact.email,
            phone=contact.phone,
        ),
    )
    all_of(
        form,
        partial(domain.account.checked_address, _address(body.address), pointer="/address"),
        partial(domain.account.checked_email, contact.email, pointer="/primary_contact/email"),
    )
    return usecases.link_account.link_account(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        form=form(),
        address_confirmed=body.address_confirmed,
        at=asked.at,
        request_id=asked.request_id,
    )


@get(
    "/v1/subscriptions/{id}/domain-availability",
    roles=CLIENT_OR_DELEGATE,
    renders=render.domain_availability,
    problems=("invalid_transition", "renewal_in_progress", "microsoft_unavailable"),
)
def check_domain(asked: Asked, query: requests.DomainQuery) -> DomainAvailability:
    """Whether a new Microsoft customer could have this prefix; while the account can be submitted."""
    return usecases.link_account.domain_availability(
        asked.world, subscription_id=asked.id(), caller=asked.caller, prefix=query.domain_prefix
    )


@post(
    "/v1/subscriptions/{id}/admin-credentials",
    roles=CLIENT,
    renders=render.credentials,
    problems=("credentials_gone", "credentials_not_ready"),
)
def take_admin_credentials(asked: Asked) -> AdminCredentials:
    """The new tenant's administrator and password: once, then they are gone (no key brings them back)."""
    return usecases.take_credentials.take_credentials(
        asked.world, subscription_id=asked.id(), caller=asked.caller, at=asked.at
    )


@get("/v1/subscriptions/{id}/cancellation", roles=CLIENT_OR_DELEGATE, renders=render.preview)
def preview_cancellation(asked: Asked) -> CancellationPreview:
    """What a cancellation now would give back, with a quote that is honored for 15 minutes."""
    return usecases.cancel.preview(asked.world, subscription_id=asked.id(), caller=asked.caller, at=asked.at)


@post(
    "/v1/subscriptions/{id}/cancellation",
    roles=CLIENT_OR_DELEGATE,
    renders=render.subscription,
    key=Key.REQUIRED,
    reads_record=True,
    problems=(
        "invalid_transition",
        "cancellation_window_closed",
        "quote_expired",
        "renewal_in_progress",
        "busy",
    ),
)
def cancel_subscription(asked: Asked, body: requests.CancellationRequest) -> Subscription:
    """End the subscription at once; the refund is the one quoted, or what the rules give back now."""
    return usecases.cancel.cancel(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        reason=body.reason,
        quote=body.quote,
        once=asked.only_once,
        at=asked.at,
        request_id=asked.request_id,
    )


@put(
    "/v1/subscriptions/{id}/renewal",
    roles=CLIENT_OR_DELEGATE,
    renders=render.subscription,
    problems=("invalid_transition", "renewal_in_progress", "busy"),
)
def set_auto_renew(asked: Asked, body: requests.RenewalRequest) -> Subscription:
    """Say whether it renews at the end of its term."""
    return usecases.set_renewal.set_renewal(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        auto_renew=body.auto_renew,
        at=asked.at,
        request_id=asked.request_id,
    )


@post(
    "/v1/subscriptions/{id}/payment-authentication",
    roles=CLIENT,
    renders=render.authentication,
    problems=("no_authentication_needed", "payment_unavailable"),
)
def authenticate_payment(asked: Asked) -> Authentication:
    """What the browser needs to have a declined renewal confirmed by its cardholder."""
    return usecases.authenticate.authenticate_renewal(
        asked.world, subscription_id=asked.id(), caller=asked.caller, at=asked.at
    )


@get("/v1/subscriptions/{id}/events", roles=ANY_ROLE, renders=render.events)
def list_events(asked: Asked, query: Listing) -> Page:
    """What happened to it, when and by whom, newest first."""
    return usecases.see.history(
        asked.world,
        subscription_id=asked.id(),
        caller=asked.caller,
        limit=query.limit,
        after=after(asked, query, among="history#"),
    )


def _address(sent: requests.AddressRequest) -> Address:
    return Address(
        line1=sent.line1,
        line2=sent.line2,
        city=sent.city,
        state=sent.state,
        postal_code=sent.postal_code,
        country=sent.country,
    )
