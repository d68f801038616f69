"""Submit the Microsoft account (R14–R17, R21–R24): it goes to review."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.account import Account, AccountForm
from chalicelib.domain.delegation import Act
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import Caller
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count
from chalicelib.storage.transaction import Taken
from chalicelib.usecases.access import allow, as_signed_in
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


@persistently
def link_account(
    world: World, *, subscription_id: str, caller: Caller, form: AccountForm, at: datetime, request_id: str
) -> Subscription:
    """Put the account before the operators; `domain_taken` when the new tenant's domain already exists."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.SUBMIT_ACCOUNT, sub=sub)
    account = Account(submission=sub.account.submission + 1 if sub.account else 1, form=form, submitted_at=at)
    decision = advance(
        sub,
        Event.ACCOUNT_SUBMITTED,
        at=at,
        by=actor,
        changes={"account": account, **as_signed_in(sub, caller=caller, actor=actor)},
        detail={"domain": form.domain, "existing_customer": form.existing_customer},
    )
    # A tenant that Microsoft made for an earlier submission of this subscription is its own.
    own = sub.account is not None and sub.account.tenant_id is not None and sub.account.domain == form.domain
    if not own:
        _check_at_microsoft(world, form)
    try:
        world.store.commit(decision)
    except Taken as taken:
        raise _domain_taken() from taken
    count("account_submitted", customer="existing" if form.existing_customer else "new")
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after


def _check_at_microsoft(world: World, form: AccountForm) -> None:
    try:
        if not form.existing_customer:
            if world.microsoft.domain_taken(domain=form.domain):
                raise _domain_taken()
        elif not world.microsoft.tenant_exists(domain=form.domain):
            raise Refusal(
                "validation_failed", "Microsoft knows no customer with this domain.", pointer="/domain"
            )
    except (Unavailable, OutcomeUnknown) as trouble:
        raise Refusal(
            "microsoft_unavailable",
            "Microsoft did not answer. Nothing was changed; try again shortly.",
            facts={"retry_after": 10},
        ) from trouble


def _domain_taken() -> Refusal:
    return Refusal("domain_taken", "This prefix is taken. Choose another one.", pointer="/domain_prefix")
