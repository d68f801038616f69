"""The sandbox's world around what is deployed: its rows, clock, mails and neighbors, to see and to move."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from chalicelib.domain.clock import Offset
from chalicelib.gateways.transport import HttpTransport, Transport
from chalicelib.settings import Settings
from chalicelib.storage.store import Store
from rehearsal.emulator import Emulator
from rehearsal.stack import Stack
from sandbox.aws import LocalAws
from sandbox.clock import MovableClock
from sandbox.mailbox import Mailbox
from sandbox.neighbors import Neighbors
from sandbox.world import SandboxWorld


@dataclass(frozen=True, slots=True)
class Value:
    """An attribute's value, without its type."""

    value: str


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table, as a scan gives it."""

    hash_key: Value
    range_key: Value
    attrs: Mapping[str, Value]


class ScannedTable:
    """The deployed table, read whole each time: a rehearsal's table is small."""

    ttl: Mapping[str, str] = {}

    def __init__(self, *, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def rows(self) -> Iterator[Item]:
        """Every item, in no order."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._name, ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                attrs = {name: Value(next(iter(typed.values()))) for name, typed in item.items()}
                yield Item(attrs["pk"], attrs["sk"], attrs)

    def delete_item(self, pk: Value, sk: Value) -> None:
        """Remove an item, as AWS does when its time to live is over."""
        key = {"pk": {"S": pk.value}, "sk": {"S": sk.value}}
        self._client.delete_item(TableName=self._name, Key=key)

    def clear(self) -> None:
        """Remove everything."""
        for row in list(self.rows()):
            self.delete_item(row.hash_key, row.range_key)


class DeployedAws(LocalAws):
    """What the sandbox looks at in its AWS, looked at in a deployed stack."""

    def __init__(self, *, emulator: Emulator, stack: Stack, clients: Any, secrets: dict[str, str]) -> None:
        super().__init__()
        self._emulator = emulator
        self._stack = stack
        self._scanned = ScannedTable(client=clients("dynamodb"), name=stack.resources["Table"])
        self.secrets = secrets
        self.mails_url, self.effects_url = stack.queues["MailsQueue"], stack.queues["EffectsQueue"]
        self.mail_events_url = stack.queues["MailEventsQueue"]

    @property
    def table(self) -> Any:
        """See LocalAws."""
        return self._scanned

    def arn_of(self, url: str) -> str:
        """See LocalAws: nobody receives from a queue here but the functions themselves."""
        return url

    def waiting(self, url: str) -> int:
        """How many messages a queue has, those included that a function is working on."""
        return len(self._messages().get(url.rsplit("/", 1)[-1], []))

    def under_way(self) -> int:
        """How many messages there are which a function will work on, or is."""
        return sum(len(found) for name, found in self._messages().items() if name not in self._dead)

    def dead_letters(self) -> list[Any]:
        """See LocalAws."""
        return [
            message for name, found in self._messages().items() if name in self._dead for message in found
        ]

    @property
    def _dead(self) -> set[str]:
        """What the queues of dead letters are called."""
        return {url.rsplit("/", 1)[-1] for name, url in self._stack.queues.items() if "DeadLetters" in name}

    def _messages(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for regions in self._emulator.ask("sqs/messages")["messages"].values():
            for queues in regions.values():
                found |= {url.rsplit("/", 1)[-1]: messages for url, messages in queues.items()}
        return found


class StageClock(MovableClock):
    """A clock that stands, and every function's with it."""

    def __init__(self, *, start: datetime, store: Store) -> None:
        super().__init__(start=start)
        self._store = store
        self._tell(start)

    def put(self, instant: datetime) -> None:
        """See MovableClock."""
        super().put(instant)
        self._tell(instant)

    def _tell(self, instant: datetime) -> None:
        self._store.move_clock(Offset.standing(instant, real=datetime.now(UTC)))


class DeployedWorld(SandboxWorld):
    """One life's world: the stage that is deployed, with an empty table and neighbors who know nobody."""

    def __init__(
        self,
        *,
        settings: Settings,
        aws: DeployedAws,
        store: Store,
        clients: Any,
        neighbors: Neighbors,
        clock: StageClock,
        mailbox: Mailbox,
    ) -> None:
        super().__init__(settings=settings, aws=aws, clock=clock, neighbors=neighbors)
        self._clients = clients
        self._store = store
        self._mailbox = mailbox

    @cached_property
    def store(self) -> Store:
        """See World."""
        return self._store

    @cached_property
    def transport(self) -> Transport:
        """See World."""
        return HttpTransport()

    @cached_property
    def mail(self) -> Mailbox:
        """See SandboxWorld."""
        return self._mailbox

    def client(self, service: str) -> Any:
        """See World."""
        return self._clients(service)

    def pause(self, seconds: float) -> None:
        """See World: here somebody may have to be waited for."""
        time.sleep(seconds)
