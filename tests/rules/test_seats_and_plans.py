"""
What is sold (R3, R4, R8, R27).

    R3  four plans.  R4  monthly or yearly.  R8  users 1-50.
"""

from __future__ import annotations

import re

import pytest

from chalicelib.domain.catalog import plan_by_id, quote
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import PLANS, SEATS_MAX, SEATS_MIN, BillingPeriod, Language
from chalicelib.usecases import delegate, enroll
from tests.rules.stories import A_DOLLAR_A_DAY, MONTHLY, utc

FOUR_PLANS = {
    "business-basic": "Microsoft 365 Business Basic",
    "apps-for-business": "Microsoft 365 Apps for business",
    "business-standard": "Microsoft 365 Business Standard",
    "business-premium": "Microsoft 365 Business Premium",
}


def _quote(seats: int = 1, plan_id: str = "business-basic"):
    return quote(
        A_DOLLAR_A_DAY,
        plan_id=plan_id,
        billing_period=MONTHLY,
        country="US",
        seats=seats,
        at=utc("2024-01-31 12:00"),
    )


def test_r3_there_are_four_plans():
    assert {plan.id: plan.name for plan in PLANS} == FOUR_PLANS


@pytest.mark.parametrize("plan_id", [pytest.param(one, id=f"R3: {one}") for one in FOUR_PLANS])
def test_a_plan_says_what_it_is(plan_id):
    plan = plan_by_id(plan_id)

    assert plan.name == FOUR_PLANS[plan_id]
    assert plan.family == "Microsoft 365"
    for language in Language:
        assert plan.description.said_in(language)
        assert all(feature.said_in(language) for feature in plan.features)


OF_PLANS = {text.en: text for plan in PLANS for text in (plan.description, *plan.features)}
TEXTS = [pytest.param(text, id=f"R3: {said}") for said, text in OF_PLANS.items()] + [
    pytest.param(delegate.TERMS.text, id="R40: what delegating means"),
    pytest.param(enroll.TERMS.text, id="R29: the terms of the program"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_french_is_set_as_french_is(text):
    """A space that does not break before `: ; ? !` and between a number and its unit; curly apostrophes."""
    assert text.fr != text.en
    assert "'" not in text.fr
    assert not re.findall(r"[^\xa0]:|[^\u202f][;?!]|[0-9] ", text.fr.replace("365 ", ""))
    assert text.fr.count("\n\n") == text.en.count("\n\n")


@pytest.mark.parametrize(
    "plan_id",
    [
        pytest.param("business-gold", id="R3: no fifth plan"),
        pytest.param("Business-Basic", id="R3: an id is written as it is"),
        pytest.param("", id="R3: nothing is no plan"),
    ],
)
def test_there_is_no_such_plan(plan_id):
    with pytest.raises(Refusal) as refused:
        _quote(plan_id=plan_id)

    assert (refused.value.code, refused.value.pointer) == ("validation_failed", "/plan_id")


def test_r4_monthly_or_yearly_and_nothing_else():
    assert {period.value: period.months for period in BillingPeriod} == {"monthly": 1, "yearly": 12}


@pytest.mark.parametrize("seats", [pytest.param(count, id=f"R8: {count}") for count in (1, 2, 49, 50)])
def test_one_to_fifty_users(seats):
    assert _quote(seats).seats == seats


@pytest.mark.parametrize(
    "seats", [pytest.param(count, id=f"R8: not {count}") for count in (-1, 0, 51, 1_000)]
)
def test_no_other_number_of_users(seats):
    with pytest.raises(Refusal) as refused:
        _quote(seats)

    assert (refused.value.code, refused.value.pointer) == ("validation_failed", "/seats")


def test_r8_the_bounds_are_the_pages():
    assert (SEATS_MIN, SEATS_MAX) == (1, 50)
