"""How a scenario ends: what everybody has, owes and was told, and what must hold whatever happened."""

from __future__ import annotations

from chalicelib.domain.subscription import Subscription
from chalicelib.storage import keys
from chalicelib.storage.codec import decode
from sandbox.books import Books
from tests import lives


def end(stage):
    """Everything that matters, without ids and instants."""
    world = stage.world
    return {
        **lives.outcome(stage),
        "taxes": sorted(_taxed(stage)),
        "microsoft": sorted(
            (seats.status, seats.auto_renew and seats.status != "deleted")
            for seats in world.partner_center.seats
        ),
        "orders": len(world.partner_center.orders),
        "declined": sorted(each.status for each in subscriptions(stage) if each.payment_issue),
    }


def subscriptions(stage):
    """All that were bought."""
    return [decode(row.attrs["body"].value, Subscription) for row in _rows(stage, keys.SUBSCRIPTION)]


def open_orders(stage):
    """The ids of the checkouts that are not settled."""
    return {row.attrs["pk"].value.rpartition("#")[2] for row in _rows(stage, "order")}


def check(stage, found, *, strays=False):
    """Money, papers, taxes, commission and Microsoft agree, and nobody is left who could still take money."""
    if strays:
        assert Books.of(stage.world).differences == ()
        assert not stage.world.store.stuck(limit=10, after=None).items
    else:
        lives.check_books(stage, found)
    if found["taxes"]:
        owed = sum(found["charged"]) - sum(found["refunded"])
        assert sum(found["taxes"]) == owed, "the authorities know each sale once"
    _check_nothing_can_still_be_taken(stage)


def _rows(stage, kind):
    return [row for row in stage.world.aws.table.rows() if row.attrs["sk"].value == kind]


def _taxed(stage):
    """What the tax authorities know of, tax included; negative where it was taken back."""
    return [
        sum(line["amount"] + line["amount_tax"] for line in each["line_items"]["data"])
        for each in stage.world.stripe.tax_transactions()
    ]


def _check_nothing_can_still_be_taken(stage):
    waiting = {
        intent["metadata"]["order_id"]
        for intent in stage.world.stripe.things("payment_intent")
        if intent["status"] not in ("succeeded", "canceled") and not _declined_at_once(intent)
    }
    known = open_orders(stage)
    for sub in subscriptions(stage):
        if sub.renewal is not None and sub.term is not None:
            known.add(sub.renewal.reference(sub.id, sub.term.number + 1))
    assert waiting <= known, "whatever could still be charged is known, and will be called off"


def _declined_at_once(intent):
    """No browser was ever given what it takes to try this one again."""
    return (intent["last_payment_error"] or {}).get("code") == "card_declined"
