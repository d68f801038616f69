"""Seats: read in Microsoft's words, and changed step by step into what they should be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.gateways.microsoft import Access, Ordered
from chalicelib.gateways.transport import NoReply
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from tests.contracts.examples import example
from tests.contracts.microsoft.partner import (
    CART,
    NOW,
    ORDER,
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

CANCEL = [{"action": "cancel", "effective": "endOfTerm"}]
HERE = ordered(seats_id=SEATS)
PATH = f"/v1/customers/{TENANT}/subscriptions/{SEATS}"
ENDING = {"autoRenewEnabled": False, "scheduledActions": CANCEL}
LATER = "2027-02-03T10:00:00Z"


def align(asked: Office, access: Access, *, auto_renew: bool = True, what: Ordered = HERE) -> None:
    asked.microsoft.align(ordered=what, access=access, auto_renew=auto_renew, at=NOW)


def changes(asked: Office) -> list[dict]:
    """What each change changed, against the seats as the example has them."""
    before = json.loads(json.dumps(seats()))
    return [
        {name: value for name, value in sent.document.items() if before.get(name) != value}
        for sent in asked.sent
        if sent.method == "PATCH"
    ]


def talk(access: Access, *states: dict, auto_renew: bool = True) -> list[dict]:
    """The changes that are made of seats in the first state, when the answers are the following ones."""
    asked = office(*[reply(200, seats(**state)) for state in states])
    align(asked, access, auto_renew=auto_renew)
    asked.line.is_over()
    return changes(asked)


def test_seats_are_read_in_the_marketplace_s_words():
    given = seats(
        cancellationAllowedUntilDate="2021-01-21T16:57:14.498252Z",
        quantity=7,
        scheduledActions=CANCEL,
        autoRenewEnabled=False,
    )
    there = office(reply(200, given)).microsoft.seats_of(ordered=HERE)

    assert there is not None
    assert (there.seats_id, there.status, there.seats) == (SEATS, "active", 7)
    assert (there.auto_renew, there.ends_at_term, there.plan_id) == (False, True, "business-basic")
    assert there.term_ends_at == datetime(2022, 1, 13, tzinfo=UTC)
    assert there.cancelable_until == datetime(2021, 1, 21, 16, 57, 14, 498252, tzinfo=UTC)


def test_seats_of_a_product_that_is_not_ours_have_no_plan():
    other = example("pc.subscriptions.list")["response"]["body"]["items"][0]
    there = office(reply(200, other)).microsoft.seats_of(ordered=HERE)
    assert there is not None
    assert there.plan_id is None


def test_seats_are_found_by_their_order_and_by_our_reference_and_may_be_none():
    found = office(reply(200, order()), reply(200, seats())).microsoft
    assert found.seats_of(ordered=ordered(order_id=ORDER)) is not None
    another = seats(id="another", friendlyName="another")
    there = office(listed(another, seats())).microsoft.seats_of(ordered=ordered())
    assert there is not None
    assert there.seats_id == SEATS
    assert office(listed(another), listed()).microsoft.seats_of(ordered=ordered()) is None


@pytest.mark.parametrize(
    ("access", "auto_renew", "state"),
    [
        (Access.ON, True, {}),
        (Access.ON, False, ENDING),
        (Access.ON, False, {"status": "expired"}),
        (Access.OFF, True, {"status": "suspended", "autoRenewEnabled": False}),
        (Access.OFF, True, {"status": "disabled"}),
        (Access.ENDED, True, {"status": "deleted"}),
        (Access.ENDED, True, {"status": "expired"}),
        (Access.ENDED, True, {"status": "disabled"}),
        (Access.ENDED, True, {"status": "suspended", "autoRenewEnabled": False}),
    ],
)
def test_what_is_as_it_should_be_is_left_alone(access, auto_renew, state):
    assert talk(access, state, auto_renew=auto_renew) == []


def test_turning_the_renewal_off_also_cancels_at_the_end_and_turning_it_on_takes_that_back():
    assert talk(Access.ON, {}, ENDING, auto_renew=False) == [ENDING]
    asked = office(reply(200, seats(**ENDING)), reply(200, seats()))
    align(asked, Access.ON)
    sent = asked.line.last.document
    assert (sent["autoRenewEnabled"], sent["scheduledActions"]) == (True, [])


def test_seats_that_do_not_renew_but_would_be_extended_are_canceled_at_the_end():
    assert talk(Access.ON, {"autoRenewEnabled": False}, ENDING, auto_renew=False) == [ENDING]


def test_the_renewal_is_turned_off_before_the_suspension_because_afterwards_it_cannot_be():
    suspended = ENDING | {"status": "suspended"}
    assert talk(Access.OFF, {}, ENDING, suspended) == [ENDING, suspended]


def test_what_somebody_else_suspended_with_its_renewal_on_is_resumed_first():
    suspended = ENDING | {"status": "suspended"}
    steps = talk(Access.OFF, {"status": "suspended"}, {}, ENDING, suspended)
    assert steps == [{}, ENDING, suspended]


def test_suspended_seats_are_resumed_before_their_renewal_is_changed():
    asleep = ENDING | {"status": "suspended"}
    asked = office(*[reply(200, seats(**state)) for state in (asleep, ENDING, {})])
    align(asked, Access.ON)
    assert [sent.document["status"] for sent in asked.sent[1:]] == ["active", "active"]
    assert [sent.document["autoRenewEnabled"] for sent in asked.sent[1:]] == [False, True]


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_inside_the_window_seats_are_deleted_as_they_are(status):
    until = {"cancellationAllowedUntilDate": LATER}
    steps = talk(Access.ENDED, until | {"status": status}, until | {"status": "deleted"})
    assert steps == [until | {"status": "deleted"}]


@pytest.mark.parametrize("code", ["900117", "900213"])
def test_where_the_window_is_over_nothing_renews_and_nobody_has_access(code, capsys, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    asked = office(
        reply(200, seats(cancellationAllowedUntilDate=LATER)),
        refusal(400, code),
        reply(200, seats(**ENDING)),
        reply(200, seats(**ENDING, status="suspended")),
    )
    align(asked, Access.ENDED)
    assert [step.get("status") for step in changes(asked)] == ["deleted", None, "suspended"]
    assert capsys.readouterr().out.count('"microsoft_cancel_window_missed"') >= 1


def test_a_window_that_microsoft_does_not_tell_is_tried():
    untold = seats(status="active")
    del untold["cancellationAllowedUntilDate"]
    asked = office(reply(200, untold), reply(200, seats(status="deleted")))
    align(asked, Access.ENDED)
    assert asked.line.last.document["status"] == "deleted"


def test_a_window_that_has_closed_is_not_tried():
    past = {"cancellationAllowedUntilDate": "2027-01-31T09:59:59Z"}
    steps = talk(Access.ENDED, past, past | ENDING, past | ENDING | {"status": "suspended"})
    assert [step.get("status") for step in steps] == [None, "suspended"]


def test_a_change_sends_the_whole_resource_with_its_etag_and_one_field_changed():
    with_etag = {"attributes": {"etag": "abc", "objectType": "Subscription"}}
    pascal = answered("pc.subscriptions.suspend", Status="active", AutoRenewEnabled=False)
    asked = office(reply(200, seats(**with_etag)), reply(200, seats(**with_etag, **ENDING)), pascal)

    align(asked, Access.ON, auto_renew=False)

    sent = asked.sent[1]
    assert (sent.method, sent.path, sent.header("If-Match")) == ("PATCH", PATH, "abc")
    assert sent.document == seats(**with_etag, **ENDING)


def test_an_answer_in_pascal_case_is_understood():
    suspended = answered("pc.subscriptions.suspend", Id=SEATS)
    asked = office(reply(200, seats(**ENDING)), suspended)
    align(asked, Access.OFF)
    asked.line.is_over()


def test_a_stale_etag_is_read_again_and_the_change_is_made_once_more():
    old, new = ({"attributes": {"etag": etag}} for etag in ("old", "new"))
    stale = answered("pc.error.2055.stale_etag")
    asked = office(
        reply(200, seats(**old)), stale, reply(200, seats(**new)), reply(200, seats(**new, **ENDING))
    )
    align(asked, Access.ON, auto_renew=False)
    assert [sent.header("If-Match") for sent in asked.sent] == [None, "old", None, "new"]

    asked = office(reply(200, seats(**old)), stale, reply(200, seats(**new)), stale)
    with pytest.raises(Unavailable):
        align(asked, Access.ON, auto_renew=False)


def test_a_change_that_is_accepted_is_polled_until_it_shows():
    location = f"/customers/{TENANT}/subscriptions/{SEATS}"
    accepted = reply(202, body=b"", location=location)
    asked = office(reply(200, seats()), accepted, reply(200, seats()), reply(200, seats(**ENDING)))
    align(asked, Access.ON, auto_renew=False)
    assert [sent.path for sent in asked.sent[2:]] == [PATH, PATH]
    assert len(asked.pauses) == 2

    asked = office(reply(200, seats()), accepted, *[reply(200, seats())] * 6)
    with pytest.raises(Unavailable):
        align(asked, Access.ON, auto_renew=False)


def test_seats_that_never_become_what_they_should_are_given_up():
    asked = office(reply(200, seats()), *[reply(200, seats()) for _ in range(10)])
    with pytest.raises(Unavailable):
        align(asked, Access.ON, auto_renew=False)


@pytest.mark.parametrize("status", ["deleted", "disabled", "expired"])
def test_what_is_over_is_not_brought_back(status):
    with pytest.raises(Refused):
        talk(Access.ON, {"status": status})


def test_seats_that_somebody_deletes_in_between_are_over():
    asked = office(reply(200, seats()), refusal(400, "2011"))
    align(asked, Access.ENDED)

    with pytest.raises(Refused):
        align(office(reply(200, seats()), refusal(400, "2011")), Access.ON, auto_renew=False)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [("900278", Unavailable), ("800040", Unavailable), ("800091", Unavailable), ("800093", Refused)],
)
def test_each_no_to_a_change_is_understood(code, trouble):
    asked = office(reply(200, seats()), refusal(400, code))
    with pytest.raises(trouble):
        align(asked, Access.ON, auto_renew=False)


def test_a_change_without_an_answer_is_unknown_and_was_one_question():
    lost = NoReply("x", sent=True)
    asked = office(reply(200, seats()), lost, lost, lost)
    with pytest.raises(OutcomeUnknown):
        align(asked, Access.OFF)
    assert len({sent.header("MS-RequestId") for sent in asked.sent[1:]}) == 1


class TestNothingThere:
    CART_ORDERED = reply(200, {"id": CART, "status": "Ordered", "creationTimestamp": "2027-01-31T09:58:00Z"})
    CART_ACTIVE = reply(200, {"id": CART, "status": "Active", "creationTimestamp": "2027-01-31T09:58:00Z"})

    def test_without_an_order_there_is_nothing_to_do(self):
        align(office(listed(), listed()), Access.ENDED, what=ordered())
        align(office(self.CART_ACTIVE, listed(), listed()), Access.ENDED, what=ordered(cart_id=CART))

    @pytest.mark.parametrize("access", list(Access))
    def test_what_may_be_on_its_way_is_waited_for(self, access):
        missing = refusal(404, "20003")
        for asked, what in (
            (office(self.CART_ORDERED, listed(), listed()), ordered(cart_id=CART)),
            (office(refusal(404, "20000")), ordered(order_id=ORDER)),
            (office(reply(200, order(line={}))), ordered(order_id=ORDER)),
            (office(reply(200, order()), missing), ordered(order_id=ORDER)),
            (office(missing, reply(200, order()), missing), ordered(order_id=ORDER, seats_id=SEATS)),
            (office(reply(200, seats(status="pending"))), HERE),
        ):
            with pytest.raises(Unavailable):
                align(asked, access, what=what)

    def test_an_order_that_was_canceled_needs_nothing(self):
        align(
            office(reply(200, order(status="cancelled", line={}))), Access.ENDED, what=ordered(order_id=ORDER)
        )

    def test_seats_that_are_gone_long_after_their_order_are_over(self):
        long_ago = order(creationDate=(NOW - timedelta(days=200)).isoformat())
        missing = refusal(404, "20003")
        what = ordered(order_id=ORDER, seats_id=SEATS)
        align(office(missing, reply(200, long_ago), missing), Access.ENDED, what=what)

    def test_what_was_deleted_since_this_cart_is_this_cart_s(self):
        dead = seats(status="deleted", creationDate="2027-01-31T09:59:00Z")
        what = ordered(cart_id=CART)
        align(office(self.CART_ORDERED, listed(dead), listed(order())), Access.ENDED, what=what)
