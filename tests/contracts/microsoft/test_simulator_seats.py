from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.microsoft.asking import CANCEL_AT_END, START, Asking

# Ten seats of Business Basic: 8.40 a month and 84.00 a year on the list, of which we pay 80 %.
MONTH, YEAR = 67_20, 672_00
OFF = {"autoRenewEnabled": False, "scheduledActions": CANCEL_AT_END}


@pytest.fixture
def partner() -> Asking:
    return Asking()


@pytest.fixture
def monthly(partner: Asking) -> str:
    return partner.seats(partner.buyer())


@pytest.fixture
def yearly(partner: Asking) -> str:
    return partner.seats(partner.buyer(), termDuration="P1Y", billingCycle="annual")


def owed(partner: Asking) -> list[tuple[str, int]]:
    return [(debt.kind, debt.cents) for debt in partner.microsoft.debts]


def shown(partner: Asking, seats: str) -> dict:
    answer = partner.ask("GET", seats)
    assert answer.status == 200
    return answer.json


def day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=UTC)


# --- the calendar -------------------------------------------------------------------------------------------


def test_months_end_on_the_day_on_which_it_all_began_and_short_months_do_not_shift_it(
    partner: Asking, monthly: str
) -> None:
    ends = []
    for _ in range(4):
        seats = partner.microsoft.seats[0]
        ends.append(seats.term_end)
        partner.clock.put(seats.term_end)
    assert ends == [day(2027, 2, 28), day(2027, 3, 31), day(2027, 4, 30), day(2027, 5, 31)]
    assert shown(partner, monthly)["commitmentEndDate"].startswith("2027-06-30T10:00:00")


def test_a_year_is_a_year(partner: Asking, yearly: str) -> None:
    assert shown(partner, yearly)["commitmentEndDate"].startswith("2028-01-31T10:00:00")
    assert owed(partner) == [("term", YEAR)]


def test_a_year_that_is_paid_by_the_month_is_owed_as_a_year(partner: Asking) -> None:
    partner.seats(partner.buyer(), termDuration="P1Y", billingCycle="monthly")
    assert owed(partner) == [("term", 70_560)]


def test_a_renewal_opens_a_window_of_seven_days_again(partner: Asking, monthly: str) -> None:
    until = shown(partner, monthly)["cancellationAllowedUntilDate"]
    assert until.startswith("2027-02-07T10:00:00")
    partner.clock.put(START + timedelta(hours=168))
    assert shown(partner, monthly)["cancellationAllowedUntilDate"] is None
    partner.clock.put(day(2027, 2, 28))
    assert shown(partner, monthly)["cancellationAllowedUntilDate"].startswith("2027-03-07T10:00:00")
    assert partner.change(monthly, status="deleted").status == 200
    assert owed(partner) == [("term", MONTH), ("term", MONTH), ("credit", -MONTH)]


def test_what_is_canceled_at_its_end_expires_is_disabled_and_is_deleted(
    partner: Asking, monthly: str
) -> None:
    assert partner.change(monthly, **OFF).status == 200
    states = []
    for instant in (
        day(2027, 2, 28) - timedelta(seconds=1),
        day(2027, 2, 28),
        day(2027, 3, 30) - timedelta(seconds=1),
        day(2027, 3, 30),
        day(2027, 6, 28) - timedelta(seconds=1),
        day(2027, 6, 28),
    ):
        partner.clock.put(instant)
        states.append(shown(partner, monthly)["status"])
    assert states == ["active", "expired", "expired", "disabled", "disabled", "deleted"]
    assert owed(partner) == [("term", MONTH)]


def test_renewal_off_alone_is_a_paid_extension_month_by_month(partner: Asking, monthly: str) -> None:
    partner.change(monthly, autoRenewEnabled=False)
    partner.clock.put(day(2027, 4, 1))
    assert shown(partner, monthly)["status"] == "active"
    extension = 69_21  # three percent more than by the month
    assert owed(partner) == [("term", MONTH), ("extension", extension), ("extension", extension)]
    partner.change(monthly, scheduledActions=CANCEL_AT_END)
    partner.clock.put(day(2027, 5, 1))
    assert shown(partner, monthly)["status"] == "expired"
    assert partner.microsoft.owed("sub-1") == MONTH + 2 * extension


def test_renewal_that_is_on_again_in_an_extension_is_a_term_again(partner: Asking, monthly: str) -> None:
    partner.change(monthly, autoRenewEnabled=False)
    partner.clock.put(day(2027, 3, 1))
    partner.change(monthly, autoRenewEnabled=True)
    partner.clock.put(day(2027, 4, 1))
    assert [kind for kind, _ in owed(partner)] == ["term", "extension", "term"]
    assert shown(partner, monthly)["cancellationAllowedUntilDate"].startswith("2027-04-07T10:00:00")


def test_an_extension_has_no_window(partner: Asking, monthly: str) -> None:
    partner.change(monthly, autoRenewEnabled=False)
    partner.clock.put(day(2027, 2, 28))
    assert shown(partner, monthly)["cancellationAllowedUntilDate"] is None
    assert partner.change(monthly, status="deleted").code == "900117"


def test_a_cancellation_that_was_planned_beats_renewal(partner: Asking, monthly: str) -> None:
    partner.change(monthly, scheduledActions=CANCEL_AT_END)
    partner.clock.put(day(2027, 3, 1))
    assert shown(partner, monthly)["status"] == "expired"


def test_a_plan_to_cancel_is_taken_back(partner: Asking, monthly: str) -> None:
    partner.change(monthly, **OFF)
    answer = partner.change(monthly, autoRenewEnabled=True, scheduledActions=[])
    assert (answer.json["autoRenewEnabled"], answer.json["scheduledActions"]) == (True, [])
    partner.clock.put(day(2027, 3, 1))
    assert shown(partner, monthly)["status"] == "active"


@pytest.mark.parametrize(
    "actions",
    [
        [{"action": "cancel", "effective": "now"}],
        [{"action": "renew", "effective": "endOfTerm"}],
        [{"action": "cancel"}],
        CANCEL_AT_END * 2,
        "cancel",
    ],
)
def test_only_the_one_scheduled_action_is_known(partner: Asking, monthly: str, actions: object) -> None:
    assert partner.change(monthly, autoRenewEnabled=False, scheduledActions=actions).status == 400
    assert partner.microsoft.seats[0].auto_renew


# --- suspended ----------------------------------------------------------------------------------------------


def test_suspended_seats_are_paid_on_and_renew(partner: Asking, monthly: str) -> None:
    assert partner.change(monthly, status="suspended").status == 200
    partner.clock.put(day(2027, 3, 1))
    assert shown(partner, monthly)["status"] == "suspended"
    assert owed(partner) == [("term", MONTH), ("term", MONTH)]


def test_suspended_seats_that_end_with_their_term_do_end(partner: Asking, monthly: str) -> None:
    partner.change(monthly, **OFF)
    partner.change(monthly, status="suspended")
    partner.clock.put(day(2027, 3, 1))
    assert shown(partner, monthly)["status"] == "expired"
    assert owed(partner) == [("term", MONTH)]


@pytest.mark.parametrize(
    "change", [{"autoRenewEnabled": False}, {"quantity": 11}], ids=["renewal", "quantity"]
)
def test_suspended_seats_do_not_change(partner: Asking, monthly: str, change: dict) -> None:
    partner.change(monthly, status="suspended")
    answer = partner.change(monthly, **change)
    assert (answer.status, answer.code) == (400, "800091")
    assert partner.change(monthly, status="active").status == 200
    assert partner.change(monthly, **change).status == 200


def test_suspended_seats_can_be_deleted_in_their_window_without_resuming(
    partner: Asking, monthly: str
) -> None:
    partner.change(monthly, status="suspended")
    assert partner.change(monthly, status="deleted").json["Status"] == "deleted"


def test_a_change_of_status_is_answered_in_capitals_and_others_are_not(partner: Asking, monthly: str) -> None:
    assert partner.change(monthly, status="suspended").json["Status"] == "suspended"
    partner.change(monthly, status="active")
    assert partner.change(monthly, quantity=11).json["quantity"] == 11


def test_a_status_changes_alone(partner: Asking, monthly: str) -> None:
    answer = partner.change(monthly, status="suspended", autoRenewEnabled=False)
    assert (answer.status, answer.code) == (400, "800040")


# --- deleted ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "credit"),
    [
        (timedelta(hours=24) - timedelta(seconds=1), MONTH),
        (timedelta(hours=24), MONTH * 27 // 28),
        (timedelta(hours=24, seconds=1), MONTH * 26 // 28),
        (timedelta(hours=168) - timedelta(seconds=1), MONTH * 21 // 28),
    ],
    ids=["within-a-day", "after-a-day", "second-day", "last-second"],
)
def test_a_cancellation_gives_back_everything_for_a_day_and_then_the_days_that_are_left(
    partner: Asking, monthly: str, after: timedelta, credit: int
) -> None:
    partner.clock.put(START + after)
    assert partner.change(monthly, status="deleted").status == 200
    assert owed(partner) == [("term", MONTH), ("credit", -credit)]


def test_after_168_hours_nothing_is_canceled_any_more(partner: Asking, monthly: str) -> None:
    partner.clock.put(START + timedelta(hours=168))
    answer = partner.change(monthly, status="deleted")
    assert (answer.status, answer.code) == (400, "900117")
    assert partner.microsoft.owed("sub-1") == MONTH


def test_deleted_is_the_end(partner: Asking, monthly: str) -> None:
    partner.change(monthly, status="deleted")
    assert partner.change(monthly, status="active").code == "2011"
    assert partner.change(monthly, quantity=11).code == "2011"
    partner.clock.put(day(2028, 1, 1))
    assert partner.microsoft.owed("sub-1") == 0


@pytest.mark.parametrize("status", ["suspended", "active", "deleted"])
def test_expired_seats_stay_expired(partner: Asking, monthly: str, status: str) -> None:
    partner.change(monthly, **OFF)
    partner.clock.put(day(2027, 3, 1))
    assert partner.change(monthly, status=status).code == "800040"
    assert partner.change(monthly, autoRenewEnabled=True).code == "800040"


# --- quantities ---------------------------------------------------------------------------------------------


def test_each_addition_is_paid_for_the_rest_of_the_term_and_has_its_own_window(
    partner: Asking, yearly: str
) -> None:
    partner.clock.put(START + timedelta(days=65))
    assert partner.change(yearly, quantity=12).json["quantity"] == 12
    added = 2 * 67_20 * 300 // 365
    assert owed(partner) == [("term", YEAR), ("seats", added)]
    assert shown(partner, yearly)["refundableQuantity"]["totalQuantity"] == 2
    assert partner.change(yearly, quantity=9).code == "800090"
    assert partner.change(yearly, quantity=11).status == 200
    assert owed(partner)[-1] == ("credit", -(added // 2))
    partner.clock.put(START + timedelta(days=72))
    assert partner.change(yearly, quantity=10).code == "800090"


def test_the_day_on_which_seats_are_added_is_paid(partner: Asking, yearly: str) -> None:
    partner.clock.put(START + timedelta(days=64, hours=23))
    partner.change(yearly, quantity=12)
    assert owed(partner)[-1] == ("seats", 2 * 67_20 * 301 // 365)


def test_seats_of_the_first_week_can_be_given_back_in_the_first_week(partner: Asking, yearly: str) -> None:
    assert partner.change(yearly, quantity=4).json["quantity"] == 4
    assert partner.microsoft.owed("sub-1") == YEAR * 4 // 10


@pytest.mark.parametrize("quantity", [0, -1, 301])
def test_a_quantity_has_limits(partner: Asking, monthly: str, quantity: int) -> None:
    assert partner.change(monthly, quantity=quantity).code == "2002"


def test_under_review_seats_are_not_added_and_may_be_taken_away(partner: Asking, monthly: str) -> None:
    partner.microsoft.under_review = True
    answer = partner.change(monthly, quantity=11)
    assert (answer.status, answer.code) == (403, "800074")
    assert partner.change(monthly, quantity=9).status == 200


# --- changes at the next renewal ----------------------------------------------------------------------------


def instructions(quantity: int) -> dict:
    product = {"productId": "CFQ7TTC0LH18", "skuId": "0001", "billingCycle": "monthly", "termDuration": "P1M"}
    return {"scheduledNextTermInstructions": {"product": product, "quantity": quantity}}


def test_a_change_for_the_next_term_comes_with_it(partner: Asking, monthly: str) -> None:
    assert partner.change(monthly, **instructions(3)).status == 200
    assert shown(partner, monthly)["quantity"] == 10
    partner.clock.put(day(2027, 3, 1))
    assert shown(partner, monthly)["quantity"] == 3
    assert owed(partner) == [("term", MONTH), ("term", MONTH * 3 // 10)]


@pytest.mark.parametrize(
    "change", [{"quantity": 11}, {"status": "suspended"}], ids=["another-change", "suspension"]
)
def test_a_change_for_the_next_term_is_dropped_by_what_happens_before(
    partner: Asking, monthly: str, change: dict
) -> None:
    partner.change(monthly, **instructions(3))
    partner.change(monthly, **change)
    assert shown(partner, monthly)["scheduledNextTermInstructions"] is None


def test_what_does_not_renew_cannot_change_at_its_renewal(partner: Asking, monthly: str) -> None:
    partner.change(monthly, autoRenewEnabled=False)
    assert partner.change(monthly, **instructions(3)).code == "800093"


# --- how a change is sent -----------------------------------------------------------------------------------


def test_a_part_of_the_resource_is_enough(partner: Asking, monthly: str) -> None:
    assert partner.ask("PATCH", monthly, {"AutoRenewEnabled": False}).json["autoRenewEnabled"] is False


def test_an_etag_may_be_given_and_a_stale_one_is_a_400(partner: Asking, monthly: str) -> None:
    assert "etag" not in shown(partner, monthly)["attributes"]
    partner.microsoft.etags = True
    etag = shown(partner, monthly)["attributes"]["etag"]
    headers = {"If-Match": etag}
    assert partner.ask("PATCH", monthly, {"quantity": 11}, headers=headers).status == 200
    stale = partner.ask("PATCH", monthly, {"quantity": 12}, headers=headers)
    assert (stale.status, stale.code) == (400, "2055")


def test_without_an_etag_the_last_of_two_rivals_wins(partner: Asking, monthly: str) -> None:
    read = shown(partner, monthly)
    partner.change(monthly, autoRenewEnabled=False)
    partner.ask("PATCH", monthly, read | {"quantity": 11})  # sends back what it read before
    assert shown(partner, monthly)["autoRenewEnabled"] is True


def test_a_change_that_is_only_accepted_shows_at_the_second_look(partner: Asking, monthly: str) -> None:
    partner.microsoft.answers_accepted = True
    answer = partner.change(monthly, quantity=11)
    assert (answer.status, answer.body) == (202, b"")
    looks = [partner.ask("GET", f"/v1{answer.headers['Location']}").json["quantity"] for _ in range(2)]
    assert looks == [10, 11]


def test_a_change_that_changes_nothing_is_answered_at_once(partner: Asking, monthly: str) -> None:
    partner.microsoft.answers_accepted = True
    assert partner.change(monthly).status == 200


def test_a_repeated_change_is_done_once(partner: Asking, yearly: str) -> None:
    repeat = str(uuid.uuid4())
    for _ in range(2):
        assert partner.ask("PATCH", yearly, {"quantity": 12}, repeat=repeat).json["quantity"] == 12
    assert len(partner.microsoft.debts) == 2


@pytest.mark.parametrize(
    "body",
    [{"quantity": "11"}, {"autoRenewEnabled": "false"}, {"invented": 1}, {"id": str(uuid.uuid4())}, []],
    ids=["text", "yes-or-no", "unknown", "another", "list"],
)
def test_a_change_of_the_wrong_form_changes_nothing(partner: Asking, monthly: str, body: object) -> None:
    assert partner.ask("PATCH", monthly, body).status == 400
    assert partner.microsoft.seats[0].version == 1


def test_seats_of_another_customer_are_not_there(partner: Asking, monthly: str) -> None:
    other = partner.buyer("globex")
    answer = partner.ask("GET", f"/v1/customers/{other}/subscriptions/{monthly.rsplit('/', 1)[1]}")
    assert (answer.status, answer.code) == (404, "20003")
