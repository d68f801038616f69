"""Delegated administration as it is kept: relationships, their states, and what they are assigned to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.simulators.microsoft.ground import Switches

LAPSES_AFTER: Final = timedelta(days=90)  # an approval that nobody gave
EXTENDED_BY: Final = timedelta(days=180)
OVER: Final = frozenset({"expired", "terminated"})

RELATIONSHIP: Final = "relationship"
ASSIGNMENT: Final = "access-assignment"


@dataclass(slots=True, kw_only=True)
class Assignment:
    """Roles of a relationship, given to a security group of ours."""

    id: str
    group_id: str
    roles: list[str]
    made_at: datetime
    changed_at: datetime
    status: str = "pending"
    due_at: datetime | None = None  # when it goes on to its next state
    version: int = 1


@dataclass(slots=True, kw_only=True)
class Grant:
    """One delegated-administration relationship."""

    id: str
    name: str
    duration: str
    lasts: timedelta
    tenant_id: str | None
    customer: dict[str, Any]
    roles: list[str]
    auto_extend: str
    made_at: datetime
    changed_at: datetime
    ends_at: datetime
    status: str = "created"
    due_at: datetime | None = None  # when it goes on to its next state by itself
    activated_at: datetime | None = None
    version: int = 1
    assignments: list[Assignment] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    operations: list[dict[str, Any]] = field(default_factory=list)


Tell = Callable[[str, Grant, "Assignment | None", datetime], None]


class Grants:
    """Every relationship, brought up to date with the clock."""

    def __init__(self, *, switches: Switches, tell: Tell) -> None:
        self._switches = switches
        self._tell = tell
        self.all: list[Grant] = []

    def find(self, relationship_id: str) -> Grant | None:
        """The relationship of an id."""
        return next((grant for grant in self.all if grant.id == relationship_id), None)

    def active_in(self, tenant_id: str) -> bool:
        """Whether any relationship with this tenant is in force."""
        return any(grant.tenant_id == tenant_id and grant.status == "active" for grant in self.all)

    def lock(self, grant: Grant, at: datetime) -> None:
        """The relationship waits for the client's approval; after 90 days nobody can give it any more."""
        self._move(grant, "approvalPending", at, due_at=at + LAPSES_AFTER)

    def approve(self, grant: Grant, at: datetime) -> None:
        """An administrator of the client approves."""
        self._move(grant, "approved", at, due_at=at + self._switches.activation_takes)
        self._tell("approved", grant, None, at)
        self.bring_up_to(at)

    def decline(self, grant: Grant, at: datetime) -> None:
        """An administrator of the client declines: it is over."""
        self._move(grant, "terminated", at)
        self._tell("terminated", grant, None, at)

    def terminate(self, grant: Grant, at: datetime) -> None:
        """One of the two ends it; it takes a while until it is over."""
        self._move(grant, "terminationRequested", at, due_at=at + self._switches.termination_takes)

    def assign(self, grant: Grant, assignment: Assignment, at: datetime) -> None:
        """A group is given roles; they are in effect a little later."""
        assignment.due_at = at + self._switches.assignment_takes
        grant.assignments.append(assignment)
        self._tell("created", grant, assignment, at)

    def unassign(self, assignment: Assignment, at: datetime) -> None:
        """The roles are taken away; they are gone a little later."""
        assignment.status, assignment.changed_at = "deleting", at
        assignment.due_at = at + self._switches.assignment_takes
        assignment.version += 1

    def change_assignment(self, grant: Grant, assignment: Assignment, roles: list[str], at: datetime) -> None:
        """A group is given other roles."""
        assignment.roles, assignment.changed_at = roles, at
        assignment.version += 1
        self._tell("updated", grant, assignment, at)

    def next_change_at(self) -> datetime | None:
        """When something goes on by itself next."""
        moments = [grant.due_at for grant in self.all]
        moments += [assignment.due_at for grant in self.all for assignment in grant.assignments]
        return min((moment for moment in moments if moment is not None), default=None)

    def bring_up_to(self, at: datetime) -> None:
        """Let every relationship and assignment go on to where it is by then."""
        for grant in self.all:
            for assignment in grant.assignments:
                if assignment.due_at is not None and assignment.due_at <= at:
                    self._settle(grant, assignment, assignment.due_at)
            while grant.due_at is not None and grant.due_at <= at:
                self._go_on(grant, grant.due_at)

    def _go_on(self, grant: Grant, at: datetime) -> None:
        match grant.status:
            case "approvalPending":
                self._move(grant, "expired", at)
                self._tell("expired", grant, None, at)
            case "approved":
                grant.activated_at, grant.ends_at = at, at + grant.lasts
                self._move(grant, "active", at, due_at=grant.ends_at)
                self._tell("activated", grant, None, at)
            case "active" if grant.auto_extend == "P180D":
                grant.ends_at += EXTENDED_BY
                self._move(grant, "active", at, due_at=grant.ends_at)
            case "active":
                self._move(grant, "expired", at)
                self._tell("expired", grant, None, at)
            case _:
                self._move(grant, "terminated", at)
                self._tell("terminated", grant, None, at)

    def _settle(self, grant: Grant, assignment: Assignment, at: datetime) -> None:
        pending = assignment.status == "pending"
        assignment.status = "active" if pending else "deleted"
        assignment.due_at, assignment.changed_at = None, at
        assignment.version += 1
        self._tell("activated" if pending else "deleted", grant, assignment, at)

    def _move(self, grant: Grant, status: str, at: datetime, *, due_at: datetime | None = None) -> None:
        grant.status, grant.changed_at, grant.due_at = status, at, due_at
        grant.version += 1
        if status in OVER:
            for assignment in grant.assignments:
                if assignment.status != "deleted":
                    assignment.status, assignment.due_at, assignment.changed_at = "deleted", None, at
                    assignment.version += 1
