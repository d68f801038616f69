"""One request, one answer: the same key and body are answered the first answer again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib.api import routes
from chalicelib.api.registry import Key
from chalicelib.domain.idempotency import Answer, Record
from chalicelib.storage import keys as storage_keys
from tests.api.people import APPLICATION, PURCHASE, QUOTE, Meanwhile

INVITATION = {"email": "frida@freelancer.example", "display_name": "Frida"}


def test_a_purchase_is_answered_once_and_charged_once(cast, world):
    first = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    again = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")

    assert not first.replayed
    assert again.replayed
    assert (again.status, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert len(world.stripe.charges()) == 1


def test_another_way_to_write_the_same_json_is_the_same_request(cast, world):
    first = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    turned = json.dumps(dict(reversed(PURCHASE.items())), indent=4).encode()
    headers = {"Content-Type": "application/json"}
    again = cast.client().ask("POST", "/v1/subscriptions", raw=turned, key="k1", headers=headers)
    assert again.replayed
    assert again.content == first.content


def test_the_first_answer_is_given_again_although_the_world_has_moved_on(cast, world):
    first = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    cast.client().put(f"/v1/subscriptions/{first.json['id']}/renewal", {"auto_renew": False})
    world.clock.put(world.now() + timedelta(hours=23, minutes=59))
    assert cast.client().post("/v1/subscriptions", PURCHASE, key="k1").content == first.content


@pytest.mark.parametrize("change", [{"seats": 11}, {"seats": 0}, {"surprise": 1}], ids=str)
def test_the_same_key_for_another_request_is_refused(cast, world, change):
    cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    answered = cast.client().post("/v1/subscriptions", {**PURCHASE, **change}, key="k1")
    assert answered.code == "idempotency_key_reused"
    assert len(world.stripe.charges()) == 1


def test_the_same_key_for_something_that_is_not_json_is_refused(cast):
    cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    for raw, media_type in (
        (b"{", "application/json"),
        (b"a=1", "text/plain"),
        (b"x" * 300_000, "text/plain"),
    ):
        answered = cast.client().ask(
            "POST", "/v1/subscriptions", raw=raw, key="k1", headers={"Content-Type": media_type}
        )
        assert answered.code == "idempotency_key_reused"


def test_the_same_key_for_another_resource_is_refused(cast):
    one, other = cast.bought(key="a"), cast.bought(key="b")
    assert cast.client().post(f"/v1/subscriptions/{one['id']}/cancellation", {}, key="k").status == 200
    reused = cast.client().post(f"/v1/subscriptions/{other['id']}/cancellation", {}, key="k")
    assert reused.code == "idempotency_key_reused"


def test_keys_are_the_callers_own(cast, world):
    cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    other = cast.client("other@client.example").post("/v1/subscriptions", PURCHASE, key="k1")
    assert other.status == 201
    assert not other.replayed
    assert len(world.stripe.charges()) == 2


def test_keys_are_the_routes_own(cast):
    invited = cast.operator().post("/v1/admin/invitations", INVITATION, key="k").json
    cast.freelancer().post("/v1/freelancer/application", APPLICATION, key="k")
    path = f"/v1/admin/applications/{invited['id']}/decision"
    decided = cast.operator().post(path, {"approve": True}, key="k")
    assert decided.status == 200
    assert not decided.replayed


def test_a_key_is_kept_for_two_days_and_then_free(cast, world):
    first = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    world.clock.put(world.now() + timedelta(days=2))
    second = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    assert second.status == 201
    assert second.json["id"] != first.json["id"]


# --- a 4xx is an answer ------------------------------------------------------------------------------


def test_a_decline_is_answered_again_and_not_charged_again(cast, world):
    declined = {**PURCHASE, "payment_method": "pm_card_visa_chargeDeclined"}
    first = cast.client().post("/v1/subscriptions", declined, key="k1")
    again = cast.client().post("/v1/subscriptions", declined, key="k1")

    assert (first.status, first.json["decline_code"]) == (402, "generic_decline")
    assert not first.replayed
    assert again.replayed
    assert (again.status, again.content) == (402, first.content)
    assert len(world.stripe.ledger) == 1
    assert cast.client().get("/v1/subscriptions").json["data"] == []
    assert cast.client().get("/v1/invoices").json["data"] == []


@pytest.mark.parametrize("change", [{"seats": 0}, {"country": "FR"}, {"link_token": "gone"}], ids=str)
def test_a_refusal_is_answered_again(cast, change):
    first = cast.client().post("/v1/subscriptions", {**PURCHASE, **change}, key="k1")
    again = cast.client().post("/v1/subscriptions", {**PURCHASE, **change}, key="k1")
    assert first.status in (404, 422)
    assert (again.status, again.content, again.replayed) == (first.status, first.content, True)
    assert cast.client().post("/v1/subscriptions", PURCHASE, key="k1").code == "idempotency_key_reused"


def test_what_was_not_possible_then_is_answered_so_although_it_would_be_now(cast):
    invited = cast.operator().post("/v1/admin/invitations", INVITATION).json
    path = f"/v1/admin/applications/{invited['id']}/decision"
    first = cast.operator().post(path, {"approve": True}, key="k1")
    cast.freelancer().post("/v1/freelancer/application", APPLICATION)
    again = cast.operator().post(path, {"approve": True}, key="k1")

    assert first.code == "invalid_transition"
    assert (again.content, again.replayed) == (first.content, True)
    assert cast.operator().post(path, {"approve": True}, key="k2").json["state"] == "approved"


def test_a_missing_role_is_an_answer_too(cast):
    freelancer = cast.freelancer()
    first = freelancer.post("/v1/subscriptions", PURCHASE, key="k1")
    again = freelancer.post("/v1/subscriptions", PURCHASE, key="k1")
    assert (first.status, again.content, again.replayed) == (403, first.content, True)


def test_not_being_signed_in_is_none(cast):
    assert cast.visitor().post("/v1/subscriptions", PURCHASE, key="k1").status == 401
    assert cast.client().post("/v1/subscriptions", PURCHASE, key="k1").status == 201


# --- a 5xx is none -----------------------------------------------------------------------------------


def test_after_an_outage_the_same_key_takes_the_work_up(cast, world):
    world.stripe.plan("error")
    first = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    again = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    assert first.code == "payment_unavailable"
    assert (again.status, again.replayed) == (201, False)
    assert len(world.stripe.charges()) == 1


def test_after_a_lost_answer_the_same_key_charges_nothing_more(cast, world):
    world.stripe.plan("timeout")
    world.neighbors.faults["payments"].plan("storm", method="GET", path="payment_intents", count=3)
    first = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    again = cast.client().post("/v1/subscriptions", PURCHASE, key="k1")
    assert first.status == 503
    assert again.status == 201
    assert len(world.stripe.charges()) == 1


def test_a_bug_is_not_kept(cast, world):
    queue = world.queue
    world.__dict__["ids"] = None
    assert cast.client().post("/v1/subscriptions", PURCHASE, key="k1").status == 500
    del world.__dict__["ids"]
    assert world.queue is queue
    assert cast.client().post("/v1/subscriptions", PURCHASE, key="k1").status == 201


def test_while_the_first_is_running_the_second_is_told_to_wait(cast, world):
    client, seen = cast.client(), []
    world.__dict__["payments"] = Meanwhile(
        world.payments, "charge", lambda: seen.append(client.post("/v1/subscriptions", PURCHASE, key="k1"))
    )
    first = client.post("/v1/subscriptions", PURCHASE, key="k1")

    assert first.status == 201
    (second,) = seen
    assert second.code == "idempotency_in_progress"
    assert 1 <= int(second.headers["Retry-After"]) <= 120
    assert client.post("/v1/subscriptions", PURCHASE, key="k1").content == first.content


def test_a_rival_with_the_same_key_gets_the_same_answer(cast, world):
    """Two of the same request, both past the first look: one is done, the other hears of it."""
    cast.invited()
    freelancer, seen = cast.freelancer(), []
    world.__dict__["store"] = Meanwhile(
        world.store,
        "commit_enrollment",
        lambda: seen.append(freelancer.post("/v1/freelancer/application", APPLICATION, key="k1")),
    )
    slower = freelancer.post("/v1/freelancer/application", APPLICATION, key="k1")

    (faster,) = seen
    assert (faster.status, faster.replayed) == (200, False)
    assert (slower.status, slower.replayed) == (200, True)
    assert slower.content == faster.content


def test_renewing_at_this_moment_is_no_answer_to_keep(cast):
    sub = cast.bought()
    cast.activated(sub)
    path = f"/v1/subscriptions/{sub['id']}/cancellation"

    cast.renewal_begun(sub)
    busy = cast.client().post(path, {}, key="k1")
    cast.renewal_called_off(sub)

    assert busy.code == "renewal_in_progress"
    assert int(busy.headers["Retry-After"]) > 0
    assert cast.client().post(path, {}, key="k1").json["status"] == "canceled"


# --- the header --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "é", "a\tb", "a\x7f"], ids=repr)
def test_a_key_is_1_to_255_printable_ascii_characters(cast, key):
    assert cast.client().post("/v1/subscriptions", PURCHASE, key=key).code == "idempotency_key_invalid"


@pytest.mark.parametrize("key", ["x", "x" * 255, "~!@ #", "8e03978e-40d5-43e8-bc93-6894a57f9324"])
def test_any_other_key_is_taken(cast, key):
    assert cast.client().post("/v1/subscriptions", PURCHASE, key=key).status == 201


def test_a_purchase_and_a_cancellation_require_a_key(cast):
    sub = cast.bought()
    assert cast.client().post("/v1/subscriptions", PURCHASE).code == "idempotency_key_required"
    canceled = cast.client().post(f"/v1/subscriptions/{sub['id']}/cancellation", {})
    assert canceled.code == "idempotency_key_required"


def test_a_quote_may_be_asked_for_with_a_key(cast):
    for _ in range(2):
        assert not cast.visitor().post("/v1/quotes", QUOTE, key="k").replayed


# --- every route that takes a key --------------------------------------------------------------------


def _invite(cast):
    return cast.operator(), "/v1/admin/invitations", INVITATION


def _apply(cast):
    cast.invited()
    return cast.freelancer(), "/v1/freelancer/application", APPLICATION


def _decide_application(cast):
    applied = cast.applied()
    return cast.operator(), f"/v1/admin/applications/{applied['id']}/decision", {"approve": True}


def _sign(cast):
    applied = cast.applied()
    cast.operator().post(f"/v1/admin/applications/{applied['id']}/decision", {"approve": True})
    version = cast.freelancer().get("/v1/freelancer/terms").json["version"]
    return cast.freelancer(), "/v1/freelancer/terms", {"version": version}


def _leave(cast):
    cast.enrolled()
    return cast.freelancer(), "/v1/freelancer/leave", None


def _decide_delegation(cast):
    sub = cast.sold()
    cast.requested(sub)
    return cast.freelancer(), f"/v1/delegations/{sub['id']}/decision", {"approve": True}


def _decide_review(cast):
    sub = cast.bought()
    cast.submitted(sub)
    return cast.operator(), f"/v1/admin/reviews/{sub['id']}/decision", {"approve": True}


def _cancel(cast):
    sub = cast.bought()
    return cast.client(), f"/v1/subscriptions/{sub['id']}/cancellation", {"reason": "Too many seats."}


def _send_again(cast):
    sub = cast.bought()
    return cast.operator(), f"/v1/admin/subscriptions/{sub['id']}/mails", {"template": "E1"}


def _retry(cast):
    return cast.operator(), f"/v1/admin/stuck/{cast.stuck(cast.bought())}/retry", None


@pytest.mark.parametrize(
    "prepare",
    [
        _invite,
        _apply,
        _decide_application,
        _sign,
        _leave,
        _decide_delegation,
        _decide_review,
        _cancel,
        _send_again,
        _retry,
    ],
)
def test_each_of_them_is_done_once(cast, prepare):
    caller, path, body = prepare(cast)
    first = caller.post(path, body, key="k1")
    again = caller.post(path, body, key="k1")
    assert first.status in (200, 201)
    assert (again.status, again.content, again.replayed) == (first.status, first.content, True)


def test_d14_a_password_is_in_no_record(cast, world):
    """Its route takes no key: an answer that was kept would be the password in clear."""
    (route,) = [each for each in routes.ALL if each.path.endswith("/admin-credentials")]
    assert route.key is Key.IGNORED


def test_what_is_kept_is_an_answer_under_a_digest(cast, world):
    cast.bought(key="my secret key")
    caller = world.identity.issue(email="carl@client.example", roles=["client"]).sub
    digest = storage_keys.record_key(caller=caller, route="POST /v1/subscriptions", key="my secret key")
    kept = world.store._get(storage_keys.record(digest), Record)
    assert isinstance(kept.answer, Answer)
    assert kept.answer.status == 201
