"""Every kind of row that there is: how it is recognized, and what its document is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from chalicelib.domain.catalog import Price
from chalicelib.domain.clock import Offset
from chalicelib.domain.commission import Earning
from chalicelib.domain.disputes import Case as Dispute
from chalicelib.domain.drift import Drift
from chalicelib.domain.effects import Effect
from chalicelib.domain.freelancer import Freelancer
from chalicelib.domain.idempotency import Record
from chalicelib.domain.invoicing import ClientAccount, Document
from chalicelib.domain.mailing import Standing, Suppression
from chalicelib.domain.order import Order
from chalicelib.domain.payer import Payer
from chalicelib.domain.payouts import Payee
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.timetable import Run
from chalicelib.storage import keys
from chalicelib.storage.credentials import Sealed
from chalicelib.storage.history import HistoryLine
from chalicelib.storage.tables import Row
from chalicelib.storage.walks import Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of row: how its keys begin, or what its sort key is, and the document in it, if any."""

    name: str
    document: Any = None
    sk: str = ""
    pk_begins: str = ""
    sk_begins: str = ""

    def is_of(self, row: Row) -> bool:
        """Whether a row is of this kind."""
        return (
            (not self.sk or row.sk == self.sk)
            and row.pk.startswith(self.pk_begins)
            and row.sk.startswith(self.sk_begins)
        )


SUBSCRIPTION: Final = Kind(name="subscription", document=Subscription, sk=keys.SUBSCRIPTION)
HISTORY: Final = Kind(name="history", document=HistoryLine, sk_begins="history#")
CREDENTIALS: Final = Kind(name="admin credentials", document=Sealed, sk="credentials")
EFFECT: Final = Kind(name="effect", document=Effect, sk=keys.EFFECT)
ORDER: Final = Kind(name="order", document=Order, sk=keys.ORDER)
BOOKS: Final = Kind(name="books", document=ClientAccount, pk_begins="client#", sk="account")
PAYER: Final = Kind(name="payer", document=Payer, pk_begins="client#", sk="payer")
PAPER: Final = Kind(name="paper", document=Document, pk_begins="client#", sk_begins="document#")
FREELANCER: Final = Kind(name="freelancer", document=Freelancer, sk=keys.FREELANCER)
EARNING: Final = Kind(name="earning", document=Earning, sk_begins="earning#")
TOTALS: Final = Kind(name="totals", sk="totals")
PAYEE: Final = Kind(name="payout account", document=Payee, sk="payee")
PAYEE_POINTER: Final = Kind(name="payout account pointer", pk_begins="payout-account#", sk="pointer")
FREELANCER_POINTER: Final = Kind(name="freelancer pointer", pk_begins="freelancer-of#", sk="pointer")
LINK: Final = Kind(name="link", pk_begins="link#", sk="link")
RESERVATION: Final = Kind(name="reservation", pk_begins="domain#", sk="reservation")
TENANT: Final = Kind(name="tenant pointer", pk_begins="tenant#", sk_begins="sub_")
GRANT: Final = Kind(name="grant pointer", pk_begins="grant#", sk_begins="sub_")
DISPUTE: Final = Kind(name="dispute", document=Dispute, sk=keys.DISPUTE)
RECORD: Final = Kind(name="request", document=Record, pk_begins="request#", sk="record")
DRIFT: Final = Kind(name="drift", document=Drift, sk=keys.DRIFT)
SUPPRESSION: Final = Kind(name="suppression", document=Suppression, sk=keys.SUPPRESSION)
STANDING: Final = Kind(
    name="standing of an address", document=Standing, pk_begins="suppressed#", sk="standing"
)
PRICE: Final = Kind(name="price", document=Price, pk_begins="prices#", sk_begins="price#")
WALK: Final = Kind(name="walk", document=Walk, pk_begins="walk#", sk="walk")
SWEEP_RUN: Final = Kind(name="run of a sweep", document=Run, pk_begins="sweep#", sk="run")
CLOCK: Final = Kind(name="clock", document=Offset, pk_begins=keys.clock()[0], sk=keys.clock()[1])

KINDS: Final = tuple(each for each in vars().values() if isinstance(each, Kind))


def kind_of(row: Row) -> Kind | None:
    """Which kind a row is of; None if nobody knows it."""
    return next((kind for kind in KINDS if kind.is_of(row)), None)
