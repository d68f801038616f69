"""Organizations: what is sent for them, and how each documented answer is understood."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chalicelib.domain.people import Address
from chalicelib.gateways.microsoft import AddressVerdict, AdminCredentials, Stage
from chalicelib.gateways.transport import NoReply
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from tests.contracts.examples import example
from tests.contracts.microsoft.partner import (
    ADDRESS,
    NOW,
    TENANT,
    answered,
    form,
    listed,
    office,
    refusal,
)
from tests.contracts.scripted import reply

INVITATION = answered("pc.customers.relationshiprequests")
LINK = example("pc.customers.relationshiprequests")["response"]["body"]["url"]
MADE = reply(
    201,
    {
        "id": TENANT.upper(),
        "commerceId": "c",
        "companyProfile": {"tenantId": TENANT, "domain": "acme.onmicrosoft.com"},
        "relationshipToPartner": "none",
        "userCredentials": {"userName": "admin", "password": "once-only"},
    },
)
RESELLER = reply(200, {"id": TENANT, "relationshipToPartner": "reseller"})
SIGNED = answered("pc.agreements.direct_sign_status")
UNSIGNED = reply(200, {"isSigned": False})


def test_a_domain_is_taken_where_microsoft_finds_it_and_free_where_it_does_not():
    asked = office(answered("pc.domains.head.taken"), answered("pc.domains.head.available"))

    assert asked.microsoft.domain_taken(domain="contoso.onmicrosoft.com")
    assert not asked.microsoft.domain_taken(domain="contoso.onmicrosoft.com")
    wanted = example("pc.domains.head.taken")["request"]
    assert [(sent.method, sent.path) for sent in asked.sent] == [(wanted["method"], wanted["path"])] * 2


@pytest.mark.parametrize("status", [400, 403])
def test_anything_else_says_nothing_about_a_domain(status):
    with pytest.raises((Refused, Unavailable)):
        office(reply(status, body=b"")).microsoft.domain_taken(domain="contoso.onmicrosoft.com")


def test_graph_knows_whose_a_domain_is():
    nobody = reply(404, {"error": {"code": "Request_ResourceNotFound", "message": "…"}})
    asked = office(answered("graph.find_tenant_by_domain"), nobody)

    assert asked.microsoft.tenant_exists(domain="contoso.com")
    assert not asked.microsoft.tenant_exists(domain="nobody.com")
    assert (
        asked.sent[0].url
        == "https://graph.microsoft.com" + example("graph.find_tenant_by_domain")["request"]["path"]
    )


def test_a_domain_cannot_leave_its_quotes():
    asked = office(reply(404, body=b""))
    asked.microsoft.tenant_exists(domain="a')/x?y='")
    assert asked.sent[0].url.endswith("(domainName='a''%29%2Fx%3Fy%3D''')")


def test_an_address_is_sent_whole_and_a_better_one_is_suggested():
    asked = office(answered("pc.address.verified_shippable"))

    check = asked.microsoft.check_address(address=replace(ADDRESS, line2="Floor 2"))

    assert check.verdict is AddressVerdict.GOOD
    assert check.suggestion == replace(ADDRESS, postal_code="98052-8300")
    assert asked.line.last.document == {
        "addressLine1": "1 Microsoft Way",
        "addressLine2": "Floor 2",
        "city": "Redmond",
        "state": "WA",
        "postalCode": "98052",
        "country": "US",
    }


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("VerifiedShippable", AddressVerdict.GOOD),
        ("Verified", AddressVerdict.GOOD),
        ("InteractionRequired", AddressVerdict.DOUBTFUL),
        ("StreetPartial", AddressVerdict.BAD),
        ("PremisesPartial", AddressVerdict.BAD),
        ("Multiple", AddressVerdict.BAD),
        ("None", AddressVerdict.BAD),
        ("NotValidated", AddressVerdict.BAD),
        ("AWordOfTomorrow", AddressVerdict.BAD),
    ],
)
def test_each_verdict_on_an_address_is_understood(status, verdict):
    said = reply(200, {"Status": status, "SuggestedAddresses": [{"AddressLine1": "1 Microsoft Wy"}]})

    check = office(said).microsoft.check_address(address=ADDRESS)

    assert check.verdict is verdict
    assert check.suggestion == Address(
        line1="1 Microsoft Wy", city="Redmond", state="WA", postal_code="98052", country="US"
    )


def test_an_address_that_was_refused_as_it_used_to_be_is_bad_and_a_silent_check_says_nothing():
    asked = office(answered("pc.address.legacy_400"))
    assert asked.microsoft.check_address(address=ADDRESS).verdict is AddressVerdict.BAD

    lost = NoReply("x", sent=True)
    with pytest.raises(Unavailable):
        office(lost, lost, lost).microsoft.check_address(address=ADDRESS)


def test_a_new_customer_is_created_and_its_password_is_said_once_and_shown_nowhere():
    asked = office(INVITATION, MADE)

    invitation = asked.microsoft.connect(key="sub_1.1", form=form(), at=NOW)

    assert (invitation.tenant_id, invitation.agreement_url) == (TENANT, LINK)
    assert invitation.credentials == AdminCredentials(
        user_name="admin@acme.onmicrosoft.com", password="once-only"
    )
    assert "once-only" not in repr(invitation)
    contact = {"firstName": "Mia", "lastName": "Reed"}
    assert (asked.line.last.method, asked.line.last.path) == ("POST", "/v1/customers")
    assert asked.line.last.document == {
        "companyProfile": {"domain": "acme.onmicrosoft.com"},
        "billingProfile": {
            "email": "mia@acme.test",
            "culture": "EN-US",
            "language": "en",
            "companyName": "Acme",
            **contact,
            "defaultAddress": {
                "addressLine1": "1 Microsoft Way",
                "city": "Redmond",
                "state": "WA",
                "postalCode": "98052",
                "country": "US",
                **contact,
                "phoneNumber": "+14255550123",
            },
        },
    }


def customer(domain: str, name: str = "Acme", tenant_id: str = TENANT) -> dict[str, object]:
    item = example("pc.customers.list")["response"]["body"]["items"][0]
    return {**item, "id": tenant_id, "companyProfile": {"domain": domain, "companyName": name}}


def test_a_customer_that_was_made_before_is_found_by_its_exact_domain():
    others = [
        customer("acme.onmicrosoft.com.example", tenant_id="1"),
        customer("acme.onmicrosoft.com", "Else"),
    ]
    ours = customer("ACME.onmicrosoft.com", "ACME", tenant_id="ours")
    asked = office(INVITATION, refusal(400, "600005"), listed(*others, ours))

    invitation = asked.microsoft.connect(key="sub_1.1", form=form(), at=NOW)

    assert (invitation.tenant_id, invitation.credentials) == ("ours", None)
    assert json.loads(asked.line.last.query["filter"]) == {
        "Field": "Domain",
        "Value": "acme.onmicrosoft.com",
        "Operator": "starts_with",
    }


@pytest.mark.parametrize(
    ("first", "trouble"),
    [
        ([], Refused),
        ([NoReply("x", sent=True)], OutcomeUnknown),
    ],
    ids=["refused at once", "after a lost answer"],
)
def test_a_domain_that_somebody_else_has_is_refused(first, trouble):
    asked = office(INVITATION, *first, refusal(400, "600005"), listed())
    with pytest.raises(trouble):
        asked.microsoft.connect(key="sub_1.1", form=form(), at=NOW)


PROFILE_PATH = f"/v1/customers/{TENANT}/profiles/billing"


def profile(etag: str = "one", *, name: str = "A refused company", line1: str = "1 Microsoft Way"):
    """The billing profile of a tenant that was made for an earlier submission."""
    contact = {"firstName": "Mia", "lastName": "Reed"}
    address = {"city": "Redmond", "state": "WA", "postalCode": "98052", "country": "US", "region": "West"}
    return reply(
        200,
        {
            "id": TENANT,
            "email": "old@acme.test",
            "culture": "en-US",
            "language": "en-US",
            "companyName": name,
            **contact,
            "defaultAddress": {"addressLine1": line1, **address, **contact, "phoneNumber": "1"},
            "attributes": {"etag": etag, "objectType": "CustomerBillingProfile"},
        },
    )


def connect_again(asked, *, at=NOW):
    return asked.microsoft.connect(key="sub_1.2", form=form(), at=at, known_tenant_id=TENANT)


@pytest.mark.parametrize(
    "before", [profile(), profile(name="Acme", line1="1 Wrong Way")], ids=["another name", "another address"]
)
def test_a_tenant_that_was_made_before_is_corrected_and_none_is_made_again(before):
    asked = office(INVITATION, before, profile("two", name="Acme"))

    invitation = connect_again(asked)

    assert (invitation.tenant_id, invitation.agreement_url) == (TENANT, LINK)
    assert invitation.credentials is None, "the password was said when it was made"
    assert [(sent.method, sent.path) for sent in asked.sent[1:]] == [
        ("GET", PROFILE_PATH),
        ("PUT", PROFILE_PATH),
    ]
    assert asked.line.last.header("If-Match") == "one"
    contact = {"firstName": "Mia", "lastName": "Reed"}
    assert asked.line.last.document == {
        "id": TENANT,
        "email": "mia@acme.test",
        "culture": "en-US",
        "language": "en-US",
        "companyName": "Acme",
        **contact,
        "defaultAddress": {
            "addressLine1": "1 Microsoft Way",
            "city": "Redmond",
            "state": "WA",
            "postalCode": "98052",
            "country": "US",
            **contact,
            "phoneNumber": "+14255550123",
        },
        "attributes": {"etag": "one", "objectType": "CustomerBillingProfile"},
    }


def test_nothing_is_corrected_where_microsoft_has_it_right_so_that_no_review_begins():
    asked = office(INVITATION, profile(name="Acme"))
    assert connect_again(asked).tenant_id == TENANT
    asked.line.is_over()


def test_a_profile_that_has_changed_since_it_was_read_is_read_once_more():
    stale = answered("pc.error.2055.stale_etag")
    asked = office(INVITATION, profile("one"), stale, profile("two"), profile("three", name="Acme"))

    connect_again(asked)

    first, second = [sent for sent in asked.sent if sent.method == "PUT"]
    assert (first.header("If-Match"), second.header("If-Match")) == ("one", "two")
    assert second.document["attributes"]["etag"] == "two"
    assert first.header("MS-RequestId") != second.header("MS-RequestId"), "what was read is another question"

    with pytest.raises(Unavailable):
        connect_again(office(INVITATION, profile("one"), stale, profile("two"), stale))


def test_a_correction_whose_answer_was_lost_is_seen_and_not_made_again():
    stale = answered("pc.error.2055.stale_etag")
    asked = office(INVITATION, profile("one"), NoReply("x", sent=True), stale, profile("two", name="Acme"))

    assert connect_again(asked).tenant_id == TENANT

    first, second = [sent for sent in asked.sent if sent.method == "PUT"]
    assert first.header("MS-RequestId") == second.header("MS-RequestId")
    asked.line.is_over()


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        pytest.param([profile(), refusal(400, 2007)], Refused, id="an address that cannot be right"),
        pytest.param([profile(), *[NoReply("x", sent=True)] * 3], OutcomeUnknown, id="no answer"),
        pytest.param([NoReply("x", sent=True)] * 3, Unavailable, id="nothing to read"),
        pytest.param([reply(403, body=b"")], Unavailable, id="we are not let in"),
        pytest.param(
            [profile(), NoReply("x", sent=True), refusal(404, "60003")],
            OutcomeUnknown,
            id="gone after a loss",
        ),
    ],
)
def test_a_correction_that_fails_is_not_taken_for_done(answers, trouble):
    asked = office(INVITATION, *answers)
    with pytest.raises(trouble) as caught:
        connect_again(asked)
    assert type(caught.value) is trouble
    asked.line.is_over()


def test_who_has_left_us_since_is_invited_again():
    asked = office(INVITATION, refusal(404, "60003"))
    assert connect_again(asked).agreement_url == LINK
    asked.line.is_over()


def test_an_existing_customer_is_invited_under_the_tenant_that_its_domain_has():
    asked = office(answered("graph.find_tenant_by_domain"), INVITATION)

    invitation = asked.microsoft.connect(key="sub_1.1", form=form("contoso.com", existing=True), at=NOW)

    assert invitation.tenant_id == "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
    assert (invitation.agreement_url, invitation.credentials) == (LINK, None)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refusal(404, "60003"), id="unknown tenant"),
        pytest.param(answered("pc.error.20002.no_relationship"), id="no relationship"),
        pytest.param(reply(403, body=b""), id="no, without a word"),
        pytest.param(reply(200, {"relationshipToPartner": "none"}), id="none"),
        pytest.param(reply(200, {"RelationshipToPartner": "advisor"}), id="advisor"),
    ],
)
def test_who_has_not_accepted_is_waited_for(answer):
    asked = office(answer)
    assert asked.microsoft.progress(tenant_id=TENANT, at=NOW).stage is Stage.WAITING
    asked.line.is_over()


def test_a_role_that_we_lack_is_not_the_client_s_fault():
    with pytest.raises(Unavailable):
        office(refusal(403, "900308")).microsoft.progress(tenant_id=TENANT, at=NOW)


@pytest.mark.parametrize(
    ("agreement", "ready"),
    [
        pytest.param([SIGNED], True, id="signed at Microsoft"),
        pytest.param([UNSIGNED, answered("pc.agreements.list")], True, id="confirmed to Microsoft"),
        pytest.param([reply(404, body=b""), answered("pc.agreements.list")], True, id="confirmed, no status"),
        pytest.param([UNSIGNED, listed()], False, id="neither"),
        pytest.param([UNSIGNED, reply(404, body=b"")], False, id="nothing there"),
        pytest.param([UNSIGNED, listed({"type": "MicrosoftCloudAgreement"})], False, id="another agreement"),
    ],
)
def test_the_agreement_has_to_be_in_place(agreement, ready):
    review = [answered("pc.validationStatus.allowed")] if ready else []
    asked = office(RESELLER, *agreement, *review)

    stage = asked.microsoft.progress(tenant_id=TENANT, at=NOW).stage

    assert stage is (Stage.READY if ready else Stage.WAITING)
    asked.line.is_over()


@pytest.mark.parametrize(
    ("answer", "stage"),
    [
        (answered("pc.validationStatus.allowed"), Stage.READY),
        (answered("pc.validationStatus.not_found"), Stage.READY),
        (answered("pc.validationStatus.underreview"), Stage.WAITING),
        (answered("pc.validationStatus.notready"), Stage.WAITING),
        (reply(200, {"status": "Unknown"}), Stage.WAITING),
        (reply(200, {"status": "AWordOfTomorrow"}), Stage.WAITING),
        (reply(200, {"status": "NotAllowed"}), Stage.REFUSED),
    ],
    ids=["allowed", "no status", "under review", "not ready", "unknown", "a new word", "not allowed"],
)
def test_each_word_of_the_review_is_understood(answer, stage):
    asked = office(RESELLER, SIGNED, answer)

    progress = asked.microsoft.progress(tenant_id=TENANT, at=NOW)

    assert progress.stage is stage
    assert (progress.reason is None) is (stage is Stage.READY)
    assert asked.line.last.query == {"type": "account"}


def test_a_review_that_cannot_be_read_is_not_one_that_does_not_exist():
    with pytest.raises(Unavailable):
        office(RESELLER, SIGNED, refusal(404, "60003")).microsoft.progress(tenant_id=TENANT, at=NOW)
