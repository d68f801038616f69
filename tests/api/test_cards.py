"""The client's cards, over HTTP: which are kept, how one is added, which one pays."""

from __future__ import annotations

import json

from tests.api.people import QUOTE

CHOICE = "/v1/payment-methods/default"


def choose(caller, card):
    return caller.put(CHOICE, {"payment_method": card})


def test_whoever_has_never_paid_has_no_card_and_is_not_known_to_the_provider(cast, world):
    assert cast.client().get("/v1/payment-methods").json == {"data": [], "next_cursor": None}
    assert world.stripe.things("customer") == []


def test_the_card_of_a_purchase_is_kept_and_is_not_chosen_for_everything(cast):
    cast.bought()
    (card,) = cast.client().get("/v1/payment-methods").json["data"]
    assert (card["brand"], card["last4"], card["default"]) == ("visa", "4242", False)
    assert set(card) == {"id", "brand", "last4", "exp_month", "exp_year", "default"}


def test_a_card_that_is_chosen_is_the_default_from_then_on(cast):
    cast.bought()
    chosen = choose(cast.client(), "pm_card_mastercard")
    assert (chosen.status, chosen.json["brand"], chosen.json["default"]) == (200, "mastercard", True)
    listed = cast.client().get("/v1/payment-methods").json["data"]
    assert [(card["brand"], card["default"]) for card in listed] == [("mastercard", True), ("visa", False)]


def test_a_card_can_be_chosen_before_anything_was_bought(cast, world):
    assert choose(cast.client(), "pm_card_visa").status == 200
    cast.bought()
    assert len(world.stripe.things("customer")) == 1, "one client, one customer"


def test_a_card_that_the_bank_declines_leaves_the_old_one(cast):
    choose(cast.client(), "pm_card_mastercard")
    declined = choose(cast.client(), "pm_card_visa_chargeDeclined")
    assert (declined.status, declined.code) == (402, "payment_declined")
    assert declined.json["decline_code"] == "generic_decline"
    defaults = [
        each["brand"] for each in cast.client().get("/v1/payment-methods").json["data"] if each["default"]
    ]
    assert defaults == ["mastercard"]


def test_an_unknown_card_is_refused_at_its_field(cast):
    unknown = choose(cast.client(), "pm_1NotAnybodysCard")
    assert (unknown.status, unknown.pointers) == (422, ["/payment_method"])


def test_somebody_elses_card_is_as_unknown(cast):
    cast.bought()
    (card,) = cast.client().get("/v1/payment-methods").json["data"]
    assert choose(cast.client("cora@client.example"), card["id"]).code == "validation_failed"


def test_a_card_is_added_in_the_browser_and_then_chosen(cast, world):
    begun = cast.client().post("/v1/payment-methods/setups")
    assert begun.status == 201
    finished = world.stripe.finish_setup(begun.json["client_secret"], "pm_card_amex")
    assert choose(cast.client(), finished["payment_method"]).json["brand"] == "amex"


def test_under_one_key_one_setup_is_begun_and_its_secret_is_kept_nowhere(cast, world):
    first, second = (cast.client().post("/v1/payment-methods/setups", key="k") for _ in range(2))
    assert first.json == second.json
    assert not second.replayed
    kept = json.dumps([str(row.attrs) for row in world.aws.table.rows()])
    assert first.json["client_secret"] not in kept


def test_without_an_answer_of_the_provider_nothing_is_said_to_be_kept(cast, world):
    cast.bought()
    world.neighbors.faults["payments"].plan("storm", count=20)
    for answered in (
        cast.client().get("/v1/payment-methods"),
        cast.client().post("/v1/payment-methods/setups"),
        choose(cast.client(), "pm_card_mastercard"),
    ):
        assert (answered.status, answered.code) == (503, "payment_unavailable")
        assert answered.headers["Retry-After"]


def test_where_tax_is_off_a_quote_says_so(cast):
    priced = cast.visitor().post("/v1/quotes", QUOTE).json
    assert (priced["tax_status"], priced["tax"]["amount"]) == ("off", 0)
