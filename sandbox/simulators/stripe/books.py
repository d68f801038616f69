"""All that the provider keeps: its objects, what it told of them, its money, and what is still to come."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import string
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from sandbox.simulators.notices import Mischief, Outbox
from sandbox.simulators.stripe.wire import API_VERSION, Call, Object, missing

WEBHOOK: Final = "/v1/webhooks/payments"
SIGNATURE_HEADER: Final = "Stripe-Signature"
EVENTS_KEPT: Final = timedelta(days=30)
PENDING: Final = timedelta(days=2)  # until what a card paid is available

# What our endpoint is subscribed to; of everything else there is an event, and no notice.
SUBSCRIBED: Final = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.canceled",
        "setup_intent.succeeded",
        "setup_intent.setup_failed",
        "charge.refunded",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.closed",
        "account.updated",
        "account.application.deauthorized",
        "transfer.created",
        "transfer.reversed",
        "payment_method.detached",
        "payment_method.automatically_updated",
    }
)

_LETTERS: Final = string.ascii_letters + string.digits
_IN_PATHS: Final = {"payment_intent": "intent", "setup_intent": "intent"}


class Clock(Protocol):
    """Whoever knows what time it is in the sandbox."""

    def now(self) -> datetime:
        """This instant, UTC."""


class Books:
    """The provider's books; whoever writes in them holds the simulator's lock."""

    def __init__(self, *, clock: Clock, webhook_secret: Callable[[], str], seed: int) -> None:
        self._clock = clock
        self._webhook_secret = webhook_secret
        self._random = random.Random(seed)
        self._kept: defaultdict[str, dict[str, Object]] = defaultdict(dict)
        self._entered = 0
        self._agenda: list[tuple[datetime, Callable[[], None]]] = []
        self._pending: list[Object] = []
        self.mischief = Mischief()
        self.outbox = Outbox(sign=self._signed, mischief=self.mischief)
        self.call: Call | None = None  # what is being answered
        self.connect_url = "https://connect.stripe.com/setup/e"

    # --- time ----------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """This instant."""
        return self._clock.now()

    def stamp(self) -> int:
        """This instant, as Stripe writes it."""
        return int(self.now().timestamp())

    def later(self, delay: timedelta, work: Callable[[], None]) -> None:
        """Have something happen by itself after a while."""
        self._agenda.append((self.now() + delay, work))

    def catch_up(self) -> None:
        """Let happen what has become due."""
        now = self.now()
        due = sorted((item for item in self._agenda if item[0] <= now), key=lambda item: item[0])
        self._agenda = [item for item in self._agenda if item[0] > now]
        for _, work in due:
            work()
        for line in [line for line in self._pending if line["available_on"] <= now.timestamp()]:
            line["status"] = "available"
            self._pending.remove(line)

    def next_at(self) -> datetime | None:
        """When something happens by itself, or is told."""
        told = self.outbox.next_at()
        return min([at for at, _ in self._agenda] + ([told] if told else []), default=None)

    # --- objects -------------------------------------------------------------------------------------

    def id(self, prefix: str, *, length: int = 24) -> str:
        """A new id, which looks as Stripe's do; the same ones for the same seed."""
        return prefix + "_" + "".join(self._random.choices(_LETTERS, k=length))

    def enter(self, thing: Object) -> Object:
        """Keep an object; its names that begin with `_` are ours, and are never shown."""
        self._entered += 1
        thing["_number"] = self._entered
        self._kept[thing["object"]][thing["id"]] = thing
        return thing

    def of(self, kind: str) -> list[Object]:
        """All objects of a kind, oldest first."""
        if kind == "event":
            oldest = self.stamp() - int(EVENTS_KEPT.total_seconds())
            self._kept[kind] = {
                key: event for key, event in self._kept[kind].items() if event["created"] >= oldest
            }
        return list(self._kept[kind].values())

    def find(self, kind: str, given: str | None) -> Object | None:
        """An object by its id."""
        return self._kept[kind].get(given) if given is not None else None

    def named(self, kind: str, given: str) -> Object:
        """The object that a path names; raises StripeError."""
        if kind == "event":
            self.of(kind)  # those that are too old are gone
        found = self.find(kind, given)
        if found is None:
            raise missing(kind, given, param=_IN_PATHS.get(kind, "id"), status=404)
        return found

    def meant(self, kind: str, given: str, *, param: str) -> Object:
        """The object that a parameter names; raises StripeError."""
        found = self.find(kind, given)
        if found is None:
            raise missing(kind, given, param=param)
        return found

    # --- what is told --------------------------------------------------------------------------------

    def tell(self, kind: str, thing: Object, *, account: str | None = None) -> None:
        """Enter an event about an object as it is now, and have the product notified if it is subscribed."""
        subscribed = kind in SUBSCRIBED
        event: Object = {
            "id": self.id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.stamp(),
            "data": {"object": shown(thing)},
            "livemode": False,
            "pending_webhooks": int(subscribed),
            "request": {
                "id": self.call.request_id if self.call else None,
                "idempotency_key": self.call.key if self.call else None,
            },
            "type": kind,
        }
        if account is not None:
            event["account"] = account
        self.enter(event)
        if subscribed:
            body = json.dumps(shown(event)).encode()
            self.outbox.put(due_at=self.now(), target=WEBHOOK, body=body)

    def _signed(self, body: bytes, at: datetime) -> dict[str, str]:
        stamp = str(int(at.timestamp()))
        secret = self._webhook_secret().partition(",")[0].strip()  # two of them during a rotation
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            SIGNATURE_HEADER: f"t={stamp},v1={digest}",
        }

    # --- money ---------------------------------------------------------------------------------------

    def move(
        self, *, amount: int, fee: int = 0, kind: str, source: str, currency: str, at_once: bool = True
    ) -> str:
        """Enter a movement of our own balance; answers the id of its line."""
        available_on = self.now() + (timedelta() if at_once else PENDING)
        line = self.enter(
            {
                "id": self.id("txn"),
                "object": "balance_transaction",
                "amount": amount,
                "available_on": int(available_on.timestamp()),
                "created": self.stamp(),
                "currency": currency,
                "description": None,
                "exchange_rate": None,
                "fee": fee,
                "fee_details": [
                    {
                        "amount": fee,
                        "application": None,
                        "currency": currency,
                        "description": "Stripe processing fees",
                        "type": "stripe_fee",
                    }
                ]
                if fee
                else [],
                "net": amount - fee,
                "reporting_category": kind,
                "source": source,
                "status": "available" if at_once else "pending",
                "type": kind,
            }
        )
        if not at_once:
            self._pending.append(line)
        return str(line["id"])

    def balance(self) -> dict[str, int]:
        """Our own balance, in cents: what is available, and what is still on its way."""
        lines = self.of("balance_transaction")
        return {
            status: sum(line["net"] for line in lines if line["status"] == status)
            for status in ("available", "pending")
        }


def shown(thing: Any) -> Any:
    """A copy of what others may see."""
    if isinstance(thing, Mapping):
        return {name: shown(value) for name, value in thing.items() if not name.startswith("_")}
    if isinstance(thing, list):
        return [shown(value) for value in thing]
    return thing


def instant(stamp: int) -> datetime:
    """The instant that Stripe has written."""
    return datetime.fromtimestamp(stamp, UTC)


def dollars(cents: int) -> str:
    """An amount as Stripe's messages have it."""
    return f"${cents // 100}.{cents % 100:02d}"
