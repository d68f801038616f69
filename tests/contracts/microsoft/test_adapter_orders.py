"""Carts and orders: what is put in, what each documented no means, and how an order is found again."""

from __future__ import annotations

import pytest

from chalicelib.gateways.microsoft import CartGone, OrderState
from chalicelib.gateways.partner_center.failures import CART_GONE, REFUSALS
from chalicelib.gateways.transport import NoReply
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.rulebook import BillingPeriod
from tests.contracts.examples import example
from tests.contracts.microsoft.partner import (
    CART,
    NOW,
    ORDER,
    REFERENCE,
    SEATS,
    TENANT,
    Office,
    answered,
    listed,
    office,
    order,
    ordered,
    refusal,
    seats,
)
from tests.contracts.scripted import reply

LOST = NoReply("ReadTimeoutError", sent=True)
CART_MADE = answered("pc.carts.create.nce")
AVAILABLE = answered("pc.availabilities.business_basic")
ITEM = example("pc.availabilities.business_basic")["response"]["body"]["items"][0]
MISSING = refusal(404, "20000")


def fill(
    asked: Office, *, period: BillingPeriod = BillingPeriod.YEARLY, plan_id: str = "business-basic"
) -> str:
    return asked.microsoft.fill_cart(
        key="effect_1.cart.1",
        reference=REFERENCE,
        tenant_id=TENANT,
        plan_id=plan_id,
        seats=7,
        billing_period=period,
        at=NOW,
    )


def check_out(asked: Office):
    return asked.microsoft.check_out(ordered=ordered(cart_id=CART), at=NOW)


def cart(**changes):
    body = example("pc.carts.create.nce")["response"]["body"]
    return reply(201, {**body, **changes})


def test_a_cart_is_filled_at_the_catalog_of_this_moment():
    asked = office(AVAILABLE, CART_MADE)

    assert fill(asked) == CART

    catalog, made = asked.sent
    assert catalog.path == f"/v1/customers/{TENANT}/products/CFQ7TTC0LH18/skus/0001/availabilities"
    assert catalog.query == {"country": "US", "targetSegment": "commercial"}
    assert (made.method, made.path) == ("POST", f"/v1/customers/{TENANT}/carts")
    assert made.document == {
        "lineItems": [
            {
                "id": 0,
                "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
                "quantity": 7,
                "billingCycle": "annual",
                "termDuration": "P1Y",
                "friendlyName": REFERENCE,
            }
        ]
    }


def test_what_is_paid_by_the_month_is_bought_for_a_month():
    monthly = {
        **ITEM,
        "catalogItemId": "a:b:monthly",
        "terms": [{"duration": "P1M", "billingCycle": "Monthly"}],
    }
    asked = office(listed(ITEM, monthly), CART_MADE)

    fill(asked, period=BillingPeriod.MONTHLY)

    (line,) = asked.line.last.document["lineItems"]
    assert (line["catalogItemId"], line["termDuration"], line["billingCycle"]) == (
        "a:b:monthly",
        "P1M",
        "monthly",
    )


def test_the_open_catalog_is_asked_where_the_customer_s_says_nothing():
    asked = office(refusal(404, "400018"), AVAILABLE, CART_MADE)
    fill(asked)
    assert asked.sent[1].path == "/v1/products/CFQ7TTC0LH18/skus/0001/availabilities"


@pytest.mark.parametrize(
    "item",
    [
        {**ITEM, "isPurchasable": False},
        {**ITEM, "segment": "education"},
        {**ITEM, "terms": [{"duration": "P3Y", "billingCycle": "Annual"}]},
    ],
    ids=["not sold", "another segment", "another term"],
)
def test_what_cannot_be_bought_now_may_be_bought_later(item):
    with pytest.raises(Unavailable):
        fill(office(listed(item), listed()))


def test_a_plan_without_a_product_is_refused():
    with pytest.raises(Refused):
        fill(office(), plan_id="a-plan-of-tomorrow")


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("10002", Refused),
        ("10015", Refused),
        ("10001", Unavailable),
        ("10003", Unavailable),
        ("10099", Unavailable),
    ],
)
def test_a_cart_that_was_made_may_still_be_wrong(code, trouble):
    wrong = {"id": 0, "error": {"errorCode": code, "errorDescription": "…"}}
    with pytest.raises(trouble, match=code) as caught:
        fill(office(AVAILABLE, cart(lineItems=[wrong])))
    assert type(caught.value) is trouble


def test_a_catalog_that_changes_under_our_hands_is_asked_again_and_no_cart_is_gone():
    with pytest.raises(Unavailable) as caught:
        fill(office(AVAILABLE, refusal(400, "800009")))
    assert not isinstance(caught.value, CartGone)


def test_a_cart_is_checked_out_with_an_empty_body_under_one_id_a_call():
    done = reply(201, {"orders": [order(status="completed")]})
    asked = office(LOST, done, done)

    progress = check_out(asked)
    asked.microsoft.check_out(ordered=ordered(cart_id=CART), at=NOW.replace(hour=11))

    assert (progress.state, progress.order_id, progress.seats_id) == (OrderState.PROVISIONED, ORDER, SEATS)
    first, again, later = asked.sent
    assert (first.method, first.path) == ("POST", f"/v1/customers/{TENANT}/carts/{CART}/checkout")
    assert not first.body
    assert first.header("MS-RequestId") == again.header("MS-RequestId") != later.header("MS-RequestId")


@pytest.mark.parametrize(
    "given",
    [
        order(status="pending", line={}),
        order(status="completed", line={}),
        order(status="pending"),
        order(status="unknown"),
    ],
    ids=["pending", "no id of seats", "not completed", "unknown"],
)
def test_an_order_without_its_seats_is_pending(given):
    progress = check_out(office(reply(201, {"orders": [given]})))
    assert (progress.state, progress.order_id, progress.seats_id) == (OrderState.PENDING, ORDER, None)


def test_our_order_is_found_among_others():
    others = example("pc.carts.checkout")["response"]["body"]["orders"]
    progress = check_out(office(reply(201, {"orders": [*others, order(status="completed")]})))
    assert progress.order_id == ORDER


@pytest.mark.parametrize("how", ["an answer of its own", "an error in the answer"])
@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        *[(code, 403, OrderState.REFUSED) for code in sorted(REFUSALS)],
        *[(code, 400, CartGone) for code in sorted(CART_GONE)],
        *[
            (code, 403, Unavailable)
            for code in ("800073", "800074", "13605", "20002", "800023", "900121", "900124")
        ],
        *[(code, 409, Unavailable) for code in ("800060", "800064")],
        ("800999", 400, Refused),
    ],
)
def test_each_no_to_an_order_is_understood(code, status, meaning, how):
    errors = [{"orderGroupId": "0", "code": code, "description": "…"}]
    no = (
        refusal(status, code)
        if how == "an answer of its own"
        else reply(201, {"orders": [], "orderErrors": errors})
    )
    looked_up = [reply(404, body=b""), listed(), listed()]  # the cart, seats, orders
    asked = office(no, *looked_up)

    if meaning is OrderState.REFUSED:
        progress = check_out(asked)
        assert (progress.state, bool(progress.reason)) == (OrderState.REFUSED, True)
    else:
        with pytest.raises(meaning) as caught:
            check_out(asked)
        assert type(caught.value) is meaning


@pytest.mark.parametrize("code", ["800075", "800008", "800073"])
def test_a_no_after_a_lost_answer_leaves_the_order_unknown(code):
    asked = office(LOST, refusal(403, code), reply(404, body=b""), listed(), listed())
    with pytest.raises(OutcomeUnknown):
        check_out(asked)


def test_a_cart_that_was_submitted_before_is_looked_up_and_waited_for_where_it_does_not_show():
    submitted, cart_there = refusal(400, "800065"), cart(status="Ordered")
    assert check_out(office(submitted, cart_there, listed(seats()))).seats_id == SEATS

    pending = check_out(office(submitted, cart_there, listed(), listed(order(line={}, status="pending"))))
    assert (pending.state, pending.order_id) == (OrderState.PENDING, ORDER)

    with pytest.raises(Unavailable):
        check_out(office(submitted, cart_there, listed(), listed()))


def test_what_is_over_under_our_reference_does_not_stand_for_a_cart_that_is_gone():
    dead = seats(status="deleted", creationDate="2027-01-31T09:59:00Z")
    asked = office(refusal(400, "800009"), cart(status="Active"), listed(dead), listed())
    with pytest.raises(CartGone):
        check_out(asked)


def test_without_a_cart_there_is_nothing_to_order():
    with pytest.raises(CartGone):
        office().microsoft.check_out(ordered=ordered(), at=NOW)


class TestWhereAnOrderStands:
    def state(self, *answers, **known):
        asked = office(*answers)
        progress = asked.microsoft.order_progress(ordered=ordered(**known), at=NOW)
        asked.line.is_over()
        return progress.state

    def test_it_is_provisioned_when_its_seats_are_active(self):
        found = reply(200, order(status="completed")), reply(200, seats())
        assert self.state(*found, order_id=ORDER) is OrderState.PROVISIONED
        assert self.state(reply(200, seats()), seats_id=SEATS) is OrderState.PROVISIONED
        assert self.state(listed(seats())) is OrderState.PROVISIONED

    def test_it_is_pending_while_something_does_not_show(self):
        assert self.state(MISSING, order_id=ORDER) is OrderState.PENDING
        assert self.state(reply(200, order(line={})), order_id=ORDER) is OrderState.PENDING
        found = reply(200, order()), refusal(404, "20003")
        assert self.state(*found, order_id=ORDER) is OrderState.PENDING
        found = reply(200, order()), reply(200, seats(status="pending"))
        assert self.state(*found, order_id=ORDER) is OrderState.PENDING
        assert self.state(cart(status="Ordered"), listed(), listed(), cart_id=CART) is OrderState.PENDING

    def test_it_is_nowhere_when_nothing_was_ordered(self):
        assert self.state(listed(), listed()) is OrderState.NONE
        assert self.state(cart(status="Active"), listed(), listed(), cart_id=CART) is OrderState.NONE
        assert self.state(refusal(404, "800008"), listed(), listed(), cart_id=CART) is OrderState.NONE
        assert self.state(listed(seats(friendlyName="another")), listed()) is OrderState.NONE
        canceled = listed(order(status="cancelled", line={}))
        assert self.state(listed(), canceled) is OrderState.NONE
        assert self.state(refusal(403, "20002"), refusal(403, "20002")) is OrderState.NONE

    def test_it_is_refused_when_it_was_canceled(self):
        assert (
            self.state(reply(200, order(status="cancelled", line={})), order_id=ORDER) is OrderState.REFUSED
        )

    def test_what_an_earlier_order_left_behind_is_not_this_one(self):
        old = seats(status="deleted", creationDate="2020-01-01T00:00:00Z")
        assert self.state(listed(old), listed(order())) is OrderState.NONE
        found = cart(status="Ordered"), listed(old), listed(order())
        assert self.state(*found, cart_id=CART) is OrderState.PENDING
