"""Load and decide again when someone else was first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from chalicelib.domain.refusals import Refusal
from chalicelib.storage.transaction import Stale

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

TRIES: Final = 5


def persistently(use_case: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Run the use case anew whenever what it decided on had changed; refused with `busy` after five times."""

    @wraps(use_case)
    def again(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        for _ in range(TRIES):
            try:
                return use_case(*args, **kwargs)
            except Stale:
                continue
        raise Refusal("busy", "Too many changes at once. Try again.", facts={"retry_after": 1})

    return again
