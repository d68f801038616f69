"""Pay freelancers what they have earned, to accounts that they open with the payment provider.

Each movement is written on its line before it is made and gone from it when its outcome is known. So it is
made once, whoever dies or comes twice, and a dispute that arrives meanwhile finds what is on its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import payouts
from chalicelib.domain.commission import Earning
from chalicelib.domain.effects import Effect
from chalicelib.domain.payouts import Payee, PayoutState, Way
from chalicelib.domain.people import Caller
from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.payouts import OnboardingLink, Payouts
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.observability import count, log
from chalicelib.storage.listing import whole
from chalicelib.storage.transaction import Stale
from chalicelib.usecases.enroll import mine
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World

PAGE = 100  # ledger lines of one read


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Where a freelancer stands with being paid; cents."""

    state: PayoutState
    missing: tuple[str, ...] = ()
    paid: int = 0
    waiting: int = 0


@persistently
def overview(world: World, *, caller: Caller, at: datetime, request_id: str) -> Overview:
    """Whether the caller can be paid, and what was paid and waits; an account on its way is looked at."""
    freelancer = mine(world, caller=caller)
    totals = world.store.totals(freelancer.id)
    if world.payouts is None:
        return Overview(state=PayoutState.OFF, paid=totals.paid, waiting=totals.waiting)
    payee = world.store.payee(freelancer.id)
    if payee is None:
        return Overview(state=PayoutState.NOT_STARTED, paid=totals.paid, waiting=totals.waiting)
    if not payee.active:
        # The notice that it has opened may be late, or lost; whoever comes back from opening it looks here.
        try:
            payee = _look(world, world.payouts, payee=payee, at=at, request_id=request_id)
        except (Unavailable, OutcomeUnknown) as trouble:
            log.warning("payout account not looked at", extra={"neighbor": trouble.neighbor})
    return Overview(state=payee.state, missing=payee.missing, paid=totals.paid, waiting=totals.waiting)


def begin_onboarding(world: World, *, caller: Caller, at: datetime) -> OnboardingLink:
    """A link under which the caller opens the account, which is made when first asked for.

    Refused with `payouts_off` where payouts are not our business, and before the program's terms are signed.
    """
    freelancer = mine(world, caller=caller)
    if world.payouts is None:
        raise Refusal("payouts_off", "Commissions are not paid out through this marketplace.")
    if freelancer.terms_signed_at is None:
        raise Refusal(
            "invalid_transition",
            "Sign the terms of the program first.",
            facts={"event": "payouts_onboarding", "status_now": freelancer.state.value},
        )
    payee = world.store.payee(freelancer.id)
    if payee is None:
        account_id = world.payouts.open_account(freelancer_id=freelancer.id, email=freelancer.email)
        payee = Payee(freelancer_id=freelancer.id, account_id=account_id, version=1, opened_at=at)
        try:
            world.store.open_payee(payee)
        except Stale:  # asked twice at once: the provider has answered both with the same account
            payee = world.store.payee(freelancer.id) or payee
        count("payout_account", state=payee.state)
    page = f"{world.settings.brand.storefront_url}/freelancer/payouts"
    return world.payouts.onboarding_link(
        account_id=payee.account_id, refresh_url=f"{page}/onboarding", return_url=page
    )


@persistently
def look(world: World, *, account_id: str, at: datetime, request_id: str) -> None:
    """The provider says that an account has changed: see what it is now; when it opens, pay what waits."""
    payee = world.store.payee_of(account_id)
    if world.payouts is None or payee is None:
        return  # not one of ours; whoever has just asked for it looks anyway
    _look(world, world.payouts, payee=payee, at=at, request_id=request_id)


def settle(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:
    """Carry out a payout or a claw-back: whatever was sent of a line becomes what is owed."""
    if world.payouts is None:
        count("payout", outcome="off")
        world.store.done(effect)
    elif "invoice_id" in effect.data:
        _settle(world, world.payouts, effect=effect, at=at, request_id=request_id)
    else:
        _pay_what_waits(world, effect=effect, at=at, request_id=request_id)


def _look(world: World, provider: Payouts, *, payee: Payee, at: datetime, request_id: str) -> Payee:
    found = provider.account(account_id=payee.account_id)
    now = payouts.seen(payee, active=found.active, missing=found.missing, reason=found.disabled_reason, at=at)
    if now is payee:
        return payee
    opened = [payouts.pay_waiting(now, at=at)] if now.active and not payee.active else []
    world.store.change_payee(now, effects=opened)
    count("payout_account", state=now.state)
    world.queue.nudge(opened, request_id=request_id)
    return now


def _pay_what_waits(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:
    """An account has opened: one errand for each line that waited for it."""
    freelancer_id, opening = effect.data["freelancer_id"], effect.data["account"]
    errands = [
        payouts.payout(line, "account", opening, at=at)
        for line in whole(lambda after: world.store.earnings(freelancer_id, limit=PAGE, after=after))
        if line.waiting or line.under_way
    ]
    world.store.put_effects(errands)
    world.store.done(effect)
    world.queue.nudge(errands, request_id=request_id)


@persistently
def _settle(world: World, provider: Payouts, *, effect: Effect, at: datetime, request_id: str) -> None:
    line, payee = world.store.line(effect.data["freelancer_id"], effect.data["invoice_id"])
    while line is not None:
        first = line.under_way is None
        if first:
            begun = payouts.next_movement(line, payee, at=at)
            if begun is None:
                break
            world.store.move_line(line, begun)
            line = begun
        try:
            made_id = _made(provider, line=line, at=at)
        except (Refused, Unavailable) as trouble:
            if first or isinstance(trouble, Refused):
                # Nothing was made under this key, and a provider may repeat its no: next time, another key.
                world.store.move_line(line, payouts.called_off(line))
            if not _only_closed(world, provider, line=line, payee=payee, at=at, request_id=request_id):
                raise
            break
        moved = payouts.moved(line, made_id=made_id, at=at)
        last = payouts.next_movement(moved, payee, at=at) is None
        world.store.move_line(line, moved, settles=effect if last else None)
        count("payout", outcome="paid" if moved.paid > line.paid else "taken_back")
        if last:
            return
        line = moved
    waits = line is not None and bool(line.waiting)
    count("payout", outcome="waiting" if waits else "nothing_to_do")
    world.store.done(effect)


def _made(provider: Payouts, *, line: Earning, at: datetime) -> str:
    """Make what is on its way, or find that it was made; the provider's id of it."""
    movement = line.under_way
    if movement is None:
        raise ValueError("nothing is on its way")
    if movement.way is Way.PAY:
        return provider.pay(
            key=movement.key,
            account_id=movement.account_id,
            amount=movement.amount,
            charge_id=line.charge_id or "",
            subscription_id=line.subscription_id,
            since=movement.begun_at,
            at=at,
        )
    return provider.take_back(
        key=movement.key,
        transfer_id=movement.transfer_id or "",
        amount=movement.amount,
        since=movement.begun_at,
        at=at,
    )


def _only_closed(
    world: World, provider: Payouts, *, line: Earning, payee: Payee | None, at: datetime, request_id: str
) -> bool:
    """Whether it failed because the account cannot be paid now: then it waits, and nobody need be told."""
    paying = line.under_way is not None and line.under_way.way is Way.PAY
    if not paying or payee is None:
        return False
    return not _look(world, provider, payee=payee, at=at, request_id=request_id).active
