"""Delegated administration in Graph: asked for by name, approved by the client, given to a group, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote

from chalicelib.gateways.delegated_admin import LEAST_ROLES, NEVER, GrantRequest, GrantState
from chalicelib.gateways.partner_center.answers import Said
from chalicelib.gateways.partner_center.failures import Failed
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.transport import Budget
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.observability import log

BASE: Final = "/v1.0/tenantRelationships/delegatedAdminRelationships"
APPROVAL: Final = "/AdminPortal/Home#/partners/invitation/granularAdminRelationships/"
DURATION: Final = "P730D"  # the longest there is; ended by us long before
EXTENDED_BY: Final = "P180D"
LONGEST_NAME: Final = 50

APPROVED: Final = {"active"}  # only now can anything be assigned
OVER: Final = {"terminated", "expired", "rejected"}
ENDING: Final = {"terminationrequested", "terminating", "expiring"}
GONE: Final = {"deleting", "deleted"}  # an assignment


class GraphGrants:
    """Graph's relationships; see `chalicelib.gateways.delegated_admin.DelegatedAdmin`."""

    def __init__(
        self,
        *,
        graph: Rest,
        roles: Mapping[str, str] = LEAST_ROLES,
        admin_url: str = "https://admin.microsoft.com",
    ) -> None:
        almighty = {role.casefold() for role in NEVER.values()}
        if not roles or any(role.casefold() in almighty for role in roles.values()):
            raise ValueError("these roles are never asked for")
        self._graph = graph
        self._roles = [{"roleDefinitionId": role} for role in roles.values()]
        self._approval_url = f"{admin_url}{APPROVAL}"

    def request(self, *, name: str, tenant_id: str, at: datetime) -> GrantRequest:  # noqa: ARG002
        """See DelegatedAdmin."""
        if not name or len(name) > LONGEST_NAME:
            raise ValueError("a name of 1 to 50 characters")
        budget = self._graph.budget()
        try:
            relationship = self._named(name, budget) or self._created(name, tenant_id, budget)
            customer = relationship.part("customer").word("tenantId")
            if customer and customer != tenant_id.casefold():
                raise Refused(self._graph.neighbor, "a relationship of this name is another tenant's")
            if relationship.word("status") in OVER | ENDING:
                raise Refused(self._graph.neighbor, "the relationship of this name is over")
            relationship_id = _id(relationship)
            if relationship.word("status") == "created":
                self._lock(relationship_id, budget)
        except Failed as failed:
            raise failed.trouble() from failed
        return GrantRequest(
            relationship_id=relationship_id, approval_url=f"{self._approval_url}{relationship_id}"
        )

    def state(self, *, relationship_id: str) -> GrantState:
        """See DelegatedAdmin."""
        try:
            relationship = self._read(relationship_id, self._graph.budget())
        except Failed as failed:
            raise failed.trouble() from failed
        if relationship is None or relationship.word("status") in OVER | ENDING:
            return GrantState.OVER
        return GrantState.APPROVED if relationship.word("status") in APPROVED else GrantState.WAITING

    def assign(self, *, relationship_id: str, group_id: str) -> bool:
        """See DelegatedAdmin."""
        budget = self._graph.budget()
        try:
            assignment = self._assigned(relationship_id, group_id, budget)
            if assignment is None:
                assignment = self._assign(relationship_id, group_id, budget)
        except Failed as failed:
            raise failed.trouble() from failed
        return assignment.word("status") == "active"

    def end(self, *, relationship_id: str) -> bool:
        """See DelegatedAdmin."""
        budget = self._graph.budget()
        try:
            relationship = self._read(relationship_id, budget)
            if relationship is None or relationship.word("status") in OVER:
                return True
            if relationship.word("status") == "created":
                return self._withdrawn(relationship, budget)
            if relationship.word("status") not in ENDING:
                self._unassign(relationship_id, budget)
                self._terminate(relationship_id, budget)
            relationship = self._read(relationship_id, budget)
        except Failed as failed:
            raise failed.trouble() from failed
        return relationship is None or relationship.word("status") in OVER

    def _named(self, name: str, budget: Budget) -> Said | None:
        wanted = name.replace("'", "''")
        query = {"$filter": f"displayName eq '{wanted}'"}
        for relationship in self._graph.pages(BASE, query=query, budget=budget):
            if relationship.text("displayName") == name:
                return relationship
        return None

    def _created(self, name: str, tenant_id: str, budget: Budget) -> Said:
        body = {
            "displayName": name,
            "duration": DURATION,
            "customer": {"tenantId": tenant_id},
            "accessDetails": {"unifiedRoles": self._roles},
            "autoExtendDuration": EXTENDED_BY,
        }
        try:
            return self._graph.change("POST", BASE, key=f"{name}.create", body=body, budget=budget).said
        except Failed as failed:
            # The name is unique: what an earlier try has made is found under it.
            relationship = self._named(name, budget)
            if relationship is None:
                raise failed.trouble() from failed
            return relationship

    def _lock(self, relationship_id: str, budget: Budget) -> None:
        """Let the client approve it: from now on it cannot be edited."""
        try:
            self._act(relationship_id, "lockForApproval", budget)
        except Failed as failed:
            relationship = self._read(relationship_id, budget)
            if relationship is None or relationship.word("status") == "created":
                raise failed.trouble() from failed

    def _terminate(self, relationship_id: str, budget: Budget) -> None:
        """Ask for the end. What waits for an approval may not be ended so: it lapses by itself."""
        try:
            self._act(relationship_id, "terminate", budget)
        except Failed as failed:
            relationship = self._read(relationship_id, budget)
            if relationship is None or relationship.word("status") in OVER | ENDING:
                return
            if relationship.word("status") != "approvalpending":
                raise failed.trouble() from failed
            log.info("a relationship that waits for its approval cannot be ended", code=failed.code)

    def _act(self, relationship_id: str, action: str, budget: Budget) -> None:
        self._graph.change(
            "POST",
            f"{_path(relationship_id)}/requests",
            key=f"{relationship_id}.{action}",
            body={"action": action},
            budget=budget,
        )

    def _withdrawn(self, relationship: Said, budget: Budget) -> bool:
        """Delete what was never offered to the client."""
        relationship_id = _id(relationship)
        try:
            self._delete(_path(relationship_id), relationship, budget)
        except Failed as failed:
            if not failed.not_found:
                raise
        return True

    def _assigned(self, relationship_id: str, group_id: str, budget: Budget) -> Said | None:
        for assignment in self._assignments(relationship_id, budget):
            container = assignment.part("accessContainer").word("accessContainerId")
            if container == group_id.casefold() and assignment.word("status") not in GONE:
                return assignment
        return None

    def _assign(self, relationship_id: str, group_id: str, budget: Budget) -> Said:
        body = {
            "accessContainer": {"accessContainerId": group_id, "accessContainerType": "securityGroup"},
            "accessDetails": {"unifiedRoles": self._roles},
        }
        path = f"{_path(relationship_id)}/accessAssignments"
        key = f"{relationship_id}.{group_id}"
        try:
            return self._graph.change("POST", path, key=key, body=body, budget=budget).said
        except Failed as failed:
            assignment = self._assigned(relationship_id, group_id, budget)
            if assignment is None:
                raise failed.trouble() from failed
            return assignment

    def _unassign(self, relationship_id: str, budget: Budget) -> None:
        for assignment in self._assignments(relationship_id, budget):
            if assignment.word("status") in GONE:
                continue
            path = f"{_path(relationship_id)}/accessAssignments/{quote(_id(assignment), safe='')}"
            try:
                self._delete(path, assignment, budget)
            except Failed as failed:
                if not failed.not_found:
                    raise

    def _delete(self, path: str, resource: Said, budget: Budget) -> None:
        """Delete what was read; somebody else's change in between is read, and it is deleted once more."""
        etag = resource.text("@odata.etag")
        key = f"{path}.delete.{etag}"
        try:
            self._graph.change("DELETE", path, key=key, etag=etag or "*", budget=budget)
        except Failed as failed:
            if not failed.stale:
                raise
            etag = self._graph.read(path, budget=budget).text("@odata.etag")
            key = f"{path}.delete.{etag}"
            self._graph.change("DELETE", path, key=key, etag=etag or "*", budget=budget)

    def _assignments(self, relationship_id: str, budget: Budget) -> list[Said]:
        path = f"{_path(relationship_id)}/accessAssignments"
        return list(self._graph.pages(path, budget=budget))

    def _read(self, relationship_id: str, budget: Budget) -> Said | None:
        try:
            return self._graph.read(_path(relationship_id), budget=budget)
        except Failed as failed:
            if failed.not_found:
                return None
            raise


def _path(relationship_id: str) -> str:
    return f"{BASE}/{quote(relationship_id, safe='')}"


def _id(resource: Said) -> str:
    found = resource.text("id")
    if found is None:
        raise Unavailable("microsoft", "an answer without an id")
    return found
