"""Lists go newest first, page by page, over all shards; the sweeps' index holds only whom time concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.waking import Sweep
from chalicelib.rulebook import Status
from tests import lives

COUNT = 7


@pytest.fixture
def stage(world):
    """Seven subscriptions of one client, all pending."""
    made = lives.enrolled(world)
    made.ids = []
    for number in range(COUNT):
        made.forward(timedelta(seconds=1))
        made.ids.append(lives.buy(made, key=str(number)).id)
    return made


def _all(read, limit):
    found, after = [], None
    for _ in range(COUNT + 1):
        page = read(limit=limit, after=after)
        assert len(page.items) <= limit
        found += [item.id for item in page.items]
        after = page.next_after
        if after is None:
            return found
    raise AssertionError("the last page never came")


@pytest.mark.parametrize("limit", [1, 2, 3, COUNT, COUNT + 1, 100])
@pytest.mark.parametrize("listed", ["own", "own and pending", "status", "email", "seller"])
def test_pages_are_newest_first_without_gap_or_repetition(stage, listed, limit):
    store = stage.world.store
    frida = store.freelancer_of(lives.FREELANCER.id)
    reads = {
        "own": lambda **page: store.subscriptions_of(lives.CLIENT.id, status=None, **page),
        "own and pending": lambda **page: store.subscriptions_of(
            lives.CLIENT.id, status=Status.PENDING, **page
        ),
        "status": lambda **page: store.with_status(Status.PENDING, **page),
        "email": lambda **page: store.with_email(lives.CLIENT.email.upper(), **page),
        "seller": lambda **page: store.sold_by(frida.id, **page),
    }
    assert _all(reads[listed], limit) == stage.ids[::-1]


@pytest.mark.parametrize("limit", [1, 3, COUNT, 100])
def test_R76_papers_are_listed_newest_first(stage, limit):
    store = stage.world.store
    documents = _all(lambda **page: store.documents(lives.CLIENT.id, **page), limit)
    assert len(documents) == len(set(documents)) == COUNT
    assert documents == sorted(documents, reverse=True)


def test_a_status_that_nobody_has_lists_nobody(stage):
    assert stage.world.store.with_status(Status.ACTIVE, limit=10, after=None).items == []


def test_D8_only_what_is_delegated_or_asked_to_be_is_listed(stage):
    store = stage.world.store
    frida = store.freelancer_of(lives.FREELANCER.id)
    assert store.delegated_to(frida.id, limit=10, after=None).items == []
    stage.subscription_id = stage.ids[3]
    lives.ask_for_delegation(stage)
    assert [sub.id for sub in store.delegated_to(frida.id, limit=10, after=None).items] == [stage.ids[3]]


def _due(stage, sweep):
    store = stage.world.store
    return [due.id for shard in store.shards for due in store.due(sweep, shard=shard, at=stage.now())]


def test_R44_the_index_gives_those_whose_moment_has_come_and_no_others(stage):
    first = stage.world.store.load(stage.ids[0])
    stage.forward_to(first.activation_deadline - timedelta(seconds=1))
    assert _due(stage, Sweep.ACTIVATION_DEADLINES) == []
    stage.forward_to(first.activation_deadline + timedelta(seconds=2))
    assert sorted(_due(stage, Sweep.ACTIVATION_DEADLINES)) == stage.ids[:3]


def test_what_is_canceled_leaves_the_index(stage):
    stage.subscription_id = stage.ids[0]
    lives.cancel_now(stage)
    stage.forward(timedelta(days=20))
    assert sorted(_due(stage, Sweep.ACTIVATION_DEADLINES)) == stage.ids[1:]


def test_the_index_is_spread_over_all_shards(stage):
    stage.forward(timedelta(days=20))
    store = stage.world.store
    found = [
        {due.id for due in store.due(Sweep.ACTIVATION_DEADLINES, shard=shard, at=stage.now())}
        for shard in store.shards
    ]
    assert all(found)
    assert sum(map(len, found)) == COUNT
