"""A deployed stage, dressed as a sandbox: the same routes, so that the same lives can be lived in it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

from botocore.config import Config
from botocore.session import get_session

from chalicelib import wiring
from chalicelib.settings import Settings
from chalicelib.storage.store import Store
from chalicelib.usecases.catalog import seed_prices
from rehearsal.emulator import REGION, Emulator
from rehearsal.post_office import PostOffice
from rehearsal.runtime import DeployedRuntime, Gateway
from rehearsal.stack import Stack
from rehearsal.world import DeployedAws, DeployedWorld, StageClock
from sandbox.exchange import Request, Response
from sandbox.lines import POLL_SECONDS
from sandbox.neighbors import Neighbors
from sandbox.routes import SandboxRoutes
from sandbox.server import listen
from sandbox.simulators.microsoft import CLIENT_SECRET, FIRST_REFRESH_TOKEN
from sandbox.simulators.microsoft.certificates import signer
from sandbox.simulators.serving import LoopbackServer, Simulator
from sandbox.simulators.stripe import SECRET_KEY
from sandbox.tokens import AUDIENCE, ISSUER, Tokens

WEBHOOK_SECRET: Final = "whsec_rehearsal"  # noqa: S105  (opens a simulator)
NEIGHBORS: Final = ("payments", "microsoft")
JWKS: Final = "/jwks.json"


class Door:
    """An address at which somebody else may live in each life."""

    def __init__(self) -> None:
        self.behind: Simulator | None = None

    def answer(self, request: Request) -> Response:
        """See Simulator."""
        if self.behind is None:
            return Response(status=503)
        return self.behind.answer(request)


class SignIn:
    """Whoever signs people in: the public keys, where the API looks for them."""

    def answer(self, request: Request) -> Response:
        """See Simulator."""
        if request.path != JWKS:
            return Response(status=404)
        keys = Tokens(clock=_Now()).jwks()
        return Response(
            status=200, headers={"Content-Type": "application/json"}, body=json.dumps(keys).encode()
        )


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Surroundings:
    """Everything that the deployed product reaches outside of its account, on the loopback interface."""

    def __init__(self, *, emulator: Emulator) -> None:
        self.doors = {name: Door() for name in NEIGHBORS}
        self.post_office = PostOffice(ses=emulator.url)
        self._servers = {
            **{name: LoopbackServer(door) for name, door in self.doors.items()},
            "ses": LoopbackServer(self.post_office),
            "sign_in": LoopbackServer(SignIn()),
        }

    @property
    def urls(self) -> dict[str, str]:
        """Where the neighbors are."""
        return {name: self._servers[name].url for name in NEIGHBORS}

    def settings(self) -> dict[str, str]:
        """What the functions are told in their environment."""
        told = Neighbors(clock=_still(), webhook_secret=lambda: WEBHOOK_SECRET, brand="", wire=False)
        told.live_at(self.urls)
        return {
            **told.settings(),
            "MICROSOFT_CERTIFICATE_HOSTS": told.certificate_host,
            "MICROSOFT_ROOT_CERTIFICATE": signer().root.decode(),
            "AWS_ENDPOINT_URL_SESV2": self._servers["ses"].url,
            "JWKS_URL": self._servers["sign_in"].url + JWKS,
            "TOKEN_ISSUER": ISSUER,
            "TOKEN_AUDIENCE": AUDIENCE,
            "PAYOUTS": "stripe",
            "DELEGATED_ADMIN": "gdap",
        }

    def __enter__(self) -> Self:
        for server in self._servers.values():
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.stop()


class Stage:
    """What was deployed, once for all lives."""

    def __init__(self, *, emulator: Emulator, surroundings: Surroundings, name: str) -> None:
        self.emulator = emulator
        self.surroundings = surroundings
        self.stack = Stack.read(self.client, name)
        self.settings = Settings.read({**self.stack.environment(self.client), "AWS_REGION": REGION})
        self.store = Store(
            table_name=self.settings.table, region=self.settings.region, shards=self.settings.shards
        )
        self.secrets = self._fill_secrets()
        self._verify_sender()
        # Its clock is the real one, and lives are lived in other years: see DeployedAws.remove_expired.
        self.client("dynamodb").update_time_to_live(
            TableName=self.settings.table,
            TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": False},
        )
        self.url = f"{emulator.url}/restapis/{self.stack.outputs['RestAPIId']}/api/_user_request_"

    @staticmethod
    @cache
    def client(service: str) -> Any:
        """A client of the account, as whoever deploys."""
        config = Config(max_pool_connections=64, read_timeout=120, retries={"total_max_attempts": 1})
        return get_session().create_client(service, region_name=REGION, config=config)

    def fresh(self, *, start: datetime) -> DeployedWorld:
        """An empty table, empty queues and new neighbors, at an instant.

        The functions go on with what they have in memory, as on AWS: secrets that have not changed, prices
        of another minute, and access to a Microsoft that does not know it, which is why they ask for it anew.
        """
        aws = DeployedAws(emulator=self.emulator, stack=self.stack, clients=self.client, secrets=self.secrets)
        aws.table.clear()
        for url in self.stack.queues.values():
            self.client("sqs").purge_queue(QueueUrl=url)
        self.client("secretsmanager").put_secret_value(
            SecretId=self.settings.microsoft.token_secret_id, SecretString=FIRST_REFRESH_TOKEN
        )
        clock = StageClock(start=start, store=self.store)
        neighbors = Neighbors(
            clock=clock,
            webhook_secret=lambda: WEBHOOK_SECRET,
            brand=self.settings.brand.name,
            wire=False,
        )
        neighbors.live_at(self.surroundings.urls)
        for name, door in self.surroundings.doors.items():
            door.behind = neighbors.doors[name]
        world = DeployedWorld(
            settings=self.settings,
            aws=aws,
            store=self.store,
            clients=self.client,
            neighbors=neighbors,
            clock=clock,
            mailbox=self.surroundings.post_office.open(clock=clock),
        )
        seed_prices(world)
        return world

    def _verify_sender(self) -> None:
        """What an operator does where the domain is no matter of the stack's."""
        _, address = parseaddr(self.settings.brand.sender)
        self.client("sesv2").create_email_identity(EmailIdentity=address.partition("@")[2])

    def _fill_secrets(self) -> dict[str, str]:
        """What an operator does once after the first deployment."""
        vault = self.client("secretsmanager")
        kept: dict[str, str] = json.loads(
            vault.get_secret_value(SecretId=self.settings.secret_id)["SecretString"]
        )
        kept |= {
            "stripe_secret_key": SECRET_KEY,
            "payments_webhook_secret": WEBHOOK_SECRET,
            "microsoft_client_secret": CLIENT_SECRET,
        }
        vault.put_secret_value(SecretId=self.settings.secret_id, SecretString=json.dumps(kept))
        return kept


class DeployedSandbox:
    """One life in a stage; as `sandbox.server.Sandbox`."""

    def __init__(self, stage: Stage, *, start: datetime) -> None:
        from app import app

        self.world = stage.fresh(start=start)
        wiring.use(self.world)
        self.runtime = DeployedRuntime(
            world=self.world, app=app, stack=stage.stack, gateway=Gateway(stage.url)
        )
        self._server = listen(0)
        self.port, self.url = self._server.server_port, self._server.url
        self._server.routes = SandboxRoutes(world=self.world, runtime=self.runtime)
        self._server.runtime = self.runtime
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="stage-http", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        wiring.use(None)


def _still() -> Any:
    from sandbox.clock import MovableClock

    return MovableClock(start=datetime.now(UTC))
