"""One order at Microsoft, whatever dies in between: a cart is noted before it is checked out.

A cart owes nothing and may be filled twice; checking out is what counts, and Microsoft does it once per cart.
So whoever takes the work up finds the cart in the effect's notes, and asks about that one. Another cart is
only filled when Microsoft says that the noted one is gone, and that nothing was ordered with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chalicelib.domain.effects import Effect
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.microsoft import CartGone, Ordered, OrderProgress, OrderState
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.observability import count
from chalicelib.storage.notes import Memo
from chalicelib.usecases.known_order import CART
from chalicelib.wiring import World

QUESTION: Final = "carts"  # in the notes: how often Microsoft has answered the question for a cart


def place(
    world: World, *, sub: Subscription, tenant_id: str, effect: Effect, memo: Memo, at: datetime
) -> OrderProgress:
    """Order the seats, once; where the order stands now. What is learned on the way is noted in `memo`."""
    if CART not in memo:
        _fill(world, sub=sub, tenant_id=tenant_id, effect=effect, memo=memo, at=at)
    ordered = Ordered(reference=sub.id, tenant_id=tenant_id, cart_id=memo[CART])
    try:
        return world.microsoft.check_out(ordered=ordered, at=at)
    except (CartGone, Refused) as trouble:
        # Perhaps because it was ordered when no answer came: what became of it comes first.
        progress = world.microsoft.order_progress(ordered=ordered, at=at)
        if progress.state is not OrderState.NONE:
            return progress
        if isinstance(trouble, Refused):
            raise
        count("cart_gone")
        _ask_anew(world, effect=effect, memo=memo)
        raise Unavailable(trouble.neighbor, "the cart is gone, and nothing was ordered with it") from trouble


def _fill(
    world: World, *, sub: Subscription, tenant_id: str, effect: Effect, memo: Memo, at: datetime
) -> None:
    """Fill a cart and note it: with the same question as before, if no answer came to it."""
    try:
        cart_id = world.microsoft.fill_cart(
            key=f"{effect.id}.cart.{memo.get(QUESTION, 0)}",
            reference=sub.id,
            tenant_id=tenant_id,
            plan_id=sub.plan_id,
            seats=sub.seats,
            billing_period=sub.billing_period,
            at=at,
        )
    except Unavailable:
        _ask_anew(world, effect=effect, memo=memo)
        raise
    memo[CART] = cart_id
    world.store.note(effect, memo)


def _ask_anew(world: World, *, effect: Effect, memo: Memo) -> None:
    """Microsoft has answered: the next attempt is another question, for another cart."""
    memo[QUESTION] = memo.get(QUESTION, 0) + 1
    memo.pop(CART, None)
    world.store.note(effect, memo)
