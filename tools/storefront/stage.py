"""What the storefront of a stage is told: of its stack, of the stage's settings, and of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from tools.storefront.configuration import Brand, Configuration, OidcSignIn, StripePayments

ROOT: Final = Path(__file__).parents[2]
STAGES: Final = ROOT / "infra" / "stages"
SETTINGS: Final = ROOT / ".chalice" / "config.json"
STANDARD_SCOPE: Final = "openid email profile"


class NotReady(Exception):
    """A storefront with these settings would let nobody sign in or pay; the message names what is wrong."""


class Own(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `Storefront` in a stage's file says: nothing of it is secret, all of it is in the page."""

    client_id: str  # of the storefront, at whoever signs people in
    publishable_key: str  # of the same account at Stripe as the secret one
    scope: str = STANDARD_SCOPE
    names_audience: bool = False  # whether the provider wants to be asked for a token of TOKEN_AUDIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where a stack serves a storefront from, and where its API is."""

    url: str
    bucket: str
    distribution: str
    api: str

    @classmethod
    def read(cls, outputs: Mapping[str, str]) -> Self | None:
        """What the stack's outputs say; None where the storefront is hosted elsewhere."""
        if "StorefrontBucket" not in outputs:
            return None
        return cls(
            url=outputs["StorefrontUrl"],
            bucket=outputs["StorefrontBucket"],
            distribution=outputs["StorefrontDistribution"],
            api=outputs["ApiUrl"].rstrip("/"),
        )


def own_of(stage: str) -> Own:
    """The storefront's own settings of a stage."""
    return msgspec.convert(json.loads((STAGES / f"{stage}.json").read_text())["Storefront"], Own)


def settings_of(stage: str) -> dict[str, str]:
    """What the functions of a stage are told."""
    said: dict[str, Any] = json.loads(SETTINGS.read_text())
    return {**said["environment_variables"], **said["stages"][stage]["environment_variables"]}


def configured(served: Served, *, own: Own, settings: Mapping[str, str]) -> Configuration:
    """What is put into the page; NotReady where it would be of no use."""
    if wrong := list(_wrong(own, live=settings["STRIPE_LIVE"] == "true")):
        raise NotReady(f"in Storefront of infra/stages/{settings['STAGE']}.json, {'; '.join(wrong)}")
    return Configuration(
        brand=Brand(name=settings["BRAND_NAME"], support_email=settings["BRAND_SUPPORT"]),
        api=served.api,
        sandbox=False,
        sign_in=OidcSignIn(
            authority=settings["TOKEN_ISSUER"],
            client_id=own.client_id,
            scope=own.scope,
            audience=settings["TOKEN_AUDIENCE"] if own.names_audience else None,
        ),
        payments=StripePayments(publishable_key=own.publishable_key),
    )


def _wrong(own: Own, *, live: bool) -> list[str]:
    wanted = "pk_live_" if live else "pk_test_"
    said = []
    if not own.client_id:
        said.append("client_id is empty")
    if not own.publishable_key:
        said.append("publishable_key is empty")
    elif not own.publishable_key.startswith(wanted):
        # A card typed in under one mode's key is unknown to the other.
        said.append(f"publishable_key does not begin with {wanted}, as STRIPE_LIVE={str(live).lower()} wants")
    return said


def astray(served: Served, *, settings: Mapping[str, str]) -> str | None:
    """What is wrong where mails lead elsewhere than to the storefront; None where they lead to it."""
    told = settings["STOREFRONT_URL"].rstrip("/")
    if told == served.url:
        return None
    return (
        f"But STOREFRONT_URL says {told}: links in mails lead there, and the API lets only pages from "
        f"there call it. Set STOREFRONT_URL to {served.url} in .chalice/config.json, or StorefrontDomainName "
        "to the name in STOREFRONT_URL, and deploy again."
    )
