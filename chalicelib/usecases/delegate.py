"""Let the selling freelancer manage a subscription, and take it back (R32–R42, D8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.domain.delegation import Act, Delegation, DelegationStatus
from chalicelib.domain.effects import Effect
from chalicelib.domain.lifecycle import Decision, Event, advance
from chalicelib.domain.people import SYSTEM, Actor, Caller
from chalicelib.domain.refusals import Refusal, invalid_transition
from chalicelib.domain.subscription import Subscription
from chalicelib.observability import count
from chalicelib.rulebook import Text
from chalicelib.storage.records import Once
from chalicelib.usecases.access import allow, as_signed_in
from chalicelib.usecases.persistence import persistently
from chalicelib.wiring import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A text that must be seen before it is agreed to, and its version."""

    version: str  # one for all languages
    text: Text


TERMS: Final = Terms(  # R40
    version="2026-01",
    text=Text(
        en=(
            "You let the freelancer who sold you this subscription manage it for you.\n\n"
            "They can: see the subscription and your name, address and contact; create and change its "
            "Microsoft account; cancel it, with the refund going to you; turn its automatic renewal off and "
            "on; give this permission back.\n\n"
            "They cannot: see your card or your invoices; see the administrator's password; buy in your "
            "name; pass this permission on to anybody else.\n\n"
            "It begins when the freelancer accepts. You can take it back at any time, and it then ends at "
            "once. Everything they do appears in the subscription's history under their own name."
        ),
        fr=(
            "Vous confiez la gestion de cet abonnement au freelance qui vous l’a vendu.\n\n"
            "Cette personne peut\N{NO-BREAK SPACE}: voir l’abonnement ainsi que votre nom, votre adresse et "
            "vos coordonnées\N{NARROW NO-BREAK SPACE}; créer et modifier le compte Microsoft de l’abonnement"
            "\N{NARROW NO-BREAK SPACE}; l’annuler, auquel cas le remboursement vous revient"
            "\N{NARROW NO-BREAK SPACE}; désactiver et réactiver son renouvellement automatique"
            "\N{NARROW NO-BREAK SPACE}; renoncer à cette autorisation.\n\n"
            "Elle ne peut pas\N{NO-BREAK SPACE}: voir votre carte ni vos factures\N{NARROW NO-BREAK SPACE}; "
            "voir le mot de passe de l’administrateur\N{NARROW NO-BREAK SPACE}; acheter en votre nom"
            "\N{NARROW NO-BREAK SPACE}; transmettre cette autorisation à qui que ce soit.\n\n"
            "L’autorisation prend effet dès que le freelance accepte. Vous pouvez la retirer à tout moment, "
            "et elle prend alors fin immédiatement. Tout ce que fait cette personne figure sous son propre "
            "nom dans l’historique de l’abonnement."
        ),
    ),
)


@persistently
def request(
    world: World, *, subscription_id: str, caller: Caller, terms_version: str, at: datetime, request_id: str
) -> Subscription:
    """Ask the selling freelancer to manage the subscription; what is already asked or granted stays so."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.DELEGATE, sub=sub)
    if terms_version != TERMS.version:
        raise Refusal(
            "terms_outdated",
            "What delegating means has changed. Read it again.",
            pointer="/terms_version",
            facts={"current_version": TERMS.version},
        )
    delegation = Delegation(
        status=DelegationStatus.REQUESTED,
        request=sub.delegation.request + 1,
        terms_version=terms_version,
        requested_at=at,
    )
    changes = as_signed_in(sub, caller=caller, actor=actor) | {"delegation": delegation}
    if sub.seller is not None:
        seller = world.store.freelancer(sub.seller.freelancer_id)
        if seller.enrolled:
            decision = advance(
                sub,
                Event.DELEGATION_REQUESTED,
                at=at,
                by=actor,
                changes={**changes, "seller": seller.as_seller},
                detail={"terms_version": terms_version},
            )
            if sub.delegation.open:
                return sub
            world.store.commit(decision)
            count("delegation", outcome="requested")
            world.queue.nudge(decision.effects, request_id=request_id)
            return decision.after
    raise Refusal("no_seller", "There is no freelancer to whom this subscription could be delegated.")


@persistently
def decide(
    world: World,
    *,
    subscription_id: str,
    caller: Caller,
    approve: bool,
    once: Once | None,
    at: datetime,
    request_id: str,
) -> Subscription:
    """The freelancer takes the request on, or turns it down; access starts with the approval (D8)."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.DECIDE_DELEGATION, sub=sub)
    event = Event.DELEGATION_APPROVED if approve else Event.DELEGATION_REJECTED
    if sub.delegation.status is not DelegationStatus.REQUESTED:
        raise invalid_transition(
            event.value, f"{sub.status.value} with its delegation {sub.delegation.status}"
        )
    status = DelegationStatus.APPROVED if approve else DelegationStatus.REJECTED
    decision = advance(
        sub,
        event,
        at=at,
        by=actor,
        changes={"delegation": replace(sub.delegation, status=status, decided_at=at)},
    )
    world.store.commit(decision, once=once)
    count("delegation", outcome=status.value)
    world.queue.nudge(decision.effects, request_id=request_id)
    return decision.after


@persistently
def end(world: World, *, subscription_id: str, caller: Caller, at: datetime, request_id: str) -> Subscription:
    """The client revokes, or the delegate withdraws: at once; what has already ended stays so."""
    sub = world.store.load(subscription_id)
    actor = allow(world, caller=caller, act=Act.REVOKE_DELEGATION, sub=sub)
    if not sub.delegation.open:
        return sub
    ended = _ended(sub, at=at, by=actor)
    world.store.commit(ended)
    world.queue.nudge(ended.effects, request_id=request_id)
    count("delegation", outcome="revoked")
    return ended.after


def end_grants(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """A freelancer has gone: every grant to them ends (D15); the subscriptions go on (R73)."""
    after: str | None = None
    while True:
        page = world.store.delegated_to(effect.subject, limit=100, after=after)
        for sub in page.items:
            _end_grant(world, subscription_id=sub.id, at=at)
        if page.next_after is None:
            break
        after = page.next_after
    world.store.done(effect)


@persistently
def _end_grant(world: World, *, subscription_id: str, at: datetime) -> None:
    sub = world.store.load(subscription_id)
    if sub.delegation.open:
        world.store.commit(_ended(sub, at=at, by=SYSTEM))
        count("delegation", outcome="revoked")


def _ended(sub: Subscription, *, at: datetime, by: Actor) -> Decision:
    ended = replace(sub.delegation, status=DelegationStatus.REVOKED, ended_at=at, ended_by=by.role)
    return advance(sub, Event.DELEGATION_ENDED, at=at, by=by, changes={"delegation": ended})
