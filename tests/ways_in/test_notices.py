"""A notice of Microsoft's is a reason to look again, and nothing more (R19, R20, R25, D8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.gateways.delegated_admin import LEAST_ROLES
from chalicelib.usecases import enroll, grant, link_account
from chalicelib.usecases.carry_out import look_again
from sandbox.simulators.faults import Kind
from sandbox.world import make_world
from tests import lives


def heed(stage, reference):
    look_again(
        stage.world,
        neighbor="microsoft",
        reference=reference,
        at=stage.now(),
        request_id=lives.REQUEST,
    )


def account(stage):
    return stage.world.store.load(stage.subscription_id).account


@pytest.fixture
def stage():
    """An account whose client has accepted at Microsoft, which we do not know yet."""
    return lives.offered(lives.empty())


def test_r19_the_notice_of_its_tenant_takes_it_on_at_once(stage):
    heed(stage, f"tenant:{account(stage).tenant_id}")
    assert account(stage).agreement_accepted_at == stage.now()
    lives.drain(stage.world)
    assert stage.world.store.load(stage.subscription_id).status == "active"


def test_r25_a_stranger_who_accepts_our_invitation_activates_nobody(stage):
    stranger = stage.world.partner_center.accept("stranger.example")
    before = stage.world.store.load(stage.subscription_id)
    heed(stage, f"tenant:{stranger.id}")
    assert stage.world.store.load(stage.subscription_id) == before
    assert stage.world.queue.take() == []


def test_r25_a_tenant_that_was_given_up_takes_nobody_on():
    stage = lives.offered(lives.empty())
    first = account(stage).tenant_id
    _refused_and_submitted_anew(stage)
    heed(stage, f"tenant:{first}")
    assert account(stage).agreement_accepted_at is None
    assert account(stage).tenant_id is None


def _refused_and_submitted_anew(stage):
    sub = stage.world.store.load(stage.subscription_id)
    stage.world.store.commit(
        advance(
            sub,
            Event.MICROSOFT_REFUSED,
            at=stage.now(),
            by=SYSTEM,
            detail={"reason": "", "refused_by": "microsoft"},
        )
    )
    link_account.link_account(
        stage.world,
        subscription_id=stage.subscription_id,
        caller=lives.CLIENT,
        form=replace(sub.account.form, existing_customer=True, domain="other.example"),
        at=stage.now(),
        request_id=lives.REQUEST,
    )


def test_a_notice_may_come_twice_late_or_for_nobody(stage):
    tenant = f"tenant:{account(stage).tenant_id}"
    heed(stage, tenant)
    lives.drain(stage.world)
    sub = stage.world.store.load(stage.subscription_id)
    heed(stage, tenant)
    heed(stage, "tenant:nobodys")
    heed(stage, "grant:nobodys")
    heed(stage, "weather:fine")
    assert stage.world.store.load(stage.subscription_id) == sub


def test_a_lost_notice_is_made_up_for_by_the_sweep(stage):
    lives.sweep_all(stage.world)
    stage.forward(timedelta(minutes=5))
    lives.sweep_all(stage.world)
    assert stage.world.store.load(stage.subscription_id).status == "active"


def test_when_microsoft_does_not_answer_the_message_does_not_come_back(stage):
    """The sweep looks again by itself; a message that fails would end among the dead letters."""
    stage.world.neighbors.faults["microsoft"].plan(Kind.STORM, count=99)
    heed(stage, f"tenant:{account(stage).tenant_id}")
    assert account(stage).agreement_accepted_at is None


# --- delegated administration ------------------------------------------------------------------------


@pytest.fixture
def managed():
    """A delegation with the client's approval at Microsoft still open."""
    made = lives.managed(lives.empty())
    lives.drain(made.world)
    return made


def access(stage):
    return stage.world.store.load(stage.subscription_id).delegation.grant


def relationship(stage):
    (found,) = stage.world.partner_center.grants
    return found


def test_d8_the_client_is_asked_by_mail_and_by_nobody_else(managed):
    (letter,) = (each for each in managed.world.mail.letters() if each.template == "E16")
    assert letter.to == lives.CLIENT.email
    assert access(managed).approval_url in letter.text
    assert access(managed).status == "requested"


def test_d8_only_the_least_roles_are_asked_for(managed):
    assert sorted(relationship(managed).roles) == sorted(LEAST_ROLES.values())


def test_d8_the_approval_gives_the_roles_to_the_freelancers_group(managed):
    managed.world.partner_center.approve_grant(access(managed).relationship_id)
    for _ in range(2):  # Microsoft tells of the approval, and of the assignment in effect
        heed(managed, f"grant:{access(managed).relationship_id}")
    assert access(managed).status == "active"
    (assignment,) = relationship(managed).assignments
    assert assignment.group_id == "6c1b2a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def test_d8_revoked_it_ends_at_microsoft_too(managed):
    managed.world.partner_center.approve_grant(access(managed).relationship_id)
    for _ in range(2):
        heed(managed, f"grant:{access(managed).relationship_id}")
    lives.end_delegation(managed)
    lives.drain(managed.world)
    lives.recover(managed)
    assert relationship(managed).status == "terminated"
    assert access(managed).status == "ended"


def test_d8_it_ends_however_long_microsoft_takes_over_it(managed):
    managed.world.partner_center.termination_takes = timedelta(minutes=40)
    managed.world.partner_center.approve_grant(access(managed).relationship_id)
    lives.end_delegation(managed)
    lives.drain(managed.world)
    assert access(managed).status == "requested"
    for _ in range(4):
        managed.forward(timedelta(hours=1))
        lives.sweep_all(managed.world)
    assert access(managed).status == "ended"


def test_d15_a_freelancer_who_leaves_has_no_access_any_more(managed):
    enroll.leave(
        managed.world, caller=lives.FREELANCER, once=None, at=managed.now(), request_id=lives.REQUEST
    )
    lives.drain(managed.world)
    lives.recover(managed)
    assert relationship(managed).status in ("terminated", "expired")
    assert access(managed).status == "ended"


def test_d8_canceled_is_the_end_of_it(managed):
    lives.cancel_now(managed)
    lives.drain(managed.world)
    lives.recover(managed)
    assert access(managed).status == "ended"


def test_an_access_that_the_client_ends_at_microsoft_is_not_asked_for_again(managed):
    managed.world.partner_center.approve_grant(access(managed).relationship_id)
    managed.world.partner_center.terminate_grant(access(managed).relationship_id)
    heed(managed, f"grant:{access(managed).relationship_id}")
    assert access(managed).status == "ended"
    _look(managed)
    lives.drain(managed.world)
    assert len(managed.world.partner_center.grants) == 1


def _look(stage):
    grant.look(stage.world, subscription_id=stage.subscription_id, at=stage.now(), request_id=lives.REQUEST)


def test_d8_without_a_group_no_client_is_asked_and_with_one_the_nightly_look_does():
    stage = lives.active(lives.empty())
    lives.ask_for_delegation(stage)
    lives.drain(stage.world)
    lives.take_on(stage)
    lives.drain(stage.world)
    _look(stage)
    lives.drain(stage.world)
    assert stage.world.partner_center.grants == []
    lives.set_group(stage)
    _look(stage)
    lives.drain(stage.world)
    assert access(stage).status == "requested"


def test_delegated_before_it_is_active_it_is_asked_for_with_the_activation():
    stage = lives.accepted(lives.empty())
    stage.world.queue.take()  # the order waits
    lives.set_group(stage)
    lives.ask_for_delegation(stage)
    lives.take_on(stage)
    lives.drain(stage.world)
    assert stage.world.partner_center.grants == []
    lives.recover(stage)
    assert access(stage).status == "requested"


def test_where_it_is_off_nothing_of_it_happens():
    world = make_world(environment={"DELEGATED_ADMIN": "off"})
    world.__dict__["queue"] = lives.PaperQueue()
    stage = lives.managed(world)
    lives.drain(world)
    _look(stage)
    assert world.grants is None
    assert access(stage) is None
    assert "E16" not in {letter.template for letter in world.mail.letters()}
    lives.check_books(stage)
