"""What an audit knows of one subject: the document, what its row is found by, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from chalicelib.domain.commission import Earning, Totals
from chalicelib.domain.disputes import Case as Dispute
from chalicelib.domain.effects import Effect
from chalicelib.domain.freelancer import Freelancer
from chalicelib.domain.invoicing import ClientAccount, Document
from chalicelib.domain.order import Order
from chalicelib.domain.payouts import Payee
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Wake

Judged_contra = TypeVar("Judged_contra", contravariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not hold: which rule, about whom, and what is so instead."""

    invariant: str
    about: str
    what: str


@dataclass(frozen=True, slots=True)
class Invariant(Generic[Judged_contra]):
    """A rule with a name; `broken` says, in words, each way in which it does not hold of a case."""

    name: str
    says: str
    broken: Callable[[Judged_contra], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Of a line of history, what an audit asks for."""

    version: int
    event: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a row is found by or conditioned on: as it is, and as its document says that it should be.

    `strayed` names the marks whose list cannot be read: of a shard that nobody looks into, for one.
    """

    found: Mapping[str, str]
    wanted: Mapping[str, str]
    wake: Wake | None = None
    strayed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCase:
    """A subscription with its history, its papers, what was earned by it and what was given back."""

    at: datetime
    sub: Subscription
    marks: Marks
    history: tuple[Past, ...]
    papers: tuple[Document, ...]  # about this subscription, oldest first
    lines: Mapping[str, Earning]  # of the seller's ledger, by invoice
    seller: Freelancer | None
    refunds: Mapping[str, Effect]  # by the credit note that they pay
    reserves: str | None  # the domain that the subscription keeps others from
    reserved_by: str | None  # who really does
    pointed_at_by: Mapping[str, bool]  # what should lead here, by its name, and whether it does
    credentials_until: datetime | None
    has_credentials: bool

    @property
    def id(self) -> str:
        """The subscription's."""
        return self.sub.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCase:
    """A client's books and papers, and which subscriptions those speak of."""

    id: str
    books: ClientAccount
    counted: int  # as the row says it, for its condition
    papers: tuple[Document, ...]
    owners: Mapping[str, str | None]  # of the subscriptions in the papers: whose they are
    last_seller_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FreelancerCase:
    """A freelancer with history, ledger and totals, and what should lead to them."""

    freelancer: Freelancer
    marks: Marks
    history: tuple[Past, ...]
    lines: tuple[Earning, ...]
    totals: Totals
    payee: Payee | None
    pointers: Mapping[str, str | None]  # what should lead here, by its name, and where it leads
    baseless: tuple[str, ...]  # the invoices of lines for which there is no such sale, or no such invoice

    @property
    def id(self) -> str:
        """The freelancer's."""
        return self.freelancer.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectCase:
    """An effect, and whether there is what it is about."""

    id: str
    at: datetime
    effect: Effect
    marks: Marks
    subject_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCase:
    """A checkout under way, and whether its sale is there already."""

    id: str
    at: datetime
    order: Order
    marks: Marks
    sold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeCase:
    """A dispute, and whether there is the subscription that it speaks of."""

    id: str
    dispute: Dispute
    marks: Marks
    subscription_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionCase:
    """An address on the operator's list, and whether its mails are really held back."""

    id: str
    marks: Marks
    held_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerCase:
    """A row that leads to another one, and whether that leads back; `id` is of what it leads to."""

    id: str
    kind: str
    leads_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingCase:
    """A row that goes by itself, and whether it knows when."""

    id: str
    kind: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """Rows that belong to a subject that is not there."""

    id: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A row that nobody knows, or whose document does not fit; `why` names no value of it."""

    id: str
    kind: str
    why: str


Case: TypeAlias = (
    SubscriptionCase
    | ClientCase
    | FreelancerCase
    | EffectCase
    | OrderCase
    | DisputeCase
    | SuppressionCase
    | PointerCase
    | PassingCase
    | Orphans
    | Unreadable
)
