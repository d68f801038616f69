"""The configuration of one deployment, from the environment; importing this reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.brand import Brand
from chalicelib.rulebook import COMMISSION_SAMPLE_RATE, MICROSOFT_PRODUCTS

OFF: Final = "off"
SYSTEM: Final = "system"
PRODUCTION: Final = "prod"


class NotConfigured(Exception):
    """A setting that this function needs is missing or wrong; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSettings:
    """Where Stripe is, and what of it is used."""

    url: str
    live: bool  # whether notices about real money are expected, or those of Stripe's own sandbox
    taxes: bool
    tax_code: str
    payouts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrosoftSettings:
    """Where Microsoft is, who we are there, and what of it is used."""

    tenant_id: str
    client_id: str
    token_secret_id: str  # of the Secrets Manager secret that holds the refresh token, and nothing else
    partner_center_url: str
    prices_url: str
    graph_url: str
    login_url: str
    admin_url: str  # of the pages on which clients decide
    certificate_hosts: frozenset[str]
    root_certificate: str | None  # PEM of a simulator's, which signs notices in place of Microsoft's
    products: Mapping[str, str]  # plan id → "product:sku"
    delegated_admin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two deployments and is no secret."""

    stage: str
    movable_clock: bool
    region: str
    table: str
    shards: int
    mails_queue_url: str
    effects_queue_url: str
    kms_key_id: str
    secret_id: str
    ses_configuration_set: str | None
    token_issuer: str
    token_audience: str
    jwks_url: str
    commission_rate: int  # basis points
    brand: Brand
    stripe: StripeSettings
    microsoft: MicrosoftSettings

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings of an environment; NotConfigured names what is missing."""

        def need(name: str) -> str:
            if not environment.get(name):
                raise NotConfigured(f"{name} is not set")
            return environment[name]

        return cls(
            stage=environment.get("STAGE", "dev"),
            movable_clock=_movable(environment),
            region=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1",
            table=need("TABLE_NAME"),
            shards=int(environment.get("SHARDS", "4")),
            mails_queue_url=environment.get("MAILS_QUEUE_URL", ""),
            effects_queue_url=environment.get("EFFECTS_QUEUE_URL", ""),
            kms_key_id=environment.get("KMS_KEY_ID", ""),
            secret_id=environment.get("SECRET_ID", ""),
            ses_configuration_set=environment.get("SES_CONFIGURATION_SET") or None,
            token_issuer=environment.get("TOKEN_ISSUER", ""),
            token_audience=environment.get("TOKEN_AUDIENCE", ""),
            jwks_url=environment.get("JWKS_URL", ""),
            commission_rate=int(environment.get("COMMISSION_RATE", str(COMMISSION_SAMPLE_RATE))),
            brand=Brand(
                name=environment.get("BRAND_NAME", "Seatwise"),
                legal_name=environment.get("BRAND_LEGAL_NAME", "Seatwise Marketplace, Inc."),
                postal_address=environment.get(
                    "BRAND_POSTAL_ADDRESS", "1 Market Street, San Francisco, CA 94105, USA"
                ),
                sender=environment.get("BRAND_SENDER", "Seatwise <no-reply@seatwise.example>"),
                support=environment.get("BRAND_SUPPORT", "support@seatwise.example"),
                storefront_url=environment.get("STOREFRONT_URL", "https://seatwise.example").rstrip("/"),
            ),
            stripe=_stripe(environment),
            microsoft=_microsoft(environment),
        )


def _stripe(environment: Mapping[str, str]) -> StripeSettings:
    return StripeSettings(
        url=environment.get("STRIPE_URL", "https://api.stripe.com").rstrip("/"),
        live=environment.get("STRIPE_LIVE", "false") == "true",
        taxes=_switch("TAXES", environment.get("TAXES", OFF), on="stripe"),
        tax_code=environment.get("TAX_CODE", "txcd_10103001"),
        payouts=_switch("PAYOUTS", environment.get("PAYOUTS", OFF), on="stripe"),
    )


def _microsoft(environment: Mapping[str, str]) -> MicrosoftSettings:
    hosts = environment.get("MICROSOFT_CERTIFICATE_HOSTS", "3psostorageacct.blob.core.windows.net")
    partner_center = environment.get("PARTNER_CENTER_URL", "https://api.partnercenter.microsoft.com")
    return MicrosoftSettings(
        tenant_id=environment.get("MICROSOFT_TENANT_ID", ""),
        client_id=environment.get("MICROSOFT_CLIENT_ID", ""),
        token_secret_id=environment.get("MICROSOFT_TOKEN_SECRET_ID", ""),
        partner_center_url=partner_center.rstrip("/"),
        prices_url=environment.get("MICROSOFT_PRICES_URL", "https://api.partner.microsoft.com").rstrip("/"),
        graph_url=environment.get("MICROSOFT_GRAPH_URL", "https://graph.microsoft.com").rstrip("/"),
        login_url=environment.get("MICROSOFT_LOGIN_URL", "https://login.microsoftonline.com").rstrip("/"),
        admin_url=environment.get("MICROSOFT_ADMIN_URL", "https://admin.microsoft.com").rstrip("/"),
        certificate_hosts=frozenset(host.strip() for host in hosts.split(",") if host.strip()),
        root_certificate=_root_certificate(environment),
        products={**MICROSOFT_PRODUCTS, **_pairs(environment.get("MICROSOFT_PRODUCTS", ""))},
        delegated_admin=_switch("DELEGATED_ADMIN", environment.get("DELEGATED_ADMIN", OFF), on="gdap"),
    )


def _switch(name: str, given: str, *, on: str) -> bool:
    if given not in (OFF, on):
        raise NotConfigured(f"{name} is {given!r}: it is {OFF} or {on}")
    return given == on


def _movable(environment: Mapping[str, str]) -> bool:
    given = environment.get("CLOCK") or SYSTEM
    if given not in (SYSTEM, "movable"):
        raise NotConfigured(f"CLOCK is {given!r}: it is {SYSTEM} or movable")
    if given != SYSTEM:
        _rehearse(environment, "CLOCK")
    return given != SYSTEM


def _root_certificate(environment: Mapping[str, str]) -> str | None:
    given = environment.get("MICROSOFT_ROOT_CERTIFICATE") or None
    if given is not None:
        _rehearse(environment, "MICROSOFT_ROOT_CERTIFICATE")
    return given


def _rehearse(environment: Mapping[str, str], name: str) -> None:
    """What only a rehearsal may have is refused where it is no rehearsal."""
    if environment.get("STAGE") == PRODUCTION:
        raise NotConfigured(f"{name} is not for production")


def _pairs(text: str) -> dict[str, str]:
    """`business-basic=CFQ7TTC0LH18:0001,…` by plan."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if not all(product.count(":") == 1 for _, _, product in pairs):
        raise NotConfigured("MICROSOFT_PRODUCTS: write plan=product:sku, separated by commas")
    return {plan.strip(): product.strip() for plan, _, product in pairs}
