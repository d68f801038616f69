"""Taxes and payouts through Stripe, answer by answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.money import Money
from chalicelib.gateways.stripe.payouts import StripePayouts
from chalicelib.gateways.stripe.taxes import StripeTaxes
from chalicelib.gateways.taxes import TaxDue
from chalicelib.gateways.transport import Reply
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from tests.contracts.examples import example
from tests.contracts.scripted import Scripted, reply
from tests.contracts.stripe.objects import ADDRESS, NOW, account, broken, listed, refusal, shown

MISMATCH = reply(400, example("stripe.error.idempotency_mismatch")["response"]["body"])


def taxes(transport: Scripted) -> StripeTaxes:
    return StripeTaxes(account=account(transport), tax_code="txcd_10103001")


def payouts(transport: Scripted) -> StripePayouts:
    return StripePayouts(account=account(transport))


# --- taxes --------------------------------------------------------------------------------------------

CALCULATION = {"id": "taxcalc_1", "object": "tax.calculation", "tax_amount_exclusive": 111}
TRANSACTION = shown("stripe.tax.transactions.create_from_calculation", id="tax_1")


def due(transport: Scripted) -> TaxDue:
    return taxes(transport).due(key="q1", net=Money(1099, "USD"), address=ADDRESS, plan_id="basic")


def record(transport: Scripted) -> str:
    return taxes(transport).record(reference="ord_1", calculation_id="taxcalc_1", since=NOW, at=NOW)


def reverse(transport: Scripted, *, in_full: bool) -> str:
    return taxes(transport).reverse(
        reference="ref_1",
        transaction_id="tax_1",
        total=Money(500, "USD"),
        in_full=in_full,
        since=NOW,
        at=NOW,
    )


def test_what_is_due_is_asked_for_the_net_amount_at_the_clients_address():
    transport = Scripted(reply(200, CALCULATION))
    assert due(transport) == TaxDue(tax=Money(111, "USD"), calculation_id="taxcalc_1")
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/tax/calculations")
    assert transport.keys == ["tax_due:q1"]
    assert transport.last.form == {
        "currency": "usd",
        "line_items[0][amount]": "1099",
        "line_items[0][reference]": "basic",
        "line_items[0][tax_code]": "txcd_10103001",
        "line_items[0][tax_behavior]": "exclusive",
        "customer_details[address][line1]": "1 Main St",
        "customer_details[address][line2]": "Suite 2",
        "customer_details[address][city]": "Seattle",
        "customer_details[address][state]": "WA",
        "customer_details[address][postal_code]": "98101",
        "customer_details[address][country]": "US",
        "customer_details[address_source]": "billing",
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusal(400, code="customer_tax_location_invalid"), Refused),
        (refusal(400, param="customer_details[address][postal_code]"), Refused),
        (refusal(400, code="parameter_invalid_integer", param="line_items[0][amount]"), Unavailable),
        (refusal(401), Unavailable),
    ],
)
def test_only_the_address_is_the_clients_fault(answer: Reply, outcome: type[Exception]):
    with pytest.raises(outcome):
        due(Scripted(answer))


def test_a_quote_whose_facts_changed_is_calculated_anew_because_a_calculation_binds_nobody():
    transport = Scripted(MISMATCH, reply(200, CALCULATION))
    assert due(transport).calculation_id == "taxcalc_1"
    assert transport.keys[0] == "tax_due:q1"
    assert transport.keys[1] not in {None, "tax_due:q1"}


def test_a_sale_is_entered_under_our_reference():
    transport = Scripted(reply(200, TRANSACTION))
    assert record(transport) == "tax_1"
    shown_there = example("stripe.tax.transactions.create_from_calculation")["request"]
    assert (transport.last.method, transport.last.path) == (shown_there["method"], shown_there["path"])
    assert transport.last.form == {"calculation": "taxcalc_1", "reference": "ord_1"}
    assert transport.last.form.keys() == shown_there["body"].keys()
    assert transport.keys == ["tax:ord_1"]


@pytest.mark.parametrize(
    ("in_full", "part"), [(True, {"mode": "full"}), (False, {"mode": "partial", "flat_amount": "-500"})]
)
def test_a_sale_is_taken_back_in_full_or_by_a_negative_amount_with_the_tax_in_it(in_full: bool, part: dict):
    transport = Scripted(reply(200, TRANSACTION | {"id": "tax_2", "type": "reversal"}))
    assert reverse(transport, in_full=in_full) == "tax_2"
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/tax/transactions/create_reversal")
    assert transport.last.form == {"original_transaction": "tax_1", "reference": "ref_1"} | part
    assert transport.keys == ["tax_reversal:ref_1"]


@pytest.mark.parametrize("told", [{"param": "reference"}, {"code": "resource_already_exists"}])
def test_a_reference_that_was_entered_before_answers_its_entry_because_it_can_be_entered_only_once(
    told: dict,
):
    message = "The reference ord_1 (or ref_1) is used by tax_1NaTVd2eZvKYlo2C already."
    assert record(Scripted(refusal(400, message=message, **told))) == "tax_1NaTVd2eZvKYlo2C"
    assert reverse(Scripted(refusal(400, message=message, **told)), in_full=True) == "tax_1NaTVd2eZvKYlo2C"


def test_a_reference_of_ours_is_not_taken_for_an_entry_of_stripes():
    told = refusal(400, param="reference", message="Reference tax_of_ord1 is used by tax_1Na already.")
    entered = taxes(Scripted(told)).record(
        reference="tax_of_ord1", calculation_id="taxcalc_1", since=NOW, at=NOW
    )
    assert entered == "tax_1Na"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusal(400, param="reference", message="The reference is used already."), Refused),
        (refusal(400, param="calculation", message="tax_1 has expired"), Refused),
        (refusal(404, code="resource_missing"), Refused),
        (broken(replayed=True), OutcomeUnknown),
        (refusal(403), Unavailable),
    ],
)
def test_what_cannot_be_entered_is_told_apart(answer: Reply, outcome: type[Exception]):
    with pytest.raises(outcome):
        record(Scripted(answer))


# --- accounts -----------------------------------------------------------------------------------------

ACCOUNT = shown(
    "stripe.accounts.create",
    id="acct_1",
    capabilities={"transfers": "active"},
    requirements={"currently_due": [], "disabled_reason": None},
    metadata={"freelancer_id": "fre_1"},
)


def open_account(transport: Scripted) -> str:
    return payouts(transport).open_account(freelancer_id="fre_1", email="bob@example.com")


def test_an_account_is_opened_for_transfers_alone():
    transport = Scripted(reply(200, ACCOUNT))
    assert open_account(transport) == "acct_1"
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/accounts")
    assert transport.keys == ["account:fre_1"]
    assert transport.last.form == {
        "type": "express",
        "country": "US",
        "email": "bob@example.com",
        "capabilities[transfers][requested]": "true",
        "metadata[freelancer_id]": "fre_1",
    }


@pytest.mark.parametrize("answer", [MISMATCH, broken(replayed=True)])
def test_an_account_that_was_opened_before_is_found_by_our_mark(answer: Reply):
    transport = Scripted(answer, listed(ACCOUNT | {"id": "acct_0", "metadata": {}}, ACCOUNT))
    assert open_account(transport) == "acct_1"
    with pytest.raises(OutcomeUnknown):
        open_account(Scripted(answer, listed()))


def test_each_link_is_a_new_one_because_a_link_works_once():
    link = {"object": "account_link", "url": "https://connect.test/x", "expires_at": int(NOW.timestamp())}
    used = []
    for _ in range(2):
        transport = Scripted(reply(200, link))
        made = payouts(transport).onboarding_link(
            account_id="acct_1", refresh_url="https://a.test/r", return_url="https://a.test/b"
        )
        used.append(transport.keys[0])
    assert (made.url, made.expires_at) == ("https://connect.test/x", NOW)
    assert transport.last.path == "/v1/account_links"
    assert transport.last.form == {
        "account": "acct_1",
        "type": "account_onboarding",
        "refresh_url": "https://a.test/r",
        "return_url": "https://a.test/b",
    }
    assert len(set(used)) == 2


def test_an_account_is_active_only_when_it_can_be_sent_money():
    transport = Scripted(reply(200, ACCOUNT))
    found = payouts(transport).account(account_id="acct_1")
    assert transport.last.path == "/v1/accounts/acct_1"
    assert (found.id, found.active, found.missing, found.disabled_reason) == ("acct_1", True, (), None)


@pytest.mark.parametrize("capabilities", [{"transfers": "pending"}, {"transfers": "inactive"}, {}, None])
def test_an_account_that_is_not_finished_says_what_is_missing(capabilities: dict | None):
    waits = {"currently_due": ["tos_acceptance.date"], "disabled_reason": "requirements.past_due"}
    body = ACCOUNT | {"capabilities": capabilities, "requirements": waits}
    found = payouts(Scripted(reply(200, body))).account(account_id="acct_1")
    assert (found.active, found.missing) == (False, ("tos_acceptance.date",))
    assert found.disabled_reason == "requirements.past_due"


@pytest.mark.parametrize(
    "answer", [refusal(403, code="account_invalid"), refusal(404, code="resource_missing")]
)
def test_an_account_that_was_taken_from_us_is_not_active_which_is_no_fault_of_our_key(answer: Reply):
    found = payouts(Scripted(answer)).account(account_id="acct_1")
    assert (found.active, found.disabled_reason) == (False, "account_invalid")


def test_a_wrong_key_of_ours_closes_nobodys_account():
    with pytest.raises(Unavailable):
        payouts(Scripted(refusal(403, code="secret_key_required"))).account(account_id="acct_1")


# --- transfers ----------------------------------------------------------------------------------------

TRANSFER = {"id": "tr_1", "object": "transfer", "metadata": {"key": "payout:1"}}
REVERSAL = shown("stripe.transfers.reversals.create", id="trr_1", metadata={"key": "back:1"})


def pay(transport: Scripted, begun: timedelta = timedelta(0)) -> str:
    return payouts(transport).pay(
        key="payout:1",
        account_id="acct_1",
        amount=Money(250, "USD"),
        charge_id="ch_1",
        subscription_id="sub_1",
        since=NOW - begun,
        at=NOW,
    )


def take_back(transport: Scripted, begun: timedelta = timedelta(0)) -> str:
    return payouts(transport).take_back(
        key="back:1", transfer_id="tr_1", amount=Money(100, "USD"), since=NOW - begun, at=NOW
    )


def test_a_freelancer_is_paid_out_of_the_very_charge():
    transport = Scripted(reply(200, TRANSFER))
    assert pay(transport) == "tr_1"
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/transfers")
    assert transport.keys == ["payout:1"]
    assert transport.last.form == {
        "amount": "250",
        "currency": "usd",
        "destination": "acct_1",
        "transfer_group": "sub_1",
        "source_transaction": "ch_1",
        "metadata[key]": "payout:1",
    }


def test_a_part_is_taken_back_from_the_very_transfer():
    transport = Scripted(reply(200, REVERSAL))
    assert take_back(transport) == "trr_1"
    assert (transport.last.method, transport.last.path) == ("POST", "/v1/transfers/tr_1/reversals")
    assert transport.keys == ["back:1"]
    assert transport.last.form == {"amount": "100", "metadata[key]": "back:1"}


DAY = timedelta(hours=24)


def test_a_transfer_of_a_day_ago_is_looked_for_first_so_that_nobody_is_paid_twice():
    transport = Scripted(listed(TRANSFER | {"id": "tr_0", "metadata": {}}, TRANSFER))
    assert pay(transport, DAY) == "tr_1"
    assert (transport.last.method, transport.last.path) == ("GET", "/v1/transfers")
    assert transport.last.query == {"limit": "100", "transfer_group": "sub_1"}
    assert pay(Scripted(listed(), reply(200, TRANSFER)), DAY) == "tr_1"


def test_a_reversal_of_a_day_ago_is_looked_for_first_so_that_nothing_is_taken_twice():
    transport = Scripted(listed(REVERSAL))
    assert take_back(transport, DAY) == "trr_1"
    assert (transport.last.method, transport.last.path) == ("GET", "/v1/transfers/tr_1/reversals")
    assert take_back(Scripted(listed(), reply(200, REVERSAL)), DAY) == "trr_1"


@pytest.mark.parametrize("code", ["balance_insufficient", "insufficient_capabilities_for_transfer"])
def test_a_payout_that_cannot_be_made_yet_is_made_later(code: str):
    with pytest.raises(Unavailable):
        pay(Scripted(refusal(400, code=code)))


def test_what_the_freelancer_has_spent_cannot_be_taken_back():
    with pytest.raises(Refused):
        take_back(Scripted(refusal(400, code="balance_insufficient"), listed()))


def test_more_than_there_is_is_refused_unless_it_was_this_very_transfer():
    too_much = refusal(400, param="amount")
    with pytest.raises(Refused):
        pay(Scripted(too_much, listed()))
    assert pay(Scripted(too_much, listed(TRANSFER))) == "tr_1"
    with pytest.raises(Refused):
        take_back(Scripted(too_much, listed()))
    assert take_back(Scripted(too_much, listed(REVERSAL))) == "trr_1"


@pytest.mark.parametrize("answer", [MISMATCH, broken(replayed=True)])
def test_a_transfer_of_which_nobody_knows_is_looked_for_and_else_left_unknown(answer: Reply):
    assert pay(Scripted(answer, listed(TRANSFER))) == "tr_1"
    assert take_back(Scripted(answer, listed(REVERSAL))) == "trr_1"
    for ask in (pay, take_back):
        with pytest.raises(OutcomeUnknown):
            ask(Scripted(answer, listed()))


@pytest.mark.parametrize("ask", [pay, take_back])
def test_a_wrong_key_of_ours_refuses_no_payout(ask):
    with pytest.raises(Unavailable):
        ask(Scripted(refusal(401)))


def test_a_transfer_that_is_not_there_cannot_be_taken_back():
    with pytest.raises(Refused):
        take_back(Scripted(refusal(404, code="resource_missing")))
