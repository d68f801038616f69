"""The ledger: every charge and refund that was tried, as the sandbox shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.money import Money
from sandbox.clock import written
from sandbox.simulators.stripe.books import Books, instant
from sandbox.simulators.stripe.wire import Object


class Kind(StrEnum):
    """What a line of the ledger is."""

    CHARGE = "charge"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger: a charge or a refund, under the key that it came with."""

    id: str
    kind: Kind
    status: str  # succeeded, declined; a refund can be failed
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


def entries(books: Books, *, seen: Callable[[str], int]) -> list[Entry]:
    """Every charge and refund, oldest first; `seen` says how often a key has come."""
    lines = sorted(books.of("charge") + books.of("refund"), key=lambda thing: thing["_number"])
    return [_entry(books, thing, seen) for thing in lines]


def _entry(books: Books, thing: Object, seen: Callable[[str], int]) -> Entry:
    is_refund = thing["object"] == "refund"
    charge = books.named("charge", thing["charge"]) if is_refund else thing
    customer = books.find("customer", charge["customer"])
    return Entry(
        id=thing["id"],
        kind=Kind.REFUND if is_refund else Kind.CHARGE,
        status=thing["status"] if is_refund or thing["status"] == "succeeded" else "declined",
        idempotency_key=thing["_key"],
        reference=charge["metadata"].get("order_id", ""),
        charge_id=charge["id"] if is_refund else None,
        payment_method=charge["_name"],
        client_id=customer["metadata"].get("account_id") if customer else None,
        off_session=None if is_refund else charge["_off_session"],
        amount=Money(thing["amount"], thing["currency"].upper()),
        at=instant(thing["created"]),
        decline_code=None if is_refund else charge["_decline_code"],
        times_seen=max(1, seen(thing["_key"])),
    )
