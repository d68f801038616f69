"""The client's cards: kept by the payment provider, added in the browser, chosen here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib import usecases
from chalicelib.api.asking import Asked
from chalicelib.api.registry import CLIENT, Key, get, post, put
from chalicelib.api.render import cards as render
from chalicelib.api.schemas import requests

if TYPE_CHECKING:
    from chalicelib.gateways.payments import CardSetup
    from chalicelib.usecases.cards import KeptCard


@get("/v1/payment-methods", roles=CLIENT, renders=render.cards, problems=("payment_unavailable",))
def list_payment_methods(asked: Asked) -> Sequence[KeptCard]:
    """The caller's cards, newest first."""
    return usecases.cards.list_cards(asked.world, caller=asked.caller)


@post(
    "/v1/payment-methods/setups",
    roles=CLIENT,
    renders=render.setup,
    status=201,
    key=Key.OPTIONAL,
    problems=("payment_unavailable",),
)
def begin_card_setup(asked: Asked) -> CardSetup:
    """Begin to add a card: the browser finishes it with the payment provider."""
    return usecases.cards.begin_setup(asked.world, caller=asked.caller, once=asked.once)


@put(
    "/v1/payment-methods/default",
    roles=CLIENT,
    renders=render.card,
    problems=("payment_declined", "payment_unavailable"),
)
def choose_payment_method(asked: Asked, body: requests.CardRequest) -> KeptCard:
    """From now on this card pays for every subscription, a declined renewal's next try included."""
    return usecases.cards.choose(
        asked.world, caller=asked.caller, payment_method=body.payment_method, at=asked.at
    )
