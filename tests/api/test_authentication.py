"""3-D Secure, over HTTP: 202 while the bank wants to see the cardholder, then 201, 402, or nothing at all."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.waking import Sweep
from chalicelib.usecases import tick
from chalicelib.usecases.carry_out import carry_out, look_again
from tests.api.people import PURCHASE
from tests.lives import Stage, due_of

ASKS = "pm_card_authenticationRequired"
SUBSCRIPTIONS = "/v1/subscriptions"


def buy(cast, *, key="k", card=ASKS):
    return cast.client().post(SUBSCRIPTIONS, {**PURCHASE, "payment_method": card}, key=key)


def secret(answered):
    return answered.json["authentication"]["client_secret"]


def forward(world, **span):
    world.clock.put(world.now() + timedelta(**span))


def settle(world):
    """What the sweep of unsettled money does."""
    for shard in world.store.shards:
        for due in list(world.store.due(Sweep.UNSETTLED, shard=shard, at=world.now())):
            tick.settle(world, due=due, at=world.now(), request_id="sweep")


def orders(world):
    return [row for row in world.aws.table.rows() if row.range_key.value == "order"]


def webhooks(world):
    """Every notice that the provider has sent by now, taken by the worker."""
    while (notice := world.stripe.take_notice(world.now())) is not None:
        read = world.payments.read_webhook(headers=notice.headers, body=notice.body, at=world.now())
        if read is not None:
            reference = f"{read.concern}:{read.reference}"
            look_again(world, neighbor="payments", reference=reference, at=world.now(), request_id="w")


# --- a purchase ------------------------------------------------------------------------------------------


def test_the_bank_wants_to_see_the_cardholder_and_the_purchase_waits(cast, world):
    waits = buy(cast)

    assert (waits.status, waits.json["status"]) == (202, "authentication_required")
    assert waits.json["authentication"]["expires_at"] == "2024-01-31T11:00:00Z"
    assert "Location" not in waits.headers
    assert world.stripe.charges() == []
    assert cast.client().get(SUBSCRIPTIONS).json["data"] == []


def test_asked_again_meanwhile_the_same_key_still_waits_for_the_same_payment(cast, world):
    first, second = buy(cast), buy(cast)

    assert (second.status, second.replayed) == (202, False)
    assert second.json == first.json
    assert len(world.stripe.things("payment_intent")) == 1


def test_confirmed_the_same_key_answers_the_subscription(cast, world):
    waits = buy(cast)
    world.stripe.authenticate(secret(waits))
    sold = buy(cast)

    assert (sold.status, sold.json["id"]) == (201, waits.json["subscription_id"])
    assert len(world.stripe.charges()) == 1
    assert buy(cast).replayed
    assert orders(world) == []


def test_confirmed_the_purchase_goes_on_by_itself(cast, world):
    waits = buy(cast)
    world.stripe.authenticate(secret(waits))
    webhooks(world)

    (sub,) = cast.client().get(SUBSCRIPTIONS).json["data"]
    assert (sub["id"], sub["status"]) == (waits.json["subscription_id"], "pending")
    assert world.store.mail_of(sub["id"], "E1") is not None
    assert buy(cast).status == 201, "and the browser that asks later hears of it"
    webhooks(world)
    assert len(cast.client().get(SUBSCRIPTIONS).json["data"]) == 1


def test_not_confirmed_it_is_declined_and_nothing_can_be_taken_any_more(cast, world):
    waits = buy(cast)
    world.stripe.authenticate(secret(waits), ok=False)
    declined = buy(cast)

    assert (declined.status, declined.code) == (402, "payment_declined")
    assert buy(cast).replayed
    assert orders(world) == []
    with pytest.raises(Exception, match="canceled"):
        world.stripe.authenticate(secret(waits), payment_method="pm_card_visa")
    assert world.stripe.charges() == []


def test_the_sweep_leaves_the_order_alone_for_an_hour_and_then_calls_it_off(cast, world):
    waits = buy(cast)
    for minutes in (6, 53):
        forward(world, minutes=minutes)
        settle(world)
        assert len(orders(world)) == 1
    forward(world, minutes=1)
    settle(world)

    assert orders(world) == []
    with pytest.raises(Exception, match="canceled"):
        world.stripe.authenticate(secret(waits))


def test_confirmed_at_the_last_moment_it_is_sold_and_not_called_off(cast, world):
    world.stripe.authenticate(secret(buy(cast)))
    forward(world, minutes=61)
    settle(world)

    assert len(cast.client().get(SUBSCRIPTIONS).json["data"]) == 1
    assert len(world.stripe.charges()) == 1


def test_whoever_asks_after_the_hour_hears_that_it_is_over(cast, world):
    buy(cast)
    forward(world, minutes=60)
    late = buy(cast)

    assert (late.code, late.json["decline_code"]) == ("payment_declined", "authentication_expired")
    assert orders(world) == []


def test_the_secret_is_nowhere_but_in_the_answer(cast, world, told):
    waits = buy(cast)
    kept = json.dumps([str(row.attrs) for row in world.aws.table.rows()])

    assert secret(waits) not in kept
    assert secret(waits) not in json.dumps(told())


def test_when_the_secret_cannot_be_had_the_same_key_asks_again(cast, world):
    waits = buy(cast)
    world.neighbors.faults["payments"].plan("storm", method="GET", path="payment_intents", count=6)
    assert buy(cast).code == "payment_unavailable"
    assert buy(cast).json["subscription_id"] == waits.json["subscription_id"]


# --- a renewal -------------------------------------------------------------------------------------------


@pytest.fixture
def unconfirmed(cast, world):
    """A subscription whose renewal the bank wants to have confirmed."""
    sub = cast.bought()
    cast.activated(sub)
    forward(world, hours=1)
    cast.client().put("/v1/payment-methods/default", {"payment_method": ASKS})
    world.clock.put(world.store.load(sub["id"]).term.end)
    end_term(world, sub)
    webhooks(world)
    return sub


def end_term(world, sub):
    stage = Stage(world=world, link="", subscription_id=sub["id"])
    tick.end_term(world, due=due_of(stage), at=world.now(), request_id="sweep")


def ask(cast, sub):
    return cast.client().post(f"{SUBSCRIPTIONS}/{sub['id']}/payment-authentication")


def test_d11_a_renewal_that_must_be_confirmed_is_a_payment_issue(cast, world, unconfirmed):
    sub = cast.client().get(f"{SUBSCRIPTIONS}/{unconfirmed['id']}").json

    assert (sub["status"], sub["payment_issue"]["decline_code"]) == ("active", "authentication_required")
    letter = world.store.mail_of(sub["id"], "E14")
    assert letter.data["facts"]["decline_code"] == "authentication_required"


def test_d11_confirmed_in_the_browser_it_renews_by_itself_and_once(cast, world, unconfirmed):
    waiting = ask(cast, unconfirmed)
    assert waiting.status == 200
    world.stripe.authenticate(waiting.json["client_secret"])
    webhooks(world)
    end_term(world, unconfirmed)

    sub = cast.client().get(f"{SUBSCRIPTIONS}/{unconfirmed['id']}").json
    assert sub["payment_issue"] is None
    assert sub["current_term"]["start"] == "2024-02-29T10:00:00Z"
    assert len(world.stripe.charges()) == 2
    assert ask(cast, unconfirmed).code == "no_authentication_needed"


def test_d11_a_cardholder_who_failed_at_the_bank_may_try_once_more(cast, world, unconfirmed):
    world.stripe.authenticate(ask(cast, unconfirmed).json["client_secret"], ok=False)
    webhooks(world)
    again = ask(cast, unconfirmed)
    assert again.status == 200
    assert len(world.stripe.charges()) == 1

    world.stripe.authenticate(again.json["client_secret"])
    webhooks(world)
    end_term(world, unconfirmed)
    assert world.store.load(unconfirmed["id"]).term.number == 1
    assert len(world.stripe.charges()) == 2


def test_d11_confirmed_while_the_notice_is_lost_the_retry_finds_it(cast, world, unconfirmed):
    world.stripe.authenticate(ask(cast, unconfirmed).json["client_secret"])
    forward(world, days=1)
    end_term(world, unconfirmed)

    assert world.store.load(unconfirmed["id"]).term.number == 1
    assert len(world.stripe.charges()) == 2


def test_d11_before_another_try_the_last_payment_can_no_longer_be_confirmed(cast, world, unconfirmed):
    old = ask(cast, unconfirmed).json["client_secret"]
    forward(world, days=1)
    end_term(world, unconfirmed)

    with pytest.raises(Exception, match="canceled"):
        world.stripe.authenticate(old)
    assert ask(cast, unconfirmed).json["client_secret"] != old


def test_d7_d11_what_is_confirmed_while_it_is_suspended_goes_back(cast, world, unconfirmed):
    waiting = ask(cast, unconfirmed).json["client_secret"]
    cast.operator().put(f"/v1/admin/subscriptions/{unconfirmed['id']}/suspension", {"reason": "Spam."})
    assert ask(cast, unconfirmed).code == "no_authentication_needed"
    world.stripe.authenticate(waiting)
    webhooks(world)
    carry_all_out(world)

    assert world.store.load(unconfirmed["id"]).status == "expired"
    assert [refund.amount.amount for refund in world.stripe.refunds()] == [7200]


def test_d6_what_is_confirmed_after_the_end_goes_back_once(cast, world, unconfirmed):
    """The provider never heard that the payment was called off: it can still be confirmed."""
    sub = world.store.load(unconfirmed["id"])
    waiting = ask(cast, unconfirmed).json["client_secret"]
    world.stripe.authenticate(waiting)
    ended = advance(sub, Event.TERM_ENDED, at=world.now(), by=SYSTEM, detail={"cause": "payment"})
    world.store.commit(ended)
    notice = f"payment:{sub.renewal.reference(sub.id, 1)}"
    for _ in range(3):
        look_again(world, neighbor="payments", reference=notice, at=world.now(), request_id="w")
    carry_all_out(world)

    assert len(world.stripe.refunds()) == 1


def carry_all_out(world):
    """The sweep of the outbox, and the workers."""
    forward(world, minutes=6)
    for shard in world.store.shards:
        for due in list(world.store.due(Sweep.OUTBOX, shard=shard, at=world.now())):
            carry_out(world, effect_id=due.id, at=world.now(), request_id="w")


def test_nobody_but_a_renewal_that_waits_is_authenticated(cast):
    assert ask(cast, cast.bought()).code == "no_authentication_needed"
