"""Graph: whose a domain is, and delegated administration."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.exchange import Response
from sandbox.simulators.microsoft.fields import ANY, TEXT, Form, WrongField, fields_of
from sandbox.simulators.microsoft.grants import Assignment, Grant, Grants
from sandbox.simulators.microsoft.ground import Ids
from sandbox.simulators.microsoft.speech import Call, Refusal, Route, answered, refused_by_graph, stamp
from sandbox.simulators.microsoft.tenants import Tenants, default_domain

ROOT: Final = "https://graph.microsoft.com/v1.0"
BASE: Final = "/v1.0/tenantRelationships/delegatedAdminRelationships"
GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
LONGEST_NAME: Final = 50
TWO_YEARS: Final = 730
LARGEST_PAGE: Final = 300

ROLES: Final = {"unifiedRoles*": [{"roleDefinitionId*": TEXT}]}
RELATIONSHIP: Final = {
    "displayName*": TEXT,
    "duration*": TEXT,
    "customer": {"tenantId*": TEXT, "displayName": TEXT},
    "accessDetails*": ROLES,
    "autoExtendDuration": TEXT,
    "@odata.type": ANY,
}
CHANGE: Final = {name.rstrip("*"): form for name, form in RELATIONSHIP.items()}
ASSIGNMENT: Final = {
    "accessContainer*": {"accessContainerId*": TEXT, "accessContainerType*": TEXT},
    "accessDetails*": ROLES,
    "@odata.type": ANY,
}
_DURATION: Final = re.compile(r"P(?:(?P<years>[12])Y|(?P<days>\d{1,3})D)")
_CONDITION: Final = re.compile(r"(displayName|status|customer/tenantId) eq '((?:[^']|'')*)'")
_LISTING: Final = frozenset({"$filter", "$top", "$orderby", "$count", "$skiptoken", "$select"})


class Graph:
    """The part of Graph that a partner needs."""

    def __init__(self, *, ids: Ids, tenants: Tenants, grants: Grants) -> None:
        self._ids = ids
        self._tenants = tenants
        self._grants = grants
        one, assignments = f"{BASE}/{{grant}}", f"{BASE}/{{grant}}/accessAssignments"
        domain = "/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='{domain}')"
        self.routes = [
            Route(method="GET", pattern=domain, answer=self._find),
            Route(method="POST", pattern=BASE, answer=self._create),
            Route(method="GET", pattern=BASE, answer=self._list, query=_LISTING),
            Route(method="GET", pattern=one, answer=self._get),
            Route(method="PATCH", pattern=one, answer=self._change),
            Route(method="DELETE", pattern=one, answer=self._delete),
            Route(method="POST", pattern=f"{one}/requests", answer=self._request),
            Route(method="GET", pattern=f"{one}/requests", answer=self._requests),
            Route(method="GET", pattern=f"{one}/requests/{{request}}", answer=self._one_request),
            Route(method="POST", pattern=assignments, answer=self._assign),
            Route(method="GET", pattern=assignments, answer=self._assignments, query=_LISTING),
            Route(method="GET", pattern=f"{assignments}/{{assignment}}", answer=self._assignment),
            Route(method="PATCH", pattern=f"{assignments}/{{assignment}}", answer=self._reassign),
            Route(method="DELETE", pattern=f"{assignments}/{{assignment}}", answer=self._unassign),
            Route(method="GET", pattern=f"{one}/operations/{{operation}}", answer=self._operation),
        ]

    # --- tenants -----------------------------------------------------------------------------------------

    def _find(self, call: Call) -> Response:
        tenant = self._tenants.find(call.parts["domain"])
        if tenant is None:
            raise self._no(call, 404, "Request_ResourceNotFound", "No tenant has this domain.")
        tenant.looked_up_at = tenant.looked_up_at or call.at
        return answered(
            200,
            {
                "@odata.context": f"{ROOT}/$metadata#microsoft.graph.tenantInformation",
                "tenantId": tenant.id,
                "federationBrandName": None,
                "displayName": tenant.name,
                "defaultDomainName": default_domain(tenant),
            },
        )

    # --- relationships -----------------------------------------------------------------------------------

    def _create(self, call: Call) -> Response:
        given = self._form(call, RELATIONSHIP)
        tenant_id = given.get("customer", {}).get("tenantId")
        grant = Grant(
            id=f"{self._ids.guid()}-{self._ids.guid()}",
            name=self._name(call, given["displayName"]),
            duration=given["duration"],
            lasts=self._lasts(call, given["duration"]),
            tenant_id=tenant_id,
            customer=given.get("customer", {}),
            roles=self._roles(call, given),
            auto_extend=given.get("autoExtendDuration", "P0D"),
            made_at=call.at,
            changed_at=call.at,
            ends_at=call.at,
        )
        self._check_extension(call, grant)
        grant.ends_at = call.at + grant.lasts
        self._grants.all.append(grant)
        headers = {"Location": f"{ROOT}{BASE.removeprefix('/v1.0')}/{grant.id}"}
        return answered(201, _shown(grant), headers=headers)

    def _list(self, call: Call) -> Response:
        found = [grant for grant in self._grants.all if self._fits(call, grant)]
        query = {name.lower(): value for name, value in call.query.items()}
        top, start = query.get("$top", str(LARGEST_PAGE)), query.get("$skiptoken", "0")
        if not (top.isdecimal() and start.isdecimal() and 1 <= int(top) <= LARGEST_PAGE):
            raise self._no(call, 400, "badRequest", "The page is not valid.")
        page = found[int(start) : int(start) + int(top)]
        context = f"{ROOT}/tenantRelationships/$metadata#delegatedAdminRelationships"
        answer: dict[str, Any] = {
            "@odata.context": context,
            "value": [_shown(grant, listed=True) for grant in page],
        }
        if query.get("$count") == "true":
            answer["@odata.count"] = len(found)
        if int(start) + len(page) < len(found):
            answer["@odata.nextLink"] = f"{ROOT[:-5]}{BASE}?$top={top}&$skipToken={int(start) + len(page)}"
        return answered(200, answer)

    def _get(self, call: Call) -> Response:
        return answered(200, _shown(self._grant(call)))

    def _change(self, call: Call) -> Response:
        grant = self._grant(call)
        self._check_etag(call, _etag(grant))
        given = self._form(call, CHANGE)
        only_extension = set(given) - {"@odata.type"} <= {"autoExtendDuration"}
        if grant.status != "created" and not (grant.status == "active" and only_extension):
            raise self._no(
                call, 400, "badRequest", f"A relationship that is {grant.status} cannot be changed."
            )
        if given.get("displayName", grant.name) != grant.name:
            grant.name = self._name(call, given["displayName"])
        if "duration" in given:
            grant.duration, grant.lasts = given["duration"], self._lasts(call, given["duration"])
            grant.ends_at = grant.made_at + grant.lasts
        if "accessDetails" in given:
            grant.roles = self._roles(call, given)
        grant.customer = given.get("customer", grant.customer)
        grant.tenant_id = grant.customer.get("tenantId")
        grant.auto_extend = given.get("autoExtendDuration", grant.auto_extend)
        self._check_extension(call, grant)
        grant.changed_at = call.at
        grant.version += 1
        return answered(200, _shown(grant))

    def _delete(self, call: Call) -> Response:
        grant = self._grant(call)
        self._check_etag(call, _etag(grant))
        if grant.status != "created":
            raise self._no(
                call, 400, "badRequest", f"A relationship that is {grant.status} cannot be deleted."
            )
        self._grants.all.remove(grant)
        return answered(204)

    def _request(self, call: Call) -> Response:
        grant = self._grant(call)
        action = self._form(call, {"action*": TEXT, "@odata.type": ANY})["action"]
        match action, grant.status:
            case "lockForApproval", "created":
                self._grants.lock(grant, call.at)
            case "terminate", "active" | "approved" | "approvalPending":
                self._grants.terminate(grant, call.at)
            case "lockForApproval" | "terminate", status:
                raise self._no(call, 400, "badRequest", f"{action} is not possible: it is {status}.")
            case _:
                raise self._no(call, 400, "badRequest", "There is no such action.")
        request = {
            "@odata.type": "#microsoft.graph.delegatedAdminRelationshipRequest",
            "id": self._ids.guid(),
            "action": action,
            "status": "created",
            "createdDateTime": stamp(call.at),
            "lastModifiedDateTime": stamp(call.at),
        }
        grant.requests.append(request)
        location = f"{ROOT}{BASE.removeprefix('/v1.0')}/{grant.id}/requests/{request['id']}"
        return answered(201, request, headers={"Location": location})

    def _requests(self, call: Call) -> Response:
        grant = self._grant(call)
        return answered(200, {"value": [request | {"status": "succeeded"} for request in grant.requests]})

    def _one_request(self, call: Call) -> Response:
        for request in self._grant(call).requests:
            if request["id"] == call.parts["request"]:
                return answered(200, request | {"status": "succeeded"})
        raise self._no(call, 404, "itemNotFound", "There is no such request.")

    # --- assignments -------------------------------------------------------------------------------------

    def _assign(self, call: Call) -> Response:
        grant = self._grant(call)
        given = self._form(call, ASSIGNMENT)
        container = given["accessContainer"]
        roles = self._subset(call, grant, given)
        if grant.status != "active":
            raise self._no(call, 400, "badRequest", f"The relationship is {grant.status}, not active.")
        if container["accessContainerType"] != "securityGroup" or not _is_guid(
            container["accessContainerId"]
        ):
            raise self._no(call, 400, "badRequest", "The access container is no security group.")
        if any(
            each.group_id == container["accessContainerId"] and each.status in {"pending", "active"}
            for each in grant.assignments
        ):
            raise self._no(call, 409, "conflict", "The group has an assignment already.")
        assignment = Assignment(
            id=self._ids.guid(),
            group_id=container["accessContainerId"],
            roles=roles,
            made_at=call.at,
            changed_at=call.at,
        )
        self._grants.assign(grant, assignment, call.at)
        location = f"{ROOT}{BASE.removeprefix('/v1.0')}/{grant.id}/accessAssignments/{assignment.id}"
        return answered(201, _shown_assignment(assignment), headers={"Location": location})

    def _assignments(self, call: Call) -> Response:
        grant = self._grant(call)
        query = {name.lower(): value for name, value in call.query.items()}
        if set(query) - {"$top"}:
            raise self._no(call, 400, "badRequest", "Only $top is supported here.")
        return answered(200, {"value": [_shown_assignment(each) for each in grant.assignments]})

    def _assignment(self, call: Call) -> Response:
        return answered(200, _shown_assignment(self._found(call)[1]))

    def _reassign(self, call: Call) -> Response:
        grant, assignment = self._found(call)
        self._check_etag(call, _etag(assignment))
        given = self._form(call, {"accessDetails*": ROLES, "@odata.type": ANY})
        roles = self._subset(call, grant, given)
        if assignment.status != "active":
            raise self._no(call, 400, "badRequest", f"The assignment is {assignment.status}.")
        if set(roles) == set(assignment.roles):
            return answered(200, _shown_assignment(assignment))
        self._grants.change_assignment(grant, assignment, roles, call.at)
        operation = {"id": self._ids.guid(), "status": "succeeded", "createdDateTime": stamp(call.at)}
        grant.operations.append(operation)
        location = f"{ROOT}{BASE.removeprefix('/v1.0')}/{grant.id}/operations/{operation['id']}"
        return answered(202, headers={"Location": location, "Retry-After": "10"})

    def _unassign(self, call: Call) -> Response:
        _, assignment = self._found(call)
        self._check_etag(call, _etag(assignment))
        if assignment.status in {"deleting", "deleted"}:
            raise self._no(call, 400, "badRequest", f"The assignment is {assignment.status}.")
        self._grants.unassign(assignment, call.at)
        return answered(204)

    def _operation(self, call: Call) -> Response:
        for operation in self._grant(call).operations:
            if operation["id"] == call.parts["operation"]:
                return answered(200, operation)
        raise self._no(call, 404, "itemNotFound", "There is no such operation.")

    # --- what is right -----------------------------------------------------------------------------------

    def _grant(self, call: Call) -> Grant:
        grant = self._grants.find(call.parts["grant"])
        if grant is None:
            raise self._no(call, 404, "itemNotFound", "There is no such relationship.")
        return grant

    def _found(self, call: Call) -> tuple[Grant, Assignment]:
        grant = self._grant(call)
        for assignment in grant.assignments:
            if assignment.id == call.parts["assignment"]:
                return grant, assignment
        raise self._no(call, 404, "itemNotFound", "There is no such assignment.")

    def _form(self, call: Call, form: Form) -> dict[str, Any]:
        kind = (call.request.header("content-type") or "").partition(";")[0].strip().lower()
        try:
            if kind != "application/json":
                raise WrongField("the content type is not application/json")
            return fields_of(json.loads(call.request.body), form)
        except ValueError as error:
            raise self._no(call, 400, "badRequest", str(error)) from error

    def _name(self, call: Call, name: str) -> str:
        if len(name) > LONGEST_NAME:
            raise self._no(call, 400, "badRequest", f"displayName is longer than {LONGEST_NAME} characters.")
        if any(grant.name == name for grant in self._grants.all):
            raise self._no(call, 409, "conflict", "displayName is not unique.")
        return name

    def _lasts(self, call: Call, duration: str) -> timedelta:
        found = _DURATION.fullmatch(duration)
        days = int(found["days"] or 0) + 365 * int(found["years"] or 0) if found else 0
        if not 1 <= days <= TWO_YEARS:
            raise self._no(call, 400, "badRequest", "duration is not between P1D and P2Y.")
        return timedelta(days=days)

    def _roles(self, call: Call, given: dict[str, Any]) -> list[str]:
        roles = [role["roleDefinitionId"] for role in given["accessDetails"]["unifiedRoles"]]
        if not roles or len(set(roles)) < len(roles) or not all(map(_is_guid, roles)):
            raise self._no(call, 400, "badRequest", "unifiedRoles is not valid.")
        return roles

    def _subset(self, call: Call, grant: Grant, given: dict[str, Any]) -> list[str]:
        roles = self._roles(call, given)
        if not set(roles) <= set(grant.roles):
            raise self._no(call, 400, "badRequest", "unifiedRoles is no subset of the relationship's.")
        return roles

    def _check_extension(self, call: Call, grant: Grant) -> None:
        if grant.auto_extend not in {"P0D", "PT0S", "P180D"}:
            raise self._no(call, 400, "badRequest", "autoExtendDuration is not valid.")
        if grant.auto_extend == "P180D" and GLOBAL_ADMINISTRATOR in grant.roles:
            raise self._no(call, 400, "badRequest", "A relationship with this role cannot be extended.")

    def _check_etag(self, call: Call, etag: str) -> None:
        given = call.request.header("If-Match")
        if given is None:
            raise self._no(call, 428, "preconditionRequired", "The header If-Match is required.")
        if given != etag:
            raise self._no(call, 412, "preconditionFailed", "The etag is no longer valid.")

    def _fits(self, call: Call, grant: Grant) -> bool:
        query = {name.lower(): value for name, value in call.query.items()}
        if "$filter" not in query:
            return True
        conditions = re.split(r" and (?=displayName|status|customer/)", query["$filter"])
        found = [_CONDITION.fullmatch(condition.strip()) for condition in conditions]
        if not all(found):
            raise self._no(call, 400, "badRequest", "The filter is not supported.")
        values = {"displayName": grant.name, "status": grant.status, "customer/tenantId": grant.tenant_id}
        return all(each and values[each[1]] == each[2].replace("''", "'") for each in found)

    def _no(self, call: Call, status: int, code: str, message: str) -> Refusal:
        return refused_by_graph(status, code, message, at=call.at, request_id=self._ids.passing())


def _shown(grant: Grant, *, listed: bool = False) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminRelationship",
        "@odata.context": f"{ROOT}/tenantRelationships/$metadata#delegatedAdminRelationships",
        "@odata.etag": _etag(grant),
        "id": grant.id,
        "displayName": grant.name,
        "duration": grant.duration,
        **({"customer": grant.customer} if grant.customer else {}),
        "accessDetails": _shown_roles(grant.roles),
        "autoExtendDuration": grant.auto_extend,
        "status": grant.status,
        "createdDateTime": stamp(grant.made_at),
        "lastModifiedDateTime": stamp(grant.changed_at),
        "activatedDateTime": _or_nothing(grant.activated_at, listed=listed),
        "endDateTime": stamp(grant.ends_at),
    }


def _shown_assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminAccessAssignment",
        "@odata.context": f"{ROOT}/tenantRelationships/$metadata#accessAssignments",
        "@odata.etag": _etag(assignment),
        "id": assignment.id,
        "status": assignment.status,
        "createdDateTime": stamp(assignment.made_at),
        "lastModifiedDateTime": stamp(assignment.changed_at),
        "accessContainer": {"accessContainerId": assignment.group_id, "accessContainerType": "securityGroup"},
        "accessDetails": _shown_roles(assignment.roles),
    }


def _shown_roles(roles: list[str]) -> dict[str, Any]:
    return {"unifiedRoles": [{"roleDefinitionId": role} for role in roles]}


def _or_nothing(at: datetime | None, *, listed: bool) -> str | None:
    """An instant that may be missing: empty where one is asked for, null in lists."""
    if at is None:
        return None if listed else ""
    return stamp(at)


def _etag(kept: Grant | Assignment) -> str:
    return f'W/"{kept.id[:8]}-{kept.version}"'


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
