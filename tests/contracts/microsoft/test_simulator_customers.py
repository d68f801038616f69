from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.contracts.microsoft.asking import ADDRESS, PARTNER_CENTER, Asking, customer, filtered

TEMPLATE = "117a77b0-9360-443b-8795-c6dedc750cf9"


@pytest.fixture
def partner() -> Asking:
    return Asking()


def confirmation(partner: Asking, tenant: str, *, email: str = "mia@acme.test", **change: str):
    contact = {"firstName": "Mia", "lastName": "Reed", "email": email}
    body = {
        "primaryContact": contact,
        "templateId": TEMPLATE,
        "dateAgreed": "2027-01-31T00:00:00.000Z",
        "type": "MicrosoftCustomerAgreement",
    }
    return partner.ask("POST", f"/v1/customers/{tenant}/agreements", body | change)


@pytest.mark.parametrize("prefix", ["contoso", "Fabrikam7", "northwindtraders"])
def test_a_domain_that_exists_answers_200_which_means_taken(partner: Asking, prefix: str) -> None:
    answer = partner.ask("HEAD", f"/v1/domains/{prefix}.onmicrosoft.com")
    assert (answer.status, answer.body) == (200, b"")


def test_a_free_domain_answers_404_until_somebody_has_it(partner: Asking) -> None:
    assert partner.ask("HEAD", "/v1/domains/acme.onmicrosoft.com").status == 404
    partner.new_customer("acme")
    assert partner.ask("HEAD", "/v1/domains/acme.onmicrosoft.com").status == 200


@pytest.mark.parametrize(
    ("change", "status", "suggests"),
    [
        ({}, "VerifiedShippable", "1 Microsoft Way"),
        ({"addressLine1": "1 Doubtful Way"}, "InteractionRequired", "1 Way"),
        ({"addressLine1": "1 Unverifiable Way"}, "None", None),
        ({"state": "CA"}, "NotValidated", None),
        ({"country": "CA"}, "NotValidated", None),
    ],
    ids=["good", "doubtful", "unknown", "wrong-state", "abroad"],
)
def test_every_verdict_on_an_address_is_a_200(
    partner: Asking, change: dict[str, str], status: str, suggests: str | None
) -> None:
    answer = partner.ask("POST", "/v1/validations/address", ADDRESS | change)
    assert (answer.status, answer.json["status"]) == (200, status)
    assert [each["addressLine1"] for each in answer.json["suggestedAddresses"]] == (
        [suggests] if suggests else []
    )


def test_the_names_in_a_body_are_read_whatever_their_case(partner: Asking) -> None:
    capital = {name[0].upper() + name[1:]: value for name, value in ADDRESS.items()}
    assert partner.ask("POST", "/v1/validations/address", capital).json["originalAddress"] == ADDRESS


def test_the_password_of_a_new_tenant_is_said_once(partner: Asking) -> None:
    answer = partner.create("acme")
    assert answer.json["userCredentials"]["userName"] == "admin"
    password = answer.json["userCredentials"]["password"]
    read = partner.ask("GET", f"/v1/customers/{answer.json['id']}")
    assert password not in read.body.decode()
    assert read.json["relationshipToPartner"] == "reseller"


def test_a_repetition_under_its_request_id_is_answered_as_the_first_time_and_makes_no_second_tenant(
    partner: Asking,
) -> None:
    repeat = str(uuid.uuid4())
    first = partner.create("acme", repeat=repeat)
    assert partner.create("acme", repeat=repeat).json == first.json
    assert partner.create("globex", repeat=repeat).json == first.json  # another body: the first answer counts
    assert len(partner.microsoft.tenants) == 1


def test_after_a_day_the_repetition_is_a_new_question_and_the_domain_is_taken(partner: Asking) -> None:
    repeat = str(uuid.uuid4())
    partner.create("acme", repeat=repeat)
    partner.later(hours=24)
    assert partner.create("acme", repeat=repeat).status == 400


def test_a_refusal_is_an_answer_too_so_that_its_request_id_is_used_up(partner: Asking) -> None:
    repeat = str(uuid.uuid4())
    assert partner.create("contoso", repeat=repeat).code == "600005"
    assert partner.create("acme", repeat=repeat).code == "600005"
    partner.microsoft.replays_refusals = False
    other = str(uuid.uuid4())
    assert partner.create("contoso", repeat=other).status == 400
    assert partner.create("acme", repeat=other).status == 201


def test_a_tenant_that_is_made_in_the_meantime_takes_the_domain(partner: Asking) -> None:
    partner.new_customer("acme")
    assert (partner.create("acme").status, partner.create("acme").code) == (400, "600005")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("companyProfile", {"domain": "acme.com"}),
        ("companyProfile", {"domain": "ac-me.onmicrosoft.com"}),
        ("companyProfile", {"domain": 7}),
        ("companyProfile", {"organizationRegistrationNumber": "1"}),
        ("companyProfile", {"invented": "1"}),
        ("billingProfile", {"email": None}),
        ("billingProfile", {"defaultAddress": ADDRESS}),
    ],
    ids=["own-domain", "hyphen", "number", "registration", "unknown", "no-email", "no-name"],
)
def test_what_the_documentation_does_not_know_is_refused(partner: Asking, part: str, change: dict) -> None:
    body = customer("acme")
    body[part] |= change
    assert partner.ask("POST", "/v1/customers", body).status == 400
    assert partner.microsoft.tenants == []


@pytest.mark.parametrize("missing", ["MS-RequestId", "MS-CorrelationId"])
def test_a_customer_is_made_only_with_both_ids(partner: Asking, missing: str) -> None:
    assert partner.create("acme", headers={missing: ""}).status == 400


def test_a_request_id_is_a_guid(partner: Asking) -> None:
    assert partner.create("acme", repeat="acme-1").status == 400


def test_a_customer_is_found_again_by_the_beginning_of_its_domain_page_by_page(partner: Asking) -> None:
    tenants = [partner.new_customer(prefix) for prefix in ("acme", "acmeeast", "globex", "acmewest")]
    first = partner.ask("GET", f"/v1/customers?size=2&filter={filtered('Domain', 'ACME')}")
    assert first.json["totalCount"] == 3
    following = first.json["links"]["next"]
    headers = {each["key"]: each["value"] for each in following["headers"]}
    second = partner.ask("GET", following["uri"], headers=headers)
    found = [item["id"] for page in (first, second) for item in page.json["items"]]
    assert found == [tenants[0], tenants[1], tenants[3]]
    assert "next" not in second.json["links"]


@pytest.mark.parametrize(
    "query", ["size=0", "size=x", "filter=x", "filter=" + filtered("Secret", "a"), "top=2", "size=1&size=2"]
)
def test_a_list_that_cannot_be_asked_for_so_is_refused(partner: Asking, query: str) -> None:
    assert partner.ask("GET", f"/v1/customers?{query}").status == 400


def test_strangers_are_not_there_until_they_accept(partner: Asking) -> None:
    path = "/graph/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='globex.com')"
    tenant = partner.graph("GET", path).json["tenantId"]
    assert partner.ask("GET", f"/v1/customers/{tenant}").code == "60003"
    assert partner.ask("GET", "/v1/customers").json["items"] == []
    partner.microsoft.accept_relationship("globex.com")
    assert partner.ask("GET", f"/v1/customers/{tenant}").json["relationshipToPartner"] == "reseller"
    assert partner.ask("GET", "/v1/customers").json["totalCount"] == 1


def test_a_domain_that_begins_with_missing_belongs_to_nobody(partner: Asking) -> None:
    path = "/graph/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='missing.com')"
    answer = partner.graph("GET", path)
    assert (answer.status, set(answer.json)) == (404, {"error"})


def test_an_acceptance_may_show_late(partner: Asking) -> None:
    partner.microsoft.answers_late = timedelta(minutes=10)
    tenant = partner.microsoft.accept("globex.com").id
    assert partner.ask("GET", f"/v1/customers/{tenant}").status == 404
    partner.later(minutes=10)
    assert partner.ask("GET", f"/v1/customers/{tenant}").status == 200


def test_the_invitation_names_the_partner_and_no_customer(partner: Asking) -> None:
    partner.microsoft.public_url = "http://127.0.0.1:9999"
    url = partner.ask("GET", "/v1/customers/relationshiprequests").json["url"]
    assert url.startswith(
        "http://127.0.0.1:9999/admin/partners/invitation?invType=ResellerRelationship&partnerId="
    )


def test_who_agreed_is_known_of_the_client_and_of_us_apart(partner: Asking) -> None:
    tenant = partner.new_customer()
    signed = f"/v1/customers/{tenant}/directSignedMicrosoftCustomerAgreementStatus"
    agreements = f"/v1/customers/{tenant}/agreements?agreementType=MicrosoftCustomerAgreement"
    assert partner.ask("GET", signed).json == {"isSigned": False}
    assert confirmation(partner, tenant).status == 201
    assert partner.ask("GET", signed).json == {"isSigned": False}
    assert partner.ask("GET", agreements).json["items"][0]["dateAgreed"] == "2027-01-31T00:00:00"  # no zone
    partner.microsoft.sign_agreement(tenant)
    assert partner.ask("GET", signed).json == {"isSigned": True}


def test_the_same_contact_confirms_once_and_another_one_again(partner: Asking) -> None:
    tenant = partner.new_customer()
    confirmation(partner, tenant)
    again = confirmation(partner, tenant)
    assert (again.status, again.code, again.json["isRetryable"]) == (409, "600061", False)
    assert confirmation(partner, tenant, email="tom@acme.test").status == 201


def test_an_outdated_template_or_a_bad_date_is_no_agreement(partner: Asking) -> None:
    tenant = partner.new_customer()
    assert confirmation(partner, tenant, templateId=str(uuid.uuid4())).status == 400
    assert confirmation(partner, tenant, dateAgreed="yesterday").status == 400


def test_the_newest_template_has_the_highest_rank_and_is_not_the_first(partner: Asking) -> None:
    items = partner.ask("GET", "/v1/agreements?agreementType=MicrosoftCustomerAgreement").json["items"]
    assert (
        max(items, key=lambda each: each["versionRank"])["templateId"] == TEMPLATE != items[0]["templateId"]
    )
    assert partner.ask("GET", "/v1/agreements").json["items"][0]["agreementType"] == "MicrosoftCloudAgreement"
    document = partner.ask("GET", f"/v1/agreementtemplates/{TEMPLATE}/document?language=en-US&country=US")
    assert set(document.json) == {"displayUri", "downloadUri", "language", "country"}


def review(partner: Asking, tenant: str):
    return partner.ask("GET", f"/v1/customers/{tenant}/validationStatus?type=account")


def test_a_review_takes_its_time_and_ends_well(partner: Asking) -> None:
    partner.microsoft.review_takes = timedelta(days=2)
    tenant = partner.new_customer()
    assert review(partner, tenant).json["status"] == "UnderReview"
    partner.microsoft.review_word = "Not Ready"
    assert review(partner, tenant).json["status"] == "Not Ready"
    partner.later(days=2)
    assert review(partner, tenant).json["status"] == "Allowed"


def test_a_review_may_end_badly(partner: Asking) -> None:
    tenant = partner.new_customer("refusedacme")
    assert review(partner, tenant).json["status"] == "NotAllowed"
    assert review(partner, partner.new_customer("fine", name="Refused Ltd")).json["status"] == "NotAllowed"


def test_an_organization_that_was_there_before_has_no_status_which_blocks_nothing(partner: Asking) -> None:
    tenant = partner.microsoft.accept("globex.com").id
    answer = review(partner, tenant)
    assert (answer.status, answer.code, answer.json["errorName"]) == (404, "600074", "AccountStatusNotFound")
    partner.microsoft.under_review = True
    assert review(partner, tenant).json["status"] == "UnderReview"


def test_the_relationship_ends_only_when_no_seats_run(partner: Asking) -> None:
    tenant = partner.buyer()
    seats = partner.seats(tenant)
    body = {"relationshipToPartner": "none", "attributes": {"objectType": "Customer"}}
    assert partner.ask("PATCH", f"/v1/customers/{tenant}", body).status == 400
    partner.change(seats, status="deleted")
    assert partner.ask("PATCH", f"/v1/customers/{tenant}", body).json["RelationshipToPartner"] == "none"
    assert partner.ask("GET", f"/v1/customers/{tenant}").status == 404


def test_an_address_is_shown_only_to_who_may_look_after_the_tenant(partner: Asking) -> None:
    tenant = partner.new_customer()
    assert "email" not in partner.ask("GET", f"/v1/customers/{tenant}").json["billingProfile"]
    grant = partner.request_grant(tenant).json["id"]
    partner.graph(
        "POST",
        f"/graph/v1.0/tenantRelationships/delegatedAdminRelationships/{grant}/requests",
        {"action": "lockForApproval"},
    )
    partner.microsoft.approve_grant(grant)
    assert partner.ask("GET", f"/v1/customers/{tenant}").json["billingProfile"]["email"] == "mia@acme.test"


def profile_of(partner: Asking, tenant: str) -> dict:
    answer = partner.ask("GET", f"/v1/customers/{tenant}/profiles/billing")
    assert answer.status == 200, answer.body
    return answer.json


def correct(partner: Asking, tenant: str, profile: dict, *, read: str | None = "", **more):
    """The profile as it was read, with changes; `read` is another etag than the profile's, None for none."""
    etag = profile["attributes"]["etag"] if read == "" else read
    headers = {} if etag is None else {"If-Match": etag}
    return partner.ask("PUT", f"/v1/customers/{tenant}/profiles/billing", profile | more, headers=headers)


def test_the_billing_profile_is_read_and_changed_as_a_whole(partner: Asking) -> None:
    tenant = partner.new_customer()
    before = profile_of(partner, tenant)
    assert (before["id"], before["companyName"], before["email"]) == (tenant, "Acme", "mia@acme.test")
    assert before["defaultAddress"]["addressLine1"] == ADDRESS["addressLine1"]
    assert before["attributes"]["objectType"] == "CustomerBillingProfile"

    address = before["defaultAddress"] | {"addressLine1": "2 Microsoft Way"}
    changed = correct(partner, tenant, before, companyName="Globex", defaultAddress=address)

    assert changed.status == 200
    assert changed.json == profile_of(partner, tenant)
    assert changed.json["attributes"]["etag"] != before["attributes"]["etag"]
    assert (changed.json["companyName"], changed.json["defaultAddress"]) == ("Globex", address)
    read = partner.ask("GET", f"/v1/customers/{tenant}").json
    assert read["companyProfile"]["companyName"] == read["billingProfile"]["companyName"] == "Globex"
    assert read["billingProfile"]["attributes"] == changed.json["attributes"]


def test_a_profile_that_was_read_before_it_changed_is_stale(partner: Asking) -> None:
    tenant = partner.new_customer()
    before = profile_of(partner, tenant)
    correct(partner, tenant, before, companyName="Globex")
    stale = correct(partner, tenant, before, companyName="Initech")
    assert (stale.status, stale.code) == (400, "2055")
    newest = profile_of(partner, tenant)["attributes"]["etag"]
    assert correct(partner, tenant, before, read=newest).code == "2055"  # the body's etag counts as well
    assert profile_of(partner, tenant)["companyName"] == "Globex"


@pytest.mark.parametrize(
    "change",
    [
        {"read": None},
        {"id": "another"},
        {"id": None},
        {"companyName": None},
        {"email": 7},
        {"invented": "1"},
        {"attributes": None},
        {"defaultAddress": ADDRESS},
        {"defaultAddress": ADDRESS | {"state": "CA", "firstName": "Mia", "lastName": "Reed"}},
    ],
    ids=[
        "no-if-match",
        "another-id",
        "no-id",
        "no-company",
        "number",
        "unknown",
        "no-etag",
        "no-name",
        "wrong-state",
    ],
)
def test_a_profile_that_is_not_whole_or_not_right_changes_nothing(partner: Asking, change: dict) -> None:
    tenant = partner.new_customer()
    before = profile_of(partner, tenant)
    answer = correct(partner, tenant, before, **change)
    assert (answer.status, answer.code != "2055") == (400, True)
    assert profile_of(partner, tenant) == before


def test_a_refused_name_that_was_corrected_is_reviewed_again_and_allowed(partner: Asking) -> None:
    partner.microsoft.review_takes = timedelta(days=2)
    tenant = partner.new_customer(name="Refused Ltd")
    partner.later(days=2)
    assert review(partner, tenant).json["status"] == "NotAllowed"
    assert correct(partner, tenant, profile_of(partner, tenant), companyName="Acme").status == 200
    assert review(partner, tenant).json["status"] == "UnderReview"
    partner.later(days=2)
    assert review(partner, tenant).json["status"] == "Allowed"


def test_a_stranger_has_no_profile_to_read_or_change(partner: Asking) -> None:
    profile = profile_of(partner, partner.new_customer())
    stranger = partner.microsoft.tenants[0].id[:-1] + "0"
    assert partner.ask("GET", f"/v1/customers/{stranger}/profiles/billing").code == "60003"
    assert correct(partner, stranger, profile).code == "60003"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/invoices", 404),
        ("GET", "/v2/customers", 404),
        ("DELETE", "/v1/customers", 405),
        ("GET", "/v1/domains/acme.onmicrosoft.com", 405),
    ],
)
def test_what_is_not_in_the_documentation_is_not_there(
    partner: Asking, method: str, path: str, status: int
) -> None:
    assert partner.ask(method, path).status == status


def test_the_four_ids_of_a_call_are_in_every_answer(partner: Asking) -> None:
    repeat = str(uuid.uuid4())
    answer = partner.ask("GET", "/v1/customers/unknown", repeat=repeat)
    assert answer.headers["MS-RequestId"] == repeat
    assert {"MS-CorrelationId", "MS-CV", "MS-ServerId"} <= set(answer.headers)
    assert partner.send("GET", "/elsewhere", headers={"Authorization": PARTNER_CENTER}).status == 404
