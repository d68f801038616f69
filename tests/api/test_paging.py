"""Lists: newest first, page by page, nothing twice and nothing left out."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import pytest

from tests.api.people import PURCHASE


def walked(caller, path, *, limit):
    """All items of a list, and how many pages they came on."""
    found, pages, cursor = [], 0, None
    joint = "&" if "?" in path else "?"
    while True:
        page = caller.get(f"{path}{joint}limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json
        found += page["data"]
        pages += 1
        cursor = page["next_cursor"]
        if cursor is None:
            return found, pages
        assert len(page["data"]) == limit


def _own(cast):
    for n in range(5):
        cast.bought(key=f"k{n}")
    return cast.client(), "/v1/subscriptions", "id"


def _own_by_status(cast):
    for n in range(7):
        sub = cast.bought(key=f"k{n}")
        if n in (1, 4):
            cast.client().post(f"/v1/subscriptions/{sub['id']}/cancellation", {}, key="cancel" + str(n))
    return cast.client(), "/v1/subscriptions?status=pending", "id"


def _invoices(cast):
    for n in range(5):
        cast.bought(key=f"k{n}")
    return cast.client(), "/v1/invoices", "number"


def _events(cast):
    sub = cast.bought()
    for n in range(4):
        cast.client().put(f"/v1/subscriptions/{sub['id']}/renewal", {"auto_renew": n % 2 == 1})
    return cast.client(), f"/v1/subscriptions/{sub['id']}/events", "version"


def _sales(cast):
    token = cast.enrolled()["link"]["token"]
    for n in range(5):
        cast.bought(key=f"k{n}", link_token=token)
    return cast.freelancer(), "/v1/freelancer/subscriptions", "id"


def _earnings(cast):
    caller, _, _ = _sales(cast)
    return caller, "/v1/freelancer/earnings", "invoice_id"


def _delegations(cast):
    caller, path, _ = _sales(cast)
    for sale in caller.get(path).json["data"]:
        cast.requested(sale)
    return caller, "/v1/freelancer/delegations", "id"


def _applications(cast):
    for n in range(5):
        cast.applied(f"f{n}@freelancer.example")
    return cast.operator(), "/v1/admin/applications", "id"


def _reviews(cast):
    for n in range(5):
        cast.submitted(cast.bought(key=f"k{n}"), domain_prefix=f"acme{n}")
    return cast.operator(), "/v1/admin/reviews", "id"


def _search(cast):
    _own(cast)
    return cast.operator(), "/v1/admin/subscriptions?status=pending", "id"


def _search_email(cast):
    _own(cast)
    return cast.operator(), "/v1/admin/subscriptions?email=carl@client.example", "id"


def _search_domain(cast):
    for n in range(5):
        cast.submitted(
            cast.bought(key=f"k{n}"), existing_customer=True, domain="acme.example", domain_prefix=None
        )
    return cast.operator(), "/v1/admin/subscriptions?domain=acme.example", "id"


def _stuck(cast):
    for n in range(5):
        cast.stuck(cast.bought(key=f"k{n}"))
    return cast.operator(), "/v1/admin/stuck", "id"


def _suppressions(cast):
    for n in range(5):
        client = cast.client(f"c{n}@client.example")
        cast.suppressed(cast.bought(key=f"k{n}", client=client))
    return cast.operator(), "/v1/admin/suppressions", "id"


LISTS = (
    _own,
    _own_by_status,
    _invoices,
    _events,
    _sales,
    _earnings,
    _delegations,
    _applications,
    _reviews,
    _search,
    _search_email,
    _search_domain,
    _stuck,
    _suppressions,
)


@pytest.mark.parametrize("prepare", LISTS)
def test_every_list_can_be_walked(cast, prepare):
    caller, path, mark = prepare(cast)
    whole, _ = walked(caller, path, limit=100)
    marks = [each[mark] for each in whole]
    assert len(marks) == 5
    assert marks == sorted(marks, reverse=True)  # all of them sort by time
    for limit in (1, 2, 5):
        found, pages = walked(caller, path, limit=limit)
        assert found == whole
        assert pages == -(-5 // limit)


def test_a_page_has_twenty_lines_unless_asked_otherwise(cast):
    for n in range(21):
        cast.bought(key=f"k{n}")
    page = cast.client().get("/v1/subscriptions").json
    assert len(page["data"]) == 20
    assert page["next_cursor"]


def test_what_is_new_meanwhile_does_not_disturb_a_walk(cast, world):
    old = [cast.bought(key=f"k{n}")["id"] for n in range(4)]
    first = cast.client().get("/v1/subscriptions?limit=2").json
    world.clock.put(world.now() + timedelta(minutes=1))
    cast.bought(key="new")
    second = cast.client().get(f"/v1/subscriptions?limit=2&cursor={first['next_cursor']}").json
    assert [each["id"] for each in first["data"] + second["data"]] == old[::-1]


def test_an_empty_list_is_a_list(cast):
    assert cast.client().get("/v1/subscriptions").json == {"data": [], "next_cursor": None}


def test_lists_are_the_callers_own(cast):
    cast.bought()
    other = cast.client("cora@client.example")
    assert other.get("/v1/subscriptions").json["data"] == []
    assert other.get("/v1/invoices").json["data"] == []


@pytest.mark.parametrize(
    "cursor",
    ["x", "eA", "%00", "%F0%9F%92%A9", "a" * 401, "====", "sub_01HNG4K2M0000000000000000"],
)
@pytest.mark.parametrize(
    "prepare", [_own, _invoices, _events, _sales, _earnings, _search, _stuck, _suppressions]
)
def test_a_cursor_that_is_none_is_refused(cast, prepare, cursor):
    caller, path, _ = prepare(cast)
    joint = "&" if "?" in path else "?"
    answered = caller.get(f"{path}{joint}cursor={cursor}")
    assert answered.code == "validation_failed"
    assert answered.pointers == ["/cursor"]


def test_a_cursor_of_another_list_is_refused(cast):
    for n in range(2):
        cast.submitted(cast.bought(key=f"k{n}"), domain_prefix=f"acme{n}")
    cursor = cast.operator().get("/v1/admin/reviews?limit=1").json["next_cursor"]
    for other in ("subscriptions?status=connecting&", "applications?", "stuck?"):
        assert cast.operator().get(f"/v1/admin/{other}cursor={cursor}").pointers == ["/cursor"]


@pytest.mark.parametrize(
    ("was", "becomes"), [("document#", ""), ("document#", "zzz#"), ("document#", "document##"), (":", "")]
)
def test_a_cursor_that_was_tampered_with_does_not_lead_elsewhere(cast, was, becomes):
    for n in range(2):
        cast.bought(key=f"k{n}")
    cursor = cast.client().get("/v1/invoices?limit=1").json["next_cursor"]
    plain = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    forged = urlsafe_b64encode(plain.replace(was, becomes, 1).encode()).decode().rstrip("=")
    assert cast.client().get(f"/v1/invoices?cursor={forged}").pointers == ["/cursor"]


def test_a_page_of_nothing_but_a_key_is_refused_with_the_route(cast):
    """The purchase itself is not a list, and takes no page."""
    assert cast.client().post("/v1/subscriptions?limit=1", PURCHASE, key="k").pointers == ["/limit"]
