"""Addresses that get no mails: what the operator sees of them, and how one gets mails again."""

from __future__ import annotations

import pytest

from tests.api.people import Cast

LIST = "/v1/admin/suppressions"


@pytest.fixture
def sub(cast: Cast):
    """A subscription whose client's address is suppressed."""
    bought = cast.bought()
    cast.suppressed(bought)
    return bought


def test_an_operator_sees_whom_mails_do_not_reach_and_why(cast, sub):
    (found,) = cast.operator().get(LIST).json["data"]
    assert found.pop("id").startswith("sup_")
    assert found == {
        "email": "carl@client.example",
        "reason": "bounce",
        "detail": "General",
        "at": "2024-01-31T10:00:00Z",
        "template": "E1",
        "subscription_id": sub["id"],
    }


@pytest.mark.parametrize("email", ["carl@client.example", "Carl@Client.Example"])
def test_an_operator_finds_one_address(cast, sub, email):
    page = cast.operator().get(f"{LIST}?email={email}").json
    assert [each["subscription_id"] for each in page["data"]] == [sub["id"]]
    assert page["next_cursor"] is None
    assert cast.operator().get(f"{LIST}?email=cora@client.example").json["data"] == []


def test_a_subscription_of_a_suppressed_address_is_like_any_other(cast, sub):
    path = f"/v1/subscriptions/{sub['id']}"
    assert cast.client().get(path).json == sub
    assert cast.client().post(f"{path}/cancellation", {}, key="end").json["status"] == "canceled"


def test_a_mail_is_not_sent_again_to_an_address_that_gets_none_and_the_answer_says_the_way_out(cast, sub):
    mails = f"/v1/admin/subscriptions/{sub['id']}/mails"
    refused = cast.operator().post(mails, {"template": "E1"})
    assert (refused.status, refused.code) == (409, "address_suppressed")
    assert cast.operator().delete(f"{LIST}/{refused.json['suppression_id']}").status == 204
    assert cast.operator().post(mails, {"template": "E1"}).status == 201


def test_what_was_lifted_is_no_longer_there(cast, sub):
    (found,) = cast.operator().get(LIST).json["data"]
    path = f"{LIST}/{found['id']}"
    lifted = cast.operator().delete(path)
    assert (lifted.status, lifted.content) == (204, b"")
    assert cast.operator().get(LIST).json["data"] == []
    assert cast.operator().get(f"{LIST}?email=carl@client.example").json["data"] == []
    assert cast.operator().delete(path).code == "not_found"
    assert cast.operator().delete(f"{LIST}/{sub['id']}").code == "not_found"


def test_an_address_may_be_suppressed_again_after_a_mail_that_was_sent_later(cast, sub):
    (first,) = cast.operator().get(LIST).json["data"]
    cast.operator().delete(f"{LIST}/{first['id']}")
    cast.world.clock.put(cast.world.now().replace(hour=11))
    cast.suppressed(sub)
    (second,) = cast.operator().get(LIST).json["data"]
    assert second["id"] > first["id"]
