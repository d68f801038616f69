"""One order or none: whatever dies, is lost or is canceled between the cart and the seats.

Microsoft is owed from the check-out on. So an account whose client stays has one order in the end, and one
whose client has canceled has no seats that run and no order that is paid for.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.simulators.faults import Kind
from tests import lives
from tests.crash.acts import points
from tests.crash.dying import Crash, watched
from tests.crash.frozen import begun
from tests.crash.scenarios import SCENARIOS

SCENARIO = SCENARIOS["order and activation"]
MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)

# How long after the order its seats are there, and how long it is missing from Microsoft's lists.
PACES = {
    "at once": (timedelta(), timedelta()),
    "missing from the lists": (timedelta(), 15 * MINUTES),
    "provisioned late": (40 * MINUTES, timedelta()),
    "both": (40 * MINUTES, 15 * MINUTES),
}
LATE = ("provisioned late", "both")
CASES = [
    pytest.param(pace, number, when, id=f"{pace}: dies {when} {number + 1} {SCENARIO.calls[number]}")
    for pace in PACES
    # Nobody is nudged before the seats are there.
    for number, when in points(SCENARIO.calls[:-1] if pace in LATE else SCENARIO.calls)
]
at_every_point_and_pace = pytest.mark.parametrize(("pace", "number", "when"), CASES)
at_every_pace = pytest.mark.parametrize("pace", PACES)


@pytest.fixture
def stage():
    """An account that is accepted, whose seats have not been ordered."""
    return begun(lives.accepted)


def _at_pace(stage, pace):
    switches = stage.world.partner_center
    switches.provisioning_takes, switches.list_lag = PACES[pace]


def _die(stage, number, when):
    dying, watch = watched(stage.world)
    watch.die_at, watch.when, watch.armed = number, when, True
    try:
        SCENARIO.act(stage, dying)
    except Crash:
        return
    pytest.fail("nobody has died")


def _time_goes_on(stage):
    """Long enough for every lease, every lag and the waits between attempts."""
    for span in (7 * MINUTES, 10 * MINUTES, 30 * MINUTES, HOURS, HOURS, 5 * HOURS):
        stage.forward(span)
        lives.sweep_all(stage.world)


def _running(stage):
    return [seats.status for seats in stage.world.partner_center.seats if seats.status == "active"]


def _check_one_order(stage):
    world = stage.world
    assert world.store.load(stage.subscription_id).status == "active"
    assert len(world.partner_center.orders) == 1
    assert _running(stage) == ["active"]
    lives.check_books(stage)


def _check_nothing_left(stage):
    world = stage.world
    assert world.store.load(stage.subscription_id).status == "canceled"
    assert len(world.partner_center.orders) <= 1
    assert _running(stage) == []
    assert world.partner_center.owed(stage.subscription_id) == 0, "canceled within a day: nothing is owed"
    lives.check_books(stage)


@at_every_point_and_pace
def test_whoever_takes_it_up_again_orders_no_second_time(stage, pace, number, when):
    _at_pace(stage, pace)
    _die(stage, number, when)
    _time_goes_on(stage)
    _check_one_order(stage)


@at_every_point_and_pace
def test_r57_d5_what_was_ordered_for_one_who_cancels_meanwhile_is_ended(stage, pace, number, when):
    _at_pace(stage, pace)
    _die(stage, number, when)
    lives.cancel_now(stage)
    lives.drain(stage.world)
    _time_goes_on(stage)
    _check_nothing_left(stage)


LOST = {
    "the cart's answer is lost": (Kind.TIMEOUT, r"/carts$"),
    "the cart is filled, and an error answered": (Kind.ERROR_AFTER, r"/carts$"),
    "the cart is not filled": (Kind.ERROR, r"/carts$"),
    "the line to the cart is cut": (Kind.REFUSED_LINE, r"/carts$"),
    "the check-out's answer is lost": (Kind.TIMEOUT, "/checkout"),
    "it is ordered, and an error answered": (Kind.ERROR_AFTER, "/checkout"),
    "it is not ordered": (Kind.ERROR, "/checkout"),
    "the line to the check-out is cut": (Kind.REFUSED_LINE, "/checkout"),
    "Microsoft is busy": (Kind.RATE_LIMIT, "/checkout"),
    "Microsoft is in a storm": (Kind.STORM, "/c"),
}
whatever_is_lost = pytest.mark.parametrize(
    ("kind", "path"), [pytest.param(*trouble, id=name) for name, trouble in LOST.items()]
)


@at_every_pace
@whatever_is_lost
def test_an_answer_that_is_lost_orders_no_second_time(stage, pace, kind, path):
    _at_pace(stage, pace)
    stage.world.neighbors.faults["microsoft"].plan(kind, method="POST", path=path, count=7)
    lives.drain(stage.world)
    _time_goes_on(stage)
    _check_one_order(stage)


@at_every_pace
@whatever_is_lost
def test_r57_an_order_whose_answer_was_lost_ends_with_its_subscription(stage, pace, kind, path):
    _at_pace(stage, pace)
    stage.world.neighbors.faults["microsoft"].plan(kind, method="POST", path=path, count=7)
    lives.drain(stage.world)
    lives.cancel_now(stage)
    lives.drain(stage.world)
    _time_goes_on(stage)
    _check_nothing_left(stage)


def test_a_stuck_order_ends_with_its_subscription_too(stage):
    """The attempts are used up, the cart was checked out, and Microsoft's lists have it much later."""
    world = stage.world
    faults = world.neighbors.faults["microsoft"]
    faults.plan(Kind.TIMEOUT, method="POST", path="/checkout", count=1_000)
    faults.plan(Kind.REFUSED_LINE, method="GET", path="/orders|/subscriptions", count=1_000)
    lives.drain(world)
    for _ in range(15):
        stage.forward(5 * HOURS)
        lives.sweep_all(world)
    (stuck,) = world.store.stuck(limit=10, after=None).items
    assert stuck.kind == "order"
    assert _running(stage) == ["active"]
    faults.clear()
    lives.cancel_now(stage)
    lives.drain(world)
    assert _running(stage) == []


def test_another_cart_is_filled_only_when_the_first_is_gone_and_nothing_was_ordered_with_it(stage):
    world = stage.world
    world.neighbors.faults["microsoft"].plan(Kind.ERROR, method="POST", path="/checkout", count=50)
    lives.drain(world)
    stage.forward(timedelta(days=8))  # Microsoft keeps a cart for seven days
    world.neighbors.faults["microsoft"].clear()
    for _ in range(3):
        stage.forward(5 * HOURS)
        lives.sweep_all(world)
    _check_one_order(stage)
    memo = world.store.memo(world.store.load(stage.subscription_id).account.ordered_by)
    assert memo["carts"] == 1
