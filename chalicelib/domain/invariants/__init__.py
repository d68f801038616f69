"""What holds of everything that is kept, whoever wrote it and whenever: what an audit asks of each row.

`findings` is all of it. A case is one subject with whatever else has to be known to judge it; reading that is
the storage's business, so that the rules here stay plain functions of plain values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chalicelib.domain.invariants import clients, freelancers, rows, subscriptions
from chalicelib.domain.invariants.cases import (
    Case,
    ClientCase,
    DisputeCase,
    EffectCase,
    Finding,
    FreelancerCase,
    Invariant,
    OrderCase,
    Orphans,
    PassingCase,
    PointerCase,
    SubscriptionCase,
    SuppressionCase,
    Unreadable,
)

INVARIANTS: Final[Mapping[type[Any], tuple[Invariant[Any], ...]]] = {
    SubscriptionCase: subscriptions.INVARIANTS,
    ClientCase: clients.INVARIANTS,
    FreelancerCase: freelancers.INVARIANTS,
    EffectCase: rows.OF_EFFECTS,
    OrderCase: rows.OF_ORDERS,
    DisputeCase: rows.OF_DISPUTES,
    SuppressionCase: rows.OF_SUPPRESSIONS,
    PointerCase: rows.OF_POINTERS,
    PassingCase: rows.OF_PASSING_ROWS,
    Orphans: rows.OF_ORPHANS,
    Unreadable: rows.OF_UNREADABLE_ROWS,
}


def findings(case: Case) -> Iterator[Finding]:
    """Everything that does not hold of a case; nothing, if all is well."""
    for invariant in INVARIANTS[type(case)]:
        for what in invariant.broken(case):
            yield Finding(invariant=invariant.name, about=case.id, what=what)
