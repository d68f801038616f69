"""Microsoft, behind Partner Center: what we ask of it, in the marketplace's words.

`reference` is the subscription's id: it travels to Microsoft as the friendly name of what is ordered, so
that it is found there whatever answer was lost. `key` stands for one question: the same key is the same
question asked again because no answer came; after any answer, another key is another question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.account import AccountForm
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address
from chalicelib.gateways.trouble import Trouble
from chalicelib.rulebook import BillingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminCredentials:
    """The first administrator of a new tenant; Microsoft says the password once."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Where the client accepts the partner agreement, and the tenant that must do it."""

    tenant_id: str
    agreement_url: str
    credentials: AdminCredentials | None  # of a tenant that was created for this subscription


class AddressVerdict(StrEnum):
    """What Microsoft thinks of an address."""

    GOOD = "good"
    DOUBTFUL = "doubtful"  # the client should look at the suggestion, and may insist
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCheck:
    """The verdict, and what Microsoft would rather write."""

    verdict: AddressVerdict
    suggestion: Address | None = None


class Stage(StrEnum):
    """How far Microsoft is with an account."""

    WAITING = "waiting"  # for the client to accept, or for Microsoft's own review
    READY = "ready"  # accepted and allowed to buy
    REFUSED = "refused"  # for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far Microsoft is, and if refused, why."""

    stage: Stage
    reason: str | None = None


class CartGone(Trouble):
    """This cart can no longer be ordered (expired, or the catalog has changed): fill another one."""


class OrderState(StrEnum):
    """Where an order at Microsoft stands."""

    NONE = "none"
    PENDING = "pending"
    PROVISIONED = "provisioned"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProgress:
    """Where the order of a subscription stands, what Microsoft calls it, and if refused, why."""

    state: OrderState
    order_id: str | None = None
    seats_id: str | None = None  # Microsoft's id of the subscription, once it is provisioned
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What we know of an order at Microsoft: whatever was noted before an answer was lost."""

    reference: str
    tenant_id: str
    cart_id: str | None = None
    order_id: str | None = None
    seats_id: str | None = None


class Access(StrEnum):
    """What the seats at Microsoft should be."""

    ON = "on"
    OFF = "off"  # suspended: no access, the calendar goes on, and nothing renews
    ENDED = "ended"  # nothing runs, renews or is ordered any more


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsThere:
    """A subscription as Microsoft has it."""

    seats_id: str
    status: str  # active, suspended, expired, disabled, deleted, or what Microsoft will think of next
    seats: int
    auto_renew: bool
    ends_at_term: bool  # canceled at the end of its term (D16)
    plan_id: str | None  # None: not one of ours
    term_ends_at: datetime | None
    cancelable_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrice:
    """Microsoft's recommended price per seat and billing period."""

    plan_id: str
    billing_period: BillingPeriod
    price: Money


class NoticeKind(StrEnum):
    """What a notice of Microsoft's can be about."""

    TENANT = "tenant"
    GRANT = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrosoftNotice:
    """What a webhook is about: a tenant's id, or the id of a delegated-administration relationship."""

    kind: NoticeKind
    id: str


class Microsoft(Protocol):
    """Microsoft: every call raises Unavailable, OutcomeUnknown (ask again with the same key) or Refused."""

    def domain_taken(self, *, domain: str) -> bool:
        """Whether a new tenant's domain already exists."""

    def tenant_exists(self, *, domain: str) -> bool:
        """Whether an existing customer's domain belongs to a Microsoft tenant."""

    def check_address(self, *, address: Address) -> AddressCheck:
        """What Microsoft thinks of an address."""

    def connect(
        self, *, key: str, form: AccountForm, at: datetime, known_tenant_id: str | None = None
    ) -> Invitation:
        """Create or find the tenant, and get the link under which its administrator accepts us as partner.

        A tenant that was made for the same client before (`known_tenant_id`) is not made again: what the
        form says otherwise of the organization is corrected there, and Microsoft reviews it anew.

        The password of a tenant that was made for an earlier answer which was lost for long is lost as well:
        then there are no credentials.
        """

    def progress(self, *, tenant_id: str, at: datetime) -> Progress:
        """Whether this very tenant has accepted and signed, and may buy."""

    def fill_cart(
        self,
        *,
        key: str,
        reference: str,
        tenant_id: str,
        plan_id: str,
        seats: int,
        billing_period: BillingPeriod,
        at: datetime,
    ) -> str:
        """Fill a cart with the seats, at today's catalog; answers its id. Nothing is owed yet."""

    def check_out(self, *, ordered: Ordered, at: datetime) -> OrderProgress:
        """Order what is in the cart, once per cart; raises CartGone when another one has to be filled."""

    def order_progress(self, *, ordered: Ordered, at: datetime) -> OrderProgress:
        """Where the order stands."""

    def align(
        self,
        *,
        ordered: Ordered,
        access: Access,
        auto_renew: bool,
        quantity: int | None = None,
        at: datetime,
    ) -> None:
        """Make the seats what they should be; with auto-renew off, also cancel at the term's end (D16).

        Without a quantity their number is left as it is; seats that Microsoft no longer takes back stay.
        ENDED cancels inside Microsoft's window; after it, nothing renews and nobody has access. An order that
        may be on its way is waited for: Unavailable.
        """

    def seats_of(self, *, ordered: Ordered) -> SeatsThere | None:
        """The seats as Microsoft has them, None if it has none."""

    def list_prices(self, *, country: str, at: datetime) -> Sequence[ListPrice]:
        """Microsoft's recommended prices at an instant, of our plans."""

    def read_webhook(
        self, *, headers: Mapping[str, str], body: bytes, at: datetime
    ) -> MicrosoftNotice | None:
        """What a signed notice is about, None for what does not concern us; raises Refused if not genuine."""
