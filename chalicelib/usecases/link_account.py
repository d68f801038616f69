"""Submit the Microsoft account (R14–R17, R21–R24): it goes to review. First, ask which domain is free."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.account import Account, AccountForm, new_tenant_domain
from chalicelib.domain.delegation import Act
from chalicelib.domain.lifecycle import Event, advance, row_of
from chalicelib.domain.people import Address, Caller
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.microsoft import AddressVerdict
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count
from chalicelib.storage.transaction import Taken
from chalicelib.usecases.access import allow, as_signed_in
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainAvailability:
    """Whether a new customer could have a domain at this moment."""

    domain: str
    available: bool


def domain_availability(
    world: World, *, subscription_id: str, caller: Caller, prefix: str
) -> DomainAvailability:
    """Whether the account could be submitted with this prefix now, by who may submit it; nothing is kept.

    The subscription's own domain stays available to it.
    """
    sub = world.store.load(subscription_id)
    allow(world, caller=caller, act=Act.SUBMIT_ACCOUNT, sub=sub)
    row_of(sub, Event.ACCOUNT_SUBMITTED)
    domain = new_tenant_domain(prefix)
    reserved_by = world.store.domain_reserved_by(domain)
    if reserved_by not in (None, sub.id):
        return DomainAvailability(domain=domain, available=False)
    own = sub.account is not None and sub.account.own_tenant_at(domain) is not None
    return DomainAvailability(domain=domain, available=own or not _taken_at_microsoft(world, domain))


@persistently
def link_account(
    world: World,
    *,
    subscription_id: str,
    caller: Caller,
    form: AccountForm,
    address_confirmed: bool = False,
    at: datetime,
    request_id: str,
) -> Subscription:
    """Put the account before the operators; `domain_taken` when the new tenant's domain already exists.

    An address that Microsoft doubts is sent back with what Microsoft would write, unless the client has seen
    that and insists (`address_confirmed`).
    """
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.SUBMIT_ACCOUNT, sub=sub)
    account = _submitted(sub.account, form=form, at=at)
    decision = advance(
        sub,
        Event.ACCOUNT_SUBMITTED,
        at=at,
        by=actor,
        changes={"account": account, **as_signed_in(sub, caller=caller, actor=actor)},
        detail={"domain": form.domain, "existing_customer": form.existing_customer},
    )
    if account.made_tenant_id is None:  # else the domain is taken, by this very subscription
        _check_domain(world, form)
    _check_address(world, form.address, confirmed=address_confirmed)
    try:
        world.store.commit(decision)
    except Taken as taken:
        raise _domain_taken() from taken
    count("account_submitted", customer="existing" if form.existing_customer else "new")
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after


def _submitted(before: Account | None, *, form: AccountForm, at: datetime) -> Account:
    """The account as it goes to review; a tenant that was made for an earlier submission stays its own."""
    if before is None:
        return Account(submission=1, form=form, submitted_at=at)
    return Account(
        submission=before.submission + 1,
        form=form,
        submitted_at=at,
        made_tenant_id=before.own_tenant_for(form),
    )


def _check_domain(world: World, form: AccountForm) -> None:
    if not form.existing_customer:
        if _taken_at_microsoft(world, form.domain):
            raise _domain_taken()
        return
    with _answering():
        known = world.microsoft.tenant_exists(domain=form.domain)
    if not known:
        raise Refusal("validation_failed", "Microsoft knows no customer with this domain.", pointer="/domain")


def _taken_at_microsoft(world: World, domain: str) -> bool:
    with _answering():
        return world.microsoft.domain_taken(domain=domain)


@contextmanager
def _answering() -> Iterator[None]:
    """What Microsoft does not answer is refused with `microsoft_unavailable`."""
    try:
        yield
    except (Unavailable, OutcomeUnknown) as trouble:
        raise Refusal(
            "microsoft_unavailable",
            "Microsoft did not answer. Nothing was changed; try again shortly.",
            facts={"retry_after": 10},
        ) from trouble


def _check_address(world: World, address: Address, *, confirmed: bool) -> None:
    try:
        check = world.microsoft.check_address(address=address)
    except (Unavailable, OutcomeUnknown):
        count("address_check", outcome="unavailable")  # Microsoft checks again when the tenant is made
        return
    count("address_check", outcome=check.verdict)
    if check.verdict is AddressVerdict.GOOD or (confirmed and check.verdict is AddressVerdict.DOUBTFUL):
        return
    if check.verdict is AddressVerdict.BAD:
        detail = "Microsoft does not know this address. Correct it."
    else:
        detail = "Microsoft is not sure about this address. Correct it, or confirm that it is right."
    raise Refusal(
        "validation_failed",
        detail,
        pointer="/address",
        facts={"suggested_address": check.suggestion} if check.suggestion else {},
    )


def _domain_taken() -> Refusal:
    return Refusal("domain_taken", "This prefix is taken. Choose another one.", pointer="/domain_prefix")
