"""What is wrong with a request is said at once, field by field, in words."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from chalicelib.api import routes
from chalicelib.api.reading import says
from tests.api.people import ACCOUNT, ADDRESS, APPLICATION, CONTACT, PURCHASE, QUOTE


def details(answered):
    return {error["pointer"]: error["detail"] for error in answered.json["errors"]}


def test_all_that_is_wrong_is_named_at_once(cast):
    body = {
        **PURCHASE,
        "seats": 0,
        "billing_period": "weekly",
        "address": {**ADDRESS, "postal_code": "9805", "state": "Washington"},
        "surprise": 1,
    }
    del body["plan_id"]
    answered = cast.client().post("/v1/subscriptions", body, key="k")

    assert answered.code == "validation_failed"
    assert details(answered) == {
        "/plan_id": "This field is required.",
        "/seats": "A whole number from 1 to 50.",
        "/billing_period": "One of: monthly, yearly.",
        "/address/postal_code": "A ZIP code: 12345 or 12345-6789.",
        "/address/state": "The two-letter code of a US state, such as WA.",
        "/surprise": "There is no such field.",
    }
    assert answered.json["detail"] == "6 fields are not valid."


@pytest.mark.parametrize("seats", [0, -1, 51, 1.5, "10", True, None, [], 10**30])
def test_r8_seats_are_a_whole_number_from_1_to_50(cast, seats):
    answered = cast.visitor().post("/v1/quotes", {**QUOTE, "seats": seats})
    assert details(answered) == {"/seats": "A whole number from 1 to 50."}


@pytest.mark.parametrize("seats", [1, 50])
def test_r8_1_and_50_seats_are_sold(cast, seats):
    assert cast.visitor().post("/v1/quotes", {**QUOTE, "seats": seats}).json["total"]["amount"] == 720 * seats


@pytest.mark.parametrize("body", [[], "x", 1, None, True], ids=repr)
def test_a_body_is_an_object(cast, body):
    import json

    content = json.dumps(body).encode()
    answered = cast.visitor().ask(
        "POST", "/v1/quotes", raw=content, headers={"Content-Type": "application/json"}
    )
    assert details(answered) == {"": "A JSON object."}


def test_an_object_inside_is_an_object_too(cast):
    answered = cast.client().post("/v1/subscriptions", {**PURCHASE, "address": "here"}, key="k")
    assert details(answered) == {"/address": "A JSON object."}


def test_a_pointer_is_escaped(cast):
    answered = cast.visitor().post("/v1/quotes", {**QUOTE, "a/b~c": 1})
    assert answered.pointers == ["/a~1b~0c"]


def test_text_is_trimmed_and_must_not_be_empty(cast):
    cast.invited()
    blank = cast.freelancer().post("/v1/freelancer/application", {**APPLICATION, "display_name": " \t "})
    assert details(blank) == {"/display_name": "1 to 100 characters."}
    named = cast.freelancer().post("/v1/freelancer/application", {**APPLICATION, "display_name": " Frida \n"})
    assert named.json["display_name"] == "Frida"


def test_empty_text_is_none_where_it_may_be_left_out(cast):
    cast.invited()
    applied = cast.freelancer().post("/v1/freelancer/application", {**APPLICATION, "website": " "})
    assert applied.status == 200
    sub = cast.bought(address={**ADDRESS, "line2": ""})
    ended = cast.client().post(f"/v1/subscriptions/{sub['id']}/cancellation", {"reason": ""}, key="k")
    assert ended.json["cancellation"]["reason"] is None


def test_a_name_has_no_control_characters(cast):
    answered = cast.operator().post("/v1/admin/invitations", {"email": "a@b.example", "display_name": "A\nB"})
    assert answered.pointers == ["/display_name"]


def test_r21_to_r23_what_the_rules_find_wrong_is_named_together(cast):
    sub = cast.bought()
    wrong = {
        **ACCOUNT,
        "existing_customer": True,
        "address": {**ADDRESS, "postal_code": "10001"},
        "primary_contact": {**CONTACT, "email": "carl@client..example"},
    }
    answered = cast.client().put(f"/v1/subscriptions/{sub['id']}/microsoft-account", wrong)
    assert answered.pointers == ["/address/postal_code", "/domain", "/primary_contact/email"]


@pytest.mark.parametrize("prefix", ["1acme", "acme-inc", "a" * 28, "a.b", "açme"])
def test_d17_a_prefix_is_1_to_27_letters_and_digits_a_letter_first(cast, prefix):
    sub = cast.bought()
    body = {**ACCOUNT, "domain_prefix": prefix}
    answered = cast.client().put(f"/v1/subscriptions/{sub['id']}/microsoft-account", body)
    assert details(answered) == {"/domain_prefix": "1 to 27 letters and digits, starting with a letter."}


@pytest.mark.parametrize("plan", ["business-ultra", "", 7, None, "business-basic\n2"], ids=repr)
def test_r3_there_are_four_plans(cast, plan):
    assert cast.visitor().post("/v1/quotes", {**QUOTE, "plan_id": plan}).pointers == ["/plan_id"]


@pytest.mark.parametrize("country", ["FR", "us", "Atlantis"])
def test_r28_another_country_is_not_supported(cast, country):
    assert cast.visitor().get(f"/v1/plans?country={country}").code == "country_not_supported"
    assert cast.visitor().post("/v1/quotes", {**QUOTE, "country": country}).code == "country_not_supported"
    bought = cast.client().post("/v1/subscriptions", {**PURCHASE, "country": country}, key="k")
    assert bought.code == "country_not_supported"
    assert bought.pointers == ["/country"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", ""])
def test_a_page_has_1_to_100_lines(cast, limit):
    answered = cast.client().get(f"/v1/subscriptions?limit={limit}")
    assert details(answered) == {"/limit": "From 1 to 100."}


def test_unknown_and_repeated_query_parameters_are_refused(cast):
    answered = cast.client().get("/v1/subscriptions?limit=1&limit=2&page=3")
    assert details(answered) == {"/limit": "Once at most.", "/page": "There is no such field."}
    assert cast.visitor().get("/v1/health?x=1").pointers == ["/x"]


def test_a_status_that_does_not_exist_is_refused(cast):
    assert cast.client().get("/v1/subscriptions?status=paused").pointers == ["/status"]


def test_an_operator_searches_by_something(cast):
    assert cast.operator().get("/v1/admin/subscriptions").code == "validation_failed"
    assert cast.operator().get("/v1/admin/subscriptions?status=active").json["data"] == []


@pytest.mark.parametrize("content", [None, b"", b"{}", b" \n"], ids=repr)
def test_where_no_body_is_needed_none_has_to_be_sent(cast, content):
    cast.enrolled()
    assert cast.freelancer().ask("POST", "/v1/freelancer/leave", raw=content).json["state"] == "left"


def test_where_no_body_is_needed_nothing_else_is_taken(cast):
    cast.enrolled()
    assert cast.freelancer().post("/v1/freelancer/leave", {"why": "?"}).pointers == ["/why"]


def test_a_price_starts_on_a_day(cast):
    price = {"plan_id": "business-basic", "billing_period": "monthly", "country": "US", "unit_amount": 800}
    wrong = cast.operator().put("/v1/admin/prices", {**price, "valid_from": "2024-13-01"})
    assert details(wrong) == {"/valid_from": "A day: YYYY-MM-DD."}
    past = cast.operator().put("/v1/admin/prices", {**price, "valid_from": "2024-01-30"})
    assert past.pointers == ["/valid_from"]
    right = cast.operator().put("/v1/admin/prices", {**price, "valid_from": "2024-02-01"})
    assert right.json["unit_price"] == {"amount": 800, "currency": "USD"}


def _fields():
    for route in routes.ALL:
        for shape in (route.body, route.query):
            if shape is not None:
                yield from _fields_of(shape)


def _fields_of(shape):
    for each in msgspec.structs.fields(shape):
        inner = [
            kind
            for kind in (each.type, *get_args(each.type))
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        ]
        if inner:
            yield from _fields_of(inner[0])
        else:
            yield shape.__name__, each.name, each.type


@pytest.mark.parametrize(("shape", "name", "kind"), list(dict.fromkeys(_fields())))
def test_every_field_says_in_words_what_it_takes(shape, name, kind):
    assert says(kind), f"{shape}.{name} has no description"
