from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.money import Money
from chalicelib.gateways.payments import Declined
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from sandbox.payments import PAYMENT_METHODS, UNKNOWN_METHOD, SandboxPayments

AT = datetime(2024, 1, 31, 10, tzinfo=UTC)
USD = "USD"


@pytest.fixture
def payments():
    return SandboxPayments(webhook_secret=lambda: "whsec_test")


def charge(payments, key="k1", reference="ord_1", cents=150_00, method="pm_card_visa"):
    return payments.charge(
        key=key,
        reference=reference,
        amount=Money(cents, USD),
        payment_method=method,
        client_id="usr_1",
        off_session=False,
        at=AT,
    )


def refund(payments, charge_id, cents, key="r1"):
    return payments.refund(key=key, charge_id=charge_id, amount=Money(cents, USD), at=AT)


def test_the_same_key_takes_the_money_once(payments):
    assert charge(payments) == charge(payments)
    assert [entry.times_seen for entry in payments.charges()] == [2]


def test_the_same_key_with_anything_else_is_an_error(payments):
    charge(payments)
    with pytest.raises(Refused, match="idempotency_error"):
        charge(payments, cents=151_00)


def test_a_reference_is_paid_once_whatever_the_key(payments):
    assert charge(payments, key="k1") == charge(payments, key="k2")
    assert len(payments.charges()) == 1


@pytest.mark.parametrize(("method", "code"), PAYMENT_METHODS.items(), ids=list(PAYMENT_METHODS))
def test_the_payment_methods_of_tests_do_what_they_are_for(payments, method, code):
    if code is None:
        assert charge(payments, method=method).amount == 150_00
        return
    with pytest.raises(Declined) as declined:
        charge(payments, method=method)
    assert declined.value.decline_code == code


def test_an_unknown_payment_method_is_declined_and_says_so(payments):
    with pytest.raises(Declined) as declined:
        charge(payments, method="pm_mine")
    assert declined.value.decline_code == UNKNOWN_METHOD


def test_a_decline_is_the_answer_to_its_key_and_another_key_may_succeed(payments):
    payments.plan("decline")
    for _ in range(2):
        with pytest.raises(Declined):
            charge(payments)
    assert charge(payments, key="k2").amount == 150_00
    assert [entry.status for entry in payments.ledger] == ["declined", "succeeded"]


def test_an_error_does_nothing_and_keeps_nothing(payments):
    payments.plan("error")
    with pytest.raises(Unavailable):
        charge(payments)
    assert payments.ledger == []
    assert payments.find(reference="ord_1") is None
    assert charge(payments).amount == 150_00


def test_a_timeout_has_done_the_work(payments):
    payments.plan("timeout")
    with pytest.raises(OutcomeUnknown):
        charge(payments)
    found = payments.find(reference="ord_1")
    assert found is not None
    assert charge(payments) == found
    assert len(payments.charges()) == 1


def test_as_many_outcomes_as_were_planned(payments):
    payments.plan("decline", count=2)
    assert payments.planned == ["decline", "decline"]
    for n in range(2):
        with pytest.raises(Declined):
            charge(payments, key=f"k{n}", reference=f"ord_{n}")
    charge(payments, key="k3", reference="ord_3")
    assert payments.planned == []


def test_what_was_canceled_is_never_charged(payments):
    assert payments.cancel(reference="ord_1", at=AT) is None
    with pytest.raises(Declined):
        charge(payments)
    assert payments.charges() == []


def test_what_was_charged_cannot_be_canceled(payments):
    made = charge(payments)
    assert payments.cancel(reference="ord_1", at=AT) == made


def test_D12_a_refund_is_made_once_per_key(payments):
    made = charge(payments)
    assert refund(payments, made.id, 50_00) == refund(payments, made.id, 50_00)
    assert sum(entry.amount.amount for entry in payments.refunds()) == 50_00
    with pytest.raises(Refused, match="idempotency_error"):
        refund(payments, made.id, 51_00)


def test_D12_refunds_never_give_back_more_than_was_paid(payments):
    made = charge(payments)
    refund(payments, made.id, 100_00, key="r1")
    with pytest.raises(Refused):
        refund(payments, made.id, 50_01, key="r2")
    refund(payments, made.id, 50_00, key="r3")
    with pytest.raises(Refused):
        refund(payments, made.id, 1, key="r4")
    assert sum(entry.amount.amount for entry in payments.refunds()) == 150_00


@pytest.mark.parametrize("cents", [0, -1])
def test_a_refund_of_nothing_or_less_is_refused(payments, cents):
    with pytest.raises(Refused):
        refund(payments, charge(payments).id, cents)


def test_a_refund_of_no_charge_is_refused(payments):
    with pytest.raises(Refused, match="resource_missing"):
        refund(payments, "ch_none", 1_00)


@pytest.mark.parametrize("method", ["find", "cancel", "refund"])
def test_every_call_can_fail_before_and_after(payments, method):
    made = charge(payments)
    calls = {
        "find": lambda: payments.find(reference="ord_1"),
        "cancel": lambda: payments.cancel(reference="ord_2", at=AT),
        "refund": lambda: refund(payments, made.id, 1_00),
    }
    payments.faults.plan(method, "error")
    payments.faults.plan(method, "timeout")
    with pytest.raises(Unavailable):
        calls[method]()
    with pytest.raises(OutcomeUnknown):
        calls[method]()
    calls[method]()
    assert len(payments.refunds()) == (1 if method == "refund" else 0)


# --- webhooks ------------------------------------------------------------------------------------------


def notice(payments):
    charge(payments)
    body = payments.take_notice()
    assert body is not None
    return body


def test_a_genuine_notice_says_what_it_is_about(payments):
    body = notice(payments)
    read = payments.read_webhook(headers=payments.sign(body, at=AT), body=body, at=AT)
    assert read is not None
    assert read.reference == "ord_1"
    assert read.event_id == json.loads(body)["id"]
    assert payments.take_notice() is None


def test_a_notice_about_something_else_is_none_of_ours(payments):
    body = json.dumps({"id": "evt_1", "data": {"object": {}}}).encode()
    assert payments.read_webhook(headers=payments.sign(body, at=AT), body=body, at=AT) is None


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_notice_may_be_five_minutes_old(payments, seconds):
    body = notice(payments)
    at = AT + timedelta(seconds=seconds)
    assert payments.read_webhook(headers=payments.sign(body, at=AT), body=body, at=at) is not None


def refused_headers(payments, body):
    genuine = payments.sign(body, at=AT)["Stripe-Signature"]
    stamp, _, signature = genuine.partition(",v1=")
    other = SandboxPayments(webhook_secret=lambda: "another").sign(body, at=AT)["Stripe-Signature"]
    return {
        "none": {},
        "empty": {"Stripe-Signature": ""},
        "no stamp": {"Stripe-Signature": f"v1={signature}"},
        "no signature": {"Stripe-Signature": stamp},
        "another scheme": {"Stripe-Signature": f"{stamp},v0={signature}"},
        "another secret": {"Stripe-Signature": other},
        "another stamp": {"Stripe-Signature": f"t=1,v1={signature}"},
        "two stamps": {"Stripe-Signature": f"t=1,{genuine}"},
        "nonsense": {"Stripe-Signature": "t=²,v1=é"},
    }


@pytest.mark.parametrize(
    "kind",
    [
        "none",
        "empty",
        "no stamp",
        "no signature",
        "another scheme",
        "another secret",
        "another stamp",
        "two stamps",
        "nonsense",
    ],
)
def test_what_is_not_genuine_is_refused(payments, kind):
    body = notice(payments)
    with pytest.raises(Refused):
        payments.read_webhook(headers=refused_headers(payments, body)[kind], body=body, at=AT)


def test_one_fitting_signature_of_several_is_enough(payments):
    body = notice(payments)
    stamp, _, signature = payments.sign(body, at=AT)["Stripe-Signature"].partition(",v1=")
    headers = {"stripe-signature": f"{stamp},v1=old,v1={signature},v0=older"}
    assert payments.read_webhook(headers=headers, body=body, at=AT) is not None


@pytest.mark.parametrize(
    "late", [timedelta(seconds=301), timedelta(seconds=-301)], ids=["old", "from the future"]
)
def test_a_notice_at_another_time_is_refused(payments, late):
    body = notice(payments)
    with pytest.raises(Refused):
        payments.read_webhook(headers=payments.sign(body, at=AT), body=body, at=AT + late)


def test_a_changed_body_is_refused(payments):
    body = notice(payments)
    headers = payments.sign(body, at=AT)
    with pytest.raises(Refused):
        payments.read_webhook(headers=headers, body=body.replace(b"ord_1", b"ord_2"), at=AT)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"id": 1, "data": []}'])
def test_a_signed_notice_that_cannot_be_read_is_refused(payments, body):
    with pytest.raises(Refused):
        payments.read_webhook(headers=payments.sign(body, at=AT), body=body, at=AT)
