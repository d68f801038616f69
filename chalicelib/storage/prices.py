"""The price list: a row for each plan, period and day from which a price counts."""

from __future__ import annotations

from chalicelib.domain.catalog import Price
from chalicelib.storage import keys
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.conditional import added
from chalicelib.storage.tables import Row


class Prices:
    """The part of the store that knows what plans cost."""

    def prices(self, country: str, *, consistently: bool = False) -> list[Price]:
        """All price rows of a country; `consistently` with the one that was written a moment ago."""
        found = Row.query(keys.prices(country), Row.sk.startswith("price#"), consistent_read=consistently)
        return [decode(row.body, Price) for row in found]

    def put_price(self, price: Price) -> None:
        """Add, or replace, the row of one day."""
        _price_row(price).save()

    def add_price(self, price: Price) -> bool:
        """Add the row of a day that has none; whether it had none."""
        return added(_price_row(price))


def _price_row(price: Price) -> Row:
    of = (price.country, price.plan_id, price.billing_period.value, price.valid_from.isoformat())
    return Row(*keys.price(*of), body=encode(price))
