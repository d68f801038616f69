"""Is a decision kept whole, once, or not at all?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.idempotency import Answer, Replay
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Suspension
from chalicelib.storage.transaction import Stale, Taken
from chalicelib.usecases import cancel, link_account, renew
from tests import lives


def _rows(world):
    return {
        (row.attrs["pk"].value, row.attrs["sk"].value): row.to_json()["Attributes"]
        for row in world.aws.table.rows()
    }


def _suspended(stage):
    sub = stage.world.store.load(stage.subscription_id)
    return advance(
        sub,
        Event.SUSPENDED,
        at=stage.now(),
        by=SYSTEM,
        changes={"suspension": Suspension(reason="terms", at=stage.now())},
    )


def test_of_two_decisions_on_one_version_only_the_first_is_kept(active):
    first, second = _suspended(active), _suspended(active)
    active.world.store.commit(first)
    before = _rows(active.world)
    with pytest.raises(Stale):
        active.world.store.commit(second)
    assert _rows(active.world) == before


def test_R74_a_paper_whose_number_is_taken_takes_nothing_with_it(active):
    world = active.world
    sub, books = world.store.load_with_books(
        active.subscription_id, client_id=lives.CLIENT.id, at=active.now()
    )
    lives.buy(active, key="another")  # its invoice takes the number that the credit note would have had
    from chalicelib.domain.lifecycle import Given

    decision = advance(
        sub,
        Event.CANCELED,
        at=active.now(),
        by=SYSTEM,
        given=Given(document_id="inv_late", books=books),
    )
    before = _rows(world)
    with pytest.raises(Stale):
        world.store.commit(decision)
    assert _rows(world) == before


def test_D13_a_renewal_before_the_last_commission_was_earned_keeps_the_books(world):
    stage = lives.active(world)
    stage.forward_to(world.store.load(stage.subscription_id).term.end)
    renew.end_term(world, due=lives.due_of(stage), at=stage.now(), request_id=lives.REQUEST)
    lives.drain(world)
    assert lives.outcome(stage)["commission"] == (1440, 720, 720, 0)
    lives.check_books(stage)


def test_history_has_no_gap_and_names_who_did_it(active):
    lives.cancel_now(active)
    lives.drain(active.world)
    lines = active.world.store.history(active.subscription_id, limit=100, after=None).items
    assert [line.version for line in lines] == list(range(len(lines), 0, -1))
    assert [line.event for line in lines][:2] == ["refunded", "canceled"]
    assert lines[1].by["role"] == "client"


def test_the_answer_of_a_request_is_kept_with_its_decision(active):
    lives.cancel_now(active, key="one")
    with pytest.raises(Replay) as replayed:
        lives.cancel_now(active, key="one")
    assert replayed.value.answer == Answer(status=201, body={"id": active.subscription_id})


def test_a_key_is_free_again_when_its_time_is_over(active):
    lives.cancel_now(active, key="one")
    active.forward(timedelta(days=2))
    with pytest.raises(Refusal, match="invalid_transition"):
        lives.cancel_now(active, key="one")


def test_an_answer_that_was_kept_is_not_overwritten(active):
    lives.cancel_now(active, key="one")
    active.world.store.remember(lives.once("one"), Answer(status=409, body={}), at=active.now())
    with pytest.raises(Replay) as replayed:
        lives.cancel_now(active, key="one")
    assert replayed.value.answer.status == 201


def test_D17_a_prefix_belongs_to_one_subscription_until_it_is_given_up(world):
    stage = lives.submitted(world)
    mine = stage.subscription_id
    lives.buy(stage, key="another")
    form = world.store.load(mine).account.form
    told = {"caller": lives.CLIENT, "form": form, "at": stage.now(), "request_id": lives.REQUEST}
    with pytest.raises(Refusal, match="domain_taken"):
        link_account.link_account(world, subscription_id=stage.subscription_id, **told)
    another, stage.subscription_id = stage.subscription_id, mine
    lives.cancel_now(stage)
    linked = link_account.link_account(world, subscription_id=another, **told)
    assert linked.account is not None
    assert linked.account.domain == "carlsworks.onmicrosoft.com"


def test_a_taken_name_is_told_from_a_stale_version():
    assert not issubclass(Taken, Stale)


def test_snoozing_moves_nothing_that_somebody_else_has_moved(active):
    world = active.world
    old = world.store.load(active.subscription_id)
    world.store.commit(_suspended(active))
    from chalicelib.domain.waking import Sweep, Wake

    world.store.snooze(old, Wake(sweep=Sweep.PROVISIONING, due_at=active.now()))
    found = [
        due
        for shard in world.store.shards
        for due in world.store.due(Sweep.PROVISIONING, shard=shard, at=active.now())
    ]
    assert found == []


def test_a_quote_is_honored_to_the_cent_and_only_for_what_it_was_made(active):
    world = active.world
    active.forward(timedelta(days=2))
    told = {"caller": lives.CLIENT, "subscription_id": active.subscription_id}
    quoted = cancel.preview(world, at=active.now(), **told)
    active.forward(timedelta(minutes=15))
    canceled = cancel.cancel(
        world, reason=None, quote=quoted.quote, once=lives.once("q"), at=active.now(), request_id="r", **told
    )
    assert canceled.cancellation is not None
    assert canceled.cancellation.refund == quoted.refund.amount


def test_a_declined_checkout_keeps_its_answer_and_nothing_else(world):
    stage = lives.enrolled(world)
    before = set(_rows(world))
    for _ in range(2):
        with pytest.raises((Refusal, Replay)):
            lives.buy(stage, payment_method="pm_card_visa_chargeDeclined")
    left = set(_rows(world)) - before
    # That the provider knows the client stays: there they are the same person the next time.
    assert sorted(sort_key for _, sort_key in left) == ["payer", "record"]
    assert len([each for each in world.stripe.ledger if each.payment_method]) == 1
