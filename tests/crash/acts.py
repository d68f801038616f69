"""What a crash scenario is made of: where it begins, what is done, and what that calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.usecases.carry_out import carry_out
from sandbox.world import make_world
from tests import lives
from tests.crash.frozen import begun


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Where it begins, what is done, what that calls, and whether the caller would ask again."""

    begin: Callable
    act: Callable
    calls: tuple[str, ...]
    make: Callable = lives.empty  # the world that it begins in
    asked_by_a_person: bool = False
    by_message: bool = False  # of a queue, which has it carried out again when a worker dies
    minutes: int = 25  # how long time goes on afterwards
    afterwards: Callable | None = None  # what people do then
    strays: bool = False  # money is taken that no paper speaks of, and given back

    @property
    def asked_again(self) -> tuple[bool, ...]:
        if self.by_message:
            return (True,)
        return (False, True) if self.asked_by_a_person else (False,)


def points(calls):
    """Where to die: before each call, and after the last; after one of the others is before the next."""
    return [*((number, "before") for number in range(len(calls))), (len(calls) - 1, "after")]


def carry(kind: str):
    """A worker carries out the open effect of a kind."""

    def act(stage, world):
        for effect_id in stage.world.queue.take():
            if effect_id.endswith(f".{kind}"):
                carry_out(world, effect_id=effect_id, at=stage.now(), request_id=lives.REQUEST)

    return act


def sweep(act):
    """A sweep does to the subscription what it does."""

    def run(stage, world):
        act(world, due=lives.due_of(stage), at=stage.now(), request_id=lives.REQUEST)

    return run


def start(reach, world):
    """As `reach(world)`, in a copy of what somebody has lived already."""
    make = with_taxes if world.settings.stripe.taxes else lives.empty
    return begun(reach, make=make, world=world)


def with_taxes():
    """An empty world in which sales are taxed."""
    made = make_world(environment={"TAXES": "stripe"})
    made.__dict__["queue"] = lives.PaperQueue()
    return made
