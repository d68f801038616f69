"""
The freelancers' program (R1, R29, R73, D15, E15).

    R29 freelancers join by invitation. R1 a freelancer's link starts a purchase. R73 if the freelancer
    leaves, the subscription goes on untouched. E15 to the freelancer: invited / application decided.
    D15 If the freelancer leaves or is removed: grants end, commission stops with the next cycle, the
    subscription goes on.

    from                                  step          to
    -                                     invited       invited    E15
    rejected, left, removed               invited       invited    E15
    invited                               applied       applied
    applied                               approved      approved   E15
    applied                               rejected      rejected   E15 with the reason
    approved                              terms signed  enrolled   the one link exists from then on
    applied, approved, enrolled           left          left       grants end
    invited, applied, approved, enrolled  removed       removed    grants end
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

import pytest

from chalicelib.domain.freelancer import (
    PROGRAM,
    Application,
    Enrollment,
    Freelancer,
    FreelancerState,
    Step,
    invite,
    proceed,
)
from chalicelib.domain.people import Actor, Role
from chalicelib.domain.refusals import Refusal
from chalicelib.usecases.catalog import link
from tests.rules.stories import DAY, OPERATOR, SELLER, utc

AT = utc("2024-01-31 12:00")
F, T = FreelancerState, Step

PAGE: Final = {
    # (from, step): (to, the kind of E15, grants end)
    (F.REJECTED, T.INVITED): (F.INVITED, "invited", False),
    (F.LEFT, T.INVITED): (F.INVITED, "invited", False),
    (F.REMOVED, T.INVITED): (F.INVITED, "invited", False),
    (F.INVITED, T.APPLIED): (F.APPLIED, None, False),
    (F.APPLIED, T.APPROVED): (F.APPROVED, "approved", False),
    (F.APPLIED, T.REJECTED): (F.REJECTED, "rejected", False),
    (F.APPROVED, T.TERMS_SIGNED): (F.ENROLLED, None, False),
    (F.APPLIED, T.LEFT): (F.LEFT, None, True),
    (F.APPROVED, T.LEFT): (F.LEFT, None, True),
    (F.ENROLLED, T.LEFT): (F.LEFT, None, True),
    (F.INVITED, T.REMOVED): (F.REMOVED, None, True),
    (F.APPLIED, T.REMOVED): (F.REMOVED, None, True),
    (F.APPROVED, T.REMOVED): (F.REMOVED, None, True),
    (F.ENROLLED, T.REMOVED): (F.REMOVED, None, True),
    (F.ENROLLED, T.SECURITY_GROUP_SET): (F.ENROLLED, None, False),
}
RULES: Final = {
    T.INVITED: "R29 E15",
    T.APPLIED: "R29",
    T.APPROVED: "R29 E15",
    T.REJECTED: "R29 E15",
    T.TERMS_SIGNED: "R1",
    T.LEFT: "R73 D15",
    T.REMOVED: "R73 D15",
    T.SECURITY_GROUP_SET: "D8",
}


def invited() -> Enrollment:
    return invite(
        freelancer_id="frl_luc", email="luc@example.com", display_name="Luc Moreau", at=AT, by=OPERATOR
    )


def go(freelancer: Freelancer, *steps: Step, by: Actor = OPERATOR, **changes: Any) -> Enrollment:
    for step in steps:
        enrollment = proceed(freelancer, step, at=AT + DAY, by=by, changes=changes)
        freelancer = enrollment.after
    return enrollment


WAYS: Final[Mapping[FreelancerState, tuple[Step, ...]]] = {
    F.INVITED: (),
    F.APPLIED: (T.APPLIED,),
    F.APPROVED: (T.APPLIED, T.APPROVED),
    F.REJECTED: (T.APPLIED, T.REJECTED),
    F.ENROLLED: (T.APPLIED, T.APPROVED, T.TERMS_SIGNED),
    F.LEFT: (T.APPLIED, T.LEFT),
    F.REMOVED: (T.REMOVED,),
}


def at(state: FreelancerState) -> Freelancer:
    freelancer = invited().after
    return go(freelancer, *WAYS[state]).after if WAYS[state] else freelancer


def e15(enrollment: Enrollment) -> list[str]:
    return [
        effect.data["facts"]["kind"]
        for effect in enrollment.effects
        if effect.kind == "mail" and effect.data["template"] == "E15"
    ]


@pytest.mark.parametrize(
    ("state", "step"), [pytest.param(*pair, id=f"{RULES[pair[1]]}: {pair[0]}, {pair[1]}") for pair in PAGE]
)
def test_a_line_of_the_program(state, step):
    to, kind, ends = PAGE[state, step]
    before = at(state)
    enrollment = go(before, step)

    assert enrollment.after.state is to
    assert enrollment.after.version == before.version + 1
    assert e15(enrollment) == ([kind] if kind else [])
    assert ("end_grants" in {effect.kind for effect in enrollment.effects}) is ends
    assert all(effect.subject == before.id for effect in enrollment.effects)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        pytest.param(state, step, id=f"R29: not {step} when {state}")
        for state in FreelancerState
        for step in Step
        if (state, step) not in PAGE
    ],
)
def test_every_other_step_is_refused(state, step):
    freelancer = at(state)
    assert freelancer.state is state

    with pytest.raises(Refusal) as refused:
        go(freelancer, step)
    assert refused.value.code == "invalid_transition"
    assert refused.value.facts == {"event": step.value, "status_now": state.value}


def test_the_code_has_these_lines_and_no_other():
    code = {(source, row.step): row.to for row in PROGRAM for source in row.sources}

    assert code == {pair: to for pair, (to, _, _) in PAGE.items()}
    assert len(code) == sum(len(row.sources) for row in PROGRAM)


def test_r29_it_begins_with_an_invitation():
    enrollment = invited()

    assert enrollment.before is None
    assert (enrollment.after.version, enrollment.after.state) == (1, F.INVITED)
    assert enrollment.after.invited_at == AT
    assert enrollment.by == OPERATOR


def test_e15_goes_to_the_invited_address_in_english_as_nothing_else_is_known():
    (letter,) = invited().effects

    assert (letter.data["to"], letter.data["locale"]) == ("luc@example.com", "en")
    assert letter.data["facts"] == {
        "name": "Luc Moreau",
        "kind": "invited",
        "reason": None,
        "display_name": "Luc Moreau",
    }


def test_e15_the_decision_is_told_in_the_language_of_whoever_applied():
    applied = go(invited().after, T.APPLIED, by=SELLER, locale="fr", user_id="usr_luc").after
    (letter,) = go(applied, T.APPROVED).effects

    assert letter.data["locale"] == "fr"


def test_e15_a_rejection_says_why_and_an_approval_does_not():
    applied = at(F.APPLIED)
    (rejection,) = go(applied, T.REJECTED, decision_reason="No clients in the US.").effects
    (approval,) = go(applied, T.APPROVED, decision_reason="Welcome.").effects

    assert rejection.data["facts"]["reason"] == "No clients in the US."
    assert approval.data["facts"]["reason"] is None


def test_e15_is_recorded_once_per_cause():
    steps = (T.APPLIED, T.REJECTED, T.INVITED, T.APPLIED, T.REJECTED, T.INVITED)
    first = invited()
    freelancer, effects = first.after, list(first.effects)
    for step in steps:
        enrollment = go(freelancer, step)
        freelancer = enrollment.after
        effects.extend(enrollment.effects)

    assert len(effects) == 5
    assert len({effect.id for effect in effects}) == 5


def test_r1_only_who_is_enrolled_sells():
    assert [state for state in FreelancerState if at(state).enrolled] == [F.ENROLLED]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(None, id="R72: a link that nobody has"),
        *(
            pytest.param(at(state), id=f"R72: of a freelancer who is {state}")
            for state in FreelancerState
            if state is not F.ENROLLED
        ),
    ],
)
def test_trouble_with_a_link_leads_to_support(found):
    world: Any = SimpleNamespace(
        store=SimpleNamespace(link=lambda _: found),
        settings=SimpleNamespace(brand=SimpleNamespace(support="support@northgate.example")),
    )
    with pytest.raises(Refusal) as refused:
        link(world, token="tok", at=AT)

    assert refused.value.code == "link_not_found"
    assert "support@northgate.example" in refused.value.detail


def test_r1_a_seller_is_remembered_by_user_and_by_freelancer():
    application = Application(
        display_name="Luc M.",
        serves_us_clients=True,
        experience="Ten years of desks.",
        website=None,
        applied_at=AT,
    )
    applied = go(
        invited().after,
        T.APPLIED,
        by=Actor(role=Role.FREELANCER, id="usr_luc", name="Luc"),
        application=application,
        user_id="usr_luc",
        locale="fr",
        display_name="Luc M.",
    ).after
    seller = applied.as_seller

    assert (seller.id, seller.freelancer_id, seller.name, seller.locale) == (
        "usr_luc",
        "frl_luc",
        "Luc M.",
        "fr",
    )
