"""Whatever a release has written, this one reads, and goes on from; see docs/releases.md."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib.domain.invoicing import Document
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Sweep
from chalicelib.rulebook import Status
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.kinds import KINDS, kind_of
from chalicelib.storage.tables import Row
from chalicelib.storage.upgrades import READS, brought_up
from sandbox.books import Books
from sandbox.client import Person, Town
from sandbox.clock import Duration
from tests.storage.past import KEPT, Past, gone_on, releases
from tools import release_fixture
from tools.release_story import Inside

MAKE = "run `python -m tools.release_fixture` (docs/releases.md says when)"


@pytest.fixture(scope="module", params=releases())
def past(request):
    return Past(request.param)


@pytest.fixture
def town(past):
    """Everybody who lived then, in a world of today that goes on from what was written then."""
    return Town(line=Inside(gone_on(past)))


def _has_shapes(release):
    return (KEPT / f"{release}.shapes.json").exists()


def _shapes(release):
    return json.loads((KEPT / f"{release}.shapes.json").read_text(encoding="utf-8"))


# --- what is kept -------------------------------------------------------------------------------------------


def test_the_rows_of_every_release_are_kept():
    known = {*release_fixture.releases(), release_fixture.version()}
    assert known <= set(releases()), MAKE


def _changed(before, today):
    """The kinds of document that were there before, and have another shape today."""
    kinds = before["kinds"].items()
    return {kind for kind, shape in kinds if today["kinds"].get(kind, shape) != shape}


def test_the_shapes_that_are_kept_are_those_of_today():
    kept, today = _shapes(releases()[-1]), release_fixture.shapes()
    assert not _changed(kept, today), f"these have another shape: {MAKE}"
    assert kept == today, f"there are new kinds, or fewer, or another number: {MAKE}"


def test_a_shape_that_has_changed_since_the_last_release_has_another_number():
    out = [release for release, is_out in release_fixture.releases().items() if is_out]
    known = [release for release in releases() if release in out and _has_shapes(release)]
    for before in map(_shapes, known[-1:]):
        changed = _changed(before, release_fixture.shapes())
        assert not changed or before["reads"] < READS, f"{changed} changed: raise READS (docs/releases.md)"


def test_the_newest_rows_are_of_every_kind_that_there_is():
    found = {kind_of(Row.from_raw_data(row)) for row in Past(releases()[-1]).rows}
    missing = {kind.name for kind in KINDS if kind not in found}
    assert missing <= {"clock"}, "live it in tools/release_story.py"  # a clock is only moved in a rehearsal


# --- reading ------------------------------------------------------------------------------------------------


def _is_kept(before, after):
    """Whether everything that was said is still said; more may be."""
    if isinstance(before, dict) and isinstance(after, dict):
        return all(name in after and _is_kept(value, after[name]) for name, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_is_kept, before, after))
    return before == after


def test_every_row_is_understood_and_nothing_in_it_is_passed_over(past):
    for stored in past.rows:
        row = Row.from_raw_data(stored)
        kind = kind_of(row)
        assert kind is not None, (row.pk, row.sk)
        if kind.document is not None:
            written = json.loads(row.body)
            assert _is_kept(written, json.loads(encode(decode(row.body, kind.document)))), (row.pk, row.sk)
        else:
            assert row.body is None, (row.pk, row.sk)


def test_an_upgrade_leaves_alone_what_it_is_given_twice(past):
    for stored in past.rows:
        once = brought_up(stored)
        assert brought_up({**once, "schema": stored["schema"]} if "schema" in once else once) == once


# --- going on -----------------------------------------------------------------------------------------------


def _person(town, told):
    who = Person(line=town.line, name=told["name"], email=told["email"], role=told["role"])
    who.locale = told["locale"]
    return who


def _client_of(town, sub):
    return Person(line=town.line, name=sub.client.name, email=sub.client.email, role="client")


def _frida(town):
    return town.person("Frida Lindqvist", "freelancer")


def _subs(past, *statuses):
    return [sub for sub in past.all("subscription", Subscription) if sub.status in statuses]


def test_a_request_that_was_answered_then_is_answered_the_same(town, past):
    for told in past.replays:
        answer = _person(town, told).send(told["method"], told["path"], told["body"], key=told["key"])
        assert (answer.status, answer.json) == (told["status"], told["answer"])
        assert answer.headers["idempotent-replayed"] == "true"


def test_everybody_finds_what_is_theirs(town, past):
    for status in Status:
        path = f"/v1/admin/subscriptions?status={status}&limit=100"
        listed = {sub["id"] for sub in town.operator.ask("GET", path)["data"]}
        assert listed == {sub.id for sub in _subs(past, status)}
    for path in ("reviews", "applications", "stuck"):
        assert town.operator.ask("GET", f"/v1/admin/{path}")["data"], path
    earned = _frida(town).ask("GET", "/v1/freelancer/earnings?limit=100")
    assert len(earned["data"]) == len([row for row in past.rows if row["sk"]["S"].startswith("earning#")])
    for sub in _subs(past, *Status):
        events = _client_of(town, sub).ask("GET", f"/v1/subscriptions/{sub.id}/events?limit=100")["data"]
        assert len(events) == sub.version


def test_R76_every_invoice_and_credit_note_can_be_printed(town, past):
    for document in past.all("document", Document):
        client = Person(line=town.line, name=document.client.name, email=document.client.email, role="client")
        printed = client.send("GET", f"/v1/invoices/{document.id}/pdf")
        assert (printed.status, printed.content[:5]) == (200, b"%PDF-")


def test_R56_a_client_cancels_and_gets_back_what_is_due_to_the_cent(town, past):
    (sub,) = [each for each in _subs(past, Status.ACTIVE) if each.client.name == "Chloé Martin"]
    town.line.runtime.settle()
    stripe, chloe = town.line.world.stripe, _client_of(town, sub)
    before = len(stripe.refunds())
    offered = chloe.ask("GET", f"/v1/subscriptions/{sub.id}/cancellation")
    # 150.00 for the thirty days from June 4, of which three have gone by
    assert (offered["rule"], offered["refund"]["amount"]) == ("prorated", 135_00)
    assert chloe.cancel(sub.id)["cancellation"]["refund"] == offered["refund"]
    assert [each.amount.amount for each in stripe.refunds()[before:]] == [135_00]


def test_whatever_was_left_undone_is_done_and_a_year_goes_by_without_trouble(town, past):
    world, runtime = town.line.world, town.line.runtime
    for effect in town.operator.ask("GET", "/v1/admin/stuck?limit=100")["data"]:
        town.operator.ask("POST", f"/v1/admin/stuck/{effect['id']}/retry")
    runtime.advance(Duration(months=12, exact=timedelta()))
    assert runtime.troubles == []
    assert world.store.stuck(limit=10, after=None).items == []
    assert list(world.store.waiting(Sweep.UNSETTLED)) == []
    assert Books.of(world).differences == ()
    found = [decode(row.body, Subscription) for row in Row.scan() if row.sk == "subscription"]
    assert {sub.status for sub in found} == {Status.ACTIVE, Status.CANCELED}
    renewed = [sub for sub in found if sub.status is Status.ACTIVE]
    assert all(sub.term is not None and sub.term.end > world.now() for sub in renewed)
    assert len(renewed) >= 5
