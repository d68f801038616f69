"""Where Microsoft has something otherwise than we have it: found by comparing, listed until it is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.rulebook import BillingPeriod


class DriftKind(StrEnum):
    """What differs."""

    MISSING = "missing"  # we have seats that Microsoft does not have
    ACCESS = "access"  # seats are in use that should not be, or the reverse
    AUTO_RENEW = "auto_renew"  # they renew and should not, or the reverse
    SEATS = "seats"  # another number of them
    PLAN = "plan"  # another plan, or none that we sell
    TERM_END = "term_end"  # the term ends on another day
    PRICE = "price"  # Microsoft recommends another price than ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs: as we have it, and as Microsoft has it."""

    kind: DriftKind
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A difference that was seen, about a subscription or about a price; since when, and when last."""

    id: str
    kind: DriftKind
    ours: str
    theirs: str
    since: datetime
    seen_at: datetime
    subscription_id: str | None = None
    plan_id: str | None = None
    billing_period: BillingPeriod | None = None

    def seen_before(self, earlier: Drift | None) -> Drift:
        """The same, known for as long as the earlier sighting says."""
        return replace(self, since=earlier.since) if earlier is not None else self


def of_subscription(subscription_id: str, difference: Difference, *, at: datetime) -> Drift:
    """A difference between a subscription and its seats at Microsoft."""
    return Drift(
        id=id_of(subscription_id, difference.kind),
        kind=difference.kind,
        ours=difference.ours,
        theirs=difference.theirs,
        since=at,
        seen_at=at,
        subscription_id=subscription_id,
    )


def id_of(subject: str, kind: DriftKind) -> str:
    """One row for each subject and kind, however often it is seen."""
    return f"{subject}.{kind}"
