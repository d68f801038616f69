"""Every field that is sent is one that Stripe's own library knows for that call, in the version we pinned."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from inspect import get_annotations
from typing import Any

import pytest
import stripe
from stripe import params as known
from stripe.params import tax

from chalicelib.domain.money import Money
from chalicelib.gateways.stripe.client import API_VERSION
from chalicelib.gateways.stripe.payments import StripePayments
from chalicelib.gateways.stripe.payouts import StripePayouts
from chalicelib.gateways.stripe.taxes import StripeTaxes
from chalicelib.gateways.transport import Reply
from tests.contracts.scripted import Scripted, reply
from tests.contracts.stripe.objects import ADDRESS, CLIENT, NOW, PRICE, account, intent, listed

ANY = {"object": "any", "id": "any_1", "url": "https://x.test", "client_secret": "any", "expires_at": 1}
CARD = ANY | {"card": {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2030}}
ONE = Money(1, "USD")
DAY = timedelta(days=1)


def payments(transport: Scripted) -> StripePayments:
    return StripePayments(account=account(transport), webhook_secret=lambda: "", live=False, brand="Seatwise")


def charge(transport: Scripted, **how: Any) -> Any:
    return payments(transport).charge(
        reference="ord_1",
        customer_id="cus_1",
        amount=PRICE,
        payment_method="pm_1",
        subscription_id="sub_1",
        at=NOW,
        **({"again": False, "off_session": True} | how),
    )


def cancel(transport: Scripted) -> Any:
    return payments(transport).cancel(reference="ord_1", customer_id="cus_1", amount=PRICE, since=NOW, at=NOW)


def refund(transport: Scripted) -> Any:
    return payments(transport).refund(key="k", charge_id="ch_1", amount=ONE, since=NOW - DAY, at=NOW)


def reverse(transport: Scripted, *, in_full: bool) -> Any:
    return StripeTaxes(account=account(transport), tax_code="t").reverse(
        reference="r", transaction_id="tax_1", total=ONE, in_full=in_full, since=NOW, at=NOW
    )


def pay(transport: Scripted) -> Any:
    return StripePayouts(account=account(transport)).pay(
        key="k",
        account_id="acct_1",
        amount=ONE,
        charge_id="ch_1",
        subscription_id="sub_1",
        since=NOW - DAY * 2,
        at=NOW,
    )


OPEN, GONE = intent("requires_confirmation"), reply(200, intent("canceled"))
LATEST, GIVEN = [listed(), reply(200, ANY | {"status": "succeeded"})], [reply(200, ANY)]

CALLS: dict[str, tuple[Callable[[Scripted], Any], list[Reply], list[Any]]] = {
    "customer": (
        lambda line: payments(line).customer(client=CLIENT, address=ADDRESS),
        LATEST,
        [known.CustomerListParams, known.CustomerCreateParams],
    ),
    "charge with the client there": (
        lambda line: charge(line, off_session=False),
        [reply(200, intent())],
        [known.PaymentIntentCreateParams],
    ),
    "charge at a renewal": (charge, [reply(200, intent())], [known.PaymentIntentCreateParams]),
    "charge again": (
        lambda line: charge(line, again=True),
        [listed(OPEN), reply(200, intent())],
        [known.PaymentIntentListParams, known.PaymentIntentConfirmParams],
    ),
    "cancel": (
        cancel,
        [listed(OPEN), GONE],
        [known.PaymentIntentListParams, known.PaymentIntentCancelParams],
    ),
    "take the key": (
        cancel,
        [listed(), GONE],
        [known.PaymentIntentListParams, known.PaymentIntentCreateParams],
    ),
    "refund": (refund, LATEST, [known.RefundListParams, known.RefundCreateParams]),
    "dispute": (
        lambda line: payments(line).dispute(dispute_id="dp_1"),
        [
            reply(
                200,
                ANY
                | {"charge": "c", "amount": 1, "currency": "usd", "reason": "r", "status": "s"}
                | {"created": 1},
            )
        ],
        [known.DisputeRetrieveParams],
    ),
    "keep a card": (
        lambda line: payments(line).keep_card(customer_id="cus_1", payment_method="pm_1"),
        [listed(), reply(200, CARD), reply(200, ANY)],
        [known.CustomerPaymentMethodListParams, known.PaymentMethodAttachParams, known.CustomerUpdateParams],
    ),
    "begin a card": (
        lambda line: payments(line).begin_card_setup(key="k", customer_id="cus_1"),
        GIVEN,
        [known.SetupIntentCreateParams],
    ),
    "tax due": (
        lambda line: StripeTaxes(account=account(line), tax_code="t").due(
            key="k", net=ONE, address=ADDRESS, plan_id="p"
        ),
        [reply(200, ANY | {"tax_amount_exclusive": 1})],
        [tax.CalculationCreateParams],
    ),
    "record a sale": (
        lambda line: StripeTaxes(account=account(line), tax_code="t").record(
            reference="r", calculation_id="c", since=NOW, at=NOW
        ),
        GIVEN,
        [tax.TransactionCreateFromCalculationParams],
    ),
    "take a sale back": (
        lambda line: reverse(line, in_full=True),
        GIVEN,
        [tax.TransactionCreateReversalParams],
    ),
    "take a part back": (
        lambda line: reverse(line, in_full=False),
        GIVEN,
        [tax.TransactionCreateReversalParams],
    ),
    "open an account": (
        lambda line: StripePayouts(account=account(line)).open_account(freelancer_id="f", email="b@x.test"),
        GIVEN,
        [known.AccountCreateParams],
    ),
    "onboarding": (
        lambda line: StripePayouts(account=account(line)).onboarding_link(
            account_id="acct_1", refresh_url="https://a.test", return_url="https://a.test"
        ),
        GIVEN,
        [known.AccountLinkCreateParams],
    ),
    "pay": (pay, LATEST, [known.TransferListParams, known.TransferCreateParams]),
    "take back": (
        lambda line: StripePayouts(account=account(line)).take_back(
            key="k", transfer_id="tr_1", amount=ONE, since=NOW, at=NOW
        ),
        GIVEN,
        [known.TransferReversalCreateParams],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_stripe_knows_every_field_because_it_refuses_a_request_with_one_that_it_does_not(name: str):
    ask, answers, expected = CALLS[name]
    transport = Scripted(*answers)
    ask(transport)
    assert len(transport.sent) == len(expected)
    for sent, fields in zip(transport.sent, expected, strict=True):
        named = {re.split(r"[\[\]]", field)[0] for field in sent.form | sent.query}
        assert named
        assert named <= set(fields.__annotations__)


@pytest.mark.parametrize(
    ("thing", "fields"),
    [
        (stripe.Customer, "id metadata"),
        (
            stripe.PaymentIntent,
            "id status metadata latest_charge amount_received currency client_secret last_payment_error",
        ),
        (stripe.PaymentIntent.LastPaymentError, "code decline_code advice_code"),
        (stripe.Charge, "id created"),
        (stripe.Refund, "id status metadata failure_reason"),
        (stripe.Dispute, "id charge payment_intent amount currency reason status created"),
        (stripe.PaymentMethod, "id card created"),
        (stripe.PaymentMethod.Card, "brand last4 exp_month exp_year"),
        (stripe.SetupIntent, "id client_secret"),
        (stripe.tax.Calculation, "id tax_amount_exclusive"),
        (stripe.tax.Transaction, "id"),
        (stripe.Account, "id capabilities requirements"),
        (stripe.Account.Capabilities, "transfers"),
        (stripe.Account.Requirements, "currently_due disabled_reason"),
        (stripe.AccountLink, "url expires_at"),
        (stripe.Transfer, "id metadata"),
        (stripe.TransferReversal, "id metadata"),
        (stripe.Event, "id type livemode data account"),
    ],
)
def test_every_field_that_is_read_is_one_that_stripe_answers(thing: type, fields: str):
    assert set(fields.split()) <= set(get_annotations(thing))


def test_the_fields_are_those_of_the_version_that_is_pinned():
    from stripe._api_version import _ApiVersion

    assert API_VERSION == _ApiVersion.CURRENT
