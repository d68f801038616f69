"""Five hundred lives while one call in five to a neighbor fails: everybody pays and gets what they should.

Each life is lived twice: in calm weather, and with a fifth of all requests failing before or after the other
side has done its work (by a seed, so that what fails today fails tomorrow). People try again as people do,
sweeps and workers run on; in the end charges, refunds, papers and Microsoft's orders are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest

from chalicelib.domain.idempotency import Replay
from chalicelib.domain.refusals import Refusal
from chalicelib.usecases import set_renewal
from sandbox.world import make_world
from tests import lives

LIVES = 500
AT_A_TIME = 10
SHARE = 20  # of a hundred requests
BEGIN = datetime(2024, 1, 31, 2, tzinfo=UTC)  # early in the day: trouble takes hours, and days are counted
TRY_AGAIN = {"payment_unavailable", "microsoft_unavailable", "idempotency_in_progress", "busy"}


def _insist(stage: lives.Stage, act: Callable[[], Any]) -> None:
    """Do it as a person does, who tries again when told to."""
    for _ in range(50):
        try:
            act()
        except Replay:
            return
        except Refusal as refused:
            if refused.code not in TRY_AGAIN:
                raise
            lives.recover(stage, minutes=5)
        else:
            return
    raise AssertionError("nobody is that patient")


def _until(stage: lives.Stage, reached: Callable[[], bool]) -> None:
    for _ in range(24 * 12):
        if reached():
            return
        lives.recover(stage, minutes=5)
    raise AssertionError("it was never reached")


def _sub(stage: lives.Stage):
    return stage.world.store.load(stage.subscription_id)


def _buy(stage: lives.Stage, seed: int) -> None:
    _insist(stage, lambda: lives.buy(stage, key=f"buy-{seed}"))
    if not stage.subscription_id:  # the answer was lost and replayed
        found = stage.world.store.subscriptions_of(lives.CLIENT.id, status=None, limit=2, after=None)
        stage.subscription_id = found.items[0].id


def _activate(stage: lives.Stage) -> None:
    _insist(stage, lambda: lives.submit(stage))
    lives.approve(stage)
    _until(stage, lambda: _sub(stage).account.offered_at is not None)
    assert stage.world.accept(stage.subscription_id)
    _until(stage, lambda: _sub(stage).status == "active")


def _at_end_of_term(stage: lives.Stage) -> None:
    term = _sub(stage).term
    stage.forward_to(term.end - timedelta(days=7))
    lives.recover(stage, minutes=10)
    stage.forward_to(term.end)
    lives.recover(stage, minutes=60)


def _stay(stage: lives.Stage) -> None:
    pass


def _cancel_at_once(stage: lives.Stage) -> None:
    _insist(stage, lambda: lives.cancel_now(stage))


def _cancel_on_day_three(stage: lives.Stage) -> None:
    stage.forward_to(_sub(stage).term.start + timedelta(days=3))
    _insist(stage, lambda: lives.cancel_now(stage))


def _in_term(stage: lives.Stage, number: int) -> bool:
    return _sub(stage).term.number == number


def _renew_twice(stage: lives.Stage) -> None:
    for number in (1, 2):
        _at_end_of_term(stage)
        _until(stage, partial(_in_term, stage, number))


def _renew_and_cancel(stage: lives.Stage) -> None:
    _at_end_of_term(stage)
    _until(stage, lambda: _sub(stage).term.number == 1)
    stage.forward_to(_sub(stage).term.start + timedelta(days=2))
    _insist(stage, lambda: lives.cancel_now(stage))


def _let_it_expire(stage: lives.Stage) -> None:
    set_renewal.set_renewal(
        stage.world,
        subscription_id=stage.subscription_id,
        caller=lives.CLIENT,
        auto_renew=False,
        at=stage.now(),
        request_id=lives.REQUEST,
    )
    lives.drain(stage.world)
    lives.recover(stage, minutes=60)
    _at_end_of_term(stage)
    _until(stage, lambda: _sub(stage).status == "expired")


def _suspend_and_reinstate(stage: lives.Stage) -> None:
    lives.suspend_now(stage)
    lives.drain(stage.world)
    lives.recover(stage, minutes=60)
    lives.reinstate_now(stage)
    lives.drain(stage.world)


ENDINGS = (
    _stay,
    _cancel_at_once,
    _cancel_on_day_three,
    _renew_twice,
    _renew_and_cancel,
    _let_it_expire,
    _suspend_and_reinstate,
)
BEFORE_ACTIVATION = (_stay, _cancel_at_once)


def _live(seed: int, *, storm: bool) -> dict[str, Any]:
    world = make_world(start=BEGIN)
    world.__dict__["queue"] = lives.PaperQueue()
    stage = lives.enrolled(world)
    if storm:
        for each in world.neighbors.faults.values():
            each.at_random(share=SHARE, seed=seed)
    _buy(stage, seed)
    kind = seed % (len(ENDINGS) + len(BEFORE_ACTIVATION))
    if kind < len(ENDINGS):
        _activate(stage)
        ENDINGS[kind](stage)
    else:
        BEFORE_ACTIVATION[kind - len(ENDINGS)](stage)
    lives.recover(stage, minutes=60)
    taken = sum(each.taken for each in world.neighbors.faults.values())
    for each in world.neighbors.faults.values():
        each.clear()
    # Whatever was put off for hours is done now: a person waits, and so does the outbox.
    for _ in range(3):
        stage.forward(timedelta(hours=4))
        lives.sweep_all(world)
    lives.check_books(stage)
    end = lives.outcome(stage)
    debts = sorted((debt.kind, debt.seats) for debt in world.partner_center.debts)
    return {**end, "mails": sorted(end["mails"]), "debts": debts, "taken": taken}


@cache
def _calm(kind: int) -> dict[str, Any]:
    return _live(kind, storm=False)


@pytest.mark.parametrize("first", range(0, LIVES, AT_A_TIME))
def test_a_storm_changes_nothing_about_who_pays_what_and_gets_what(first):
    kinds, failed = len(ENDINGS) + len(BEFORE_ACTIVATION), 0
    for seed in range(first, first + AT_A_TIME):
        calm, stormy = dict(_calm(seed % kinds)), _live(seed, storm=True)
        failed += stormy.pop("taken")
        calm.pop("taken")
        assert stormy == calm, f"life {seed}"
    assert failed > AT_A_TIME  # there was a storm
