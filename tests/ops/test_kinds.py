"""Every row that the product can write is of one kind, which the audit knows."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest

from chalicelib.storage import keys
from chalicelib.storage.kinds import KINDS
from chalicelib.storage.tables import Row

GIVEN = {
    "int": 1,
    "datetime": datetime(2024, 1, 31, 10, tzinfo=UTC),
}
IDS = {"subscription_id": "sub_1", "freelancer_id": "frl_1", "invoice_id": "inv_1", "effect_id": "sub_1.1.E1"}
MAKERS = {
    name: make
    for name, make in vars(keys).items()
    if inspect.isfunction(make) and make.__annotations__.get("return") == "Key"
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_key_is_of_one_kind(name):
    make = MAKERS[name]
    given = {
        each.name: IDS.get(each.name) or GIVEN.get(str(each.annotation), "x")
        for each in inspect.signature(make).parameters.values()
    }
    row = Row(*make(**given))
    assert len([kind.name for kind in KINDS if kind.is_of(row)]) == 1


def test_there_are_keys():
    assert len(MAKERS) > 20
    assert len({kind.name for kind in KINDS}) == len(KINDS)
