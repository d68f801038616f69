"""The simulator's cards, refunds and disputes behave as those that Stripe has for tests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.money import Money
from sandbox.simulators.stripe import StripeError
from tests.contracts.stripe.simulated import BEGIN, Simulated


@pytest.fixture
def side():
    return Simulated()


# --- cards -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "card", ["pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_card_bypassPending"]
)
def test_a_good_card_is_charged_and_kept(side, card):
    customer = side.customer()
    intent = side.charge(card, customer=customer)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 5000)
    assert [each["id"] for each in side.get(f"/v1/customers/{customer}/payment_methods")["data"]] == [
        intent["payment_method"]
    ]
    assert side.told() == ["payment_intent.succeeded"]


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
@pytest.mark.parametrize("off_session", [False, True])
def test_a_bad_card_is_declined_in_its_own_way(side, card, code, decline_code, off_session):
    customer = side.customer()
    answer = side.charge(card, off_session=off_session, customer=customer)
    assert (answer.status, answer.code, answer.error.get("decline_code")) == (402, code, decline_code)
    intent = answer.error["payment_intent"]
    assert (intent["status"], intent["payment_method"]) == ("requires_payment_method", None)
    assert intent["last_payment_error"]["code"] == code
    assert side.get(f"/v1/charges/{intent['latest_charge']}")["failure_code"] == code
    assert side.get(f"/v1/customers/{customer}/payment_methods")["data"] == []
    assert side.told() == ["payment_intent.payment_failed"]


def test_an_intent_keeps_every_try(side):
    intent = side.charge("pm_card_visa_chargeDeclined").error["payment_intent"]["id"]
    assert side.post(f"/v1/payment_intents/{intent}/confirm", payment_method="pm_card_visa")["status"] == (
        "succeeded"
    )
    tries = side.get("/v1/charges", payment_intent=intent)["data"]
    assert [each["status"] for each in tries] == ["succeeded", "failed"]
    assert side.get(f"/v1/payment_intents/{intent}")["latest_charge"] == tries[0]["id"]


def test_a_card_that_only_fails_when_charged_can_be_kept(side):
    customer = side.customer()
    path = "/v1/payment_methods/pm_card_chargeCustomerFail/attach"
    kept = side.post(path, customer=customer)
    assert kept["customer"] == customer
    assert side.charge(kept["id"], off_session=True, customer=customer).code == "card_declined"
    declined = side.post("/v1/payment_methods/pm_card_visa_chargeDeclined/attach", customer=customer)
    assert (declined.status, declined.code) == (402, "card_declined")


def test_a_payment_method_that_does_not_exist_is_missing(side):
    answer = side.charge("pm_nobody")
    assert (answer.code, answer.error["param"]) == ("resource_missing", "payment_method")


def test_nobody_pays_with_the_card_of_another(side):
    kept = side.charge(customer=side.customer())["payment_method"]
    answer = side.charge(kept, customer=side.customer(account_id="usr_2"), off_session=True)
    assert (answer.status, answer.error["param"]) == (400, "payment_method")
    assert len(side.stripe.charges()) == 1


def test_a_detached_card_is_gone_for_good(side):
    customer = side.customer()
    kept = side.post("/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    settings = {"default_payment_method": kept}
    assert (
        side.post(f"/v1/customers/{customer}", invoice_settings=settings)["invoice_settings"][
            "default_payment_method"
        ]
        == kept
    )
    assert side.post(f"/v1/payment_methods/{kept}/detach")["customer"] is None
    assert side.get(f"/v1/customers/{customer}")["invoice_settings"]["default_payment_method"] is None
    assert side.post(f"/v1/payment_methods/{kept}/attach", customer=customer).status == 400
    assert side.charge(kept, customer=customer).status == 400
    assert side.told() == ["payment_method.detached"]


def test_only_a_kept_card_can_be_the_default(side):
    customer, other = side.customer(), side.customer()
    kept = side.post("/v1/payment_methods/pm_card_visa/attach", customer=other)["id"]
    answer = side.post(f"/v1/customers/{customer}", invoice_settings={"default_payment_method": kept})
    assert answer.code == "resource_missing"


# --- the cardholder is wanted ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "on_session", "off_session"),
    [
        ("pm_card_authenticationRequired", "requires_action", "authentication_required"),
        ("pm_card_authenticationRequiredOnSetup", "requires_action", "authentication_required"),
        ("pm_card_authenticationRequiredSetupForOffSession", "requires_action", "succeeded"),
    ],
)
def test_the_bank_wants_to_see_some_cardholders(side, card, on_session, off_session):
    seen = side.charge(card)
    assert seen["status"] == on_session
    assert seen["next_action"]["type"] == "use_stripe_sdk"
    assert side.told() == ["payment_intent.requires_action"]
    unseen = side.charge(card, off_session=True)
    assert (unseen.code if unseen.status == 402 else unseen["status"]) == off_session


def test_a_cardholder_who_is_wanted_in_vain_can_pay_later_on_the_page(side):
    answer = side.charge("pm_card_authenticationRequired", off_session=True)
    assert (answer.status, answer.error["decline_code"]) == (402, "authentication_required")
    intent = answer.error["payment_intent"]
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == "authentication_required"
    assert side.told() == ["payment_intent.payment_failed"]
    assert side.stripe.authenticate(intent["client_secret"])["status"] == "succeeded"
    assert side.told() == ["payment_intent.succeeded"]
    assert [entry.succeeded for entry in side.stripe.ledger] == [False, True]


def test_a_cardholder_who_fails_pays_nothing_and_may_try_again(side):
    secret = side.charge("pm_card_authenticationRequired")["client_secret"]
    failed = side.stripe.authenticate(secret, ok=False)
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert side.stripe.ledger == []
    assert side.stripe.authenticate(secret)["status"] == "succeeded"
    assert side.told() == [
        "payment_intent.requires_action",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
    ]


def test_another_card_may_be_named_on_the_page(side):
    made = side.post("/v1/payment_intents", amount=100, currency="usd", customer=side.customer())
    declined = side.stripe.authenticate(made["client_secret"], payment_method="pm_card_visa_chargeDeclined")
    assert declined["last_payment_error"]["decline_code"] == "generic_decline"
    paid = side.stripe.authenticate(made["client_secret"], payment_method="pm_card_visa")
    assert paid["status"] == "succeeded"


def test_a_page_cannot_confirm_what_is_over_or_was_never_begun(side):
    with pytest.raises(StripeError):
        side.stripe.authenticate(side.charge()["client_secret"])
    with pytest.raises(StripeError):
        side.stripe.authenticate("pi_1_secret_guessed")


def test_a_card_that_was_set_up_is_charged_without_its_cardholder(side):
    customer = side.customer()
    setup = side.post(
        "/v1/setup_intents", customer=customer, usage="off_session", payment_method_types=["card"]
    )
    assert setup["status"] == "requires_payment_method"
    done = side.stripe.finish_setup(setup["client_secret"], "pm_card_authenticationRequiredOnSetup")
    assert done["status"] == "succeeded"
    assert side.charge(done["payment_method"], off_session=True, customer=customer)["status"] == "succeeded"
    assert side.told() == ["setup_intent.succeeded", "payment_intent.succeeded"]


@pytest.mark.parametrize(
    ("card", "ok"), [("pm_card_visa_chargeDeclined", True), ("pm_card_authenticationRequired", False)]
)
def test_a_card_that_is_not_set_up_is_not_kept(side, card, ok):
    customer = side.customer()
    setup = side.post("/v1/setup_intents", customer=customer)
    done = side.stripe.finish_setup(setup["client_secret"], card, ok=ok)
    assert done["status"] == "requires_payment_method"
    assert done["last_setup_error"]["type"] == "card_error"
    assert side.get(f"/v1/customers/{customer}/payment_methods")["data"] == []
    assert side.told() == ["setup_intent.setup_failed"]


def test_a_setup_can_be_confirmed_and_canceled_by_us(side):
    setup = side.post("/v1/setup_intents", customer=side.customer())["id"]
    wanted = side.post(f"/v1/setup_intents/{setup}/confirm", payment_method="pm_card_authenticationRequired")
    assert wanted["status"] == "requires_action"
    assert side.post(f"/v1/setup_intents/{setup}/cancel")["status"] == "canceled"
    over = side.post(f"/v1/setup_intents/{setup}/confirm", payment_method="pm_card_visa")
    assert over.code == "setup_intent_unexpected_state"


# --- cancellation ----------------------------------------------------------------------------------------


def test_what_is_canceled_takes_nothing_any_more(side):
    intent = side.charge("pm_card_authenticationRequired")["id"]
    canceled = side.post(f"/v1/payment_intents/{intent}/cancel", cancellation_reason="abandoned")
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "abandoned")
    answer = side.post(f"/v1/payment_intents/{intent}/confirm", payment_method="pm_card_visa")
    assert (answer.code, answer.error["payment_intent"]["id"]) == ("payment_intent_unexpected_state", intent)
    assert "payment_intent.canceled" in side.told()


def test_what_succeeded_cannot_be_canceled(side):
    answer = side.post(f"/v1/payment_intents/{side.charge()['id']}/cancel")
    assert (answer.status, answer.code) == (400, "payment_intent_unexpected_state")


# --- refunds ---------------------------------------------------------------------------------------------


def test_refunds_add_up_to_the_charge_and_no_further(side):
    charge = side.charge(amount=5000)["latest_charge"]
    assert side.post("/v1/refunds", charge=charge, amount=3000)["status"] == "succeeded"
    assert side.post("/v1/refunds", charge=charge, amount=2001).error["param"] == "amount"
    assert side.post("/v1/refunds", charge=charge)["amount"] == 2000
    assert side.post("/v1/refunds", charge=charge).code == "charge_already_refunded"
    assert side.get(f"/v1/charges/{charge}")["refunded"] is True
    assert [each["amount"] for each in side.get("/v1/refunds", charge=charge)["data"]] == [2000, 3000]
    assert side.told() == [
        "payment_intent.succeeded",
        *("refund.created", "charge.refunded"),
        *("refund.created", "charge.refunded"),
    ]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "parameter_missing"),
        ({"charge": "ch_nobody"}, "resource_missing"),
        ({"charge": "ch_x", "payment_intent": "pi_x"}, "parameters_exclusive"),
        ({"charge": "ch_x", "amount": 0}, "parameter_invalid_integer"),
    ],
)
def test_a_refund_has_to_be_of_something(side, params, code):
    assert side.post("/v1/refunds", **params).code == code


def test_a_try_that_failed_has_nothing_to_give_back(side):
    failed = side.charge("pm_card_visa_chargeDeclined").error["charge"]
    assert side.post("/v1/refunds", charge=failed).status == 400


def test_a_refund_can_fail_days_later_and_the_money_is_ours_again(side):
    charge = side.charge("pm_card_refundFail")["latest_charge"]
    refund = side.post("/v1/refunds", charge=charge, amount=2000)
    assert refund["status"] == "succeeded"
    side.notices()
    side.wait(days=2, seconds=-1)
    assert side.told() == []
    assert side.stripe.next_notice_at() == BEGIN + timedelta(days=2)
    before = side.stripe.balance()["available"] + side.stripe.balance()["pending"]
    side.wait(seconds=1)
    assert side.told() == ["refund.updated", "refund.failed"]
    failed = side.get(f"/v1/refunds/{refund['id']}")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert sum(side.stripe.balance().values()) == before + 2000
    assert side.get(f"/v1/charges/{charge}")["amount_refunded"] == 0
    assert side.stripe.refunds() == []


# --- disputes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("won", "status", "left"), [(True, "won", 5000), (False, "lost", 0)])
def test_a_disputed_charge_is_gone_until_it_is_decided(side, won, status, left):
    fees = 175 + 1500
    intent = side.charge("pm_card_createDispute")
    (dispute,) = side.get("/v1/disputes", charge=intent["latest_charge"])["data"]
    assert (dispute["status"], dispute["amount"]) == ("needs_response", 5000)
    assert side.told() == ["payment_intent.succeeded", "charge.dispute.created"]
    assert sum(side.stripe.balance().values()) == -fees
    assert side.post("/v1/refunds", charge=intent["latest_charge"]).code == "charge_disputed"
    side.stripe.close_dispute(dispute["id"], won=won)
    assert side.get(f"/v1/disputes/{dispute['id']}", expand=["payment_intent"])["status"] == status
    assert side.told() == ["charge.dispute.closed"]
    assert sum(side.stripe.balance().values()) == left - fees
    with pytest.raises(StripeError):
        side.stripe.close_dispute(dispute["id"], won=won)


# --- what is shown ---------------------------------------------------------------------------------------


def test_the_ledger_has_every_try_as_the_sandbox_shows_it(side):
    customer = side.customer()
    charge = side.charge(key="charge:ord_1", customer=customer)["latest_charge"]
    side.charge("pm_card_visa_chargeDeclined", key="charge:ord_2", customer=customer, off_session=True)
    side.post("/v1/refunds", key="refund:ord_1", charge=charge, amount=1000)
    paid, declined, given_back = (entry.shown() for entry in side.stripe.ledger)
    assert paid == {
        "id": charge,
        "kind": "charge",
        "status": "succeeded",
        "idempotency_key": "charge:ord_1",
        "reference": "ord_1",
        "charge_id": None,
        "amount": {"amount": 5000, "currency": "USD"},
        "payment_method": "pm_card_visa",
        "decline_code": None,
        "client_id": "usr_1",
        "off_session": False,
        "times_seen": 1,
        "created_at": "2024-01-31T10:00:00Z",
    }
    assert (declined["status"], declined["decline_code"]) == ("declined", "generic_decline")
    assert declined["off_session"] is True
    assert (given_back["kind"], given_back["charge_id"], given_back["reference"]) == (
        "refund",
        charge,
        "ord_1",
    )
    assert [entry.amount for entry in side.stripe.refunds()] == [Money(1000, "USD")]
    assert [entry.id for entry in side.stripe.charges()] == [charge]


def test_what_a_card_paid_is_available_after_two_days_unless_it_bypasses_that(side):
    side.charge(amount=1000)
    side.charge("pm_card_bypassPending", amount=1000)
    assert side.stripe.balance() == {"available": 941, "pending": 941}
    side.wait(days=2)
    assert side.stripe.balance() == {"available": 1882, "pending": 0}
    lines = side.get("/v1/balance_transactions", type="charge")["data"]
    assert [(line["amount"], line["fee"], line["net"], line["status"]) for line in lines] == [
        (1000, 59, 941, "available"),
        (1000, 59, 941, "available"),
    ]


def test_events_are_kept_for_thirty_days(side):
    side.charge()
    (event,) = side.get("/v1/events", type="payment_intent.succeeded")["data"]
    assert event["data"]["object"]["status"] == "succeeded"
    side.wait(days=30)
    assert side.get(f"/v1/events/{event['id']}")["type"] == "payment_intent.succeeded"
    side.wait(seconds=1)
    assert side.get(f"/v1/events/{event['id']}").status == 404
    assert side.get("/v1/events")["data"] == []


def test_an_event_shows_its_object_as_it_was(side):
    intent = side.charge("pm_card_authenticationRequired")
    side.stripe.authenticate(intent["client_secret"])
    first, last = side.notices()
    assert first["data"]["object"]["status"] == "requires_action"
    assert last["data"]["object"]["status"] == "succeeded"
    assert first["livemode"] is False
    assert first["request"]["id"] == intent.headers["Request-Id"]
