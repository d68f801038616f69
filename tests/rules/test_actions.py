"""
What a caller may do now (the contract's `available_actions`; R33-R36, R52-R56, R61-R64, D6-D8).

    `available_actions` lists what this caller may do now, out of `submit_microsoft_account, cancel,
    turn_renewal_off, turn_renewal_on, delegate, revoke_delegation`: a front end shows buttons from it and
    knows no rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.domain.actions import available_actions
from chalicelib.domain.people import Person, Role
from tests.rules.stories import (
    BOUGHT,
    DANA,
    DAY,
    HOUR,
    LUC,
    SECOND,
    Life,
    active,
    canceled,
    dunned,
    expired,
    in_review,
    in_term,
    ordered,
    pending,
    refused_by_microsoft,
    rejected,
    renewing,
    signed_in,
    suspended,
    term_end,
)

DANA_IN = signed_in(DANA, Role.CLIENT)
LUC_IN = signed_in(LUC, Role.FREELANCER)
OLGA_IN = signed_in(
    Person(id="usr_olga", name="Olga Brandt", email="olga@example.com", locale="en"), Role.OPERATOR
)

SUBMIT, CANCEL = "submit_microsoft_account", "cancel"
OFF, ON = "turn_renewal_off", "turn_renewal_on"
DELEGATE, REVOKE = "delegate", "revoke_delegation"


def renewal_off(station: Callable[[], Life]) -> Callable[[], Life]:
    def life() -> Life:
        told = station()
        told.set_renewal(False, at=told.last.at)
        return told

    return life


def delegated(station: Callable[[], Life]) -> Callable[[], Life]:
    def life() -> Life:
        told = station()
        told.ask_delegation(at=told.last.at)
        told.decide_delegation(True, at=told.last.at)
        return told

    return life


def asked() -> Life:
    life = active()
    life.ask_delegation(at=life.last.at)
    return life


def turned_down() -> Life:
    life = asked()
    life.decide_delegation(False, at=life.last.at)
    return life


THE_CLIENTS = [
    # rule         life                    the client may                       because
    ("R44", pending, {SUBMIT, CANCEL, OFF, DELEGATE}, "pending"),
    ("R45", in_review, {CANCEL, OFF, DELEGATE}, "under review, there is nothing to submit"),
    ("R45", ordered, {CANCEL, OFF, DELEGATE}, "connecting"),
    ("R46", rejected, {SUBMIT, CANCEL, OFF, DELEGATE}, "failed, it may be submitted again"),
    ("R46", refused_by_microsoft, {SUBMIT, CANCEL, OFF, DELEGATE}, "failed at Microsoft"),
    ("R47", active, {CANCEL, OFF, DELEGATE}, "active"),
    ("R62", renewal_off(active), {CANCEL, ON, DELEGATE}, "renewal is off, it can be turned on"),
    ("R62", renewal_off(pending), {SUBMIT, CANCEL, ON, DELEGATE}, "before activation too"),
    ("D7", suspended, {CANCEL, OFF, DELEGATE}, "suspended"),
    ("D6", expired, {DELEGATE}, "expired: not revived, not turned on again"),
    ("R51", canceled, set(), "canceled"),
    ("R65", renewing, {DELEGATE}, "a renewal is being charged"),
    ("D11", dunned, {OFF, DELEGATE}, "a renewal is being tried again: its window is closed"),
    ("D8", delegated(active), {CANCEL, OFF, REVOKE}, "delegated: no second time"),
    ("D8", asked, {CANCEL, OFF, REVOKE}, "asked: it can be taken back"),
    ("D8", turned_down, {CANCEL, OFF, DELEGATE}, "turned down: it can be asked for again"),
    ("R38 D9", lambda: active(seller=None), {CANCEL, OFF}, "nobody sold it: nobody to delegate to"),
]


@pytest.mark.parametrize(
    ("life", "may"), [pytest.param(*case, id=f"{rule}: {because}") for rule, *case, because in THE_CLIENTS]
)
def test_the_client(life, may):
    told = life()
    found = available_actions(told.sub, caller=DANA_IN, at=told.last.at)

    assert set(found) == may
    assert len(found) == len(may)


THE_DELEGATES = [
    ("R33", pending, {SUBMIT, CANCEL, OFF, REVOKE}, "pending"),
    ("R33", ordered, {CANCEL, OFF, REVOKE}, "connecting"),
    ("R33", rejected, {SUBMIT, CANCEL, OFF, REVOKE}, "failed"),
    ("R35", active, {CANCEL, OFF, REVOKE}, "active"),
    ("R35", renewal_off(active), {CANCEL, ON, REVOKE}, "renewal is off"),
    ("R35 D7", suspended, {CANCEL, OFF, REVOKE}, "suspended"),
    ("R36 D6", expired, {REVOKE}, "expired"),
    ("R36", renewing, {REVOKE}, "a renewal is being charged"),
]


@pytest.mark.parametrize(
    ("life", "may"), [pytest.param(*case, id=f"{rule}: {because}") for rule, *case, because in THE_DELEGATES]
)
def test_the_delegate(life, may):
    told = delegated(life)()

    assert set(available_actions(told.sub, caller=LUC_IN, at=told.last.at)) == may


@pytest.mark.parametrize(
    "life",
    [
        pytest.param(active, id="D8: never asked"),
        pytest.param(asked, id="D8: asked, not yet approved"),
        pytest.param(turned_down, id="D8: turned down"),
    ],
)
def test_a_seller_who_is_no_delegate_may_do_nothing(life):
    told = life()

    assert available_actions(told.sub, caller=LUC_IN, at=told.last.at) == ()


@pytest.mark.parametrize("life", [pytest.param(case[1], id=f"{case[0]}: {case[3]}") for case in THE_CLIENTS])
def test_an_operator_does_none_of_the_clients_acts(life):
    told = life()

    assert available_actions(told.sub, caller=OLGA_IN, at=told.last.at) == ()


WINDOW = [
    (active, 7 * DAY, True, "R52: the 168th hour is included"),
    (active, 7 * DAY + SECOND, False, "R61: a second later it is not offered"),
    (suspended, 7 * DAY, True, "D7: suspended, the window is where it was"),
    (suspended, 7 * DAY + SECOND, False, "D7: and closes when it would have"),
]


@pytest.mark.parametrize(
    ("station", "after", "offered"), [pytest.param(*case, id=because) for *case, because in WINDOW]
)
def test_cancel_is_offered_as_long_as_it_is_possible(station, after, offered):
    life = station()
    found = available_actions(life.sub, caller=DANA_IN, at=in_term(life, after))

    assert (CANCEL in found) is offered
    assert OFF in found  # R61: what remains


def test_r66_after_a_renewal_cancel_is_offered_again():
    life = active()
    life.begin_renewal(at=term_end(life))
    life.renew(at=term_end(life))

    assert CANCEL in available_actions(life.sub, caller=DANA_IN, at=in_term(life, 7 * DAY))


def test_r54_before_activation_cancel_is_offered_all_the_time():
    life = pending()

    assert CANCEL in available_actions(life.sub, caller=DANA_IN, at=BOUGHT + 14 * DAY + HOUR)


def test_r33_the_order_is_always_the_same():
    life = pending()

    assert available_actions(life.sub, caller=DANA_IN, at=BOUGHT) == (SUBMIT, CANCEL, OFF, DELEGATE)
