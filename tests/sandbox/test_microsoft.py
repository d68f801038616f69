from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.account import AccountForm
from chalicelib.domain.people import Address, Contact
from chalicelib.gateways.microsoft import Access, OrderState, Stage
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.rulebook import BillingPeriod
from sandbox.microsoft import NoOpenAgreement, SandboxMicrosoft, UnknownReference

AT = datetime(2024, 1, 31, 10, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
SUB = "sub_1"


@pytest.fixture
def microsoft():
    return SandboxMicrosoft(webhook_secret=lambda: "secret")


def form(domain="acme.onmicrosoft.com", *, existing=False, name="Acme"):
    return AccountForm(
        existing_customer=existing,
        domain=domain,
        account_name=name,
        address=Address(line1="1 Main St", city="Seattle", state="WA", postal_code="98101", country="US"),
        primary_contact=Contact(first_name="A", last_name="B", email="a@b.example", phone="+12065550100"),
    )


def connect(microsoft, reference=SUB, submission=1, **given):
    return microsoft.connect(reference=reference, submission=submission, form=form(**given), at=AT)


def order(microsoft, reference=SUB, at=AT, *, auto_renew=True, seats=10):
    return microsoft.order(
        reference=reference,
        tenant_id=microsoft.link(reference).tenant_id,
        plan_id="business-basic",
        seats=seats,
        billing_period=BillingPeriod.MONTHLY,
        auto_renew=auto_renew,
        at=at,
    )


def progress(microsoft, reference=SUB, at=AT):
    return microsoft.progress(reference=reference, tenant_id=microsoft.link(reference).tenant_id, at=at)


def align(microsoft, access, *, auto_renew=True):
    link = microsoft.link(SUB)
    microsoft.align(reference=SUB, tenant_id=link.tenant_id, access=access, auto_renew=auto_renew, at=AT)


def test_some_prefixes_are_taken_and_others_once_they_are_used(microsoft):
    assert microsoft.domain_taken(domain="contoso.onmicrosoft.com")
    assert microsoft.domain_taken(domain="Fabrikam2.onmicrosoft.com")
    assert not microsoft.domain_taken(domain="acme.onmicrosoft.com")
    connect(microsoft)
    assert microsoft.domain_taken(domain="acme.onmicrosoft.com")


def test_existing_customers_exist_unless_they_are_missing(microsoft):
    assert microsoft.tenant_exists(domain="acme.com")
    assert not microsoft.tenant_exists(domain="missing.com")
    with pytest.raises(Refused):
        connect(microsoft, domain="missing.com", existing=True)


def test_R24_D14_a_new_tenant_has_an_administrator_and_says_so_again_when_asked_again(microsoft):
    invitation = connect(microsoft)
    assert invitation.credentials is not None
    assert invitation.credentials.user_name == "admin@acme.onmicrosoft.com"
    assert len(invitation.credentials.password) >= 12
    assert invitation.credentials.password not in repr(invitation)
    assert connect(microsoft) == invitation
    assert connect(microsoft, submission=2) == invitation


def test_R16_an_existing_customer_gets_no_administrator(microsoft):
    assert connect(microsoft, domain="acme.com", existing=True).credentials is None


def test_a_domain_that_is_taken_meanwhile_is_refused(microsoft):
    connect(microsoft)
    with pytest.raises(Refused):
        connect(microsoft, reference="sub_2")
    with pytest.raises(Refused):
        connect(microsoft, reference="sub_3", domain="contoso.onmicrosoft.com")


def test_R19_nothing_is_ready_before_the_client_accepts(microsoft):
    connect(microsoft)
    assert progress(microsoft).stage is Stage.WAITING
    with pytest.raises(Refused):
        order(microsoft)
    microsoft.accept(SUB, at=AT)
    assert progress(microsoft).stage is Stage.READY
    assert progress(microsoft).accepted_at == AT
    assert order(microsoft).state is OrderState.PROVISIONED


def test_only_the_tenant_that_was_invited_counts(microsoft):
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    with pytest.raises(Refused):
        microsoft.progress(reference=SUB, tenant_id="another", at=AT)


def test_an_agreement_is_accepted_once_and_only_when_it_is_offered(microsoft):
    with pytest.raises(UnknownReference):
        microsoft.accept(SUB, at=AT)
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    with pytest.raises(NoOpenAgreement):
        microsoft.accept(SUB, at=AT)


def test_R46_an_organization_may_be_refused_after_it_accepted(microsoft):
    connect(microsoft, name="A refused company")
    assert progress(microsoft).stage is Stage.WAITING
    microsoft.accept(SUB, at=AT)
    refused = progress(microsoft)
    assert refused.stage is Stage.REFUSED
    assert refused.reason
    assert order(microsoft).state is OrderState.REFUSED


def test_a_new_submission_begins_anew(microsoft):
    connect(microsoft, name="A refused company")
    microsoft.accept(SUB, at=AT)
    align(microsoft, Access.ENDED, auto_renew=False)
    connect(microsoft, submission=2)
    assert progress(microsoft).stage is Stage.WAITING
    microsoft.accept(SUB, at=AT)
    assert order(microsoft).state is OrderState.PROVISIONED


def test_acceptance_can_show_late_and_a_review_can_take_its_time(microsoft):
    microsoft.answers_late = timedelta(hours=1)
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    assert microsoft.take_notice() is None
    assert progress(microsoft).stage is Stage.WAITING
    assert progress(microsoft, at=LATER).stage is Stage.READY
    microsoft.under_review = True
    assert progress(microsoft, at=LATER).stage is Stage.WAITING


def test_R20_an_order_can_be_provisioned_late_and_is_placed_once(microsoft):
    microsoft.provisions_late = timedelta(hours=1)
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    tenant_id = microsoft.link(SUB).tenant_id
    assert microsoft.order_progress(reference=SUB, tenant_id=tenant_id, at=AT).state is OrderState.NONE
    assert order(microsoft).state is OrderState.PENDING
    assert order(microsoft, at=LATER, seats=99).state is OrderState.PROVISIONED
    assert (
        microsoft.order_progress(reference=SUB, tenant_id=tenant_id, at=LATER).state is OrderState.PROVISIONED
    )
    placed = microsoft.link(SUB).order
    assert placed is not None
    assert placed.seats == 10


def test_D16_auto_renew_off_also_ends_with_the_term(microsoft):
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    order(microsoft)
    assert not microsoft.link(SUB).cancel_at_end
    align(microsoft, Access.ON, auto_renew=False)
    assert microsoft.link(SUB).cancel_at_end
    align(microsoft, Access.ON, auto_renew=True)
    assert not microsoft.link(SUB).cancel_at_end


def test_access_follows_and_what_has_ended_stays_so(microsoft):
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    order(microsoft)
    assert microsoft.link(SUB).status == "active"
    align(microsoft, Access.OFF)
    assert microsoft.link(SUB).status == "suspended"
    align(microsoft, Access.ON)
    align(microsoft, Access.ENDED, auto_renew=False)
    assert microsoft.link(SUB).status == "ended"
    with pytest.raises(Refused):
        align(microsoft, Access.ON)
    assert order(microsoft).state is OrderState.REFUSED


def test_a_genuine_notice_names_the_reference(microsoft):
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    body = microsoft.take_notice()
    assert body is not None
    assert microsoft.read_webhook(headers=microsoft.sign(body), body=body, at=AT) == SUB


def test_a_notice_about_nobody_or_about_another_tenant_is_none_of_ours(microsoft):
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    told = json.loads(microsoft.take_notice() or b"")
    for change in (
        {"Reference": "sub_9"},
        {"ResourceUri": "https://api.partnercenter.microsoft.com/v1/customers/x"},
    ):
        body = json.dumps({**told, **change}).encode()
        assert microsoft.read_webhook(headers=microsoft.sign(body), body=body, at=AT) is None


@pytest.mark.parametrize(
    "headers", [{}, {"X-MS-Signature": "Signature é"}, {"X-MS-Signature": "Signature AAAA"}]
)
def test_what_is_not_genuine_is_refused(microsoft, headers):
    with pytest.raises(Refused):
        microsoft.read_webhook(headers=headers, body=b"{}", at=AT)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null"])
def test_a_signed_notice_that_cannot_be_read_is_refused(microsoft, body):
    with pytest.raises(Refused):
        microsoft.read_webhook(headers=microsoft.sign(body), body=body, at=AT)


@pytest.mark.parametrize(
    "method", ["domain_taken", "tenant_exists", "connect", "progress", "order", "order_progress", "align"]
)
def test_every_call_can_fail_before_and_after(microsoft, method):
    connect(microsoft)
    microsoft.accept(SUB, at=AT)
    tenant_id = microsoft.link(SUB).tenant_id
    calls = {
        "domain_taken": lambda: microsoft.domain_taken(domain="x.onmicrosoft.com"),
        "tenant_exists": lambda: microsoft.tenant_exists(domain="x.com"),
        "connect": lambda: connect(microsoft, reference="sub_2", domain="two.onmicrosoft.com"),
        "progress": lambda: progress(microsoft),
        "order": lambda: order(microsoft),
        "order_progress": lambda: microsoft.order_progress(reference=SUB, tenant_id=tenant_id, at=AT),
        "align": lambda: align(microsoft, Access.ENDED, auto_renew=False),
    }
    microsoft.faults.plan(method, "error")
    microsoft.faults.plan(method, "timeout")
    with pytest.raises(Unavailable):
        calls[method]()
    assert len(microsoft.links) == 1
    assert microsoft.link(SUB).order is None
    assert microsoft.link(SUB).access is None
    with pytest.raises(OutcomeUnknown):
        calls[method]()
    calls[method]()
