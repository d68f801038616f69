"""The outside world in one object, made on first use: importing this costs nothing.

A use case takes the world as an argument. `world()` is the one of this process: AWS as the environment says,
or what `use` put in its place.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.domain.brand import Brand
from chalicelib.domain.catalog import Price
from chalicelib.gateways.clock import Clock, SystemClock
from chalicelib.observability import SERVICE
from chalicelib.rulebook import COMMISSION_SAMPLE_RATE

if TYPE_CHECKING:
    from chalicelib.gateways.identity import Identity
    from chalicelib.gateways.ids import Ids
    from chalicelib.gateways.mail import Mail
    from chalicelib.gateways.microsoft import Microsoft
    from chalicelib.gateways.payments import Payments
    from chalicelib.gateways.queue import Queue
    from chalicelib.gateways.secrets import Secrets
    from chalicelib.gateways.vault import Vault
    from chalicelib.storage.store import Store

PRICES_KEPT = timedelta(seconds=60)  # how long a process trusts the price table it has read


class NotConfigured(Exception):
    """A setting that this function needs is missing; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration of one deployment, from the environment; read on first use."""

    stage: str
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

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings of an environment; NotConfigured names what is missing."""

        def need(name: str) -> str:
            if not environment.get(name):
                raise NotConfigured(f"{name} is not set")
            return environment[name]

        return cls(
            stage=environment.get("STAGE", "dev"),
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
        )


class World:
    """Everything outside: each part is made when it is first asked for, and shared from then on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._prices: dict[str, tuple[datetime, list[Price]]] = {}

    @cached_property
    def clock(self) -> Clock:
        """What time it is."""
        return SystemClock()

    def now(self) -> datetime:
        """This instant: UTC, in whole seconds. Ways in ask it once and pass the answer on."""
        return self.clock.now().astimezone(UTC).replace(microsecond=0)

    @cached_property
    def store(self) -> Store:
        """The table."""
        from chalicelib.storage.store import Store

        return Store(table_name=self.settings.table, region=self.settings.region, shards=self.settings.shards)

    @cached_property
    def ids(self) -> Ids:
        """Identifiers."""
        from chalicelib.gateways.ids import UlidIds

        return UlidIds(self.clock)

    @cached_property
    def identity(self) -> Identity:
        """The public keys of whoever signs people in."""
        from chalicelib.gateways.identity import JwksKeys

        return JwksKeys(self.settings.jwks_url)

    @cached_property
    def queue(self) -> Queue:
        """The queues."""
        from chalicelib.gateways.queue import SqsQueue

        return SqsQueue(
            client=self.client("sqs"),
            mails_url=self.settings.mails_queue_url,
            effects_url=self.settings.effects_queue_url,
        )

    @cached_property
    def mail(self) -> Mail:
        """Outgoing mail."""
        from chalicelib.gateways.mail import SesMail

        return SesMail(
            client=self.client("sesv2"),
            sender=self.settings.brand.sender,
            support=self.settings.brand.support,
            configuration_set=self.settings.ses_configuration_set,
        )

    @cached_property
    def vault(self) -> Vault:
        """Encryption."""
        from chalicelib.gateways.vault import KmsVault

        return KmsVault(client=self.client("kms"), key_id=self.settings.kms_key_id)

    @cached_property
    def secrets(self) -> Secrets:
        """Our own secrets."""
        from chalicelib.gateways.secrets import SecretsManager

        return SecretsManager(client=self.client("secretsmanager"), secret_id=self.settings.secret_id)

    @cached_property
    def payments(self) -> Payments:
        """The payment provider."""
        raise NotConfigured("no payment provider is configured")

    @cached_property
    def microsoft(self) -> Microsoft:
        """Microsoft."""
        raise NotConfigured("no access to Microsoft Partner Center is configured")

    def prices(self, country: str, *, at: datetime) -> list[Price]:
        """The price table, read at most once a minute."""
        kept = self._prices.get(country)
        if kept is None or not kept[0] <= at < kept[0] + PRICES_KEPT:
            kept = self._prices[country] = (at, self.store.prices(country))
        return kept[1]

    def forget_prices(self) -> None:
        """Read the price table anew: it has just been changed here."""
        self._prices.clear()

    def client(self, service: str) -> Any:
        """An AWS client with short time-outs, from the one shared session."""
        from botocore.config import Config

        config = Config(
            connect_timeout=1,
            read_timeout=5,
            retries={"total_max_attempts": 3, "mode": "standard"},
            user_agent_extra=SERVICE,
        )
        return self._session.create_client(service, region_name=self.settings.region, config=config)

    @cached_property
    def _session(self) -> Any:
        from botocore.session import get_session

        return get_session()


class _Process:
    world: World | None = None


def world() -> World:
    """The world of this process, from the environment on first use."""
    if _Process.world is None:
        _Process.world = World(Settings.read(os.environ))
    return _Process.world


def use(replacement: World | None) -> None:
    """Put another world in its place (the sandbox, a test), or None for the environment's again."""
    _Process.world = replacement
