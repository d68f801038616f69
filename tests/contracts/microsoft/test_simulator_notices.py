from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.contracts.microsoft.asking import CANCEL_AT_END, GRANTS, Asking

EVENTS = ["subscription-updated", "test-created"]


@pytest.fixture
def partner() -> Asking:
    return Asking()


def told(partner: Asking) -> list[dict]:
    found = []
    while notice := partner.microsoft.take_notice(partner.clock.now()):
        assert notice.target == "/v1/webhooks/microsoft"
        found.append(json.loads(notice.body))
    return found


def test_a_notice_is_signed_over_its_bytes_by_a_certificate_that_leads_to_the_root(partner: Asking) -> None:
    partner.microsoft.public_url = "http://127.0.0.1:9999"
    partner.microsoft.accept("globex.com")
    notice = partner.microsoft.take_notice(partner.clock.now())
    assert notice is not None
    url = notice.headers["X-MS-Certificate-Url"]
    assert url.startswith("http://127.0.0.1:9999/certificates/")
    served = partner.send("GET", url.removeprefix("http://127.0.0.1:9999"))
    leaf = x509.load_der_x509_certificate(served.body)
    root = x509.load_pem_x509_certificate(partner.microsoft.root_certificate.encode())
    leaf.verify_directly_issued_by(root)
    assert "O=Microsoft Corporation" in leaf.issuer.rfc4514_string()
    assert leaf.not_valid_before_utc < datetime(2027, 1, 1, tzinfo=UTC) < leaf.not_valid_after_utc
    assert isinstance(root.public_key(), ec.EllipticCurvePublicKey)
    assert notice.headers["X-MS-Signature-Algorithm"] == "rsa-sha256"
    kind, _, signature = notice.headers["Authorization"].partition(" ")
    assert kind == "Signature"
    key = leaf.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(base64.b64decode(signature), notice.body, padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(signature), notice.body + b" ", padding.PKCS1v15(), hashes.SHA256())


def test_an_acceptance_is_told_with_the_tenant(partner: Asking) -> None:
    tenant = partner.microsoft.accept("globex.com").id
    (notice,) = told(partner)
    assert notice["EventName"] == "reseller-relationship-accepted-by-customer"
    assert notice["ResourceUri"].endswith(f"/v1/customers/{tenant}")
    assert set(notice) == {"EventName", "ResourceUri", "ResourceName", "AuditUri", "ResourceChangeUtcDate"}


def test_neither_a_creation_nor_a_review_nor_an_order_is_told(partner: Asking) -> None:
    partner.microsoft.announces_signatures = False
    partner.microsoft.review_takes = timedelta(days=1)
    tenant = partner.new_customer()
    partner.microsoft.accept(tenant)
    partner.later(days=1)
    partner.order(tenant)
    assert told(partner) == []


def test_every_change_of_seats_is_told_also_what_time_does(partner: Asking) -> None:
    seats = partner.seats(partner.buyer())
    partner.change(seats, autoRenewEnabled=False, scheduledActions=CANCEL_AT_END)
    (changed,) = told(partner)
    assert changed["EventName"] == "subscription-updated"
    assert changed["ResourceUri"].endswith(f"/webhooks{seats}")
    assert changed["ResourceUri"].startswith("http://")  # as the documentation prints it
    ends_at = datetime(2027, 2, 28, 10, 0, tzinfo=UTC)
    assert partner.microsoft.next_notice_at() == ends_at
    assert not partner.microsoft.has_notices(partner.clock.now())
    partner.clock.put(ends_at)
    assert partner.microsoft.has_notices(ends_at)
    assert [notice["ResourceChangeUtcDate"] for notice in told(partner)] == [
        "2027-02-28T10:00:00.0000000+00:00"
    ]


def test_what_changes_nothing_is_not_told(partner: Asking) -> None:
    seats = partner.seats(partner.buyer())
    partner.change(seats)
    assert told(partner) == []


def test_notices_may_be_48_hours_behind(partner: Asking) -> None:
    partner.microsoft.notices_late = timedelta(hours=48)
    partner.microsoft.accept("globex.com")
    partner.later(hours=48, seconds=-1)
    assert told(partner) == []
    partner.later(seconds=1)
    assert len(told(partner)) == 1


@pytest.mark.parametrize(("trick", "count"), [("lost", 0), ("duplicate", 2)])
def test_a_notice_may_come_twice_or_not_at_all(partner: Asking, trick: str, count: int) -> None:
    partner.microsoft.notices.plan(trick)
    partner.microsoft.accept("globex.com")
    assert len(told(partner)) == count


def test_delegated_administration_is_told_step_by_step(partner: Asking) -> None:
    tenant = partner.new_customer()
    grant = partner.request_grant(tenant).json["id"]
    partner.graph("POST", f"{GRANTS}/{grant}/requests", {"action": "lockForApproval"})
    assert told(partner) == []
    partner.microsoft.approve_grant(grant)
    body = {
        "accessContainer": {
            "accessContainerId": "869713c9-0b28-4d08-8949-ae07ae1bf528",
            "accessContainerType": "securityGroup",
        },
        "accessDetails": {"unifiedRoles": [{"roleDefinitionId": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]},
    }
    assignment = partner.graph("POST", f"{GRANTS}/{grant}/accessAssignments", body).json["id"]
    partner.microsoft.terminate_grant(grant)
    notices = told(partner)
    assert [notice["EventName"].removeprefix("granular-admin-") for notice in notices] == [
        "relationship-approved",
        "relationship-activated",
        "access-assignment-created",
        "access-assignment-activated",
        "relationship-terminated",
    ]
    assert notices[0]["ResourceUri"] == f"https://partner.microsoft.com/granularAdminRelationships/{grant}"
    assert notices[2]["ResourceUri"].endswith(f"/{grant}/accessAssignments/{assignment}")
    assert notices[0]["AuditUri"] is None


def test_who_registers_for_some_events_is_told_of_no_others(partner: Asking) -> None:
    body = {"WebhookUrl": "https://seatwise.test/hooks", "WebhookEvents": EVENTS}
    made = partner.ask("POST", "/webhooks/v1/registration", body)
    assert made.status == 200
    assert partner.ask("GET", "/webhooks/v1/registration").json == made.json
    partner.microsoft.accept("globex.com")
    assert told(partner) == []
    test = partner.ask("POST", "/webhooks/v1/registration/validationEvents").json["correlationId"]
    assert [notice["EventName"] for notice in told(partner)] == ["test-created"]
    result = partner.ask("GET", f"/webhooks/v1/registration/validationEvents/{test}").json
    assert (result["status"], "Z" in result["results"][0]["dateTimeUtc"]) == ("completed", False)


def test_the_signature_may_be_asked_for_in_another_header(partner: Asking) -> None:
    body = {
        "WebhookUrl": "https://seatwise.test/hooks",
        "WebhookEvents": EVENTS,
        "SignatureTokenToMsSignatureHeader": True,
    }
    partner.ask("PUT", "/webhooks/v1/registration", body)
    partner.ask("POST", "/webhooks/v1/registration/validationEvents")
    notice = partner.microsoft.take_notice(partner.clock.now())
    assert notice is not None
    assert notice.headers["x-ms-signature"].startswith("Signature ")
    assert "Authorization" not in notice.headers


def test_a_third_test_within_a_minute_is_too_many(partner: Asking) -> None:
    body = {"WebhookUrl": "https://seatwise.test/hooks", "WebhookEvents": EVENTS}
    partner.ask("POST", "/webhooks/v1/registration", body)
    answers = [partner.ask("POST", "/webhooks/v1/registration/validationEvents") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].json["statusCode"] == 429
    assert answers[2].headers["Retry-After"] == "57"


@pytest.mark.parametrize(
    "change",
    [{"WebhookUrl": "http://seatwise.test"}, {"WebhookEvents": ["invented"]}, {"WebhookEvents": None}],
)
def test_a_registration_is_checked(partner: Asking, change: dict) -> None:
    body = {"WebhookUrl": "https://seatwise.test/hooks", "WebhookEvents": EVENTS} | change
    assert partner.ask("POST", "/webhooks/v1/registration", body).status == 400
    assert partner.ask("GET", "/webhooks/v1/registration").status == 404
    assert "subscription-updated" in partner.ask("GET", "/webhooks/v1/registration/events").json
