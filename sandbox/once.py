"""What a process makes once, however many ask for it at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from threading import Lock
from typing import TypeVar

Made = TypeVar("Made")


def once(make: Callable[[], Made]) -> Callable[[], Made]:
    """The same for everybody, made when it is first needed; `cache` alone makes two for two at a time."""
    kept, lock = cache(make), Lock()

    @wraps(make)
    def get() -> Made:
        with lock:
            return kept()

    return get
