"""The program: invite, apply, decide, sign, leave, remove (R29, D15)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chalicelib.domain import freelancer as program
from chalicelib.domain.account import checked_email
from chalicelib.domain.freelancer import Application, Enrollment, Freelancer, FreelancerState, Step
from chalicelib.domain.people import Caller, Role
from chalicelib.domain.refusals import Refusal, not_found
from chalicelib.observability import count
from chalicelib.rulebook import Text
from chalicelib.storage.listing import Page
from chalicelib.storage.records import Once
from chalicelib.storage.transaction import Stale, Taken
from chalicelib.usecases.delegate import Terms
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World

TERMS: Final = Terms(
    version="2026-01",
    text=Text(
        en=(
            "As a freelancer of this marketplace you resell Microsoft 365 through one personal link.\n\n"
            "You earn a commission on the net amount of every paid cycle of what is bought through your "
            "link. It is pending at payment, earned once the charge can no longer be refunded, and taken "
            "back in proportion to a refund.\n\n"
            "You see your own sales and the buyers' names, nothing more of them, unless a client lets you "
            "manage a subscription. You may leave at any time: permissions then end, your commission stops "
            "with the next cycle, and your clients' subscriptions go on."
        ),
        fr=(
            "En tant que freelance de cette place de marché, vous revendez Microsoft 365 au moyen d’un lien "
            "personnel unique.\n\n"
            "Vous touchez une commission sur le montant net de chaque période payée des abonnements achetés "
            "par votre lien. Elle est en attente au moment du paiement, vous est acquise dès que le paiement "
            "ne peut plus être remboursé, et est reprise en proportion de tout remboursement.\n\n"
            "Vous voyez vos propres ventes et le nom des acheteurs, et rien d’autre à leur sujet, sauf si un "
            "client vous confie la gestion d’un abonnement. Vous pouvez partir à tout moment"
            "\N{NO-BREAK SPACE}: vos autorisations prennent alors fin, votre commission cesse à partir de la "
            "période suivante, et les abonnements de vos clients se poursuivent."
        ),
    ),
)


def mine(world: World, *, caller: Caller) -> Freelancer:
    """The freelancer that the caller is; `not_found` if nobody invited them."""
    freelancer = world.store.freelancer_of(caller.id, caller.email)
    if freelancer is None or freelancer.user_id not in (None, caller.id):
        raise not_found("freelancer")
    return freelancer


def list_applications(world: World, *, limit: int, after: str | None) -> Page:
    """The freelancers who wait for a decision, newest first."""
    return world.store.applications(limit=limit, after=after)


def show(world: World, *, freelancer_id: str) -> Freelancer:
    """A freelancer by id; `not_found` if there is none."""
    return world.store.freelancer(freelancer_id)


def search(
    world: World, *, state: FreelancerState | None, email: str | None, limit: int, after: str | None
) -> Page:
    """By where they stand, newest first; or whoever was invited under this address, narrowed by that."""
    if email:
        found = world.store.freelancer_of(email.strip().lower())
        fits = found is not None and state in (None, found.state)
        return Page(items=[found] if fits else [], next_after=None)
    if state:
        return world.store.in_state(state, limit=limit, after=after)
    raise Refusal("validation_failed", "Search by state or email.", pointer="/state")


@persistently
def invite(
    world: World,
    *,
    caller: Caller,
    email: str,
    display_name: str,
    once: Once | None,
    at: datetime,
    request_id: str,
) -> Freelancer:
    """Invite an e-mail address (R29); `already_invited` while that address is in the program."""
    address = checked_email(email, pointer="/email").lower()
    actor = caller.acts_as(Role.OPERATOR)
    known = world.store.freelancer_of(address)
    if known is None:
        enrollment = program.invite(
            freelancer_id=world.ids.new("frl"), email=address, display_name=display_name, at=at, by=actor
        )
    elif known.state in (FreelancerState.REJECTED, FreelancerState.LEFT, FreelancerState.REMOVED):
        anew = {
            "display_name": display_name,
            "invited_at": at,
            "application": None,
            "decision_reason": None,
            "terms_version": None,
            "terms_signed_at": None,
            "link_token": None,
            "ended_at": None,
        }
        enrollment = program.proceed(known, Step.INVITED, at=at, by=actor, changes=anew)
    else:
        raise Refusal("already_invited", f"This address is already {known.state}.", pointer="/email")
    try:
        return _commit(world, enrollment, once=once, request_id=request_id)
    except Taken as taken:
        raise Stale from taken  # invited by someone else a moment ago: look again


@persistently
def apply(
    world: World,
    *,
    caller: Caller,
    display_name: str,
    serves_us_clients: bool,
    experience: str,
    website: str | None,
    once: Once | None,
    at: datetime,
    request_id: str,
) -> Freelancer:
    """Apply, after an invitation to the caller's own address (else `not_found`)."""
    freelancer = mine(world, caller=caller)
    application = Application(
        display_name=display_name,
        serves_us_clients=serves_us_clients,
        experience=experience,
        website=website,
        applied_at=at,
    )
    changes = {
        "application": application,
        "display_name": display_name,
        "user_id": caller.id,
        "locale": caller.locale,
    }
    enrollment = program.proceed(
        freelancer, Step.APPLIED, at=at, by=caller.acts_as(Role.FREELANCER), changes=changes
    )
    return _commit(world, enrollment, once=once, request_id=request_id)


@persistently
def decide(
    world: World,
    *,
    caller: Caller,
    freelancer_id: str,
    approve: bool,
    reason: str | None,
    once: Once | None,
    at: datetime,
    request_id: str,
) -> Freelancer:
    """Approve an application, or reject it with a reason that the freelancer is told."""
    freelancer = world.store.freelancer(freelancer_id)
    if not approve and not reason:
        raise Refusal("validation_failed", "A rejection needs a reason.", pointer="/reason")
    enrollment = program.proceed(
        freelancer,
        Step.APPROVED if approve else Step.REJECTED,
        at=at,
        by=caller.acts_as(Role.OPERATOR),
        changes={"decision_reason": reason},
    )
    return _commit(world, enrollment, once=once, request_id=request_id)


@persistently
def sign_terms(
    world: World, *, caller: Caller, version: str, once: Once | None, at: datetime, request_id: str
) -> Freelancer:
    """Sign the program's terms; the freelancer's one link exists from then on (R1)."""
    freelancer = mine(world, caller=caller)
    if version != TERMS.version:
        raise Refusal(
            "terms_outdated",
            "The terms have changed. Read them again.",
            pointer="/version",
            facts={"current_version": TERMS.version},
        )
    enrollment = program.proceed(
        freelancer,
        Step.TERMS_SIGNED,
        at=at,
        by=caller.acts_as(Role.FREELANCER),
        changes={"terms_version": version, "terms_signed_at": at, "link_token": world.ids.token()},
    )
    return _commit(world, enrollment, once=once, request_id=request_id)


@persistently
def leave(world: World, *, caller: Caller, once: Once | None, at: datetime, request_id: str) -> Freelancer:
    """Leave the program: the link closes, grants end, what was sold goes on (D15, R73)."""
    enrollment = program.proceed(
        mine(world, caller=caller),
        Step.LEFT,
        at=at,
        by=caller.acts_as(Role.FREELANCER),
        changes={"ended_at": at},
    )
    return _commit(world, enrollment, once=once, request_id=request_id)


@persistently
def remove(world: World, *, caller: Caller, freelancer_id: str, at: datetime, request_id: str) -> Freelancer:
    """Remove a freelancer from the program, with the same consequences as leaving."""
    enrollment = program.proceed(
        world.store.freelancer(freelancer_id),
        Step.REMOVED,
        at=at,
        by=caller.acts_as(Role.OPERATOR),
        changes={"ended_at": at},
    )
    return _commit(world, enrollment, once=None, request_id=request_id)


@persistently
def set_security_group(
    world: World, *, caller: Caller, freelancer_id: str, group_id: str | None, at: datetime, request_id: str
) -> Freelancer:
    """Say which security group at Microsoft is this freelancer's; what is so already stays so."""
    freelancer = world.store.freelancer(freelancer_id)
    enrollment = program.proceed(
        freelancer,
        Step.SECURITY_GROUP_SET,
        at=at,
        by=caller.acts_as(Role.OPERATOR),
        changes={"security_group_id": group_id.lower() if group_id else None},
    )
    if enrollment.after.security_group_id == freelancer.security_group_id:
        return freelancer
    return _commit(world, enrollment, once=None, request_id=request_id)


def _commit(world: World, enrollment: Enrollment, *, once: Once | None, request_id: str) -> Freelancer:
    world.store.commit_enrollment(enrollment, once=once)
    count("program", outcome=enrollment.step.value)
    if enrollment.effects:
        world.queue.nudge(enrollment.effects, request_id=request_id)
    return enrollment.after
