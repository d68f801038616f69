"""Single writes that are made only where a condition holds, and say whether it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.storage.tables import Row

_DOES_NOT_HOLD: Final = "ConditionalCheckFailedException"


def changed(row: Row, actions: Sequence[Action], *, condition: Condition) -> bool:
    """Change a row, which then is as the table has it; False where the condition did not hold."""
    try:
        row.update(actions=list(actions), condition=condition)
    except UpdateError as error:
        if error.cause_response_code != _DOES_NOT_HOLD:
            raise
        return False
    return True


def added(row: Row) -> bool:
    """Write a row that is not there yet; False where it is."""
    return saved(row, condition=Row.pk.does_not_exist())


def saved(row: Row, *, condition: Condition) -> bool:
    """Write a whole row; False where the condition did not hold."""
    try:
        row.save(condition=condition)
    except PutError as error:
        if error.cause_response_code != _DOES_NOT_HOLD:
            raise
        return False
    return True
