"""Who may do what: every route against everybody. A route that is not in the table fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.api import routes
from tests.api.calling import Answered
from tests.api.people import ACCOUNT, APPLICATION, PURCHASE, QUOTE, Cast

EVERYBODY = ("visitor", "owner", "stranger", "delegate", "asked", "colleague", "operator")

# owner: bought it · stranger: another client · delegate: the seller, approved · asked: the seller, who has
# not answered yet · colleague: another freelancer. 401 not signed in, 403 not with this role, 404 not yours.
MAY = {
    # visitor, owner, stranger, delegate, asked, colleague, operator
    "GET /v1/health": (200, 200, 200, 200, 200, 200, 200),
    "GET /v1/openapi.json": (200, 200, 200, 200, 200, 200, 200),
    "GET /v1/plans": (200, 200, 200, 200, 200, 200, 200),
    "GET /v1/links/{token}": (200, 200, 200, 200, 200, 200, 200),
    "POST /v1/quotes": (200, 200, 200, 200, 200, 200, 200),
    "POST /v1/subscriptions": (401, 201, 201, 403, 403, 403, 403),
    "GET /v1/subscriptions": (401, 200, 200, 403, 403, 403, 403),
    "GET /v1/subscriptions/{id}": (401, 200, 404, 200, 404, 404, 200),
    "PUT /v1/subscriptions/{id}/microsoft-account": (401, 200, 404, 200, 404, 404, 403),
    "GET /v1/subscriptions/{id}/domain-availability": (401, 200, 404, 200, 404, 404, 403),
    "POST /v1/subscriptions/{id}/admin-credentials": (401, 200, 404, 403, 403, 403, 403),
    "GET /v1/subscriptions/{id}/cancellation": (401, 200, 404, 200, 404, 404, 403),
    "POST /v1/subscriptions/{id}/cancellation": (401, 200, 404, 200, 404, 404, 403),
    "PUT /v1/subscriptions/{id}/renewal": (401, 200, 404, 200, 404, 404, 403),
    "GET /v1/delegation-terms": (401, 200, 200, 403, 403, 403, 403),
    "PUT /v1/subscriptions/{id}/delegation": (401, 200, 404, 403, 403, 403, 403),
    "DELETE /v1/subscriptions/{id}/delegation": (401, 200, 404, 200, 404, 404, 403),
    "GET /v1/subscriptions/{id}/events": (401, 200, 404, 200, 404, 404, 200),
    "POST /v1/subscriptions/{id}/payment-authentication": (401, 409, 404, 403, 403, 403, 403),
    "GET /v1/payment-methods": (401, 200, 200, 403, 403, 403, 403),
    "POST /v1/payment-methods/setups": (401, 201, 201, 403, 403, 403, 403),
    "PUT /v1/payment-methods/default": (401, 200, 200, 403, 403, 403, 403),
    "GET /v1/invoices": (401, 200, 200, 403, 403, 403, 403),
    "GET /v1/invoices/{id}": (401, 200, 404, 403, 403, 403, 403),
    "GET /v1/invoices/{id}/pdf": (401, 200, 404, 403, 403, 403, 403),
    "GET /v1/freelancer": (401, 403, 403, 200, 200, 200, 403),
    "POST /v1/freelancer/application": (401, 403, 403, 409, 409, 409, 403),
    "GET /v1/freelancer/terms": (401, 403, 403, 200, 200, 200, 403),
    "POST /v1/freelancer/terms": (401, 403, 403, 409, 409, 409, 403),
    "POST /v1/freelancer/leave": (401, 403, 403, 200, 200, 200, 403),
    "GET /v1/freelancer/subscriptions": (401, 403, 403, 200, 200, 200, 403),
    "GET /v1/freelancer/earnings": (401, 403, 403, 200, 200, 200, 403),
    "GET /v1/freelancer/payouts": (401, 403, 403, 200, 200, 200, 403),
    "POST /v1/freelancer/payouts/onboarding": (401, 403, 403, 201, 201, 201, 403),
    "GET /v1/freelancer/delegations": (401, 403, 403, 200, 200, 200, 403),
    "POST /v1/delegations/{subscription_id}/decision": (401, 403, 403, 409, 200, 404, 403),
    "POST /v1/admin/invitations": (401, 403, 403, 403, 403, 403, 201),
    "GET /v1/admin/applications": (401, 403, 403, 403, 403, 403, 200),
    "POST /v1/admin/applications/{freelancer_id}/decision": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/freelancers/{id}": (401, 403, 403, 403, 403, 403, 200),
    "DELETE /v1/admin/freelancers/{id}": (401, 403, 403, 403, 403, 403, 200),
    "PUT /v1/admin/freelancers/{id}/security-group": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/reviews": (401, 403, 403, 403, 403, 403, 200),
    "POST /v1/admin/reviews/{subscription_id}/decision": (401, 403, 403, 403, 403, 403, 200),
    "PUT /v1/admin/subscriptions/{id}/suspension": (401, 403, 403, 403, 403, 403, 200),
    "DELETE /v1/admin/subscriptions/{id}/suspension": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/subscriptions": (401, 403, 403, 403, 403, 403, 200),
    "POST /v1/admin/subscriptions/{id}/mails": (401, 403, 403, 403, 403, 403, 201),
    "GET /v1/admin/freelancers": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/suppressions": (401, 403, 403, 403, 403, 403, 200),
    "DELETE /v1/admin/suppressions/{id}": (401, 403, 403, 403, 403, 403, 204),
    "GET /v1/admin/prices": (401, 403, 403, 403, 403, 403, 200),
    "PUT /v1/admin/prices": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/drift": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/disputes": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/stuck": (401, 403, 403, 403, 403, 403, 200),
    "GET /v1/admin/sweeps": (401, 403, 403, 403, 403, 403, 200),
    "POST /v1/admin/stuck/{effect_id}/retry": (401, 403, 403, 403, 403, 403, 200),
    # signed by a machine, not by a person
    "POST /v1/webhooks/payments": (400, 400, 400, 400, 400, 400, 400),
    "POST /v1/webhooks/microsoft": (400, 400, 400, 400, 400, 400, 400),
}

PRICE = {
    "plan_id": "business-basic",
    "billing_period": "monthly",
    "country": "US",
    "unit_amount": 800,
    "valid_from": "2024-02-01",
}
BODIES = {
    "POST /v1/quotes": QUOTE,
    "POST /v1/subscriptions": PURCHASE,
    "PUT /v1/subscriptions/{id}/microsoft-account": ACCOUNT,
    "PUT /v1/subscriptions/{id}/renewal": {"auto_renew": False},
    "PUT /v1/subscriptions/{id}/delegation": {"terms_version": "2026-01"},
    "PUT /v1/payment-methods/default": {"payment_method": "pm_card_mastercard"},
    "POST /v1/freelancer/application": APPLICATION,
    "POST /v1/freelancer/terms": {"version": "2026-01"},
    "POST /v1/delegations/{subscription_id}/decision": {"approve": True},
    "POST /v1/admin/invitations": {"email": "new@freelancer.example", "display_name": "New"},
    "POST /v1/admin/applications/{freelancer_id}/decision": {"approve": True},
    "POST /v1/admin/reviews/{subscription_id}/decision": {"approve": True},
    "PUT /v1/admin/freelancers/{id}/security-group": {"group_id": None},
    "PUT /v1/admin/subscriptions/{id}/suspension": {"reason": "Spam."},
    "POST /v1/admin/subscriptions/{id}/mails": {"template": "E1"},
    "PUT /v1/admin/prices": PRICE,
}
SEARCH = {
    "GET /v1/admin/freelancers": "?email=frida@freelancer.example",
    "GET /v1/admin/subscriptions": "?email=carl@client.example",
    "GET /v1/subscriptions/{id}/domain-availability": "?domain_prefix=carlsbakery",
}

# What the subscription has been through before the call, where pending is not enough.
BEFORE: dict[str, Callable[[Cast, Any], object]] = {
    "POST /v1/subscriptions/{id}/admin-credentials": Cast.activated,
    "POST /v1/admin/reviews/{subscription_id}/decision": Cast.submitted,
    "PUT /v1/admin/subscriptions/{id}/suspension": Cast.activated,
    "DELETE /v1/admin/subscriptions/{id}/suspension": Cast.suspended,
}


def test_the_table_has_every_route_and_no_other():
    assert set(MAY) == {route.template for route in routes.ALL}


def test_bodies_and_preparations_are_of_routes():
    assert {*BODIES, *SEARCH, *BEFORE} <= set(MAY)


def call(cast: Cast, template: str, who: str, *, ids: dict[str, str]) -> Answered:
    """One of them calls a route."""
    caller = {
        "visitor": cast.visitor,
        "owner": cast.client,
        "stranger": lambda: cast.client("cora@client.example"),
        "delegate": cast.freelancer,
        "asked": cast.freelancer,
        "colleague": lambda: cast.freelancer("fred@freelancer.example"),
        "operator": cast.operator,
    }[who]()
    method, path = (template + SEARCH.get(template, "")).split(" ")
    return caller.ask(method, path.format_map(ids), body=BODIES.get(template), key="the-key")


def prepare(cast: Cast, template: str, who: str) -> dict[str, str]:
    """The owner has bought through a link, and the one who calls is who they are said to be."""
    link = cast.enrolled()
    sub = cast.bought(link_token=link["link"]["token"])
    cast.enrolled("fred@freelancer.example")
    if template in BEFORE:
        BEFORE[template](cast, sub)
    if who == "delegate":
        cast.delegated(sub)
    elif who == "asked":
        cast.requested(sub)
    ids = {"token": link["link"]["token"], "id": sub["id"], "subscription_id": sub["id"]}
    if "/v1/invoices" in template:
        ids["id"] = sub["latest_invoice"]["id"]
    elif "/v1/admin/freelancers" in template:
        ids["id"] = link["id"]
    elif "/v1/admin/suppressions" in template:
        ids["id"] = cast.suppressed(sub)
    elif "{freelancer_id}" in template:
        ids["freelancer_id"] = cast.applied("third@freelancer.example")["id"]
    elif "{effect_id}" in template:
        ids["effect_id"] = cast.stuck(sub)
    return ids


ANY = dict.fromkeys(("id", "subscription_id", "freelancer_id", "effect_id"), "none")


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("template", MAY)
def test_who_may(cast, template, who):
    expected = MAY[template][EVERYBODY.index(who)]
    # Whoever is stopped at the door does not learn whether there is anything behind it.
    ids = ANY if expected in (401, 403) else prepare(cast, template, who)
    answered = call(cast, template, who, ids=ids)
    assert answered.status == expected, answered.content


# --- what a row of the table cannot say --------------------------------------------------------------


def test_what_is_not_yours_answers_as_if_it_were_not_there(cast):
    sub = cast.bought()
    stranger = cast.client("cora@client.example")
    for path in (f"/v1/subscriptions/{sub['id']}", f"/v1/invoices/{sub['latest_invoice']['id']}"):
        other = stranger.get(path).json
        nothing = stranger.get(path[:-4] + "0000").json
        assert {**other, "instance": ""} == {**nothing, "instance": ""}


def test_nobody_is_a_client_by_owning_without_the_role(cast):
    sub = cast.bought()
    without_role = cast.signed_in("carl@client.example", "freelancer")
    assert without_role.get(f"/v1/subscriptions/{sub['id']}").status == 404


def test_d8_access_ends_at_once_with_the_clients_revocation(cast):
    sub = cast.sold()
    cast.delegated(sub)
    path = f"/v1/subscriptions/{sub['id']}"
    assert cast.freelancer().get(path).status == 200
    assert cast.client().delete(f"{path}/delegation").json["delegation"]["status"] == "revoked"
    assert cast.freelancer().get(path).status == 404
    assert cast.freelancer().put(f"{path}/renewal", {"auto_renew": False}).status == 404


def test_d8_the_delegate_may_withdraw(cast):
    sub = cast.sold()
    cast.delegated(sub)
    path = f"/v1/subscriptions/{sub['id']}"
    withdrawn = cast.freelancer().delete(f"{path}/delegation")
    assert (withdrawn.status, withdrawn.json["delegation"]["ended_by"]) == (200, "freelancer")
    assert cast.freelancer().get(path).status == 404


def test_d8_a_rejected_delegate_sees_nothing(cast):
    sub = cast.sold()
    cast.requested(sub)
    rejected = cast.freelancer().post(f"/v1/delegations/{sub['id']}/decision", {"approve": False})
    assert rejected.json["delegation"]["status"] == "rejected"
    assert rejected.json["client"] == {"name": "Carl", "email": None}
    assert cast.freelancer().get(f"/v1/subscriptions/{sub['id']}").status == 404


def test_d15_who_has_left_the_program_manages_nothing(cast):
    sub = cast.sold()
    cast.delegated(sub)
    cast.freelancer().post("/v1/freelancer/leave")
    assert cast.freelancer().get(f"/v1/subscriptions/{sub['id']}").status == 404


def test_r38_another_subscription_is_not_delegated_with_the_first(cast):
    sub = cast.sold()
    cast.delegated(sub)
    other = cast.bought(key="second")
    assert cast.freelancer().get(f"/v1/subscriptions/{other['id']}").status == 404


def test_no_seller_no_delegation(cast):
    sub = cast.bought()
    asked = cast.client().put(f"/v1/subscriptions/{sub['id']}/delegation", {"terms_version": "2026-01"})
    assert asked.code == "no_seller"
    assert "delegate" not in sub["available_actions"]


def test_r29_only_the_invited_address_may_apply(cast):
    cast.invited("frida@freelancer.example")
    applied = cast.freelancer("somebody@freelancer.example").post("/v1/freelancer/application", APPLICATION)
    assert applied.code == "not_found"


@pytest.mark.parametrize(
    "template", [each for each in MAY if "/v1/freelancer" in each and each != "GET /v1/freelancer/terms"]
)
def test_r29_who_was_not_invited_is_not_in_the_program(cast, template):
    answered = call(cast, template, "delegate", ids={})
    assert answered.code == "not_found"


def test_r72_a_link_that_is_closed_leads_to_support(cast):
    token = cast.enrolled()["link"]["token"]
    cast.freelancer().post("/v1/freelancer/leave")
    for gone in (token, "never-was", "x" * 3000):
        answered = cast.visitor().get(f"/v1/links/{gone}")
        assert answered.code == "link_not_found"
        assert "support@seatwise.example" in answered.json["detail"]
