"""Whom an operator finds in the program: by the address of the invitation, wherever they stand."""

from __future__ import annotations

import pytest

FRIDA = "frida@freelancer.example"


def found(cast, email):
    return cast.operator().get(f"/v1/admin/freelancers?email={email}")


def test_whoever_was_invited_is_found_whatever_has_become_of_them(cast):
    assert found(cast, FRIDA).json == {"data": [], "next_cursor": None}
    enrolled = cast.enrolled(FRIDA)
    (member,) = found(cast, "Frida@Freelancer.Example").json["data"]
    assert (member["id"], member["state"], member["email"]) == (enrolled["id"], "enrolled", FRIDA)

    cast.operator().delete(f"/v1/admin/freelancers/{member['id']}")
    (gone,) = found(cast, FRIDA).json["data"]
    assert gone["state"] == "removed"
    assert gone["ended_at"] is not None


@pytest.mark.parametrize(
    ("query", "field"), [("", "/email"), ("?email=nobody", "/email"), (f"?email={FRIDA}&id=1", "/id")]
)
def test_it_takes_an_address_and_nothing_else(cast, query, field):
    answer = cast.operator().get(f"/v1/admin/freelancers{query}")
    assert (answer.status, answer.code) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [field]
