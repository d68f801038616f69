"""From the approved account to seats in use: the agreement, the order, the activation (R18–R20, R25, R26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.effects import Effect
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Sweep, Wake
from chalicelib.gateways.microsoft import Ordered, OrderProgress, OrderState, Stage
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import PROVISIONING_POLLS, Status, next_in
from chalicelib.storage.credentials import Sealed
from chalicelib.storage.notes import Memo
from chalicelib.usecases import align
from chalicelib.usecases.known_order import known_order
from chalicelib.usecases.persistence import persistently
from chalicelib.usecases.place_order import place
from chalicelib.wiring import World


@persistently
def connect(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:
    """Have the tenant made or found, keep its password sealed, and send the client the agreement link."""
    sub = world.store.load(effect.subject)
    account = sub.account
    if account is None or not _current(sub, effect, at=at) or account.offered_at is not None:
        world.store.done(effect)
        return
    try:
        invitation = world.microsoft.connect(
            key=f"{sub.id}.{account.submission}",
            form=account.form,
            known_tenant_id=account.made_tenant_id,
            at=at,
        )
    except Refused as refused:
        why = str(refused).removeprefix(f"{refused.neighbor}: ")
        reason = f"Microsoft did not accept this account ({why})."
        _refuse(world, sub=sub, reason=reason, effect=effect, at=at, request_id=request_id)
        return
    sealed = None
    if invitation.credentials is not None:
        sealed = Sealed(
            user_name=invitation.credentials.user_name,
            ciphertext=world.vault.seal(invitation.credentials.password, subscription_id=sub.id),
        )
    offered = replace(
        account,
        tenant_id=invitation.tenant_id,
        agreement_url=invitation.agreement_url,
        offered_at=at,
        admin_user_name=sealed.user_name if sealed else _kept_administrator(world, sub=sub, account=account),
    )
    decision = advance(sub, Event.AGREEMENT_OFFERED, at=at, by=SYSTEM, changes={"account": offered})
    world.store.commit(decision, settles=effect, credentials=sealed)
    world.queue.nudge(decision.effects, request_id=request_id)


def order(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:
    """Order the seats at Microsoft; if the subscription has ended meanwhile, make sure that none are left."""
    _order(world, effect=effect, memo=dict(effect.memo), at=at, request_id=request_id)


@persistently
def _order(world: World, *, effect: Effect, memo: Memo, at: datetime, request_id: str) -> None:
    """See `order`; what was noted stays noted when it has to be decided again."""
    sub = world.store.load(effect.subject)
    account = sub.account
    if account is None or account.tenant_id is None or not _current(sub, effect, at=at):
        # An order that may be on its way is waited for (align says Unavailable), and then ended.
        align.settle(world, subscription_id=effect.subject, at=at)
        world.store.done(effect)
        return
    if account.order_id is not None:
        world.store.done(effect)  # a look at Microsoft has found it already, and goes on looking
        return
    placed = place(world, sub=sub, tenant_id=account.tenant_id, effect=effect, memo=memo, at=at)
    if not _advance_order(world, sub=sub, progress=placed, effect=effect, at=at, request_id=request_id):
        world.store.done(effect)
        # It may have been canceled while the order was on its way: then the order must go as well.
        align.settle(world, subscription_id=sub.id, at=at)


def look(world: World, *, subscription_id: str, at: datetime, request_id: str) -> None:
    """Ask Microsoft how far it is, and take the next step if it is ready for one."""
    sub = world.store.load(subscription_id)
    if sub.status is not Status.CONNECTING or sub.account is None or sub.account.tenant_id is None:
        return
    if sub.activation_deadline <= at:
        return  # too late: the sweep of the deadlines gives everything back
    try:
        _look(
            world, sub=sub, account=sub.account, tenant_id=sub.account.tenant_id, at=at, request_id=request_id
        )
    except (Unavailable, OutcomeUnknown) as trouble:
        log.warning("Microsoft did not answer", extra={"subscription_id": sub.id, "error": str(trouble)})
        count("microsoft_unavailable")
        _later(world, sub=sub, since=sub.account.polled_since, at=at)


def _look(
    world: World, *, sub: Subscription, account: Account, tenant_id: str, at: datetime, request_id: str
) -> None:
    if account.agreement_accepted_at is None:
        progress = world.microsoft.progress(tenant_id=tenant_id, at=at)
        if progress.stage is Stage.REFUSED:
            _refuse(world, sub=sub, reason=progress.reason or "", effect=None, at=at, request_id=request_id)
        elif progress.stage is Stage.READY:
            accepted = replace(account, agreement_accepted_at=at)
            decision = advance(sub, Event.AGREEMENT_ACCEPTED, at=at, by=SYSTEM, changes={"account": accepted})
            world.store.commit(decision)
            world.queue.nudge(decision.effects, request_id=request_id)
        else:
            _later(world, sub=sub, since=account.offered_at, at=at)
        return
    ordered = known_order(world, sub=sub) or Ordered(reference=sub.id, tenant_id=tenant_id)
    placed = world.microsoft.order_progress(ordered=ordered, at=at)
    if not _advance_order(world, sub=sub, progress=placed, effect=None, at=at, request_id=request_id):
        _later(world, sub=sub, since=account.agreement_accepted_at, at=at)


def _advance_order(
    world: World,
    *,
    sub: Subscription,
    progress: OrderProgress,
    effect: Effect | None,
    at: datetime,
    request_id: str,
) -> bool:
    if progress.state is OrderState.REFUSED:
        _refuse(world, sub=sub, reason=progress.reason or "", effect=effect, at=at, request_id=request_id)
        return True
    if progress.state is OrderState.PROVISIONED:
        decision = advance(sub, Event.ACTIVATED, at=at, by=SYSTEM, changes=_ids(sub, progress))
        world.store.commit(decision, settles=effect)
        count("activation", outcome="active")
        world.queue.nudge(decision.effects, request_id=request_id)
        return True
    if progress.order_id is not None and sub.account is not None and sub.account.order_id is None:
        placed = advance(sub, Event.ORDER_PLACED, at=at, by=SYSTEM, changes=_ids(sub, progress))
        world.store.commit(placed, settles=effect)
        return True  # from here on the sweep asks how far it is
    return False


def _ids(sub: Subscription, progress: OrderProgress) -> dict[str, Account | None]:
    """What Microsoft calls the order and the seats, as far as it has said."""
    account = sub.account
    if account is None:
        return {}
    known = replace(
        account,
        order_id=progress.order_id or account.order_id,
        seats_id=progress.seats_id or account.seats_id,
    )
    return {"account": known}


def _refuse(
    world: World, *, sub: Subscription, reason: str, effect: Effect | None, at: datetime, request_id: str
) -> None:
    decision = advance(
        sub,
        Event.MICROSOFT_REFUSED,
        at=at,
        by=SYSTEM,
        changes={"account": replace(sub.account, review_reason=reason) if sub.account else None},
        detail={"reason": reason, "refused_by": "microsoft"},
    )
    world.store.commit(decision, settles=effect)
    count("activation", outcome="refused")
    world.queue.nudge(decision.effects, request_id=request_id)


def _kept_administrator(world: World, *, sub: Subscription, account: Account) -> str | None:
    """Of a tenant made for an earlier submission: its password was said once, and we may still have it."""
    kept = None if account.form.existing_customer else world.store.credentials(sub.id)
    return kept.user_name if kept is not None and kept.user_name.endswith(f"@{account.domain}") else None


def _later(world: World, *, sub: Subscription, since: datetime | None, at: datetime) -> None:
    again_at = next_in(PROVISIONING_POLLS, since or at - timedelta(seconds=1), at)
    if again_at >= sub.activation_deadline:
        wake = Wake(sweep=Sweep.ACTIVATION_DEADLINES, due_at=sub.activation_deadline)
    else:
        wake = Wake(sweep=Sweep.PROVISIONING, due_at=again_at)
    world.store.snooze(sub, wake)


def _current(sub: Subscription, effect: Effect, *, at: datetime) -> bool:
    """Whether the effect still speaks of the account as it is now, and not too late (R44)."""
    return (
        sub.status is Status.CONNECTING
        and at < sub.activation_deadline
        and sub.account is not None
        and sub.account.submission == effect.data["submission"]
    )
