"""Whom an operator finds in the program: by where they stand, or by the address of the invitation."""

from __future__ import annotations

import pytest

FRIDA = "frida@freelancer.example"
FRED = "fred@freelancer.example"


def found(cast, query):
    return cast.operator().get(f"/v1/admin/freelancers?{query}")


def ids(cast, query):
    answer = found(cast, query)
    assert answer.status == 200
    return [each["id"] for each in answer.json["data"]]


def test_whoever_was_invited_is_found_whatever_has_become_of_them(cast):
    assert found(cast, f"email={FRIDA}").json == {"data": [], "next_cursor": None}
    enrolled = cast.enrolled(FRIDA)
    (member,) = found(cast, "email=Frida@Freelancer.Example").json["data"]
    assert (member["id"], member["state"], member["email"]) == (enrolled["id"], "enrolled", FRIDA)

    cast.operator().delete(f"/v1/admin/freelancers/{member['id']}")
    (gone,) = found(cast, f"email={FRIDA}").json["data"]
    assert gone["state"] == "removed"
    assert gone["ended_at"] is not None


def test_everybody_is_listed_where_they_stand_and_nowhere_else(cast):
    invited = cast.operator().post("/v1/admin/invitations", {"email": FRED, "display_name": "Fred"}).json
    assert ids(cast, "state=invited") == [invited["id"]]
    enrolled = cast.enrolled(FRIDA)
    assert ids(cast, "state=enrolled") == [enrolled["id"]]
    assert ids(cast, "state=invited") == [invited["id"]]
    assert ids(cast, "state=applied") == ids(cast, "state=approved") == []

    cast.operator().delete(f"/v1/admin/freelancers/{enrolled['id']}")
    assert ids(cast, "state=enrolled") == []
    assert ids(cast, "state=removed") == [enrolled["id"]]


def test_what_an_operator_may_do_follows_from_where_they_stand(cast):
    invited = cast.operator().post("/v1/admin/invitations", {"email": FRED, "display_name": "Fred"}).json
    assert invited["available_actions"] == ["remove"]
    enrolled = cast.enrolled(FRIDA)
    path = f"/v1/admin/freelancers/{enrolled['id']}"
    shown = cast.operator().get(path).json
    assert (shown["id"], shown["email"]) == (enrolled["id"], FRIDA)
    assert shown["application"]["serves_us_clients"] is True
    assert shown["available_actions"] == ["set_security_group", "remove"]
    cast.operator().delete(path)
    assert cast.operator().get(path).json["available_actions"] == ["invite_again"]


def test_somebody_who_was_never_invited_is_not_there(cast):
    answer = cast.operator().get("/v1/admin/freelancers/frl_01HNFFC380G9C948KXF09HYCSP")
    assert (answer.status, answer.code) == (404, "not_found")


def test_an_address_is_narrowed_by_a_state(cast):
    enrolled = cast.enrolled(FRIDA)
    assert ids(cast, f"email={FRIDA}&state=enrolled") == [enrolled["id"]]
    assert ids(cast, f"email={FRIDA}&state=left") == []


def test_a_list_goes_on_where_its_page_ended(cast):
    people = [f"freelancer{number}@freelancer.example" for number in range(3)]
    for email in people:
        cast.operator().post("/v1/admin/invitations", {"email": email, "display_name": "F"})
    first = found(cast, "state=invited&limit=2").json
    rest = found(cast, f"state=invited&limit=2&cursor={first['next_cursor']}").json
    assert [each["email"] for each in first["data"] + rest["data"]] == people[::-1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "/state"),
        ("state=famous", "/state"),
        ("email=nobody", "/email"),
        (f"email={FRIDA}&id=1", "/id"),
        ("state=invited&limit=0", "/limit"),
    ],
)
def test_it_takes_a_state_or_an_address_and_nothing_else(cast, query, field):
    answer = found(cast, query)
    assert (answer.status, answer.code) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [field]
