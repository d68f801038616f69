"""The simulator answers as the documentation does: the same status, the same names, the same types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.simulators.microsoft import FIRST_REFRESH_TOKEN, MicrosoftSimulator
from tests.contracts.examples import example, examples
from tests.contracts.microsoft.asking import GRANTS, PARTNER_CENTER, Answer, Asking

# What the examples have of other products (legacy, Azure) or leave out for brevity.
OF_OTHER_PRODUCTS = {
    "/items[]/entitlementId",
    "/items[]/links/offer",
    "/items[]/attributes/etag",
    "/items[]/applicationId",
}


@pytest.fixture
def partner() -> Asking:
    return Asking()


def documented(example_id: str) -> tuple[int, Any]:
    answer = example(example_id)["response"]
    return answer["status"], answer["body"]


def differences(expected: Any, given: Any, at: str = "") -> list[str]:
    """Where a documented name is missing, or has another type; more names than documented are allowed."""
    if at in OF_OTHER_PRODUCTS:
        return []
    if isinstance(expected, dict):
        if not isinstance(given, dict):
            return [f"{at}: {type(given).__name__}"]
        missing = [f"{at}/{name}: missing" for name in expected if name not in given]
        found = [
            difference
            for name in expected
            if name in given
            for difference in differences(expected[name], given[name], f"{at}/{name}")
        ]
        return [each for each in missing if each.partition(":")[0] not in OF_OTHER_PRODUCTS] + found
    if isinstance(expected, list):
        if not isinstance(given, list):
            return [f"{at}: {type(given).__name__}"]
        return [each for item in given[:1] if expected for each in differences(expected[0], item, f"{at}[]")]
    if expected is None or type(expected) is type(given):
        return []
    return [f"{at}: {type(given).__name__} instead of {type(expected).__name__}"]


def assert_as_documented(answer: Answer, example_id: str) -> None:
    status, body = documented(example_id)
    assert answer.status == status
    if body is None:
        assert answer.body == b""
    else:
        assert differences(body, answer.json) == []


def assert_refused_as_documented(answer: Answer, example_id: str) -> None:
    status, body = documented(example_id)
    assert (answer.status, answer.code) == (status, str(body["code"]))
    assert answer.json["description"]


def test_tokens(partner: Asking) -> None:
    form = {"grant_type": "client_credentials", "resource": PARTNER_CENTER}
    assert_as_documented(partner.token(form), "entra.token.client_credentials.v1")
    form = {"grant_type": "refresh_token", "refresh_token": "expired", "resource": PARTNER_CENTER}
    assert_as_documented(partner.token(form), "entra.token.error.invalid_grant")
    assert partner.token(form | {"refresh_token": FIRST_REFRESH_TOKEN}).status == 200


def test_domains_and_addresses(partner: Asking) -> None:
    assert_as_documented(partner.ask("HEAD", "/v1/domains/contoso.onmicrosoft.com"), "pc.domains.head.taken")
    assert_as_documented(partner.ask("HEAD", "/v1/domains/acme.onmicrosoft.com"), "pc.domains.head.available")
    request = example("pc.address.verified_shippable")["request"]
    answer = partner.ask("POST", request["path"], request["body"])
    assert_as_documented(answer, "pc.address.verified_shippable")
    assert answer.json == documented("pc.address.verified_shippable")[1]


def test_customers(partner: Asking) -> None:
    tenant = partner.new_customer()
    assert_as_documented(partner.ask("GET", "/v1/customers?size=40"), "pc.customers.list")
    invitation = partner.ask("GET", "/v1/customers/relationshiprequests")
    assert_as_documented(invitation, "pc.customers.relationshiprequests")
    assert "https://" in invitation.json["url"]
    request = example("pc.customers.remove_relationship")["request"]
    answer = partner.ask("PATCH", f"/v1/customers/{tenant}", request["body"])
    assert_as_documented(answer, "pc.customers.remove_relationship")
    request = example("pc.error.20002.no_relationship")["request"]
    answer = partner.ask("POST", f"/v1/customers/{tenant}/carts", request["body"])
    assert_refused_as_documented(answer, "pc.error.20002.no_relationship")


@pytest.mark.parametrize(
    ("example_id", "word"),
    [
        ("pc.validationStatus.allowed", None),
        ("pc.validationStatus.underreview", "UnderReview"),
        ("pc.validationStatus.notready", "Not Ready"),
    ],
)
def test_reviews(partner: Asking, example_id: str, word: str | None) -> None:
    partner.microsoft.under_review = word is not None
    partner.microsoft.review_word = word or ""
    path = f"/v1/customers/{partner.new_customer()}/validationStatus?type=account"
    answer = partner.ask("GET", path)
    assert_as_documented(answer, example_id)
    assert answer.json["status"] == documented(example_id)[1]["status"]


def test_no_review(partner: Asking) -> None:
    tenant = partner.microsoft.accept("globex.com").id
    answer = partner.ask("GET", f"/v1/customers/{tenant}/validationStatus?type=account")
    assert_as_documented(answer, "pc.validationStatus.not_found")


def test_agreements(partner: Asking) -> None:
    base = f"/v1/customers/{partner.new_customer()}"
    request = example("pc.agreements.confirm")["request"]
    answer = partner.ask("POST", f"{base}/agreements", request["body"])
    assert_as_documented(answer, "pc.agreements.confirm")
    listed = partner.ask("GET", f"{base}/agreements?agreementType=MicrosoftCustomerAgreement")
    assert_as_documented(listed, "pc.agreements.list")
    signed = partner.ask("GET", f"{base}/directSignedMicrosoftCustomerAgreementStatus")
    assert_as_documented(signed, "pc.agreements.direct_sign_status")


def test_the_catalog(partner: Asking) -> None:
    for example_id in ("pc.skus.business_basic", "pc.availabilities.business_basic"):
        answer = partner.ask("GET", example(example_id)["request"]["path"])
        assert_as_documented(answer, example_id)
    item = documented("pc.availabilities.business_basic")[1]["items"][0]["catalogItemId"]
    assert partner.item() == item  # on the first days
    path = example("pc.error.400036.target_view")["request"]["path"]
    assert_refused_as_documented(partner.ask("GET", path), "pc.error.400036.target_view")


def test_the_price_sheet(partner: Asking) -> None:
    request = example("pc.pricesheet.get")["request"]
    headers = {"Authorization": f"Bearer {partner.signed_in(PARTNER_CENTER)}"}
    answer = partner.send("GET", f"/prices{request['path']}", headers=headers)
    expected = example("pc.pricesheet.get")["response"]
    assert answer.status == expected["status"]
    assert answer.headers["Content-Disposition"] == expected["headers"]["Content-Disposition"]


def test_carts_and_checkouts(partner: Asking) -> None:
    tenant = partner.buyer()
    body = example("pc.carts.create.nce")["request"]["body"]
    body["LineItems"][0]["CatalogItemId"] = partner.item()
    cart = partner.ask("POST", f"/v1/customers/{tenant}/carts", body)
    assert_as_documented(cart, "pc.carts.create.nce")
    assert "error" not in cart.json["lineItems"][0]
    repeat = example("pc.idempotency.replay.checkout")["request"]["headers"]["MS-RequestId"]
    first = partner.check_out(tenant, cart.json["id"], repeat=repeat)
    again = partner.check_out(tenant, cart.json["id"], repeat=repeat)
    assert_as_documented(first, "pc.carts.checkout")
    assert_as_documented(again, "pc.idempotency.replay.checkout")
    assert again.json == first.json
    order = first.json["orders"][0]["id"]
    assert_as_documented(partner.ask("GET", f"/v1/customers/{tenant}/orders/{order}"), "pc.orders.get")
    answer = partner.ask("GET", f"/v1/customers/{tenant}/orders/unknown")
    assert_refused_as_documented(answer, "pc.error.20000.order_not_found")


def test_what_stands_against_a_checkout(partner: Asking) -> None:
    unsigned = partner.new_customer()
    assert_refused_as_documented(partner.order(unsigned), "pc.error.13605.mca_missing")
    refused = partner.buyer("refusedacme")
    assert_refused_as_documented(partner.order(refused), "pc.error.800075.not_approved")
    partner.microsoft.under_review = True
    partner.microsoft.accept(unsigned)
    assert_refused_as_documented(partner.order(unsigned), "pc.error.800073.under_review")
    partner.microsoft.under_review = False
    for example_id in ("pc.error.800064.cart_busy", "pc.error.800069.risk"):
        status, body = documented(example_id)
        partner.microsoft.refusals.plan("/checkout$", status=status, code=body["code"])
        assert_refused_as_documented(partner.order(unsigned), example_id)


def test_seats(partner: Asking) -> None:
    tenant = partner.buyer()
    seats = partner.seats(tenant)
    base, _, seats_id = seats.rpartition("/")
    assert_as_documented(partner.ask("GET", seats), "pc.subscriptions.get.nce")
    assert_as_documented(partner.ask("GET", base), "pc.subscriptions.list")
    order = partner.microsoft.orders[0].id
    assert_as_documented(partner.ask("GET", f"{base}?order_id={order}"), "pc.subscriptions.by_order")
    assert_as_documented(partner.change(seats, quantity=11), "pc.subscriptions.change_quantity")
    unknown = partner.ask("GET", seats.replace(seats_id, "unknown"))
    assert_refused_as_documented(unknown, "pc.error.20003.subscription_not_found")
    next_term = example("pc.subscriptions.scheduled_change")["request"]["body"][
        "scheduledNextTermInstructions"
    ]
    answer = partner.change(seats, scheduledNextTermInstructions=next_term)
    assert answer.json["scheduledNextTermInstructions"] == next_term
    suspended = partner.change(seats, status="suspended")
    assert suspended.status == documented("pc.subscriptions.suspend")[0]
    assert suspended.json["Status"] == documented("pc.subscriptions.suspend")[1]["Status"]
    answer = partner.change(seats, autoRenewEnabled=False)
    assert_refused_as_documented(answer, "pc.error.800091.suspended")


def test_changes_that_are_refused_or_only_accepted(partner: Asking) -> None:
    seats = partner.seats(partner.buyer())
    partner.microsoft.etags = True
    stale = partner.ask("PATCH", seats, {"quantity": 3}, headers={"If-Match": '"stale"'})
    assert_refused_as_documented(stale, "pc.error.2055.stale_etag")
    status, body = documented("pc.error.900278.pending_operation")
    partner.microsoft.refusals.plan("/subscriptions/", method="PATCH", status=status, code=body["code"])
    answer = partner.ask("PATCH", seats, {"quantity": 3})
    assert_refused_as_documented(answer, "pc.error.900278.pending_operation")
    partner.microsoft.answers_accepted = True
    answer = partner.ask("PATCH", seats, {"quantity": 12})
    assert_as_documented(answer, "pc.subscriptions.patch.accepted")
    assert answer.headers["Location"] == seats.removeprefix("/v1")
    partner.later(days=8)
    answer = partner.ask("PATCH", seats, {"quantity": 1})
    assert_refused_as_documented(answer, "pc.error.800090.qty_decrease")


def test_the_audit_log(partner: Asking) -> None:
    partner.order(partner.buyer())
    answer = partner.ask("GET", f"/v1/auditrecords?startDate={partner.clock.now():%Y-%m-%d}")
    assert_as_documented(answer, "pc.audit.list")


def test_webhooks(partner: Asking) -> None:
    request = example("pc.webhooks.register")["request"]
    body = request["body"] | {"WebhookUrl": "https://seatwise.test/v1/webhooks/microsoft"}
    assert_as_documented(partner.ask("POST", request["path"], body), "pc.webhooks.register")
    request = example("pc.webhooks.send_test_event")["request"]
    assert_as_documented(partner.ask("POST", request["path"]), "pc.webhooks.send_test_event")
    assert_notice_as_documented(partner.microsoft, partner, "pc.webhook.delivery.test_created")
    partner.change(partner.seats(partner.buyer()), quantity=11)
    assert_notice_as_documented(partner.microsoft, partner, "pc.webhook.delivery.subscription_updated")


def test_webhooks_of_delegated_administration(partner: Asking) -> None:
    grant = partner.request_grant(partner.new_customer()).json["id"]
    partner.graph("POST", f"{GRANTS}/{grant}/requests", {"action": "lockForApproval"})
    partner.microsoft.approve_grant(grant)
    partner.microsoft.take_notice(partner.clock.now())  # that it was approved
    assert_notice_as_documented(partner.microsoft, partner, "pc.webhook.delivery.gdap_activated")
    body = example("graph.gdap.access_assignment.create")["request"]["body"]
    body["accessDetails"]["unifiedRoles"] = [{"roleDefinitionId": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]
    partner.graph("POST", f"{GRANTS}/{grant}/accessAssignments", body)
    partner.later(seconds=1)
    partner.microsoft.take_notice(partner.clock.now())  # that it was created
    assert_notice_as_documented(partner.microsoft, partner, "pc.webhook.delivery.gdap_assignment_activated")


def assert_notice_as_documented(microsoft: MicrosoftSimulator, partner: Asking, example_id: str) -> None:
    notice = microsoft.take_notice(partner.clock.now())
    assert notice is not None
    request = example(example_id)["request"]
    given, expected = json.loads(notice.body), request["body"]
    assert list(given) == list(expected)
    assert (given["EventName"], given["ResourceName"]) == (expected["EventName"], expected["ResourceName"])
    assert {name.lower() for name in request["headers"]} <= {name.lower() for name in notice.headers}


def test_delegated_administration(partner: Asking) -> None:
    request = example("graph.gdap.create")["request"]
    made = partner.graph("POST", f"/graph{request['path']}", request["body"])
    assert_as_documented(made, "graph.gdap.create")
    assert made.headers["Location"].endswith(made.json["id"])
    path = f"{GRANTS}/{made.json['id']}"
    body = example("graph.gdap.update")["request"]["body"]
    changed = partner.graph("PATCH", path, body, etag=made.json["@odata.etag"])
    assert_as_documented(changed, "graph.gdap.update")
    stale = partner.graph("PATCH", path, {"displayName": "x"}, etag='W/"stale"')
    assert_as_documented(stale, "graph.error.412")
    answer = partner.graph("DELETE", path, etag=changed.json["@odata.etag"])
    assert_as_documented(answer, "graph.gdap.delete")
    assert_as_documented(partner.graph("GET", path), "graph.error.envelope")


def test_assignments(partner: Asking) -> None:
    body = example("graph.gdap.access_assignment.create")["request"]["body"]
    roles = [role["roleDefinitionId"] for role in body["accessDetails"]["unifiedRoles"]]
    grant = partner.request_grant(partner.new_customer(), roles=roles).json["id"]
    partner.graph("POST", f"{GRANTS}/{grant}/requests", {"action": "lockForApproval"})
    partner.microsoft.approve_grant(grant)
    made = partner.graph("POST", f"{GRANTS}/{grant}/accessAssignments", body)
    assert_as_documented(made, "graph.gdap.access_assignment.create")
    partner.later(minutes=1)
    read = partner.graph("GET", f"{GRANTS}/{grant}/accessAssignments/{made.json['id']}")
    assert_as_documented(read, "graph.gdap.access_assignment.get")
    assert read.json["status"] == "active"


def test_tenants(partner: Asking) -> None:
    request = example("graph.find_tenant_by_domain")["request"]
    assert_as_documented(partner.graph("GET", f"/graph{request['path']}"), "graph.find_tenant_by_domain")


def test_nothing_documented_is_forgotten() -> None:
    """Every example of a request of ours is answered somewhere above, or is known not to be."""
    text = Path(__file__).read_text(encoding="utf-8")
    others = {
        "pc.address.legacy_400",  # how it was before June 2021
        "pc.webhook.delivery.bad_signature",  # what the product answers
        "pc.webhook.delivery.untrusted_cert_url",
        "pc.webhook.delivery.duplicate",
    }
    known = [each["id"] for beginning in ("pc.", "entra.", "graph.") for each in examples(beginning)]
    assert len(known) > 50
    assert [each for each in known if f'"{each}"' not in text and each not in others] == []


def test_a_difference_would_be_found() -> None:
    assert differences({"a": 1, "b": [{"c": ""}]}, {"a": "1", "b": [{"d": ""}]}) == [
        "/a: str instead of int",
        "/b[]/c: missing",
    ]
