"""Where Microsoft has it otherwise (D7, D16, R57): what differs, and what is only a matter of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.drift import DriftKind
from chalicelib.gateways.microsoft import SeatsThere
from chalicelib.usecases.reconcile import differences
from tests.rules.stories import (
    DAY,
    HOUR,
    SECOND,
    Life,
    active,
    canceled,
    dunned,
    expired,
    in_term,
    ordered,
    pending,
    suspended,
    term_end,
)


def there(life: Life, **otherwise) -> SeatsThere:
    """The seats as they are at Microsoft when all is well with an active subscription."""
    seats = SeatsThere(
        seats_id="seats_1",
        status="active",
        seats=life.sub.seats,
        auto_renew=True,
        ends_at_term=False,
        plan_id=life.sub.plan_id,
        term_ends_at=life.sub.term.end if life.sub.term else None,
        cancelable_until=None,
    )
    return replace(seats, **otherwise)


def found(life: Life, seats: SeatsThere | None, *, at=None) -> list[tuple[DriftKind, str, str]]:
    at = at or in_term(life, 10 * DAY)
    return [(one.kind, one.ours, one.theirs) for one in differences(life.sub, seats, at=at)]


ENDING = {"auto_renew": False, "ends_at_term": True}


def off() -> Life:
    life = active()
    life.set_renewal(False, at=in_term(life, DAY))
    return life


@pytest.mark.parametrize(
    ("life", "seats"),
    [
        pytest.param(active, {}, id="R47: active, renewing"),
        pytest.param(off, ENDING, id="D16: renewal off is two things there"),
        pytest.param(suspended, {"status": "suspended", **ENDING}, id="D7: suspended renews nothing"),
    ],
)
def test_what_is_as_it_should_be_is_no_difference(life, seats):
    told = life()
    assert found(told, there(told, **seats)) == []


@pytest.mark.parametrize(
    ("life", "seats", "difference"),
    [
        pytest.param(active, {"status": "suspended"}, ("access", "active", "suspended"), id="R47: off there"),
        pytest.param(active, {"status": "deleted"}, ("access", "active", "deleted"), id="R47: deleted there"),
        pytest.param(active, ENDING, ("auto_renew", "renews", "ends"), id="R64: would end there"),
        pytest.param(
            active,
            {"ends_at_term": True},
            ("auto_renew", "renews", "renews and ends"),
            id="D16: half of it is left",
        ),
        pytest.param(off, {}, ("auto_renew", "ends", "renews"), id="D16: would renew there"),
        pytest.param(
            off,
            {"auto_renew": False},
            ("auto_renew", "ends", "neither renews nor ends"),
            id="D16: a bare off is a paid extension",
        ),
        pytest.param(
            suspended, ENDING, ("access", "suspended", "active"), id="R48: in use although switched off"
        ),
        pytest.param(active, {"seats": 2}, ("seats", "1", "2"), id="R8: another number of users"),
        pytest.param(
            active,
            {"plan_id": "business-premium"},
            ("plan", "business-basic", "business-premium"),
            id="R3: another plan",
        ),
        pytest.param(
            active, {"plan_id": None}, ("plan", "business-basic", "none of ours"), id="R3: no plan of ours"
        ),
    ],
)
def test_each_difference_has_its_kind_and_both_sides(life, seats, difference):
    told = life()
    assert found(told, there(told, **seats)) == [difference]


def test_seats_that_microsoft_does_not_have_are_missing():
    assert found(active(), None) == [("missing", "active", "none")]


@pytest.mark.parametrize("life", [pytest.param(one, id=one.__name__) for one in (expired, canceled)])
def test_r57_r70_what_is_over_must_neither_run_nor_renew(life):
    told = life()
    at = told.last.at + DAY
    for status in ("deleted", "expired", "disabled"):
        assert found(told, there(told, status=status), at=at) == []
    assert found(told, None, at=at) == []
    assert found(told, there(told, status="suspended", **ENDING), at=at) == []
    assert found(told, there(told, **ENDING), at=at) == [("access", "ended", "active")]
    assert found(told, there(told, status="suspended"), at=at) == [("auto_renew", "ends", "renews")]


@pytest.mark.parametrize("life", [pytest.param(one, id=one.__name__) for one in (pending, ordered)])
def test_before_activation_nothing_is_compared(life):
    told = life()
    assert differences(told.sub, None, at=told.last.at) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_d3_a_term_that_ends_within_a_day_of_ours_is_the_same_term(sign):
    life = active()
    day, almost = sign * DAY, sign * (DAY - SECOND)
    assert found(life, there(life, term_ends_at=term_end(life) + almost)) == []
    ((kind, *_),) = found(life, there(life, term_ends_at=term_end(life) + day))
    assert kind == "term_end"


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(lambda life: in_term(life, DAY - SECOND), id="D3: ours is ahead for a day"),
        pytest.param(lambda life: term_end(life) - DAY + SECOND, id="D3: theirs is ahead for a day"),
        pytest.param(lambda life: term_end(life) + HOUR, id="R65: the renewal is about to be charged"),
    ],
)
def test_around_the_turn_of_a_term_one_of_the_two_is_ahead(at):
    life = active()
    month = timedelta(days=31)
    assert found(life, there(life, term_ends_at=term_end(life) + month), at=at(life)) == []
    assert found(life, there(life, term_ends_at=term_end(life) - month), at=at(life)) == []


def test_d11_while_a_payment_is_tried_again_microsoft_is_a_term_ahead():
    life = dunned()
    ahead = there(life, term_ends_at=term_end(life) + timedelta(days=31))
    assert found(life, ahead, at=term_end(life) + 2 * DAY) == []
