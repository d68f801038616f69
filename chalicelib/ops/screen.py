"""What the operator sees: tables and color on a terminal, plain lines and tabs where it is piped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text


class Advance(Protocol):
    """Whoever is told that something has moved on."""

    def __call__(self, count: int = 1, /) -> None:
        """So much further."""


class Screen:
    """One terminal, or one pipe; nothing that is shown is ever read as markup."""

    def __init__(self, console: Console | None = None, *, hints: Console | None = None) -> None:
        plain = {"highlight": False, "markup": False, "emoji": False, "soft_wrap": True}
        self._out = console or Console(**plain)  # type: ignore[arg-type]
        self._hints = hints or Console(stderr=True, **plain)  # type: ignore[arg-type]

    def say(self, text: str, *, style: str = "") -> None:
        """A line."""
        self._out.print(Text(text, style=style))

    def hint(self, text: str) -> None:
        """A line for whoever reads along, and for no pipe."""
        self._hints.print(Text(text, style="dim"))

    def facts(self, title: str, facts: Mapping[str, object]) -> None:
        """What is so, one line a fact; what is not known is left out."""
        self.say(title, style="bold")
        known = {name: value for name, value in facts.items() if value not in (None, "", ())}
        width = max((len(name) for name in known), default=0)
        for name, value in known.items():
            self._out.print(Text(f"  {name:<{width}}  ", style="dim").append(str(value), style="not dim"))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Rows under their headers."""
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        if not self._out.is_terminal:
            self._out.file.writelines("\t".join(line) + "\n" for line in [list(columns), *cells])
            return
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for line in cells:
            table.add_row(*(Text(cell) for cell in line))
        self._out.print(table, soft_wrap=False)

    def data(self, value: Any) -> None:
        """The same for a program: one JSON document."""
        self._out.file.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")

    @contextmanager
    def progress(self, what: str, *, total: int | None) -> Iterator[Advance]:
        """A bar that moves, on a terminal; `total` is what is expected, and may be wrong."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        with Progress(*columns, console=self._hints, disable=not self._hints.is_terminal) as bar:
            task = bar.add_task(what, total=total)

            def advance(count: int = 1, /) -> None:
                bar.advance(task, count)

            yield advance
