"""Whatever dies, wherever: the end is the same as if nothing had happened, or as if nothing had been asked.

Every act that reaches outside is killed before and after each of its outward calls, with a caller who asks
again and with one who gives up. Then time goes on and the sweeps run.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import lives
from tests.crash.dying import Crash, watched
from tests.crash.scenarios import SCENARIOS

# Where a caller who gives up has bought nothing: up to the charge, nothing was promised and nothing taken.
NOTHING_YET = {"checkout": 5, "cancel": 2}
# SES knows no idempotency key: between its yes and our note of it a mail may go out twice, never not at all.
TWICE = {("mail", "mail.send", "after"), ("mail", "store.done", "before")}

POINTS = [
    (name, number, call, when, again)
    for name, scenario in SCENARIOS.items()
    for number, call in enumerate(scenario.calls)
    for when in ("before", "after")
    for again in ((False, True) if scenario.asked_by_a_person else (False,))
]


def _run(world, name: str, *, die_at: int | None = None, when: str = "before", again: bool = False):
    scenario = SCENARIOS[name]
    stage = scenario.begin(world)
    dying, watch = watched(world)
    watch.die_at, watch.when, watch.armed = die_at, when, True
    try:
        scenario.act(stage, dying)
    except Crash:
        assert die_at is not None
    watch.armed = False
    if again:
        stage.forward(timedelta(minutes=3))  # the lease of whoever died is over
        lives.calmly(lambda: scenario.act(stage, world))
    lives.drain(world)
    lives.recover(stage)
    return stage, watch


@pytest.fixture(scope="module")
def undisturbed():
    """The end of each scenario, run once without a crash."""
    return {}


def _undisturbed(undisturbed, world, name):
    if name not in undisturbed:
        undisturbed[name] = lives.outcome(_run(world, name)[0])
    return undisturbed[name]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_outward_calls_are_those_that_are_crashed_at(world, name):
    scenario = SCENARIOS[name]
    stage = scenario.begin(world)
    dying, watch = watched(world)
    watch.armed = True
    scenario.act(stage, dying)
    assert tuple(watch.calls) == scenario.calls


@pytest.mark.parametrize(
    ("name", "number", "call", "when", "again"),
    POINTS,
    ids=[
        f"{name} dies {when} {number + 1} {call}, {'asked again' if again else 'given up'}"
        for name, number, call, when, again in POINTS
    ],
)
def test_the_end_is_the_same(make_empty, undisturbed, name, number, call, when, again):
    expected = _undisturbed(undisturbed, make_empty(), name)
    stage, _ = _run(make_empty(), name, die_at=number, when=when, again=again)
    end = lives.outcome(stage)
    if (name, call, when) in TWICE:
        first = next(cause for cause in end["mails"] if cause[0] == "E1")
        assert end["mails"].pop(first) in (1, 2)
        rest = {cause: times for cause, times in expected["mails"].items() if cause[0] != "E1"}
        assert end == {**expected, "mails": rest}
        return
    lives.check_books(stage)
    done = number if when == "before" else number + 1
    if not again and done < NOTHING_YET.get(name, 0):
        if name == "checkout":
            assert end["subscriptions"] == []
            assert end["charged"] == []
            assert end["documents"] == []
        else:
            assert [status for status, *_ in end["subscriptions"]] == ["active"]
            assert end["refunded"] == []
        return
    assert end == expected


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
    again, watch = watched(world)
    watch.armed = True
    lives.buy(stage, world=again)
    assert "payments.find" in watch.calls
    assert "payments.charge" not in watch.calls
