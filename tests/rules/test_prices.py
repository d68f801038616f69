"""
Prices (R4, R27, R28, R31, R65, D10).

    Prices are effective-dated rows (country, currency, plan, billing period, valid from, unit amount in
    cents per user per period). A term keeps the price it was bought at; a renewal takes the price in force
    on the renewal day. Only US and USD are open. US list prices per user:

    plan                id                  yearly, from 2022-03-01  monthly  from 2026-07-01  monthly
    Business Basic      business-basic      72.00                    7.20     84.00            8.40
    Apps for business   apps-for-business   99.00                    9.90     99.00            9.90
    Business Standard   business-standard   150.00                   15.00    168.00           16.80
    Business Premium    business-premium    264.00                   26.40    264.00           26.40
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain import catalog
from chalicelib.domain.catalog import Price
from chalicelib.domain.money import Money
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import CURRENCY_OF, PLANS, PRICE_SEED, BillingPeriod
from chalicelib.usecases.renew import renewal_price
from tests.rules.stories import (
    MONTHLY,
    SECOND,
    YEARLY,
    Life,
    active,
    price,
    renewed,
    term_end,
    usd,
    utc,
)

SEED = [
    Price(
        country="US",
        currency="USD",
        plan_id=plan_id,
        billing_period=BillingPeriod(period),
        valid_from=date.fromisoformat(valid_from),
        unit_amount=cents,
    )
    for valid_from, plan_id, period, cents in PRICE_SEED
]

LIST_PRICES = [
    # plan               yearly  monthly  yearly from 2026-07-01  monthly
    ("business-basic", 72_00, 7_20, 84_00, 8_40),
    ("apps-for-business", 99_00, 9_90, 99_00, 9_90),
    ("business-standard", 150_00, 15_00, 168_00, 16_80),
    ("business-premium", 264_00, 26_40, 264_00, 26_40),
]

# The day before a price, its first day, and the instants around midnight UTC.
DAYS = [
    # at                    which pair  because
    ("2022-03-01 00:00:00", 0, "the first day, from its first instant"),
    ("2026-06-30 23:59:59", 0, "the last second of the old price"),
    ("2026-07-01 00:00:00", 1, "the first instant of the new price"),
    ("2026-07-02 00:00:00", 1, "the day after"),
    ("2031-01-01 00:00:00", 1, "until a later row replaces it"),
]


def cost(prices: Any = SEED, **asked: Any) -> catalog.Quote:
    return catalog.quote(
        prices,
        **{
            "plan_id": "business-basic",
            "billing_period": MONTHLY,
            "country": "US",
            "seats": 1,
            "at": utc("2024-01-31 12:00"),
            **asked,
        },
    )


@pytest.mark.parametrize(
    ("plan_id", "at", "yearly", "monthly"),
    [
        pytest.param(plan_id, at, *pairs[2 * which : 2 * which + 2], id=f"R27: {plan_id}, {because}")
        for plan_id, *pairs in LIST_PRICES
        for at, which, because in DAYS
    ],
)
def test_the_price_in_force(plan_id, at, yearly, monthly):
    assert cost(plan_id=plan_id, billing_period=YEARLY, at=utc(at)).unit_price == usd(yearly)
    assert cost(plan_id=plan_id, billing_period=MONTHLY, at=utc(at)).unit_price == usd(monthly)


def test_r27_before_its_first_price_a_plan_has_none():
    with pytest.raises(Refusal) as refused:
        cost(at=utc("2022-02-28 23:59:59"))

    assert refused.value.code == "price_not_available"


def test_r27_the_seed_is_the_pages_table_and_no_more():
    page = {
        (since, plan_id, period, cents)
        for plan_id, *pairs in LIST_PRICES
        for since, (yearly, monthly) in (("2022-03-01", pairs[:2]), ("2026-07-01", pairs[2:]))
        for period, cents in (("yearly", yearly), ("monthly", monthly))
    }

    assert set(PRICE_SEED) == page
    assert len(PRICE_SEED) == len(page)


def test_r3_every_plan_has_both_prices_on_every_day():
    for plan in PLANS:
        for period in BillingPeriod:
            assert cost(plan_id=plan.id, billing_period=period).unit_price.amount > 0


def test_r27_the_order_of_the_rows_does_not_matter():
    at = utc("2026-07-01 00:00")

    assert cost(SEED, at=at) == cost(list(reversed(SEED)), at=at)


def test_r28_a_row_of_another_country_is_not_ours():
    foreign = Price(
        country="CA",
        currency="CAD",
        plan_id="business-basic",
        billing_period=MONTHLY,
        valid_from=date(2024, 1, 1),
        unit_amount=9_99,
    )

    assert cost([*SEED, foreign]).unit_price == usd(7_20)


@pytest.mark.parametrize(
    "country",
    [
        pytest.param("CA", id="R28: Canada is not open"),
        pytest.param("FR", id="R28: France is not open"),
        pytest.param("us", id="R28: a code is in capitals"),
        pytest.param("", id="R28: no country is none"),
        pytest.param("UM", id="R28: the outlying islands are a country code of their own"),
    ],
)
def test_only_the_us_are_open(country):
    with pytest.raises(Refusal) as refused:
        cost(country=country)

    assert (refused.value.code, refused.value.pointer) == ("country_not_supported", "/country")


def test_r28_r31_the_us_and_us_dollars_and_nothing_else():
    assert CURRENCY_OF == {"US": "USD"}
    assert cost().total.currency == "USD"


TOTALS = [
    # plan               period   seats  total      because
    ("business-standard", MONTHLY, 10, 150_00, "10 users at 15.00"),
    ("business-basic", MONTHLY, 1, 7_20, "one user"),
    ("business-basic", YEARLY, 50, 3_600_00, "50 users at 72.00"),
    ("business-premium", YEARLY, 7, 1_848_00, "7 users at 264.00"),
    ("apps-for-business", MONTHLY, 3, 29_70, "3 users at 9.90"),
]


@pytest.mark.parametrize(
    ("plan_id", "period", "seats", "total"),
    [pytest.param(*case, id=f"R27: {because}") for *case, because in TOTALS],
)
def test_the_total_is_the_unit_price_times_the_users(plan_id, period, seats, total):
    quote = cost(plan_id=plan_id, billing_period=period, seats=seats)

    assert quote.subtotal == quote.total == usd(total)
    assert quote.tax == usd(0)
    assert quote.subtotal == quote.unit_price * seats


# --- R65: a term keeps its price, a renewal takes the new one ------------------------------------------

NEW_PRICE = [price(10_00), price(12_00, since="2024-02-29")]  # on the very day of the first renewal
RENEWALS = [
    # bought, activated                        costs   because
    ("2024-01-31 12:00", "2024-01-31 12:00", 12_00, "a price from the renewal day on is the renewal's"),
    ("2024-01-28 12:00", "2024-01-28 12:00", 10_00, "renewed a day before it, at the old price"),
    ("2024-01-28 12:00", "2024-01-29 23:59", 12_00, "the renewal day counts from activation"),
    ("2024-01-30 00:00", "2024-01-30 00:00", 12_00, "from midnight on"),
]


@pytest.mark.parametrize(
    ("bought", "activated", "costs"),
    [pytest.param(*case, id=f"R65: {because}") for *case, because in RENEWALS],
)
def test_a_renewal_takes_the_price_in_force_on_the_renewal_day(bought, activated, costs):
    life = active(at=utc(bought), activated=utc(activated), prices=NEW_PRICE)
    assert life.sub.payment.unit_price == usd(10_00)

    life.begin_renewal(at=term_end(life))
    assert life.sub.payment.unit_price == usd(10_00)  # the running term keeps its price until it is paid

    life.renew(at=life.last.at)
    assert life.sub.payment.unit_price == life.sub.payment.total == usd(costs)


def _shown(life: Life, *, at: str) -> Money:
    untaxed = SimpleNamespace(stripe=SimpleNamespace(taxes=False))
    world: Any = SimpleNamespace(prices=lambda country, at: list(life.prices), settings=untaxed)
    quote = renewal_price(world, sub=life.sub, at=utc(at))
    assert quote is not None
    return quote.total


def test_d10_a_reminder_names_the_price_of_the_renewal_day_not_of_today():
    life = active(at=utc("2024-01-31 12:00"), activated=utc("2024-01-31 12:00"), prices=NEW_PRICE, seats=3)

    assert _shown(life, at="2024-02-22 12:00") == usd(36_00)


def test_r65_a_renewal_that_is_late_still_costs_what_its_day_costs():
    later = [*NEW_PRICE, price(99_00, since="2024-03-01")]
    life = active(at=utc("2024-01-31 12:00"), activated=utc("2024-01-31 12:00"), prices=later)

    assert _shown(life, at="2024-03-02 12:00") == usd(12_00)


def test_r65_a_declined_renewal_is_tried_again_at_the_price_it_began_with():
    life = active(at=utc("2024-01-31 12:00"), activated=utc("2024-01-31 12:00"), prices=NEW_PRICE)
    end = term_end(life)
    life.begin_renewal(at=end)
    life.decline(at=end)
    life.prices = (*life.prices, price(99_00, since="2024-02-29"))
    life.begin_renewal(at=end + SECOND)
    life.renew(at=end + SECOND)

    assert life.sub.payment.total == usd(12_00)


def test_r4_a_monthly_one_renews_monthly_and_a_yearly_one_yearly():
    monthly, yearly = renewed(period=MONTHLY), renewed(period=YEARLY)

    assert monthly.sub.term is not None
    assert yearly.sub.term is not None
    assert (monthly.sub.term.days, yearly.sub.term.days) == (31, 365)
    assert (monthly.sub.payment.total, yearly.sub.payment.total) == (usd(31_00), usd(365_00))
