"""Stripe's notices: whether one is genuine, and what it is about."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.gateways.payments import Concern, PaymentNotice
from chalicelib.gateways.stripe.answers import NEIGHBOR
from chalicelib.gateways.stripe.intents import REFERENCE
from chalicelib.gateways.trouble import Refused

SIGNATURE_HEADER: Final = "stripe-signature"
TOLERANCE_SECONDS: Final = 300

_LONGEST_STAMP: Final = 12
_DEAUTHORIZED: Final = "account.application.deauthorized"


def check_signature(*, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], at: datetime) -> None:
    """Raises Refused unless one of the secrets signed these very bytes a few minutes ago at most."""
    given = next((value for name, value in headers.items() if name.lower() == SIGNATURE_HEADER), "")
    parts = [part.strip().partition("=") for part in given.split(",")]
    stamp = next((value for name, _, value in parts if name == "t"), "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP):
        raise Refused(NEIGHBOR, "the notice is not signed")
    signed = stamp.encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets if secret]
    # v0 is for tests of Stripe's own; each pair is compared, so that the time taken tells nothing.
    matches = [
        hmac.compare_digest(value.encode(), digest.encode())
        for name, _, value in parts
        if name == "v1"
        for digest in expected
    ]
    if not any(matches):
        raise Refused(NEIGHBOR, "the signature of the notice does not fit")
    if abs(at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise Refused(NEIGHBOR, "the notice is too old, or from the future")


def read_notice(body: bytes, *, live: bool) -> PaymentNotice | None:
    """What a genuine notice is about; None for what does not concern us, or is of the other mode."""
    event = _object(body)
    if event is None or event.get("livemode") is not live:
        return None
    found = _subject(event)
    event_id = event.get("id")
    if found is None or not isinstance(event_id, str):
        return None
    concern, reference = found
    if not isinstance(reference, str) or not reference:
        return None
    return PaymentNotice(event_id=event_id, concern=concern, reference=reference)


def _subject(event: Mapping[str, Any]) -> tuple[Concern, Any] | None:
    """What an event is about, and the reference under which we know it."""
    kind, data = event.get("type"), event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    if not isinstance(kind, str) or not isinstance(subject, dict):
        return None
    if kind.startswith("payment_intent."):
        metadata = subject.get("metadata")
        return Concern.PAYMENT, metadata.get(REFERENCE) if isinstance(metadata, dict) else None
    if kind.startswith("refund."):
        return Concern.REFUND, subject.get("id")
    if kind.startswith("charge.dispute."):
        return Concern.DISPUTE, subject.get("id")
    if kind == "account.updated":
        return Concern.PAYOUT_ACCOUNT, subject.get("id")
    if kind == _DEAUTHORIZED:  # its object is our application; whose account it was stands beside it
        return Concern.PAYOUT_ACCOUNT, event.get("account")
    return None


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
