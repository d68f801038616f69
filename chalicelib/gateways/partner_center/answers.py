"""What Microsoft answers, read kindly: names in any case, instants in four spellings, unknown words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any


class Unreadable(ValueError):
    """An answer that is no JSON object: a gateway's page of HTML, or half of something."""


class Said(dict[str, Any]):
    """A JSON object: sent as camelCase, found in whatever case it was spelled."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__((name[:1].lower() + name[1:], value) for name, value in pairs)
        self._spelled = {name.casefold(): name for name in self}

    def find(self, name: str) -> Any:
        """The value of a name, None if it is not there."""
        return self.get(self._spelled.get(name.casefold(), name))

    def has(self, name: str) -> bool:
        """Whether the name is there at all, with null or anything else."""
        return name.casefold() in self._spelled

    def text(self, name: str) -> str | None:
        """A text, or a number as one; None if it is missing, null or empty."""
        value = self.find(name)
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            return None
        return str(value)

    def word(self, name: str) -> str:
        """A word of an enumeration, in lower case; empty if there is none."""
        return (self.text(name) or "").casefold()

    def yes(self, name: str) -> bool:
        """Whether it is true; anything but true is not."""
        return self.find(name) is True

    def number(self, name: str) -> int:
        """A whole number; 0 if it is none."""
        value = self.find(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def instant(self, name: str) -> datetime | None:
        """An instant, UTC where no zone is named; None if it is none."""
        return read_instant(self.text(name))

    def part(self, name: str) -> Said:
        """The object under this name; an empty one if there is none."""
        value = self.find(name)
        return value if isinstance(value, Said) else Said()

    def parts(self, name: str) -> list[Said]:
        """The objects of the list under this name."""
        value = self.find(name)
        return [item for item in value if isinstance(item, Said)] if isinstance(value, list) else []

    def changed(self, **values: Any) -> Said:
        """The same object with other values, under the names that it has already."""
        given = {self._spelled.get(name.casefold(), name): value for name, value in values.items()}
        return Said({**self, **given}.items())


def read(body: bytes) -> Said:
    """The object of an answer, empty for an empty body; Unreadable if it is something else."""
    if not body.strip():
        return Said()
    try:
        said = json.loads(body.decode("utf-8-sig"), object_pairs_hook=Said)
    except (ValueError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from None
    if not isinstance(said, Said):
        raise Unreadable(type(said).__name__)
    return said


def read_instant(text: str | None) -> datetime | None:
    """An instant with Z, with an offset, with seven decimals or without a zone, which then is UTC."""
    try:
        read = datetime.fromisoformat((text or "").replace(" ", ""))
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
