"""The world of the sandbox: the product's own gateways, on AWS in memory and simulators of the neighbors.

`make_world` is what every test starts from. It is cheap: AWS is started once a process, and emptied between
two worlds. One world at a time: the product finds it in `wiring`, and its rows in the one table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from chalicelib import wiring
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.mail import Mail, SesMail
from chalicelib.gateways.microsoft import NoticeKind
from chalicelib.gateways.partner_center.certificates import CertificateCheck
from chalicelib.gateways.transport import Transport
from chalicelib.rulebook import Status
from chalicelib.settings import Settings
from chalicelib.storage import keys
from chalicelib.storage.codec import decode
from chalicelib.usecases.catalog import seed_prices
from chalicelib.usecases.webhooks import MICROSOFT
from chalicelib.wiring import World
from sandbox.aws import REGION, TABLE, LocalAws, local_aws
from sandbox.clock import MovableClock
from sandbox.mailbox import Mailbox
from sandbox.neighbors import Neighbors
from sandbox.simulators.microsoft import MicrosoftSimulator, NothingToAccept
from sandbox.simulators.stripe import StripeSimulator
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
    "TAXES",
    "PAYOUTS",
    "DELEGATED_ADMIN",
)
# A fresh sandbox shows everything that the product can do; taxes are left to whoever asks for them.
_DEFAULTS: Final = {"PAYOUTS": "stripe", "DELEGATED_ADMIN": "gdap"}


class SandboxWorld(World):
    """A world on this machine; its parts can be looked into, and made to fail."""

    def __init__(
        self, *, settings: Settings, aws: LocalAws, clock: MovableClock, neighbors: Neighbors
    ) -> None:
        super().__init__(settings)
        self.aws = aws
        self.neighbors = neighbors
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
    def transport(self) -> Transport:
        """See World: the lines of this machine."""
        return self.neighbors.transport

    @cached_property
    def _certificates(self) -> CertificateCheck:
        return CertificateCheck(
            transport=self.transport,
            hosts=frozenset({self.neighbors.certificate_host}),
            roots=self.neighbors.roots,
            schemes=frozenset({"http", "https"}),
        )

    def pause(self, seconds: float) -> None:
        """See World: nobody waits here."""

    @property
    def stripe(self) -> StripeSimulator:
        """Stripe, to look into and to play its part."""
        return self.neighbors.stripe

    @property
    def partner_center(self) -> MicrosoftSimulator:
        """Microsoft, to look into and to play its part."""
        return self.neighbors.microsoft

    @cached_property
    def mail(self) -> Mailbox:
        """See World: through SES, and kept."""
        return Mailbox(through=lambda: self._ses, clock=self.clock)

    def linked(self) -> list[Subscription]:
        """Every subscription that has a Microsoft account, oldest first."""
        every = self.aws.table.rows()
        rows = [row for row in every if row.range_key and row.range_key.value == keys.SUBSCRIPTION]
        subs = [decode(row.attrs["body"].value, Subscription) for row in rows]
        return sorted((sub for sub in subs if sub.account is not None), key=lambda sub: sub.id)

    def accept(self, subscription_id: str) -> bool:
        """What the client does at Microsoft: signs in and accepts; False if there is nothing to accept.

        A tenant that was submitted again may have accepted before: then the product only has to look.
        """
        sub = self.store.load(subscription_id)
        account = sub.account
        if sub.status is not Status.CONNECTING or account is None or account.tenant_id is None:
            return False
        try:
            self.partner_center.accept(account.tenant_id)
        except NothingToAccept:
            if account.agreement_accepted_at is not None:
                return False
            tenant = f"{NoticeKind.TENANT}:{account.tenant_id}"
            self.queue.look_again(neighbor=MICROSOFT, reference=tenant, request_id="sandbox")
        return True

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
    wire: bool = False,
) -> SandboxWorld:
    """A new and empty world with plans and prices, which the product finds from now on.

    With `start` its clock stands there, without it runs with the real time. With `wire` the neighbors are
    servers on the loopback interface, which whoever made the world starts and stops.
    """
    given = os.environ if environment is None else environment
    configured = {**_DEFAULTS, **{name: given[name] for name in _CONFIGURABLE if given.get(name)}}
    brand = Settings.read({**configured, "TABLE_NAME": TABLE}).brand
    aws = local_aws(sender=brand.sender)
    clock = MovableClock(start=start)
    neighbors = Neighbors(
        clock=clock,
        webhook_secret=lambda: aws.secrets["payments_webhook_secret"],
        brand=brand.name,
        wire=wire,
    )
    settings = Settings.read(
        {
            **configured,
            **neighbors.settings(),
            "STAGE": "sandbox",
            "AWS_REGION": REGION,
            "TABLE_NAME": TABLE,
            "SHARDS": str(shards),
            "MAILS_QUEUE_URL": aws.mails_url,
            "EFFECTS_QUEUE_URL": aws.effects_url,
            "KMS_KEY_ID": aws.kms_key_id,
            "SECRET_ID": aws.secret_id,
            "MICROSOFT_TOKEN_SECRET_ID": aws.token_secret_id,
            "TOKEN_ISSUER": ISSUER,
            "TOKEN_AUDIENCE": AUDIENCE,
        }
    )
    neighbors.microsoft.partner_url = settings.brand.storefront_url
    world = SandboxWorld(settings=settings, aws=aws, clock=clock, neighbors=neighbors)
    aws.seed("prices", lambda: seed_prices(world))
    wiring.use(world)
    return world
