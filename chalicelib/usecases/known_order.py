"""What is known of a subscription's order at Microsoft, wherever it was noted before an answer was lost."""

from __future__ import annotations

from chalicelib.domain.account import Account
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.microsoft import Ordered
from chalicelib.wiring import World

CART = "cart_id"  # in the notes of the effect that orders: the cart that is, or was, to be checked out


def known_order(world: World, *, sub: Subscription) -> Ordered | None:
    """Everything under which Microsoft may know the order; None where nothing can have been ordered."""
    account = sub.account
    if account is None or account.tenant_id is None:
        return None
    return Ordered(
        reference=sub.id,
        tenant_id=account.tenant_id,
        cart_id=_cart(world, account),
        order_id=account.order_id,
        seats_id=account.seats_id,
    )


def _cart(world: World, account: Account) -> str | None:
    """The cart only matters until the order has an id."""
    if account.order_id is not None or account.seats_id is not None or account.ordered_by is None:
        return None
    cart_id: str | None = world.store.memo(account.ordered_by).get(CART)
    return cart_id
