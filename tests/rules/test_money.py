"""
Money (D4, D12, D13).

    Integer cents; one rounding, half up, on the line total.
"""

from __future__ import annotations

import pytest

from chalicelib.domain.money import Money
from tests.rules.stories import usd

PORTIONS = [
    #  cents  part  whole  portion  because
    (100_80, 29, 31, 94_30, "9429.677 cents are nearer to 94.30"),
    (29_00, 22, 29, 22_00, "a dollar a day leaves no fraction"),
    (2, 3, 4, 2, "one cent and a half is rounded up"),
    (5, 27, 30, 5, "four cents and a half are rounded up"),
    (5, 24, 30, 4, "four cents are four cents"),
    (1_06, 27, 30, 95, "95.4 cents are rounded down"),
    (1_04, 27, 30, 94, "93.6 cents are rounded up"),
    (1, 1, 2, 1, "half a cent goes to the client"),
    (1, 49, 100, 0, "less than half a cent does not"),
    (29_00, 29, 29, 29_00, "all of it is all of it"),
    (29_00, 0, 29, 0, "none of it is none of it"),
    (0, 1, 2, 0, "nothing has no parts"),
    (10**15 + 1, 1, 2, 5 * 10**14 + 1, "no float loses the last cent of a large amount"),
]


@pytest.mark.parametrize(
    ("cents", "part", "whole", "portion"),
    [pytest.param(*case, id=f"D4: {because}") for *case, because in PORTIONS],
)
def test_a_portion_is_the_nearest_cent_half_up(cents, part, whole, portion):
    assert usd(cents).portion(part, whole) == usd(portion)


def test_d4_the_line_total_is_rounded_once_not_each_seat():
    seat, seats = usd(5), 3

    # 27 of 30 days: a seat alone would be 4.5 cents, rounded to 5; three of them are 13.5, rounded to 14.
    assert (seat * seats).portion(27, 30) == usd(14)
    assert seat.portion(27, 30) * seats == usd(15)


@pytest.mark.parametrize(
    ("cents", "part", "whole"),
    [
        pytest.param(100, 1, 0, id="D4: of nothing"),
        pytest.param(100, 1, -1, id="D4: of less than nothing"),
        pytest.param(100, -1, 2, id="D4: less than none"),
        pytest.param(100, 3, 2, id="D4: more than all"),
        pytest.param(-1, 1, 2, id="D4: of a debt"),
    ],
)
def test_there_is_no_such_portion(cents, part, whole):
    with pytest.raises(ValueError, match="no portion"):
        usd(cents).portion(part, whole)


def test_r31_two_currencies_do_not_add_up():
    with pytest.raises(ValueError, match="USD and EUR"):
        usd(1) + Money(1, "EUR")
    with pytest.raises(ValueError, match="USD and EUR"):
        usd(1) - Money(1, "EUR")


def test_d4_sums_and_products_are_exact():
    assert usd(72_00) * 50 == usd(3_600_00)
    assert usd(10) + usd(20) == usd(30)
    assert usd(30) - usd(20) == usd(10)
    assert usd(0) == usd(10).zero
    assert not usd(0)
    assert usd(1)
