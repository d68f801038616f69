"""The delegate's access to the client's tenant at Microsoft: it comes and goes with the delegation.

The client approves it at Microsoft, in a window of theirs; what is asked for is the least (see the gateway).
It is given to a security group of ours in which the freelancer is: without a group nobody is asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from chalicelib.domain.delegation import DelegationStatus, Grant, GrantStatus
from chalicelib.domain.effects import Effect, EffectKind, effect_id
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.delegated_admin import DelegatedAdmin, GrantState
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import IN_TERM
from chalicelib.storage.notes import Memo
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World

ASKED: Final = "asked"  # in the notes of the effect: Microsoft may know a relationship of this name


def ask(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:
    """Ask Microsoft for the relationship, and the client for their approval (E16)."""
    if world.grants is None:
        world.store.done(effect)
        return
    _ask(world, grants=world.grants, effect=effect, memo=dict(effect.memo), at=at, request_id=request_id)


@persistently
def _ask(
    world: World, *, grants: DelegatedAdmin, effect: Effect, memo: Memo, at: datetime, request_id: str
) -> None:
    sub = world.store.load(effect.subject)
    account, request = sub.account, effect.data["request"]
    name = f"{sub.id}-{request}"
    current = _wanted(sub) and sub.delegation.request == request
    if not current or account is None or account.tenant_id is None or sub.delegation.grant is not None:
        if memo.get(ASKED) and not current and account is not None and account.tenant_id is not None:
            # Taken back while it was asked for: what Microsoft may have made of it ends as well.
            forgotten = grants.request(name=name, tenant_id=account.tenant_id, at=at)
            _end(grants, relationship_id=forgotten.relationship_id)
        world.store.done(effect)
        return
    if _group_of(world, sub) is None:
        world.store.done(effect)  # once there is a group, the nightly look asks
        return
    if not memo.get(ASKED):
        memo[ASKED] = True
        world.store.note(effect, memo)
    asked = grants.request(name=name, tenant_id=account.tenant_id, at=at)
    given = Grant(relationship_id=asked.relationship_id, approval_url=asked.approval_url, requested_at=at)
    decision = advance(sub, Event.GRANT_REQUESTED, at=at, by=SYSTEM, changes=_with(sub, given))
    world.store.commit(decision, settles=effect)
    count("grant", outcome="requested")
    world.queue.nudge(decision.effects, request_id=request_id)


def end(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """End every access and the relationship itself, until Microsoft says that all of it is over."""
    relationship_id = effect.data["relationship_id"]
    if world.grants is None:
        log.error("delegated administration is off and a grant is still open", extra={"effect_id": effect.id})
        raise Unavailable("microsoft", "delegated administration is switched off")
    _end(world.grants, relationship_id=relationship_id)
    _over(world, subscription_id=effect.subject, relationship_id=relationship_id, effect=effect, at=at)


@persistently
def look(world: World, *, subscription_id: str, at: datetime, request_id: str) -> None:
    """Ask Microsoft how far the client's approval is, and take the next step if it is ready for one."""
    sub = world.store.load(subscription_id)
    grants, grant = world.grants, sub.delegation.grant
    if grants is None or not _wanted(sub):
        return
    if grant is None:
        _make_up_for(world, sub=sub, at=at, request_id=request_id)
        return
    if not grant.open:
        return  # ended at Microsoft, by the client: only another delegation asks again
    state = grants.state(relationship_id=grant.relationship_id)
    if state is GrantState.OVER:
        _over(world, subscription_id=sub.id, relationship_id=grant.relationship_id, effect=None, at=at)
        return
    waits = state is GrantState.APPROVED and grant.status is GrantStatus.REQUESTED
    if waits and _assigned(world, grants, sub=sub, relationship_id=grant.relationship_id):
        active = replace(grant, status=GrantStatus.ACTIVE, active_at=at)
        world.store.commit(advance(sub, Event.GRANT_ACTIVE, at=at, by=SYSTEM, changes=_with(sub, active)))
        count("grant", outcome="active")


def _assigned(world: World, grants: DelegatedAdmin, *, sub: Subscription, relationship_id: str) -> bool:
    """Give the roles to the freelancer's group; whether they are in effect."""
    group_id = _group_of(world, sub)
    if group_id is None:
        return False
    try:
        return grants.assign(relationship_id=relationship_id, group_id=group_id)
    except Refused:
        if world.store.load(sub.id).delegation == sub.delegation:
            raise
        return False  # taken back meanwhile: there is nothing to give any more


@persistently
def _over(
    world: World, *, subscription_id: str, relationship_id: str, effect: Effect | None, at: datetime
) -> None:
    sub = world.store.load(subscription_id)
    grant = sub.delegation.grant
    if grant is not None and grant.relationship_id == relationship_id and grant.open:
        ended = replace(grant, status=GrantStatus.ENDED, ended_at=at)
        decision = advance(sub, Event.GRANT_ENDED, at=at, by=SYSTEM, changes=_with(sub, ended))
        world.store.commit(decision, settles=effect)
        count("grant", outcome="ended")
    elif effect is not None:
        world.store.done(effect)


def _make_up_for(world: World, *, sub: Subscription, at: datetime, request_id: str) -> None:
    """Delegated before there was a group, or before any of this was used: asked for now."""
    if sub.status not in IN_TERM or _group_of(world, sub) is None:
        return
    effect = Effect(
        id=effect_id(sub.id, sub.version, at.date(), EffectKind.GRANT),
        kind=EffectKind.GRANT,
        subject=sub.id,
        data={"request": sub.delegation.request},
        created_at=at,
    )
    world.queue.nudge(world.store.put_effects([effect]), request_id=request_id)


def _wanted(sub: Subscription) -> bool:
    return sub.delegation.status is DelegationStatus.APPROVED


def _group_of(world: World, sub: Subscription) -> str | None:
    return world.store.freelancer(sub.seller.freelancer_id).security_group_id if sub.seller else None


def _with(sub: Subscription, grant: Grant) -> dict[str, object]:
    return {"delegation": replace(sub.delegation, grant=grant)}


def _end(grants: DelegatedAdmin, *, relationship_id: str) -> None:
    if not grants.end(relationship_id=relationship_id):
        raise Unavailable("microsoft", "the access is being ended")
