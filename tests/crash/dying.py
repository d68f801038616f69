"""A world that dies at a chosen outward call, or lets a rival act there."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from chalicelib.wiring import World

NEIGHBORS = ("store", "payments", "taxes", "payouts", "microsoft", "grants", "queue", "mail", "vault")


class Crash(BaseException):
    """The process is gone: nothing of ours catches this, no cleanup runs."""


class Watch:
    """Counts the outward calls of one act; may kill it, or have a rival act, at one of them."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.armed = False
        self.die_at: int | None = None
        self.when = "before"
        self.rival: Callable[[], None] | None = None
        self.rival_at: int | None = None

    def calling(self, name: str, call: Callable[[], Any]) -> Any:
        if not self.armed:
            return call()
        number = len(self.calls)
        self.calls.append(name)
        if number == self.rival_at and self.rival is not None:
            self._act_as_rival()
        if number == self.die_at and self.when == "before":
            raise Crash(name)
        answer = call()
        if number == self.die_at and self.when == "after":
            raise Crash(name)
        return answer

    def _act_as_rival(self) -> None:
        self.armed = False
        try:
            assert self.rival is not None
            self.rival()
        finally:
            self.armed = True


class Watched:
    """A neighbor whose every call is watched."""

    def __init__(self, name: str, neighbor: Any, watch: Watch) -> None:
        self._name, self._neighbor, self._watch = name, neighbor, watch

    def __getattr__(self, verb: str) -> Any:
        found = getattr(self._neighbor, verb)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._watch.calling(f"{self._name}.{verb}", lambda: found(*args, **kwargs))

        return call


def watched(world: World) -> tuple[World, Watch]:
    """The same world, with every neighbor watched."""
    watch = Watch()
    double = copy.copy(world)
    for name in NEIGHBORS:
        double.__dict__[name] = Watched(name, getattr(world, name), watch)
    return double, watch
