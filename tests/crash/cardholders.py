"""How payments come to wait for their cardholders, and what happens when they have confirmed."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.storage.waking import Due
from chalicelib.usecases import authenticate, cards, checkout, renew, tick
from tests import lives
from tests.crash.acts import start

ASKS = "pm_card_authenticationRequired"  # its bank wants to see the cardholder, each time


def buy(stage, world):
    return lives.buy(stage, payment_method=ASKS, world=world)


def confirms(stage, *, ok=True):
    """The cardholder confirms whatever waits for it, or fails to."""
    stripe = stage.world.stripe
    for intent in stripe.things("payment_intent"):
        if intent["status"] == "requires_action":
            stripe.authenticate(intent["client_secret"], ok=ok)


def waiting_checkout(world):
    """A purchase waits for its cardholder."""
    stage = start(lives.enrolled, world)
    assert isinstance(buy(stage, world), authenticate.AwaitsCardholder)
    return stage


def confirmed_checkout(world):
    """The bank has seen the cardholder, which we do not know yet; the order's hour is nearly over."""
    stage = waiting_checkout(world)
    confirms(stage)
    stage.forward(timedelta(minutes=45))
    return stage


def failed_checkout(world):
    """Whoever came was not the cardholder."""
    stage = waiting_checkout(world)
    confirms(stage, ok=False)
    stage.forward(timedelta(minutes=5))
    return stage


def abandoned_checkout(world):
    """Nobody came in the order's hour."""
    stage = waiting_checkout(world)
    stage.forward(timedelta(hours=1))
    return stage


def confirmed_at_the_last_moment(world):
    """The hour is over, and we have not heard that they came."""
    stage = confirmed_checkout(world)
    stage.forward(timedelta(minutes=15))
    return stage


def hear_of_checkout(stage, world):
    """The provider's notice comes; perhaps not for the first time."""
    for intent in stage.world.stripe.things("payment_intent"):
        order_id = intent["metadata"]["order_id"]
        checkout.settle(world, order_id=order_id, give_up=False, at=stage.now(), request_id=lives.REQUEST)


def settle_checkout(stage, world):
    """The sweep comes by."""
    (intent,) = stage.world.stripe.things("payment_intent")
    due = Due(id=intent["metadata"]["order_id"], client_id=lives.CLIENT.id, seller_id=None)
    tick.settle(world, due=due, at=stage.now(), request_id=lives.REQUEST)


def replaced(stage, card):
    """The client has chosen another card."""
    cards.choose(stage.world, caller=lives.CLIENT, payment_method=card, at=stage.now())
    return stage


def with_another_card(world):
    return replaced(start(lives.term_over, world), "pm_card_mastercard")


def to_be_confirmed(world):
    return replaced(start(lives.term_over, world), ASKS)


def confirmed_renewal(world):
    """The renewal was declined because the bank wanted to see the cardholder; now it has."""
    stage = to_be_confirmed(world)
    tick.end_term(world, due=lives.due_of(stage), at=stage.now(), request_id=lives.REQUEST)
    lives.drain(world)
    waiting = authenticate.authenticate_renewal(
        world, subscription_id=stage.subscription_id, caller=lives.CLIENT, at=stage.now()
    )
    world.stripe.authenticate(waiting.client_secret)
    return stage


def confirmed_renewal_of_yesterday(world):
    """The same, and the provider's notice was lost: the next try is due."""
    stage = confirmed_renewal(world)
    stage.forward(timedelta(days=1))
    return stage


def hear_of_renewal(stage, world):
    """The provider's notice comes."""
    reference = f"{stage.subscription_id}.1.1"
    renew.look(world, reference=reference, at=stage.now(), request_id=lives.REQUEST)
