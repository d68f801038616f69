"""The world of the sandbox: the product's own gateways on AWS in memory, and simulators of the neighbors.

`make_world` is what every test starts from. It is cheap: AWS is started once a process, and emptied between
two worlds. One world at a time: the product finds it in `wiring`, and its rows in the one table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

from chalicelib import wiring
from chalicelib.domain.catalog import Price
from chalicelib.gateways.mail import Mail, SesMail
from chalicelib.rulebook import CURRENCY_OF, PRICE_SEED, BillingPeriod
from chalicelib.wiring import Settings, World
from sandbox.aws import REGION, TABLE, LocalAws, local_aws
from sandbox.clock import MovableClock
from sandbox.mailbox import Mailbox
from sandbox.microsoft import SandboxMicrosoft
from sandbox.payments import SandboxPayments
from sandbox.tokens import AUDIENCE, ISSUER, Tokens

SHARDS: Final = 2
START: Final = datetime(2024, 1, 31, 10, tzinfo=UTC)  # of a test that does not care

# What the user may configure in the sandbox as in a deployment; everything else of AWS is made here.
_CONFIGURABLE: Final = (
    "BRAND_NAME",
    "BRAND_LEGAL_NAME",
    "BRAND_POSTAL_ADDRESS",
    "BRAND_SENDER",
    "BRAND_SUPPORT",
    "STOREFRONT_URL",
    "COMMISSION_RATE",
)


class SandboxWorld(World):
    """A world on this machine; its parts can be looked into, and made to fail."""

    def __init__(self, *, settings: Settings, aws: LocalAws, clock: MovableClock) -> None:
        super().__init__(settings)
        self.aws = aws
        self._movable = clock

    @cached_property
    def clock(self) -> MovableClock:
        """See World."""
        return self._movable

    @cached_property
    def identity(self) -> Tokens:
        """See World."""
        return Tokens(clock=self.clock)

    @cached_property
    def payments(self) -> SandboxPayments:
        """See World."""
        return SandboxPayments(webhook_secret=lambda: self.secrets.get("payments_webhook_secret"))

    @cached_property
    def microsoft(self) -> SandboxMicrosoft:
        """See World."""
        return SandboxMicrosoft(webhook_secret=lambda: self.secrets.get("microsoft_webhook_secret"))

    @cached_property
    def mail(self) -> Mailbox:
        """See World: through SES, and kept."""
        return Mailbox(through=lambda: self._ses, clock=self.clock)

    def client(self, service: str) -> Any:
        """See World: one client for all worlds, because making one is slow."""
        return self.aws.client(service, make=super().client)

    @cached_property
    def _ses(self) -> Mail:
        return SesMail(
            client=self.client("sesv2"),
            sender=self.settings.brand.sender,
            support=self.settings.brand.support,
            configuration_set=None,
        )


def make_world(
    *,
    start: datetime | None = START,
    shards: int = SHARDS,
    environment: Mapping[str, str] | None = None,
) -> SandboxWorld:
    """A new and empty world with plans and prices, which the product finds from now on.

    With `start` its clock stands there, without it runs with the real time.
    """
    given = os.environ if environment is None else environment
    configured = {name: given[name] for name in _CONFIGURABLE if given.get(name)}
    sender = Settings.read({**configured, "TABLE_NAME": TABLE}).brand.sender
    aws = local_aws(sender=sender)
    settings = Settings.read(
        {
            **configured,
            "STAGE": "sandbox",
            "AWS_REGION": REGION,
            "TABLE_NAME": TABLE,
            "SHARDS": str(shards),
            "MAILS_QUEUE_URL": aws.mails_url,
            "EFFECTS_QUEUE_URL": aws.effects_url,
            "KMS_KEY_ID": aws.kms_key_id,
            "SECRET_ID": aws.secret_id,
            "TOKEN_ISSUER": ISSUER,
            "TOKEN_AUDIENCE": AUDIENCE,
        }
    )
    world = SandboxWorld(settings=settings, aws=aws, clock=MovableClock(start=start))
    aws.seed("prices", lambda: _seed_prices(world))
    wiring.use(world)
    return world


def _seed_prices(world: World) -> None:
    for valid_from, plan_id, billing_period, cents in PRICE_SEED:
        for country, currency in CURRENCY_OF.items():
            world.store.put_price(
                Price(
                    country=country,
                    currency=currency,
                    plan_id=plan_id,
                    billing_period=BillingPeriod(billing_period),
                    valid_from=date.fromisoformat(valid_from),
                    unit_amount=cents,
                )
            )
