"""The program: invited, applied, decided, enrolled with one link, and how it ends (R29, D15, E15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from chalicelib.domain.effects import Effect, EffectKind, effect_id
from chalicelib.domain.people import Actor, Person, Seller
from chalicelib.domain.refusals import Refusal


class FreelancerState(StrEnum):
    """Where a freelancer stands in the program."""

    INVITED = "invited"
    APPLIED = "applied"
    APPROVED = "approved"
    REJECTED = "rejected"
    ENROLLED = "enrolled"
    LEFT = "left"
    REMOVED = "removed"


class Step(StrEnum):
    """What can happen to a freelancer; the name in the history."""

    INVITED = "invited"
    APPLIED = "applied"
    APPROVED = "approved"
    REJECTED = "rejected"
    TERMS_SIGNED = "terms_signed"
    LEFT = "left"
    REMOVED = "removed"
    SECURITY_GROUP_SET = "security_group_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an invited freelancer says about themselves."""

    display_name: str
    serves_us_clients: bool
    experience: str
    website: str | None
    applied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Freelancer:
    """Somebody who resells through one personal link."""

    id: str
    version: int
    state: FreelancerState
    email: str
    display_name: str
    locale: str = "en"
    user_id: str | None = None  # of whoever applied, signed in under the invited address
    invited_at: datetime | None = None
    application: Application | None = None
    decision_reason: str | None = None
    terms_version: str | None = None
    terms_signed_at: datetime | None = None
    link_token: str | None = None
    ended_at: datetime | None = None
    security_group_id: str | None = None  # of our own tenant at Microsoft, which their access is given to

    @property
    def enrolled(self) -> bool:
        """Whether they sell, earn and may be delegated to."""
        return self.state is FreelancerState.ENROLLED

    @property
    def as_seller(self) -> Seller:
        """How a subscription remembers them."""
        return Seller(
            id=self.user_id or "",
            name=self.display_name,
            email=self.email,
            locale=self.locale,
            freelancer_id=self.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """A decision about a freelancer: the new state, its line of history, its effects."""

    before: Freelancer | None
    after: Freelancer
    step: Step
    at: datetime
    by: Actor
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """One line of the program's table."""

    rules: str
    sources: tuple[FreelancerState, ...]
    step: Step
    to: FreelancerState
    tells: str | None = None  # the kind of E15
    ends_grants: bool = False


_F = FreelancerState
PROGRAM: Final = (
    ProgramRow("R29", (_F.REJECTED, _F.LEFT, _F.REMOVED), Step.INVITED, _F.INVITED, tells="invited"),
    ProgramRow("R29", (_F.INVITED,), Step.APPLIED, _F.APPLIED),
    ProgramRow("R29", (_F.APPLIED,), Step.APPROVED, _F.APPROVED, tells="approved"),
    ProgramRow("R29", (_F.APPLIED,), Step.REJECTED, _F.REJECTED, tells="rejected"),
    ProgramRow("R1", (_F.APPROVED,), Step.TERMS_SIGNED, _F.ENROLLED),
    ProgramRow("R73 D15", (_F.APPLIED, _F.APPROVED, _F.ENROLLED), Step.LEFT, _F.LEFT, ends_grants=True),
    ProgramRow(
        "R73 D15",
        (_F.INVITED, _F.APPLIED, _F.APPROVED, _F.ENROLLED),
        Step.REMOVED,
        _F.REMOVED,
        ends_grants=True,
    ),
    ProgramRow("D8", (_F.ENROLLED,), Step.SECURITY_GROUP_SET, _F.ENROLLED),
)
_ROWS: Final = {(source, row.step): row for row in PROGRAM for source in row.sources}
_OPERATORS: Final = (
    ("approve", Step.APPROVED),
    ("reject", Step.REJECTED),
    ("invite_again", Step.INVITED),
    ("set_security_group", Step.SECURITY_GROUP_SET),
    ("remove", Step.REMOVED),
)


def available_actions(freelancer: Freelancer) -> tuple[str, ...]:
    """What an operator may do with a freelancer now, in a fixed order."""
    return tuple(name for name, step in _OPERATORS if (freelancer.state, step) in _ROWS)


def invite(*, freelancer_id: str, email: str, display_name: str, at: datetime, by: Actor) -> Enrollment:
    """A first invitation (E15)."""
    after = Freelancer(
        id=freelancer_id,
        version=1,
        state=FreelancerState.INVITED,
        email=email,
        display_name=display_name,
        invited_at=at,
    )
    return Enrollment(
        before=None, after=after, step=Step.INVITED, at=at, by=by, effects=(_e15(after, "invited", at),)
    )


def proceed(
    freelancer: Freelancer, step: Step, *, at: datetime, by: Actor, changes: Mapping[str, Any] | None = None
) -> Enrollment:
    """What the program's table makes of a step; refused with `invalid_transition` where it has no row."""
    row = _ROWS.get((freelancer.state, step))
    if row is None:
        raise Refusal(
            "invalid_transition",
            f"This is not possible while the freelancer is {freelancer.state}.",
            facts={"event": step.value, "status_now": freelancer.state.value},
        )
    after = replace(freelancer, version=freelancer.version + 1, state=row.to, **dict(changes or {}))
    effects = []
    if row.tells:
        effects.append(_e15(after, row.tells, at))
    if row.ends_grants:
        effects.append(
            Effect(
                id=effect_id(after.id, after.version, EffectKind.END_GRANTS),
                kind=EffectKind.END_GRANTS,
                subject=after.id,
                data={},
                created_at=at,
            )
        )
    return Enrollment(before=freelancer, after=after, step=step, at=at, by=by, effects=tuple(effects))


def _e15(freelancer: Freelancer, kind: str, at: datetime) -> Effect:
    to = Person(
        id=freelancer.user_id or "",
        name=freelancer.display_name,
        email=freelancer.email,
        locale=freelancer.locale,
    )
    return Effect(
        id=effect_id(freelancer.id, freelancer.version, "E15"),
        kind=EffectKind.MAIL,
        subject=freelancer.id,
        data={
            "template": "E15",
            "to": to.email,
            "locale": to.locale,
            "facts": {
                "name": to.name,
                "kind": kind,
                "reason": freelancer.decision_reason if kind == "rejected" else None,
                "display_name": freelancer.display_name,
            },
        },
        created_at=at,
    )
