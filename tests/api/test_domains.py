"""Which domain a new Microsoft customer could have: asked while typing, by whoever may submit the account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.lifecycle import Event
from sandbox.simulators.faults import Kind
from tests.api.people import ACCOUNT


def ask(caller, sub, prefix):
    return caller.get(f"/v1/subscriptions/{sub['id']}/domain-availability?domain_prefix={prefix}")


def submit(caller, sub, prefix):
    return caller.put(
        f"/v1/subscriptions/{sub['id']}/microsoft-account", {**ACCOUNT, "domain_prefix": prefix}
    )


def test_r24_a_free_prefix_is_available_as_the_domain_that_it_makes(cast):
    answered = ask(cast.client(), cast.bought(), "CarlsBakery")
    assert (answered.status, answered.json) == (
        200,
        {"domain": "carlsbakery.onmicrosoft.com", "available": True},
    )


def test_r33_the_delegate_may_ask_as_well(cast):
    sub = cast.sold()
    cast.delegated(sub)
    assert ask(cast.freelancer(), sub, "carlsbakery").json["available"]


@pytest.mark.parametrize("prefix", ["acme", "ACME", "contoso", "carlsbakery"])
def test_r24_it_says_what_submitting_would_say(cast, prefix):
    """`acme` is another subscription's, and `contoso` somebody's at Microsoft."""
    first, second = cast.bought(key="a"), cast.bought(key="b")
    cast.submitted(first, domain_prefix="acme")
    available = ask(cast.client(), second, prefix).json["available"]
    assert available is (prefix == "carlsbakery")
    assert available is (submit(cast.client(), second, prefix).status == 200)


def test_it_reserves_and_changes_nothing(cast):
    first, second = cast.bought(key="a"), cast.bought(key="b")
    path = f"/v1/subscriptions/{first['id']}"
    before = cast.client().get(path).json
    assert ask(cast.client(), first, "acme").json["available"]
    assert cast.client().get(path).json == before
    assert submit(cast.client(), second, "acme").status == 200


def test_its_own_domain_stays_available_to_a_refused_account(cast, world):
    sub = cast.bought()
    cast.submitted(sub, domain_prefix="acme")
    cast.operator().post(
        f"/v1/admin/reviews/{sub['id']}/decision", {"approve": False, "reason": "A typing mistake."}
    )
    assert ask(cast.client(), sub, "acme").json["available"]


def test_a_tenant_that_was_made_for_it_is_available_to_it_alone(cast, world):
    """Microsoft says of the domain that it is taken: by this very subscription."""
    sub, other = cast.bought(key="a"), cast.bought(key="b")
    cast.submitted(sub, domain_prefix="acme")
    account = world.store.load(sub["id"]).account
    made = replace(account, tenant_id="tenant", form=replace(account.form, domain="contoso.onmicrosoft.com"))
    cast._happens(sub, Event.MICROSOFT_REFUSED, account=made)
    assert ask(cast.client(), sub, "contoso").json["available"]
    assert not ask(cast.client(), other, "contoso").json["available"]


@pytest.mark.parametrize("prefix", ["", "1acme", "acme-inc", "acme.inc", "a" * 28, "acm%C3%A9"])
def test_d17_a_prefix_is_1_to_27_letters_and_digits_as_in_the_form(cast, prefix):
    sub = cast.bought()
    answered = ask(cast.client(), sub, prefix)
    assert (answered.status, answered.code, answered.pointers) == (
        422,
        "validation_failed",
        ["/domain_prefix"],
    )


def test_d17_without_a_prefix_there_is_nothing_to_ask(cast):
    answered = cast.client().get(f"/v1/subscriptions/{cast.bought()['id']}/domain-availability")
    assert answered.pointers == ["/domain_prefix"]


def test_when_the_account_cannot_be_submitted_it_is_refused_as_submitting_is(cast):
    sub = cast.bought()
    cast.activated(sub)
    refused, submitted = ask(cast.client(), sub, "acme"), submit(cast.client(), sub, "acme")
    assert (refused.status, refused.code) == (409, "invalid_transition")
    assert {**refused.json, "instance": ""} == {**submitted.json, "instance": ""}


def test_while_a_renewal_is_being_charged_it_is_refused_as_submitting_is(cast):
    sub = cast.bought()
    cast.activated(sub)
    cast.renewal_begun(sub)
    assert ask(cast.client(), sub, "acme").code == "renewal_in_progress"
    assert submit(cast.client(), sub, "acme").code == "renewal_in_progress"


@pytest.mark.parametrize("kind", [Kind.STORM, Kind.TIMEOUT])
def test_when_microsoft_does_not_answer_nobody_is_told_that_it_is_free(cast, world, kind):
    sub = cast.bought()
    world.neighbors.faults["microsoft"].plan(kind, method="HEAD", count=99)
    answered = ask(cast.client(), sub, "carlsbakery")
    assert (answered.status, answered.code) == (503, "microsoft_unavailable")
    assert answered.headers["Retry-After"] == "10"
