"""What the functions use of AWS, counted where it leaves them: calls, request units, bytes, metrics."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final
from urllib.parse import urlsplit

from moto.dynamodb.models.dynamo_type import DynamoType

from chalicelib.gateways.transport import Reply, Transport
from chalicelib.observability import SERVICE, log
from sandbox.aws import LocalAws
from sandbox.exchange import Request, Response
from sandbox.front import Front
from tools.costs.units import ITEM_OVERHEAD, Attributes, Index, read_units, size_of, write_units

# What a call is for the time that it takes.
KINDS: Final = {
    "GetItem": "read",
    "BatchGetItem": "read",
    "Query": "read",
    "TransactWriteItems": "transaction",
}


Tally = defaultdict[str, float]


def _tally(values: Mapping[str, float] | None = None) -> Tally:
    return defaultdict(float, values or {})


@dataclass(slots=True, kw_only=True)
class Usage:
    """What was used: `calls` by function and kind, `metrics` by name and dimensions, the rest by its name."""

    calls: Tally = field(default_factory=_tally)
    amounts: Tally = field(default_factory=_tally)
    metrics: Tally = field(default_factory=_tally)

    def plus(self, other: Usage, *, times: float = 1) -> Usage:
        """Both together, the other one so many times."""
        return Usage(
            calls=_sum(self.calls, other.calls, times),
            amounts=_sum(self.amounts, other.amounts, times),
            metrics=_sum(self.metrics, other.metrics, times),
        )

    def shown(self) -> dict[str, dict[str, float]]:
        """As JSON, without what comes to nothing."""
        return {name: _shown(getattr(self, name)) for name in ("calls", "amounts", "metrics")}

    @classmethod
    def read(cls, shown: Mapping[str, Mapping[str, float]]) -> Usage:
        """The reverse of `shown`."""
        return cls(**{name: _tally(values) for name, values in shown.items()})


def _sum(one: Tally, other: Tally, times: float) -> Tally:
    return _tally({name: one.get(name, 0) + times * other.get(name, 0) for name in {*one, *other}})


def _shown(tally: Tally) -> dict[str, float]:
    rounded = {name: round(value, 3) for name, value in sorted(tally.items())}
    return {name: int(value) if value == int(value) else value for name, value in rounded.items() if value}


class Meter:
    """Counts what the functions do from now on; what nobody's function does is not counted."""

    def __init__(self, *, aws: LocalAws, indexes: list[Index]) -> None:
        self.usage = Usage()
        self._aws = aws
        self._indexes = indexes
        self._running: str | None = None
        self._before: list[tuple[Any, Attributes | None]] = []
        self._asked: Mapping[str, Any] = {}
        self._heard = ExitStack()

    @contextmanager
    def counting(self) -> Iterator[Usage]:
        """What is used within, and nothing of before."""
        outer, self.usage = self.usage, Usage()
        stored = self._stored()
        try:
            yield self.usage
        finally:
            self.usage.amounts["stored bytes"] += self._stored() - stored
            self.usage = outer

    @contextmanager
    def running(self, function: str) -> Iterator[None]:
        """One invocation of a function."""
        printed, lines = StringIO(), StringIO()
        handler = logging.StreamHandler(lines)
        handler.setFormatter(log.registered_formatter)
        logger = logging.getLogger(SERVICE)
        logger.addHandler(handler)
        self._running = function
        self.called("runs")
        try:
            with redirect_stdout(printed):
                yield
        finally:
            self._running = None
            logger.removeHandler(handler)
            self._read_output(printed.getvalue(), lines.getvalue())

    def listen(self, client: Any) -> None:
        """Count a client's calls too."""
        service = client.meta.service_model.service_id.hyphenize()
        for event, heard in (
            (f"provide-client-params.{service}.*", self._about_to),
            (f"after-call.{service}.*", self._done),
        ):
            client.meta.events.register(event, heard)
            self._heard.callback(client.meta.events.unregister, event, heard)

    def stop(self) -> None:
        """Count nothing any more: clients outlive whoever listens to them."""
        self._heard.close()

    def handler(self, function: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        """The handler of a function; its runs are counted."""

        def counted(*given: Any) -> Any:
            with self.running(function):
                return handler(*given)

        return counted

    def called(self, kind: str) -> None:
        """The function that runs has called somebody."""
        self.usage.calls[f"{self._running}: {kind}"] += 1

    # --- inside --------------------------------------------------------------------------------------

    def _amount(self, name: str, amount: float) -> None:
        self.usage.amounts[name] += amount

    def _about_to(self, *, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._running is None:
            return
        service = model.service_model.service_name
        if service == "dynamodb":
            self.called(f"dynamodb {KINDS.get(model.name, 'write')}")
            self._asked = params
            self._before = [(key, self._row(key)) for key in _written(model.name, params)]
        else:
            self.called(service)

    def _done(self, *, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if self._running is None or model.service_model.service_name != "dynamodb":
            return
        # In a transaction everything costs twice. Whether indexes do is not said: this is the dearer reading.
        factor = 2 if model.name.startswith("Transact") else 1
        for key, before in self._before:
            self._amount("write units", factor * write_units(before, self._row(key), self._indexes))
        self._before = []
        self._amount("read units", read_units(model.name, self._asked, parsed))

    def _row(self, key: Mapping[str, Any]) -> Attributes | None:
        partition = self._aws.table.items.get(DynamoType(key["pk"]), {})
        item = partition.get(DynamoType(key["sk"]))
        return _plain(item) if item is not None else None

    def _stored(self) -> int:
        total = 0
        for row in self._aws.table.rows():
            item = _plain(row)
            held = [item, *(part for index in self._indexes if (part := index.of(item)) is not None)]
            total += sum(size_of(each) + ITEM_OVERHEAD for each in held)
        return total

    def _read_output(self, printed: str, lines: str) -> None:
        self._amount("log bytes", len(printed.encode()) + len(lines.encode()))
        for line in printed.splitlines():
            said = json.loads(line) if line.startswith("{") else {}
            for directive in said.get("_aws", {}).get("CloudWatchMetrics", []):
                (dimensions,) = directive["Dimensions"]
                values = ",".join(f"{name}={said[name]}" for name in sorted(dimensions))
                self.usage.metrics[f"{directive['Metrics'][0]['Name']}{{{values}}}"] += 1


def _plain(item: Any) -> Attributes:
    return {name: {value.type: value.value} for name, value in item.attrs.items()}


def _written(operation: str, params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The keys of the rows that a call writes, or in a transaction only looks at, which costs the same."""
    if operation == "TransactWriteItems":
        return [_key(said) for each in params["TransactItems"] for said in each.values()]
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        return [_key(params)]
    if operation not in KINDS:
        raise ValueError(f"nobody knows what {operation} costs")
    return []


def _key(said: Mapping[str, Any]) -> Mapping[str, Any]:
    given = said["Key"] if "Key" in said else said["Item"]
    return {"pk": given["pk"], "sk": given["sk"]}


class MeteredFront(Front):
    """API Gateway, whose answers are counted."""

    def __init__(self, front: Front, *, meter: Meter) -> None:
        self.__dict__.update(front.__dict__)
        self._meter = meter

    def answer(self, request: Request) -> Response:
        """See Front."""
        with self._meter.running("api_handler"):
            response = super().answer(request)
        self._meter.usage.amounts["answers"] += 1
        headers = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
        self._meter.usage.amounts["answered bytes"] += len(response.body) + headers
        return response


class MeteredTransport:
    """The lines to the neighbors, whose requests are counted."""

    def __init__(self, transport: Transport, *, meter: Meter) -> None:
        self._transport = transport
        self._meter = meter

    def send(
        self, *, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
    ) -> Reply:
        """See Transport."""
        self._meter.called(str(urlsplit(url).hostname).partition(".")[0])
        said = len(url) + sum(len(name) + len(value) + 4 for name, value in headers.items())
        self._meter.usage.amounts["sent bytes"] += said + len(body or b"")
        return self._transport.send(method=method, url=url, headers=headers, body=body, seconds=seconds)
