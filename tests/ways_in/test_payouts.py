"""What is earned is sent once, whenever the account opens; what is disputed is fetched back (D13)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.domain.waking import Sweep
from chalicelib.gateways.stripe.client import API_VERSION
from chalicelib.rulebook import Status
from chalicelib.usecases import carry_out, enroll, payouts, tick
from chalicelib.usecases.webhooks import PAYMENTS
from sandbox.simulators.stripe import SECRET_KEY
from sandbox.world import make_world
from tests import lives

SHARE = 7_20  # ten percent of ten seats


@pytest.fixture
def stage():
    """Seats in use, sold by a freelancer."""
    return lives.active(lives.empty())


def ask_for_account(stage):
    return payouts.begin_onboarding(stage.world, caller=lives.FREELANCER, at=stage.now())


def account_of(stage):
    payee = stage.world.store.payee(frida(stage).id)
    assert payee is not None
    return payee.account_id


def open_account(stage):
    """The freelancer asks for an account, and tells the provider everything."""
    ask_for_account(stage)
    stage.world.stripe.finish_onboarding(account_of(stage))
    heed(stage)


def overview(stage):
    return payouts.overview(stage.world, caller=lives.FREELANCER, at=stage.now(), request_id=lives.REQUEST)


def close_window(stage):
    stage.forward(timedelta(days=8))
    lives.sweep_all(stage.world)


def heed(stage):
    """Every notice that the provider has sent is taken and looked into, and what follows is done."""
    world = stage.world
    while (notice := world.stripe.take_notice(stage.now())) is not None:
        found = world.payments.read_webhook(headers=notice.headers, body=notice.body, at=stage.now())
        if found is not None:
            carry_out.look_again(
                world,
                neighbor=PAYMENTS,
                reference=f"{found.concern}:{found.reference}",
                at=stage.now(),
                request_id=lives.REQUEST,
            )
    lives.drain(world)


def frida(stage):
    found = stage.world.store.freelancer_of(lives.FREELANCER.id)
    assert found is not None
    return found


def totals(stage):
    """Pending, earned, reversed, paid."""
    found = stage.world.store.totals(frida(stage).id)
    assert found.accrued == found.pending + found.earned + found.reversed
    return found.pending, found.earned, found.reversed, found.paid


def held(stage):
    """What the freelancer's account at the provider has."""
    return stage.world.stripe.balance_of(account_of(stage))


def charge_of(stage):
    return stage.world.store.load(stage.subscription_id).payment.charge_id


def dispute(stage, **more):
    opened = stage.world.stripe.open_dispute(charge_of(stage), **more)
    heed(stage)
    return opened["id"]


def decide(stage, dispute_id, *, won):
    stage.forward(timedelta(days=30))
    stage.world.stripe.close_dispute(dispute_id, won=won)
    heed(stage)


def refund_by_hand(stage, cents):
    """Somebody clicks in the provider's own pages."""
    reply = stage.world.transport.send(
        method="POST",
        url=f"{stage.world.settings.stripe.url}/v1/refunds",
        headers={
            "Authorization": f"Bearer {SECRET_KEY}",
            "Stripe-Version": API_VERSION,
            "Content-Type": "application/x-www-form-urlencoded",
        },
        body=urlencode({"charge": charge_of(stage), "amount": cents}).encode(),
        seconds=5,
    )
    assert reply.status == 200, reply.body


def history(stage):
    lines = stage.world.store.history(stage.subscription_id, limit=100, after=None).items
    return [line.event for line in reversed(lines)]


def stuck(stage):
    return [effect.kind for effect in stage.world.store.stuck(limit=10, after=None).items]


# --- paid ------------------------------------------------------------------------------------------------


def test_d13_what_is_earned_is_sent_to_an_open_account(stage):
    open_account(stage)
    assert totals(stage) == (SHARE, 0, 0, 0)
    close_window(stage)

    assert totals(stage) == (0, SHARE, 0, SHARE)
    (transfer,) = stage.world.stripe.transfers()
    assert (transfer["amount"], transfer["source_transaction"]) == (SHARE, charge_of(stage))
    assert (overview(stage).paid, overview(stage).waiting) == (SHARE, 0)


def test_d13_what_is_earned_waits_for_the_account_and_is_sent_when_it_opens(stage):
    close_window(stage)
    assert (overview(stage).state, overview(stage).waiting) == ("not_started", SHARE)
    assert stuck(stage) == []

    ask_for_account(stage)
    assert overview(stage).state == "incomplete"
    assert overview(stage).missing
    stage.world.stripe.finish_onboarding(account_of(stage))
    heed(stage)

    assert (overview(stage).state, overview(stage).paid, overview(stage).waiting) == ("active", SHARE, 0)
    assert held(stage) == SHARE


def test_d13_the_notice_is_lost_and_whoever_looks_sets_it_going(stage):
    close_window(stage)
    ask_for_account(stage)
    stage.world.stripe.finish_onboarding(account_of(stage))

    assert overview(stage).state == "active"
    lives.drain(stage.world)
    assert held(stage) == SHARE


def test_d13_every_line_that_waited_is_sent_each_from_its_own_charge(stage):
    term = stage.world.store.load(stage.subscription_id).term
    assert term is not None
    close_window(stage)
    stage.forward_to(term.end)
    lives.sweep_all(stage.world)
    close_window(stage)
    open_account(stage)

    transfers = stage.world.stripe.transfers()
    assert len({transfer["source_transaction"] for transfer in transfers}) == len(transfers) == 2
    assert held(stage) == sum(transfer["amount"] for transfer in transfers) == totals(stage)[3]


def test_d13_notices_that_come_twice_send_nothing_twice(stage):
    close_window(stage)
    open_account(stage)
    world, account = stage.world, account_of(stage)
    for _ in range(2):
        payouts.look(world, account_id=account, at=stage.now(), request_id=lives.REQUEST)
        lives.drain(world)

    assert len(world.stripe.transfers()) == 1


def test_d13_what_is_left_of_a_canceled_cycle_is_sent(stage):
    open_account(stage)
    stage.forward(timedelta(days=3))
    lives.cancel_now(stage)
    lives.drain(stage.world)

    _, earned, back, paid = totals(stage)
    assert (earned + back, paid) == (SHARE, earned)
    assert 0 < held(stage) == earned < SHARE


def test_d13_a_restricted_account_is_not_paid_and_nothing_is_stuck(stage):
    open_account(stage)
    stage.world.stripe.restrict(account_of(stage))  # and nobody has told us
    close_window(stage)

    assert (stuck(stage), stage.world.stripe.transfers()) == ([], [])
    assert (overview(stage).state, overview(stage).waiting) == ("restricted", SHARE)
    stage.world.stripe.finish_onboarding(account_of(stage))
    heed(stage)
    assert (held(stage), totals(stage)[3]) == (SHARE, SHARE)


def test_d13_an_answer_that_is_lost_sends_nothing_twice(stage):
    open_account(stage)
    stage.world.neighbors.faults["payments"].plan("timeout", path="/v1/transfers", count=3)
    close_window(stage)
    assert totals(stage)[3] == 0  # not known yet
    lives.recover(stage)

    assert (len(stage.world.stripe.transfers()), totals(stage)[3]) == (1, SHARE)


def test_d13_an_answer_that_is_lost_for_days_sends_nothing_twice(stage):
    open_account(stage)
    stage.world.neighbors.faults["payments"].plan("timeout", path="/v1/transfers", count=3)
    close_window(stage)
    stage.forward(timedelta(days=3))  # the provider has forgotten the key by then
    lives.recover(stage)

    assert (len(stage.world.stripe.transfers()), totals(stage)[3]) == (1, SHARE)


def test_the_account_is_not_known_to_us(stage):
    payouts.look(stage.world, account_id="acct_of_somebody", at=stage.now(), request_id=lives.REQUEST)

    assert stage.world.queue.take() == []


def test_d15_who_has_left_the_program_is_still_paid_what_they_have_earned(stage):
    open_account(stage)
    enroll.leave(stage.world, caller=lives.FREELANCER, once=None, at=stage.now(), request_id=lives.REQUEST)
    close_window(stage)

    assert held(stage) == SHARE


# --- off -------------------------------------------------------------------------------------------------


def test_d13_where_payouts_are_off_the_ledger_is_kept_and_nothing_is_sent():
    world = make_world(environment={"PAYOUTS": "off"})
    world.__dict__["queue"] = lives.PaperQueue()
    stage = lives.active(world)
    close_window(stage)

    assert world.payouts is None
    assert totals(stage) == (0, SHARE, 0, 0)
    assert (overview(stage).state, overview(stage).waiting) == ("off", 0)
    assert not [row for row in world.aws.table.rows() if row.hash_key.value.endswith(".payout")]


def test_d13_payouts_are_switched_off_while_one_was_to_be_made(stage):
    stage.forward(timedelta(days=8))
    world = stage.world
    for shard in world.store.shards:
        for due in list(world.store.due(Sweep.COMMISSIONS, shard=shard, at=stage.now())):
            tick.earn(world, due=due, at=stage.now(), request_id=lives.REQUEST)
    world.__dict__["payouts"] = None
    lives.drain(world)

    assert (stuck(stage), world.stripe.transfers()) == ([], [])


# --- disputed --------------------------------------------------------------------------------------------


def test_d13_a_dispute_fetches_what_was_paid_and_winning_it_pays_again(stage):
    open_account(stage)
    close_window(stage)
    dispute_id = dispute(stage)

    assert totals(stage) == (0, 0, SHARE, 0)
    assert held(stage) == 0
    assert stage.world.store.load(stage.subscription_id).status is Status.ACTIVE
    (case,) = stage.world.store.disputes(limit=10, after=None).items
    assert (case.id, case.status, case.closed_at) == (dispute_id, "needs_response", None)
    assert case.subscription_id == stage.subscription_id

    decide(stage, dispute_id, won=True)
    assert totals(stage)[1:] == (SHARE, 0, SHARE)
    assert held(stage) == SHARE
    (case,) = stage.world.store.disputes(limit=10, after=None).items
    assert (case.status, case.closed_at) == ("won", stage.now())
    assert [event for event in history(stage) if "dispute" in event] == ["disputed", "dispute_closed"]


def test_d13_a_dispute_that_is_lost_has_fetched_it_for_good(stage):
    open_account(stage)
    close_window(stage)
    decide(stage, dispute(stage), won=False)

    assert totals(stage) == (0, 0, SHARE, 0)
    assert (held(stage), len(stage.world.stripe.reversals())) == (0, 1)


def test_d13_a_dispute_in_the_window_is_paid_when_it_is_won(stage):
    open_account(stage)
    dispute_id = dispute(stage)
    assert totals(stage) == (0, 0, SHARE, 0)
    close_window(stage)
    assert stage.world.stripe.transfers() == []
    decide(stage, dispute_id, won=True)

    assert totals(stage) == (0, SHARE, 0, SHARE)


def test_d13_what_the_account_has_not_got_is_before_an_operator_and_can_be_tried_again(stage):
    open_account(stage)
    close_window(stage)
    stage.world.stripe.payout(account_of(stage))
    dispute(stage)

    assert stuck(stage) == ["claw_back"]
    assert totals(stage) == (0, 0, SHARE, SHARE)
    assert overview(stage).waiting == 0

    (effect,) = stage.world.store.stuck(limit=10, after=None).items
    stage.world.stripe._books.named("account", account_of(stage))["_balance"] = SHARE  # more was earned
    stage.world.store.retry(effect.id, once=None, at=stage.now())
    lives.sweep_all(stage.world)
    assert (stuck(stage), totals(stage)) == ([], (0, 0, SHARE, 0))


def test_d13_a_dispute_before_an_account_is_there_leaves_nothing_that_waits(stage):
    close_window(stage)
    dispute(stage)

    assert overview(stage).waiting == 0
    open_account(stage)
    assert stage.world.stripe.transfers() == []


def test_a_dispute_that_is_told_twice_is_written_once(stage):
    dispute_id = dispute(stage)
    for _ in range(2):
        carry_out.look_again(
            stage.world,
            neighbor=PAYMENTS,
            reference=f"dispute:{dispute_id}",
            at=stage.now(),
            request_id=lives.REQUEST,
        )

    assert history(stage).count("disputed") == 1
    assert len(stage.world.store.disputes(limit=10, after=None).items) == 1


def test_a_dispute_of_an_earlier_term_finds_its_own_invoice(stage):
    first = charge_of(stage)
    term = stage.world.store.load(stage.subscription_id).term
    assert term is not None
    close_window(stage)
    stage.forward_to(term.end)
    lives.sweep_all(stage.world)
    assert charge_of(stage) != first
    stage.world.stripe.open_dispute(first)
    heed(stage)

    pending, earned, back, _ = totals(stage)
    assert (earned, back) == (0, SHARE)
    assert pending > 0
    (case,) = stage.world.store.disputes(limit=10, after=None).items
    assert case.invoice_number.endswith("-0001")


def test_a_dispute_that_nobody_knows_is_loud_and_no_fault(stage):
    carry_out.look_again(
        stage.world, neighbor=PAYMENTS, reference="dispute:dp_x", at=stage.now(), request_id=lives.REQUEST
    )

    assert stage.world.store.disputes(limit=10, after=None).items == []


def test_a_card_that_is_disputed_at_once_is_found_when_the_sale_is_written():
    stage = lives.enrolled(lives.empty())
    lives.buy(stage, payment_method="pm_card_createDispute")
    heed(stage)

    (case,) = stage.world.store.disputes(limit=10, after=None).items
    assert case.subscription_id == stage.subscription_id


# --- refunded elsewhere ----------------------------------------------------------------------------------


def test_d13_a_refund_made_by_hand_takes_its_share_of_the_commission_back(stage):
    open_account(stage)
    close_window(stage)
    refund_by_hand(stage, 36_00)
    heed(stage)

    assert totals(stage) == (0, SHARE // 2, SHARE // 2, SHARE // 2)
    assert held(stage) == SHARE // 2
    assert history(stage).count("refunded_elsewhere") == 1
    assert stage.world.store.load(stage.subscription_id).status is Status.ACTIVE


def test_d13_a_refund_of_ours_is_no_refund_made_by_hand(stage):
    open_account(stage)
    stage.forward(timedelta(days=3))
    lives.cancel_now(stage)
    lives.drain(stage.world)
    heed(stage)

    assert "refunded_elsewhere" not in history(stage)
