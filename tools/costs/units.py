"""The request units of DynamoDB, worked out from the rows as AWS bills them: the table in memory does not.

A write costs one for each kilobyte of the larger of what was there and what is there now, a read one for
every four kilobytes, half of that where it may be a moment old. Each index costs a write of its own whenever
what it holds of the row has changed, and two if the row moves within it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

WRITE_UNIT: Final = 1024
READ_UNIT: Final = 4096
ITEM_OVERHEAD: Final = (
    100  # bytes that AWS adds to each item, in the table and in each index, for storage alone
)

Attributes = Mapping[str, dict[str, Any]]
Keys = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index: its two keys, and what it holds beside them; None: everything."""

    keys: Keys
    holds: frozenset[str] | None

    def of(self, item: Attributes) -> Attributes | None:
        """What it holds of a row; None if the row is not in it."""
        if not all(key in item for key in self.keys):
            return None
        if self.holds is None:
            return item
        wanted = {*self.keys, "pk", "sk", *self.holds}
        return {name: value for name, value in item.items() if name in wanted}


def indexes_of(template: Mapping[str, Any]) -> list[Index]:
    """The indexes that the template gives the table."""
    found = []
    for said in template["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]:
        hashed, ranged = (key["AttributeName"] for key in said["KeySchema"])
        projection = said["Projection"]
        whole = projection["ProjectionType"] == "ALL"
        holds = None if whole else frozenset(projection.get("NonKeyAttributes", ()))
        found.append(Index(keys=(hashed, ranged), holds=holds))
    return found


def size_of(item: Attributes) -> int:
    """The bytes of a row as AWS counts them: names and values."""
    return sum(len(name.encode()) + _size_of_value(value) for name, value in item.items())


def _size_of_value(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    if kind == "N":
        return ceil(len(str(value).strip("-.0")) / 2) + 1
    return len(str(value).encode()) if kind == "S" else 1


def write_units(before: Attributes | None, after: Attributes | None, indexes: list[Index]) -> int:
    """What it costs to make the one row of the other, alone."""
    units = _kilobytes(max(size_of(before or {}), size_of(after or {})))
    for index in indexes:
        was, now = (index.of(item) if item else None for item in (before, after))
        if was == now:
            continue
        moved = was and now and any(was[key] != now[key] for key in index.keys)
        sides = [each for each in (was, now) if each]
        sizes = [size_of(each) for each in sides]
        units += sum(map(_kilobytes, sizes)) if moved else _kilobytes(max(sizes))
    return units


def _kilobytes(size: int) -> int:
    return max(1, ceil(size / WRITE_UNIT))


def read_units(operation: str, asked: Mapping[str, Any], answered: Mapping[str, Any]) -> float:
    """What it costs to read what was read; what is not there costs as much as what is small."""
    if operation == "GetItem":
        return _units_of_a_read(size_of(answered.get("Item", {})), asked)
    if operation == "Query":  # rows are added up before they are rounded
        return _units_of_a_read(sum(size_of(each) for each in answered.get("Items", [])), asked)
    if operation == "BatchGetItem":
        units = 0.0
        for table, said in asked["RequestItems"].items():
            found = answered.get("Responses", {}).get(table, [])
            sizes = [size_of(each) for each in found] + [0] * (len(said["Keys"]) - len(found))
            units += sum(_units_of_a_read(size, said) for size in sizes)
        return units
    return 0


def _units_of_a_read(size: int, asked: Mapping[str, Any]) -> float:
    return max(1, ceil(size / READ_UNIT)) * (1 if asked.get("ConsistentRead") else 0.5)
