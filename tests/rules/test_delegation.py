"""
Delegation (R32-R42, D8, D14, D15): who may do what.

    R32 a client may let the freelancer manage the subscription. R33-R36 the delegate may create and change
    the Microsoft account, see client and subscription, cancel or renew, manage permissions. R37 only after
    purchase. R38 only to the freelancer it was bought from. R41 E5 to the freelancer with the next steps.
    R40 the client first sees, and confirms, a description of what it means. R42 approved or rejected -> E6 to
    the client.
    D8  The delegation is a request that the selling freelancer approves or rejects; access starts with the
        approval, ends with the client's revocation, the freelancer's withdrawal, or `canceled`. It is
        possible in every status but `canceled`. It is per subscription. A delegate can never grant to
        another person.
    D14 Admin credentials are shown to the client alone.
    D15 If the freelancer leaves or is removed: grants end.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.delegation import Act, DelegationStatus, authorize, may_see
from chalicelib.domain.people import SYSTEM, Person, Role
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import Status
from chalicelib.usecases.delegate import TERMS, request
from tests.rules.stories import (
    CLIENT,
    DANA,
    DAY,
    DELEGATE,
    HOUR,
    LUC,
    STATIONS,
    Life,
    active,
    facts_of,
    mails,
    pending,
    signed_in,
)

IVAN = Person(id="usr_ivan", name="Ivan Petrov", email="ivan@example.com", locale="en")
EVERYBODY = (Role.CLIENT, Role.FREELANCER, Role.OPERATOR)


def delegated() -> Life:
    life = active()
    life.ask_delegation(at=life.last.at)
    life.decide_delegation(True, at=life.last.at)
    return life


def requested() -> Life:
    life = active()
    life.ask_delegation(at=life.last.at)
    return life


def turned_down() -> Life:
    life = requested()
    life.decide_delegation(False, at=life.last.at)
    return life


def revoked() -> Life:
    life = delegated()
    life.end_delegation(at=life.last.at)
    return life


def nobodys() -> Life:
    return active(seller=None)


LUC_THE_FREELANCER = signed_in(LUC, Role.FREELANCER)
CALLERS = {
    # who                                       signed in                            and the subscription
    "the client": (signed_in(DANA, Role.CLIENT), delegated),
    "the client, who also sells": (signed_in(DANA, Role.CLIENT, Role.FREELANCER), delegated),
    "the client, signed in as something else": (signed_in(DANA, Role.FREELANCER), delegated),
    "another client": (signed_in(IVAN, Role.CLIENT), delegated),
    "the delegate": (LUC_THE_FREELANCER, delegated),
    "the delegate, who also buys": (signed_in(LUC, Role.CLIENT, Role.FREELANCER), delegated),
    "the delegate, signed in as something else": (signed_in(LUC, Role.CLIENT), delegated),
    "the seller, never asked": (LUC_THE_FREELANCER, active),
    "the seller, asked": (LUC_THE_FREELANCER, requested),
    "the seller, who turned it down": (LUC_THE_FREELANCER, turned_down),
    "the seller, revoked": (LUC_THE_FREELANCER, revoked),
    "another freelancer": (signed_in(IVAN, Role.FREELANCER), delegated),
    "a freelancer, of what nobody sold": (LUC_THE_FREELANCER, nobodys),
    "an operator": (signed_in(IVAN, Role.OPERATOR), delegated),
    "somebody with every role but no part in it": (signed_in(IVAN, *EVERYBODY), delegated),
    "somebody without any role": (signed_in(DANA), delegated),
}

Y, NO, HIDDEN = "may", "forbidden", "not_found"
UNSEEN = (HIDDEN,) * 13
ONLY_ASKED = (HIDDEN,) * 9 + (Y,) + (HIDDEN,) * 3
A_CLIENT = (Y, Y, Y, Y, Y, Y, Y, Y, Y, NO, NO, NO, Y)
A_DELEGATE = (Y, Y, Y, NO, Y, Y, Y, NO, Y, Y, NO, NO, NO)
AN_OPERATOR = (Y, Y, NO, NO, NO, NO, NO, NO, NO, NO, Y, Y, NO)

MATRIX = {
    "the client": A_CLIENT,
    "the client, who also sells": A_CLIENT,
    "the client, signed in as something else": UNSEEN,
    "another client": UNSEEN,
    "the delegate": A_DELEGATE,
    "the delegate, who also buys": A_DELEGATE,
    "the delegate, signed in as something else": UNSEEN,
    "the seller, never asked": UNSEEN,
    "the seller, asked": ONLY_ASKED,
    "the seller, who turned it down": ONLY_ASKED,
    "the seller, revoked": ONLY_ASKED,
    "another freelancer": UNSEEN,
    "a freelancer, of what nobody sold": UNSEEN,
    "an operator": AN_OPERATOR,
    "somebody with every role but no part in it": AN_OPERATOR,
    "somebody without any role": UNSEEN,
}

# What each act proves, in the order of the matrix's columns.
ACTS = {
    Act.SEE: "R34",
    Act.SEE_HISTORY: "R34",
    Act.SUBMIT_ACCOUNT: "R33",
    Act.TAKE_CREDENTIALS: "D14",
    Act.PREVIEW_CANCELLATION: "R35",
    Act.CANCEL: "R35",
    Act.SET_RENEWAL: "R35",
    Act.DELEGATE: "R38 D8",
    Act.REVOKE_DELEGATION: "R36",
    Act.DECIDE_DELEGATION: "R42",
    Act.SUSPEND: "R48",
    Act.REVIEW: "R17",
    Act.AUTHENTICATE_PAYMENT: "D11",
}


@pytest.mark.parametrize(
    ("who", "act", "answer"),
    [
        pytest.param(who, act, answer, id=f"{rule}: {act}, {who}: {answer}")
        for who, answers in MATRIX.items()
        for (act, rule), answer in zip(ACTS.items(), answers, strict=True)
    ],
)
def test_who_may_do_what(who, act, answer):
    caller, subscription = CALLERS[who]
    sub = subscription().sub
    if answer == Y:
        assert authorize(caller, act, sub).id == caller.id
        return

    with pytest.raises(Refusal) as refused:
        authorize(caller, act, sub)
    assert refused.value.code == answer


def test_every_act_and_every_caller_stands_in_the_matrix():
    assert set(ACTS) == set(Act)
    assert set(MATRIX) == set(CALLERS)


@pytest.mark.parametrize("who", [pytest.param(one, id=f"R34: {one}") for one in CALLERS])
def test_what_may_not_be_seen_is_not_there(who):
    caller, subscription = CALLERS[who]

    assert may_see(caller, subscription().sub) is (MATRIX[who][0] == Y)


def test_r34_the_history_shows_who_acted_and_that_it_was_through_a_delegation():
    sub = delegated().sub

    assert authorize(signed_in(DANA, Role.CLIENT), Act.CANCEL, sub) == CLIENT
    assert authorize(LUC_THE_FREELANCER, Act.CANCEL, sub) == DELEGATE
    assert authorize(signed_in(IVAN, Role.OPERATOR), Act.SUSPEND, sub).role is Role.OPERATOR
    assert not authorize(LUC_THE_FREELANCER, Act.DECIDE_DELEGATION, requested().sub).delegated


def test_d8_it_is_per_subscription():
    assert not may_see(LUC_THE_FREELANCER, active(name="sub_2").sub)


def test_r38_not_to_whom_the_client_bought_something_else_from():
    other = replace(LUC, id="usr_marta", freelancer_id="frl_marta")

    assert not may_see(signed_in(other, Role.FREELANCER), delegated().sub)


# --- its way ---------------------------------------------------------------------------------------------


def test_r32_r40_what_the_client_confirms_says_what_a_delegate_may_and_may_not_do():
    can, cannot = TERMS.text.en.split("They cannot:")

    for act in ("see the subscription", "create and change its Microsoft account", "cancel it", "renewal"):
        assert act in can
    for act in ("card", "password", "buy in your name", "pass this permission on"):
        assert act in cannot
    assert "You can take it back at any time" in cannot


def test_r32_r40_and_says_the_same_in_french():
    can, cannot = TERMS.text.fr.split("Elle ne peut pas")

    for act in ("voir l’abonnement", "créer et modifier le compte Microsoft", "l’annuler", "renouvellement"):
        assert act in can
    for act in ("carte", "mot de passe", "acheter en votre nom", "transmettre cette autorisation"):
        assert act in cannot
    assert "Vous pouvez la retirer à tout moment" in cannot


def test_r40_what_was_not_read_as_it_is_now_is_not_confirmed():
    life = active()
    world: Any = SimpleNamespace(store=SimpleNamespace(load=lambda _: life.sub))
    with pytest.raises(Refusal) as refused:
        request(
            world,
            subscription_id=life.sub.id,
            caller=signed_in(DANA, Role.CLIENT),
            terms_version="2025-01",
            at=life.last.at,
            request_id="",
        )

    assert (refused.value.code, refused.value.pointer) == ("terms_outdated", "/terms_version")
    assert refused.value.facts == {"current_version": TERMS.version}


def test_r37_it_can_be_asked_for_from_the_purchase_on():
    life = pending()
    life.ask_delegation(at=life.sub.purchased_at)

    assert life.sub.delegation.status is DelegationStatus.REQUESTED


def test_r41_asked_e5_tells_the_freelancer_whom_and_what():
    life = requested()
    facts = facts_of(life.last, "E5")

    assert mails(life.last) == [("E5", LUC.email)]
    assert (facts["name"], facts["client_name"], facts["status"]) == (LUC.name, DANA.name, "active")


@pytest.mark.parametrize(
    ("approve", "status"),
    [pytest.param(True, "approved", id="R42: approved"), pytest.param(False, "rejected", id="R42: rejected")],
)
def test_decided_e6_tells_the_client_by_whom_and_how(approve, status):
    life = requested()
    life.decide_delegation(approve, at=life.last.at + HOUR)
    facts = facts_of(life.last, "E6")

    assert mails(life.last) == [("E6", DANA.email)]
    assert (facts["freelancer_name"], facts["approved"]) == (LUC.name, approve)
    assert life.sub.delegation.status.value == status


def test_d8_access_starts_with_the_approval_and_ends_with_the_revocation():
    life = requested()
    seen = [may_see(LUC_THE_FREELANCER, life.sub)]
    life.decide_delegation(True, at=life.last.at)
    seen.append(may_see(LUC_THE_FREELANCER, life.sub))
    life.end_delegation(at=life.last.at)
    seen.append(may_see(LUC_THE_FREELANCER, life.sub))

    assert seen == [False, True, False]


@pytest.mark.parametrize(
    ("by", "role"),
    [
        pytest.param(CLIENT, Role.CLIENT, id="D8: by the client's revocation"),
        pytest.param(DELEGATE, Role.FREELANCER, id="D8: by the freelancer's withdrawal"),
        pytest.param(SYSTEM, Role.SYSTEM, id="D15: because the freelancer has gone"),
    ],
)
def test_it_ends(by, role):
    life = delegated()
    life.end_delegation(at=life.last.at + HOUR, by=by)

    assert life.sub.delegation.status is DelegationStatus.REVOKED
    assert life.sub.delegation.ended_by is role
    assert not life.sub.delegation.open
    assert mails(life.last) == []
    assert life.status is Status.ACTIVE


@pytest.mark.parametrize(
    "open_as", [pytest.param(requested, id="D8: asked"), pytest.param(delegated, id="D8: approved")]
)
def test_it_ends_with_canceled(open_as):
    life = open_as()
    life.cancel(at=life.last.at + DAY)

    assert life.sub.delegation.status is DelegationStatus.REVOKED
    assert life.sub.delegation.ended_by is Role.SYSTEM
    assert life.sub.delegation.ended_at == life.last.at
    assert not may_see(LUC_THE_FREELANCER, life.sub)


def test_d8_canceled_by_the_14_days_and_by_the_30_it_ends_as_well():
    lapsed = pending()
    lapsed.ask_delegation(at=lapsed.last.at)
    lapsed.lapse(at=lapsed.last.at + 14 * DAY)
    over = STATIONS[Status.EXPIRED]()
    over.ask_delegation(at=over.last.at)
    over.lapse_expiry(at=over.last.at + 30 * DAY)

    assert not lapsed.sub.delegation.open
    assert not over.sub.delegation.open


def test_d8_what_was_turned_down_is_not_called_revoked():
    life = turned_down()
    life.cancel(at=life.last.at + DAY)

    assert life.sub.delegation.status is DelegationStatus.REJECTED


def test_d8_it_can_be_asked_for_again():
    life = turned_down()
    life.ask_delegation(at=life.last.at + HOUR)

    assert life.sub.delegation.status is DelegationStatus.REQUESTED
    assert life.sub.delegation.request == 2
    assert [mail for mail, _ in life.mails].count("E5") == 2


def test_d8_it_outlives_expiry_renewal_and_suspension():
    life = delegated()
    life.suspend(at=life.last.at + HOUR)
    life.reinstate(at=life.last.at + HOUR)
    assert life.sub.term is not None
    life.begin_renewal(at=life.sub.term.end)
    life.renew(at=life.last.at)
    life.set_renewal(False, at=life.last.at)
    life.end_term(at=life.sub.term.end)

    assert life.status is Status.EXPIRED
    assert life.sub.delegation.status is DelegationStatus.APPROVED


def test_e7_says_that_the_delegate_canceled_it():
    life = delegated()
    life.cancel(at=life.last.at + DAY, by=DELEGATE)
    facts = facts_of(life.last, "E7")

    assert (facts["cause"], facts["actor_name"]) == ("delegate", LUC.name)
