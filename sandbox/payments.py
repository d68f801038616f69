"""A payment provider in this process: it keeps keys as Stripe does, and a ledger of all that it has seen."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge
from chalicelib.gateways.payments import Declined, PaymentNotice
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from sandbox.clock import written
from sandbox.faults import Faults

NEIGHBOR: Final = "payments"
SIGNATURE_HEADER: Final = "Stripe-Signature"
SIGNATURE_TOLERANCE_SECONDS: Final = 300

# The payment methods that Stripe's own sandbox has for tests, and how each is declined (None: it works).
PAYMENT_METHODS: Final[Mapping[str, str | None]] = {
    "pm_card_visa": None,
    "pm_card_mastercard": None,
    "pm_card_amex": None,
    "pm_card_authenticationRequiredSetupForOffSession": None,
    "pm_card_visa_chargeDeclined": "generic_decline",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_visa_chargeDeclinedLostCard": "lost_card",
    "pm_card_visa_chargeDeclinedStolenCard": "stolen_card",
    "pm_card_chargeDeclinedExpiredCard": "expired_card",
    "pm_card_chargeDeclinedIncorrectCvc": "incorrect_cvc",
    "pm_card_chargeDeclinedProcessingError": "processing_error",
    "pm_card_chargeCustomerFail": "generic_decline",
    "pm_card_authenticationRequired": "authentication_required",
}
UNKNOWN_METHOD: Final = "payment_method_unknown"
CANCELED_REFERENCE: Final = "payment_canceled"


class Outcome(StrEnum):
    """What becomes of a charge, whatever the card says."""

    DECLINE = "decline"
    ERROR = "error"  # nothing was done
    TIMEOUT = "timeout"  # it was done, and the answer is lost


class Kind(StrEnum):
    """What a line of the ledger is."""

    CHARGE = "charge"
    REFUND = "refund"


@dataclass(slots=True, kw_only=True)
class Entry:
    """One line of the ledger: a charge or a refund, under the key that it came with."""

    id: str
    kind: Kind
    status: str  # succeeded, declined
    idempotency_key: str
    reference: str
    charge_id: str | None
    payment_method: str | None
    client_id: str | None
    off_session: bool | None
    amount: Money
    at: datetime
    decline_code: str | None = None
    times_seen: int = 1
    asked: tuple[Any, ...] = field(default=(), repr=False)  # the parameters that the key stands for

    @property
    def succeeded(self) -> bool:
        """Whether money moved."""
        return self.status == "succeeded"

    def shown(self) -> dict[str, Any]:
        """The line as the sandbox's route shows it."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "status": self.status,
            "idempotency_key": self.idempotency_key,
            "reference": self.reference,
            "charge_id": self.charge_id,
            "amount": {"amount": self.amount.amount, "currency": self.amount.currency},
            "payment_method": self.payment_method,
            "decline_code": self.decline_code,
            "client_id": self.client_id,
            "off_session": self.off_session,
            "times_seen": self.times_seen,
            "created_at": written(self.at),
        }


class SandboxPayments:
    """The payment provider of the sandbox; see `chalicelib.gateways.payments.Payments`."""

    def __init__(self, *, webhook_secret: Callable[[], str]) -> None:
        self.faults = Faults(NEIGHBOR)
        self._webhook_secret = webhook_secret
        self._ledger: list[Entry] = []
        self._by_key: dict[str, Entry] = {}
        self._paid: dict[str, Entry] = {}
        self._canceled: set[str] = set()
        self._next: deque[Outcome] = deque()
        self._notices: deque[bytes] = deque()
        self._lock = threading.RLock()

    # --- the protocol --------------------------------------------------------------------------------

    def charge(
        self,
        *,
        key: str,
        reference: str,
        amount: Money,
        payment_method: str,
        client_id: str,
        off_session: bool,
        at: datetime,
    ) -> Charge:
        """See Payments."""
        asked = (reference, amount, payment_method, client_id, off_session)
        with self._lock:
            kept = self._same(key, asked)
            if kept is not None:
                return _answered(kept)
            outcome = self._next.popleft() if self._next else None
            if outcome is Outcome.ERROR:
                raise Unavailable(NEIGHBOR, "api_error: nothing was done (planned)")
            paid = self._paid.get(reference)
            if paid is not None:
                return _as_charge(paid)
            declined = self._declined(outcome, reference=reference, payment_method=payment_method)
            entry = Entry(
                id=self._id("ch"),
                kind=Kind.CHARGE,
                status="declined" if declined else "succeeded",
                idempotency_key=key,
                reference=reference,
                charge_id=None,
                payment_method=payment_method,
                client_id=client_id,
                off_session=off_session,
                amount=amount,
                at=at,
                decline_code=declined,
                asked=asked,
            )
            self._keep(entry)
            if not declined:
                self._paid[reference] = entry
            self._tell("payment_intent.payment_failed" if declined else "payment_intent.succeeded", entry)
            if outcome is Outcome.TIMEOUT:
                raise OutcomeUnknown(NEIGHBOR, "the answer is lost (planned)")
            return _answered(entry)

    def find(self, *, reference: str) -> Charge | None:
        """See Payments."""
        return self.faults.around("find", lambda: self._found(reference))

    def cancel(self, *, reference: str, at: datetime) -> Charge | None:  # noqa: ARG002  (it is done at once)
        """See Payments."""

        def work() -> Charge | None:
            with self._lock:
                found = self._found(reference)
                if found is None:
                    self._canceled.add(reference)
                return found

        return self.faults.around("cancel", work)

    def refund(self, *, key: str, charge_id: str, amount: Money, at: datetime) -> str:
        """See Payments."""
        return self.faults.around("refund", lambda: self._refund(key, charge_id, amount, at))

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes, at: datetime) -> PaymentNotice | None:
        """See Payments."""
        given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE_HEADER.lower(), "")
        parts = [part.strip().partition("=")[::2] for part in given.split(",")]
        stamps = [value for name, value in parts if name == "t" and value.isdigit()]
        if len(stamps) != 1 or len(stamps[0]) > 12:  # noqa: PLR2004  (no second of this millennium is longer)
            raise Refused(NEIGHBOR, "the notice has no signature")
        genuine = self._signature(stamps[0], body)
        if not any(
            hmac.compare_digest(genuine.encode(), value.encode()) for name, value in parts if name == "v1"
        ):
            raise Refused(NEIGHBOR, "the signature does not fit")
        if abs(at.timestamp() - int(stamps[0])) > SIGNATURE_TOLERANCE_SECONDS:
            raise Refused(NEIGHBOR, "the notice is too old, or from the future")
        try:
            event = json.loads(body)
            reference = event["data"]["object"].get("metadata", {}).get("reference")
            return PaymentNotice(event_id=str(event["id"]), reference=str(reference)) if reference else None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(NEIGHBOR, "the notice cannot be read") from None

    # --- what a test, or the sandbox's routes, may do ------------------------------------------------

    def plan(self, outcome: Outcome | str, *, count: int = 1) -> None:
        """What becomes of the next charges."""
        with self._lock:
            self._next.extend([Outcome(outcome)] * count)

    @property
    def planned(self) -> list[str]:
        """What is planned for the next charges."""
        with self._lock:
            return [each.value for each in self._next]

    @property
    def ledger(self) -> list[Entry]:
        """Every charge and refund that was seen, oldest first."""
        with self._lock:
            return list(self._ledger)

    def charges(self) -> list[Entry]:
        """The charges that took money."""
        return [entry for entry in self.ledger if entry.kind is Kind.CHARGE and entry.succeeded]

    def refunds(self) -> list[Entry]:
        """The refunds that gave money back."""
        return [entry for entry in self.ledger if entry.kind is Kind.REFUND and entry.succeeded]

    def take_notice(self) -> bytes | None:
        """The next notice that is to be sent to the product's webhook."""
        with self._lock:
            return self._notices.popleft() if self._notices else None

    @property
    def has_notices(self) -> bool:
        """Whether a notice is to be sent."""
        return bool(self._notices)

    def sign(self, body: bytes, *, at: datetime) -> dict[str, str]:
        """The headers of a genuine notice that is sent at this instant."""
        stamp = str(int(at.timestamp()))
        return {
            SIGNATURE_HEADER: f"t={stamp},v1={self._signature(stamp, body)}",
            "Content-Type": "application/json",
        }

    # --- inside --------------------------------------------------------------------------------------

    def _refund(self, key: str, charge_id: str, amount: Money, at: datetime) -> str:
        asked = (charge_id, amount)
        with self._lock:
            kept = self._same(key, asked)
            if kept is not None:
                return kept.id
            paid = next((each for each in self._paid.values() if each.id == charge_id), None)
            if paid is None:
                raise Refused(NEIGHBOR, f"resource_missing: there is no charge {charge_id}")
            if amount.currency != paid.amount.currency or amount.amount <= 0:
                raise Refused(NEIGHBOR, "parameter_invalid: not an amount of this charge")
            given_back = sum(each.amount.amount for each in self._ledger if each.charge_id == charge_id)
            if given_back + amount.amount > paid.amount.amount:
                raise Refused(NEIGHBOR, "charge_already_refunded: more than is left of the charge")
            entry = Entry(
                id=self._id("re"),
                kind=Kind.REFUND,
                status="succeeded",
                idempotency_key=key,
                reference=paid.reference,
                charge_id=charge_id,
                payment_method=paid.payment_method,
                client_id=paid.client_id,
                off_session=None,
                amount=amount,
                at=at,
                asked=asked,
            )
            self._keep(entry)
            self._tell("charge.refunded", entry)
            return entry.id

    def _declined(self, outcome: Outcome | None, *, reference: str, payment_method: str) -> str | None:
        if reference in self._canceled:
            return CANCELED_REFERENCE
        if outcome is Outcome.DECLINE:
            return "generic_decline"
        return PAYMENT_METHODS.get(payment_method, UNKNOWN_METHOD)

    def _same(self, key: str, asked: tuple[Any, ...]) -> Entry | None:
        kept = self._by_key.get(key)
        if kept is None:
            return None
        if kept.asked != asked:
            raise Refused(NEIGHBOR, f"idempotency_error: the key {key} was used with other parameters")
        kept.times_seen += 1
        return kept

    def _keep(self, entry: Entry) -> None:
        self._ledger.append(entry)
        self._by_key[entry.idempotency_key] = entry

    def _found(self, reference: str) -> Charge | None:
        with self._lock:
            paid = self._paid.get(reference)
            return _as_charge(paid) if paid else None

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{len(self._ledger) + 1:06d}"

    def _tell(self, kind: str, entry: Entry) -> None:
        body = {
            "id": f"evt_{entry.id}",
            "object": "event",
            "type": kind,
            "created": int(entry.at.timestamp()),
            "livemode": False,
            "data": {"object": {"id": entry.id, "metadata": {"reference": entry.reference}}},
        }
        self._notices.append(json.dumps(body).encode())

    def _signature(self, stamp: str, body: bytes) -> str:
        return hmac.new(
            self._webhook_secret().encode(), f"{stamp}.".encode() + body, hashlib.sha256
        ).hexdigest()


def _answered(entry: Entry) -> Charge:
    if not entry.succeeded:
        raise Declined(entry.decline_code or "generic_decline")
    return _as_charge(entry)


def _as_charge(entry: Entry) -> Charge:
    return Charge(
        id=entry.id,
        reference=entry.reference,
        amount=entry.amount.amount,
        currency=entry.amount.currency,
        at=entry.at,
    )
