"""From the approved account to seats in use, where Microsoft is slow or asked twice (R20, R26, D14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.people import SYSTEM
from chalicelib.storage import keys
from chalicelib.storage.tables import Row
from tests import lives


@pytest.fixture
def refused():
    """A new tenant was made, and then Microsoft refused it; the password was never shown."""
    stage = lives.approved(lives.empty())
    lives.drain(stage.world)
    sub = stage.world.store.load(stage.subscription_id)
    detail = {"reason": "Not allowed.", "refused_by": "microsoft"}
    stage.world.store.commit(advance(sub, Event.MICROSOFT_REFUSED, at=stage.now(), by=SYSTEM, detail=detail))
    return stage


def _activated_after_all(stage):
    lives.submit(stage)
    lives.approve(stage)
    lives.drain(stage.world)
    assert stage.world.accept(stage.subscription_id)
    for _ in range(3):
        stage.forward(timedelta(minutes=5))
        lives.sweep_all(stage.world)
    sub = stage.world.store.load(stage.subscription_id)
    assert sub.status == "active"
    (letter,) = (each for each in stage.world.mail.letters() if each.template == "E4")
    return sub.account, letter


def test_d14_the_password_of_a_tenant_that_was_submitted_again_is_still_shown_once(refused):
    account, letter = _activated_after_all(refused)
    assert account.admin_user_name == "admin@carlsworks.onmicrosoft.com"
    assert "/credentials" in letter.text
    assert len(refused.world.partner_center.tenants) == 1


def test_d14_a_password_that_is_lost_is_not_promised(refused):
    Row(*keys.credentials(refused.subscription_id)).delete()
    account, letter = _activated_after_all(refused)
    assert account.admin_user_name is None
    assert "/credentials" not in letter.text
    assert "If you have no password for it yet, write to us" in letter.text


def test_r20_while_the_order_is_on_its_way_its_id_is_kept_and_nobody_is_told():
    stage = lives.accepted(lives.empty())
    stage.world.partner_center.provisioning_takes = timedelta(hours=2)
    lives.drain(stage.world)
    sub = stage.world.store.load(stage.subscription_id)
    (order,) = stage.world.partner_center.orders
    assert (sub.status, sub.account.order_id, sub.account.seats_id) == ("connecting", order.id, None)
    last = stage.world.store.history(sub.id, limit=1, after=None).items[0]
    assert last.event == "order_placed"
    assert "E4" not in {letter.template for letter in stage.world.mail.letters()}


def test_r20_r26_once_provisioned_it_becomes_active_by_itself():
    stage = lives.accepted(lives.empty())
    stage.world.partner_center.provisioning_takes = timedelta(hours=2)
    lives.drain(stage.world)
    for _ in range(4):
        stage.forward(timedelta(hours=1))
        lives.sweep_all(stage.world)
    account = stage.world.store.load(stage.subscription_id).account
    (seats,) = stage.world.partner_center.seats
    assert (account.order_id, account.seats_id) == (seats.order_id, seats.id)
    lives.check_books(stage)


def test_r46_an_order_that_microsoft_refuses_is_told_to_the_client():
    stage = lives.accepted(lives.empty())
    stage.world.partner_center.fail_order("800075")
    lives.drain(stage.world)
    assert stage.world.store.load(stage.subscription_id).status == "failed"
    assert "E9" in {letter.template for letter in stage.world.mail.letters()}


def test_an_order_that_waits_for_microsofts_review_is_put_off_and_the_client_is_not_refused():
    stage = lives.accepted(lives.empty())
    stage.world.partner_center.fail_order("800073")
    lives.drain(stage.world)
    assert stage.world.store.load(stage.subscription_id).status == "connecting"
    lives.recover(stage)
    assert stage.world.store.load(stage.subscription_id).status == "active"
    assert len(stage.world.partner_center.orders) == 1
