"""The neighbors of the sandbox: simulators of Stripe and Microsoft, the lines to them, and their trouble.

The product reaches them as it reaches the real ones, over HTTP. With `wire` they are servers of their own on
the loopback interface; without, a request is handed over in this process, which is quicker for tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from cryptography.x509 import Certificate

from chalicelib.gateways.partner_center.certificates import roots_in
from chalicelib.gateways.transport import HttpTransport, Transport
from sandbox.clock import MovableClock
from sandbox.simulators import microsoft as microsoft_simulator, stripe as stripe_simulator
from sandbox.simulators.faults import Faults, Faulty
from sandbox.simulators.microsoft import MicrosoftSimulator
from sandbox.simulators.serving import DirectTransport, LoopbackServer, Simulator
from sandbox.simulators.stripe import StripeSimulator

PAYMENTS: Final = "payments"
MICROSOFT: Final = "microsoft"


class Neighbors:
    """Both simulators, each with the trouble that is planned for it."""

    def __init__(
        self, *, clock: MovableClock, webhook_secret: Callable[[], str], brand: str, wire: bool
    ) -> None:
        self.stripe = StripeSimulator(clock=clock, webhook_secret=webhook_secret)
        self.microsoft = MicrosoftSimulator(clock=clock)
        self.microsoft.partner_name = brand
        self.faults: Mapping[str, Faults] = {PAYMENTS: Faults(), MICROSOFT: Faults()}
        self.doors: Mapping[str, Simulator] = {
            PAYMENTS: Faulty(self.stripe, self.faults[PAYMENTS], shape=stripe_simulator.error_shape),
            MICROSOFT: Faulty(self.microsoft, self.faults[MICROSOFT], shape=self.microsoft.error_shape),
        }
        self._servers: list[LoopbackServer] = []
        self.transport: Transport
        if wire:
            servers = {name: LoopbackServer(door) for name, door in self.doors.items()}
            self._servers = list(servers.values())
            self.transport = HttpTransport()
            self.live_at({name: server.url for name, server in servers.items()})
        else:
            self.live_at({name: f"https://{name}.simulator" for name in self.doors})
            self.transport = DirectTransport({self.urls[name]: door for name, door in self.doors.items()})

    def live_at(self, urls: Mapping[str, str]) -> None:
        """Have these addresses, and name them in the links that people follow."""
        self.urls = dict(urls)
        self.microsoft.public_url = self.urls[MICROSOFT]
        self.stripe.connect_url = f"{self.urls[PAYMENTS]}/connect"

    @property
    def certificate_host(self) -> str:
        """From where the certificates of Microsoft's notices come."""
        return urlsplit(self.urls[MICROSOFT]).netloc

    def roots(self) -> list[Certificate]:
        """Whom these certificates are to lead back to."""
        return roots_in(self.microsoft.root_certificate)()

    def settings(self) -> dict[str, str]:
        """Where the product finds them, and as whom: what a deployment has in its environment."""
        microsoft = self.urls[MICROSOFT]
        return {
            "STRIPE_URL": self.urls[PAYMENTS],
            "PARTNER_CENTER_URL": f"{microsoft}/partnercenter",
            "MICROSOFT_PRICES_URL": f"{microsoft}/prices",
            "MICROSOFT_GRAPH_URL": f"{microsoft}/graph",
            "MICROSOFT_LOGIN_URL": f"{microsoft}/login",
            "MICROSOFT_ADMIN_URL": f"{microsoft}/admin",
            "MICROSOFT_TENANT_ID": microsoft_simulator.PARTNER_TENANT,
            "MICROSOFT_CLIENT_ID": microsoft_simulator.CLIENT_ID,
        }

    def start(self) -> None:
        """Listen, where they are servers."""
        for server in self._servers:
            server.start()

    def stop(self) -> None:
        """Stop listening."""
        for server in self._servers:
            server.stop()
