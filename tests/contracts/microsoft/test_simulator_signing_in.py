from __future__ import annotations

import pytest

from sandbox.simulators.microsoft import CLIENT_SECRET, FIRST_REFRESH_TOKEN, PARTNER_TENANT
from tests.contracts.examples import example
from tests.contracts.microsoft.asking import GRANTS, GRAPH, PARTNER_CENTER, Asking

REFRESH = {"grant_type": "refresh_token", "refresh_token": FIRST_REFRESH_TOKEN}
APP = {"grant_type": "client_credentials", "resource": PARTNER_CENTER}


@pytest.fixture
def partner() -> Asking:
    return Asking()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_the_old_endpoint_counts_seconds_in_text_and_the_new_one_in_numbers(partner: Asking) -> None:
    old = partner.token(REFRESH | {"resource": PARTNER_CENTER}).json
    new = partner.token(REFRESH | {"scope": f"{GRAPH}/.default"}, v2=True).json
    assert (old["expires_in"], new["expires_in"]) == ("3600", 3600)


def test_a_token_opens_its_own_audience_and_nothing_else(partner: Asking) -> None:
    graph = partner.token(REFRESH | {"scope": f"{GRAPH}/.default"}, v2=True).json["access_token"]
    center = partner.token(REFRESH | {"resource": PARTNER_CENTER}).json["access_token"]
    assert partner.send("GET", GRANTS, headers=bearer(graph)).status == 200
    assert partner.send("GET", GRANTS, headers=bearer(center)).status == 401
    assert partner.send("GET", "/partnercenter/v1/customers", headers=bearer(center)).status == 200
    assert partner.send("GET", "/partnercenter/v1/customers", headers=bearer(graph)).status == 401


def test_a_token_of_the_retired_audience_is_named_as_such(partner: Asking) -> None:
    token = partner.token(REFRESH | {"resource": "https://graph.windows.net"}).json["access_token"]
    answer = partner.send("GET", "/partnercenter/v1/customers", headers=bearer(token))
    assert (answer.status, answer.code) == (401, "900420")


def test_without_a_token_there_is_no_answer_but_the_status(partner: Asking) -> None:
    answer = partner.send("GET", "/partnercenter/v1/customers")
    assert (answer.status, answer.body) == (401, b"")


def test_an_access_token_is_good_for_an_hour_of_the_sandbox(partner: Asking) -> None:
    token = partner.token(REFRESH | {"resource": PARTNER_CENTER}).json["access_token"]
    partner.later(seconds=3599)
    assert partner.send("GET", "/partnercenter/v1/customers", headers=bearer(token)).status == 200
    partner.later(seconds=1)
    assert partner.send("GET", "/partnercenter/v1/customers", headers=bearer(token)).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/partnercenter/v1/customers/relationshiprequests"),
        ("GET", "/partnercenter/v1/customers/{tenant}/validationStatus?type=account"),
        ("POST", "/partnercenter/v1/customers/{tenant}/agreements"),
        ("GET", "/prices/v1.0/sales/pricesheets(Market='US',PricesheetView='updatedlicensebased')/$value"),
    ],
    ids=["invitation", "review", "agreement", "prices"],
)
def test_what_needs_a_person_refuses_the_app_alone(partner: Asking, method: str, path: str) -> None:
    tenant = partner.new_customer()
    answer = partner.token(APP)
    assert "refresh_token" not in answer.json
    refused = partner.send(method, path.format(tenant=tenant), headers=bearer(answer.json["access_token"]))
    assert (refused.status, refused.code) == (403, "900329")


def test_every_use_gives_a_new_refresh_token_and_the_old_one_lives_on_so_that_no_lost_write_locks_us_out(
    partner: Asking,
) -> None:
    fresh = partner.token(REFRESH | {"resource": PARTNER_CENTER}).json["refresh_token"]
    assert fresh != FIRST_REFRESH_TOKEN
    partner.later(days=89)
    assert partner.token(REFRESH | {"resource": PARTNER_CENTER}).status == 200
    partner.later(days=89)
    assert partner.token(REFRESH | {"resource": PARTNER_CENTER}).status == 200
    stale = partner.token(REFRESH | {"refresh_token": fresh, "resource": PARTNER_CENTER})
    assert (stale.status, stale.json["error"]) == (400, "invalid_grant")


def test_where_rotation_is_strict_an_old_refresh_token_dies_within_the_hour(partner: Asking) -> None:
    partner.microsoft.strict_rotation = True
    fresh = partner.token(REFRESH | {"resource": PARTNER_CENTER}).json["refresh_token"]
    partner.later(minutes=59)
    assert partner.token(REFRESH | {"resource": PARTNER_CENTER}).status == 200
    partner.later(minutes=1)
    assert partner.token(REFRESH | {"resource": PARTNER_CENTER}).json["error"] == "invalid_grant"
    assert partner.token(REFRESH | {"refresh_token": fresh, "resource": PARTNER_CENTER}).status == 200


def test_signed_out_is_said_as_the_documentation_shows_it(partner: Asking) -> None:
    partner.microsoft.entra.sign_out()
    answer = partner.token(REFRESH | {"resource": PARTNER_CENTER})
    documented = example("entra.token.error.invalid_grant")["response"]
    assert answer.status == documented["status"]
    assert set(answer.json) == set(documented["body"])


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 400, "unauthorized_client"),
        ({"resource": "https://elsewhere.test"}, 400, "invalid_resource"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"invented": "1"}, 400, "invalid_request"),
    ],
    ids=["secret", "client", "resource", "grant", "field"],
)
def test_what_is_wrong_with_a_request_for_a_token_has_its_own_name(
    partner: Asking, change: dict[str, str], status: int, error: str
) -> None:
    answer = partner.token(REFRESH | {"resource": PARTNER_CENTER} | change)
    assert (answer.status, answer.json["error"]) == (status, error)
    assert CLIENT_SECRET not in answer.body.decode()


def test_the_anonymous_way_to_a_tenant_id_knows_the_same_tenants(partner: Asking) -> None:
    there = partner.send("GET", "/login/globex.com/v2.0/.well-known/openid-configuration")
    path = "/graph/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='globex.com')"
    assert partner.graph("GET", path).json["tenantId"] in there.json["issuer"]
    assert partner.send("GET", "/login/missing.com/v2.0/.well-known/openid-configuration").status == 400
    assert partner.send("POST", f"/login/{PARTNER_TENANT}x/oauth2/token", b"").status == 400
