"""Requests and answers as the neighbors' public documentation has them; `match` says what may be asserted."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "recorded"


def example(example_id: str) -> dict[str, Any]:
    """One example, for the caller to keep and change."""
    return copy.deepcopy(_all()[example_id])


def examples(beginning: str) -> list[dict[str, Any]]:
    """The examples whose ids begin so."""
    return [example(example_id) for example_id in _all() if example_id.startswith(beginning)]


@cache
def _all() -> dict[str, dict[str, Any]]:
    read = [
        item
        for path in sorted(FOLDER.glob("*.json"))
        for item in json.loads(path.read_text(encoding="utf-8"))
    ]
    found = {item["id"]: item for item in read}
    if len(found) != len(read):
        raise ValueError("an id stands for two examples")
    return found
