from __future__ import annotations

from urllib.parse import urlencode

import pytest

from sandbox.simulators.microsoft import NothingToAccept, UnknownGrant, UnknownReference, UnknownTenant
from tests.contracts.microsoft.asking import CANCEL_AT_END, GRANTS, Answer, Asking

FIND = "/graph/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='{}')"


@pytest.fixture
def partner() -> Asking:
    return Asking()


def invitation(partner: Asking) -> str:
    """The page of the invitation, below the simulator."""
    url = partner.ask("GET", "/v1/customers/relationshiprequests").json["url"]
    return str(url).removeprefix(partner.microsoft.public_url)


def press(partner: Asking, page: str, **form: str) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return partner.send("POST", page, urlencode(form).encode(), headers=headers)


def test_who_was_made_or_looked_up_is_waited_for_until_everything_is_accepted(partner: Asking) -> None:
    tenant = partner.new_customer()
    partner.graph("GET", FIND.format("globex.com"))
    assert [each.domain for each in partner.microsoft.waiting()] == ["acme.onmicrosoft.com", "globex.com"]
    partner.microsoft.accept_relationship("globex.com")
    assert len(partner.microsoft.waiting()) == 2  # the agreement is missing
    partner.microsoft.sign_agreement("globex.com")
    partner.microsoft.accept(tenant)
    assert partner.microsoft.waiting() == []


def test_any_tenant_may_accept_also_a_wrong_one(partner: Asking) -> None:
    right = partner.graph("GET", FIND.format("globex.com")).json["tenantId"]
    wrong = partner.microsoft.accept("initech.com").id
    assert partner.ask("GET", f"/v1/customers/{wrong}").status == 200
    assert partner.ask("GET", f"/v1/customers/{right}").status == 404


def test_nothing_is_accepted_twice_or_by_nobody(partner: Asking) -> None:
    partner.microsoft.accept("globex.com")
    with pytest.raises(NothingToAccept):
        partner.microsoft.accept("globex.com")
    with pytest.raises(NothingToAccept):
        partner.microsoft.refuse("globex.com")
    with pytest.raises(UnknownTenant):
        partner.microsoft.accept("missing.com")


def test_who_declines_may_still_accept(partner: Asking) -> None:
    tenant = partner.microsoft.refuse("globex.com").id
    assert partner.ask("GET", f"/v1/customers/{tenant}").status == 404
    partner.microsoft.accept("globex.com")
    assert partner.ask("GET", f"/v1/customers/{tenant}").status == 200


def test_a_reference_is_shown_as_far_as_microsoft_knows_it(partner: Asking) -> None:
    with pytest.raises(UnknownReference):
        partner.microsoft.shown("sub-1")
    tenant = partner.new_customer()
    assert partner.microsoft.shown("sub-1", tenant_id=tenant)["status"] == "invited"
    partner.microsoft.accept(tenant)
    assert partner.microsoft.shown("sub-1", tenant_id=tenant)["status"] == "accepted"
    seats = partner.seats(tenant)
    shown = partner.microsoft.shown("sub-1")
    assert shown == {
        "subscription_id": "sub-1",
        "status": "active",
        "tenant_id": tenant,
        "domain": "acme.onmicrosoft.com",
        "account_name": "Acme",
        "agreement_accepted_at": "2027-01-31T10:00:00Z",
        "seats": 10,
        "plan_id": "business-basic",
        "auto_renew": True,
        "cancel_at_end": False,
    }
    partner.change(seats, autoRenewEnabled=False, scheduledActions=CANCEL_AT_END)
    partner.change(seats, status="suspended")
    shown = partner.microsoft.shown("sub-1")
    assert (shown["status"], shown["auto_renew"], shown["cancel_at_end"]) == ("suspended", False, True)
    partner.change(seats, status="deleted")
    assert partner.microsoft.shown("sub-1")["status"] == "ended"


@pytest.mark.parametrize(
    ("product", "sku", "plan"),
    [
        ("CFQ7TTC0LH18", "0001", "business-basic"),
        ("CFQ7TTC0LDPB", "0001", "business-standard"),
        ("CFQ7TTC0LCHC", "0002", "business-premium"),
        ("CFQ7TTC0LH1G", "0001", "apps-for-business"),
    ],
)
def test_seats_are_of_our_plans(partner: Asking, product: str, sku: str, plan: str) -> None:
    partner.seats(partner.buyer(), item=partner.item(product, sku))
    assert partner.microsoft.shown("sub-1")["plan_id"] == plan


# --- the pages ----------------------------------------------------------------------------------------------


def test_the_invitation_is_accepted_with_a_form_and_no_script(partner: Asking) -> None:
    tenant = partner.graph("GET", FIND.format("globex.com")).json["tenantId"]
    page = partner.send("GET", invitation(partner))
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert 'value="globex.com"' in page.body.decode()  # who was asked last is filled in
    answer = press(partner, invitation(partner), domain=" Globex.com ", answer="accept")
    assert "globex.com has accepted" in answer.body.decode()
    assert partner.ask("GET", f"/v1/customers/{tenant}").status == 200


def test_declining_says_that_nothing_has_happened(partner: Asking) -> None:
    answer = press(partner, invitation(partner), domain="globex.com", answer="decline")
    assert "Nothing was changed at Microsoft" in answer.body.decode()
    assert partner.microsoft.tenants[0].relationship == "none"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"domain": "missing.com", "answer": "accept"}, "There is no such organization"),
        ({"answer": "accept"}, "There is no such organization"),
        ({"domain": "globex.com"}, "Nothing was done"),
        ({"domain": "initech.com", "answer": "accept"}, "This was done before"),
    ],
    ids=["unknown", "empty", "no-answer", "again"],
)
def test_what_does_not_work_is_said_in_plain_words(partner: Asking, form: dict[str, str], words: str) -> None:
    partner.microsoft.accept("initech.com")
    answer = press(partner, invitation(partner), **form)
    assert answer.status == 200
    assert words in answer.body.decode()


def test_what_somebody_typed_is_never_part_of_the_page(partner: Asking) -> None:
    partner.new_customer(name="<script>alert(1)</script>")
    answer = press(partner, invitation(partner), domain="<script>alert(2)</script>", answer="accept")
    assert "<script>alert" not in answer.body.decode()


def test_a_link_of_another_partner_leads_nowhere(partner: Asking) -> None:
    page = partner.send("GET", "/admin/partners/invitation?invType=ResellerRelationship&partnerId=other")
    assert page.status == 404
    assert "There is no such invitation" in page.body.decode()


def test_delegated_administration_is_approved_and_ended_on_its_page(partner: Asking) -> None:
    grant = partner.request_grant(partner.new_customer()).json["id"]
    page = f"/admin/grants/{grant}"
    assert "<form" not in partner.send("GET", page).body.decode()  # it was not sent to the client yet
    partner.graph("POST", f"{GRANTS}/{grant}/requests", {"action": "lockForApproval"})
    shown = partner.send("GET", page).body.decode()
    assert "License Administrator" in shown
    assert "acme.onmicrosoft.com" in shown
    assert "It is in force" in press(partner, page, answer="approve").body.decode()
    assert "Nothing was done" in press(partner, page, answer="approve").body.decode()
    assert "It is over" in press(partner, page, answer="end").body.decode()
    assert partner.microsoft.grants[0].status == "terminated"


def test_a_request_that_was_withdrawn_is_not_found(partner: Asking) -> None:
    assert partner.send("GET", "/admin/grants/unknown").status == 404
    assert press(partner, "/admin/grants/unknown", answer="approve").status == 404
    with pytest.raises(UnknownGrant):
        partner.microsoft.approve_grant("unknown")


def test_the_real_link_of_delegated_administration_leads_to_the_page(partner: Asking) -> None:
    page = partner.send("GET", "/admin/AdminPortal/Home").body.decode()
    assert "granularAdminRelationships" in page
    assert "../grants/" in page
