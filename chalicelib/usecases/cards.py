"""The client's cards: which are kept, how one is added, and which one pays from now on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.payer import Payer
from chalicelib.domain.people import Address, Caller, Person
from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.payments import Card, CardSetup, Declined
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.observability import count
from chalicelib.storage.records import Once
from chalicelib.wiring import World


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCard:
    """A card of the client's, and whether they have chosen it to pay."""

    card: Card
    default: bool


def list_cards(world: World, *, caller: Caller) -> Sequence[KeptCard]:
    """The cards that are kept for the caller, newest first; none while they have never paid."""
    payer = world.store.payer(caller.id)
    if payer is None:
        return []
    with asking_the_provider():
        cards = world.payments.cards(customer_id=payer.customer_id)
    return [KeptCard(card=card, default=card.id == payer.payment_method) for card in cards]


def begin_setup(world: World, *, caller: Caller, once: Once | None) -> CardSetup:
    """Begin to add a card: the browser finishes it with the provider, and no card number comes here."""
    with asking_the_provider():
        payer = known_payer(world, client=caller.person)
        key = once.key if once else world.ids.new("set")
        return world.payments.begin_card_setup(key=key, customer_id=payer.customer_id)


def choose(world: World, *, caller: Caller, payment_method: str, at: datetime) -> KeptCard:
    """From now on this card pays for every subscription of the caller's, a declined renewal's next try too.

    Refused with `payment_declined` when the bank does not want it, at `/payment_method` when it is unknown.
    """
    with asking_the_provider():
        payer = known_payer(world, client=caller.person)
        try:
            card = world.payments.keep_card(customer_id=payer.customer_id, payment_method=payment_method)
        except Declined as declined:
            count("card", outcome="declined")
            raise Refusal(
                "payment_declined",
                "The card was declined. The one that paid until now stays.",
                facts={"decline_code": declined.decline_code},
            ) from declined
        except Refused as refused:
            raise Refusal(
                "validation_failed", "There is no such payment method.", pointer="/payment_method"
            ) from refused
    world.store.choose_card(replace(payer, payment_method=card.id, chosen_at=at))
    count("card", outcome="chosen")
    return KeptCard(card=card, default=True)


def known_payer(world: World, *, client: Person, address: Address | None = None) -> Payer:
    """The client as the provider knows them, entered there, and kept here, when they first need to be."""
    payer = world.store.payer(client.id)
    if payer is not None:
        return payer
    payer = new_payer(world, client=client, address=address)
    world.store.enter_payer(payer)
    return payer


def new_payer(world: World, *, client: Person, address: Address | None) -> Payer:
    """The client as the provider knows them; asked twice, the provider knows one."""
    return Payer(client_id=client.id, customer_id=world.payments.customer(client=client, address=address))


@contextmanager
def asking_the_provider() -> Iterator[None]:
    """Refused with `payment_unavailable` when the provider does not answer; nothing has been charged."""
    try:
        yield
    except (Unavailable, OutcomeUnknown) as trouble:
        raise Refusal(
            "payment_unavailable",
            "The payment provider did not answer. Nothing was charged. Try again.",
            facts={"retry_after": 5},
        ) from trouble
