"""The price sheet: our plans, in cents, of the day that is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.domain.money import Money
from chalicelib.gateways.microsoft import ListPrice
from chalicelib.gateways.transport import NoReply
from chalicelib.gateways.trouble import Unavailable
from chalicelib.rulebook import BillingPeriod
from tests.contracts.examples import example
from tests.contracts.microsoft.partner import NOW, office
from tests.contracts.scripted import reply

COLUMNS = (
    "ProductTitle,ProductId,SkuId,TermDuration,BillingPlan,Market,Currency,UnitPrice,"
    "EffectiveStartDate,EffectiveEndDate,ERP Price,Segment"
)
SINCE, UNTIL = "2026-07-01T00:00:00.0000000Z", "9999-12-31T23:59:59.9999999Z"


def row(price="8.4", *, product="CFQ7TTC0LH18", sku="0001", term="P1M", plan="Monthly", **more):
    since, until = more.get("since", SINCE), more.get("until", UNTIL)
    market, segment = more.get("market", "US"), more.get("segment", "Commercial")
    return f'"A, B",{product},{sku},{term},{plan},{market},USD,1.00,{since},{until},{price},{segment}'


def prices(*rows: str, columns: str = COLUMNS, at: datetime = NOW) -> list[ListPrice]:
    asked = office(reply(200, body="\r\n".join([columns, *rows, ""]).encode("utf-8-sig")))
    found = list(asked.microsoft.list_prices(country="US", at=at))
    wanted = example("pc.pricesheet.get")["request"]["path"]
    assert asked.line.last.url == f"https://api.partner.microsoft.com{wanted}"
    return found


@pytest.mark.parametrize(
    ("written", "cents"),
    [("8.4", 8_40), ("8.40", 8_40), ("84", 84_00), ("1,234.56", 1_234_56), ("0.005", 1), ("8.404", 8_40)],
)
def test_a_price_is_read_to_the_cent(written, cents):
    written = f'"{written}"' if "," in written else written
    assert prices(row(written)) == [
        ListPrice(plan_id="business-basic", billing_period=BillingPeriod.MONTHLY, price=Money(cents, "USD"))
    ]


def test_only_what_we_sell_and_how_we_sell_it_counts():
    found = prices(
        row("84", term="P1Y", plan="Annual"),
        row("7", term="P1Y", plan="Monthly"),
        row("200", term="P3Y", plan="Annual"),
        row("1", sku="000P"),
        row("1", product="CFQ7TTC0XXXX"),
        row("1", segment="Education"),
        row("1", market="CA"),
        row("26.4", product="CFQ7TTC0LCHC", sku="0002"),
        row("1", product="CFQ7TTC0LCHC", sku="0001"),
        row("not a price", product="CFQ7TTC0LDPB"),
    )
    assert [(each.plan_id, each.billing_period, each.price.amount) for each in found] == [
        ("business-basic", BillingPeriod.YEARLY, 84_00),
        ("business-premium", BillingPeriod.MONTHLY, 26_40),
    ]


def test_the_price_of_the_day_counts():
    rows = (
        row("7.2", since="2022-03-01", until="2026-07-01"),
        row("8.4", since="2026-07-01", until=""),
        row("9", since="2027-07-01"),
    )
    for at, cents in (
        (datetime(2026, 6, 30, 23, 59, tzinfo=UTC), 7_20),
        (datetime(2026, 7, 1, tzinfo=UTC), 8_40),
        (datetime(2027, 7, 1, tzinfo=UTC), 9_00),
    ):
        assert [each.price.amount for each in prices(*rows, at=at)] == [cents]
    assert prices(rows[0], at=datetime(2026, 7, 1, tzinfo=UTC)) == []


def test_columns_are_found_however_they_are_written_and_missed_when_they_are_missing():
    assert prices(row(), columns=COLUMNS.upper().replace("ERP PRICE", "ERPPrice"))
    with pytest.raises(Unavailable):
        prices(row(), columns=COLUMNS.replace("ERP Price", "Other"))


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"<html></html>", b'"never closed'])
def test_what_is_no_price_sheet_is_no_price_list(body):
    with pytest.raises(Unavailable):
        office(reply(200, body=body)).microsoft.list_prices(country="US", at=NOW)


def test_a_price_sheet_that_does_not_come_is_waited_for():
    lost = NoReply("x", sent=True)
    with pytest.raises(Unavailable):
        office(lost, lost, lost).microsoft.list_prices(country="US", at=NOW)
