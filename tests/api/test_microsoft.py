"""What Microsoft says of an address, what differs there, and a delegate's access to the client's tenant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain import drift
from chalicelib.domain.delegation import Grant
from chalicelib.domain.drift import Difference, DriftKind
from chalicelib.domain.lifecycle import Event
from sandbox.simulators.faults import Kind
from tests.api.people import ACCOUNT, ADDRESS

GROUP = "6c1b2a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def submit(cast, sub, *, line1=None, **changes):
    address = {**ADDRESS, "line1": line1} if line1 else ADDRESS
    path = f"/v1/subscriptions/{sub['id']}/microsoft-account"
    return cast.client().put(path, {**ACCOUNT, "address": address, **changes})


# --- R22: the address --------------------------------------------------------------------------------


def test_r22_an_address_that_microsoft_knows_goes_to_review(cast):
    assert submit(cast, cast.bought()).status == 200


def test_r22_a_doubted_address_comes_back_with_what_microsoft_would_write(cast):
    sub = cast.bought()
    answered = submit(cast, sub, line1="1 Doubtful Street")
    assert (answered.status, answered.code) == (422, "validation_failed")
    assert [error["pointer"] for error in answered.json["errors"]] == ["/address"]
    assert answered.json["suggested_address"].keys() == ADDRESS.keys()
    assert cast.client().get(f"/v1/subscriptions/{sub['id']}").json["status"] == "pending"


def test_r22_what_microsoft_suggests_is_taken(cast):
    sub = cast.bought()
    suggested = submit(cast, sub, line1="1 Doubtful Street").json["suggested_address"]
    assert submit(cast, sub, address=suggested).status == 200


def test_r22_a_client_who_has_seen_the_suggestion_may_insist(cast):
    answered = submit(cast, cast.bought(), line1="1 Doubtful Street", address_confirmed=True)
    assert answered.json["microsoft_account"]["address"]["line1"] == "1 Doubtful Street"


def test_r22_an_address_that_microsoft_does_not_know_is_refused_whatever_the_client_says(cast):
    sub = cast.bought()
    for confirmed in (False, True):
        answered = submit(cast, sub, line1="1 Unverifiable Road", address_confirmed=confirmed)
        assert (answered.status, answered.code) == (422, "validation_failed")


@pytest.mark.parametrize("kind", [Kind.STORM, Kind.TIMEOUT, Kind.REFUSED_LINE, Kind.RATE_LIMIT])
def test_when_the_address_cannot_be_checked_nobody_waits_for_it(cast, world, kind):
    """Microsoft checks it again when the tenant is made."""
    world.neighbors.faults["microsoft"].plan(kind, path="validations/address", count=99)
    assert submit(cast, cast.bought()).status == 200


# --- what differs ------------------------------------------------------------------------------------


def _drift(world, sub_id, kind, *, at):
    return drift.of_subscription(sub_id, Difference(kind=kind, ours="10", theirs="12"), at=at)


def test_an_operator_sees_what_differs_and_since_when(cast, world):
    at = world.now()
    found = _drift(world, "sub_1", DriftKind.SEATS, at=at)
    world.store.settle_drifts([found], among=[found.id], at=at)
    assert cast.operator().get("/v1/admin/drift").json == {
        "data": [
            {
                "id": "sub_1.seats",
                "kind": "seats",
                "subscription_id": "sub_1",
                "plan_id": None,
                "billing_period": None,
                "ours": "10",
                "theirs": "12",
                "since": "2024-01-31T10:00:00Z",
                "seen_at": "2024-01-31T10:00:00Z",
            }
        ],
        "next_cursor": None,
    }


def test_the_list_of_what_differs_comes_in_pages(cast, world):
    at = world.now()
    found = [_drift(world, f"sub_{number}", DriftKind.SEATS, at=at) for number in range(3)]
    world.store.settle_drifts(found, among=[each.id for each in found], at=at)
    first = cast.operator().get("/v1/admin/drift?limit=2").json
    rest = cast.operator().get(f"/v1/admin/drift?limit=2&cursor={first['next_cursor']}").json
    ids = [one["subscription_id"] for one in first["data"] + rest["data"]]
    assert ids == ["sub_2", "sub_1", "sub_0"]
    assert rest["next_cursor"] is None


def test_a_difference_that_is_gone_is_not_listed_any_more(cast, world):
    at = world.now()
    found = _drift(world, "sub_1", DriftKind.SEATS, at=at)
    world.store.settle_drifts([found], among=[found.id], at=at)
    world.store.settle_drifts([], among=[found.id], at=at + timedelta(days=1))
    assert cast.operator().get("/v1/admin/drift").json["data"] == []


# --- a delegate's access at Microsoft ------------------------------------------------------------------


def test_d8_the_operator_says_which_group_is_the_freelancers(cast):
    freelancer = cast.enrolled()
    path = f"/v1/admin/freelancers/{freelancer['id']}/security-group"
    assert cast.operator().put(path, {"group_id": GROUP.upper()}).json["security_group_id"] == GROUP
    assert cast.operator().put(path, {"group_id": GROUP}).json["security_group_id"] == GROUP
    assert cast.operator().put(path, {"group_id": None}).json["security_group_id"] is None
    assert cast.visitor().get(f"/v1/links/{freelancer['link']['token']}").status == 200, "the link stays"


@pytest.mark.parametrize("group_id", ["admins", f"{GROUP}0", 7])
def test_a_group_is_an_id_of_microsofts(cast, group_id):
    path = f"/v1/admin/freelancers/{cast.enrolled()['id']}/security-group"
    answered = cast.operator().put(path, {"group_id": group_id})
    assert (answered.status, answered.code) == (422, "validation_failed")


def test_only_who_is_in_the_program_has_a_group(cast):
    path = f"/v1/admin/freelancers/{cast.applied()['id']}/security-group"
    assert cast.operator().put(path, {"group_id": GROUP}).code == "invalid_transition"


def test_d8_without_it_there_is_no_access_at_microsoft(cast):
    sub = cast.sold()
    assert sub["delegation"]["microsoft_access"] == {"status": "none", "approval_url": None}


@pytest.fixture
def asked(cast, world):
    """A delegated subscription whose client has to approve the access at Microsoft."""
    sub = cast.sold()
    cast.activated(sub)
    cast.delegated(sub)
    delegation = world.store.load(sub["id"]).delegation
    grant = Grant(
        relationship_id="rel-1", approval_url="https://microsoft.test/approve", requested_at=world.now()
    )
    cast._happens(sub, Event.GRANT_REQUESTED, delegation=replace(delegation, grant=grant))
    return sub


def test_d8_only_the_client_is_told_where_to_approve_it(cast, asked):
    path = f"/v1/subscriptions/{asked['id']}"
    told = {
        who.__name__: who().get(path).json["delegation"]["microsoft_access"]
        for who in (cast.client, cast.freelancer, cast.operator)
    }
    assert told == {
        "client": {"status": "requested", "approval_url": "https://microsoft.test/approve"},
        "freelancer": {"status": "requested", "approval_url": None},
        "operator": {"status": "requested", "approval_url": None},
    }
    (sale,) = cast.freelancer().get("/v1/freelancer/subscriptions").json["data"]
    assert sale["delegation"]["microsoft_access"] == {"status": "requested", "approval_url": None}


def test_microsofts_certificate_cannot_be_had_and_the_notice_is_to_come_again(cast, world):
    world.partner_center.accept("acme.example")
    notice = world.partner_center.take_notice(world.now())
    world.neighbors.faults["microsoft"].plan(Kind.STORM, path="certificates", count=99)
    answered = cast.visitor().ask("POST", notice.target, raw=notice.body, headers=notice.headers)
    assert (answered.status, answered.code) == (503, "microsoft_unavailable")
    assert answered.headers["Retry-After"] == "60"
