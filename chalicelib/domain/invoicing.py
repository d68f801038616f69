"""Invoices and credit notes (R12, R74–R76, D12): numbered per client, in sequence, without gaps."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.calendar import Term
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Person


class DocumentKind(StrEnum):
    """An invoice takes money, a credit note gives it back."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Settlement(StrEnum):
    """Where the money of a document stands."""

    PAID = "paid"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"  # the bank did not take it; an operator sees to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One invoice or credit note; amounts are positive on both, one line each."""

    id: str
    kind: DocumentKind
    number: str
    client: Person
    bill_to: Address
    subscription_id: str
    issued_at: datetime
    plan_id: str
    seats: int
    billing_period: str
    unit_price: Money
    net: Money
    tax: Money
    total: Money
    charge_id: str
    settlement: Settlement
    period: Term | None = None  # None for a first invoice: its term starts at activation
    corrects: str | None = None  # the number of the invoice that a credit note corrects
    corrects_id: str | None = None
    used_days: int | None = None
    cycle_days: int | None = None
    refund_id: str | None = None
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAccount:
    """What is kept of a client: the count of documents, and whom they last bought from (D9)."""

    id: str
    documents: int = 0
    last_seller_id: str | None = None  # a freelancer's id

    def next_number(self) -> str:
        """The number of the client's next document: a code of the client's own, and the count."""
        return f"{client_code(self.id)}-{self.documents + 1:04d}"

    def with_document(self) -> ClientAccount:
        """One document more."""
        return replace(self, documents=self.documents + 1)


def client_code(client_id: str) -> str:
    """Six letters and digits that tell one client's documents from another's."""
    return b32encode(hashlib.sha256(client_id.encode()).digest()).decode()[:6]
