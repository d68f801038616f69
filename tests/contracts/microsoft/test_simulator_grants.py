from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from sandbox.simulators.microsoft import NothingToAccept
from tests.contracts.microsoft.asking import GRANTS, Asking

READERS, LICENSES = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "4d6ac14f-3453-41d0-bef9-a3e0c569773a"
ALMIGHTY = "62e90394-69f5-4237-9190-012177145e10"
GROUP = "869713c9-0b28-4d08-8949-ae07ae1bf528"


@pytest.fixture
def partner() -> Asking:
    return Asking()


@pytest.fixture
def grant(partner: Asking) -> str:
    return str(partner.request_grant(partner.new_customer()).json["id"])


@pytest.fixture
def active(partner: Asking, grant: str) -> str:
    lock(partner, grant)
    partner.microsoft.approve_grant(grant)
    return grant


def lock(partner: Asking, grant: str):
    return partner.graph("POST", f"{GRANTS}/{grant}/requests", {"action": "lockForApproval"})


def terminate(partner: Asking, grant: str):
    return partner.graph("POST", f"{GRANTS}/{grant}/requests", {"action": "terminate"})


def read(partner: Asking, grant: str) -> dict:
    return partner.graph("GET", f"{GRANTS}/{grant}").json


def assign(partner: Asking, grant: str, *, roles: tuple[str, ...] = (READERS,), group: str = GROUP):
    body = {
        "accessContainer": {"accessContainerId": group, "accessContainerType": "securityGroup"},
        "accessDetails": {"unifiedRoles": [{"roleDefinitionId": role} for role in roles]},
    }
    return partner.graph("POST", f"{GRANTS}/{grant}/accessAssignments", body)


def test_a_relationship_waits_is_approved_and_is_active(partner: Asking, grant: str) -> None:
    states = [read(partner, grant)["status"]]
    assert lock(partner, grant).json["status"] == "created"
    states.append(read(partner, grant)["status"])
    partner.microsoft.activation_takes = timedelta(minutes=5)
    partner.microsoft.approve_grant(grant)
    states.append(read(partner, grant)["status"])
    partner.later(minutes=5)
    states.append(read(partner, grant)["status"])
    assert states == ["created", "approvalPending", "approved", "active"]
    assert read(partner, grant)["activatedDateTime"].startswith("2027-01-31T10:05:00")


def test_the_client_decides_only_what_waits_for_a_decision(partner: Asking, grant: str) -> None:
    with pytest.raises(NothingToAccept):
        partner.microsoft.approve_grant(grant)
    lock(partner, grant)
    partner.microsoft.decline_grant(grant)
    assert read(partner, grant)["status"] == "terminated"
    with pytest.raises(NothingToAccept):
        partner.microsoft.approve_grant(grant)


def test_what_nobody_approves_lapses_after_90_days(partner: Asking, grant: str) -> None:
    lock(partner, grant)
    partner.later(days=90, seconds=-1)
    assert read(partner, grant)["status"] == "approvalPending"
    partner.later(seconds=1)
    assert read(partner, grant)["status"] == "expired"


def test_a_relationship_ends_after_its_duration_unless_it_extends_itself(
    partner: Asking, active: str
) -> None:
    other = partner.request_grant(
        partner.new_customer("globex"), name="Long", autoExtendDuration="P180D"
    ).json
    lock(partner, other["id"])
    partner.microsoft.approve_grant(other["id"])
    partner.later(days=730)
    assert (read(partner, active)["status"], read(partner, other["id"])["status"]) == ("expired", "active")


def test_a_relationship_is_ended_by_either_side(partner: Asking, active: str) -> None:
    partner.microsoft.termination_takes = timedelta(minutes=5)
    assert terminate(partner, active).status == 201
    assert read(partner, active)["status"] == "terminationRequested"
    assert terminate(partner, active).status == 400
    partner.later(minutes=5)
    assert read(partner, active)["status"] == "terminated"


def test_the_end_of_a_relationship_ends_what_was_assigned(partner: Asking, active: str) -> None:
    assignment = assign(partner, active).json["id"]
    partner.microsoft.terminate_grant(active)
    answer = partner.graph("GET", f"{GRANTS}/{active}/accessAssignments/{assignment}")
    assert answer.json["status"] == "deleted"


def test_a_name_is_used_once_and_has_fifty_characters(partner: Asking, grant: str) -> None:
    tenant = partner.microsoft.tenants[0].id
    assert partner.request_grant(tenant).status == 409
    assert partner.request_grant(tenant, name="x" * 50).status == 201
    assert partner.request_grant(tenant, name="x" * 51).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"duration": "P3Y"},
        {"duration": "P731D"},
        {"duration": "P0D"},
        {"autoExtendDuration": "P90D"},
        {"roles": []},
        {"roles": ["Global Reader"]},
        {"roles": [ALMIGHTY], "autoExtendDuration": "P180D"},
        {"invented": True},
        {"customer": {"domain": "acme.com"}},
    ],
)
def test_what_the_documentation_forbids_is_refused(partner: Asking, change: dict) -> None:
    answer = partner.request_grant(partner.new_customer(), **change)
    assert answer.status == 400
    assert set(answer.json["error"]) == {"code", "message", "innerError"}
    assert partner.microsoft.grants == []


def test_only_what_was_not_sent_yet_is_deleted_and_only_with_its_etag(partner: Asking, grant: str) -> None:
    path, etag = f"{GRANTS}/{grant}", read(partner, grant)["@odata.etag"]
    assert partner.graph("DELETE", path).status == 428
    assert partner.graph("DELETE", path, etag='W/"stale"').status == 412
    lock(partner, grant)
    assert partner.graph("DELETE", path, etag=etag).status == 412  # it has changed
    assert partner.graph("DELETE", path, etag=read(partner, grant)["@odata.etag"]).status == 400
    other = partner.request_grant(partner.new_customer("globex"), name="Other").json
    assert partner.graph("DELETE", f"{GRANTS}/{other['id']}", etag=other["@odata.etag"]).status == 204
    assert partner.graph("GET", f"{GRANTS}/{other['id']}").status == 404


def test_a_relationship_is_changed_before_it_is_sent_and_later_only_its_extension(
    partner: Asking, grant: str
) -> None:
    path = f"{GRANTS}/{grant}"
    changed = partner.graph("PATCH", path, {"duration": "P31D"}, etag=read(partner, grant)["@odata.etag"])
    assert (changed.status, changed.json["duration"]) == (200, "P31D")
    lock(partner, grant)
    partner.microsoft.approve_grant(grant)
    etag = read(partner, grant)["@odata.etag"]
    assert partner.graph("PATCH", path, {"duration": "P60D"}, etag=etag).status == 400
    assert partner.graph("PATCH", path, {"autoExtendDuration": "P180D"}, etag=etag).status == 200


def test_relationships_are_found_by_name_also_with_an_apostrophe_in_it(partner: Asking, grant: str) -> None:
    other = partner.request_grant(partner.new_customer("globex"), name="O'Brien and Sons").json["id"]
    asked = quote("displayName eq 'O''Brien and Sons'")
    found = partner.graph("GET", f"{GRANTS}?$filter={asked}").json["value"]
    assert [each["id"] for each in found] == [other]
    assert found[0]["activatedDateTime"] is None  # empty where one alone is read
    assert partner.graph("GET", f"{GRANTS}?$filter={quote('endDateTime gt now')}").status == 400


def test_a_list_comes_in_pages(partner: Asking, grant: str) -> None:
    partner.request_grant(partner.new_customer("globex"), name="Other")
    first = partner.graph("GET", f"{GRANTS}?$top=1&$count=true").json
    assert (len(first["value"]), first["@odata.count"]) == (1, 2)
    following = first["@odata.nextLink"].replace("https://graph.microsoft.com", "/graph")
    assert [each["displayName"] for each in partner.graph("GET", following).json["value"]] == ["Other"]


def test_roles_are_assigned_to_a_group_a_little_later(partner: Asking, active: str) -> None:
    partner.microsoft.assignment_takes = timedelta(minutes=1)
    made = assign(partner, active)
    assert (made.status, made.json["status"]) == (201, "pending")
    path = f"{GRANTS}/{active}/accessAssignments/{made.json['id']}"
    assert partner.graph("GET", path).json["status"] == "pending"
    partner.later(minutes=1)
    assert partner.graph("GET", path).json["status"] == "active"
    etag = partner.graph("GET", path).json["@odata.etag"]
    assert partner.graph("DELETE", path, etag=etag).status == 204
    assert partner.graph("GET", path).json["status"] == "deleting"
    partner.later(minutes=1)
    assert (
        partner.graph("GET", f"{GRANTS}/{active}/accessAssignments").json["value"][0]["status"] == "deleted"
    )
    assert assign(partner, active).status == 201


def test_only_roles_of_the_relationship_are_assigned_and_once_a_group(partner: Asking, active: str) -> None:
    assert assign(partner, active, roles=(ALMIGHTY,)).status == 400
    assert assign(partner, active, group="everybody").status == 400
    assert assign(partner, active).status == 201
    assert assign(partner, active).status == 409


def test_nothing_is_assigned_before_the_client_approved(partner: Asking, grant: str) -> None:
    assert assign(partner, grant).status == 400


def test_other_roles_are_an_operation_that_can_be_watched(partner: Asking, active: str) -> None:
    made = assign(partner, active).json
    path = f"{GRANTS}/{active}/accessAssignments/{made['id']}"
    etag = partner.graph("GET", path).json["@odata.etag"]
    body = {"accessDetails": {"unifiedRoles": [{"roleDefinitionId": LICENSES}]}}
    assert partner.graph("PATCH", path, body).status == 428
    answer = partner.graph("PATCH", path, body, etag=etag)
    assert (answer.status, answer.headers["Retry-After"]) == (202, "10")
    watched = answer.headers["Location"].replace("https://graph.microsoft.com", "/graph")
    assert partner.graph("GET", watched).json["status"] == "succeeded"
    assert partner.graph("GET", path).json["accessDetails"] == body["accessDetails"]
