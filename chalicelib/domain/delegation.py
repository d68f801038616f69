"""Who may do what to a subscription: its client, the delegate, the operator (R32–R42, D8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from chalicelib.domain.people import Actor, Caller, Role
from chalicelib.domain.refusals import Refusal, not_found

if TYPE_CHECKING:
    from chalicelib.domain.subscription import Subscription


class DelegationStatus(StrEnum):
    """Where a delegation stands."""

    NONE = "none"
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"


class GrantStatus(StrEnum):
    """Where the freelancer's access to the client's tenant stands."""

    REQUESTED = "requested"  # the client has to approve it at Microsoft
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Delegated administration at Microsoft, which a delegation may bring with it."""

    relationship_id: str
    approval_url: str
    requested_at: datetime
    status: GrantStatus = GrantStatus.REQUESTED
    active_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Asked for, or in force."""
        return self.status is not GrantStatus.ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """The one delegation of a subscription; `request` counts how often it was asked for."""

    status: DelegationStatus = DelegationStatus.NONE
    request: int = 0
    terms_version: str | None = None
    requested_at: datetime | None = None
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: Role | None = None
    grant: Grant | None = None

    @property
    def open(self) -> bool:
        """Asked for, or in force."""
        return self.status in (DelegationStatus.REQUESTED, DelegationStatus.APPROVED)


class Act(StrEnum):
    """What can be done to a subscription over the API."""

    SEE = "see"
    SEE_HISTORY = "see_history"
    SUBMIT_ACCOUNT = "submit_microsoft_account"
    TAKE_CREDENTIALS = "take_credentials"
    PREVIEW_CANCELLATION = "preview_cancellation"
    CANCEL = "cancel"
    SET_RENEWAL = "set_renewal"
    DELEGATE = "delegate"
    REVOKE_DELEGATION = "revoke_delegation"
    DECIDE_DELEGATION = "decide_delegation"
    SUSPEND = "suspend"
    REVIEW = "review"
    AUTHENTICATE_PAYMENT = "authenticate_payment"


# R33–R36: the client's acts that an approved delegation opens to the freelancer.
OPEN_TO_DELEGATE: Final = frozenset(
    {
        Act.SEE,
        Act.SEE_HISTORY,
        Act.SUBMIT_ACCOUNT,
        Act.PREVIEW_CANCELLATION,
        Act.CANCEL,
        Act.SET_RENEWAL,
        Act.REVOKE_DELEGATION,
    }
)
OPEN_TO_CLIENT: Final = OPEN_TO_DELEGATE | {Act.TAKE_CREDENTIALS, Act.DELEGATE, Act.AUTHENTICATE_PAYMENT}
OPEN_TO_OPERATOR: Final = frozenset({Act.SEE, Act.SEE_HISTORY, Act.SUSPEND, Act.REVIEW})


def is_delegate(caller: Caller, subscription: Subscription) -> bool:
    """Whether the caller is the freelancer whom the client let manage this subscription (R38)."""
    return (
        Role.FREELANCER in caller.roles
        and subscription.seller is not None
        and subscription.seller.id == caller.id
        and subscription.delegation.status is DelegationStatus.APPROVED
    )


def authorize(caller: Caller, act: Act, subscription: Subscription) -> Actor:
    """The caller in the role in which they may; else `not_found`, or `forbidden` if they may see it."""
    if Role.CLIENT in caller.roles and subscription.client.id == caller.id and act in OPEN_TO_CLIENT:
        return caller.acts_as(Role.CLIENT)
    if is_delegate(caller, subscription) and act in OPEN_TO_DELEGATE:
        return caller.acts_as(Role.FREELANCER, delegated=True)
    if Role.OPERATOR in caller.roles and act in OPEN_TO_OPERATOR:
        return caller.acts_as(Role.OPERATOR)
    if (
        act is Act.DECIDE_DELEGATION
        and Role.FREELANCER in caller.roles
        and subscription.seller is not None
        and subscription.seller.id == caller.id
        and subscription.delegation.status is not DelegationStatus.NONE
    ):
        return caller.acts_as(Role.FREELANCER)
    if may_see(caller, subscription):
        raise Refusal("forbidden", "This is not yours to do.")
    raise not_found("subscription")


def may_see(caller: Caller, subscription: Subscription) -> bool:
    """Whether the caller may know that the subscription exists."""
    return (
        (Role.CLIENT in caller.roles and subscription.client.id == caller.id)
        or is_delegate(caller, subscription)
        or Role.OPERATOR in caller.roles
    )
