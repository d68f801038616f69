"""AWS and Stripe on the loopback interface, for functions in processes of their own: answers come at once.

They know no more than what these functions ask first: a table with prices and with effects that wait, queues,
mail, one secret, and refunds.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

from chalicelib.domain.catalog import Price
from chalicelib.domain.effects import Effect, EffectKind, EffectState, kind_of
from chalicelib.rulebook import PLANS, BillingPeriod
from chalicelib.storage.codec import encode
from chalicelib.storage.keys import EFFECT

COUNTRY: Final = "US"
SECRETS: Final = {"stripe_secret_key": "given to the loopback interface"}

# Effects by how their ids begin.
OVER: Final = "over"  # somebody has carried it out
FORBIDDEN: Final = "forbidden"  # the table refuses it

WALK: Final = "walk#reconciliations"

Json = dict[str, Any]
Answer = tuple[int, Json]


class Refused(Exception):
    """What DynamoDB says instead of an answer."""


class Loopback(ThreadingHTTPServer):
    """Runs for as long as the `with` lasts, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, *, facts: Mapping[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.seen: list[tuple[str, Json]] = []
        self.facts = facts  # of the mails that wait: template, locale, to, and what they tell
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """A function that is ended hangs up in the middle of its question."""

    @property
    def environment(self) -> dict[str, str]:
        """What a function is told, so that it asks here."""
        return {"AWS_ENDPOINT_URL": self.url, "STRIPE_URL": self.url}

    def asked(self, operation: str) -> list[Json]:
        """What was asked of one operation."""
        return [said for name, said in self.seen if name == operation]


class _Exchange(BaseHTTPRequestHandler):
    """One request, of whichever neighbor."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or else each answer waits for the other side's acknowledgment
    wbufsize = -1
    server: Loopback

    def do_POST(self) -> None:
        """Answer by the operation: of AWS's JSON protocols, or of a path."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target")
        if target is None:
            operation, said = self.path, {"body": body.decode()}
        else:
            operation, said = target.rpartition(".")[2], json.loads(body)
        self.server.seen.append((operation, said))
        try:
            status, answer = 200, OPERATIONS[operation](self.server, said)
        except Refused as reason:
            status, answer = 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{reason}", "message": "No."}
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0" if target else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nobody reads along."""


def _query(_: Loopback, said: Json) -> Json:
    """The price table; nothing is due."""
    items = [] if "IndexName" in said or "KeyConditionExpression" not in said else _prices()
    return {"Count": len(items), "ScannedCount": len(items), "Items": items}


def _prices() -> list[Json]:
    prices = [
        Price(
            country=COUNTRY,
            currency="USD",
            plan_id=plan.id,
            billing_period=period,
            valid_from=date(2020, 1, 1),
            unit_amount=1000,
        )
        for plan in PLANS
        for period in BillingPeriod
    ]
    return [_row(f"prices#{COUNTRY}", f"price#{number}", each) for number, each in enumerate(prices)]


def _get(server: Loopback, said: Json) -> Json:
    """Effects that wait, and a walk through everybody that has come to its end; nothing else is there."""
    pk, sk = said["Key"]["pk"]["S"], said["Key"]["sk"]["S"]
    if sk == EFFECT:
        return {"Item": _effect(server, pk)}
    return {"Item": {**said["Key"], "body": {"S": '{"lists_done": 99}'}}} if pk == WALK else {}


def _update(server: Loopback, said: Json) -> Json:
    """An effect that waits, unless it is over, or nobody's business."""
    effect_id = said["Key"]["pk"]["S"]
    if FORBIDDEN in effect_id:
        raise Refused("AccessDeniedException")
    if OVER in effect_id:
        raise Refused("ConditionalCheckFailedException")
    return {"Attributes": _effect(server, effect_id)}


def _effect(server: Loopback, effect_id: str) -> Json:
    kind = kind_of(effect_id)
    effect = Effect(
        id=effect_id,
        kind=kind,
        subject="sub_1",
        data=server.facts if kind is EffectKind.MAIL else _CHARGE,
        created_at=datetime.now(UTC).replace(microsecond=0),
    )
    return {**_row(effect_id, EFFECT, effect), "attempts": {"N": "1"}, "state": {"S": EffectState.OPEN}}


def _row(pk: str, sk: str, document: object) -> Json:
    return {"pk": {"S": pk}, "sk": {"S": sk}, "schema": {"N": "1"}, "body": {"S": encode(document)}}


_CHARGE: Final = {"charge_id": "ch_1", "amount": 1000, "currency": "USD"}

OPERATIONS: Final[Mapping[str, Callable[[Loopback, Json], Json]]] = {
    "Query": _query,
    "GetItem": _get,
    "UpdateItem": _update,
    "PutItem": lambda *_: {},
    "SendMessageBatch": lambda _, said: {
        "Successful": [{"Id": each["Id"], "MessageId": each["Id"]} for each in said["Entries"]]
    },
    "GetSecretValue": lambda *_: {"SecretString": json.dumps(SECRETS)},
    "/v2/email/outbound-emails": lambda *_: {"MessageId": "0100018c-loopback"},
    "/v1/refunds": lambda *_: {"id": "re_1", "object": "refund", "status": "succeeded"},
}
