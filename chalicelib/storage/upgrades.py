"""A row of any release, as this one understands it: older documents are brought up, newer ones refused.

Every row says which shape its document has (`schema`). Here is which shape this release writes, which ones it
reads, and how an older document becomes one of today. It is done wherever a row is read, before anybody looks
at it, and costs nothing where the row is of today. How to change a shape: docs/releases.md
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from chalicelib.storage.stale import Newer

SCHEMA: Final = 2  # what this release writes
READS: Final = 2  # the newest that it understands; never less than what it writes

Json = dict[str, Any]
Stored = dict[str, dict[str, Any]]  # a row as DynamoDB gives it: each value under its type
Upgrades = Mapping[int, Mapping[str, Callable[[Json], Json]]]

# From each shape to the next one, by kind of row (see `kind_of`). A function is given a document and answers
# it in the next shape. It leaves alone what has that shape already: it may be given a document twice.
UPGRADES: Final[Upgrades] = {
    1: {},  # a cancellation without a settlement is one of which nobody noted it
}


def kind_of(sort_key: str) -> str:
    """Which kind of row this is: what its sort key begins with."""
    return sort_key.partition("#")[0]


def brought_up(row: Stored, *, reads: int = READS, upgrades: Upgrades = UPGRADES) -> Stored:
    """The row with its document as this release knows it; raises Newer for a row of a release to come."""
    schema = int(row["schema"]["N"]) if "schema" in row else reads
    if schema > reads:
        raise Newer(f"a row of shape {schema}, where {reads} is the newest that is understood")
    if schema == reads or "body" not in row:
        return row
    kind, document = kind_of(row["sk"]["S"]), msgspec.json.decode(row["body"]["S"])
    for shape in range(schema, reads):
        upgrade = upgrades.get(shape, {}).get(kind)
        if upgrade is not None:
            document = upgrade(document)
    return {**row, "body": {"S": msgspec.json.encode(document).decode()}}
