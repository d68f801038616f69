"""What happens in a month, lived in the sandbox and counted: each scene once, with nobody else around.

Alone is the dear case: a sweep that finds three pays its fixed part once, and a batch of ten messages is one
run. Sweeps that find nothing are counted by themselves, because they run whether or not anybody buys; what a
scene says of a sweep is what it did beyond that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from chalicelib.domain.waking import Sweep
from sandbox.client import Person, Town
from sandbox.mailbox import Fate
from sandbox.world import SandboxWorld, make_world
from tools.costs.meter import Meter, MeteredFront, MeteredTransport, Usage
from tools.costs.units import indexes_of
from tools.release_story import CountedIds, Inside
from tools.template import merged

START: Final = datetime(2026, 7, 1, 9, tzinfo=UTC)
SHARDS: Final = 4  # as deployed
SERVICES: Final = ("sqs", "sesv2", "kms", "secretsmanager")
NIGHTLY: Final = Sweep.RECONCILIATIONS.value
PATIENCE: Final = "PT12H"  # after what a scene is about, for everything that follows from it
SETTLED: Final = 25  # of the sweeps' shortest interval: by then an activation is through

# As .chalice/config.json has them; the sandbox's own default shows everything.
SWITCHED: Final = {"PAYOUTS": "off", "DELEGATED_ADMIN": "off", "TAXES": "off"}


class Stage:
    """A sandbox in which everything that a function does is counted."""

    def __init__(self) -> None:
        self.world: SandboxWorld = make_world(start=START, shards=SHARDS, environment=SWITCHED)
        self.world.__dict__["ids"] = CountedIds(self.world)
        self.meter = Meter(aws=self.world.aws, indexes=indexes_of(merged()))
        self.world.__dict__["transport"] = MeteredTransport(self.world.transport, meter=self.meter)
        line = Inside(self.world)
        self.runtime: Any = line.runtime
        self._meter_the_runtime()
        self.town = Town(line=line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.meter.stop()

    def _meter_the_runtime(self) -> None:
        runtime, meter = self.runtime, self.meter
        runtime._front = MeteredFront(runtime._front, meter=meter)  # noqa: SLF001  (its parts, each with a meter)
        runtime._schedules = {  # noqa: SLF001
            name: replace(each, handler=meter.handler(f"sweep_{name}", each.handler))
            for name, each in runtime._schedules.items()  # noqa: SLF001
        }
        runtime._consumers = [  # noqa: SLF001
            replace(each, handler=meter.handler(each.name, each.handler))
            for each in runtime._consumers  # noqa: SLF001
        ]
        meter.listen(self.world.store._connection.client)  # noqa: SLF001  (as bench does)
        for service in SERVICES:
            meter.listen(self.world.client(service))

    def fire(self, sweep: str) -> Usage:
        """One run of a sweep."""
        with self.meter.counting() as used:
            self.runtime.fire(sweep)
        return used

    def counted(self, act: Callable[[], object]) -> Usage:
        """What an act uses, with all that follows from it at once."""
        letters = len(self.world.mail.letters())
        self.world.forget_prices()
        with self.meter.counting() as used:
            act()
            self.runtime.settle()
            for letter in self.world.mail.letters()[letters:]:
                self.world.mail.happens(letter, Fate.DELIVERY)
            self.runtime.settle()
        return used

    def lives_until(self, instant: str) -> None:
        """Time passes, and a little more, for what follows."""
        self.town.advance_to(instant)
        self.lets_pass(PATIENCE)

    def lets_pass(self, span: str) -> None:
        """Time passes."""
        self.town.advance(span)


def beyond(used: Usage, idle: dict[str, Usage]) -> Usage:
    """What was used without what the sweeps would have used anyway."""
    for sweep, each in idle.items():
        runs = used.calls.get(f"sweep_{sweep}: runs", 0)
        used = used.plus(each, times=-runs)
    return used


def live() -> dict[str, Usage]:
    """Every scene, by its name."""
    with Stage() as stage:
        return _live(stage)


def _live(stage: Stage) -> dict[str, Usage]:
    town = stage.town
    frida, carl = town.person("Frida Lindqvist", "freelancer"), town.person("Carl Jensen", "client")
    link = town.enroll(frida)
    stage.lets_pass("PT1H")
    stage.fire(NIGHTLY)  # signs in at Microsoft
    stage.world.prices("US", at=stage.world.now())
    idle = {sweep.value: stage.fire(sweep.value) for sweep in Sweep}
    scenes = {f"idle {name}": used for name, used in idle.items()}

    def scene(name: str, act: Callable[[], object]) -> Usage:
        scenes[name] = beyond(stage.counted(act), idle)
        return scenes[name]

    scene("visitor", lambda: looks(town, link))
    subs: list[str] = []
    scene("purchase", lambda: subs.append(carl.buy(link=link, key="first")["id"]))
    sub = subs[0]
    scene("activation", lambda: activates(stage, carl, sub, prefix="pinestreet"))
    stage.lets_pass("PT2H")  # what was just changed is left alone for an hour
    stage.fire(NIGHTLY)  # signs in again
    scene("night", lambda: stage.runtime.fire(NIGHTLY))
    end = carl.see(sub)["current_term"]["end"]
    carl.sign_in()
    scene("month", lambda: stage.lives_until(end))
    scene("client's visit", lambda: visits(carl, sub))
    scene("freelancer's visit", lambda: looks_after_the_business(frida))
    scene("cancellation", lambda: carl.cancel(sub, quoted=True))
    return scenes


def looks(town: Town, link: str) -> None:
    """A visitor opens a link and asks for two prices."""
    town.line.ask("GET", f"/v1/links/{link}")
    for seats in (5, 10):
        asked = {"plan_id": "business-standard", "seats": seats, "billing_period": "monthly", "country": "US"}
        town.line.ask("POST", "/v1/quotes", asked)


def activates(stage: Stage, carl: Person, sub: str, *, prefix: str) -> None:
    """From the purchase to seats in use: the client's part, the operator's, Microsoft's."""
    carl.submit_account(sub, prefix=prefix)
    operator = stage.town.operator
    operator.ask("GET", "/v1/admin/reviews")
    stage.town.review(sub, approve=True)
    carl.accept_agreement(sub)
    for _ in range(SETTLED):
        if carl.see(sub)["status"] == "active":
            break
        stage.lets_pass("PT5M")
    else:
        raise RuntimeError("it never became active")
    carl.ask("POST", f"/v1/subscriptions/{sub}/admin-credentials")


def visits(carl: Person, sub: str) -> None:
    """A client looks at the list, at the subscription, its events and the papers, and takes one as PDF."""
    carl.ask("GET", "/v1/subscriptions")
    carl.see(sub)
    carl.ask("GET", f"/v1/subscriptions/{sub}/events")
    papers = carl.ask("GET", "/v1/invoices")["data"]
    carl.send("GET", f"/v1/invoices/{papers[0]['id']}/pdf")


def looks_after_the_business(frida: Person) -> None:
    """A freelancer looks: at the program, at the sales and at the earnings."""
    for path in ("", "/subscriptions", "/earnings"):
        frida.ask("GET", f"/v1/freelancer{path}")
