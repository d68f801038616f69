"""Every night what Microsoft has is compared with what we have: reported, listed until it is gone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib import sweeps
from chalicelib.domain.catalog import Price
from chalicelib.rulebook import DRIFT_GRACE, BillingPeriod
from chalicelib.storage import keys
from chalicelib.storage.tables import Row
from chalicelib.usecases import reconcile
from chalicelib.usecases.heed import heed
from sandbox.simulators.faults import Kind
from tests import lives
from tests.ways_in.test_sweeps import EVENT, Context

ENOUGH = 600_000


@pytest.fixture
def stage():
    """Seats in use, and nothing changed lately."""
    made = lives.active(lives.empty())
    made.forward(DRIFT_GRACE)
    return made


def run(*remaining: int):
    return sweeps.sweep_reconciliations(EVENT, Context(*(remaining or (ENOUGH,))))


def listed(stage):
    found = stage.world.store.drifts(limit=100, after=None).items
    return [(one.kind.value, one.ours, one.theirs) for one in found if one.subscription_id]


def seats_of(stage):
    (seats,) = stage.world.partner_center.seats
    return seats


def counted(capsys, metric):
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if f'"{metric}"' in line]
    return [line["kind"] for line in lines if metric in line]


def test_where_all_is_well_nothing_is_reported(stage, capsys):
    assert run()["handled"] == 2  # the prices, and the one subscription
    assert listed(stage) == []
    assert counted(capsys, "drift") == []


def test_what_differs_is_counted_and_listed_until_it_is_gone(stage, capsys):
    seats_of(stage).quantity = 12
    run()
    assert listed(stage) == [("seats", "10", "12")]
    assert counted(capsys, "drift") == ["seats"]
    seats_of(stage).quantity = 10
    run()
    assert listed(stage) == []


def test_a_difference_remembers_since_when_it_is_there(stage):
    seats_of(stage).quantity = 12
    run()
    first = stage.now()
    stage.forward(timedelta(days=1))
    run()
    (drift,) = stage.world.store.drifts(limit=10, after=None).items
    assert (drift.since, drift.seen_at) == (first, stage.now())


def test_a_wrong_number_of_seats_is_for_a_person_to_decide(stage):
    seats_of(stage).quantity = 12
    run()
    assert stage.world.queue.take() == []
    assert seats_of(stage).quantity == 12


def test_d16_what_align_is_for_is_told_to_microsoft_again(stage):
    seats_of(stage).auto_renew = False
    run()
    assert listed(stage) == [("auto_renew", "renews", "neither renews nor ends")]
    lives.drain(stage.world)
    assert seats_of(stage).auto_renew
    run()
    assert listed(stage) == []


def test_d7_seats_in_use_that_were_switched_off_are_switched_off_again(stage):
    lives.suspend_now(stage)
    lives.drain(stage.world)
    seats_of(stage).status = "active"
    stage.forward(DRIFT_GRACE)
    run()
    assert ("access", "suspended", "active") in listed(stage)
    lives.drain(stage.world)
    assert seats_of(stage).status == "suspended"


def test_the_same_difference_is_told_at_most_once_a_day(stage):
    seats_of(stage).auto_renew = False
    run()
    (told,) = stage.world.queue.take()
    run()
    assert stage.world.queue.take() == []
    stage.forward(timedelta(days=1))
    run()
    (again,) = stage.world.queue.take()
    assert again != told


def test_what_was_changed_lately_is_still_on_its_way(stage):
    lives.suspend_now(stage)  # and nobody has told Microsoft yet
    stage.forward(DRIFT_GRACE - timedelta(seconds=1))
    run()
    assert listed(stage) == []
    stage.forward(timedelta(seconds=1))
    run()
    assert ("access", "suspended", "active") in listed(stage)


def test_r57_what_is_over_and_still_runs_is_found_by_the_notices_of_its_tenant(stage):
    """Canceled subscriptions are not walked through: there are ever more of them."""
    lives.cancel_now(stage)
    lives.drain(stage.world)
    seats_of(stage).status = "active"
    stage.forward(DRIFT_GRACE)
    assert run()["handled"] == 1  # the prices alone
    tenant_id = stage.world.store.load(stage.subscription_id).account.tenant_id
    heed(stage.world, reference=f"tenant:{tenant_id}", at=stage.now(), request_id=lives.REQUEST)
    assert ("access", "ended", "active") in listed(stage)
    lives.drain(stage.world)
    assert seats_of(stage).status != "active"


def test_a_price_that_microsoft_has_changed_is_reported_until_ours_is_that_too(stage, capsys):
    world = stage.world
    world.partner_center.catalog.reprice("business-premium", "P1M", 26_41)
    run()
    (drift,) = world.store.drifts(limit=10, after=None).items
    assert (drift.kind, drift.plan_id, drift.billing_period) == ("price", "business-premium", "monthly")
    assert drift.subscription_id is None
    assert counted(capsys, "drift") == ["price"]
    world.store.put_price(
        Price(
            country="US",
            currency="USD",
            plan_id="business-premium",
            billing_period=BillingPeriod.MONTHLY,
            valid_from=stage.now().date(),
            unit_amount=26_41,
        )
    )
    world.forget_prices()
    run()
    assert world.store.drifts(limit=10, after=None).items == []


def test_when_microsoft_does_not_answer_the_others_are_asked_all_the_same(stage):
    stage.world.neighbors.faults["microsoft"].plan(Kind.STORM, count=1_000)
    assert run() == {"sweep": "reconciliations", "handled": 2, "left": False}


def test_it_stops_in_good_order_and_goes_on_with_the_next_run(stage):
    short = sweeps.STOP_BEFORE_END_MS - 1
    seats_of(stage).quantity = 12
    assert run(ENOUGH, short) == {"sweep": "reconciliations", "handled": 1, "left": True}
    assert listed(stage) == []
    assert run()["left"] is False
    assert listed(stage) == [("seats", "10", "12")]


def test_a_walk_goes_on_where_it_stopped_and_in_the_end_begins_anew(stage):
    everybody = {stage.subscription_id, *(_in_use(stage, each) for each in range(6))}
    walk = reconcile.everything(stage.world, page=2)
    seen = [next(walk).id for _ in range(4)]
    del walk  # the function's time is over
    rest = [due.id for due in reconcile.everything(stage.world, page=2)]
    assert seen[0] == "prices.US"
    assert {*seen[1:], *rest} == everybody, "nobody is left out"
    assert len(rest) < len(everybody), "whole pages that were seen are not seen again"
    assert {due.id for due in reconcile.everything(stage.world)} == {"prices.US", *everybody}


def _in_use(stage, number) -> str:
    """Another subscription that the index says is in use."""
    sub_id = lives.buy(stage, key=f"more-{number}").id
    status = keys.sharded("active", keys.shard_of(sub_id, len(stage.world.store.shards)))
    Row(*keys.subscription(sub_id)).update(actions=[Row.status.set(status)])
    return sub_id


def test_a_time_out_at_one_of_them_is_not_a_failure_of_the_run(stage):
    stage.world.neighbors.faults["microsoft"].plan(Kind.TIMEOUT, method="GET", path="subscriptions", count=99)
    assert run()["handled"] == 2
