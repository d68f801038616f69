"""The costs on the page are computed: from operations that are counted again here, and dated prices."""

from __future__ import annotations

from datetime import date

import pytest

from tools.costs import bill
from tools.costs.__main__ import PAGE, put_into
from tools.costs.bill import Month, assumed, busy, counted, idle, prices, starts, used_in
from tools.costs.meter import Usage
from tools.costs.pages import SCENES, printed
from tools.costs.scenes import Stage, activates, beyond, live
from tools.costs.units import Index, read_units, size_of, write_units

CLOSE = 0.03  # of bytes and of units: a longer name of a field is no other operation
WAKE = Index(keys=("wake", "due_at"), holds=frozenset({"client_id"}))
WHOLE = Index(keys=("client_id", "pk"), holds=None)


def row(**attributes):
    return {"pk": {"S": "p"}, "sk": {"S": "s"}, **{name: {"S": value} for name, value in attributes.items()}}


@pytest.fixture(scope="module")
def lived():
    return live()


# --- The page ----------------------------------------------------------------------------------------


def test_the_page_has_the_tables_that_the_tool_prints():
    page = PAGE.read_text(encoding="utf-8")
    assert put_into(page, printed()) == page, "run `python -m tools.costs --write`"


def test_each_scene_uses_what_was_counted(lived):
    """If this fails: `python -m tools.costs --count --write`, and see on the page what has become of it."""
    assert set(lived) == set(counted())
    for name, used in lived.items():
        then, now = counted()[name].shown(), used.shown()
        assert now["calls"] == then["calls"], name
        assert now["metrics"] == then["metrics"], name
        assert now["amounts"] == pytest.approx(then["amounts"], rel=CLOSE), name


def test_every_scene_is_on_the_page_and_in_the_busy_month():
    scenes = {name for name in counted() if not name.startswith("idle ")}
    assert scenes == set(SCENES)
    assert set(busy().often) == set(counted())
    assert all(times > 0 for times in busy().often.values())


def test_several_subscriptions_cost_no_more_than_as_many_times_one():
    """What the busy month rests on: its costs grow with the number of subscriptions, and not faster."""
    idle_runs = {name.removeprefix("idle "): used for name, used in counted().items() if "idle " in name}
    subs = []
    with Stage() as stage:
        for name in ("Ada Byron", "Bela Kun", "Cora Lind"):
            client = stage.town.person(name, "client")
            subs.append(client.buy(key=name)["id"])
            activates(stage, client, subs[-1], prefix=client.first_name.lower())
            stage.lets_pass("P2D")
        last = client.see(subs[-1])["current_term"]
        used = beyond(stage.counted(lambda: stage.lives_until(last["end"])), idle_runs)
    one = counted()["month"]  # with a commission, which these do not have
    assert used.metrics["renewal{outcome=paid,service=seatwise,stage=dev}"] == len(subs)
    for amount in ("write units", "read units", "answers"):
        assert used.amounts[amount] <= len(subs) * one.amounts[amount] * (1 + CLOSE), amount
    assert bill.calls_of(used, "sesv2") == len(subs) * bill.calls_of(one, "sesv2")


# --- The bill ----------------------------------------------------------------------------------------


def test_every_price_has_its_page_its_unit_and_a_line_that_uses_it():
    used = {line.price for line in [*bill.bill(busy()), *bill.options(busy())]}
    listed = {name: price for name, price in prices().items() if isinstance(price, dict)}
    assert used == set(listed)
    assert isinstance(prices()["as_of"], date)
    for price in listed.values():
        assert price["price"] > 0
        assert price["per"] >= 1
        assert price["page"]
        assert price["unit"]


def test_the_total_is_what_the_lines_come_to():
    lines = bill.bill(busy())
    assert bill.total(lines) == sum(line.cost for line in lines)
    assert bill.total(bill.bill(idle())) < bill.total(lines)


def test_nobody_comes_in_an_idle_month_and_the_sweeps_run_all_the_same():
    amounts = {(line.service, line.what): line.quantity for line in bill.bill(idle())}
    assert amounts["API Gateway", "requests"] == amounts["SES", "mails"] == 0
    assert amounts["Lambda", "runs"] == 3 * 8640 + 3 * 2880 + 3 * 720 + 30


def test_pages_that_nobody_visits_cost_what_it_takes_to_keep_them():
    idle_lines, busy_lines = (
        {line.price: line.cost for line in bill.storefront(each)} for each in (idle(), busy())
    )
    for price in ("delivered", "deliveries", "edge_runs"):
        assert idle_lines[price] == 0 < busy_lines[price]
    assert idle_lines["package_storage"] == busy_lines["package_storage"] > 0


def test_a_metric_is_paid_by_the_hours_in_which_it_is_sent():
    hours = assumed()["days"] * 24
    used = Usage()
    used.metrics.update({"always": 10 * hours, "once": 1})
    assert bill.metric_months(used) == pytest.approx(1 + 1 / hours)


def test_a_function_that_runs_rarely_starts_anew_each_time():
    used = used_in(Month(often={"idle unsettled": 10_000, "idle expirations": 720}, subscriptions=0))
    assert starts(used) == {"sweep_unsettled": 500, "sweep_expirations": 720}


def test_a_stage_without_alarms_pays_for_none():
    quiet = bill.bill(Month(often=bill.sweeps_alone(), subscriptions=0, watched=False))
    amounts = {line.price: line.quantity for line in quiet}
    assert amounts["alarms"] == amounts["dashboards"] == 0
    assert amounts["keys"] == 1


# --- Request units -----------------------------------------------------------------------------------


def test_the_size_of_a_row_is_its_names_and_its_values():
    assert size_of({"pk": {"S": "é"}, "n": {"N": "1234"}}) == 2 + 2 + 1 + 3


@pytest.mark.parametrize(
    ("before", "after", "indexes", "units"),
    [
        pytest.param(None, row(body="-"), [], 1, id="a small row is one unit"),
        pytest.param(None, row(body="-" * 1024), [], 2, id="the names count too"),
        pytest.param(row(body="-" * 5000), row(body="-"), [], 5, id="the larger of both counts"),
        pytest.param(row(body="-"), None, [], 1, id="to delete is to write"),
        pytest.param(None, row(wake="w", due_at="d"), [WAKE], 2, id="an index is a write of its own"),
        pytest.param(None, row(body="-"), [WAKE], 1, id="which a row that is not in it does not cost"),
        pytest.param(
            row(wake="w", due_at="d", body="1"),
            row(wake="w", due_at="d", body="2"),
            [WAKE],
            1,
            id="nor one of which it holds nothing that has changed",
        ),
        pytest.param(
            row(wake="w", due_at="d"), row(wake="w", due_at="e"), [WAKE], 3, id="moving within it is two"
        ),
        pytest.param(row(wake="w", due_at="d"), row(), [WAKE], 2, id="leaving it is one"),
        pytest.param(
            row(client_id="c", body="1"),
            row(client_id="c", body="2" * 2000),
            [WHOLE],
            4,
            id="one with whole rows costs what the row does",
        ),
    ],
)
def test_what_a_write_costs(before, after, indexes, units):
    assert write_units(before, after, indexes) == units


@pytest.mark.parametrize(
    ("operation", "asked", "answered", "units"),
    [
        ("GetItem", {"ConsistentRead": True}, {"Item": row(body="-" * 4096)}, 2),
        ("GetItem", {}, {"Item": row(body="-")}, 0.5),
        ("GetItem", {"ConsistentRead": True}, {}, 1),
        ("Query", {}, {"Items": [row(body="-" * 3000)] * 2}, 1),
        ("Query", {}, {"Items": []}, 0.5),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {"Keys": [{}, {}, {}], "ConsistentRead": True}}},
            {"Responses": {"t": [row(body="-" * 5000)]}},
            4,
        ),
        ("UpdateItem", {}, {}, 0),
    ],
)
def test_what_a_read_costs(operation, asked, answered, units):
    assert read_units(operation, asked, answered) == units
