"""Payments through Stripe, answer by answer: what is sent, field by field, and what each answer means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge
from chalicelib.gateways.payments import AuthenticationNeeded, Card, Declined
from chalicelib.gateways.stripe.payments import StripePayments
from chalicelib.gateways.transport import NoReply, Reply
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from tests.contracts.examples import example
from tests.contracts.scripted import Scripted, reply
from tests.contracts.stripe.objects import (
    ADDRESS,
    CLIENT,
    CLIENT_SECRET,
    NOW,
    PRICE,
    account,
    broken,
    declined,
    intent,
    listed,
    refund,
    refusal,
    shown,
)

LOST = NoReply("ReadTimeoutError", sent=True)
CHARGE = Charge(id="ch_1", reference="ord_1", amount=1099, currency="USD", at=NOW)
MISMATCH = reply(400, example("stripe.error.idempotency_mismatch")["response"]["body"])
UNEXPECTED = refusal(400, code="payment_intent_unexpected_state")
LIST_OF_INTENTS = {"limit": "100", "customer": "cus_1", "expand[0]": "data.latest_charge"}


def payments(transport: Scripted) -> StripePayments:
    return StripePayments(
        account=account(transport), webhook_secret=lambda: "whsec_x", live=False, brand="Seatwise"
    )


def charge(transport: Scripted, *, again: bool = False, off_session: bool = False) -> Charge:
    return payments(transport).charge(
        reference="ord_1",
        customer_id="cus_1",
        amount=PRICE,
        payment_method="pm_1",
        off_session=off_session,
        again=again,
        subscription_id="sub_1",
        at=NOW,
    )


def cancel(transport: Scripted, *, begun: timedelta = timedelta(minutes=1)) -> Charge | None:
    return payments(transport).cancel(
        reference="ord_1", customer_id="cus_1", amount=PRICE, since=NOW - begun, at=NOW
    )


def give_back(transport: Scripted, *, begun: timedelta = timedelta(0)) -> str:
    return payments(transport).refund(
        key="refund:1", charge_id="ch_1", amount=Money(500, "USD"), since=NOW - begun, at=NOW
    )


def asked(transport: Scripted) -> list[tuple[str, str]]:
    return [(sent.method, sent.path) for sent in transport.sent]


# --- customers ----------------------------------------------------------------------------------------


def test_a_client_who_is_known_is_found_by_our_mark_because_an_address_may_be_shared():
    other = shown("stripe.customers.create", id="cus_9", metadata={"account_id": "usr_9"})
    ours = shown("stripe.customers.create", id="cus_1", metadata={"account_id": "usr_1"})
    transport = Scripted(listed(other, ours))
    assert payments(transport).customer(client=CLIENT, address=ADDRESS) == "cus_1"
    assert asked(transport) == [("GET", "/v1/customers")]
    assert transport.last.query == {"limit": "100", "email": "ann@example.com"}


def test_a_client_who_is_new_is_entered_with_the_address_that_tax_needs():
    transport = Scripted(listed(), reply(200, shown("stripe.customers.create", id="cus_1")))
    assert payments(transport).customer(client=CLIENT, address=ADDRESS) == "cus_1"
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/customers")
    assert transport.last.header("Idempotency-Key") == "customer:usr_1"
    assert transport.last.form == {
        "email": "ann@example.com",
        "name": "Ann Lee",
        "metadata[account_id]": "usr_1",
        "address[line1]": "1 Main St",
        "address[line2]": "Suite 2",
        "address[city]": "Seattle",
        "address[state]": "WA",
        "address[postal_code]": "98101",
        "address[country]": "US",
    }


def test_a_client_who_changed_the_address_after_a_lost_try_is_not_stuck_for_a_day():
    transport = Scripted(listed(), MISMATCH, reply(200, shown("stripe.customers.create", id="cus_2")))
    assert payments(transport).customer(client=CLIENT, address=None) == "cus_2"
    first, second = transport.keys[1:]
    assert first == "customer:usr_1"
    assert second is not None
    assert second.startswith("customer:usr_1:")


# --- charges ------------------------------------------------------------------------------------------


def test_what_the_provider_shows_names_the_marketplace_and_not_this_product():
    transport = Scripted(reply(200, intent()))
    adapter = StripePayments(
        account=account(transport), webhook_secret=lambda: "", live=False, brand="Northgate"
    )
    adapter.charge(
        reference="ord_1",
        customer_id="cus_1",
        amount=PRICE,
        payment_method="pm_1",
        off_session=False,
        again=False,
        subscription_id="sub_1",
        at=NOW,
    )
    assert transport.last.form["description"] == "Northgate ord_1"


SENT = {
    "amount": "1099",
    "currency": "usd",
    "customer": "cus_1",
    "payment_method": "pm_1",
    "confirm": "true",
    "automatic_payment_methods[enabled]": "true",
    "automatic_payment_methods[allow_redirects]": "never",
    "metadata[order_id]": "ord_1",
    "metadata[subscription_id]": "sub_1",
    "transfer_group": "sub_1",
    "description": "Seatwise ord_1",
    "expand[0]": "latest_charge",
}


@pytest.mark.parametrize(
    ("off_session", "session"),
    [(False, {"setup_future_usage": "off_session"}), (True, {"off_session": "true"})],
)
def test_a_charge_says_whether_the_cardholder_is_there_and_a_first_one_keeps_the_card_for_renewals(
    off_session: bool, session: dict[str, str]
):
    transport = Scripted(reply(200, intent()))
    assert charge(transport, off_session=off_session) == CHARGE
    assert asked(transport) == [("POST", "/v1/payment_intents")]
    assert transport.keys == ["charge:ord_1"]
    assert transport.last.form == SENT | session


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (reply(200, intent("requires_action")), AuthenticationNeeded),
        (reply(200, intent("processing")), OutcomeUnknown),
        (reply(200, intent("a_status_of_tomorrow")), OutcomeUnknown),
        (declined("authentication_required", decline_code="authentication_required"), AuthenticationNeeded),
        (declined("card_declined", decline_code="authentication_required"), AuthenticationNeeded),
        (refusal(400, code="resource_missing", param="customer"), Unavailable),
        (refusal(400, code="parameter_missing", param="amount"), Unavailable),
    ],
)
def test_what_is_no_charge_is_told_apart_by_what_to_do_next(answer: Reply, outcome: type[Exception]):
    with pytest.raises(outcome):
        charge(Scripted(answer), off_session=True)


@pytest.mark.parametrize(
    ("error", "code", "hopeless"),
    [
        ({"code": "card_declined", "decline_code": "generic_decline"}, "generic_decline", False),
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds", False),
        ({"code": "card_declined", "decline_code": "lost_card"}, "lost_card", True),
        ({"code": "card_declined", "decline_code": "stolen_card"}, "stolen_card", True),
        ({"code": "card_declined", "decline_code": "pickup_card"}, "pickup_card", True),
        ({"code": "card_declined", "decline_code": "fraudulent"}, "fraudulent", True),
        ({"code": "expired_card"}, "expired_card", True),
        ({"code": "incorrect_cvc"}, "incorrect_cvc", True),
        ({"code": "incorrect_number"}, "incorrect_number", True),
        ({"code": "processing_error"}, "processing_error", False),
        (
            {"code": "card_declined", "decline_code": "do_not_honor", "advice_code": "do_not_try_again"},
            "do_not_honor",
            True,
        ),
        (
            {"code": "card_declined", "decline_code": "lost_card", "advice_code": "try_again_later"},
            "lost_card",
            False,
        ),
        ({"code": "incorrect_cvc", "advice_code": "confirm_card_data"}, "incorrect_cvc", False),
        ({"code": None}, "card_declined", False),
    ],
)
def test_a_no_of_the_bank_is_final_and_advice_decides_whether_the_card_is_hopeless(
    error: dict, code: str, hopeless: bool
):
    with pytest.raises(Declined) as caught:
        charge(Scripted(declined(**error)))
    assert (caught.value.decline_code, caught.value.hopeless) == (code, hopeless)


@pytest.mark.parametrize(
    ("name", "code", "hopeless"),
    [("lost_card", "lost_card", True), ("processing_error", "processing_error", False)],
)
def test_the_documented_declines_are_understood(name: str, code: str, hopeless: bool):
    shown_there = example(f"stripe.error.402.{name}")["response"]
    with pytest.raises(Declined) as caught:
        charge(Scripted(reply(shown_there["status"], shown_there["body"])))
    assert (caught.value.decline_code, caught.value.hopeless) == (code, hopeless)


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, code="resource_missing", param="payment_method"),
        refusal(404, code="resource_missing", param="payment_method"),
        refusal(400, param="payment_method", message="belongs to another customer"),
    ],
)
def test_a_card_that_is_not_this_clients_is_declined_because_nothing_will_come_of_it(answer: Reply):
    with pytest.raises(Declined, match="payment_method_unknown"):
        charge(Scripted(answer))


def test_an_amount_that_stripe_never_takes_is_declined_because_waiting_does_not_help():
    with pytest.raises(Declined, match="amount_too_small"):
        charge(Scripted(refusal(400, code="amount_too_small", param="amount")))


def test_a_lost_answer_is_asked_for_again_and_the_same_key_takes_the_money_once():
    transport = Scripted(LOST, reply(200, intent(), idempotent_replayed="true"))
    assert charge(transport) == CHARGE
    assert transport.keys == ["charge:ord_1", "charge:ord_1"]


@pytest.mark.parametrize(
    ("found", "outcome"),
    [(intent(), None), (intent("canceled"), Declined), (intent("processing"), OutcomeUnknown)],
)
def test_a_key_that_was_used_for_something_else_is_looked_up_not_guessed(
    found: dict, outcome: type[Exception] | None
):
    transport = Scripted(MISMATCH, listed(found))
    if outcome is None:
        assert charge(transport) == CHARGE
    else:
        with pytest.raises(outcome):
            charge(transport)
    assert transport.last.query == LIST_OF_INTENTS


def test_a_key_that_was_used_for_something_that_does_not_show_leaves_it_unknown():
    with pytest.raises(OutcomeUnknown):
        charge(Scripted(MISMATCH, listed()))


# --- again: look first --------------------------------------------------------------------------------


def failed(**error: str) -> dict:
    return intent("requires_payment_method", last_payment_error=error)


@pytest.mark.parametrize(
    ("found", "outcome", "code"),
    [
        (intent("requires_action"), AuthenticationNeeded, ""),
        (failed(code="card_declined", decline_code="lost_card"), Declined, "lost_card"),
        (failed(code="expired_card"), Declined, "expired_card"),
        (failed(code="authentication_required"), AuthenticationNeeded, ""),
        (
            failed(code="payment_intent_authentication_failure"),
            Declined,
            "payment_intent_authentication_failure",
        ),
        (intent("requires_payment_method"), Declined, "payment_canceled"),
        (intent("canceled"), Declined, "payment_canceled"),
        (intent("processing"), OutcomeUnknown, "processing"),
        (intent("requires_capture"), OutcomeUnknown, "requires_capture"),
    ],
)
def test_with_again_the_earlier_try_answers_and_nothing_new_is_begun(
    found: dict, outcome: type[Exception], code: str
):
    transport = Scripted(listed(found))
    with pytest.raises(outcome) as caught:
        charge(transport, again=True)
    assert code in str(caught.value)
    assert asked(transport) == [("GET", "/v1/payment_intents")]
    assert transport.last.query == LIST_OF_INTENTS


def test_with_again_a_charge_that_succeeded_is_the_answer():
    assert charge(Scripted(listed(intent(reference="ord_0"), intent())), again=True) == CHARGE


def test_with_again_and_nothing_there_it_is_begun_under_the_same_key_so_that_two_cannot_both_succeed():
    transport = Scripted(listed(intent(reference="ord_0")), reply(200, intent()))
    assert charge(transport, again=True) == CHARGE
    assert transport.last.form == SENT | {"setup_future_usage": "off_session"}
    assert transport.keys == [None, "charge:ord_1"]


def test_with_again_a_try_that_was_begun_is_confirmed_not_begun_anew():
    transport = Scripted(listed(intent("requires_confirmation")), reply(200, intent()))
    assert charge(transport, again=True, off_session=True) == CHARGE
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/payment_intents/pi_1/confirm")
    assert transport.last.header("Idempotency-Key") == "confirm:ord_1"
    assert transport.last.form == {
        "payment_method": "pm_1",
        "off_session": "true",
        "expand[0]": "latest_charge",
    }


def test_a_confirmation_that_came_too_late_is_looked_up():
    transport = Scripted(listed(intent("requires_confirmation")), UNEXPECTED, listed(intent()))
    assert charge(transport, again=True) == CHARGE


def test_should_there_be_two_the_one_that_took_the_money_speaks():
    two = listed(intent("canceled", id="pi_2"), intent("requires_action", id="pi_3"), intent())
    assert charge(Scripted(two), again=True) == CHARGE


@pytest.mark.parametrize(
    "script",
    [
        [broken()] * 3,
        [LOST] * 3,
        [refusal(401)],
        [listed(), *[NoReply("ConnectTimeoutError", sent=False)] * 3],
        [listed(), *[refusal(429, code="rate_limit")] * 3],
    ],
)
def test_with_again_nothing_that_fails_says_that_nothing_was_taken(script: list):
    with pytest.raises(OutcomeUnknown):
        charge(Scripted(*script), again=True)


@pytest.mark.parametrize("answer", [MISMATCH, broken(replayed=True)])
def test_what_cannot_be_looked_up_is_unknown_not_undone(answer: Reply):
    for ask in (charge, give_back, cancel):
        first = [listed()] if ask is cancel else []
        with pytest.raises(OutcomeUnknown):
            ask(Scripted(*first, answer, *[broken()] * 3))


# --- find, authentication, cancel ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "answer"), [([], None), ([intent("requires_action")], None), ([intent()], CHARGE)]
)
def test_only_a_charge_that_succeeded_is_found(found: list, answer: Charge | None):
    transport = Scripted(listed(*found))
    assert payments(transport).find(reference="ord_1", customer_id="cus_1", since=NOW) == answer
    begun = {"created[gte]": str(int(NOW.timestamp()) - 600)}  # our clock and Stripe's may differ
    assert transport.last.query == LIST_OF_INTENTS | begun


@pytest.mark.parametrize(
    ("found", "waits"),
    [
        ([intent("requires_action")], True),
        ([failed(code="authentication_required")], True),
        ([failed(code="payment_intent_authentication_failure")], True),
        ([failed(code="card_declined")], False),
        ([intent("requires_payment_method")], False),
        ([intent()], False),
        ([], False),
    ],
)
def test_the_browser_is_given_a_secret_only_while_the_cardholder_is_waited_for(found: list, waits: bool):
    given = payments(Scripted(listed(*found))).authentication(
        reference="ord_1", customer_id="cus_1", since=NOW
    )
    assert (given is not None) == waits
    assert given is None or (given.payment_id, given.client_secret) == ("pi_1", CLIENT_SECRET)


@pytest.mark.parametrize("status", ["requires_action", "requires_payment_method", "requires_confirmation"])
def test_what_is_still_open_is_canceled(status: str):
    transport = Scripted(listed(intent(status)), reply(200, intent("canceled")))
    assert cancel(transport) is None
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/payment_intents/pi_1/cancel")
    assert transport.last.header("Idempotency-Key") == "cancel:pi_1"
    assert transport.last.form == {"expand[0]": "latest_charge"}


def test_what_was_charged_is_not_canceled_but_told():
    transport = Scripted(listed(intent()))
    assert cancel(transport) == CHARGE
    assert len(transport.sent) == 1


def test_what_was_canceled_stays_so():
    transport = Scripted(listed(intent("canceled")))
    assert cancel(transport) is None
    assert len(transport.sent) == 1


def test_what_the_bank_is_still_working_on_cannot_be_canceled_yet():
    with pytest.raises(Unavailable):
        cancel(Scripted(listed(intent("processing"))))


@pytest.mark.parametrize("answer", [UNEXPECTED, broken(replayed=True)])
@pytest.mark.parametrize(("now", "charged"), [("succeeded", CHARGE), ("canceled", None)])
def test_a_charge_that_succeeds_while_it_is_canceled_is_told(answer: Reply, now: str, charged: Charge | None):
    transport = Scripted(listed(intent("requires_action")), answer, reply(200, intent(now)))
    assert cancel(transport) == charged
    assert (transport.last.method, transport.last.path) == ("GET", "/v1/payment_intents/pi_1")
    assert transport.last.query == {"expand[0]": "latest_charge"}


def test_where_nothing_was_begun_the_key_is_taken_so_that_a_late_request_finds_it_gone():
    taken = intent("requires_payment_method", id="pi_7")
    transport = Scripted(listed(), reply(200, taken), reply(200, intent("canceled", id="pi_7")))
    assert cancel(transport) is None
    take = transport.sent[1]
    assert (take.method, take.path) == ("POST", "/v1/payment_intents")
    assert take.header("Idempotency-Key") == "charge:ord_1"
    assert take.form == {
        "amount": "1099",
        "currency": "usd",
        "customer": "cus_1",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
        "metadata[order_id]": "ord_1",
        "description": "Seatwise ord_1, canceled",
        "expand[0]": "latest_charge",
    }
    assert transport.last.path == "/v1/payment_intents/pi_7/cancel"


def test_where_the_charge_has_the_key_already_it_is_looked_for_again():
    assert cancel(Scripted(listed(), MISMATCH, listed(intent()))) == CHARGE


def test_a_charge_that_may_still_be_running_is_not_called_canceled():
    with pytest.raises(OutcomeUnknown):
        cancel(Scripted(listed(), MISMATCH, listed()))
    with pytest.raises(OutcomeUnknown):
        cancel(Scripted(listed(), *[refusal(409, code="idempotency_key_in_use")] * 3))


def test_a_key_of_long_ago_with_nothing_to_show_will_never_take_anything():
    assert cancel(Scripted(listed(), MISMATCH, listed()), begun=timedelta(hours=1)) is None
    assert cancel(Scripted(listed(), broken(replayed=True), listed())) is None


# --- refunds ------------------------------------------------------------------------------------------


def test_a_refund_names_the_charge_the_amount_and_our_key():
    transport = Scripted(reply(200, refund()))
    assert give_back(transport) == "re_1"
    assert asked(transport) == [("POST", "/v1/refunds")]
    assert transport.keys == ["refund:1"]
    assert transport.last.form == {
        "charge": "ch_1",
        "amount": "500",
        "reason": "requested_by_customer",
        "metadata[key]": "refund:1",
    }


def test_a_key_older_than_stripe_keeps_it_is_looked_for_first_so_that_nothing_is_given_back_twice():
    transport = Scripted(listed(refund(metadata={"key": "refund:0"}), refund()))
    assert give_back(transport, begun=timedelta(hours=24)) == "re_1"
    assert asked(transport) == [("GET", "/v1/refunds")]
    assert transport.last.query == {"limit": "100", "charge": "ch_1"}


def test_an_old_key_that_shows_nothing_is_asked_for():
    transport = Scripted(listed(), reply(200, refund()))
    assert give_back(transport, begun=timedelta(hours=24)) == "re_1"


def test_a_key_that_stripe_still_keeps_is_just_used():
    transport = Scripted(reply(200, refund()))
    give_back(transport, begun=timedelta(hours=23))
    assert len(transport.sent) == 1


REFUSALS = ["charge_already_refunded", "refund_too_large"]


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refund_that_came_through_before_is_found_where_it_now_seems_too_much(name: str):
    told = example(f"stripe.error.400.{name}")["response"]
    assert give_back(Scripted(reply(told["status"], told["body"]), listed(refund()))) == "re_1"


@pytest.mark.parametrize("name", REFUSALS)
def test_more_than_was_paid_is_refused_for_good(name: str):
    told = example(f"stripe.error.400.{name}")["response"]
    with pytest.raises(Refused):
        give_back(Scripted(reply(told["status"], told["body"]), listed(refund(metadata={}))))


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_failed_at_once_is_refused(status: str):
    with pytest.raises(Refused):
        give_back(Scripted(reply(200, refund(status=status, failure_reason="lost_or_stolen_card"))))


@pytest.mark.parametrize("status", ["pending", "requires_action", "succeeded"])
def test_a_refund_that_takes_its_time_is_given(status: str):
    assert give_back(Scripted(reply(200, refund(status=status)))) == "re_1"


@pytest.mark.parametrize("answer", [broken(replayed=True), MISMATCH])
def test_a_refund_of_which_nobody_knows_is_looked_for_and_else_left_unknown(answer: Reply):
    assert give_back(Scripted(answer, listed(refund()))) == "re_1"
    with pytest.raises(OutcomeUnknown):
        give_back(Scripted(answer, listed()))


def test_a_wrong_key_of_ours_refuses_no_refund():
    with pytest.raises(Unavailable):
        give_back(Scripted(refusal(401)))


@pytest.mark.parametrize(
    ("status", "failed_"), [("pending", False), ("succeeded", False), ("failed", True), ("canceled", True)]
)
def test_a_refund_that_failed_days_later_says_so_and_under_which_key_it_was_asked_for(
    status: str, failed_: bool
):
    transport = Scripted(reply(200, refund(status=status, failure_reason="expired_or_canceled_card")))
    state = payments(transport).refund_state(refund_id="re_1")
    assert asked(transport) == [("GET", "/v1/refunds/re_1")]
    assert (state.id, state.key, state.failed) == ("re_1", "refund:1", failed_)
    assert state.reason == "expired_or_canceled_card"
    assert transport.last.query == {"expand[0]": "payment_intent"}


def test_a_refund_leads_back_to_what_was_bought():
    bought = intent(metadata={"order_id": "ord_1", "subscription_id": "sub_1"})
    told = refund(charge="ch_1", amount=500, currency="usd", payment_intent=bought)
    state = payments(Scripted(reply(200, told))).refund_state(refund_id="re_1")
    assert (state.charge_id, state.amount, state.subscription_id) == ("ch_1", Money(500, "USD"), "sub_1")
    nameless = payments(Scripted(reply(200, told | {"payment_intent": None}))).refund_state(refund_id="re_1")
    assert nameless.subscription_id is None


# --- disputes -----------------------------------------------------------------------------------------


def dispute(**changes: object) -> dict:
    return {
        "id": "dp_1",
        "object": "dispute",
        "charge": "ch_1",
        "payment_intent": intent(metadata={"order_id": "ord_1", "subscription_id": "sub_1"}),
        "amount": 1099,
        "currency": "usd",
        "reason": "fraudulent",
        "status": "needs_response",
        "created": int(NOW.timestamp()),
    } | changes


def test_a_dispute_leads_back_to_what_was_bought():
    transport = Scripted(reply(200, dispute()))
    found = payments(transport).dispute(dispute_id="dp_1")
    assert asked(transport) == [("GET", "/v1/disputes/dp_1")]
    assert transport.last.query == {"expand[0]": "payment_intent"}
    assert (found.id, found.charge_id, found.reference) == ("dp_1", "ch_1", "ord_1")
    assert (found.amount, found.reason, found.status) == (PRICE, "fraudulent", "needs_response")
    assert (found.opened_at, found.subscription_id) == (NOW, "sub_1")


def test_a_dispute_of_a_charge_that_is_not_ours_has_no_reference():
    assert payments(Scripted(reply(200, dispute(payment_intent=None)))).dispute(
        dispute_id="dp_1"
    ).reference is (None)


def test_a_dispute_that_is_not_there_is_refused():
    with pytest.raises(Refused):
        payments(Scripted(refusal(404, code="resource_missing"))).dispute(dispute_id="dp_1")


# --- cards --------------------------------------------------------------------------------------------


def kept(card_id: str, created: int = 1) -> dict:
    return shown("stripe.payment_methods.attach", id=card_id, created=created)


def test_the_cards_are_told_newest_first_with_what_a_client_knows_them_by():
    transport = Scripted(listed(kept("pm_1", 1), kept("pm_2", 2)))
    cards = payments(transport).cards(customer_id="cus_1")
    assert [card.id for card in cards] == ["pm_2", "pm_1"]
    assert cards[1] == Card(id="pm_1", brand="visa", last4="4242", exp_month=8, exp_year=2030)
    assert asked(transport) == [("GET", "/v1/customers/cus_1/payment_methods")]
    assert transport.last.query == {"limit": "100", "type": "card"}


def test_a_card_is_attached_and_made_the_one_that_pays_under_the_id_that_stripe_gives_it():
    transport = Scripted(listed(), reply(200, kept("pm_real")), reply(200, shown("stripe.customers.create")))
    card = payments(transport).keep_card(customer_id="cus_1", payment_method="pm_card_visa")
    assert card.id == "pm_real"
    attach, default = transport.sent[1:]
    assert (attach.method, attach.path) == ("POST", "/v1/payment_methods/pm_card_visa/attach")
    assert attach.header("Idempotency-Key") == "attach:cus_1:pm_card_visa"
    assert attach.form == {"customer": "cus_1"}
    assert (default.method, default.path) == ("POST", "/v1/customers/cus_1")
    assert default.form == {"invoice_settings[default_payment_method]": "pm_real"}


def test_a_card_that_was_the_default_before_can_be_made_it_again_because_each_choice_is_a_new_request():
    used = []
    for card in ("pm_1", "pm_2", "pm_1"):
        transport = Scripted(listed(kept("pm_1"), kept("pm_2")), reply(200, shown("stripe.customers.create")))
        payments(transport).keep_card(customer_id="cus_1", payment_method=card)
        assert asked(transport)[1:] == [("POST", "/v1/customers/cus_1")]  # attached already
        used.append(transport.last.header("Idempotency-Key"))
    assert len(set(used)) == 3


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (declined("card_declined", decline_code="generic_decline"), Declined),
        (declined("authentication_required"), Declined),
        (refusal(400, code="resource_missing", param="payment_method"), Refused),
        (refusal(404, code="resource_missing"), Refused),
        (refusal(400, message="already attached to a customer"), Refused),
    ],
)
def test_a_card_that_cannot_be_kept_is_not_made_the_one_that_pays(answer: Reply, outcome: type[Exception]):
    transport = Scripted(listed(), answer)
    with pytest.raises(outcome):
        payments(transport).keep_card(customer_id="cus_1", payment_method="pm_1")
    transport.is_over()


def test_a_card_that_is_to_be_added_is_set_up_for_renewals_nobody_is_there_for():
    setup = {"id": "seti_1", "object": "setup_intent", "client_secret": "seti_1_secret_x"}
    transport = Scripted(reply(200, setup))
    begun = payments(transport).begin_card_setup(key="k1", customer_id="cus_1")
    assert (begun.id, begun.client_secret) == ("seti_1", "seti_1_secret_x")
    assert "secret_x" not in repr(begun)
    assert asked(transport) == [("POST", "/v1/setup_intents")]
    assert transport.keys == ["setup:k1"]
    assert transport.last.form == {
        "customer": "cus_1",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
    }
