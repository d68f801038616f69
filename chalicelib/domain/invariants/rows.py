"""What holds of the rows beside the great ones: effects, orders, disputes, pointers, what goes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.domain.effects import EffectState
from chalicelib.domain.invariants.cases import (
    DisputeCase,
    EffectCase,
    Invariant,
    OrderCase,
    Orphans,
    PassingCase,
    PointerCase,
    SuppressionCase,
    Unreadable,
)
from chalicelib.domain.invariants.marks import LATE, forgotten, misplaced, woken, written
from chalicelib.domain.waking import Sweep


def _effect_marks(case: EffectCase) -> Iterator[str]:
    yield from misplaced(case.marks)
    if case.effect.id != case.id:
        yield "the row is another effect's"


def _effect_woken(case: EffectCase) -> Iterator[str]:
    """While it is open the outbox has it; once it is done, or stuck, nothing has."""
    is_open, wake = case.effect.state is EffectState.OPEN, case.marks.wake
    if (wake is not None and wake.sweep is Sweep.OUTBOX) is not is_open:
        yield f"it is {case.effect.state}, and woken for {woken(wake)}"


def _effect_forgotten(case: EffectCase) -> Iterator[str]:
    yield from forgotten(case)


def _effect_subject(case: EffectCase) -> Iterator[str]:
    if not case.subject_known:
        yield f"there is no {case.effect.subject}"


def _order_marks(case: OrderCase) -> Iterator[str]:
    yield from misplaced(case.marks)


def _order_woken(case: OrderCase) -> Iterator[str]:
    if case.marks.wake is None or case.marks.wake.sweep is not Sweep.UNSETTLED:
        yield f"it is woken for {woken(case.marks.wake)}: nobody will settle it"


def _order_settled(case: OrderCase) -> Iterator[str]:
    if case.sold:
        yield "its sale is there, and it is still under way"
    elif case.order.begun_at + LATE < case.at:
        yield f"nobody knows what became of its money since {written(case.order.begun_at)}"


def _dispute_marks(case: DisputeCase) -> Iterator[str]:
    yield from misplaced(case.marks)
    if not case.subscription_known:
        yield f"there is no {case.dispute.subscription_id}"


def _suppression(case: SuppressionCase) -> Iterator[str]:
    yield from misplaced(case.marks)
    if not case.held_back:
        yield "it is listed, and mails go out all the same"


def _pointer(case: PointerCase) -> Iterator[str]:
    if not case.leads_back:
        yield f"a {case.kind} leads here, and is not known here"


def _passing(case: PassingCase) -> Iterator[str]:
    if case.expires_at is None:
        yield f"a {case.kind} that would never go"


def _orphans(case: Orphans) -> Iterator[str]:
    yield f"{', '.join(case.kinds)}, and nothing that they belong to"


def _unreadable(case: Unreadable) -> Iterator[str]:
    yield f"{case.kind}: {case.why}"


OF_EFFECTS: Final = (
    Invariant("effect_found", "an effect is listed where its state says", _effect_marks),
    Invariant("effect_woken", "an open effect is in the outbox, and no other is", _effect_woken),
    Invariant("effect_seen_to", "no open effect is forgotten", _effect_forgotten),
    Invariant("effect_subject", "what an effect is about is there", _effect_subject),
)
OF_ORDERS: Final = (
    Invariant("order_found", "an order counts its attempts as its document does", _order_marks),
    Invariant("order_woken", "somebody will ask what became of an order's money", _order_woken),
    Invariant(
        "order_settled", "an order is gone when it is sold, and after a day at the latest", _order_settled
    ),
)
OF_DISPUTES: Final = (
    Invariant("dispute_found", "a dispute is listed, and what it is about is there", _dispute_marks),
)
OF_SUPPRESSIONS: Final = (
    Invariant("suppression_holds", "an address that is listed gets no mails, and the reverse", _suppression),
)
OF_POINTERS: Final = (Invariant("pointer_leads_back", "what a pointer leads to knows it", _pointer),)
OF_PASSING_ROWS: Final = (Invariant("passing_row_goes", "what goes by itself knows when", _passing),)
OF_ORPHANS: Final = (Invariant("no_orphans", "every row belongs to somebody", _orphans),)
OF_UNREADABLE_ROWS: Final = (
    Invariant("every_row_known", "every row is of a known kind, and can be read", _unreadable),
)
