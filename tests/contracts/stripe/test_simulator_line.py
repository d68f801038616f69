"""The simulator is as strict as Stripe is, and keeps its keys as Stripe says it does."""

from __future__ import annotations

import threading

import pytest

from sandbox.simulators.faults import Faults, Faulty, Kind
from sandbox.simulators.serving import Silence
from sandbox.simulators.stripe import error_shape
from tests.contracts.stripe.simulated import FORM, Simulated


@pytest.fixture
def side():
    return Simulated()


# --- strictness ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/invoices"), ("PUT", "/v1/customers"), ("DELETE", "/v1/customers/cus_1"), ("GET", "/")],
)
def test_an_unknown_call_is_said_to_be_unknown(side, method, path):
    answer = side.ask(method, path)
    assert answer.status == 404
    assert answer.error["type"] == "invalid_request_error"
    assert answer.error["message"].startswith(f"Unrecognized request URL ({method}: {path})")


@pytest.mark.parametrize(
    "headers", [{"Authorization": ""}, {"Authorization": "Basic c2s6"}, {"Authorization": "Bearer "}]
)
def test_without_a_key_nothing_is_answered(side, headers):
    answer = side.ask("GET", "/v1/customers", headers=headers)
    assert answer.status == 401
    assert "did not provide an API key" in answer.error["message"]


@pytest.mark.parametrize("version", ["", "2024-06-20", "2026-10-28.other"])
def test_another_version_than_the_one_we_pinned_is_refused(side, version):
    assert side.ask("GET", "/v1/customers", headers={"Stripe-Version": version}).status == 400


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"nickname": "Ann"}, "parameter_unknown", "nickname"),
        ({"address": {"planet": "Earth"}}, "parameter_unknown", "address[planet]"),
        ({"metadata": {"n" * 41: "x"}}, None, f"metadata[{'n' * 41}]"),
        ({"metadata": {"n": "x" * 501}}, None, "metadata[n]"),
        ({"email": "nobody"}, "email_invalid", "email"),
        ({"address": "Main St"}, None, "address"),
        ({"tax_exempt": "maybe"}, None, "tax_exempt"),
        ({"expand": ["secrets"]}, None, "expand"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(side, params, code, param):
    answer = side.post("/v1/customers", **params)
    assert (answer.status, answer.code, answer.error["param"]) == (400, code, param)
    assert side.get("/v1/customers")["data"] == []


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"currency": "usd"}, "parameter_missing", "amount"),
        ({"amount": 100}, "parameter_missing", "currency"),
        ({"amount": "much", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": "10.5", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 0, "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 49, "currency": "usd"}, "amount_too_small", "amount"),
        ({"amount": 100, "currency": "USD"}, None, "currency"),
        ({"amount": 100, "currency": "usd", "confirm": "yes"}, None, "confirm"),
        ({"amount": 100, "currency": "usd", "description": ""}, "parameter_invalid_empty", "description"),
        ({"amount": 100, "currency": "usd", "off_session": True}, None, "off_session"),
        ({"amount": 100, "currency": "usd", "customer": "cus_nobody"}, "resource_missing", "customer"),
        (
            {
                "amount": 100,
                "currency": "usd",
                "payment_method_types": ["card"],
                "automatic_payment_methods": {"enabled": True},
            },
            "parameters_exclusive",
            "automatic_payment_methods",
        ),
        (
            {
                "amount": 100,
                "currency": "usd",
                "confirm": True,
                "payment_method": "pm_card_visa",
                "automatic_payment_methods": {"enabled": True},
            },
            None,
            "return_url",
        ),
    ],
)
def test_a_payment_that_makes_no_sense_is_not_begun(side, params, code, param):
    answer = side.post("/v1/payment_intents", **params)
    assert (answer.status, answer.code, answer.error["param"]) == (400, code, param)
    assert side.get("/v1/payment_intents")["data"] == []


def test_the_smallest_payment_is_fifty_cents(side):
    assert side.charge(amount=50)["status"] == "succeeded"


def test_a_body_that_is_no_form_is_refused(side):
    answer = side.ask(
        "POST", "/v1/customers", body=b'{"email": "a@b.c"}', headers={"Content-Type": "application/json"}
    )
    assert answer.status == 400


@pytest.mark.parametrize("body", [b"a[b", b"a=1&a[b]=2", b"a[b]=2&a=1", b"\xff=1", b"[a]=1"])
def test_a_form_that_cannot_be_read_is_refused(side, body):
    assert side.ask("POST", "/v1/customers", body=body, headers={"Content-Type": FORM}).status == 400


def test_lists_may_be_written_without_numbers(side):
    body = b"url=https%3A%2F%2Fexample.com&enabled_events[]=charge.failed&enabled_events[]=charge.succeeded"
    answer = side.ask("POST", "/v1/webhook_endpoints", body=body, headers={"Content-Type": FORM})
    assert answer["enabled_events"] == ["charge.failed", "charge.succeeded"]


# --- lists and expansion ---------------------------------------------------------------------------------


def test_a_list_comes_in_pages_newest_first(side):
    made = [side.customer() for _ in range(5)]
    first = side.get("/v1/customers", limit=2).body
    assert [each["id"] for each in first["data"]] == made[:2:-1]
    assert first["has_more"] is True
    second = side.get("/v1/customers", limit=3, starting_after=made[3]).body
    assert [each["id"] for each in second["data"]] == made[2::-1]
    assert second["has_more"] is False
    before = side.get("/v1/customers", limit=2, ending_before=made[1]).body
    assert [each["id"] for each in before["data"]] == [made[3], made[2]]


def test_a_page_is_of_ten_unless_asked_otherwise_and_never_of_more_than_a_hundred(side):
    for _ in range(11):
        side.customer()
    assert len(side.get("/v1/customers")["data"]) == 10
    assert side.get("/v1/customers", limit=101).code == "parameter_invalid_integer"


def test_a_list_can_be_of_what_was_made_in_a_time(side):
    side.customer()
    side.wait(hours=1)
    late = side.customer()
    now = int(side.clock.now().timestamp())
    assert [each["id"] for each in side.get("/v1/customers", created={"gte": now})["data"]] == [late]
    assert len(side.get("/v1/customers", created={"lt": now})["data"]) == 1


def test_customers_are_found_by_their_address_of_mail(side):
    known = side.customer()
    side.post("/v1/customers", email="other@example.com")
    assert [each["id"] for each in side.get("/v1/customers", email="ann@example.com")["data"]] == [known]


def test_ids_are_expanded_on_demand(side):
    intent = side.charge(expand=["latest_charge.balance_transaction", "customer"])
    assert intent["latest_charge"]["balance_transaction"]["fee"] == 175
    assert intent["customer"]["object"] == "customer"
    listed = side.get("/v1/payment_intents", expand=["data.latest_charge"])
    assert listed["data"][0]["latest_charge"]["object"] == "charge"
    assert isinstance(side.get(f"/v1/payment_intents/{intent['id']}")["latest_charge"], str)


def test_nothing_that_is_only_ours_is_ever_shown(side):
    side.charge()
    for path in ("payment_intents", "charges", "events", "customers", "balance_transactions"):
        assert '"_' not in side.get(f"/v1/{path}", limit=100).response.body.decode()


# --- keys ------------------------------------------------------------------------------------------------


def test_a_key_is_answered_the_same_for_a_day_and_does_its_work_once(side):
    customer = side.customer()
    first = side.charge(key="k", customer=customer)
    side.wait(hours=23, minutes=59, seconds=59)
    again = side.charge(key="k", customer=customer)
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert len(side.stripe.charges()) == 1
    side.wait(seconds=1)
    assert side.charge(key="k", customer=customer)["id"] != first["id"]
    assert len(side.stripe.charges()) == 2


def test_a_decline_is_kept_like_any_other_answer(side):
    customer = side.customer()
    first = side.charge("pm_card_visa_chargeDeclined", key="k", customer=customer)
    again = side.charge("pm_card_visa_chargeDeclined", key="k", customer=customer)
    assert (again.status, again.body) == (402, first.body)
    assert len(side.stripe.ledger) == 1


def test_what_was_never_begun_leaves_its_key_free(side):
    assert side.post("/v1/customers", key="k", nickname="Ann").status == 400
    assert side.post("/v1/customers", key="k", name="Ann").status == 200


def test_a_key_belongs_to_one_call(side):
    side.post("/v1/customers", key="k")
    assert side.post("/v1/setup_intents", key="k").error["type"] == "idempotency_error"


def test_a_key_of_more_than_255_characters_is_refused(side):
    assert side.post("/v1/customers", key="k" * 256).status == 400
    assert side.post("/v1/customers", key="k" * 255).status == 200


def test_a_key_whose_first_request_still_runs_has_to_wait(side):
    side.stripe.hold_key("k")
    answer = side.post("/v1/customers", key="k")
    assert (answer.status, answer.code) == (409, "idempotency_key_in_use")
    assert answer.headers["Stripe-Should-Retry"] == "true"
    assert side.post("/v1/customers", key="k").status == 200


def test_a_failure_after_the_work_is_what_its_key_is_answered_from_then_on(side):
    customer, faults = side.customer(), Faults()
    faults.plan(Kind.ERROR_AFTER)
    side.door = Faulty(side.stripe, faults, shape=error_shape)
    assert side.charge(key="k", customer=customer).status == 500
    again = side.charge(key="k", customer=customer)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (500, "true")
    assert len(side.stripe.charges()) == 1


def test_a_failure_on_the_way_back_of_a_replay_changes_nothing(side):
    customer, faults = side.customer(), Faults()
    faults.plan(Kind.ERROR_AFTER, after=1)
    side.door = Faulty(side.stripe, faults, shape=error_shape)
    first = side.charge(key="k", customer=customer)
    assert side.charge(key="k", customer=customer).status == 500
    assert side.charge(key="k", customer=customer).body == first.body


def test_a_failure_before_the_work_leaves_its_key_free(side):
    customer, faults = side.customer(), Faults()
    faults.plan(Kind.ERROR)
    side.door = Faulty(side.stripe, faults, shape=error_shape)
    assert side.charge(key="k", customer=customer).status == 500
    assert side.stripe.ledger == []
    assert side.charge(key="k", customer=customer)["status"] == "succeeded"


def test_many_at_once_with_one_key_do_it_once(side):
    customer, answers = side.customer(), []
    threads = [
        threading.Thread(target=lambda: answers.append(side.charge(key="k", customer=customer)["id"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert [entry.times_seen for entry in side.stripe.ledger] == [8]


def test_the_same_seed_gives_the_same_ids():
    assert Simulated(seed=7).charge().body == Simulated(seed=7).charge().body
    assert Simulated(seed=7).charge()["id"] != Simulated(seed=8).charge()["id"]


# --- what is planned for the next charges ----------------------------------------------------------------


def test_a_planned_decline_takes_any_card(side):
    side.stripe.plan("decline")
    answer = side.charge()
    assert (answer.status, answer.error["decline_code"]) == (402, "generic_decline")
    assert side.charge()["status"] == "succeeded"


def test_a_planned_error_does_nothing_and_is_forgotten(side):
    customer = side.customer()
    side.stripe.plan("error")
    answer = side.charge(key="k", customer=customer)
    assert (answer.status, answer.headers["Stripe-Should-Retry"]) == (500, "false")
    assert side.get("/v1/payment_intents")["data"] == []
    assert side.charge(key="k", customer=customer)["status"] == "succeeded"


def test_a_planned_timeout_does_it_and_nobody_learns_of_it_by_asking_again(side):
    customer = side.customer()
    side.stripe.plan("timeout")
    for _ in range(4):
        with pytest.raises(Silence):
            side.charge(key="k", customer=customer)
    assert len(side.stripe.charges()) == 1
    assert side.charge(key="k", customer=customer).headers["Idempotent-Replayed"] == "true"


def test_what_is_planned_waits_for_a_charge_that_is_new(side):
    customer = side.customer()
    side.charge(key="k", customer=customer)
    side.stripe.plan("decline", count=2)
    side.charge(key="k", customer=customer)
    side.get("/v1/payment_intents")
    side.post("/v1/payment_intents", amount=100, currency="usd")
    assert side.stripe.planned == ["decline", "decline"]
    assert side.charge().status == 402
    assert side.stripe.planned == ["decline"]
