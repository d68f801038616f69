"""One DynamoDB transaction: writes with their conditions, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.storage.keys import Key
from chalicelib.storage.stale import Stale
from chalicelib.storage.tables import Row

__all__ = ["Stale", "Taken", "Transaction"]


class Taken(Exception):
    """A name that must be unique is another's."""


class Transaction:
    """Collects writes and performs them together; a condition that fails raises what it was given."""

    def __init__(self, connection: Connection) -> None:
        self._write = TransactWrite(connection=connection)
        self._raises: list[type[Exception]] = []

    def put(self, row: Row, condition: Condition | None = None, raises: type[Exception] = Stale) -> None:
        """Write a whole row."""
        self._raises.append(raises)
        self._write.save(row, condition=condition)

    def put_new(self, row: Row, raises: type[Exception] = Stale) -> None:
        """Write a row that must not be there yet."""
        self.put(row, condition=Row.pk.does_not_exist(), raises=raises)

    def update(
        self,
        key: Key,
        actions: Sequence[Action],
        condition: Condition | None = None,
        raises: type[Exception] = Stale,
    ) -> None:
        """Change attributes of a row."""
        self._raises.append(raises)
        self._write.update(Row(*key), actions=list(actions), condition=condition)

    def delete(self, key: Key, condition: Condition | None = None, raises: type[Exception] = Stale) -> None:
        """Remove a row."""
        self._raises.append(raises)
        self._write.delete(Row(*key), condition=condition)

    def commit(self) -> None:
        """Perform all of it; raises what the first failed condition was given, or Stale on a conflict."""
        with self._write:
            pass
        # pynamodb commits on leaving the block

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            return
        try:
            self.commit()
        except TransactWriteError as error:
            raise self._reason(error) from error

    def _reason(self, error: TransactWriteError) -> Exception:
        for reason, raises in zip(error.cancellation_reasons, self._raises, strict=False):
            if reason is not None and reason.code in ("ConditionalCheckFailed", "TransactionConflict"):
                return (
                    raises("another write came first") if reason.code == "ConditionalCheckFailed" else Stale()
                )
        return Stale("transaction conflict") if error.cause_response_code == "TransactionConflict" else error
