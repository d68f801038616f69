"""Compare what we have with what Microsoft has, and say where they differ.

Nothing is mended in silence: a difference is logged, counted and listed for the operator. What `align` is for
(seats that run, or renew, and should not, or the reverse) is told to Microsoft again as well; a wrong number
of seats, another plan or another price is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from chalicelib.domain import drift
from chalicelib.domain.catalog import price_in_force
from chalicelib.domain.drift import Difference, Drift, DriftKind
from chalicelib.domain.effects import Effect, EffectKind, effect_id
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.microsoft import Access, ListPrice, SeatsThere
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import (
    CURRENCY_OF,
    DRIFT_GRACE,
    IN_TERM,
    PLANS,
    TERM_END_TOLERANCE,
    BillingPeriod,
    Status,
)
from chalicelib.storage.listing import Page
from chalicelib.storage.waking import Due
from chalicelib.storage.walks import Walk
from chalicelib.usecases import grant
from chalicelib.usecases.align import wanted
from chalicelib.usecases.known_order import known_order
from chalicelib.wiring import World

WALK: Final = "reconciliations"
PAGE: Final = 25  # how many are looked at again when a run was stopped between two notes of how far it is
PRICES: Final = "prices."  # with a country: the price table, which is compared once a walk

# Canceled subscriptions are not walked through: their number only grows. What is owed to them is an effect,
# which is repeated until Microsoft has done it, and every notice of their tenant has them looked at.
WALKED: Final = (Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED)
RUNNING: Final = "active"
ALIGNABLE: Final = (RUNNING, "suspended")  # in any other status Microsoft lets nothing be changed
EXPECTED: Final = {Access.ON: RUNNING, Access.OFF: "suspended"}
SUBSCRIPTION_KINDS: Final = tuple(kind for kind in DriftKind if kind is not DriftKind.PRICE)


def everything(world: World, *, page: int = PAGE) -> Iterator[Due]:
    """The prices, then every subscription that may have seats; goes on where the last run stopped.

    Time concerns all of them alike, once a day: so they are found by their status, and none of them has an
    entry of its own in the index of what is due.
    """
    walk = world.store.walk(WALK)
    if walk.begins:
        yield from (Due(id=PRICES + country, client_id="", seller_id=None) for country in CURRENCY_OF)
    lists = [(status, shard) for status in WALKED for shard in world.store.shards]
    while walk.lists_done < len(lists):
        status, shard = lists[walk.lists_done]
        ids = world.store.ids_with_status(status, shard=shard, after=walk.after, limit=page)
        yield from (Due(id=each, client_id="", seller_id=None) for each in ids)
        # Written when the whole page was handled: whoever stops before has it looked at again.
        walk = replace(walk, after=ids[-1]) if ids else Walk(lists_done=walk.lists_done + 1)
        world.store.save_walk(WALK, walk)
    world.store.save_walk(WALK, Walk())


def reconcile(world: World, *, due: Due, at: datetime, request_id: str) -> None:
    """Compare one subscription, or a country's prices, with what Microsoft says."""
    try:
        if due.id.startswith(PRICES):
            compare_prices(world, country=due.id.removeprefix(PRICES), at=at)
            return
        compare(world, subscription_id=due.id, at=at, request_id=request_id)
        grant.look(world, subscription_id=due.id, at=at, request_id=request_id)
    except (Unavailable, OutcomeUnknown) as trouble:
        log.warning("Microsoft did not answer", extra={"due_id": due.id, "error": str(trouble)})
        count("microsoft_unavailable")


def compare(world: World, *, subscription_id: str, at: datetime, request_id: str) -> None:
    """Report where the seats at Microsoft are not what the subscription says; align what can be aligned."""
    sub = world.store.load(subscription_id)
    ordered = known_order(world, sub=sub) if wanted(sub) is not None else None
    if ordered is None or sub.renewal_under_way:
        return
    there = world.microsoft.seats_of(ordered=ordered)
    found = differences(sub, there, at=at)
    if found and at < world.store.changed_at(sub) + DRIFT_GRACE:
        return  # what was decided here is on its way to Microsoft
    drifts = [drift.of_subscription(sub.id, each, at=at) for each in found]
    among = [drift.id_of(sub.id, kind) for kind in SUBSCRIPTION_KINDS]
    world.store.settle_drifts(drifts, among=among, at=at)
    for each in drifts:
        _report(each)
    alignable = there is not None and there.status in ALIGNABLE
    if alignable and any(each.kind in (DriftKind.ACCESS, DriftKind.AUTO_RENEW) for each in found):
        _align_again(world, sub=sub, at=at, request_id=request_id)


def compare_prices(world: World, *, country: str, at: datetime) -> None:
    """Report where Microsoft recommends another price than ours, by a cent or more."""
    prices = world.prices(country, at=at)
    found = []
    for listed in world.microsoft.list_prices(country=country, at=at):
        try:
            ours = price_in_force(
                prices,
                plan_id=listed.plan_id,
                billing_period=listed.billing_period,
                country=country,
                at=at,
            ).money
        except Refusal:
            continue  # not for sale here
        if ours != listed.price:
            found.append(_price_drift(country, listed, ours=str(ours), at=at))
    among = [_price_id(country, plan.id, period) for plan in PLANS for period in BillingPeriod]
    world.store.settle_drifts([each for each in found if each.id in among], among=among, at=at)
    for each in found:
        _report(each)


def list_drifts(world: World, *, limit: int, after: str | None) -> Page:
    """What Microsoft has otherwise than we have it."""
    return world.store.drifts(limit=limit, after=after)


def differences(sub: Subscription, there: SeatsThere | None, *, at: datetime) -> list[Difference]:
    """Where the seats at Microsoft are not what the subscription says."""
    told = wanted(sub)
    if told is None:
        return []
    access, auto_renew = told
    if access is Access.ENDED:
        return [] if there is None else _left_running(there)
    if there is None:
        return [Difference(kind=DriftKind.MISSING, ours=sub.status.value, theirs="none")]
    renews = auto_renew and access is Access.ON
    return [
        *_unless_equal(DriftKind.ACCESS, EXPECTED[access], there.status),
        *_unless_equal(
            DriftKind.AUTO_RENEW, _renewal(auto_renew=renews, ends_at_term=not renews), _renewal_of(there)
        ),
        *_unless_equal(DriftKind.SEATS, str(sub.seats), str(there.seats)),
        *_unless_equal(DriftKind.PLAN, sub.plan_id, there.plan_id or "none of ours"),
        *_term_ends(sub, there, at=at),
    ]


def _left_running(there: SeatsThere) -> list[Difference]:
    """What is over here may be suspended, expired or deleted there, and must neither run nor renew."""
    if there.status not in ALIGNABLE:
        return []
    running = [Difference(kind=DriftKind.ACCESS, ours="ended", theirs=there.status)]
    renewing = _unless_equal(
        DriftKind.AUTO_RENEW, _renewal(auto_renew=False, ends_at_term=True), _renewal_of(there)
    )
    return [*(running if there.status == RUNNING else []), *renewing]


def _term_ends(sub: Subscription, there: SeatsThere, *, at: datetime) -> list[Difference]:
    """Around the turn of a term, and while a payment is tried again, one of the two is ahead."""
    term, theirs = sub.term, there.term_ends_at
    if sub.status not in IN_TERM or term is None or theirs is None or sub.renewal is not None:
        return []
    turning = at < term.start + TERM_END_TOLERANCE or term.end - TERM_END_TOLERANCE < at
    if turning or abs(theirs - term.end) < TERM_END_TOLERANCE:
        return []
    return [
        Difference(
            kind=DriftKind.TERM_END, ours=term.end.date().isoformat(), theirs=theirs.date().isoformat()
        )
    ]


def _unless_equal(kind: DriftKind, ours: str, theirs: str) -> list[Difference]:
    return [] if ours == theirs else [Difference(kind=kind, ours=ours, theirs=theirs)]


def _renewal_of(there: SeatsThere) -> str:
    return _renewal(auto_renew=there.auto_renew, ends_at_term=there.ends_at_term)


def _renewal(*, auto_renew: bool, ends_at_term: bool) -> str:
    """D16: off is two things at Microsoft, and half of it is a paid extension."""
    if auto_renew:
        return "renews and ends" if ends_at_term else "renews"
    return "ends" if ends_at_term else "neither renews nor ends"


def _align_again(world: World, *, sub: Subscription, at: datetime, request_id: str) -> None:
    """At most once a day and version; `carry_out` repeats it until Microsoft has done it."""
    again = Effect(
        id=effect_id(sub.id, sub.version, at.date(), EffectKind.ALIGN),
        kind=EffectKind.ALIGN,
        subject=sub.id,
        data={},
        created_at=at,
    )
    world.queue.nudge(world.store.put_effects([again]), request_id=request_id)


def _price_drift(country: str, listed: ListPrice, *, ours: str, at: datetime) -> Drift:
    return Drift(
        id=_price_id(country, listed.plan_id, listed.billing_period),
        kind=DriftKind.PRICE,
        ours=ours,
        theirs=str(listed.price),
        since=at,
        seen_at=at,
        plan_id=listed.plan_id,
        billing_period=listed.billing_period,
    )


def _price_id(country: str, plan_id: str, billing_period: BillingPeriod) -> str:
    return drift.id_of(f"{PRICES}{country}.{plan_id}.{billing_period}", DriftKind.PRICE)


def _report(found: Drift) -> None:
    count("drift", kind=found.kind.value)
    facts = {"drift_id": found.id, "kind": found.kind.value, "ours": found.ours, "theirs": found.theirs}
    log.warning("Microsoft has it otherwise", extra=facts)
