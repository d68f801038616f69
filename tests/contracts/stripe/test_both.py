"""Whole conversations with Stripe, which its simulator and its own test mode have to hold alike.

The simulator answers unless the environment names a key of a test account with Tax and Connect switched on:

    STRIPE_TEST_KEY=sk_test_… pytest tests/contracts/stripe/test_both.py -o addopts=--import-mode=importlib

(without our own addopts, which let nobody leave this machine). What only a simulator can do, such as waiting
for a day or looking on as the bank does, is skipped there.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge
from chalicelib.domain.people import Person
from chalicelib.gateways.payments import AuthenticationNeeded, Concern, Declined, PaymentNotice
from chalicelib.gateways.stripe.client import StripeAccount
from chalicelib.gateways.stripe.payments import StripePayments
from chalicelib.gateways.stripe.payouts import StripePayouts
from chalicelib.gateways.stripe.taxes import StripeTaxes
from chalicelib.gateways.transport import HttpTransport, Transport
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from sandbox.clock import MovableClock
from sandbox.simulators.faults import Faults, Faulty, Kind
from sandbox.simulators.serving import DirectTransport, LoopbackServer
from sandbox.simulators.stripe import SECRET_KEY, StripeSimulator, error_shape
from tests.contracts.stripe.objects import ADDRESS, NOW

REAL_KEY: Final = os.environ.get("STRIPE_TEST_KEY", "")
URL: Final = "https://api.stripe.com"
SECRET: Final = "whsec_simulated"
TAX_CODE: Final = "txcd_10103001"


class Side:
    """One of the two who can be at the other end of the line."""

    def __init__(self) -> None:
        self.run = uuid.uuid4().hex[:12] if REAL_KEY else "run"
        self._clock = None if REAL_KEY else MovableClock(start=NOW)
        self._simulator: StripeSimulator | None = None
        self.faults = Faults()
        if self._clock is None:
            self.speak_over(HttpTransport())
        else:
            simulator = StripeSimulator(clock=self._clock, webhook_secret=lambda: SECRET)
            self._simulator = simulator
            faulty = Faulty(simulator, self.faults, shape=error_shape)
            self.speak_over(DirectTransport({URL: faulty}))

    def speak_over(self, transport: Transport, *, url: str = URL) -> None:
        """Use this line from now on."""
        account = StripeAccount(
            transport=transport,
            secret_key=lambda: REAL_KEY or SECRET_KEY,
            url=url,
            pause=time.sleep if REAL_KEY else lambda _: None,
        )
        self.account = account
        self.payments = StripePayments(
            account=account, webhook_secret=lambda: SECRET, live=False, brand="Seatwise"
        )
        self.taxes = StripeTaxes(account=account, tax_code=TAX_CODE)
        self.payouts = StripePayouts(account=account)

    @property
    def simulator(self) -> StripeSimulator:
        if self._simulator is None:
            pytest.skip("only the simulator can do this")
        return self._simulator

    def now(self) -> datetime:
        return datetime.now(UTC) if self._clock is None else self._clock.now()

    def wait(self, so_long: timedelta) -> None:
        if self._clock is None:
            pytest.skip("nobody waits that long")
        self._clock.put(self._clock.now() + so_long)

    def named(self, name: str) -> str:
        """A name that no other run has used."""
        return f"{name}-{self.run}"

    def person(self, name: str = "ann") -> Person:
        return Person(
            id=self.named(name), name="Ann Lee", email=f"{self.named(name)}@example.com", locale="en"
        )

    def customer(self, name: str = "ann") -> str:
        return self.payments.customer(client=self.person(name), address=ADDRESS)

    def charge(
        self,
        customer_id: str,
        *,
        card: str = "pm_card_visa",
        reference: str = "ord",
        cents: int = 5000,
        off_session: bool = False,
        again: bool = False,
    ) -> Charge:
        return self.payments.charge(
            reference=self.named(reference),
            customer_id=customer_id,
            amount=Money(cents, "USD"),
            payment_method=card,
            off_session=off_session,
            again=again,
            subscription_id=self.named("sub"),
            at=self.now(),
        )

    def find(self, customer_id: str) -> Charge | None:
        return self.payments.find(reference=self.named("ord"), customer_id=customer_id, since=self.now())

    def authentication(self, customer_id: str):
        return self.payments.authentication(
            reference=self.named("ord"), customer_id=customer_id, since=self.now()
        )

    def cancel(self, customer_id: str) -> Charge | None:
        return self.payments.cancel(
            reference=self.named("ord"),
            customer_id=customer_id,
            amount=Money(5000, "USD"),
            since=self.now(),
            at=self.now(),
        )

    def refund(self, charge: Charge, cents: int, key: str, *, since: datetime | None = None) -> str:
        return self.payments.refund(
            key=self.named(key),
            charge_id=charge.id,
            amount=Money(cents, "USD"),
            since=since or self.now(),
            at=self.now(),
        )

    def notices(self) -> list[PaymentNotice | None]:
        """What the webhooks that have come say to us."""
        read = []
        while (notice := self.simulator.take_notice(self.now())) is not None:
            read.append(self.payments.read_webhook(headers=notice.headers, body=notice.body, at=self.now()))
        return read


@pytest.fixture
def stripe_side() -> Side:
    return Side()


# --- customers and charges ----------------------------------------------------------------------------


def test_a_client_is_entered_once_and_another_client_is_another_customer(stripe_side: Side):
    first = stripe_side.customer()
    assert first.startswith("cus_")
    assert stripe_side.customer() == first
    assert stripe_side.customer("bob") != first


def test_a_charge_is_taken_once_however_often_it_is_asked_for(stripe_side: Side):
    customer = stripe_side.customer()
    charge = stripe_side.charge(customer)
    assert charge.id.startswith("ch_")
    assert (charge.amount, charge.currency) == (5000, "USD")
    assert abs(charge.at - stripe_side.now()) < timedelta(minutes=5)
    assert stripe_side.charge(customer) == charge
    assert stripe_side.charge(customer, again=True) == charge
    assert stripe_side.find(customer) == charge
    assert stripe_side.authentication(customer) is None


def test_a_card_that_was_kept_at_the_purchase_pays_the_renewal(stripe_side: Side):
    customer = stripe_side.customer()
    stripe_side.charge(customer)
    (card,) = stripe_side.payments.cards(customer_id=customer)
    renewal = stripe_side.charge(customer, card=card.id, reference="renewal", off_session=True)
    assert renewal.amount == 5000


@pytest.mark.parametrize(
    ("card", "code", "hopeless"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline", False),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds", False),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card", True),
        ("pm_card_visa_chargeDeclinedStolenCard", "stolen_card", True),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", True),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", True),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", False),
    ],
)
def test_a_declined_card_stays_declined_however_it_is_asked_for(
    stripe_side: Side, card: str, code: str, hopeless: bool
):
    customer = stripe_side.customer()
    for again in (False, False, True):
        with pytest.raises(Declined) as caught:
            stripe_side.charge(customer, card=card, again=again)
        assert (caught.value.decline_code, caught.value.hopeless) == (code, hopeless)
    assert stripe_side.find(customer) is None


def test_a_card_that_nobody_has_is_declined(stripe_side: Side):
    with pytest.raises(Declined, match="payment_method_unknown"):
        stripe_side.charge(stripe_side.customer(), card="pm_nobody_has_this")


def test_a_card_of_somebody_else_is_declined(stripe_side: Side):
    theirs = stripe_side.payments.keep_card(
        customer_id=stripe_side.customer("bob"), payment_method="pm_card_visa"
    )
    with pytest.raises(Declined, match="payment_method_unknown"):
        stripe_side.charge(stripe_side.customer(), card=theirs.id)


def test_less_than_stripe_takes_is_declined(stripe_side: Side):
    with pytest.raises(Declined, match="amount_too_small"):
        stripe_side.charge(stripe_side.customer(), cents=20)


@pytest.mark.parametrize("off_session", [False, True])
def test_a_bank_that_wants_the_cardholder_is_waited_for_until_it_is_canceled(
    stripe_side: Side, off_session: bool
):
    customer, card = stripe_side.customer(), "pm_card_authenticationRequired"
    for again in (False, True):
        with pytest.raises(AuthenticationNeeded):
            stripe_side.charge(customer, card=card, off_session=off_session, again=again)
    waiting = stripe_side.authentication(customer)
    assert waiting is not None
    assert waiting.client_secret.startswith(f"{waiting.payment_id}_secret_")
    assert stripe_side.find(customer) is None
    assert stripe_side.cancel(customer) is None
    assert stripe_side.authentication(customer) is None
    with pytest.raises(Declined, match="payment_canceled"):
        stripe_side.charge(customer, card=card, off_session=off_session, again=True)


@pytest.mark.parametrize("off_session", [False, True])
def test_a_cardholder_who_confirms_has_paid(stripe_side: Side, off_session: bool):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    with pytest.raises(AuthenticationNeeded):
        stripe_side.charge(customer, card="pm_card_authenticationRequired", off_session=off_session)
    waiting = stripe_side.authentication(customer)
    assert waiting is not None
    simulator.authenticate(waiting.client_secret)
    paid = stripe_side.find(customer)
    assert paid is not None
    assert paid.amount == 5000
    assert stripe_side.cancel(customer) == paid


def test_a_cardholder_who_does_not_confirm_is_declined(stripe_side: Side):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    with pytest.raises(AuthenticationNeeded):
        stripe_side.charge(customer, card="pm_card_authenticationRequired")
    waiting = stripe_side.authentication(customer)
    assert waiting is not None
    simulator.authenticate(waiting.client_secret, ok=False)
    with pytest.raises(Declined, match="payment_intent_authentication_failure"):
        stripe_side.charge(customer, again=True)


def test_what_was_canceled_before_it_began_can_never_be_charged(stripe_side: Side):
    customer = stripe_side.customer()
    assert stripe_side.cancel(customer) is None
    assert stripe_side.cancel(customer) is None
    for again in (False, True):
        with pytest.raises(Declined, match="payment_canceled"):
            stripe_side.charge(customer, again=again)
    assert stripe_side.find(customer) is None


def test_what_was_paid_is_told_when_it_is_canceled(stripe_side: Side):
    customer = stripe_side.customer()
    charge = stripe_side.charge(customer)
    assert stripe_side.cancel(customer) == charge


# --- refunds ------------------------------------------------------------------------------------------


def test_a_charge_is_given_back_in_parts_and_never_more_than_was_paid(stripe_side: Side):
    charge = stripe_side.charge(stripe_side.customer())
    part = stripe_side.refund(charge, 2000, "refund:1")
    assert part.startswith("re_")
    assert stripe_side.refund(charge, 2000, "refund:1") == part
    with pytest.raises(Refused):
        stripe_side.refund(charge, 3001, "refund:2")
    rest = stripe_side.refund(charge, 3000, "refund:3")
    with pytest.raises(Refused):
        stripe_side.refund(charge, 1, "refund:4")
    state = stripe_side.payments.refund_state(refund_id=rest)
    assert (state.id, state.key, state.failed) == (rest, stripe_side.named("refund:3"), False)


def test_a_refund_that_was_asked_for_long_ago_is_not_given_twice(stripe_side: Side):
    charge = stripe_side.charge(stripe_side.customer())
    since = stripe_side.now()
    given = stripe_side.refund(charge, 2000, "refund:1")
    stripe_side.wait(timedelta(hours=30))
    assert stripe_side.refund(charge, 2000, "refund:1", since=since) == given
    assert sum(refund.amount.amount for refund in stripe_side.simulator.refunds()) == 2000


def test_a_refund_of_nothing_is_refused(stripe_side: Side):
    charge = Charge(id="ch_nothing", reference="r", amount=1, currency="USD", at=NOW)
    with pytest.raises(Refused):
        stripe_side.refund(charge, 1, "refund:1")
    with pytest.raises(Refused):
        stripe_side.payments.refund_state(refund_id="re_nothing")


def test_a_refund_that_fails_days_later_says_so(stripe_side: Side):
    assert stripe_side.simulator.charges() == []
    charge = stripe_side.charge(stripe_side.customer(), card="pm_card_refundFail")
    given = stripe_side.refund(charge, 2000, "refund:1")
    stripe_side.notices()
    stripe_side.wait(timedelta(days=5))
    state = stripe_side.payments.refund_state(refund_id=given)
    assert state.failed
    assert state.reason
    told = {(notice.concern, notice.reference) for notice in stripe_side.notices() if notice}
    assert (Concern.REFUND, given) in told


# --- cards --------------------------------------------------------------------------------------------


def test_cards_are_kept_newest_first_and_one_is_kept_once(stripe_side: Side):
    customer = stripe_side.customer()
    assert list(stripe_side.payments.cards(customer_id=customer)) == []
    visa = stripe_side.payments.keep_card(customer_id=customer, payment_method="pm_card_visa")
    assert visa.id.startswith("pm_")
    assert visa.id != "pm_card_visa"
    assert (visa.brand, visa.last4) == ("visa", "4242")
    other = stripe_side.payments.keep_card(customer_id=customer, payment_method="pm_card_mastercard")
    again = stripe_side.payments.keep_card(customer_id=customer, payment_method=visa.id)
    assert again == visa
    kept = stripe_side.payments.cards(customer_id=customer)
    assert {card.id for card in kept} == {visa.id, other.id}


def test_a_card_that_is_declined_or_unknown_is_not_kept(stripe_side: Side):
    customer = stripe_side.customer()
    with pytest.raises(Declined, match="generic_decline"):
        stripe_side.payments.keep_card(customer_id=customer, payment_method="pm_card_visa_chargeDeclined")
    for unknown in ("pm_nobody_has_this", "../customers"):
        with pytest.raises(Refused):
            stripe_side.payments.keep_card(customer_id=customer, payment_method=unknown)
    assert list(stripe_side.payments.cards(customer_id=customer)) == []


def test_a_card_setup_is_begun_once_per_key(stripe_side: Side):
    customer = stripe_side.customer()
    first, second, other = (
        stripe_side.payments.begin_card_setup(key=stripe_side.named(key), customer_id=customer)
        for key in ("a", "a", "b")
    )
    assert first == second != other
    assert first.client_secret.startswith(f"{first.id}_secret_")


def test_a_card_setup_that_the_browser_finished_is_a_card(stripe_side: Side):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    setup = stripe_side.payments.begin_card_setup(key="a", customer_id=customer)
    simulator.finish_setup(setup.client_secret)
    assert [card.last4 for card in stripe_side.payments.cards(customer_id=customer)] == ["4242"]


# --- taxes --------------------------------------------------------------------------------------------


def test_a_sale_is_taxed_entered_and_taken_back_in_parts_or_whole(stripe_side: Side):
    due = stripe_side.taxes.due(
        key=stripe_side.named("q"), net=Money(10000, "USD"), address=ADDRESS, plan_id="basic"
    )
    assert due.calculation_id is not None
    assert due.tax.currency == "USD"
    assert due.tax.amount >= 0
    since = stripe_side.now()

    def record() -> str:
        return stripe_side.taxes.record(
            reference=stripe_side.named("sale"),
            calculation_id=due.calculation_id or "",
            since=since,
            at=stripe_side.now(),
        )

    def reverse(reference: str, cents: int, *, in_full: bool) -> str:
        return stripe_side.taxes.reverse(
            reference=stripe_side.named(reference),
            transaction_id=entry,
            total=Money(cents, "USD"),
            in_full=in_full,
            since=since,
            at=stripe_side.now(),
        )

    entry = record()
    assert entry.startswith("tax_")
    assert record() == entry
    part = reverse("back:1", 100, in_full=False)
    assert reverse("back:1", 100, in_full=False) == part
    with pytest.raises(Refused):
        reverse("back:2", 10_000_000, in_full=False)
    stripe_side.wait(timedelta(hours=30))
    assert record() == entry
    assert reverse("back:1", 100, in_full=False) == part


def test_a_sale_taken_back_in_full_is_taken_back_once(stripe_side: Side):
    due = stripe_side.taxes.due(key="q", net=Money(10000, "USD"), address=ADDRESS, plan_id="basic")
    at = stripe_side.now()
    entry = stripe_side.taxes.record(
        reference=stripe_side.named("sale"), calculation_id=due.calculation_id or "", since=at, at=at
    )
    back = [
        stripe_side.taxes.reverse(
            reference=stripe_side.named("back"),
            transaction_id=entry,
            total=Money(10000, "USD") + due.tax,
            in_full=True,
            since=at,
            at=at,
        )
        for _ in range(2)
    ]
    assert back[0] == back[1] != entry


def test_an_address_that_is_nowhere_cannot_be_taxed(stripe_side: Side):
    nowhere = replace(ADDRESS, state="XX", postal_code="00000")
    with pytest.raises(Refused):
        stripe_side.taxes.due(
            key=stripe_side.named("q"), net=Money(10000, "USD"), address=nowhere, plan_id="basic"
        )


def test_a_calculation_that_nobody_made_cannot_be_entered(stripe_side: Side):
    at = stripe_side.now()
    with pytest.raises(Refused):
        stripe_side.taxes.record(
            reference=stripe_side.named("x"), calculation_id="taxcalc_nothing", since=at, at=at
        )


# --- payouts ------------------------------------------------------------------------------------------


def test_a_freelancer_opens_an_account_and_has_to_tell_more_before_it_is_active(stripe_side: Side):
    freelancer = stripe_side.named("fre")
    opened = [
        stripe_side.payouts.open_account(freelancer_id=freelancer, email="bob@example.com") for _ in range(2)
    ]
    assert opened[0] == opened[1]
    found = stripe_side.payouts.account(account_id=opened[0])
    assert not found.active
    assert found.missing
    link = stripe_side.payouts.onboarding_link(
        account_id=opened[0], refresh_url="https://example.com/r", return_url="https://example.com/b"
    )
    assert link.url.startswith("https://")
    assert link.expires_at > stripe_side.now()


def test_an_account_that_is_not_there_is_not_active(stripe_side: Side):
    assert not stripe_side.payouts.account(account_id="acct_1Nothing").active


def test_an_account_that_the_freelancer_took_back_is_not_active_and_we_are_told(stripe_side: Side):
    simulator = stripe_side.simulator
    account = stripe_side.payouts.open_account(freelancer_id="fre", email="bob@example.com")
    simulator.finish_onboarding(account)
    told = {(notice.concern, notice.reference) for notice in stripe_side.notices() if notice}
    assert told == {(Concern.PAYOUT_ACCOUNT, account)}
    simulator.deauthorize(account)
    assert not stripe_side.payouts.account(account_id=account).active
    told = {(notice.concern, notice.reference) for notice in stripe_side.notices() if notice}
    assert told == {(Concern.PAYOUT_ACCOUNT, account)}


def test_a_freelancer_is_paid_once_and_what_is_still_there_can_be_taken_back(stripe_side: Side):
    simulator = stripe_side.simulator
    charge = stripe_side.charge(stripe_side.customer())
    account = stripe_side.payouts.open_account(freelancer_id="fre", email="bob@example.com")
    since = stripe_side.now()

    def pay(cents: int, key: str) -> str:
        return stripe_side.payouts.pay(
            key=key,
            account_id=account,
            amount=Money(cents, "USD"),
            charge_id=charge.id,
            subscription_id="sub",
            since=since,
            at=stripe_side.now(),
        )

    def take_back(cents: int, key: str) -> str:
        return stripe_side.payouts.take_back(
            key=key, transfer_id=paid, amount=Money(cents, "USD"), since=since, at=stripe_side.now()
        )

    with pytest.raises(Unavailable):
        pay(1000, "too-early")
    simulator.finish_onboarding(account)
    assert stripe_side.payouts.account(account_id=account).active
    paid = pay(1000, "pay:1")
    assert pay(1000, "pay:1") == paid
    with pytest.raises(Refused):
        pay(4001, "pay:2")
    back = take_back(400, "back:1")
    assert take_back(400, "back:1") == back
    with pytest.raises(Refused):
        take_back(601, "back:2")
    stripe_side.wait(timedelta(hours=30))
    assert pay(1000, "pay:1") == paid
    assert take_back(400, "back:1") == back
    assert len(simulator.transfers()) == 1
    assert len(simulator.reversals()) == 1


# --- notices ------------------------------------------------------------------------------------------


def test_what_happens_is_told_so_that_it_can_be_looked_up(stripe_side: Side):
    assert stripe_side.simulator.charges() == []
    charge = stripe_side.charge(stripe_side.customer(), card="pm_card_createDispute")
    read = {(notice.concern, notice.reference) for notice in stripe_side.notices() if notice is not None}
    assert (Concern.PAYMENT, charge.reference) in read
    (dispute_id,) = [reference for concern, reference in read if concern is Concern.DISPUTE]
    dispute = stripe_side.payments.dispute(dispute_id=dispute_id)
    assert (dispute.charge_id, dispute.reference) == (charge.id, charge.reference)
    assert dispute.amount == Money(5000, "USD")
    assert dispute.status == "needs_response"


def test_a_dispute_that_is_not_there_is_refused(stripe_side: Side):
    with pytest.raises(Refused):
        stripe_side.payments.dispute(dispute_id="dp_nothing")


# --- a bad line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_whatever_the_line_does_the_money_is_taken_once_and_in_the_end_we_know(
    stripe_side: Side, kind: Kind, count: int
):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    stripe_side.faults.plan(kind, path="/v1/payment_intents", count=count)
    charge, again = None, False
    for _ in range(4):
        try:
            charge = stripe_side.charge(customer, again=again)
            break
        except (Unavailable, OutcomeUnknown):
            again = True
    assert charge is not None
    assert stripe_side.find(customer) == charge
    assert [entry.charge_id or entry.id for entry in simulator.charges()] == [charge.id]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("count", [1, 3])
def test_whatever_the_line_does_what_is_canceled_is_either_paid_or_never_will_be(
    stripe_side: Side, kind: Kind, count: int
):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    stripe_side.faults.plan(kind, method="POST", path="/v1/payment_intents", count=count)
    asks: list[Callable[[], Charge | None]] = [
        lambda: stripe_side.charge(customer),
        *[lambda: stripe_side.cancel(customer)] * 3,
    ]
    last: Charge | None = None
    for ask in asks:
        try:
            last = ask()
        except (Unavailable, OutcomeUnknown):
            continue
    with_money = simulator.charges()
    assert len(with_money) == (0 if last is None else 1)
    assert stripe_side.find(customer) == last


@pytest.mark.parametrize("kind", list(Kind))
def test_whatever_the_line_does_a_refund_is_given_once(stripe_side: Side, kind: Kind):
    simulator = stripe_side.simulator
    charge = stripe_side.charge(stripe_side.customer())
    stripe_side.faults.plan(kind, path="/v1/refunds", count=4)
    given = None
    for _ in range(4):
        try:
            given = stripe_side.refund(charge, 2000, "refund:1")
            break
        except (Unavailable, OutcomeUnknown):
            continue
    assert given is not None
    assert [entry.id for entry in simulator.refunds()] == [given]


@pytest.mark.parametrize("seed", range(20))
def test_on_a_line_that_fails_by_chance_each_thing_is_done_once(stripe_side: Side, seed: int):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    stripe_side.faults.at_random(share=40, seed=seed)
    charge: Charge | None = None
    for tries in range(30):
        try:
            charge = charge or stripe_side.charge(customer, again=tries > 0)
            given = stripe_side.refund(charge, 2000, "refund:1")
            break
        except (Unavailable, OutcomeUnknown):
            continue
    stripe_side.faults.clear()
    assert charge is not None
    assert stripe_side.find(customer) == charge
    assert len(simulator.charges()) == 1
    assert [entry.id for entry in simulator.refunds()] == [given]


def test_two_who_charge_at_once_take_the_money_once(stripe_side: Side):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    with ThreadPoolExecutor(max_workers=4) as pool:
        charges = list(pool.map(lambda _: stripe_side.charge(customer), range(8)))
    assert len(set(charges)) == 1
    assert len(simulator.charges()) == 1


def test_a_charge_that_is_still_running_is_neither_taken_for_paid_nor_canceled(stripe_side: Side):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    simulator.hold_key(f"charge:{stripe_side.named('ord')}", count=6)
    with pytest.raises(OutcomeUnknown):
        stripe_side.charge(customer)
    with pytest.raises(OutcomeUnknown):
        stripe_side.cancel(customer)
    assert stripe_side.cancel(customer) is None


@pytest.mark.parametrize(
    ("outcome", "raised", "charged"),
    [("decline", Declined, 0), ("error", OutcomeUnknown, 0), ("timeout", OutcomeUnknown, 1)],
)
def test_what_the_sandbox_plans_for_the_next_charge_is_what_becomes_of_it(
    stripe_side: Side, outcome: str, raised: type[Exception], charged: int
):
    simulator, customer = stripe_side.simulator, stripe_side.customer()
    simulator.plan(outcome)
    with pytest.raises(raised):
        stripe_side.charge(customer)
    assert (stripe_side.find(customer) is not None) == bool(charged)
    assert len(simulator.charges()) == charged


def test_it_is_the_same_over_a_real_line(stripe_side: Side):
    server = LoopbackServer(stripe_side.simulator)
    server.start()
    try:
        stripe_side.speak_over(HttpTransport(), url=server.url)
        customer = stripe_side.customer()
        charge = stripe_side.charge(customer)
        assert stripe_side.find(customer) == charge
        with pytest.raises(Declined, match="lost_card"):
            stripe_side.charge(customer, card="pm_card_visa_chargeDeclinedLostCard", reference="other")
    finally:
        server.stop()
    with pytest.raises(Unavailable):
        stripe_side.find(customer)


def test_a_wrong_key_moves_no_money(stripe_side: Side):
    wrong = StripeAccount(
        transport=stripe_side.account.transport, secret_key=lambda: "sk_test_wrong", pause=lambda _: None
    )
    payments = StripePayments(account=wrong, webhook_secret=lambda: SECRET, live=False, brand="Seatwise")
    with pytest.raises(Unavailable):
        payments.cards(customer_id="cus_1")
