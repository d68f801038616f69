"""The simulator counts tax to the cent, and pays freelancers no more than there is."""

from __future__ import annotations

import pytest

from sandbox.simulators.stripe import StripeError
from tests.contracts.stripe.simulated import ADDRESS, Simulated


@pytest.fixture
def side():
    return Simulated()


def calculation(side, *, state="WA", amount=1000, behavior="exclusive", **address):
    return side.post(
        "/v1/tax/calculations",
        currency="usd",
        line_items=[
            {"amount": amount, "reference": "seat", "tax_code": "txcd_10103001", "tax_behavior": behavior}
        ],
        customer_details={"address": {**ADDRESS, "state": state, **address}, "address_source": "billing"},
    )


def entered(side, calculation_id, *, reference="ord_1"):
    return side.post(
        "/v1/tax/transactions/create_from_calculation", calculation=calculation_id, reference=reference
    )


def reversed_(side, transaction, *, reference="can_1", **how):
    return side.post(
        "/v1/tax/transactions/create_reversal",
        original_transaction=transaction,
        reference=reference,
        **(how or {"mode": "full"}),
    )


# --- tax -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "amount", "tax"),
    [
        ("WA", 1000, 101),
        ("NY", 1000, 89),  # 88.75
        ("NY", 400, 36),  # 35.5, half a cent up
        ("CA", 1000, 85),
        ("CO", 1000, 70),
        ("OR", 1000, 0),
        ("MT", 1000, 0),
        ("NH", 1000, 0),
        ("DE", 1000, 0),
        ("AK", 1000, 0),
    ],
)
def test_tax_is_counted_by_state_to_the_nearest_cent(side, state, amount, tax):
    due = calculation(side, state=state, amount=amount)
    assert (due["tax_amount_exclusive"], due["amount_total"]) == (tax, amount + tax)
    assert due["tax_breakdown"][0]["amount"] == tax


def test_tax_that_is_inside_the_price_comes_on_top_of_nothing(side):
    due = calculation(side, amount=1101, behavior="inclusive")
    assert (due["tax_amount_exclusive"], due["tax_amount_inclusive"]) == (0, 101)
    assert due["amount_total"] == 1101


@pytest.mark.parametrize("address", [{"state": "ZZ"}, {"postal_code": "none"}, {"country": ""}])
def test_an_address_that_is_nowhere_is_refused(side, address):
    answer = calculation(side, **address)
    assert (answer.status, answer.code) == (400, "customer_tax_location_invalid")


def test_a_calculation_holds_for_ninety_days(side):
    due = calculation(side)["id"]
    side.wait(days=90, seconds=-1)
    assert entered(side, due)["type"] == "transaction"
    side.wait(seconds=1)
    assert entered(side, due, reference="ord_2").status == 400


def test_a_reference_stands_for_one_entry_for_ever(side):
    due = calculation(side)["id"]
    first = entered(side, due)["id"]
    side.wait(days=2)
    answer = entered(side, due)
    assert (answer.status, answer.error["param"]) == (400, "reference")
    assert first in answer.error["message"]
    assert reversed_(side, first, reference="ord_1").status == 400
    assert len(side.stripe.tax_transactions()) == 1


def test_a_sale_is_taken_back_whole_once(side):
    sale = entered(side, calculation(side)["id"])["id"]
    back = reversed_(side, sale)
    (line,) = back["line_items"]["data"]
    assert (back["type"], back["reversal"]["original_transaction"]) == ("reversal", sale)
    assert (line["amount"], line["amount_tax"]) == (-1000, -101)
    assert reversed_(side, sale, reference="can_2").status == 400
    assert reversed_(side, back["id"], reference="can_3").status == 400


def test_a_sale_is_taken_back_in_parts_that_never_add_up_to_more(side):
    sale = entered(side, calculation(side)["id"])["id"]
    part = reversed_(side, sale, mode="partial", flat_amount=-550)
    (line,) = part["line_items"]["data"]
    assert (line["amount"], line["amount_tax"]) == (-500, -50)
    assert reversed_(side, sale, reference="can_2", mode="partial", flat_amount=-552).status == 400
    assert reversed_(side, sale, reference="can_3", mode="full").status == 400
    assert reversed_(side, sale, reference="can_4", mode="partial", flat_amount=-551).status == 200


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"mode": "partial"}, "parameter_missing"),
        ({"mode": "partial", "flat_amount": 5}, "parameter_invalid_integer"),
        ({"mode": "half"}, None),
    ],
)
def test_a_reversal_says_how_much(side, how, code):
    sale = entered(side, calculation(side)["id"])["id"]
    answer = reversed_(side, sale, **how)
    assert (answer.status, answer.code) == (400, code)


# --- accounts --------------------------------------------------------------------------------------------


def test_an_account_can_be_paid_once_its_owner_has_told_everything(side):
    made = side.post(
        "/v1/accounts",
        type="express",
        country="US",
        email="bob@example.com",
        capabilities={"transfers": {"requested": True}},
        metadata={"freelancer_id": "fre_1"},
    )
    assert (made["capabilities"], made["payouts_enabled"]) == ({"transfers": "inactive"}, False)
    assert made["requirements"]["currently_due"]
    side.notices()
    side.stripe.finish_onboarding(made["id"])
    (event,) = side.notices()
    assert (event["type"], event["account"]) == ("account.updated", made["id"])
    account = side.get(f"/v1/accounts/{made['id']}")
    assert account["capabilities"] == {"transfers": "active"}
    assert account["requirements"]["currently_due"] == []
    side.stripe.restrict(made["id"])
    assert side.get(f"/v1/accounts/{made['id']}")["capabilities"] == {"transfers": "inactive"}


def test_a_link_works_once_and_for_minutes(side):
    account = side.account()
    urls = {"refresh_url": "https://example.com/again", "return_url": "https://example.com/done"}

    def link():
        return side.post("/v1/account_links", account=account, type="account_onboarding", **urls)

    side.stripe.connect_url = "http://127.0.0.1:8000/sandbox/connect"
    first = link()
    assert first["url"].startswith("http://127.0.0.1:8000/sandbox/connect/acct_")
    assert side.stripe.open_link(first["url"]) == {"account": account, **urls}
    with pytest.raises(StripeError):
        side.stripe.open_link(first["url"])
    late = link()["url"]
    side.wait(minutes=5)
    with pytest.raises(StripeError):
        side.stripe.open_link(late)


def test_an_account_that_left_us_is_out_of_reach(side):
    account = side.account()
    side.notices()
    side.stripe.deauthorize(account)
    (event,) = side.notices()
    assert (event["type"], event["account"]) == ("account.application.deauthorized", account)
    answer = side.get(f"/v1/accounts/{account}")
    assert (answer.status, answer.code) == (403, "account_invalid")
    assert transfer(side, account, side.charge()["latest_charge"]).status == 400


# --- transfers -------------------------------------------------------------------------------------------


def transfer(side, account, charge=None, *, amount=1000, key=None, **more):
    source = {"source_transaction": charge} if charge else {}
    return side.post(
        "/v1/transfers", key=key, amount=amount, currency="usd", destination=account, **source, **more
    )


def test_transfers_of_a_charge_never_add_up_to_more_than_it(side):
    account, charge = side.account(), side.charge(amount=5000, transfer_group="sub_1")["latest_charge"]
    side.notices()
    sent = transfer(side, account, charge, amount=3000)
    assert sent["transfer_group"] == "sub_1"
    assert transfer(side, account, charge, amount=2001).status == 400
    assert transfer(side, account, charge, amount=2000)["reversed"] is False
    assert side.stripe.balance_of(account) == 5000
    assert side.told() == ["transfer.created"] * 2
    assert len(side.get("/v1/transfers", transfer_group="sub_1", destination=account)["data"]) == 2
    assert side.get("/v1/transfers", transfer_group="sub_2")["data"] == []


def test_only_an_active_account_is_paid(side):
    account = side.post("/v1/accounts", type="express", capabilities={"transfers": {"requested": True}})["id"]
    answer = transfer(side, account, side.charge()["latest_charge"])
    assert answer.code == "insufficient_capabilities_for_transfer"
    assert transfer(side, "acct_nobody").error["param"] == "destination"


def test_a_transfer_needs_a_charge_that_paid_or_a_balance_that_has_it(side):
    account = side.account()
    failed = side.charge("pm_card_visa_chargeDeclined").error["charge"]
    assert transfer(side, account, failed).status == 400
    assert transfer(side, account, "ch_nobody").code == "resource_missing"
    side.charge(amount=1000)  # which is still on its way
    assert transfer(side, account, amount=900).code == "balance_insufficient"
    side.wait(days=2)
    assert transfer(side, account, amount=900)["source_transaction"] is None


def test_what_was_sent_is_taken_back_as_long_as_it_is_there(side):
    account, charge = side.account(), side.charge()["latest_charge"]
    sent = transfer(side, account, charge, amount=1000)["id"]
    side.notices()
    path = f"/v1/transfers/{sent}/reversals"
    assert side.post(path, amount=400)["amount"] == 400
    assert side.told() == ["transfer.reversed"]
    assert side.post(path, amount=601).error["param"] == "amount"
    assert side.stripe.payout(account) == 600
    assert side.post(path, amount=600).code == "balance_insufficient"
    assert side.get(f"/v1/transfers/{sent}")["amount_reversed"] == 400
    assert [each["amount"] for each in side.get(path)["data"]] == [400]
    assert [each["amount"] for each in side.stripe.reversals()] == [400]
    assert [each["reversed"] for each in side.stripe.transfers()] == [False]
