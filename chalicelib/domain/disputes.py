"""Charges that somebody takes back behind our back: disputes at the bank, refunds made at the provider.

Nothing is ever suspended or ended for it. The operator is told, and the commission on the contested share is
taken back until the dispute is won.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.domain.commission import Earning
from chalicelib.domain.money import Money

# An inquiry (`warning_…`) asks, and takes nothing; of these the money is ours, or is ours again.
_OURS: Final = frozenset({"won", "prevented"})
_CLOSED: Final = frozenset({"won", "lost", "prevented", "warning_closed", "charge_refunded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A dispute as it is kept for the operator; the words of reason and status are the provider's."""

    id: str
    version: int
    charge_id: str
    amount: Money
    reason: str
    status: str
    opened_at: datetime
    closed_at: datetime | None = None
    subscription_id: str | None = None
    invoice_id: str | None = None
    invoice_number: str | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in _CLOSED

    @property
    def takes_money(self) -> bool:
        """Whether the amount has been taken from us, for now or for good."""
        return self.status not in _OURS and not self.status.startswith("warning_")

    def ended(self, at: datetime) -> Case:
        """The same, with the instant at which we heard that it is closed."""
        return replace(self, closed_at=at)

    @property
    def told(self) -> Mapping[str, Any]:
        """What the history says of it."""
        return {"amount": self.amount.amount, "reason": self.reason, "status": self.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """How much of a charge is contested, by what, and whose commission hangs on it."""

    by: str  # the id of the dispute or refund
    line: Earning | None
    amount: Money
    total: Money  # of the charge
    upheld: bool  # False: the money is ours again
