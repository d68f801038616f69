"""Money: purchases, renewals, refunds, the tax on them, and what was taken by mistake."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from chalicelib.usecases import pay_back, renew, stuck, tick
from tests import lives
from tests.crash import cardholders
from tests.crash.acts import Scenario, carry, start, sweep, with_taxes
from tests.crash.dying import Crash, watched


def declining(world):
    stage = start(lives.term_over, world)
    world.stripe.plan("decline", count=2)  # whoever loses the answer asks once more
    return stage


def canceled(world):
    stage = start(lives.active, world)
    lives.cancel_now(stage)
    return stage


def _declined(stage, *, of: int):
    """The renewal was declined so many times (D11), and the next try is due."""
    for waits in (1, 2, 2)[:of]:
        tick.end_term(stage.world, due=lives.due_of(stage), at=stage.now(), request_id=lives.REQUEST)
        lives.drain(stage.world)
        stage.forward(timedelta(days=waits))
    return stage


def declined_with_another_card(world):
    """The renewal was declined; the client has chosen another card; the next try is due."""
    stage = start(lives.term_over, world)
    world.stripe.plan("decline")
    return cardholders.replaced(_declined(stage, of=1), "pm_card_mastercard")


def at_the_last_try(world):
    """The card is declined each time, and the last try is due."""
    stage = cardholders.replaced(start(lives.term_over, world), "pm_card_chargeCustomerFail")
    return _declined(stage, of=3)


def _dead(when):
    """Whoever renewed has died before or after the charge; it is time to find out what became of it."""

    def begin(world):
        stage = start(lives.term_over, world)
        dying, watch = watched(world)
        watch.die_at, watch.when, watch.armed = RENEWAL.index("payments.charge"), when, True
        with contextlib.suppress(Crash):
            sweep(tick.end_term)(stage, dying)
        stage.forward(timedelta(minutes=5))
        return stage

    return begin


def confirmed_and_suspended(world):
    """The cardholder has confirmed a renewal, and the subscription was suspended: it will not renew."""
    stage = cardholders.confirmed_renewal(world)
    lives.suspend_now(stage)
    return stage


def _expired_though_paid(world):
    stage = confirmed_and_suspended(world)
    sweep(tick.end_term)(stage, world)
    return stage


STRAY = "9.9"  # a renewal that never was


def charged_for_nothing(world):
    """The provider has taken money under a reference of ours, and no term waits for it."""
    stage = start(lives.active, world)
    world.payments.charge(
        reference=f"{stage.subscription_id}.{STRAY}",
        customer_id=world.store.payer(lives.CLIENT.id).customer_id,
        amount=world.store.load(stage.subscription_id).payment.total,
        payment_method="pm_card_visa",
        off_session=True,
        again=False,
        subscription_id=stage.subscription_id,
        at=stage.now(),
    )
    return stage


def hear_of_stray(stage, world):
    reference = f"{stage.subscription_id}.{STRAY}"
    renew.look(world, reference=reference, at=stage.now(), request_id=lives.REQUEST)


def refund_failed(world):
    """The client's bank has sent the refund back."""
    stage = canceled(world)
    lives.drain(world)
    (refund,) = world.stripe.refunds()
    world.stripe.fail_refund(refund.id)
    return stage


def hear_of_refund(stage, world):
    (refund,) = [each for each in world.stripe.things("refund") if each["status"] == "failed"]
    pay_back.look(world, refund_id=refund["id"], at=stage.now(), request_id=lives.REQUEST)


def _retry_stuck(stage):
    for effect in stage.world.store.stuck(limit=10, after=None).items:
        stuck.retry(stage.world, effect_id=effect.id, once=None, at=stage.now(), request_id=lives.REQUEST)


def retry_stuck(stage):
    """The operator has whatever is stuck tried again."""
    _retry_stuck(stage)
    lives.drain(stage.world)


def _to_be_refunded_again(world):
    stage = refund_failed(world)
    hear_of_refund(stage, world)
    _retry_stuck(stage)
    return stage


def refunded(world):
    """Its money has gone back, and the tax authorities have not heard of it."""
    stage = canceled(world)
    carry("refund")(stage, world)
    return stage


def refunded_again(world):
    """The refund that failed has been made once more."""
    stage = _to_be_refunded_again(world)
    lives.drain(world)
    return stage


def bought(world):
    """A sale whose tax has not been entered."""
    stage = start(lives.enrolled, world)
    lives.buy(stage)
    return stage


RENEWAL = (
    "store.load_for_renewal",
    "store.prices",
    "store.commit",
    "payments.charge",
    "store.commit",
    "queue.nudge",
)
RETRIED = ("store.load_for_renewal", "payments.cancel", *RENEWAL[2:])
REFUND = ("store.claim", "payments.refund", "store.load", "store.document", "store.commit")

MONEY = {
    "checkout": Scenario(
        begin=lives.enrolled,
        act=lambda stage, world: lives.buy(stage, world=world),
        calls=(
            "store.prices",
            "store.load_for_checkout",
            "store.freelancer",
            "payments.customer",
            "store.begin_order",
            "payments.charge",
            "store.commit",
            "queue.nudge",
        ),
        asked_by_a_person=True,
    ),
    "checkout to be confirmed": Scenario(
        begin=lives.enrolled,
        act=cardholders.buy,
        calls=(
            "store.prices",
            "store.load_for_checkout",
            "store.freelancer",
            "payments.customer",
            "store.begin_order",
            "payments.charge",
            "store.release_lease",
            "payments.authentication",
        ),
        asked_by_a_person=True,
        minutes=90,
    ),
    "checkout that was confirmed": Scenario(
        begin=cardholders.confirmed_checkout,
        act=cardholders.buy,
        calls=(
            "store.prices",
            "store.load_for_checkout",
            "store.order",
            "store.begin_order",
            "payments.charge",
            "store.commit",
            "queue.nudge",
        ),
        asked_by_a_person=True,
    ),
    "renewal": Scenario(
        begin=lives.term_over,
        act=sweep(tick.end_term),
        calls=RENEWAL,
    ),
    "renewal declined": Scenario(
        begin=declining,
        act=sweep(tick.end_term),
        calls=RENEWAL,
    ),
    "renewal with another card": Scenario(
        begin=cardholders.with_another_card, act=sweep(tick.end_term), calls=RENEWAL
    ),
    "renewal to be confirmed": Scenario(
        begin=cardholders.to_be_confirmed, act=sweep(tick.end_term), calls=RENEWAL
    ),
    "renewal that was confirmed": Scenario(
        begin=cardholders.confirmed_renewal,
        act=cardholders.hear_of_renewal,
        calls=(
            "store.load",
            "store.load_for_renewal",
            "payments.find",
            "store.commit",
            "queue.nudge",
        ),
        by_message=True,
    ),
    "renewal that was confirmed, its notice lost": Scenario(
        begin=cardholders.confirmed_renewal_of_yesterday,
        act=sweep(tick.end_term),
        calls=("store.load_for_renewal", "payments.cancel", "store.commit", "queue.nudge"),
    ),
    "cancel": Scenario(
        begin=lives.active,
        act=lambda stage, world: lives.cancel_now(stage, world=world),
        calls=("store.load_with_books", "store.commit", "queue.nudge"),
        asked_by_a_person=True,
    ),
    "refund": Scenario(begin=canceled, act=carry("refund"), calls=REFUND),
    "checkout with tax": Scenario(
        make=with_taxes,
        begin=lives.enrolled,
        act=lambda stage, world: lives.buy(stage, world=world),
        calls=(
            "store.prices",
            "store.load_for_checkout",
            "store.freelancer",
            "taxes.due",
            "payments.customer",
            "store.begin_order",
            "payments.charge",
            "store.commit",
            "queue.nudge",
        ),
        asked_by_a_person=True,
    ),
    "tax entered": Scenario(
        make=with_taxes,
        begin=bought,
        act=carry("tax"),
        calls=("store.claim", "taxes.record", "store.note", "store.done"),
    ),
    "tax taken back": Scenario(
        make=with_taxes,
        begin=refunded,
        act=carry("tax_reversal"),
        calls=("store.claim", "store.memo", "taxes.reverse", "store.done"),
    ),
    "renewal with tax": Scenario(
        make=with_taxes,
        begin=lives.term_over,
        act=sweep(tick.end_term),
        calls=(*RENEWAL[:2], "taxes.due", *RENEWAL[2:]),
    ),
    "checkout that was confirmed, and heard of": Scenario(
        begin=cardholders.confirmed_checkout,
        act=cardholders.hear_of_checkout,
        calls=("store.order", "payments.find", "store.books", "store.commit", "queue.nudge"),
        by_message=True,
    ),
    "checkout whose cardholder has failed": Scenario(
        begin=cardholders.failed_checkout,
        act=lambda stage, world: lives.calmly(lambda: cardholders.buy(stage, world)),
        calls=(
            "store.prices",
            "store.load_for_checkout",
            "store.order",
            "store.begin_order",
            "payments.charge",
            "payments.cancel",
            "store.abandon_order",
        ),
        asked_by_a_person=True,
        minutes=90,
    ),
    "checkout whose cardholder never came": Scenario(
        begin=cardholders.abandoned_checkout,
        act=cardholders.settle_checkout,
        calls=("store.order", "payments.cancel", "store.abandon_order"),
    ),
    "checkout that was confirmed at the last moment": Scenario(
        begin=cardholders.confirmed_at_the_last_moment,
        act=cardholders.settle_checkout,
        calls=("store.order", "payments.cancel", "store.books", "store.commit", "queue.nudge"),
    ),
    "renewal tried again with another card": Scenario(
        begin=declined_with_another_card, act=sweep(tick.end_term), calls=RETRIED
    ),
    "renewal given up": Scenario(
        begin=at_the_last_try,
        act=sweep(tick.end_term),
        calls=(*RETRIED[:-2], "payments.cancel", *RETRIED[-2:]),
    ),
    "renewal whose charge was not heard of": Scenario(
        begin=_dead("after"),
        act=sweep(tick.settle),
        calls=("store.load_for_renewal", "payments.cancel", "store.commit", "queue.nudge"),
    ),
    "renewal whose charge was never made": Scenario(
        begin=_dead("before"),
        act=sweep(tick.settle),
        calls=("store.load_for_renewal", "payments.cancel", "store.commit"),
    ),
    "renewal that was confirmed for nothing": Scenario(
        begin=confirmed_and_suspended,
        act=sweep(tick.end_term),
        calls=("store.load_for_renewal", "payments.cancel", "store.commit", "queue.nudge"),
        strays=True,
    ),
    "stray charge": Scenario(
        begin=charged_for_nothing,
        act=hear_of_stray,
        calls=(
            "store.load",
            "store.payer",
            "payments.find",
            "store.documents",
            "store.put_effects",
            "queue.nudge",
        ),
        by_message=True,
        strays=True,
    ),
    "stray charge given back": Scenario(
        begin=_expired_though_paid,
        act=carry("stray"),
        calls=("store.claim", "payments.refund", "store.done"),
        strays=True,
    ),
    "refund that failed": Scenario(
        make=with_taxes,
        begin=refund_failed,
        act=hear_of_refund,
        calls=(
            "payments.refund_state",
            "store.effect",
            "store.bring_back",
            "store.load",
            "store.document",
            "store.commit",
        ),
        by_message=True,
        afterwards=retry_stuck,
    ),
    "refund that failed long ago": Scenario(
        begin=refunded_again,
        act=hear_of_refund,  # a notice may come twice, or late
        calls=("payments.refund_state", "store.effect", "store.load", "store.document"),
        by_message=True,
    ),
    "refund made once more": Scenario(begin=_to_be_refunded_again, act=carry("refund"), calls=REFUND),
}
