"""Cards, as their client sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.api.asking import Asked
from chalicelib.api.schemas import answers

if TYPE_CHECKING:
    from chalicelib.gateways.payments import CardSetup
    from chalicelib.usecases.cards import KeptCard


def card(_: Asked, kept: KeptCard) -> answers.PaymentMethod:
    """One card."""
    return answers.PaymentMethod(
        id=kept.card.id,
        brand=kept.card.brand,
        last4=kept.card.last4,
        exp_month=kept.card.exp_month,
        exp_year=kept.card.exp_year,
        default=kept.default,
    )


def cards(asked: Asked, kept: Sequence[KeptCard]) -> answers.PaymentMethodList:
    """All of them: nobody has so many that they need pages."""
    return answers.PaymentMethodList(data=[card(asked, each) for each in kept], next_cursor=None)


def setup(_: Asked, begun: CardSetup) -> answers.PaymentMethodSetup:
    """What the browser needs to add one."""
    return answers.PaymentMethodSetup(id=begun.id, client_secret=begun.client_secret)
