from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta

import pytest

from tests.contracts.microsoft.asking import Asking


@pytest.fixture
def partner() -> Asking:
    return Asking()


def error_of(answer) -> str | None:
    """The error of a cart's only line."""
    assert answer.status == 201
    return answer.json["lineItems"][0].get("error", {}).get("errorCode")


# --- the catalog --------------------------------------------------------------------------------------------


def test_premium_has_another_sku_than_the_rest_so_that_nobody_assumes_it(partner: Asking) -> None:
    skus = partner.ask("GET", "/v1/products/CFQ7TTC0LCHC/skus?country=US").json["items"]
    assert [(sku["id"], "no Teams" in sku["title"]) for sku in skus] == [("0002", False), ("000N", True)]
    assert partner.ask("GET", "/v1/products/CFQ7TTC0LCHC/skus/0001?country=US").code == "400013"


def test_what_is_put_into_a_cart_changes_its_id(partner: Asking) -> None:
    item = partner.item()
    partner.later(days=6, hours=23)
    assert partner.item() == item
    partner.later(hours=1)
    assert partner.item() != item


def test_a_trial_cannot_be_bought(partner: Asking) -> None:
    path = "/v1/products/CFQ7TTC0LH18/skus/000T/availabilities?country=US&targetSegment=commercial"
    found = partner.ask("GET", path).json["items"][0]
    assert found["isPurchasable"] is False
    assert error_of(partner.fill(partner.buyer(), item=found["catalogItemId"])) == "10001"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/products?country=US&targetView=Nope", 403, "400036"),
        ("/v1/products/CFQ7TTC0LH18/skus?country=US&targetSegment=education", 403, "400030"),
        ("/v1/products/NONE/skus?country=US", 404, "400013"),
        ("/v1/products/CFQ7TTC0LH18/skus/0001/availabilities/NONE?country=US", 404, "400018"),
        ("/v1/products/CFQ7TTC0LH18/skus", 400, "400"),
    ],
)
def test_what_the_catalog_does_not_show_has_a_code(
    partner: Asking, path: str, status: int, code: str
) -> None:
    answer = partner.ask("GET", path)
    assert (answer.status, answer.code) == (status, code)


def test_the_catalog_of_a_stranger_is_not_shown(partner: Asking) -> None:
    path = f"/v1/customers/{uuid.uuid4()}/products?country=US&targetView=OnlineServices"
    assert partner.ask("GET", path).code == "20002"
    path = f"/v1/customers/{partner.new_customer()}/products?country=US&targetView=OnlineServices"
    assert partner.ask("GET", path).json["totalCount"] == 4


def sheet(partner: Asking) -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {partner.signed_in('https://api.partnercenter.microsoft.com')}"}
    path = "/prices/v1.0/sales/pricesheets(Market=%27US%27,PricesheetView=%27updatedlicensebased%27)/$value"
    answer = partner.send("GET", path, headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


def price(rows: list[dict[str, str]], product: str, sku: str, term: str, plan: str) -> tuple[str, str]:
    found = [
        (row["ERP Price"], row["UnitPrice"])
        for row in rows
        if (row["ProductId"], row["SkuId"], row["TermDuration"], row["BillingPlan"])
        == (product, sku, term, plan)
        and row["Segment"] == "Commercial"
    ]
    assert len(found) == 1
    return found[0]


def test_the_price_sheet_has_the_list_price_and_ours_which_is_a_fifth_less(partner: Asking) -> None:
    rows = sheet(partner)
    assert price(rows, "CFQ7TTC0LCHC", "0002", "P1Y", "Annual") == ("264.00", "211.20")
    assert price(rows, "CFQ7TTC0LH18", "0001", "P1M", "Monthly") == ("8.40", "6.72")


def test_a_price_that_changes_is_in_the_next_sheet(partner: Asking) -> None:
    partner.microsoft.catalog.reprice("business-basic", "P1M", 9_05)
    assert price(sheet(partner), "CFQ7TTC0LH18", "0001", "P1M", "Monthly")[0] == "9.05"


# --- carts --------------------------------------------------------------------------------------------------


def test_a_cart_with_a_wrong_line_is_made_and_the_line_says_what_is_wrong(partner: Asking) -> None:
    tenant = partner.buyer()
    assert error_of(partner.fill(tenant)) is None
    assert error_of(partner.fill(tenant, item="CFQ7TTC0LH18:0001:OLD")) == "10001"
    assert error_of(partner.fill(tenant, quantity=301)) == "10015"
    assert error_of(partner.fill(tenant, quantity=0)) == "10010"
    assert error_of(partner.fill(tenant, billingCycle="annual")) == "10010"
    assert error_of(partner.fill(tenant, promotionId="39NFJQT1X0NM")) == "10014"
    cart = partner.fill(tenant, item="CFQ7TTC0LH18:0001:OLD").json["id"]
    assert partner.check_out(tenant, cart).code == "800017"


def test_the_billing_cycle_is_read_in_any_case_and_answered_in_small_letters(partner: Asking) -> None:
    line = partner.fill(partner.buyer(), billingCycle="Annual", termDuration="P1Y").json["lineItems"][0]
    assert (line["billingCycle"], line["id"]) == ("annual", 0)


def test_a_cart_is_filled_again_as_a_whole(partner: Asking) -> None:
    tenant = partner.buyer()
    cart = partner.fill(tenant).json
    cart["lineItems"][0]["quantity"] = 3
    answer = partner.ask("PUT", f"/v1/customers/{tenant}/carts/{cart['id']}", cart)
    assert (answer.status, answer.json["lineItems"][0]["quantity"]) == (200, 3)


def test_a_cart_lasts_seven_days(partner: Asking) -> None:
    tenant = partner.buyer()
    cart = partner.fill(tenant).json["id"]
    partner.microsoft.catalog_ids_change_every = timedelta(days=365)
    partner.later(days=7)
    answer = partner.check_out(tenant, cart)
    assert (answer.status, answer.code) == (404, "800008")


def test_a_cart_of_yesterdays_catalog_cannot_be_ordered(partner: Asking) -> None:
    tenant = partner.buyer()
    partner.later(days=6)
    cart = partner.fill(tenant).json["id"]
    partner.later(days=1)
    assert partner.check_out(tenant, cart).code == "800009"


@pytest.mark.parametrize(
    "line",
    [{"quantity": "3"}, {"quantity": True}, {"invented": 1}, {"catalogItemId": None}, {"id": "0"}],
    ids=["text", "yes", "unknown", "missing", "id"],
)
def test_a_line_of_the_wrong_form_makes_no_cart(partner: Asking, line: dict) -> None:
    assert partner.fill(partner.buyer(), **line).status == 400


# --- checkout -----------------------------------------------------------------------------------------------


def test_without_a_relationship_nothing_is_bought(partner: Asking) -> None:
    answer = partner.fill(str(uuid.uuid4()))
    assert (answer.status, answer.code) == (403, "20002")


def test_without_the_agreement_nothing_is_ordered(partner: Asking) -> None:
    tenant = partner.new_customer()
    answer = partner.order(tenant)
    assert (answer.status, answer.code) == (403, "13605")
    partner.microsoft.sign_agreement(tenant)
    assert partner.order(tenant).status == 201


def test_under_review_nothing_is_ordered_and_later_it_is(partner: Asking) -> None:
    partner.microsoft.review_takes = timedelta(days=1)
    tenant = partner.buyer()
    assert partner.order(tenant).code == "800073"
    partner.later(days=1)
    assert partner.order(tenant).status == 201


def test_who_was_not_approved_never_orders(partner: Asking) -> None:
    assert partner.order(partner.buyer("refusedacme")).code == "800075"


def test_a_repeated_checkout_is_answered_as_the_first_time_and_orders_once(partner: Asking) -> None:
    tenant = partner.buyer()
    cart, repeat = partner.fill(tenant).json["id"], str(uuid.uuid4())
    first = partner.check_out(tenant, cart, repeat=repeat)
    assert partner.check_out(tenant, cart, repeat=repeat).json == first.json
    again = partner.check_out(tenant, cart)
    assert (again.status, again.code) == (400, "800065")
    assert len(partner.microsoft.orders) == len(partner.microsoft.seats) == 1
    assert partner.ask("GET", f"/v1/customers/{tenant}/carts/{cart}").json["status"] == "Ordered"


def test_an_order_that_fails_is_a_201_with_errors_and_no_order(partner: Asking) -> None:
    tenant = partner.buyer()
    partner.microsoft.fail_order("800069", "Order failed Risk Management check")
    answer = partner.order(tenant)
    assert (answer.status, answer.json["orders"]) == (201, [])
    assert answer.json["orderErrors"][0]["code"] == "800069"
    assert partner.order(tenant).json["orders"]


@pytest.mark.parametrize(
    ("status", "code"), [(409, "800064"), (409, "800060"), (403, "900416"), (403, "800023")]
)
def test_any_documented_refusal_can_be_ordered_for_a_test(partner: Asking, status: int, code: str) -> None:
    tenant = partner.buyer()
    partner.microsoft.refusals.plan("/checkout$", status=status, code=code)
    answer = partner.order(tenant)
    assert (answer.status, answer.code) == (status, code)
    assert partner.order(tenant).status == 201


def test_a_checkout_has_no_body(partner: Asking) -> None:
    tenant = partner.buyer()
    cart = partner.fill(tenant).json["id"]
    assert partner.ask("POST", f"/v1/customers/{tenant}/carts/{cart}/checkout", {"id": cart}).status == 400


def test_seats_may_come_later_than_their_order(partner: Asking) -> None:
    partner.microsoft.provisioning_takes = timedelta(minutes=20)
    tenant = partner.buyer()
    order = partner.order(tenant).json["orders"][0]
    assert order["status"] == "pending"
    assert "subscriptionId" not in order["lineItems"][0]
    base = f"/v1/customers/{tenant}"
    assert partner.ask("GET", f"{base}/subscriptions").json["items"] == []
    status = f"{base}/orders/{order['id']}/provisioningstatus"
    assert partner.ask("GET", status).json["items"][0]["status"] == "pending"
    partner.later(minutes=20)
    order = partner.ask("GET", f"{base}/orders/{order['id']}").json
    assert order["status"] == "completed"
    seats = partner.ask("GET", f"{base}/subscriptions/{order['lineItems'][0]['subscriptionId']}").json
    assert (seats["status"], seats["friendlyName"], seats["quantity"]) == ("active", "sub-1", 10)
    assert partner.ask("GET", status).json["items"][0]["status"] == "fulfilled"


def test_what_is_new_may_be_missing_from_lists_for_a_quarter_of_an_hour(partner: Asking) -> None:
    partner.microsoft.list_lag = timedelta(minutes=15)
    tenant = partner.buyer()
    order = partner.order(tenant).json["orders"][0]
    base = f"/v1/customers/{tenant}"
    assert partner.ask("GET", f"{base}/orders").json["items"] == []
    assert partner.ask("GET", f"{base}/subscriptions").json["items"] == []
    assert partner.ask("GET", f"{base}/orders/{order['id']}").status == 200
    partner.microsoft.read_lag = timedelta(minutes=15)
    assert partner.ask("GET", f"{base}/orders/{order['id']}").code == "20000"
    seats = order["lineItems"][0]["subscriptionId"]
    assert partner.ask("GET", f"{base}/subscriptions/{seats}").code == "20003"
    partner.later(minutes=15)
    assert partner.ask("GET", f"{base}/orders").json["totalCount"] == 1
    assert partner.ask("GET", f"{base}/subscriptions?order_id={order['id']}").json["totalCount"] == 1
    assert partner.ask("GET", f"{base}/subscriptions?order_id=other").json["totalCount"] == 0


def test_the_same_seed_gives_the_same_ids(partner: Asking) -> None:
    def ids(seed: int) -> list[str]:
        other = Asking(seed=seed)
        return [seats.id for seats in other.microsoft.seats] + [
            other.order(other.buyer()).json["orders"][0]["id"]
        ]

    assert ids(1) == ids(1) != ids(2)


def test_what_was_ordered_and_changed_is_in_the_audit_log(partner: Asking) -> None:
    tenant = partner.buyer()
    partner.change(partner.seats(tenant), quantity=9)
    path = (
        "/v1/auditrecords?startDate=1/30/2027&filter="
        "%7B%22Field%22:%22CustomerId%22,%22Value%22:%22" + tenant + "%22,%22Operator%22:%22equals%22%7D"
    )
    operations = [record["operationType"] for record in partner.ask("GET", path).json["items"]]
    assert operations == ["create_order", "update_subscription"]
