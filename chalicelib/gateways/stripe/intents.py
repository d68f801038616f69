"""PaymentIntents: which one stands for a reference, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib.domain.order import Charge
from chalicelib.gateways.payments import AuthenticationNeeded, Declined
from chalicelib.gateways.stripe.answers import NEIGHBOR, no_of_the_bank
from chalicelib.gateways.stripe.client import Errand, at
from chalicelib.gateways.trouble import OutcomeUnknown

PATH: Final = "/v1/payment_intents"
REFERENCE: Final = "order_id"  # the name of our reference in an intent's metadata
CANCELED: Final = "payment_canceled"
EXPAND: Final = ["latest_charge"]

# Should there ever be two for one reference, the first of these speaks for it.
_RANKS: Final = (
    "succeeded",
    "processing",
    "requires_capture",
    "requires_action",
    "requires_confirmation",
    "requires_payment_method",
    "canceled",
)
_CLOCKS_DIFFER: Final = timedelta(minutes=10)


def instant(seconds: int) -> datetime:
    """One of Stripe's instants."""
    return datetime.fromtimestamp(seconds, UTC)


def intents_of(
    errand: Errand, *, reference: str, customer_id: str, since: datetime | None = None
) -> list[dict[str, Any]]:
    """The intents of a reference, the one that speaks for it first.

    They are listed and sifted: a list of Stripe's shows what was just made, its search does so minutes later.
    """
    begun = {} if since is None else {"created": {"gte": int((since - _CLOCKS_DIFFER).timestamp())}}
    listed = errand.listed(PATH, customer=customer_id, expand=["data.latest_charge"], **begun)
    ours = [intent for intent in listed if (intent.get("metadata") or {}).get(REFERENCE) == reference]
    return sorted(ours, key=lambda intent: _rank(intent["status"]))


def intent_of(
    errand: Errand, *, reference: str, customer_id: str, since: datetime | None = None
) -> dict[str, Any] | None:
    """The intent that speaks for a reference, if there is one."""
    found = intents_of(errand, reference=reference, customer_id=customer_id, since=since)
    return found[0] if found else None


def read_again(errand: Errand, intent: Mapping[str, Any]) -> dict[str, Any]:
    """An intent as it is now."""
    return errand.get(at("payment_intents", intent["id"]), expand=EXPAND)


def charge_of(intent: Mapping[str, Any], *, reference: str) -> Charge:
    """The charge of an intent that succeeded."""
    charge = intent["latest_charge"]
    return Charge(
        id=charge["id"],
        reference=reference,
        amount=intent["amount_received"],
        currency=intent["currency"].upper(),
        at=instant(charge["created"]),
    )


def settled(intent: Mapping[str, Any], *, reference: str) -> Charge:
    """The charge that came of an intent; raises what else it came to."""
    match intent["status"]:
        case "succeeded":
            return charge_of(intent, reference=reference)
        case "requires_action":
            raise AuthenticationNeeded
        case "canceled":
            raise Declined(CANCELED)
        case "requires_payment_method":
            last = intent.get("last_payment_error")
            if not last:
                raise Declined(CANCELED)  # one that took the key, so that nothing could be charged under it
            raise no_of_the_bank(
                code=last.get("code"),
                decline_code=last.get("decline_code"),
                advice_code=last.get("advice_code"),
            )
        case status:
            raise OutcomeUnknown(NEIGHBOR, f"the payment is {status}")


def _rank(status: str) -> int:
    return _RANKS.index(status) if status in _RANKS else len(_RANKS)
