"""Seats and the calendar they live by: terms, windows, expiry; and what we come to owe for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.clock import Duration
from sandbox.simulators.microsoft.catalog import P1M, P1Y, PLAN_OF, Catalog

ACTIVE, SUSPENDED, EXPIRED, DISABLED, DELETED = "active", "suspended", "expired", "disabled", "deleted"
RUNNING: Final = frozenset({ACTIVE, SUSPENDED})

WINDOW: Final = timedelta(hours=168)  # a purchase, a renewal or an addition can be taken back for so long
FULL_REFUND: Final = timedelta(hours=24)  # and costs nothing for so long
EXPIRED_FOR: Final = timedelta(days=30)
DISABLED_FOR: Final = timedelta(days=90)
EXTENSION_PERCENT: Final = 103  # of the monthly price, for a term that nobody ended
CANCEL_AT_END: Final = [{"action": "cancel", "effective": "endOfTerm"}]
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What we owe Microsoft for something, or get back when it is negative."""

    seats_id: str
    reference: str
    tenant_id: str
    kind: str  # term, extension, seats (an addition within a term), credit
    period_start: datetime
    period_end: datetime
    seats: int
    cents: int
    at: datetime


@dataclass(slots=True, kw_only=True)
class Lot:
    """Seats that were bought together, and can be taken back together."""

    quantity: int
    bought_at: datetime
    cents: int  # what they cost until the end of the term


@dataclass(slots=True, kw_only=True)
class Seats:
    """A subscription at Microsoft."""

    id: str
    order_id: str
    tenant_id: str
    reference: str  # the friendly name
    product: str
    sku: str
    availability: str
    title: str
    quantity: int
    term: str
    billing: str
    created_at: datetime
    effective_at: datetime  # the first day of all: the calendar is counted from it
    term_start: datetime
    term_end: datetime
    status: str = ACTIVE
    auto_renew: bool = True
    ends_at_term: bool = False
    instructions: dict[str, Any] | None = None  # a change at the next renewal
    extended: bool = False  # in a term that was paid on because nobody ended it
    lots: list[Lot] = field(default_factory=list)
    since: datetime | None = None  # in the status expired or disabled
    version: int = 1

    @property
    def plan_id(self) -> str | None:
        """Our plan, if it is one."""
        return PLAN_OF.get((self.product, self.sku))

    @property
    def window_until(self) -> datetime | None:
        """Until when all of it can be canceled; None when it no longer runs, or is only extended."""
        return self.term_start + WINDOW if self.status in RUNNING and not self.extended else None

    @property
    def next_change_at(self) -> datetime | None:
        """When the calendar changes it next."""
        if self.status in RUNNING:
            return self.term_end
        if self.since is None or self.status not in {EXPIRED, DISABLED}:
            return None
        return self.since + (EXPIRED_FOR if self.status == EXPIRED else DISABLED_FOR)

    def refundable(self, at: datetime) -> list[Lot]:
        """The seats that can still be taken back, the latest first."""
        if self.status not in RUNNING:
            return []
        return [lot for lot in reversed(self.lots) if at < lot.bought_at + WINDOW]


class Calendar:
    """All seats of all tenants, brought up to date with the clock, and the ledger of what they cost."""

    def __init__(self, *, catalog: Catalog, changed: Callable[[Seats, datetime], None]) -> None:
        self._catalog = catalog
        self._changed = changed
        self.all: list[Seats] = []
        self.debts: list[Debt] = []

    def begin(self, seats: Seats) -> None:
        """Seats are provisioned: their first term is owed from now on."""
        self.all.append(seats)
        self._buy_term(seats, seats.effective_at, seats.quantity)

    def bring_up_to(self, at: datetime) -> None:
        """Let everything happen that is due by then, in its order."""
        while True:
            due = [(seats.next_change_at, index) for index, seats in enumerate(self.all)]
            moments = [(moment, index) for moment, index in due if moment is not None and moment <= at]
            if not moments:
                return
            moment, index = min(moments)
            self._turn(self.all[index], moment)

    def next_change_at(self) -> datetime | None:
        """When the calendar changes any seats next."""
        moments = [seats.next_change_at for seats in self.all]
        return min((moment for moment in moments if moment is not None), default=None)

    def add(self, seats: Seats, count: int, at: datetime) -> None:
        """More seats for the rest of the term; each addition has a window of its own."""
        whole = self._cost(seats, count, seats.term_start)
        _, days = _days(seats, at)
        passed = (at - seats.term_start) // _DAY  # the day that has begun is paid
        cents = whole * (days - passed) // days
        seats.lots.append(Lot(quantity=count, bought_at=at, cents=cents))
        seats.quantity += count
        self._owe(seats, "seats", at, count, cents)

    def remove(self, seats: Seats, count: int, at: datetime) -> bool:
        """Fewer seats, as far as their windows are open; whether that is far enough."""
        if count > sum(lot.quantity for lot in seats.refundable(at)):
            return False
        for lot in seats.refundable(at):
            taken = min(count, lot.quantity)
            if taken:
                self._give_back(seats, lot, taken, at)
            count -= taken
        seats.lots = [lot for lot in seats.lots if lot.quantity]
        return True

    def delete(self, seats: Seats, at: datetime) -> None:
        """All of it is taken back, within its window."""
        for lot in seats.refundable(at):
            self._give_back(seats, lot, lot.quantity, at, keep=True)
        seats.status = DELETED

    def owed(self, reference: str) -> int:
        """What we owe for a reference all in all, in cents."""
        return sum(debt.cents for debt in self.debts if debt.reference == reference)

    def _turn(self, seats: Seats, at: datetime) -> None:
        if seats.status in RUNNING:
            self._end_term(seats, at)
        else:
            seats.status = DISABLED if seats.status == EXPIRED else DELETED
            seats.since = at
        seats.version += 1
        self._changed(seats, at)

    def _end_term(self, seats: Seats, at: datetime) -> None:
        if seats.ends_at_term:
            seats.status, seats.since = EXPIRED, at
            return
        if seats.auto_renew:
            self._apply_instructions(seats)
            seats.extended = False
            self._buy_term(seats, at, seats.quantity)
            return
        # Nobody renewed it and nobody ended it: it goes on by the month, and is paid.
        seats.extended = True
        seats.term_start, seats.term_end = at, _later(seats, at, months=1)
        seats.lots = []
        monthly = self._catalog.our_cents(seats.product, P1M, "monthly", at)
        self._owe(seats, "extension", at, seats.quantity, monthly * seats.quantity * EXTENSION_PERCENT // 100)

    def _apply_instructions(self, seats: Seats) -> None:
        instructions, seats.instructions = seats.instructions, None
        if instructions:
            seats.quantity = instructions.get("quantity", seats.quantity)
            product = instructions.get("product") or {}
            seats.product = product.get("productId", seats.product)
            seats.sku = product.get("skuId", seats.sku)
            seats.term = product.get("termDuration", seats.term)
            seats.billing = product.get("billingCycle", seats.billing).lower()

    def _buy_term(self, seats: Seats, at: datetime, quantity: int) -> None:
        seats.term_start = at
        seats.term_end = _later(seats, at, months=12 if seats.term == P1Y else 1)
        cents = self._cost(seats, quantity, at)
        seats.lots = [Lot(quantity=quantity, bought_at=at, cents=cents)]
        self._owe(seats, "term", at, quantity, cents)

    def _cost(self, seats: Seats, quantity: int, at: datetime) -> int:
        """What so many seats cost for the whole term; a year that is paid by the month is owed as a year."""
        return self._catalog.our_cents(seats.product, seats.term, seats.billing, at) * quantity

    def _give_back(self, seats: Seats, lot: Lot, count: int, at: datetime, *, keep: bool = False) -> None:
        share = lot.cents * count // lot.quantity
        left, days = _days(seats, at, bought_at=lot.bought_at)
        credit = share if at < lot.bought_at + FULL_REFUND else share * left // days
        self._owe(seats, "credit", at, count, -credit)
        if not keep:
            lot.quantity -= count
            lot.cents -= share
            seats.quantity -= count

    def _owe(self, seats: Seats, kind: str, at: datetime, count: int, cents: int) -> None:
        self.debts.append(
            Debt(
                seats_id=seats.id,
                reference=seats.reference,
                tenant_id=seats.tenant_id,
                kind=kind,
                period_start=at,
                period_end=seats.term_end,
                seats=count,
                cents=cents,
                at=at,
            )
        )


def _later(seats: Seats, at: datetime, *, months: int) -> datetime:
    """So many months later, on the day of the month on which it all began: short months do not shift it."""
    passed = (at.year - seats.effective_at.year) * 12 + at.month - seats.effective_at.month
    return Duration(months=passed + months, exact=timedelta()).after(seats.effective_at)


def _days(seats: Seats, at: datetime, *, bought_at: datetime | None = None) -> tuple[int, int]:
    """How many days of the term are left, and how many there were; a day that has begun is used."""
    start = bought_at or seats.term_start
    days = max(1, (seats.term_end - start) // _DAY)
    used = -(-(at - start) // _DAY)
    return max(0, days - used), days
