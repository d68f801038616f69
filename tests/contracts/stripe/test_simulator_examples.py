"""The simulator answers as Stripe's documentation shows it: status, names, types, beginnings of ids."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from sandbox.simulators.faults import Faults, Faulty, Kind
from sandbox.simulators.stripe import error_shape
from tests.contracts.examples import example
from tests.contracts.stripe.simulated import ADDRESS, FORM, Simulated


def differences(shown, given, path=""):
    """What an example has that an answer has not, or has in another type; nothing may stand for anything."""
    if shown is None or given is None:
        return []
    if type(shown) is not type(given):
        return [f"{path}: {type(given).__name__} instead of {type(shown).__name__}"]
    if isinstance(shown, dict):
        absent = [f"{path}.{name} is missing" for name in shown if name not in given]
        found = [name for name in shown if name in given]
        return absent + [
            each for name in found for each in differences(shown[name], given[name], f"{path}.{name}")
        ]
    if isinstance(shown, list) and shown and given:
        return differences(shown[0], given[0], f"{path}[0]")
    return []


def same_kind(shown, given):
    shown = {name: value for name, value in shown.items() if name != "metadata"}  # its names are our own
    assert differences(shown, given) == []
    assert given["object"] == shown["object"]
    if "id" in shown:
        assert given["id"].partition("_")[0] == shown["id"].partition("_")[0]


def as_shown(side, shown, *, path=None, body=None):
    """Send an example's request, with what it refers to put in."""
    request = shown["request"]
    sent = {**(request["body"] or {}), **(body or {})}
    headers = {"Content-Type": FORM, "Idempotency-Key": shown["id"]}
    return side.ask(
        request["method"], path or request["path"], body=urlencode(sent).encode(), headers=headers
    )


@pytest.fixture
def side():
    return Simulated()


@pytest.mark.parametrize(
    "name",
    [
        "stripe.customers.create",
        "stripe.payment_intents.create",
        "stripe.accounts.create",
        "stripe.webhook_endpoints.create",
    ],
)
def test_what_is_made_out_of_nothing_looks_as_documented(side, name):
    shown = example(name)
    answer = as_shown(side, shown)
    assert answer.status == shown["response"]["status"]
    same_kind(shown["response"]["body"], answer.body)
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"]
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Idempotency-Key"] == name


def test_a_secret_of_an_endpoint_is_told_when_it_is_made(side):
    assert as_shown(side, example("stripe.webhook_endpoints.create"))["secret"].startswith("whsec_")


def test_an_attached_card_looks_as_documented(side):
    shown = example("stripe.payment_methods.attach")
    answer = as_shown(
        side, shown, path="/v1/payment_methods/pm_card_visa/attach", body={"customer": side.customer()}
    )
    assert answer.status == 200
    same_kind(shown["response"]["body"], answer.body)


def open_intent(side):
    made = side.post("/v1/payment_intents", amount=1099, currency="usd", payment_method_types=["card"])
    return made["id"]


@pytest.mark.parametrize("verb", ["confirm", "cancel"])
def test_an_intent_that_came_to_its_end_looks_as_documented(side, verb):
    shown = example(f"stripe.payment_intents.{verb}")
    answer = as_shown(side, shown, path=f"/v1/payment_intents/{open_intent(side)}/{verb}")
    assert answer.status == 200
    same_kind(shown["response"]["body"], answer.body)
    assert answer["status"] == shown["response"]["body"]["status"]
    assert answer["amount_received"] == shown["response"]["body"]["amount_received"]


def test_a_refund_looks_as_documented(side):
    shown = example("stripe.refunds.create")
    answer = as_shown(side, shown, body={"charge": side.charge()["latest_charge"]})
    assert answer.status == 200
    same_kind(shown["response"]["body"], answer.body)


def test_a_reversal_of_a_transfer_looks_as_documented(side):
    sent = side.post(
        "/v1/transfers",
        amount=100,
        currency="usd",
        destination=side.account(),
        source_transaction=side.charge()["latest_charge"],
    )
    shown = example("stripe.transfers.reversals.create")
    answer = as_shown(side, shown, path=f"/v1/transfers/{sent['id']}/reversals")
    assert answer.status == 200
    same_kind(shown["response"]["body"], answer.body)


def test_an_entry_for_the_tax_authorities_looks_as_documented(side):
    calculation = side.post(
        "/v1/tax/calculations",
        currency="usd",
        line_items=[{"amount": 1499, "reference": "Pepperoni Pizza"}],
        customer_details={"address": {**ADDRESS, "state": "WA"}, "address_source": "billing"},
    )
    shown = example("stripe.tax.transactions.create_from_calculation")
    answer = as_shown(side, shown, body={"calculation": calculation["id"]})
    assert answer.status == 200
    same_kind(shown["response"]["body"], answer.body)


def test_an_event_looks_as_documented(side):
    side.customer()
    shown = example("stripe.events.retrieve")
    event_id = side.get("/v1/events")["data"][0]["id"]
    answer = side.get(f"/v1/events/{event_id}")
    shown["response"]["body"]["data"] = None  # of a thing that we never have
    same_kind(shown["response"]["body"], answer.body)


# --- errors ----------------------------------------------------------------------------------------------


def same_error(name, answer):
    shown = example(name)["response"]
    assert answer.status == shown["status"]
    for what in ("type", "code", "decline_code", "param"):
        assert answer.error.get(what) == shown["body"]["error"].get(what)
    assert answer.error["message"]
    assert answer.headers["Request-Id"]


@pytest.mark.parametrize(
    ("name", "card"),
    [
        ("stripe.error.402.lost_card", "pm_card_visa_chargeDeclinedLostCard"),
        ("stripe.error.402.processing_error", "pm_card_chargeDeclinedProcessingError"),
    ],
)
def test_a_declined_card_is_answered_with_the_intent_that_goes_on(side, name, card):
    answer = as_shown(side, example(name), body={"customer": side.customer(), "payment_method": card})
    same_error(name, answer)
    same_kind(example(name)["response"]["body"]["error"]["payment_intent"], answer.error["payment_intent"])
    assert answer.error["charge"].startswith("ch_")


def test_a_key_with_other_parameters_is_refused(side):
    side.post("/v1/customers", key="KG5LxwFBepaKHyUD", description="First")
    answer = side.post("/v1/customers", key="KG5LxwFBepaKHyUD", description="Other")
    same_error("stripe.error.idempotency_mismatch", answer)


def test_what_is_not_there_is_said_not_to_be(side):
    same_error("stripe.error.404.resource_missing", side.get("/v1/payment_intents/pi_unknown"))


def test_a_wrong_key_opens_nothing(side):
    answer = side.ask("GET", "/v1/customers/cus_x", headers={"Authorization": "Bearer sk_test_of_another"})
    same_error("stripe.error.401.invalid_api_key", answer)
    assert "of_another" not in answer.error["message"]


def test_a_refund_of_what_was_given_back_is_refused(side):
    charge = side.charge()["latest_charge"]
    side.post("/v1/refunds", charge=charge)
    same_error("stripe.error.400.charge_already_refunded", side.post("/v1/refunds", charge=charge))


def test_a_refund_of_more_than_was_paid_is_refused(side):
    charge = side.charge(amount=1099)["latest_charge"]
    answer = side.post("/v1/refunds", charge=charge, amount=99999)
    same_error("stripe.error.400.refund_too_large", answer)
    shown = example("stripe.error.400.refund_too_large")["response"]["body"]["error"]
    assert answer.error["message"] == shown["message"]


def test_too_many_requests_are_told_to_wait(side):
    faults = Faults()
    faults.plan(Kind.RATE_LIMIT, retry_after="7")
    side.door = Faulty(side.stripe, faults, shape=error_shape)
    answer = side.get("/v1/customers/cus_x")
    same_error("stripe.error.429.rate_limit", answer)
    assert answer.headers["Retry-After"] == "7"
