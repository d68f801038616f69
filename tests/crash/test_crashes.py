"""Whatever dies, wherever: the end is the same as if nothing had happened, or as if nothing had been asked.

Every act that reaches outside is killed between any two of its outward calls, before the first and after the
last, with a caller who asks again and with one who gives up. Then time goes on and the sweeps run.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from tests import lives
from tests.crash.acts import points
from tests.crash.dying import Crash, Watch, watched
from tests.crash.ends import check, end
from tests.crash.frozen import begun
from tests.crash.scenarios import SCENARIOS

# Where a caller who gives up has bought nothing: up to the charge, nothing was promised and nothing taken.
# A notice that nobody sends again has told nothing.
NOTHING_YET = {"checkout": 6, "checkout with tax": 7, "cancel": 2, "account opens": 3, "dispute": 6}
# SES knows no idempotency key: between its yes and our note of it a mail may go out twice, never not at all.
TWICE = {("mail", "store.posted", "before")}

POINTS = [
    (name, number, scenario.calls[number], when, again)
    for name, scenario in SCENARIOS.items()
    for number, when in points(scenario.calls)
    for again in scenario.asked_again
]


def _run(
    name: str, *, die_at: int | None = None, when: str = "before", again: bool = False
) -> tuple[lives.Stage, Watch]:
    scenario = SCENARIOS[name]
    stage = begun(scenario.begin, make=scenario.make)
    dying, watch = watched(stage.world)
    watch.die_at, watch.when, watch.armed = die_at, when, True
    try:
        scenario.act(stage, dying)
    except Crash:
        assert die_at is not None
    watch.armed = False
    if again:
        stage.forward(timedelta(minutes=3))  # the lease of whoever died is over
        lives.calmly(lambda: scenario.act(stage, stage.world))
    lives.drain(stage.world)
    lives.recover(stage, minutes=scenario.minutes)
    if scenario.afterwards is not None:
        scenario.afterwards(stage)
    return stage, watch


@cache
def _undisturbed(name: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """What is called when nobody dies, and how it ends."""
    stage, watch = _run(name)
    return tuple(watch.calls), end(stage)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_outward_calls_are_those_that_are_crashed_at(name):
    calls, _ = _undisturbed(name)
    assert calls == SCENARIOS[name].calls


@pytest.mark.parametrize(
    ("name", "number", "call", "when", "again"),
    POINTS,
    ids=[
        f"{name} dies {when} {number + 1} {call}, {'asked again' if again else 'given up'}"
        for name, number, call, when, again in POINTS
    ],
)
def test_the_end_is_the_same(name, number, call, when, again):
    _, expected = _undisturbed(name)
    stage, _ = _run(name, die_at=number, when=when, again=again)
    found = end(stage)
    if (name, call, when) in TWICE:
        first = next(cause for cause in found["mails"] if cause[0] == "E1")
        assert found["mails"].pop(first) in (1, 2)
        rest = {cause: times for cause, times in expected["mails"].items() if cause[0] != "E1"}
        assert found == {**expected, "mails": rest}
        return
    check(stage, found, strays=SCENARIOS[name].strays)
    done = number if when == "before" else number + 1
    if not again and done < NOTHING_YET.get(name, 0):
        if name.startswith("checkout"):
            assert found["subscriptions"] == []
            assert found["charged"] == []
            assert found["documents"] == []
        else:
            assert [status for status, *_ in found["subscriptions"]] == ["active"]
            assert found["refunded"] == []
        return
    assert found == expected


def test_what_was_charged_before_the_crash_is_looked_up_and_not_asked_for_again(world):
    """D4's money moves once: whoever takes an order up again asks what became of it first."""
    stage = lives.enrolled(world)
    dying, watch = watched(world)
    watch.die_at, watch.when, watch.armed = (
        SCENARIOS["checkout"].calls.index("payments.charge"),
        "after",
        True,
    )
    with pytest.raises(Crash):
        lives.buy(stage, world=dying)
    stage.forward(timedelta(minutes=3))
    lives.buy(stage)
    assert len(world.stripe.charges()) == 1
    assert len(world.stripe.things("payment_intent")) == 1
