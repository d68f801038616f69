"""Stripe's simulator, asked over its own HTTP without a line between, by somebody who may do everything."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from sandbox.clock import MovableClock
from sandbox.exchange import Request, Response
from sandbox.simulators.serving import Simulator
from sandbox.simulators.stripe import API_VERSION, SECRET_KEY, StripeSimulator

BEGIN: Final = datetime(2024, 1, 31, 10, 0, tzinfo=UTC)
SECRET: Final = "whsec_of_the_tests"
ADDRESS: Final = {"line1": "1 Main St", "city": "Seattle", "postal_code": "98101", "country": "US"}
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.response.headers)

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.response.body)

    @property
    def error(self) -> dict[str, Any]:
        return self.body["error"]

    @property
    def code(self) -> str | None:
        return self.error.get("code")

    def __getitem__(self, name: str) -> Any:
        assert self.status == 200, self.response.body
        return self.body[name]


@dataclass
class Simulated:
    """A simulator with its clock; `get` and `post` ask it as the product would."""

    clock: MovableClock = field(default_factory=lambda: MovableClock(start=BEGIN))
    seed: int = 0

    def __post_init__(self) -> None:
        self.stripe = StripeSimulator(clock=self.clock, webhook_secret=lambda: SECRET, seed=self.seed)
        self.door: Simulator = self.stripe

    def get(self, path: str, **params: Any) -> Answer:
        target = f"{path}?{urlencode(fields(params))}" if params else path
        return self.ask("GET", target)

    def post(self, path: str, *, key: str | None = None, **params: Any) -> Answer:
        headers = {"Content-Type": FORM, **({"Idempotency-Key": key} if key is not None else {})}
        return self.ask("POST", path, body=urlencode(fields(params)).encode(), headers=headers)

    def ask(
        self, method: str, target: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        given = {
            "Authorization": f"Bearer {SECRET_KEY}",
            "Stripe-Version": API_VERSION,
            **(headers or {}),
        }
        return Answer(self.door.answer(Request(method=method, target=target, headers=given, body=body)))

    def wait(self, **so_long: float) -> None:
        self.clock.put(self.clock.now() + timedelta(**so_long))

    # --- short words for long stories ---

    def customer(self, *, account_id: str = "usr_1") -> str:
        made = self.post("/v1/customers", email="ann@example.com", metadata={"account_id": account_id})
        return made["id"]

    def charge(
        self,
        card: str = "pm_card_visa",
        *,
        amount: int = 5000,
        off_session: bool = False,
        key: str | None = None,
        customer: str | None = None,
        **more: Any,
    ) -> Answer:
        how = {"off_session": True} if off_session else {"setup_future_usage": "off_session"}
        return self.post(
            "/v1/payment_intents",
            key=key,
            amount=amount,
            currency="usd",
            customer=customer or self.customer(),
            payment_method=card,
            confirm=True,
            metadata={"order_id": "ord_1"},
            **how,
            **more,
        )

    def account(self) -> str:
        made = self.post("/v1/accounts", type="express", capabilities={"transfers": {"requested": True}})
        self.stripe.finish_onboarding(made["id"])
        return made["id"]

    def notices(self) -> list[dict[str, Any]]:
        """The events that were sent to us by now, each with a genuine signature."""
        found = []
        while notice := self.stripe.take_notice(self.clock.now()):
            stamp, _, given = notice.headers["Stripe-Signature"].removeprefix("t=").partition(",v1=")
            signed = hmac.new(SECRET.encode(), stamp.encode() + b"." + notice.body, hashlib.sha256)
            assert given == signed.hexdigest()
            assert int(stamp) == int(self.clock.now().timestamp())
            assert notice.target == "/v1/webhooks/payments"
            found.append(json.loads(notice.body))
        return found

    def told(self) -> list[str]:
        """The types of the events that were sent to us by now."""
        return [event["type"] for event in self.notices()]


def fields(params: dict[str, Any], within: str = "") -> list[tuple[str, str]]:
    """Nested values as a form has them."""
    found: list[tuple[str, str]] = []
    for name, value in params.items():
        path = f"{within}[{name}]" if within else name
        if isinstance(value, dict):
            found += fields(value, path)
        elif isinstance(value, list):
            found += fields({str(number): each for number, each in enumerate(value)}, path)
        else:
            found.append((path, str(value).lower() if isinstance(value, bool) else str(value)))
    return found
