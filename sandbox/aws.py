"""AWS on this machine: moto in this process, with the product's table, queues, key, secret and sender.

moto is not made for this: it answers concurrent calls without isolation, copies whole tables for a
transaction and sorts whole tables for a query. So every call is made under one lock,
and the table is replaced by one that looks only at what a call concerns. Nothing leaves the process.
"""

from __future__ import annotations

import copy
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

# moto must be imported before any AWS client is made, and reads this variable when it is: a moto server that
# the user runs for something else is none of ours.
for _name in ("TEST_SERVER_MODE", "TEST_PROXY_MODE", "MOTO_CALL_RESET_API"):
    os.environ.pop(_name, None)

import moto.dynamodb.urls as moto_urls  # noqa: E402
from botocore import UNSIGNED  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.core import responses, serialize  # noqa: E402
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber  # noqa: E402
from moto.core.request import normalize_request  # noqa: E402
from moto.core.utils import method_names_from_class  # noqa: E402
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends  # noqa: E402
from moto.dynamodb.models.dynamo_type import DynamoType, Item  # noqa: E402
from moto.dynamodb.models.table import Table  # noqa: E402
from moto.ses.models import ses_backends  # noqa: E402
from moto.sqs.models import Message, Queue, sqs_backends  # noqa: E402
from werkzeug.exceptions import HTTPException  # noqa: E402

from chalicelib.storage.tables import Row, bind  # noqa: E402
from sandbox.simulators.microsoft import CLIENT_SECRET, FIRST_REFRESH_TOKEN  # noqa: E402
from sandbox.simulators.stripe import SECRET_KEY  # noqa: E402

REGION: Final = "us-east-1"
ACCOUNT: Final = DEFAULT_ACCOUNT_ID
TABLE: Final = "seatwise-sandbox"
MAILS, EFFECTS = "seatwise-sandbox-mails", "seatwise-sandbox-effects"
MAIL_EVENTS: Final = "seatwise-sandbox-mail-events"
FUNCTION_TIMEOUT_SECONDS: Final = 120
VISIBILITY_SECONDS: Final = 6 * FUNCTION_TIMEOUT_SECONDS  # AWS: six times the function's time-out
MAX_RECEIVES: Final = 5

_METHOD_NAMES: Final = cache(method_names_from_class)  # moto looks for them at each call

_ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "sandbox",
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
}


class NothingLeaves(ConnectionError):
    """Something wanted to reach an address that is not simulated here."""


class QuickTable(Table):
    """moto's table, which looks at one partition instead of sorting the whole table for each query."""

    _candidates: list[Item] | None = None

    def query(self, hash_key: DynamoType | None, *args: Any, **kwargs: Any) -> Any:
        """See moto; it filters and sorts what `all_items` gives, so it is given only the partition."""
        index_name = kwargs.get("index_name") or (args[6] if len(args) > 6 else None)  # noqa: PLR2004
        self._candidates = self._partition(hash_key, index_name, kwargs.get("hash_key_conditions"))
        try:
            return super().query(hash_key, *args, **kwargs)
        finally:
            self._candidates = None

    def all_items(self) -> list[Item]:
        """See moto; during a query, the items of its partition, which it sorts itself."""
        return super().all_items() if self._candidates is None else self._candidates

    def rows(self) -> Iterator[Item]:
        """Every item, in no order."""
        for partition in self.items.values():
            yield from partition.values()

    def __deepcopy__(self, memo: dict[int, Any]) -> QuickTable:
        """Itself: moto copies the whole table before a transaction; QuickBackend keeps what it touches."""
        return self

    def _partition(
        self,
        hash_key: DynamoType | None,
        index_name: str | None,
        conditions: list[tuple[str, DynamoType]] | None,
    ) -> list[Item]:
        if index_name is None:
            return list(self.items[hash_key].values()) if hash_key in self.items else []
        if not conditions:
            return list(self.rows())
        name, wanted = conditions[0]
        return [
            item
            for item in self.rows()
            if (found := item.attrs.get(name)) is not None and found.value == wanted.value
        ]


class QuickBackend(DynamoDBBackend):
    """moto's DynamoDB, which keeps what a transaction touches, and no more, and puts it back if it fails."""

    @property
    def _url_module(self) -> Any:
        """See moto, which derives it from the name of the class's module."""
        return moto_urls

    def create_table(self, *args: Any, **kwargs: Any) -> Table:
        """See moto."""
        table = super().create_table(*args, **kwargs)
        table.__class__ = QuickTable  # type: ignore[type-abstract]  # its types are mistaken
        return table

    def transact_write_items(self, transact_items: list[dict[str, Any]]) -> None:
        """See moto; whole or not at all."""
        before = [self._kept(next(iter(each.items()))) for each in transact_items]
        try:
            super().transact_write_items(transact_items)
        except BaseException:
            for kept in before:
                if kept is not None:
                    kept.put_back()
            raise

    def _kept(self, operation: tuple[str, dict[str, Any]]) -> _Kept | None:
        _, written = operation
        table = self.tables.get(written.get("TableName", ""))
        key = written.get("Key") or written.get("Item") or {}
        if not isinstance(table, QuickTable) or not set(table.table_key_attrs) <= set(key):
            return None  # moto refuses it before anything is written
        partition, place = DynamoType(key[table.hash_key_attr]), DynamoType(key[str(table.range_key_attr)])
        found = table.items[partition].get(place) if partition in table.items else None
        return _Kept(table, partition, place, copy.deepcopy(found))


class QuickSerializer(serialize.JSONSerializer):
    """moto's way from an answer to JSON, which looks for ten kinds of value in each attribute of a row."""

    def _serialize_type_structure(self, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and key and isinstance(value, dict) and value.keys() <= {"S", "N"}:
            serialized[key] = dict(value)
        else:
            super()._serialize_type_structure(serialized, value, shape, key)


@dataclass(frozen=True, slots=True)
class _Kept:
    """One item as it was before a transaction."""

    table: QuickTable
    partition: DynamoType
    place: DynamoType
    item: Item | None

    def put_back(self) -> None:
        if self.item is not None:
            self.table.items[self.partition][self.place] = self.item
        elif self.partition in self.table.items:
            self.table.items[self.partition].pop(self.place, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wakes:
    """What one sweep would find: the rows (key and `due_at`) that are due, and when the next one will be."""

    due: frozenset[tuple[str, str, str]]
    following: str | None


class LocalAws:
    """The one AWS of this process; every call to it is made under `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._mock = mock_aws(config={"core": {"mock_credentials": False, "reset_boto3_session": False}})
        self._handlers: dict[str, Callable[..., Any]] = {}
        self._environment: dict[str, str | None] = {}
        self._clients: dict[str, Any] = {}
        self._seeds: dict[str, list[Item]] = {}
        self._vault: Any = None  # Secrets Manager
        self.mails_url = self.effects_url = self.mail_events_url = ""
        self.kms_key_id = self.secret_id = self.token_secret_id = ""
        self.secrets: dict[str, str] = {}

    # --- start and stop ------------------------------------------------------------------------------

    def start(self, *, sender: str) -> None:
        """Start AWS, with everything that the product's infrastructure has, and an empty table."""
        self._enter_environment()
        self._mock.start()
        botocore_stubber.process_request = self._answer  # type: ignore[method-assign]
        serialize.SERVICE_SPECIFIC_SERIALIZERS["dynamodb"] = {"json": QuickSerializer}
        vars(responses)["method_names_from_class"] = _METHOD_NAMES
        with self.lock:
            dynamodb_backends[ACCOUNT][REGION].__class__ = QuickBackend
            Row._connection = None  # noqa: SLF001  (a client of an environment that is gone)
            connection = bind(table_name=TABLE, region=REGION)
            connection.client.meta.events.register("choose-signer", lambda **_: UNSIGNED)  # nobody checks
            Row.create_table(wait=True)
            self.mails_url, self.effects_url = self._queue(MAILS), self._queue(EFFECTS)
            self.mail_events_url = self._queue(MAIL_EVENTS)
            self.kms_key_id = self._client("kms").create_key(Description="admin credentials")["KeyMetadata"][
                "KeyId"
            ]
            self.secrets = {
                "quote_signing_key": secrets.token_urlsafe(32),
                "payments_webhook_secret": secrets.token_urlsafe(32),
                "stripe_secret_key": SECRET_KEY,
                "microsoft_client_secret": CLIENT_SECRET,
            }
            self._vault = self._client("secretsmanager")
            made = self._vault.create_secret(Name="seatwise-sandbox", SecretString=json.dumps(self.secrets))
            self.secret_id = made["ARN"]
            made = self._vault.create_secret(
                Name="seatwise-sandbox-microsoft-token", SecretString=FIRST_REFRESH_TOKEN
            )
            self.token_secret_id = made["ARN"]
            self._client("sesv2").create_email_identity(EmailIdentity=sender.rsplit("<", 1)[-1].rstrip(">"))

    def stop(self) -> None:
        """Stop AWS, and give the environment back as it was."""
        del botocore_stubber.process_request
        del serialize.SERVICE_SPECIFIC_SERIALIZERS["dynamodb"]
        vars(responses)["method_names_from_class"] = method_names_from_class
        self._mock.stop()
        self._handlers.clear()
        self._clients.clear()
        self._seeds.clear()
        Row._connection = None  # noqa: SLF001  (as in `start`)
        for name, value in self._environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def empty(self) -> None:
        """Remove all rows, messages and mails; what `start` made stays."""
        with self.lock:
            self.table.items.clear()
            for queue in (*self._queues(), *(queue.dead_letter_queue for queue in self._queues())):
                if queue is not None:
                    queue._messages.clear()  # noqa: SLF001  (purging is refused twice a minute)
                    queue.pending_messages.clear()
                    queue.deleted_messages.clear()
            ses_backends[ACCOUNT][REGION].sent_messages.clear()
            self._vault.put_secret_value(SecretId=self.token_secret_id, SecretString=FIRST_REFRESH_TOKEN)

    def seed(self, name: str, write: Callable[[], object]) -> None:
        """Put rows into the empty table: written by `write` the first time, and copied from then on."""
        with self.lock:
            if name not in self._seeds:
                write()
                self._seeds[name] = copy.deepcopy(list(self.table.rows()))
                return
            for item in copy.deepcopy(self._seeds[name]):
                self.table.items[item.hash_key][item.range_key] = item

    def client(self, service: str, *, make: Callable[[str], Any]) -> Any:
        """A client of a service, made once."""
        with self.lock:
            if service not in self._clients:
                self._clients[service] = make(service)
            return self._clients[service]

    # --- a look inside, which costs no call ----------------------------------------------------------

    @property
    def table(self) -> QuickTable:
        """The table itself."""
        table = dynamodb_backends[ACCOUNT][REGION].tables[TABLE]
        if not isinstance(table, QuickTable):
            raise TypeError("the table was not made here")
        return table

    def wakes(self, *, at: str) -> dict[str, Wakes]:
        """Whom time concerns, by sweep: what is due at an instant, and when something will be next."""
        due: dict[str, set[tuple[str, str, str]]] = {}
        following: dict[str, str] = {}
        with self.lock:
            for row in self.table.rows():
                wake, due_at = row.attrs.get("wake"), row.attrs.get("due_at")
                if wake is None or due_at is None:
                    continue
                sweep, instant = wake.value.partition("#")[0], due_at.value
                if instant <= at:
                    due.setdefault(sweep, set()).add((row.attrs["pk"].value, row.attrs["sk"].value, instant))
                elif sweep not in following or instant < following[sweep]:
                    following[sweep] = instant
        return {
            sweep: Wakes(due=frozenset(due.get(sweep, ())), following=following.get(sweep))
            for sweep in due.keys() | following.keys()
        }

    def remove_expired(self, now: datetime) -> int:
        """Remove the rows whose time to live is over, as AWS does; answers how many."""
        name, second = str(self.table.ttl.get("AttributeName", "expires_at")), int(now.timestamp())
        with self.lock:
            expired = [
                row
                for row in self.table.rows()
                if (ttl := row.attrs.get(name)) is not None and int(ttl.value) < second
            ]
            for row in expired:
                self.table.delete_item(row.hash_key, row.range_key)
        return len(expired)

    def waiting(self, url: str) -> int:
        """How many messages could be received from a queue now."""
        with self.lock:
            return len(self._named(url).messages)

    def arn_of(self, url: str) -> str:
        """The name of a queue."""
        return str(self._named(url).queue_arn)

    def release(self, url: str, message_id: str) -> None:
        """Make a message that failed visible again, because its visibility time-out is over."""
        with self.lock:
            for message in self._named(url)._messages:  # noqa: SLF001  (by id: its receipt is gone)
                if message.id == message_id:
                    message.change_visibility(0)

    def dead_letters(self) -> list[Message]:
        """What ended in the dead-letter queues."""
        with self.lock:
            return [
                message
                for queue in self._queues()
                if queue.dead_letter_queue is not None
                for message in queue.dead_letter_queue._messages  # noqa: SLF001  (also those being looked at)
            ]

    # --- inside --------------------------------------------------------------------------------------

    def _answer(self, request: Any) -> Any:
        """Answer a call of botocore: as moto does, but one at a time, and with the way to a handler kept."""
        url = request.url.partition("?")[0]
        with self.lock:
            handler = self._handlers.get(url)
            if handler is None:
                handler = self._handlers[url] = _find_handler(url)
            normalized = normalize_request(request)
            try:
                return handler(normalized, normalized.raw_url, normalized.headers)
            except HTTPException as error:
                return error.code, error.get_headers(), error.get_body()

    def _enter_environment(self) -> None:
        """Hide the user's own AWS settings from every client that is made here."""
        ours = {name for name in os.environ if name.startswith("AWS_")} | set(_ENVIRONMENT)
        self._environment = {name: os.environ.get(name) for name in ours}
        for name in ours:
            os.environ.pop(name, None)
        os.environ.update(_ENVIRONMENT)

    def _queue(self, name: str) -> str:
        sqs = self._client("sqs")
        dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVES})
        made = sqs.create_queue(
            QueueName=name,
            Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": redrive},
        )
        return str(made["QueueUrl"])

    def _client(self, service: str) -> Any:
        from botocore.session import get_session

        return get_session().create_client(service, region_name=REGION)

    def _queues(self) -> list[Queue]:
        return [self._named(url) for url in (self.mails_url, self.effects_url, self.mail_events_url)]

    def _named(self, url: str) -> Queue:
        return sqs_backends[ACCOUNT][REGION].queues[url.rsplit("/", 1)[-1]]


def _find_handler(url: str) -> Callable[..., Any]:
    """The function of moto that answers a URL; found as moto finds it, which is too slow to do each time."""
    import re

    from moto import backend_index, backends

    for service, pattern in backend_index.backend_url_patterns:
        if pattern.match(url):
            regional = backends.get_backend(service)[ACCOUNT]  # type: ignore[call-overload]
            backend = regional[REGION if REGION in regional else "aws"]
            for path, handler in backend.urls.items():
                if re.match(path, url):
                    found: Callable[..., Any] = handler
                    return found
    raise NothingLeaves(f"{url} is not simulated in the sandbox, and nothing leaves this machine.")


class _Process:
    aws: LocalAws | None = None
    lock: Final = threading.Lock()


def local_aws(*, sender: str) -> LocalAws:
    """The AWS of this process, started on first use and empty afterwards on each."""
    with _Process.lock:
        if _Process.aws is None:
            started = LocalAws()
            started.start(sender=sender)
            _Process.aws = started
        else:
            _Process.aws.empty()
        return _Process.aws
