"""The outside world in one object, made on first use: importing this costs nothing.

A use case takes the world as an argument. `world()` is the one of this process: AWS as the environment says,
or what `use` put in its place.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.gateways.clock import Clock, MovableClock, SystemClock
from chalicelib.observability import SERVICE
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.domain.catalog import Price
    from chalicelib.gateways.delegated_admin import DelegatedAdmin
    from chalicelib.gateways.identity import Identity
    from chalicelib.gateways.ids import Ids
    from chalicelib.gateways.mail import Mail
    from chalicelib.gateways.microsoft import Microsoft
    from chalicelib.gateways.partner_center.certificates import CertificateCheck
    from chalicelib.gateways.partner_center.rest import Rest
    from chalicelib.gateways.partner_center.tokens import Tokens
    from chalicelib.gateways.payments import Payments
    from chalicelib.gateways.payouts import Payouts
    from chalicelib.gateways.queue import Queue
    from chalicelib.gateways.secrets import Secrets
    from chalicelib.gateways.stripe.client import StripeAccount
    from chalicelib.gateways.taxes import Taxes
    from chalicelib.gateways.transport import Transport
    from chalicelib.gateways.vault import Vault
    from chalicelib.storage.store import Store

PRICES_KEPT = timedelta(seconds=60)  # how long a process trusts the price table it has read


class World:
    """Everything outside: each part is made when it is first asked for, and shared from then on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._prices: dict[str, tuple[datetime, list[Price]]] = {}

    @cached_property
    def clock(self) -> Clock:
        """What time it is."""
        if self.settings.movable_clock:
            return MovableClock(offset=self.store.clock_offset, real=SystemClock())
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
    def transport(self) -> Transport:
        """The lines to the neighbors."""
        from chalicelib.gateways.transport import HttpTransport

        return HttpTransport()

    @cached_property
    def payments(self) -> Payments:
        """The payment provider."""
        from chalicelib.gateways.stripe.payments import StripePayments

        return StripePayments(
            account=self._stripe,
            webhook_secret=lambda: self.secrets.get("payments_webhook_secret"),
            live=self.settings.stripe.live,
            brand=self.settings.brand.name,
        )

    @cached_property
    def taxes(self) -> Taxes:
        """Sales tax."""
        if not self.settings.stripe.taxes:
            from chalicelib.gateways.taxes import NoTaxes

            return NoTaxes()
        from chalicelib.gateways.stripe.taxes import StripeTaxes

        return StripeTaxes(account=self._stripe, tax_code=self.settings.stripe.tax_code)

    @cached_property
    def payouts(self) -> Payouts | None:
        """Who pays the freelancers; None where that is done outside of this product."""
        if not self.settings.stripe.payouts:
            return None
        from chalicelib.gateways.stripe.payouts import StripePayouts

        return StripePayouts(account=self._stripe)

    @cached_property
    def microsoft(self) -> Microsoft:
        """Microsoft."""
        from chalicelib.gateways.partner_center.adapter import PartnerCenter
        from chalicelib.gateways.partner_center.tokens import GRAPH, PARTNER_CENTER

        settings = self.settings.microsoft
        return PartnerCenter(
            rest=self._rest(settings.partner_center_url, audience=PARTNER_CENTER),
            prices=self._rest(settings.prices_url, audience=PARTNER_CENTER),
            graph=self._rest(settings.graph_url, audience=GRAPH),
            catalog=settings.products,
            certificates=self._certificates,
        )

    @cached_property
    def grants(self) -> DelegatedAdmin | None:
        """Delegated administration at Microsoft; None where it is not used."""
        if not self.settings.microsoft.delegated_admin:
            return None
        from chalicelib.gateways.partner_center.grants import GraphGrants
        from chalicelib.gateways.partner_center.tokens import GRAPH

        settings = self.settings.microsoft
        return GraphGrants(graph=self._rest(settings.graph_url, audience=GRAPH), admin_url=settings.admin_url)

    def pause(self, seconds: float) -> None:
        """Wait before a neighbor is asked again."""
        time.sleep(seconds)

    @cached_property
    def _stripe(self) -> StripeAccount:
        from chalicelib.gateways.stripe.client import StripeAccount

        return StripeAccount(
            transport=self.transport,
            secret_key=lambda: self.secrets.get("stripe_secret_key"),
            url=self.settings.stripe.url,
            pause=self.pause,
        )

    @cached_property
    def _tokens(self) -> Tokens:
        from chalicelib.gateways.partner_center.tokens import Tokens
        from chalicelib.gateways.refresh_tokens import SecretsManagerTokens

        settings = self.settings.microsoft
        return Tokens(
            transport=self.transport,
            login_url=settings.login_url,
            tenant_id=settings.tenant_id,
            client_id=settings.client_id,
            client_secret=lambda: self.secrets.get("microsoft_client_secret"),
            vault=SecretsManagerTokens(
                client=self.client("secretsmanager"), secret_id=settings.token_secret_id
            ),
            clock=self.clock,
            pause=self.pause,
        )

    def _rest(self, base_url: str, *, audience: str) -> Rest:
        from chalicelib.gateways.partner_center.rest import Rest

        return Rest(
            transport=self.transport,
            base_url=base_url,
            tokens=self._tokens,
            audience=audience,
            pause=self.pause,
        )

    @cached_property
    def _certificates(self) -> CertificateCheck:
        from chalicelib.gateways.partner_center.certificates import CertificateCheck, roots_in

        settings = self.settings.microsoft
        if settings.root_certificate:
            return CertificateCheck(
                transport=self.transport,
                hosts=settings.certificate_hosts,
                roots=roots_in(settings.root_certificate),
                schemes=frozenset({"http", "https"}),
            )
        return CertificateCheck(transport=self.transport, hosts=settings.certificate_hosts)

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

        # SES knows no idempotency key: what its client asked twice by itself might be sent twice.
        attempts = 1 if service == "sesv2" else 3
        config = Config(
            connect_timeout=1,
            read_timeout=5,
            retries={"total_max_attempts": attempts, "mode": "standard"},
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
