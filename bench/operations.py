"""What each operation costs: AWS calls, counted at the client, and our own time against the bare calls.

    make bench

For each operation the AWS calls are recorded once, then their answers are played back from memory. "Ours" is
the whole use case; "bare" the same boto calls with the same answers and nothing else. Both are measured in
turn, in one run, and compared by their medians: only the ratio means anything on another machine.
Exits with 1 when an operation makes more calls than its budget.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from bench.tape import Call, Tape
from chalicelib.domain.catalog import Quote
from chalicelib.domain.idempotency import Answer
from chalicelib.domain.people import Address, Caller, Role
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Sweep
from chalicelib.gateways.mail import SesMail
from chalicelib.rulebook import BillingPeriod
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.records import Once
from chalicelib.storage.tables import Row
from chalicelib.storage.waking import Due
from chalicelib.usecases import cancel, carry_out, catalog, checkout, enroll, renew, see
from chalicelib.wiring import World
from sandbox.world import SandboxWorld, make_world

ROUNDS: Final = 200
WARM_UP: Final = 20

# Calls at most, warm: what the product promises of itself.
BUDGET: Final = {
    "plans": 0,
    "quote": 0,
    "show": 1,
    "list": 1,
    "checkout": 5,
    "cancel": 3,
    "one renewal": 4,
    "one mail": 4,
}
AIM: Final = 2.0  # ours at most so many times the bare calls

EVENT: Final = {
    "version": "0",
    "account": "000000000000",
    "region": "us-east-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2024-01-01T00:00:00Z",
    "id": "bench",
    "resources": [],
}
ADDRESS: Final = Address(line1="1 Main St", city="Redmond", state="WA", postal_code="98052", country="US")
REQUEST: Final = "bench"


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table; microseconds, medians."""

    name: str
    calls: list[Call]
    ours: float
    bare: float

    @property
    def ratio(self) -> float | None:
        """Ours over bare; None where there is nothing bare to compare with."""
        return self.ours / self.bare if self.calls else None


def _person(name: str, role: Role) -> Caller:
    return Caller(
        id=f"usr_{name}",
        name=name.title(),
        email=f"{name}@bench.example",
        locale="en",
        roles=frozenset({role}),
    )


CLIENT, SELLER, OPERATOR = (
    _person("carl", Role.CLIENT),
    _person("frida", Role.FREELANCER),
    _person("olga", Role.OPERATOR),
)


class Recalled:
    """A neighbor whose first answer to each question is given again: what is measured is our own time."""

    def __init__(self, neighbor: Any) -> None:
        self._neighbor = neighbor
        self._said: dict[str, Any] = {}

    def __getattr__(self, verb: str) -> Any:
        """Ask once, remember from then on."""

        def recall(**asked: Any) -> Any:
            if verb not in self._said:
                self._said[verb] = getattr(self._neighbor, verb)(**asked)
            return self._said[verb]

        return recall


def _world() -> SandboxWorld:
    world = make_world()
    world.__dict__["payments"] = Recalled(world.payments)
    world.__dict__["mail"] = SesMail(
        client=world.client("sesv2"),
        sender=world.settings.brand.sender,
        support=world.settings.brand.support,
        configuration_set=None,
    )
    return world


def _link(world: World) -> str:
    told: dict[str, Any] = {"once": None, "at": world.now(), "request_id": REQUEST}
    invited = enroll.invite(world, caller=OPERATOR, email=SELLER.email, display_name="Frida", **told)
    enroll.apply(
        world,
        caller=SELLER,
        display_name="Frida",
        serves_us_clients=True,
        experience="-",
        website=None,
        **told,
    )
    enroll.decide(world, caller=OPERATOR, freelancer_id=invited.id, approve=True, reason=None, **told)
    return enroll.sign_terms(world, caller=SELLER, version=enroll.TERMS.version, **told).link_token or ""


def _once(key: str) -> Once:
    return Once(
        key=keys.record_key(caller=CLIENT.id, route="bench", key=key),
        fingerprint="-",
        answer=lambda sub: Answer(status=201, body={"id": sub.id}),
    )


def _buy(world: World, link: str, key: str) -> Subscription:
    purchase = checkout.Purchase(
        plan_id="business-basic",
        billing_period=BillingPeriod.MONTHLY,
        country="US",
        seats=10,
        payment_method="pm_card_visa",
        address=ADDRESS,
        link_token=link,
    )
    sold = checkout.checkout(
        world, caller=CLIENT, purchase=purchase, once=_once(key), at=world.now(), request_id=REQUEST
    )
    if not isinstance(sold, Subscription):
        raise TypeError("the bank wants to see the cardholder")
    return sold


def _activated(world: World, sub: Subscription) -> Subscription:
    """The subscription as it is one second after its activation, put there directly."""
    from chalicelib.domain.calendar import nth_term

    at = world.now()
    active = replace(
        sub,
        status=type(sub.status).ACTIVE,
        activated_at=at,
        term=nth_term(at, 0, sub.billing_period),
        version=sub.version + 1,
    )
    row = world.store._subscription_row(active)  # noqa: SLF001  (a short cut through fourteen calls)
    row.save()
    return active


def _operations(world: SandboxWorld) -> Iterator[tuple[str, Callable[[], Any]]]:
    link = _link(world)
    sub = _activated(world, _buy(world, link, "first"))
    at = world.now()
    catalog.plans(world, country="US", at=at)  # the price table is read once a minute

    def plans() -> list[catalog.PlanOffer]:
        return catalog.plans(world, country="US", at=at)

    def quote() -> Quote:
        return catalog.quote(
            world,
            plan_id="business-basic",
            billing_period=BillingPeriod.YEARLY,
            country="US",
            seats=10,
            at=at,
        )

    yield "plans", plans
    yield "quote", quote
    yield "show", lambda: see.show(world, subscription_id=sub.id, caller=CLIENT)
    yield "list", lambda: see.list_own(world, caller=CLIENT, status=None, limit=25, after=None)
    yield "checkout", lambda: _buy(world, link, "second")

    def end() -> Subscription:
        return cancel.cancel(
            world,
            subscription_id=sub.id,
            caller=CLIENT,
            reason=None,
            quote=None,
            once=_once("cancel"),
            at=at,
            request_id=REQUEST,
        )

    yield "cancel", end

    renewing = _activated(world, _buy(world, link, "third"))
    if renewing.term is None or renewing.seller is None:
        raise ValueError("it was not activated")
    world.clock.put(renewing.term.end)
    later = world.now()
    catalog.plans(world, country="US", at=later)
    due = Due(id=renewing.id, client_id=CLIENT.id, seller_id=renewing.seller.freelancer_id)
    yield "one renewal", lambda: renew.end_term(world, due=due, at=later, request_id=REQUEST)
    mail = f"{renewing.id}.1.E1"
    yield (
        "one mail",
        lambda: carry_out.carry_out(world, effect_id=mail, at=later, request_id=REQUEST),
    )


def _measure(tape: Tape, name: str, act: Callable[[], Any]) -> Result:
    calls = tape.record(act)
    tape.play(calls)
    ours, bare = [], []
    for number in range(WARM_UP + ROUNDS):
        tape.rewind()
        begun = time.perf_counter()
        act()
        between = time.perf_counter()
        tape.rewind()
        for call in calls:
            call.bare()
        ended = time.perf_counter()
        if number >= WARM_UP:
            ours.append(between - begun)
            bare.append(ended - between)
    tape.stop()
    return Result(name, calls, statistics.median(ours) * 1e6, statistics.median(bare) * 1e6)


def _sweep_calls(tape: Tape, world: SandboxWorld, *, due: int, asleep: int) -> tuple[int, int]:
    """The calls of a whole sweep, and of its looks at the index alone, over so many rows."""
    from chalicelib import sweeps

    link = _link(world)
    sub = _activated(world, _buy(world, link, "model"))
    if sub.term is None:
        raise ValueError("it was not activated")
    model, remind_at = encode(replace(sub, commission=None)), sub.term.end - timedelta(days=7)
    far = replace(sub, commission=None, reminded=timedelta(days=7))
    for number in range(due + asleep):
        row_id = f"{sub.id}{number:03d}"
        copied = replace(decode(model, Subscription) if number < due else far, id=row_id)
        world.store._subscription_row(copied).save()  # noqa: SLF001  (as above)
    Row(*keys.subscription(sub.id)).delete()
    world.clock.put(remind_at)
    catalog.plans(world, country="US", at=world.now())
    looks = tape.record(
        lambda: [
            found.id
            for shard in world.store.shards
            for found in world.store.due(Sweep.REMINDERS, shard=shard, at=world.now())
        ]
    )
    counted = len(looks)
    whole = tape.record(lambda: sweeps.sweep_reminders(EVENT, None))
    return len(whole), counted


def _listen(tape: Tape, world: World) -> None:
    for client in (world.store._connection.client, world.client("sqs"), world.client("sesv2")):  # noqa: SLF001
        tape.listen(client)


def main() -> int:
    """Print the tables; 1 if a budget is exceeded."""
    silence = io.StringIO()
    tape, over = Tape(), []
    results: list[Result] = []
    world = _world()
    _listen(tape, world)
    with contextlib.redirect_stdout(silence):
        results += [_measure(tape, name, act) for name, act in _operations(world)]
    print(f"{'operation':<14}{'calls':>6}{'at most':>9}{'ours µs':>10}{'bare µs':>10}{'ratio':>8}")
    for result in results:
        budget = BUDGET[result.name]
        ratio = f"{result.ratio:.2f}" if result.ratio else "–"
        print(
            f"{result.name:<14}{len(result.calls):>6}{budget:>9}{result.ours:>10.0f}{result.bare:>10.0f}{ratio:>8}"
        )
        print(f"{'':<14}{', '.join(call.name for call in result.calls)}")
        if len(result.calls) > budget:
            over.append(result.name)
    print()
    print(f"{'sweep of reminders':<34}{'index pages':>12}{'all calls':>11}")
    lines = []
    for asleep in (0, 300):
        with contextlib.redirect_stdout(silence):
            fresh = _world()
            whole, looks = _sweep_calls(tape, fresh, due=100, asleep=asleep)
        lines.append((whole, looks))
        print(f"{f'100 due among {100 + asleep} rows':<34}{looks:>12}{whole:>11}")
        if looks > len(fresh.store.shards):
            over.append("sweep")
    if lines[0] != lines[1]:
        over.append("a sweep grows with what is not due")
    if over:
        print(f"over budget: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
