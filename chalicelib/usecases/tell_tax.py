"""Sales tax: what is added to a price, and what the authorities hear of the sale, and of its refund."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.catalog import Quote, TaxStatus
from chalicelib.domain.effects import Effect
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address
from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.wiring import World

ENTRY = "entry_id"  # in the notes of the effect that enters a sale: the entry's id


def taxed(world: World, quote: Quote, *, address: Address | None, key: str) -> Quote:
    """The quote with the tax that is due at an address; `validation_failed` where no such place is known.

    Without an address it says that the tax is still to come, and where tax is off that there is none.
    """
    if not world.settings.stripe.taxes:
        return quote
    if address is None:
        return replace(quote, tax_status=TaxStatus.NOT_CALCULATED)
    try:
        due = world.taxes.due(key=key, net=quote.subtotal, address=address, plan_id=quote.plan_id)
    except Refused as refused:
        raise Refusal(
            "validation_failed", "No tax can be found for this address. Check it.", pointer="/address"
        ) from refused
    return quote.with_tax(due.tax, calculation=due.calculation_id) if due.calculation_id else quote


def record(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """Enter a paid sale; its refund will need to know under which id."""
    entry_id = world.taxes.record(
        reference=effect.data["reference"],
        calculation_id=effect.data["calculation_id"],
        since=effect.created_at,
        at=at,
    )
    world.store.note(effect, {**effect.memo, ENTRY: entry_id})
    world.store.done(effect)


def reverse(world: World, *, effect: Effect, at: datetime, request_id: str) -> None:  # noqa: ARG001
    """Take back what a refund makes of a sale, once the sale has been entered."""
    entry_id = world.store.memo(effect.data["recorded_by"]).get(ENTRY)
    if entry_id is None:
        raise Unavailable("taxes", "the sale has not been entered yet")
    world.taxes.reverse(
        reference=effect.data["reference"],
        transaction_id=entry_id,
        total=Money(effect.data["amount"], effect.data["currency"]),
        in_full=effect.data["in_full"],
        since=effect.created_at,
        at=at,
    )
    world.store.done(effect)
