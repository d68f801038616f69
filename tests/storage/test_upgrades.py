"""A row says which shape it has: an older one is brought up, a newer one is refused and stays as it is."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest

from app import app
from chalicelib import sweeps
from chalicelib.domain.refusals import Refusal
from chalicelib.storage import keys
from chalicelib.storage.stale import Newer
from chalicelib.storage.tables import Row
from chalicelib.storage.upgrades import READS, SCHEMA, UPGRADES, brought_up
from chalicelib.usecases import cards
from chalicelib.usecases.carry_out import carry_out
from sandbox.aws import TABLE
from sandbox.exchange import Request
from sandbox.front import Front
from tests import lives
from tests.ways_in.test_sweeps import EVENT, Context

STEPS = {
    1: {"order": lambda body: {**body, "paid_by": body.get("paid_by", body.get("payment_method"))}},
    2: {"order": lambda body: {**body, "steps": [*body.get("steps", []), 3]}},
}


def row(schema, *, sk="order", body=None):
    made = {"pk": {"S": "ord_1"}, "sk": {"S": sk}, "schema": {"N": str(schema)}}
    return made if body is None else {**made, "body": {"S": json.dumps(body)}}


def body_of(stored):
    return json.loads(stored["body"]["S"])


def test_an_older_document_goes_through_every_step_to_the_shape_of_today():
    found = brought_up(row(1, body={"payment_method": "pm"}), reads=3, upgrades=STEPS)
    assert body_of(found) == {"payment_method": "pm", "paid_by": "pm", "steps": [3]}
    found = brought_up(row(2, body={"paid_by": "pm"}), reads=3, upgrades=STEPS)
    assert body_of(found) == {"paid_by": "pm", "steps": [3]}


def test_another_kind_of_row_and_a_row_without_a_document_are_left_as_they_are():
    history = row(1, sk="history#000001", body={"event": "sold"})
    assert brought_up(history, reads=3, upgrades=STEPS)["body"] == {"S": '{"event":"sold"}'}
    assert brought_up(row(1), reads=3, upgrades=STEPS) == row(1)


def test_a_row_of_today_is_not_even_copied():
    today = row(READS, body={"payment_method": "pm"})
    assert brought_up(today) is today


def test_a_hint_of_an_index_says_nothing_of_its_shape():
    hint = {"pk": {"S": "ord_1"}, "sk": {"S": "order"}}
    assert brought_up(hint, reads=3, upgrades=STEPS) is hint


def test_what_is_written_can_be_read_and_there_is_a_way_from_every_shape_that_ever_was():
    assert 1 <= SCHEMA <= READS
    assert set(UPGRADES) == set(range(1, READS))


# --- a row of a release to come, while this one still runs ------------------------------------------------


def stored(world, key):
    """The row as it is in the table, whoever wrote it."""
    client, (pk, sk) = world.store._connection.client, key
    return client.get_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]


def from_the_next_release(world, key):
    """Let the next release have written a row, with something that this one does not know."""
    document = body_of(stored(world, key)) | {"new": {"worth": "keeping"}}
    with contextlib.suppress(Newer):  # what comes back from the change cannot be read any more
        Row(*key).update(actions=[Row.body.set(json.dumps(document)), Row.schema.set(READS + 1)])
    return stored(world, key)


def test_nobody_decides_on_a_newer_row_and_nothing_in_it_is_lost(active):
    world, key = active.world, keys.subscription(active.subscription_id)
    before = from_the_next_release(world, key)
    with pytest.raises(Refusal, match="busy"):
        lives.cancel_now(active)
    assert stored(world, key) == before
    assert world.stripe.refunds() == []


def test_the_caller_hears_that_it_can_be_tried_again(active):
    world = active.world
    from_the_next_release(world, keys.subscription(active.subscription_id))
    token = world.identity.issue(email=lives.CLIENT.email, roles=["client"]).token
    asked = Request(
        method="GET",
        target=f"/v1/subscriptions/{active.subscription_id}",
        headers={"Authorization": f"Bearer {token}"},
        body=b"",
    )
    answer = Front(app).answer(asked)
    assert (answer.status, json.loads(answer.body)["code"]) == (503, "busy")
    assert answer.headers["Retry-After"]


def test_a_sweep_goes_on_with_the_others_and_the_newer_release_finds_the_row_still_due(world):
    stage = lives.enrolled(world)
    ahead, ours = [lives.buy(stage, key=key).id for key in ("ahead", "ours")]
    lives.drain(world)
    before = from_the_next_release(world, keys.subscription(ahead))
    stage.forward(timedelta(days=14))
    with pytest.raises(sweeps.SweepFailed, match="1 failed, 1 handled"):
        sweeps.sweep_activation_deadlines(EVENT, Context(60_000))
    assert stored(world, keys.subscription(ahead)) == before
    assert world.store.load(ours).status == "canceled"


def test_an_effect_about_a_newer_row_stays_open_for_the_newer_release(active):
    world = active.world
    lives.suspend_now(active)
    (align,) = [each for each in world.queue.take() if each.endswith(".align")]
    from_the_next_release(world, keys.subscription(active.subscription_id))
    with pytest.raises(Newer):
        carry_out(world, effect_id=align, at=active.now(), request_id="r")
    assert world.store.effect(align).state == "open"
    assert [seats.status for seats in world.partner_center.seats] == ["active"]


def test_a_card_is_not_chosen_over_what_a_newer_release_knows_of_the_client(active):
    world, key = active.world, keys.payer(lives.CLIENT.id)
    before = from_the_next_release(world, key)
    with pytest.raises(Newer):
        cards.choose(world, caller=lives.CLIENT, payment_method="pm_card_visa", at=active.now())
    assert stored(world, key) == before
