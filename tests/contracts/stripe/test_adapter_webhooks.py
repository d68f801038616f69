"""Stripe's notices: which are genuine, and what each is about."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.gateways.payments import Concern, PaymentNotice
from chalicelib.gateways.stripe.payments import StripePayments
from chalicelib.gateways.trouble import Refused
from tests.contracts.examples import example
from tests.contracts.scripted import Scripted
from tests.contracts.stripe.objects import NOW, account

SECRET = "whsec_ours"


def adapter(secrets: str = SECRET, *, live: bool = False) -> StripePayments:
    return StripePayments(
        account=account(Scripted()), webhook_secret=lambda: secrets, live=live, brand="Seatwise"
    )


def signature(body: bytes, *, secret: str = SECRET, at: datetime = NOW) -> str:
    stamp = str(int(at.timestamp()))
    return (
        f"t={stamp},v1=" + hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    )


def event(kind: str, subject: Any, **more: Any) -> bytes:
    told = {"id": "evt_1", "object": "event", "type": kind, "livemode": False, "data": {"object": subject}}
    return json.dumps(told | more).encode()


def read(body: bytes, given: str | None = None, *, at: datetime = NOW, **settings: Any):
    headers = {"Stripe-Signature": signature(body) if given is None else given}
    return adapter(**settings).read_webhook(headers=headers, body=body, at=at)


PAID = event("payment_intent.succeeded", {"id": "pi_1", "metadata": {"order_id": "ord_1"}})
NOTICE = PaymentNotice(event_id="evt_1", concern=Concern.PAYMENT, reference="ord_1")


@pytest.mark.parametrize("name", ["valid_two_v1", "wrong_secret", "duplicate"])
def test_the_documented_signatures_are_judged_as_documented(name: str):
    shown = example(f"stripe.webhook.{name}")
    request = shown["request"]

    def judged():
        return adapter(request["secret"]).read_webhook(
            headers=request["headers"],
            body=request["body_raw"].encode(),
            at=datetime.fromtimestamp(request["now"], UTC),
        )

    if shown["response"]["status"] == 200:
        assert judged() is None  # genuine, and about nothing of ours
    else:
        with pytest.raises(Refused):
            judged()


def test_a_notice_is_read_whatever_the_case_of_its_headers():
    for name in ("Stripe-Signature", "stripe-signature", "STRIPE-SIGNATURE"):
        assert adapter().read_webhook(headers={name: signature(PAID)}, body=PAID, at=NOW) == NOTICE


@pytest.mark.parametrize("secrets", ["whsec_new,whsec_ours", "whsec_ours, whsec_new", " whsec_ours ,"])
def test_while_the_secret_is_changed_the_old_one_and_the_new_one_are_good(secrets: str):
    assert read(PAID, secrets=secrets) == NOTICE


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=5), -timedelta(minutes=5)])
def test_a_notice_may_be_five_minutes_off(late: timedelta):
    assert read(PAID, at=NOW + late) == NOTICE


@pytest.mark.parametrize("late", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_an_old_notice_is_refused_because_somebody_may_have_kept_it(late: timedelta):
    with pytest.raises(Refused):
        read(PAID, at=NOW + late)


GOOD = signature(PAID)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "t=,v1=",
        GOOD.replace("v1=", "v0="),
        GOOD.replace("t=", "x="),
        GOOD.split(",")[0],
        GOOD.split(",")[1],
        GOOD[:-1],
        GOOD.replace("t=", "t=-"),
        GOOD.replace("t=", "t=" + "9" * 5000),
        "t=²,v1=0",
        signature(PAID, secret="whsec_other"),
        signature(PAID, secret=""),
        signature(PAID + b" "),
        GOOD.replace("v1=", "v1=é"),
    ],
)
def test_a_notice_that_is_not_signed_by_stripe_is_refused(given: str):
    with pytest.raises(Refused):
        read(PAID, given)


def test_a_missing_signature_is_refused():
    with pytest.raises(Refused):
        adapter().read_webhook(headers={}, body=PAID, at=NOW)


def test_no_secret_is_no_reason_to_believe_anything():
    with pytest.raises(Refused):
        adapter("").read_webhook(headers={"Stripe-Signature": signature(PAID, secret="")}, body=PAID, at=NOW)


def test_the_very_bytes_are_signed_so_the_same_document_written_otherwise_is_refused():
    other = json.dumps(json.loads(PAID), indent=1).encode()
    with pytest.raises(Refused):
        read(other, signature(PAID))


@pytest.mark.parametrize(
    ("kind", "subject", "more", "concern", "reference"),
    [
        ("payment_intent.payment_failed", {"metadata": {"order_id": "o"}}, {}, Concern.PAYMENT, "o"),
        ("payment_intent.requires_action", {"metadata": {"order_id": "o"}}, {}, Concern.PAYMENT, "o"),
        ("payment_intent.canceled", {"metadata": {"order_id": "o"}}, {}, Concern.PAYMENT, "o"),
        ("refund.created", {"id": "re_1"}, {}, Concern.REFUND, "re_1"),
        ("refund.updated", {"id": "re_1"}, {}, Concern.REFUND, "re_1"),
        ("refund.failed", {"id": "re_1"}, {}, Concern.REFUND, "re_1"),
        ("charge.dispute.created", {"id": "dp_1"}, {}, Concern.DISPUTE, "dp_1"),
        ("charge.dispute.closed", {"id": "dp_1"}, {}, Concern.DISPUTE, "dp_1"),
        ("account.updated", {"id": "acct_1"}, {"account": "acct_1"}, Concern.PAYOUT_ACCOUNT, "acct_1"),
        (
            "account.application.deauthorized",
            {"id": "ca_1", "object": "application"},
            {"account": "acct_1"},
            Concern.PAYOUT_ACCOUNT,
            "acct_1",
        ),
    ],
)
def test_a_notice_says_what_to_look_up(
    kind: str, subject: dict, more: dict, concern: Concern, reference: str
):
    assert read(event(kind, subject, **more)) == PaymentNotice(
        event_id="evt_1", concern=concern, reference=reference
    )


@pytest.mark.parametrize(
    "body",
    [
        event("payment_intent.succeeded", {"id": "pi_1", "metadata": {}}),
        event("payment_intent.succeeded", {"id": "pi_1", "metadata": None}),
        event("payment_intent.succeeded", {"id": "pi_1", "metadata": {"order_id": 7}}),
        event("payment_intent.succeeded", None),
        event("charge.refunded", {"id": "ch_1"}),
        event("setup_intent.succeeded", {"id": "seti_1"}),
        event("transfer.created", {"id": "tr_1"}),
        event("account.application.deauthorized", {"id": "ca_1"}),
        event("something.of.tomorrow", {"id": "x_1"}),
        event("refund.failed", {"id": "re_1"}, id=None),
        event("refund.failed", {"id": "re_1"}, livemode=True),
        event("refund.failed", {"id": "re_1"}, livemode=None),
        event("refund.failed", {"id": "re_1"}, data=[]),
        b"[]",
        b"null",
        b"not json",
        b"\xff\xfe",
        b"",
    ],
)
def test_what_does_not_concern_us_is_passed_over_without_a_fuss(body: bytes):
    assert read(body) is None


def test_each_side_hears_only_of_its_own_money():
    real = event("refund.failed", {"id": "re_1"}, livemode=True)
    assert read(real, live=True) is not None
    assert read(real, live=False) is None
    assert read(PAID, live=True) is None
