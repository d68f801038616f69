"""Stripe's objects as its documentation shows them, with what a test cares about put in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Person
from chalicelib.gateways.stripe.client import StripeAccount
from chalicelib.gateways.transport import Reply
from tests.contracts.examples import example
from tests.contracts.scripted import Scripted, reply

NOW: Final = datetime(2024, 1, 31, 10, 0, tzinfo=UTC)
SECRET_KEY: Final = "sk_test_never_seen_anywhere"
CLIENT_SECRET: Final = "pi_1_secret_never_seen_anywhere"
CLIENT: Final = Person(id="usr_1", name="Ann Lee", email="ann@example.com", locale="en")
ADDRESS: Final = Address(
    line1="1 Main St", line2="Suite 2", city="Seattle", state="WA", postal_code="98101", country="US"
)
PRICE: Final = Money(1099, "USD")


def account(transport: Scripted, pauses: list[float] | None = None) -> StripeAccount:
    """Our account, reached by a script, which waits in no time."""
    kept: list[float] = [] if pauses is None else pauses
    return StripeAccount(transport=transport, secret_key=lambda: SECRET_KEY, pause=kept.append)


def shown(example_id: str, **changes: Any) -> dict[str, Any]:
    """The object of an example, changed."""
    body: dict[str, Any] = example(example_id)["response"]["body"]
    return body | changes


def intent(status: str = "succeeded", *, reference: str = "ord_1", **changes: Any) -> dict[str, Any]:
    """A PaymentIntent of ours."""
    paid = status == "succeeded"
    given = {
        "id": "pi_1",
        "status": status,
        "amount": 1099,
        "amount_received": 1099 if paid else 0,
        "customer": "cus_1",
        "client_secret": CLIENT_SECRET,
        "metadata": {"order_id": reference},
        "latest_charge": {"id": "ch_1", "object": "charge", "created": int(NOW.timestamp())}
        if paid
        else None,
        "last_payment_error": None,
    }
    return shown("stripe.payment_intents.confirm", **given | changes)


def refund(**changes: Any) -> dict[str, Any]:
    """A refund of ours."""
    return shown("stripe.refunds.create", **{"id": "re_1", "metadata": {"key": "refund:1"}} | changes)


def listed(*items: dict[str, Any], has_more: bool = False) -> Reply:
    """A page of a list."""
    return reply(200, {"object": "list", "data": list(items), "has_more": has_more, "url": "/v1/x"})


def refusal(status: int, *, kind: str = "invalid_request_error", **error: Any) -> Reply:
    """An error as Stripe words it."""
    told = {"type": kind, "message": "told to nobody", **error}
    return reply(status, {"error": told}, request_id="req_1")


def declined(code: str, **error: Any) -> Reply:
    """The bank's no, with the intent inside as Stripe sends it."""
    failed = intent("requires_payment_method")
    return refusal(402, kind="card_error", code=code, payment_intent=failed, **error)


def broken(*, replayed: bool = False, **headers: Any) -> Reply:
    """Stripe failed itself."""
    if replayed:
        headers["idempotent_replayed"] = "true"
    return reply(500, {"error": {"type": "api_error", "message": "told to nobody"}}, **headers)
