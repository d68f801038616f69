"""How clients pay: one row a client, made when they are first known to the payment provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.conditional import added
from chalicelib.storage.reading import Reading
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.payer import Payer


class Payers(Reading):
    """The part of the store that knows how a client pays."""

    def payer(self, client_id: str) -> Payer | None:
        """How a client pays; None while the provider does not know them."""
        return self._get(keys.payer(client_id), domain.payer.Payer)

    def enter_payer(self, payer: Payer) -> None:
        """Keep a client whom the provider has just come to know, unless they were kept meanwhile."""
        added(payer_row(payer))

    def choose_card(self, payer: Payer) -> None:
        """Keep the card that a client has chosen; the last one chosen counts."""
        payer_row(payer).save()


def payer_row(payer: Payer) -> Row:
    """The row of a client who pays."""
    return Row(*keys.payer(payer.client_id), body=encode(payer))
