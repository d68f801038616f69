"""Delegated administration: the least roles, asked for once, and ended whole."""

from __future__ import annotations

import pytest

from chalicelib.gateways.delegated_admin import LEAST_ROLES, NEVER, GrantState
from chalicelib.gateways.partner_center.grants import GraphGrants
from chalicelib.gateways.transport import NoReply
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from tests.contracts.examples import example
from tests.contracts.microsoft.partner import NOW, Office, office
from tests.contracts.scripted import reply

CREATED = example("graph.gdap.create")["response"]["body"]
ID = CREATED["id"]
TENANT = CREATED["customer"]["tenantId"]
GROUP = "869713c9-0b28-4d08-8949-ae07ae1bf528"
BASE = "/v1.0/tenantRelationships/delegatedAdminRelationships"
ROLES = [{"roleDefinitionId": role} for role in LEAST_ROLES.values()]
STALE = reply(412, example("graph.error.412")["response"]["body"])
LOCKED = reply(201, {"id": "r", "action": "lockForApproval", "status": "created"})
ENDING = reply(201, {"id": "r", "action": "terminate", "status": "created"})
NO = reply(400, {"error": {"code": "badRequest", "message": "…"}})
GONE = reply(204, body=b"")
MISSING = reply(404, example("graph.error.envelope")["response"]["body"])


def relationship(status: str = "created", **changes):
    return {**CREATED, "displayName": "sub_1-1", "status": status, **changes}


def assignment(status: str = "active", group_id: str = GROUP, **changes):
    body = example("graph.gdap.access_assignment.get")["response"]["body"]
    return {**body, "status": status, "accessContainer": {"accessContainerId": group_id.upper()}, **changes}


def value(*items):
    return reply(200, {"value": list(items)})


def request(asked: Office):
    return asked.grants.request(name="sub_1-1", tenant_id=TENANT, at=NOW)


@pytest.mark.parametrize("role", list(NEVER.values()))
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_the_almighty_roles_are_never_asked_for_whatever_is_configured(role, case):
    with pytest.raises(ValueError):
        GraphGrants(graph=office().graph, roles={**LEAST_ROLES, "Harmless": case(role)})
    with pytest.raises(ValueError):
        GraphGrants(graph=office().graph, roles={})


def test_a_relationship_is_asked_for_with_the_least_roles_and_opened_to_the_client():
    asked = office(value(), reply(201, relationship()), LOCKED)

    made = request(asked)

    assert made.relationship_id == ID
    assert made.approval_url == (
        f"https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/granularAdminRelationships/{ID}"
    )
    search, create, lock = asked.sent
    assert search.query == {"$filter": "displayName eq 'sub_1-1'"}
    assert (create.method, create.path) == ("POST", BASE)
    assert create.document == {
        "displayName": "sub_1-1",
        "duration": "P730D",
        "customer": {"tenantId": TENANT},
        "accessDetails": {"unifiedRoles": ROLES},
        "autoExtendDuration": "P180D",
    }
    assert (lock.path, lock.document) == (f"{BASE}/{ID}/requests", {"action": "lockForApproval"})
    assert create.header("client-request-id")


def test_what_was_asked_for_before_is_not_asked_for_again():
    assert request(office(value(relationship("approvalPending")))).relationship_id == ID
    assert request(office(value(relationship()), LOCKED)).relationship_id == ID
    assert request(office(value(relationship("active")))).relationship_id == ID


def test_what_a_lost_answer_has_made_is_found_by_its_name():
    conflict = reply(409, {"error": {"code": "conflict", "message": "…"}})
    lost = NoReply("x", sent=True)
    asked = office(value(), lost, conflict, value(relationship()), LOCKED)
    assert request(asked).relationship_id == ID

    with pytest.raises(OutcomeUnknown):
        request(office(value(), lost, conflict, value()))
    with pytest.raises(OutcomeUnknown):
        request(office(value(), lost, lost, lost))


def test_an_approval_that_was_opened_before_is_no_mistake_and_one_that_cannot_be_is_refused():
    asked = office(value(relationship()), NO, reply(200, relationship("approvalPending")))
    assert request(asked).relationship_id == ID

    with pytest.raises(Refused):
        request(office(value(relationship()), NO, reply(200, relationship())))


def test_a_name_is_never_used_for_another_tenant_or_after_its_end():
    with pytest.raises(Refused):
        request(office(value(relationship(customer={"tenantId": "another"}))))
    for status in ("terminated", "expired", "terminating"):
        with pytest.raises(Refused):
            request(office(value(relationship(status))))
    with pytest.raises(ValueError):
        office().grants.request(name="x" * 51, tenant_id=TENANT, at=NOW)


def test_a_name_cannot_leave_its_quotes():
    asked = office(value(), reply(201, relationship()), LOCKED)
    asked.grants.request(name="o'Neil", tenant_id=TENANT, at=NOW)
    assert asked.sent[0].query == {"$filter": "displayName eq 'o''Neil'"}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("created", GrantState.WAITING),
        ("approvalPending", GrantState.WAITING),
        ("approved", GrantState.WAITING),
        ("activating", GrantState.WAITING),
        ("active", GrantState.APPROVED),
        ("expiring", GrantState.OVER),
        ("expired", GrantState.OVER),
        ("terminationRequested", GrantState.OVER),
        ("terminating", GrantState.OVER),
        ("terminated", GrantState.OVER),
        ("aWordOfTomorrow", GrantState.WAITING),
    ],
)
def test_each_state_is_understood(status, state):
    assert office(reply(200, relationship(status))).grants.state(relationship_id=ID) is state


def test_a_relationship_that_is_nowhere_is_over():
    assert office(MISSING).grants.state(relationship_id=ID) is GrantState.OVER
    assert office(MISSING).grants.end(relationship_id=ID)


def test_a_group_is_given_the_roles_once():
    pending = example("graph.gdap.access_assignment.create")["response"]["body"]
    asked = office(value(assignment("deleted"), assignment(group_id="another")), reply(201, pending))

    assert not asked.grants.assign(relationship_id=ID, group_id=GROUP)
    assert asked.line.last.path == f"{BASE}/{ID}/accessAssignments"
    assert asked.line.last.document == {
        "accessContainer": {"accessContainerId": GROUP, "accessContainerType": "securityGroup"},
        "accessDetails": {"unifiedRoles": ROLES},
    }

    assert office(value(assignment())).grants.assign(relationship_id=ID, group_id=GROUP)
    assert not office(value(assignment("pending"))).grants.assign(relationship_id=ID, group_id=GROUP)
    assert office(value(), NO, value(assignment())).grants.assign(relationship_id=ID, group_id=GROUP)
    with pytest.raises(Refused):
        office(value(), NO, value()).grants.assign(relationship_id=ID, group_id=GROUP)


def test_the_end_takes_every_assignment_and_the_relationship():
    asked = office(
        reply(200, relationship("active")),
        value(assignment(id="a-1"), assignment("deleting", id="a-2")),
        GONE,
        ENDING,
        reply(200, relationship("terminationRequested")),
    )

    assert not asked.grants.end(relationship_id=ID)

    removed, terminated = asked.sent[2:4]
    assert (removed.method, removed.path) == ("DELETE", f"{BASE}/{ID}/accessAssignments/a-1")
    assert removed.header("If-Match") == assignment()["@odata.etag"]
    assert (terminated.path, terminated.document) == (f"{BASE}/{ID}/requests", {"action": "terminate"})
    asked.line.is_over()

    again = office(reply(200, relationship("terminating")), reply(200, relationship("terminated")))
    assert again.grants.end(relationship_id=ID)
    assert office(reply(200, relationship("terminated"))).grants.end(relationship_id=ID)


def test_an_assignment_that_changed_in_between_is_read_again_and_one_that_is_gone_is_gone():
    fresh = reply(200, assignment(**{"@odata.etag": "fresh"}))
    tail = (ENDING, reply(200, relationship("terminated")))
    asked = office(reply(200, relationship("active")), value(assignment()), STALE, fresh, GONE, *tail)
    assert asked.grants.end(relationship_id=ID)
    assert [sent.header("If-Match") for sent in asked.sent if sent.method == "DELETE"][1] == "fresh"

    assert office(reply(200, relationship("active")), value(assignment()), MISSING, *tail).grants.end(
        relationship_id=ID
    )
    asked = office(reply(200, relationship("active")), value(assignment()), STALE, fresh, STALE)
    with pytest.raises(Unavailable):
        asked.grants.end(relationship_id=ID)


def test_what_was_never_opened_to_the_client_is_deleted():
    asked = office(reply(200, relationship()), GONE)
    assert asked.grants.end(relationship_id=ID)
    assert (asked.line.last.method, asked.line.last.path) == ("DELETE", f"{BASE}/{ID}")
    assert asked.line.last.header("If-Match") == CREATED["@odata.etag"]
    assert office(reply(200, relationship()), MISSING).grants.end(relationship_id=ID)


def test_what_still_waits_for_an_approval_and_cannot_be_ended_is_not_over_yet():
    waiting = reply(200, relationship("approvalPending"))
    assert not office(waiting, value(), NO, waiting, waiting).grants.end(relationship_id=ID)

    active = reply(200, relationship("active"))
    with pytest.raises(Refused):
        office(active, value(), NO, active).grants.end(relationship_id=ID)
    over = reply(200, relationship("terminated"))
    assert office(active, value(), NO, over, over).grants.end(relationship_id=ID)


@pytest.mark.parametrize("errand", ["state", "end"])
def test_a_silent_graph_is_asked_again_later(errand):
    lost = NoReply("x", sent=True)
    with pytest.raises(Unavailable):
        getattr(office(lost, lost, lost).grants, errand)(relationship_id=ID)
