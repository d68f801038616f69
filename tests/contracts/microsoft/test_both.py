"""Whole conversations with Microsoft, which its simulator and a partner's own sandbox have to hold alike.

The simulator answers unless the environment names the sandbox account of a partner:

    PARTNER_CENTER_TENANT_ID=… PARTNER_CENTER_CLIENT_ID=… PARTNER_CENTER_CLIENT_SECRET=… \\
    PARTNER_CENTER_REFRESH_TOKEN=… \\
    pytest tests/contracts/microsoft/test_both.py -o addopts=--import-mode=importlib

(without our own addopts, which let nobody leave this machine). There, only what leaves nothing behind is
asked; what needs a client who accepts, or time that passes, is the simulator's. The refresh token that comes
back is kept nowhere: the one that was given stays good.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from chalicelib.domain.money import Money
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.delegated_admin import GrantState
from chalicelib.gateways.microsoft import (
    Access,
    AddressVerdict,
    CartGone,
    NoticeKind,
    Ordered,
    OrderState,
    Stage,
)
from chalicelib.gateways.partner_center.adapter import PartnerCenter
from chalicelib.gateways.partner_center.certificates import CertificateCheck
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.partner_center.tokens import GRAPH, PARTNER_CENTER, Tokens
from chalicelib.gateways.transport import HttpTransport
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.rulebook import MICROSOFT_PRODUCTS, BillingPeriod
from sandbox.simulators.faults import Kind
from tests.contracts.microsoft.partner import ADDRESS, NOW, REFERENCE, Kept, Sandbox, form

REAL: Final = {
    name: os.environ.get(f"PARTNER_CENTER_{name}", "")
    for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")
}
GROUP: Final = "869713c9-0b28-4d08-8949-ae07ae1bf528"
CHECKOUT: Final = r"/checkout$"


@pytest.fixture
def sandbox() -> Sandbox:
    if all(REAL.values()):
        pytest.skip("only the simulator can do this")
    return Sandbox()


@pytest.fixture
def microsoft() -> PartnerCenter:
    """Whoever is at the other end of the line: the simulator, or Microsoft itself."""
    if not all(REAL.values()):
        return Sandbox().microsoft
    transport = HttpTransport()
    tokens = Tokens(
        transport=transport,
        login_url="https://login.microsoftonline.com",
        tenant_id=REAL["TENANT_ID"],
        client_id=REAL["CLIENT_ID"],
        client_secret=lambda: REAL["CLIENT_SECRET"],
        vault=Kept(REAL["REFRESH_TOKEN"]),
        clock=SystemClock(),
    )

    def rest(base_url: str, audience: str) -> Rest:
        return Rest(transport=transport, base_url=base_url, tokens=tokens, audience=audience)

    return PartnerCenter(
        rest=rest(PARTNER_CENTER, PARTNER_CENTER),
        graph=rest(GRAPH, GRAPH),
        prices=rest("https://api.partner.microsoft.com", PARTNER_CENTER),
        catalog=MICROSOFT_PRODUCTS,
        certificates=CertificateCheck(transport=transport),
    )


def connected(sandbox: Sandbox, **given) -> str:
    """A client who has accepted and signed."""
    wanted = form(**given)
    invitation = sandbox.microsoft.connect(key=wanted.domain, form=wanted, at=sandbox.now)
    sandbox.there.accept(invitation.tenant_id)
    return invitation.tenant_id


def filled(sandbox: Sandbox, tenant_id: str, *, key: str = "cart.1", **given) -> Ordered:
    cart_id = sandbox.microsoft.fill_cart(
        key=key,
        reference=REFERENCE,
        tenant_id=tenant_id,
        plan_id=given.get("plan_id", "business-premium"),
        seats=given.get("seats", 3),
        billing_period=given.get("billing_period", BillingPeriod.MONTHLY),
        at=sandbox.now,
    )
    return Ordered(reference=REFERENCE, tenant_id=tenant_id, cart_id=cart_id)


def bought(sandbox: Sandbox, **given) -> Ordered:
    ordered = filled(sandbox, connected(sandbox), **given)
    progress = sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)
    assert progress.state is OrderState.PROVISIONED
    return replace(ordered, order_id=progress.order_id, seats_id=progress.seats_id)


def align(sandbox: Sandbox, ordered: Ordered, access: Access, *, auto_renew: bool = True) -> None:
    sandbox.microsoft.align(ordered=ordered, access=access, auto_renew=auto_renew, at=sandbox.now)


def test_what_exists_is_told_from_what_does_not(microsoft):
    assert microsoft.domain_taken(domain="contoso.onmicrosoft.com")
    assert not microsoft.domain_taken(domain="seatwise0nobody0has0this.onmicrosoft.com")
    assert microsoft.tenant_exists(domain="contoso.com")
    assert not microsoft.tenant_exists(domain="missing-seatwise-nobody-has-this.com")


def test_a_good_address_is_good(microsoft):
    assert microsoft.check_address(address=ADDRESS).verdict is AddressVerdict.GOOD


def test_an_existing_tenant_is_invited_and_a_stranger_is_waited_for(microsoft):
    at = SystemClock().now()
    invitation = microsoft.connect(key="both", form=form("contoso.com", existing=True), at=at)
    assert invitation.agreement_url.startswith("https://")
    assert invitation.credentials is None
    assert microsoft.progress(tenant_id=invitation.tenant_id, at=at).stage is Stage.WAITING


def test_each_plan_has_a_list_price_by_the_month_and_by_the_year(microsoft):
    prices = microsoft.list_prices(country="US", at=SystemClock().now())
    assert {(price.plan_id, price.billing_period) for price in prices} == {
        (plan_id, period) for plan_id in MICROSOFT_PRODUCTS for period in BillingPeriod
    }


def test_a_new_client_is_served_from_the_free_domain_to_the_seats(sandbox):
    microsoft = sandbox.microsoft
    assert not microsoft.domain_taken(domain="acme.onmicrosoft.com")
    assert microsoft.check_address(address=ADDRESS).verdict is AddressVerdict.GOOD

    invitation = microsoft.connect(key="sub.1", form=form(), at=sandbox.now)
    assert invitation.credentials is not None
    assert invitation.credentials.user_name == "admin@acme.onmicrosoft.com"
    assert microsoft.domain_taken(domain="acme.onmicrosoft.com")
    assert microsoft.progress(tenant_id=invitation.tenant_id, at=sandbox.now).stage is Stage.WAITING

    sandbox.there.accept(invitation.tenant_id)
    assert microsoft.progress(tenant_id=invitation.tenant_id, at=sandbox.now).stage is Stage.READY

    ordered = filled(sandbox, invitation.tenant_id)
    assert microsoft.order_progress(ordered=ordered, at=sandbox.now).state is OrderState.NONE
    placed = microsoft.check_out(ordered=ordered, at=sandbox.now)
    assert placed.state is OrderState.PROVISIONED
    assert microsoft.order_progress(ordered=ordered, at=sandbox.now) == placed

    there = microsoft.seats_of(ordered=ordered)
    assert there is not None
    assert (there.seats_id, there.status, there.seats) == (placed.seats_id, "active", 3)
    assert (there.plan_id, there.auto_renew, there.ends_at_term) == ("business-premium", True, False)
    assert there.cancelable_until == NOW + timedelta(days=7)


def test_an_existing_customer_is_ready_only_when_that_very_tenant_has_accepted(sandbox):
    microsoft = sandbox.microsoft
    assert microsoft.tenant_exists(domain="contoso.com")
    assert not microsoft.tenant_exists(domain="missing.com")
    invitation = microsoft.connect(key="sub.1", form=form("contoso.com", existing=True), at=sandbox.now)
    assert invitation.credentials is None

    sandbox.there.accept("fabrikam.com")
    assert microsoft.progress(tenant_id=invitation.tenant_id, at=sandbox.now).stage is Stage.WAITING

    sandbox.there.accept_relationship("contoso.com")
    assert microsoft.progress(tenant_id=invitation.tenant_id, at=sandbox.now).stage is Stage.WAITING

    sandbox.there.sign_agreement("contoso.com")
    assert microsoft.progress(tenant_id=invitation.tenant_id, at=sandbox.now).stage is Stage.READY


def test_a_domain_without_a_tenant_cannot_be_connected(sandbox):
    with pytest.raises(Refused):
        sandbox.microsoft.connect(key="sub.1", form=form("missing.com", existing=True), at=sandbox.now)


def test_a_review_is_waited_for_and_its_refusal_is_final(sandbox):
    sandbox.there.review_takes = timedelta(days=2)
    waiting, refused = connected(sandbox), connected(sandbox, domain="refusedinc.onmicrosoft.com")
    assert sandbox.microsoft.progress(tenant_id=waiting, at=sandbox.now).stage is Stage.WAITING

    sandbox.later(days=2)
    assert sandbox.microsoft.progress(tenant_id=waiting, at=sandbox.now).stage is Stage.READY
    progress = sandbox.microsoft.progress(tenant_id=refused, at=sandbox.now)
    assert progress.stage is Stage.REFUSED
    assert progress.reason


def test_the_password_survives_an_answer_that_was_lost(sandbox):
    sandbox.faults.plan(Kind.TIMEOUT, method="POST", path=r"/customers$", count=1)

    invitation = sandbox.microsoft.connect(key="sub.1", form=form(), at=sandbox.now)

    assert invitation.credentials is not None
    assert len([each for each in sandbox.there.tenants if each.made_at]) == 1


def test_a_tenant_whose_answer_was_lost_for_long_is_found_again_without_its_password(sandbox):
    sandbox.faults.plan(Kind.TIMEOUT, method="POST", path=r"/customers$", count=3)
    with pytest.raises(OutcomeUnknown):
        sandbox.microsoft.connect(key="sub.1", form=form(), at=sandbox.now)
    sandbox.later(days=2)

    invitation = sandbox.microsoft.connect(key="sub.1", form=form(), at=sandbox.now)

    (tenant,) = [each for each in sandbox.there.tenants if each.made_at]
    assert (invitation.tenant_id, invitation.credentials) == (tenant.id, None)


def test_somebody_else_s_domain_is_not_taken_for_ours(sandbox):
    connected(sandbox, domain="acme.onmicrosoft.com", name="Acme")

    with pytest.raises(Refused):
        sandbox.microsoft.connect(
            key="sub_2.1", form=form("acme.onmicrosoft.com", name="Another Company"), at=sandbox.now
        )
    with pytest.raises(Refused):
        sandbox.microsoft.connect(key="sub_3.1", form=form("contoso1.onmicrosoft.com"), at=sandbox.now)


def connected_again(sandbox: Sandbox, tenant_id: str, **given):
    return sandbox.microsoft.connect(
        key="sub.2", form=form(**given), at=sandbox.now, known_tenant_id=tenant_id
    )


def test_a_refused_organization_is_corrected_and_reviewed_again_in_the_tenant_it_has(sandbox):
    sandbox.there.review_takes = timedelta(days=2)
    tenant_id = connected(sandbox, name="A refused company")
    sandbox.later(days=2)
    assert sandbox.microsoft.progress(tenant_id=tenant_id, at=sandbox.now).stage is Stage.REFUSED

    invitation = connected_again(sandbox, tenant_id)

    assert (invitation.tenant_id, invitation.credentials) == (tenant_id, None)
    assert invitation.agreement_url.startswith("https://")
    (tenant,) = [each for each in sandbox.there.tenants if each.made_at]
    assert tenant.name == "Acme"
    assert sandbox.microsoft.progress(tenant_id=tenant_id, at=sandbox.now).stage is Stage.WAITING
    sandbox.later(days=2)
    assert sandbox.microsoft.progress(tenant_id=tenant_id, at=sandbox.now).stage is Stage.READY


def test_what_is_submitted_again_unchanged_is_not_reviewed_again(sandbox):
    sandbox.there.review_takes = timedelta(days=2)
    tenant_id = connected(sandbox)
    sandbox.later(days=2)
    connected_again(sandbox, tenant_id)
    assert sandbox.microsoft.progress(tenant_id=tenant_id, at=sandbox.now).stage is Stage.READY


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.ERROR_AFTER, Kind.ERROR, Kind.STORM, Kind.REFUSED_LINE])
@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_correction_is_made_once_whatever_happens_to_the_answers(sandbox, kind, times):
    tenant_id = connected(sandbox, name="A refused company")
    before = sandbox.there.tenants[0].profile_version
    sandbox.faults.plan(kind, method="PUT", path=r"/profiles/billing$", count=times)

    for _ in range(3):
        try:
            connected_again(sandbox, tenant_id)
            break
        except (OutcomeUnknown, Unavailable):
            sandbox.later(days=2)  # the request id is forgotten by then

    assert sandbox.there.tenants[0].profile_version == before + 1
    assert sandbox.microsoft.progress(tenant_id=tenant_id, at=sandbox.now).stage is Stage.READY


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.ERROR_AFTER, Kind.ERROR, Kind.STORM, Kind.RATE_LIMIT])
@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_cart_is_ordered_once_whatever_happens_to_the_answers(sandbox, kind, times):
    ordered = filled(sandbox, connected(sandbox))
    sandbox.faults.plan(kind, method="POST", path=CHECKOUT, count=times)

    for _ in range(3):
        try:
            sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)
            break
        except (OutcomeUnknown, Unavailable):
            sandbox.later(minutes=5)

    progress = sandbox.microsoft.order_progress(ordered=ordered, at=sandbox.now)
    assert progress.state is OrderState.PROVISIONED
    assert len(sandbox.there.orders) == len(sandbox.there.seats) == 1


def test_a_lost_order_that_lists_do_not_show_yet_is_waited_for_and_not_made_again(sandbox):
    ordered = filled(sandbox, connected(sandbox))
    sandbox.there.list_lag = timedelta(minutes=15)
    sandbox.faults.plan(Kind.TIMEOUT, method="POST", path=CHECKOUT, count=3)
    with pytest.raises(OutcomeUnknown):
        sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)
    sandbox.later(minutes=1)

    with pytest.raises(Unavailable):
        sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)
    assert sandbox.microsoft.order_progress(ordered=ordered, at=sandbox.now).state is OrderState.PENDING
    with pytest.raises(Unavailable):
        align(sandbox, ordered, Access.ENDED)

    sandbox.later(minutes=15)
    assert sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now).state is OrderState.PROVISIONED
    assert len(sandbox.there.orders) == 1


def test_an_order_is_pending_until_its_seats_are_there(sandbox):
    sandbox.there.provisioning_takes = timedelta(hours=1)
    ordered = filled(sandbox, connected(sandbox))

    placed = sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)
    assert (placed.state, placed.seats_id) == (OrderState.PENDING, None)
    ordered = replace(ordered, order_id=placed.order_id)
    assert sandbox.microsoft.order_progress(ordered=ordered, at=sandbox.now).state is OrderState.PENDING
    with pytest.raises(Unavailable):
        align(sandbox, ordered, Access.ENDED)

    sandbox.later(hours=1)
    assert sandbox.microsoft.order_progress(ordered=ordered, at=sandbox.now).state is OrderState.PROVISIONED
    align(sandbox, ordered, Access.ENDED)
    assert [each.status for each in sandbox.there.seats] == ["deleted"]
    assert sandbox.there.owed(REFERENCE) == 0


def test_a_cart_of_last_week_s_catalog_is_gone_and_another_one_can_be_filled(sandbox):
    ordered = filled(sandbox, connected(sandbox))
    sandbox.later(days=6, hours=23)
    sandbox.there.catalog_ids_change_every = timedelta(days=1)

    with pytest.raises(CartGone):
        sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)
    again = filled(sandbox, ordered.tenant_id, key="cart.2")
    assert sandbox.microsoft.check_out(ordered=again, at=sandbox.now).state is OrderState.PROVISIONED


def test_an_expired_cart_that_was_ordered_under_our_reference_is_not_gone(sandbox):
    ordered = bought(sandbox)

    forgotten = Ordered(
        reference=REFERENCE,
        tenant_id=ordered.tenant_id,
        cart_id="00000000-0000-4000-8000-000000000000",
    )

    assert sandbox.microsoft.check_out(ordered=forgotten, at=sandbox.now).seats_id == ordered.seats_id


def test_an_order_waits_for_the_agreement_and_for_the_review_and_then_goes_through(sandbox):
    invitation = sandbox.microsoft.connect(key="sub.1", form=form(), at=sandbox.now)
    ordered = filled(sandbox, invitation.tenant_id)
    with pytest.raises(Unavailable, match="13605"):
        sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)

    sandbox.there.accept(invitation.tenant_id)
    sandbox.there.under_review = True
    sandbox.later(minutes=5)
    with pytest.raises(Unavailable, match="80007"):
        sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)

    sandbox.there.under_review = False
    sandbox.later(minutes=5)
    assert sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now).state is OrderState.PROVISIONED


def test_an_order_that_microsoft_refuses_says_why(sandbox):
    ordered = filled(sandbox, connected(sandbox))
    sandbox.there.fail_order("800069")

    progress = sandbox.microsoft.check_out(ordered=ordered, at=sandbox.now)

    assert (progress.state, bool(progress.reason)) == (OrderState.REFUSED, True)
    assert sandbox.there.orders == []


def test_too_many_seats_are_refused_before_anything_is_owed(sandbox):
    with pytest.raises(Refused, match="10015"):
        filled(sandbox, connected(sandbox), seats=301)


def test_seats_are_suspended_and_resumed_with_their_renewal(sandbox):
    ordered = bought(sandbox)

    align(sandbox, ordered, Access.OFF)
    (seats,) = sandbox.there.seats
    assert (seats.status, seats.auto_renew, seats.ends_at_term) == ("suspended", False, True)
    align(sandbox, ordered, Access.OFF)

    align(sandbox, ordered, Access.ON, auto_renew=True)
    (seats,) = sandbox.there.seats
    assert (seats.status, seats.auto_renew, seats.ends_at_term) == ("active", True, False)

    align(sandbox, ordered, Access.ON, auto_renew=False)
    (seats,) = sandbox.there.seats
    assert (seats.status, seats.auto_renew, seats.ends_at_term) == ("active", False, True)


@pytest.mark.parametrize("auto_renew", [True, False])
@pytest.mark.parametrize("quantity", [2, 3, 5])
def test_seats_become_as_many_as_they_should_be_and_renew_as_they_should(sandbox, quantity, auto_renew):
    ordered = bought(sandbox)
    wanted = {"access": Access.ON, "auto_renew": auto_renew, "quantity": quantity}

    for _ in range(2):
        sandbox.microsoft.align(ordered=ordered, **wanted, at=sandbox.now)

    (seats,) = sandbox.there.seats
    assert (seats.quantity, seats.auto_renew, seats.ends_at_term) == (quantity, auto_renew, not auto_renew)


def test_seats_that_microsoft_no_longer_takes_back_stay_and_hold_up_nothing_else(sandbox):
    ordered = bought(sandbox)
    sandbox.later(days=8)

    sandbox.microsoft.align(ordered=ordered, access=Access.ON, auto_renew=False, quantity=1, at=sandbox.now)

    (seats,) = sandbox.there.seats
    assert (seats.quantity, seats.auto_renew, seats.ends_at_term) == (3, False, True)


def test_seats_that_do_not_renew_end_with_their_term_and_are_not_extended(sandbox):
    ordered = bought(sandbox)
    align(sandbox, ordered, Access.ON, auto_renew=False)
    owed = sandbox.there.owed(REFERENCE)

    sandbox.later(days=70)

    assert [each.kind for each in sandbox.there.debts] == ["term"]
    assert sandbox.there.owed(REFERENCE) == owed
    align(sandbox, ordered, Access.ENDED)


def test_seats_are_deleted_inside_the_window_and_only_stopped_after_it(sandbox):
    ordered = bought(sandbox)
    align(sandbox, ordered, Access.ENDED)
    assert [each.status for each in sandbox.there.seats] == ["deleted"]
    align(sandbox, ordered, Access.ENDED)

    other = Sandbox()
    ordered = bought(other)
    other.later(days=7)
    align(other, ordered, Access.ENDED)
    (seats,) = other.there.seats
    assert (seats.status, seats.auto_renew, seats.ends_at_term) == ("suspended", False, True)
    align(other, ordered, Access.ENDED)


@pytest.mark.parametrize("access", [Access.OFF, Access.ENDED])
def test_what_can_no_longer_be_deleted_costs_its_term_and_no_more(sandbox, access):
    ordered = bought(sandbox)
    sandbox.later(days=8)

    align(sandbox, ordered, access)
    sandbox.later(days=80)  # signed in for less than the ninety days that a refresh token lies unused

    assert [each.kind for each in sandbox.there.debts] == ["term"]
    align(sandbox, ordered, Access.ENDED)


def test_suspended_seats_are_deleted_as_well(sandbox):
    ordered = bought(sandbox)
    align(sandbox, ordered, Access.OFF)

    align(sandbox, ordered, Access.ENDED)

    assert [each.status for each in sandbox.there.seats] == ["deleted"]


@pytest.mark.parametrize("access", [Access.OFF, Access.ENDED])
@pytest.mark.parametrize("accepted", [False, True], ids=["at once", "accepted, and done later"])
@pytest.mark.parametrize("etags", [False, True], ids=["without etags", "with etags"])
def test_seats_become_what_they_should_however_changes_are_answered(sandbox, access, accepted, etags):
    ordered = bought(sandbox)
    sandbox.there.answers_accepted, sandbox.there.etags = accepted, etags

    align(sandbox, ordered, access)

    assert [each.status for each in sandbox.there.seats] == [
        "suspended" if access is Access.OFF else "deleted"
    ]


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.ERROR_AFTER, Kind.ERROR, Kind.REFUSED_LINE])
def test_an_alignment_that_was_cut_off_is_finished_by_the_next_one(sandbox, kind):
    ordered = bought(sandbox)
    sandbox.faults.plan(kind, method="PATCH", count=3)
    with pytest.raises((OutcomeUnknown, Unavailable)):
        align(sandbox, ordered, Access.OFF)

    align(sandbox, ordered, Access.OFF)

    (seats,) = sandbox.there.seats
    assert (seats.status, seats.auto_renew, seats.ends_at_term) == ("suspended", False, True)


def test_what_was_never_ordered_has_nothing_to_be_aligned(sandbox):
    invitation = sandbox.microsoft.connect(
        key="sub.1", form=form("contoso.com", existing=True), at=sandbox.now
    )
    stranger = Ordered(reference=REFERENCE, tenant_id=invitation.tenant_id)
    align(sandbox, stranger, Access.ENDED)
    assert sandbox.microsoft.seats_of(ordered=stranger) is None

    sandbox.there.accept("contoso.com")
    align(sandbox, filled(sandbox, invitation.tenant_id), Access.ENDED)
    assert sandbox.there.seats == []


def test_the_list_prices_of_our_plans_are_read_in_cents(sandbox):
    prices = sandbox.microsoft.list_prices(country="US", at=sandbox.now)

    found = {(price.plan_id, price.billing_period): price.price for price in prices}
    assert found["business-basic", BillingPeriod.MONTHLY] == Money(8_40, "USD")
    assert found["business-premium", BillingPeriod.YEARLY] == Money(264_00, "USD")
    assert len(found) == 8


def test_signed_notices_are_read_and_changed_ones_are_not(sandbox):
    ordered = bought(sandbox)
    align(sandbox, ordered, Access.OFF)
    kinds = []
    while (notice := sandbox.there.take_notice(sandbox.now)) is not None:
        read = sandbox.microsoft.read_webhook(headers=notice.headers, body=notice.body, at=sandbox.now)
        assert read is not None
        kinds.append((read.kind, read.id))
        with pytest.raises(Refused):
            sandbox.microsoft.read_webhook(headers=notice.headers, body=notice.body + b" ", at=sandbox.now)
    assert set(kinds) == {(NoticeKind.TENANT, ordered.tenant_id)}


def test_a_freelancer_gets_the_least_roles_when_the_client_approves_and_loses_them_again(sandbox):
    tenant_id = connected(sandbox)
    asked = sandbox.grants.request(name="sub_01-1", tenant_id=tenant_id, at=sandbox.now)
    assert sandbox.grants.request(name="sub_01-1", tenant_id=tenant_id, at=sandbox.now) == asked
    assert asked.approval_url.endswith(asked.relationship_id)
    assert sandbox.grants.state(relationship_id=asked.relationship_id) is GrantState.WAITING

    sandbox.there.approve_grant(asked.relationship_id)
    assert sandbox.grants.state(relationship_id=asked.relationship_id) is GrantState.APPROVED
    assert not sandbox.grants.assign(relationship_id=asked.relationship_id, group_id=GROUP)
    assert sandbox.grants.assign(relationship_id=asked.relationship_id, group_id=GROUP)
    (grant,) = sandbox.there.grants
    assert len(grant.assignments) == 1

    while (notice := sandbox.there.take_notice(sandbox.now)) is not None:
        read = sandbox.microsoft.read_webhook(headers=notice.headers, body=notice.body, at=sandbox.now)
        assert read is not None
        assert read.kind is NoticeKind.TENANT or read.id == asked.relationship_id

    sandbox.there.termination_takes = timedelta(minutes=1)
    assert not sandbox.grants.end(relationship_id=asked.relationship_id)
    sandbox.later(minutes=1)
    assert sandbox.grants.end(relationship_id=asked.relationship_id)
    assert sandbox.grants.state(relationship_id=asked.relationship_id) is GrantState.OVER
    (grant,) = sandbox.there.grants
    assert {each.status for each in grant.assignments} == {"deleted"}


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.ERROR_AFTER, Kind.ERROR])
@pytest.mark.parametrize("times", [1, 3])
def test_a_relationship_is_asked_for_once_whatever_happens_to_the_answers(sandbox, kind, times):
    tenant_id = connected(sandbox)
    sandbox.faults.plan(kind, method="POST", path="delegatedAdminRelationships", count=times)

    for _ in range(3):
        try:
            asked = sandbox.grants.request(name="sub_01-1", tenant_id=tenant_id, at=sandbox.now)
            break
        except (OutcomeUnknown, Unavailable):
            continue

    (grant,) = sandbox.there.grants
    assert (grant.id, grant.status) == (asked.relationship_id, "approvalPending")


@pytest.mark.parametrize("seed", range(12))
def test_a_client_is_served_once_and_let_go_whole_whatever_the_line_does(sandbox, seed):
    """Each errand is asked for until it is answered; nothing is bought twice or left running."""

    def insist(errand):
        for attempt in range(200):
            try:
                return errand(attempt)
            except (OutcomeUnknown, Unavailable):
                sandbox.later(minutes=1)
        raise AssertionError("never answered")

    microsoft = sandbox.microsoft
    sandbox.faults.at_random(share=40, seed=seed)
    invitation = insist(lambda _: microsoft.connect(key="sub.1", form=form(), at=sandbox.now))
    sandbox.there.accept(invitation.tenant_id)
    ready = insist(lambda _: microsoft.progress(tenant_id=invitation.tenant_id, at=sandbox.now))
    ordered = insist(lambda _: filled(sandbox, invitation.tenant_id))
    insist(lambda _: microsoft.check_out(ordered=ordered, at=sandbox.now))
    found = insist(lambda _: microsoft.order_progress(ordered=ordered, at=sandbox.now))
    insist(lambda _: align(sandbox, ordered, Access.OFF))
    insist(lambda _: align(sandbox, ordered, Access.ENDED))

    assert (ready.stage, found.state) == (Stage.READY, OrderState.PROVISIONED)
    assert len([each for each in sandbox.there.tenants if each.made_at]) == 1
    assert len(sandbox.there.orders) == 1
    assert [each.status for each in sandbox.there.seats] == ["deleted"]
    assert sandbox.faults.taken > 0


def test_tokens_are_renewed_with_the_sandbox_s_time_and_rotate_on_the_way(sandbox):
    sandbox.there.strict_rotation = True
    assert not sandbox.microsoft.domain_taken(domain="acme.onmicrosoft.com")
    for _ in range(3):
        sandbox.later(days=60)
        assert not sandbox.microsoft.domain_taken(domain="acme.onmicrosoft.com")
        assert sandbox.microsoft.tenant_exists(domain="contoso.com")

    assert len(sandbox.vault.written) >= 4


def test_who_is_signed_out_waits_for_a_person(sandbox):
    sandbox.there.entra.sign_out()

    with pytest.raises(Unavailable, match="signed out"):
        sandbox.microsoft.domain_taken(domain="acme.onmicrosoft.com")
