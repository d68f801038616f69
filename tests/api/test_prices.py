"""The price table, as an operator reads it: what was, what is and what will be."""

from __future__ import annotations

from chalicelib.rulebook import PRICE_SEED

PRICE = {
    "plan_id": "business-basic",
    "billing_period": "monthly",
    "country": "US",
    "unit_amount": 800,
    "valid_from": "2024-02-01",
}


def _named(price):
    return price["valid_from"], price["plan_id"], price["billing_period"], price["unit_price"]["amount"]


def _all(caller, *, limit):
    path = f"/v1/admin/prices?country=US&limit={limit}"
    found: list = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(path + (f"&cursor={cursor}" if cursor else "")).json
        assert len(page["data"]) <= limit
        found += page["data"]
        cursor = page["next_cursor"]
    return found


def test_r27_every_price_newest_day_first_then_by_plan_and_period(cast):
    listed = cast.operator().get("/v1/admin/prices?limit=100").json
    assert listed["next_cursor"] is None
    seed = sorted(PRICE_SEED, key=lambda row: row[1:3])
    assert [_named(each) for each in listed["data"]] == sorted(seed, key=lambda row: row[0], reverse=True)
    assert listed["data"][0] == {
        "plan_id": "apps-for-business",
        "billing_period": "monthly",
        "country": "US",
        "unit_price": {"amount": 990, "currency": "USD"},
        "valid_from": "2026-07-01",
    }


def test_r27_the_pages_are_the_list_without_gap_or_repetition(cast):
    whole = _all(cast.operator(), limit=100)
    for limit in (1, 3, 5, len(whole) - 1, len(whole)):
        assert _all(cast.operator(), limit=limit) == whole


def test_a_price_that_was_just_set_is_in_the_list_before_it_begins(cast):
    cast.operator().put("/v1/admin/prices", {**PRICE, "valid_from": "2030-01-01"})
    first, *_ = cast.operator().get("/v1/admin/prices").json["data"]
    assert _named(first) == ("2030-01-01", "business-basic", "monthly", 800)


def test_a_price_that_is_set_between_two_pages_is_not_seen_and_hides_none(cast):
    page = cast.operator().get("/v1/admin/prices?limit=4").json
    cast.operator().put("/v1/admin/prices", {**PRICE, "valid_from": "2030-01-01"})
    rest = cast.operator().get(f"/v1/admin/prices?limit=100&cursor={page['next_cursor']}").json
    assert len(page["data"]) + len(rest["data"]) == len(PRICE_SEED)


def test_r28_only_open_countries_have_prices(cast):
    assert cast.operator().get("/v1/admin/prices?country=CA").code == "country_not_supported"


def test_a_cursor_of_a_price_that_never_was_is_refused(cast):
    page = cast.operator().get("/v1/admin/prices?limit=1").json
    applications = cast.operator().get(f"/v1/admin/applications?cursor={page['next_cursor']}")
    assert applications.pointers == ["/cursor"]
    for cursor in ("nonsense", page["next_cursor"][:-4] + "AAAA"):
        answered = cast.operator().get(f"/v1/admin/prices?cursor={cursor}")
        assert (answered.code, answered.pointers) == ("validation_failed", ["/cursor"])
