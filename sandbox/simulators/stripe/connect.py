"""Connect: accounts of those whom we pay, and how they are opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sandbox.simulators.stripe import lists
from sandbox.simulators.stripe.books import Books
from sandbox.simulators.stripe.fields import (
    EXPAND,
    PAGE,
    Fields,
    Required,
    boolean,
    clearable,
    email,
    hash_of,
    metadata,
    one_of,
    text,
    url,
    with_notes,
)
from sandbox.simulators.stripe.wire import Call, Object, StripeError, bad_param

LINK_VALID: Final = timedelta(minutes=5)
TO_TELL: Final = (
    "business_profile.product_description",
    "business_profile.support_phone",
    "business_profile.url",
    "external_account",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)

_REQUESTED: Final = hash_of({"requested": boolean})
_PROFILE: Final = (
    "mcc",
    "name",
    "product_description",
    "support_email",
    "support_phone",
    "support_url",
    "url",
)
CREATE: Final[Fields] = {
    "business_profile": hash_of(dict.fromkeys(_PROFILE, clearable)),
    "business_type": one_of("company", "government_entity", "individual", "non_profit"),
    "capabilities": hash_of({"card_payments": _REQUESTED, "transfers": _REQUESTED}),
    "country": text,
    "email": email,
    "expand": EXPAND,
    "metadata": metadata,
    "type": one_of("custom", "express", "standard"),
}
LINK: Final[Fields] = {
    "account": Required(text),
    "expand": EXPAND,
    "refresh_url": url,
    "return_url": url,
    "type": Required(one_of("account_onboarding", "account_update")),
}
FIND: Final[Fields] = PAGE


def create_account(books: Books, call: Call) -> Object:
    """Begin an account; it can be paid when its owner has told everything."""
    params = call.params
    country = params.get("country", "US")
    if len(country) != 2 or not country.isupper():  # noqa: PLR2004  (ISO 3166 has two letters)
        raise bad_param(f"Country '{country}' is unknown.", "country", code="country_unsupported")
    account_id = books.id("acct", length=16)
    asked = [name for name, how in params.get("capabilities", {}).items() if how.get("requested")]
    account = books.enter(
        {
            "id": account_id,
            "object": "account",
            "business_profile": {**_profile(), **params.get("business_profile", {})},
            "business_type": params.get("business_type"),
            "capabilities": dict.fromkeys(asked, "inactive"),
            "charges_enabled": False,
            "controller": {"type": "application", "is_controller": True},
            "country": country,
            "created": books.stamp(),
            "default_currency": "usd",
            "details_submitted": False,
            "email": params.get("email"),
            "external_accounts": lists.listed([], url=f"/v1/accounts/{account_id}/external_accounts"),
            "future_requirements": _requirements(()),
            "livemode": False,
            "metadata": with_notes({}, params.get("metadata", {})),
            "payouts_enabled": False,
            "requirements": _requirements(TO_TELL, "requirements.past_due"),
            "settings": _settings(),
            "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
            "type": params.get("type", "standard"),
            "_balance": 0,
            "_authorized": True,
        }
    )
    books.tell("account.updated", account, account=account_id)
    return account


def get_account(books: Books, call: Call) -> Object:
    """One account as it is now."""
    return authorized(books, call.args[0])


def list_accounts(books: Books, call: Call) -> Object:
    """The accounts that have not left us."""
    found = [each for each in books.of("account") if each["_authorized"]]
    return lists.page(call, found, url="/v1/accounts")


def create_link(books: Books, call: Call) -> Object:
    """A way to tell what is missing, which works once, for minutes."""
    account = authorized(books, call.params["account"])
    for name in ("refresh_url", "return_url"):
        if name not in call.params:
            raise bad_param(f"Missing required param: {name}.", name, code="parameter_missing")
    link_id = books.id("link", length=12)
    return books.enter(
        {
            "id": link_id,
            "object": "account_link",
            "created": books.stamp(),
            "expires_at": int((books.now() + LINK_VALID).timestamp()),
            "url": f"{books.connect_url}/{account['id']}/{link_id.removeprefix('link_')}",
            "_account": account["id"],
            "_refresh_url": call.params["refresh_url"],
            "_return_url": call.params["return_url"],
            "_used": False,
        }
    )


def authorized(books: Books, account_id: str) -> Object:
    """An account that has let us in; raises StripeError."""
    account = books.find("account", account_id)
    if account is None or not account["_authorized"]:
        raise StripeError(
            f"The provided key does not have access to account '{account_id}' (or that account does not "
            "exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
            saved=False,
        )
    return account


def finish(books: Books, account: Object) -> None:
    """Its owner has told everything: it can be paid."""
    account |= {
        "capabilities": dict.fromkeys(account["capabilities"], "active"),
        "charges_enabled": "card_payments" in account["capabilities"],
        "details_submitted": True,
        "payouts_enabled": True,
        "requirements": _requirements(()),
        "tos_acceptance": {"date": books.stamp(), "ip": "203.0.113.7", "user_agent": None},
    }
    books.tell("account.updated", account, account=account["id"])


def restrict(books: Books, account: Object, *, missing: tuple[str, ...]) -> None:
    """Stripe wants to know more: it cannot be paid until its owner has told."""
    account |= {
        "capabilities": dict.fromkeys(account["capabilities"], "inactive"),
        "charges_enabled": False,
        "payouts_enabled": False,
        "requirements": _requirements(missing, "requirements.past_due"),
    }
    books.tell("account.updated", account, account=account["id"])


def deauthorize(books: Books, account: Object) -> None:
    """Its owner lets us in no more."""
    account["_authorized"] = False
    application = {"id": "ca_simulated", "object": "application", "name": "Seatwise"}
    books.tell("account.application.deauthorized", application, account=account["id"])


def _requirements(due: tuple[str, ...], reason: str | None = None) -> Object:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(due),
        "disabled_reason": reason,
        "errors": [],
        "eventually_due": list(due),
        "past_due": list(due) if reason else [],
        "pending_verification": [],
    }


def _profile() -> Object:
    nothing = dict.fromkeys(("amount", "currency", "fiscal_year_end"))
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        **dict.fromkeys(_PROFILE),
        "annual_revenue": nothing,
        "estimated_worker_count": None,
        "minority_owned_business_designation": None,
        "support_address": empty,
    }


def _settings() -> dict[str, Any]:
    descriptor = dict.fromkeys(
        (
            "statement_descriptor_prefix",
            "statement_descriptor_prefix_kana",
            "statement_descriptor_prefix_kanji",
        )
    )
    kana = dict.fromkeys(
        (
            "statement_descriptor",
            "statement_descriptor_kana",
            "statement_descriptor_kanji",
            "statement_descriptor_prefix_kana",
            "statement_descriptor_prefix_kanji",
        )
    )
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": dict.fromkeys(("icon", "logo", "primary_color", "secondary_color")),
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {"decline_on": {"avs_failure": True, "cvc_failure": True}, **descriptor},
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": kana,
        "payouts": {
            "debit_negative_balances": False,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
