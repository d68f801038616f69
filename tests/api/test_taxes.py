"""Sales tax, over HTTP: in the quote where the address is known, in the charge, on the invoice."""

from __future__ import annotations

import pytest

from chalicelib import wiring
from sandbox.world import make_world
from tests.api.people import ADDRESS, PURCHASE, QUOTE

PLACE = {"state": "WA", "postal_code": "98052", "country": "US"}


@pytest.fixture
def world():
    """A world whose sales are taxed."""
    yield make_world(environment={"TAXES": "stripe"})
    wiring.use(None)


def ask(cast, **more):
    return cast.visitor().post("/v1/quotes", {**QUOTE, **more})


def test_without_an_address_a_quote_says_that_there_will_be_tax(cast, world):
    priced = ask(cast).json
    assert (priced["tax_status"], priced["tax"]["amount"]) == ("not_calculated", 0)
    assert world.stripe.things("tax.calculation") == []


def test_with_an_address_the_tax_is_in_the_quote_and_the_quote_is_what_is_charged(cast, world):
    priced = ask(cast, address=PLACE).json
    assert priced["tax_status"] == "calculated"
    assert priced["tax"]["amount"] > 0
    assert priced["total"]["amount"] == priced["subtotal"]["amount"] + priced["tax"]["amount"]

    sold = cast.bought(expected_total=priced["total"])
    assert sold["latest_invoice"]["total"] == priced["total"]
    assert world.stripe.charges()[0].amount.amount == priced["total"]["amount"]
    invoice = cast.client().get(f"/v1/invoices/{sold['latest_invoice']['id']}").json
    assert invoice["tax"] == priced["tax"]


def test_where_there_is_no_sales_tax_none_is_due(cast):
    priced = ask(cast, address={"state": "OR", "postal_code": "97201", "country": "US"}).json
    assert (priced["tax_status"], priced["tax"]["amount"]) == ("calculated", 0)


def test_a_total_without_the_tax_is_not_what_is_charged(cast, world):
    body = {**PURCHASE, "expected_total": ask(cast).json["total"]}
    assert cast.client().post("/v1/subscriptions", body, key="k").code == "price_changed"
    assert world.stripe.ledger == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"postal_code": "10001"}, "/address/postal_code"),
        ({"state": "ZZ"}, "/address/state"),
        ({"country": "FR"}, "/address/country"),
        ({"street": "1 Main St"}, "/address/street"),
    ],
)
def test_a_place_that_is_none_is_refused_at_its_field(cast, change, pointer):
    assert ask(cast, address={**PLACE, **change}).pointers == [pointer]


def test_without_the_tax_authorities_there_is_no_quote_and_nothing_is_bought(cast, world):
    world.neighbors.faults["payments"].plan("storm", path="tax/calculations", count=6)
    assert ask(cast, address=PLACE).code == "neighbor_unavailable"
    answered = cast.client().post("/v1/subscriptions", PURCHASE, key="k")
    assert answered.code == "payment_unavailable"
    assert cast.client().post("/v1/subscriptions", PURCHASE, key="k").status == 201


def test_an_address_of_a_purchase_is_whole_and_that_of_a_quote_need_not_be(cast):
    assert ask(cast, address={key: value for key, value in ADDRESS.items() if key != "line2"}).status == 200
    assert cast.client().post("/v1/subscriptions", {**PURCHASE, "address": PLACE}, key="k").pointers == [
        "/address/city",
        "/address/line1",
    ]
