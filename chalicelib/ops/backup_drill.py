"""Is the backup any good? A copy of the table as it was a moment ago, checked like the table, then deleted.

The table itself is neither written to nor read from. The copy is deleted whatever happens, unless it is to be
kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.domain.invariants.cases import Finding
from chalicelib.ops.account import Account, inventory_of
from chalicelib.ops.audit import Audit
from chalicelib.ops.screen import Screen
from chalicelib.settings import Settings
from chalicelib.wiring import World

LOOK_SECONDS: Final = 5  # between two looks at whether a table is there, or gone
SEGMENTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """How a drill went: about how many rows there should be, how many there are, what is wrong with them."""

    expected: int
    rows: int
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether the copy is whole, as far as a count of some hours ago can say, and sound."""
        return not self.findings and self.rows * 2 >= self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill in a stage; `pause` waits, so that it need not be waited for where nothing takes time."""

    account: Account
    screen: Screen
    copy: str
    pause: Callable[[float], None] = time.sleep

    def run(self, *, keep: bool) -> Drilled:
        """Restore, check, delete."""
        settings = self.account.settings
        expected = int(self._table(settings.table)["ItemCount"])
        self.screen.hint(f"Restoring {settings.table} into {self.copy}: about {expected} rows")
        self._dynamodb.restore_table_to_point_in_time(
            SourceTableName=settings.table, TargetTableName=self.copy, UseLatestRestorableTime=True
        )
        try:
            self._until_ready()
            rows, findings = self._audited(replace(settings, table=self.copy), expected=expected)
        finally:
            inventory_of(
                settings
            )  # a process reads one table at a time: whoever is next means the stage's own
            if keep:
                self.screen.say(f"{self.copy} stays: delete it when it is of no more use")
            else:
                self._delete()
        return Drilled(expected=expected, rows=rows, findings=tuple(findings))

    def _audited(self, settings: Settings, *, expected: int) -> tuple[int, list[Finding]]:
        with self.screen.progress("rows", total=expected) as advance:
            # The world's own table is the copy too: the clock of a stage may be a row of it.
            walk = Audit(
                inventory=inventory_of(settings),
                now=World(settings).now,
                pause=self.pause,
                segments=SEGMENTS,
                advance=advance,
            )
            findings = walk.findings()
        return walk.rows, findings

    def _until_ready(self) -> None:
        with self.screen.progress("restoring", total=None) as advance:
            while self._table(self.copy)["TableStatus"] != "ACTIVE":
                advance()
                self.pause(LOOK_SECONDS)

    def _delete(self) -> None:
        """Delete the copy; one that is still being made cannot be deleted yet."""
        self.screen.hint(f"Deleting {self.copy}")
        while True:
            try:
                self._dynamodb.delete_table(TableName=self.copy)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceInUseException":
                    raise
                self.pause(LOOK_SECONDS)
            else:
                return

    def _table(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._dynamodb.describe_table(TableName=name)["Table"]
        return found

    @property
    def _dynamodb(self) -> Any:
        return self.account.client("dynamodb")


def name_of_copy(table: str, *, at: datetime) -> str:
    """What the copy of an instant is called: whoever finds it left over knows what it is."""
    return f"{table}-drill-{at:%Y%m%d%H%M%S}"
