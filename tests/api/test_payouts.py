"""Payouts as a freelancer sees them, and disputes as an operator does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.lifecycle import Event, Given, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.waking import Sweep
from chalicelib.usecases import disputes
from chalicelib.usecases.carry_out import carry_out
from sandbox.world import make_world
from tests.api.people import Cast

OVERVIEW, ONBOARDING = "/v1/freelancer/payouts", "/v1/freelancer/payouts/onboarding"
SHARE = {"amount": 720, "currency": "USD"}
NOTHING = {"amount": 0, "currency": "USD"}


@pytest.fixture
def without_payouts():
    """Everybody, in a world in which freelancers are paid elsewhere."""
    yield Cast(make_world(environment={"PAYOUTS": "off"}))
    wiring.use(None)


def earned(cast, sub):
    """The commission on a sale is earned."""
    cast.activated(sub)
    store, at = cast.world.store, cast.world.now()
    decision = advance(
        store.load(sub["id"]), Event.WINDOW_CLOSED, at=at, by=SYSTEM, given=Given(payouts=True)
    )
    store.commit(decision)


def account_of(cast):
    freelancer = cast.world.store.freelancer_of("frida@freelancer.example")
    payee = cast.world.store.payee(freelancer.id)
    assert payee is not None
    return payee.account_id


def carry_out_what_is_left(world):
    """What the sweep of the outbox brings about in the next half hour."""
    for _ in range(2):
        world.clock.put(world.now() + timedelta(minutes=15))
        for shard in world.store.shards:
            for due in list(world.store.due(Sweep.OUTBOX, shard=shard, at=world.now())):
                carry_out(world, effect_id=due.id, at=world.now(), request_id="req")


def disputed(cast, sub):
    """A charge is disputed, and we have heard of it."""
    world = cast.world
    charge_id = world.store.load(sub["id"]).payment.charge_id
    dispute = world.stripe.open_dispute(charge_id)
    disputes.look(world, dispute_id=dispute["id"], at=world.now(), request_id="req")
    return dispute["id"]


def test_d13_who_has_no_account_sees_what_waits_for_it(cast):
    earned(cast, cast.sold())

    assert cast.freelancer().get(OVERVIEW).json == {
        "state": "not_started",
        "missing": [],
        "paid": NOTHING,
        "waiting": SHARE,
    }


def test_d13_the_account_is_opened_under_a_link(cast, world):
    cast.enrolled()
    link = cast.freelancer().post(ONBOARDING)

    assert link.status == 201
    assert set(link.json) == {"url", "expires_at"}
    followed = world.stripe.open_link(link.json["url"])
    assert followed["account"] == account_of(cast)
    storefront = world.settings.brand.storefront_url
    assert followed["return_url"] == f"{storefront}/freelancer/payouts"
    shown = cast.freelancer().get(OVERVIEW).json
    assert (shown["state"], "external_account" in shown["missing"]) == ("incomplete", True)

    world.stripe.finish_onboarding(account_of(cast))
    shown = cast.freelancer().get(OVERVIEW).json
    assert (shown["state"], shown["missing"]) == ("active", [])


def test_d13_asked_again_it_is_another_link_to_the_same_account(cast, world):
    cast.enrolled()
    links = {cast.freelancer().post(ONBOARDING).json["url"] for _ in range(2)}

    assert len(links) == 2
    assert len(world.stripe.things("account")) == 1


def test_the_link_is_kept_in_no_record(cast, world):
    cast.enrolled()
    link = cast.freelancer().post(ONBOARDING, key="the-key").json["url"]

    assert cast.freelancer().post(ONBOARDING, key="the-key").json["url"] != link
    kept = [value.value for row in world.aws.table.rows() for value in row.attrs.values()]
    assert not [text for text in kept if isinstance(text, str) and link in text]


def test_r1_without_signed_terms_there_is_no_account(cast, world):
    cast.applied()

    assert cast.freelancer().post(ONBOARDING).code == "invalid_transition"
    assert world.stripe.things("account") == []


def test_who_is_not_in_the_program_is_not_there(cast):
    assert cast.freelancer().get(OVERVIEW).code == "not_found"
    assert cast.freelancer().post(ONBOARDING).code == "not_found"


def test_the_provider_is_away(cast, world):
    cast.enrolled()
    world.neighbors.faults["payments"].plan("refused_line", count=3)
    away = cast.freelancer().post(ONBOARDING)
    assert (away.status, away.code) == (503, "neighbor_unavailable")
    assert "Retry-After" in away.headers

    assert cast.freelancer().post(ONBOARDING).status == 201
    world.neighbors.faults["payments"].plan("refused_line", count=3)
    assert cast.freelancer().get(OVERVIEW).json["state"] == "incomplete"  # as it last was


def test_where_payouts_are_off_that_is_said(without_payouts):
    cast = without_payouts
    cast.enrolled()

    assert cast.freelancer().get(OVERVIEW).json == {
        "state": "off",
        "missing": [],
        "paid": NOTHING,
        "waiting": NOTHING,
    }
    off = cast.freelancer().post(ONBOARDING)
    assert (off.status, off.code) == (409, "payouts_off")


def test_d13_the_ledger_says_what_waits_and_what_was_paid(cast, world):
    earned(cast, cast.sold())
    (line,) = cast.freelancer().get("/v1/freelancer/earnings").json["data"]
    assert (line["waiting"], line["paid"], line["paid_at"]) == (SHARE, NOTHING, None)

    cast.freelancer().post(ONBOARDING)
    world.stripe.finish_onboarding(account_of(cast))
    cast.freelancer().get(OVERVIEW)
    carry_out_what_is_left(world)

    answered = cast.freelancer().get("/v1/freelancer/earnings").json
    (line,) = answered["data"]
    assert (line["waiting"], line["paid"]) == (NOTHING, SHARE)
    assert line["paid_at"] > "2024-01-31T10:00:00Z"
    assert answered["paid"] == SHARE
    shown = cast.freelancer().get(OVERVIEW).json
    assert (shown["paid"], shown["waiting"]) == (SHARE, NOTHING)


def test_d13_the_client_sees_nothing_of_it(cast):
    sub = cast.sold()
    earned(cast, sub)
    shown = cast.client().get(f"/v1/subscriptions/{sub['id']}")
    events = cast.client().get(f"/v1/subscriptions/{sub['id']}/events")

    for answered in (shown, events):
        for word in (b"payout", b"transfer", b"commission"):
            assert word not in answered.content


# --- disputes --------------------------------------------------------------------------------------------


def test_the_operator_sees_every_dispute_newest_first(cast, world):
    sub = cast.bought()
    first = disputed(cast, sub)
    world.clock.put(world.now() + timedelta(days=1))
    second = disputed(cast, cast.bought(key="another"))
    page = cast.operator().get("/v1/admin/disputes?limit=1").json
    assert [each["id"] for each in page["data"]] == [second]
    rest = cast.operator().get(f"/v1/admin/disputes?limit=1&cursor={page['next_cursor']}").json

    assert rest == {
        "data": [
            {
                "id": first,
                "subscription_id": sub["id"],
                "invoice": {key: sub["latest_invoice"][key] for key in ("id", "number")},
                "amount": sub["latest_invoice"]["total"],
                "reason": "fraudulent",
                "status": "needs_response",
                "opened_at": "2024-01-31T10:00:00Z",
                "closed_at": None,
            }
        ],
        "next_cursor": None,
    }


def test_a_dispute_that_is_decided_stays_in_the_list(cast, world):
    dispute_id = disputed(cast, cast.bought())
    world.clock.put(world.now() + timedelta(days=40))
    world.stripe.close_dispute(dispute_id, won=False)
    disputes.look(world, dispute_id=dispute_id, at=world.now(), request_id="req")

    (shown,) = cast.operator().get("/v1/admin/disputes").json["data"]
    assert (shown["status"], shown["closed_at"]) == ("lost", "2024-03-11T10:00:00Z")


def test_d13_a_dispute_is_in_the_history_and_the_subscription_goes_on(cast):
    sub = cast.sold()
    disputed(cast, sub)
    path = f"/v1/subscriptions/{sub['id']}"

    newest = cast.client().get(f"{path}/events").json["data"][0]
    assert (newest["event"], newest["detail"]["reason"]) == ("disputed", "fraudulent")
    assert cast.client().get(path).json["status"] == "pending"
    (line,) = cast.freelancer().get("/v1/freelancer/earnings").json["data"]
    assert (line["state"], line["reversed"], line["pending"]) == ("reversed", SHARE, NOTHING)
