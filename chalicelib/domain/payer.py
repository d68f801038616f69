"""How a client pays: as whom the provider knows them, and the card that they chose last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.subscription import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """A client as the payment provider knows them; a card chosen here pays whatever is due from then on."""

    client_id: str
    customer_id: str
    payment_method: str | None = None
    chosen_at: datetime | None = None

    def card_for(self, sub: Subscription) -> str:
        """The card that the next charge of a subscription goes to: whichever the client named last."""
        chosen_later = self.chosen_at is not None and self.chosen_at >= sub.purchased_at
        return self.payment_method if chosen_later and self.payment_method else sub.payment_method
