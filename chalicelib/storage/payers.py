"""How clients pay: one row a client, made when they are first known to the payment provider."""

from __future__ import annotations

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.domain.payer import Payer
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.tables import Row


class Payers:
    """The part of the store that knows how a client pays."""

    def payer(self, client_id: str) -> Payer | None:
        """How a client pays; None while the provider does not know them."""
        try:
            return decode(Row.get(*keys.payer(client_id), consistent_read=True).body, Payer)
        except DoesNotExist:
            return None

    def enter_payer(self, payer: Payer) -> None:
        """Keep a client whom the provider has just come to know, unless they were kept meanwhile."""
        try:
            payer_row(payer).save(condition=Row.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def choose_card(self, payer: Payer) -> None:
        """Keep the card that a client has chosen; the last one chosen counts."""
        payer_row(payer).save()


def payer_row(payer: Payer) -> Row:
    """The row of a client who pays."""
    return Row(*keys.payer(payer.client_id), body=encode(payer))
