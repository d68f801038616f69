"""From a quote to a subscription, over HTTP."""

from __future__ import annotations

import pytest

from tests.api.people import ACCOUNT, PURCHASE, QUOTE


def test_r10_a_purchase_answers_the_subscription_its_address_and_its_invoice(cast):
    sold = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")

    assert sold.status == 201
    assert sold.headers["Location"] == f"/v1/subscriptions/{sold.json['id']}"
    assert sold.json["status"] == "pending"
    assert sold.json["auto_renew"] is True
    assert sold.json["latest_invoice"]["total"] == {"amount": 7200, "currency": "USD"}
    assert cast.client().get(sold.headers["Location"]).json == sold.json


def test_the_quote_is_what_is_charged(cast, world):
    quote = cast.visitor().post("/v1/quotes", {**QUOTE, "billing_period": "yearly"}).json
    assert quote["unit_price"] == {"amount": 7200, "currency": "USD"}
    assert quote["total"] == {"amount": 72000, "currency": "USD"}
    sold = cast.bought(billing_period="yearly", expected_total=quote["total"])
    assert sold["latest_invoice"]["total"] == quote["total"]
    assert world.stripe.charges()[0].amount.amount == 72000


def test_a_price_that_has_changed_since_the_quote_is_not_charged(cast, world):
    wrong = {**PURCHASE, "expected_total": {"amount": 7100, "currency": "USD"}}
    assert cast.client().post("/v1/subscriptions", wrong, key="k").code == "price_changed"
    assert world.stripe.ledger == []


def test_d9_without_a_link_it_belongs_to_whom_the_client_last_bought_from(cast):
    cast.sold()
    assert cast.bought(key="again")["freelancer"] == {"display_name": "Frida IT"}
    other = cast.client("cora@client.example")
    assert cast.bought(key="k", client=other)["freelancer"] is None


def test_r24_a_prefix_that_is_taken_says_so(cast):
    first, second = cast.bought(key="a"), cast.bought(key="b")
    cast.submitted(first)
    for prefix in ("acme", "ACME", "contoso"):
        body = {**ACCOUNT, "domain_prefix": prefix}
        answered = cast.client().put(f"/v1/subscriptions/{second['id']}/microsoft-account", body)
        assert answered.code == "domain_taken"


def test_when_microsoft_does_not_answer_nothing_is_changed(cast, world):
    sub = cast.bought()
    world.neighbors.faults["microsoft"].plan("storm", method="HEAD", count=3)
    path = f"/v1/subscriptions/{sub['id']}/microsoft-account"
    assert cast.client().put(path, ACCOUNT).code == "microsoft_unavailable"
    assert cast.client().put(path, ACCOUNT).json["status"] == "connecting"


def test_a_price_set_by_an_operator_is_quoted_from_its_day_on(cast):
    price = {
        "plan_id": "business-basic",
        "billing_period": "monthly",
        "country": "US",
        "unit_amount": 999,
        "valid_from": "2024-01-31",
    }
    sub = cast.bought()
    cast.operator().put("/v1/admin/prices", price)
    assert cast.visitor().post("/v1/quotes", QUOTE).json["unit_price"]["amount"] == 999
    assert (
        cast.client().get(f"/v1/subscriptions/{sub['id']}").json["latest_invoice"]["total"]["amount"] == 7200
    )


@pytest.mark.parametrize(("status", "found"), [("pending", 1), ("canceled", 1), ("active", 0)])
def test_own_subscriptions_by_status(cast, status, found):
    cast.bought(key="a")
    gone = cast.bought(key="b")
    cast.client().post(f"/v1/subscriptions/{gone['id']}/cancellation", key="k")
    listed = cast.client().get(f"/v1/subscriptions?status={status}").json["data"]
    assert [each["status"] for each in listed] == [status] * found
