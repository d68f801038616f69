"""Tables for people, tabs for programs; nothing that is shown is taken for markup."""

from __future__ import annotations

import io
import json

from rich.console import Console

from chalicelib.ops.screen import Screen


def shown(draw, *, terminal):
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=60, color_system=None, highlight=False)
    draw(Screen(console, hints=console))
    return out.getvalue()


def rows(screen):
    screen.table(("id", "error"), [("sub_1", "[bold]no[/bold] :smile:"), ("sub_2", None)])


def test_in_a_pipe_there_are_tabs():
    assert shown(rows, terminal=False) == "id\terror\nsub_1\t[bold]no[/bold] :smile:\nsub_2\t\n"


def test_on_a_terminal_columns_stand_under_their_headers():
    lines = [line.rstrip() for line in shown(rows, terminal=True).splitlines()]
    assert lines == ["id     error", "sub_1  [bold]no[/bold] :smile:", "sub_2"]


def test_what_is_not_known_is_left_out():
    told = shown(lambda s: s.facts("thing x", {"a": None, "status": "open", "b": "", "n": 0}), terminal=False)
    assert told == "thing x\n  status  open\n  n       0\n"


def test_a_long_line_is_not_broken_where_a_program_reads():
    told = shown(lambda s: s.data({"what": "x" * 200}), terminal=False)
    assert json.loads(told) == {"what": "x" * 200}


def test_a_bar_moves_on_a_terminal_alone():
    def bar(screen):
        with screen.progress("rows", total=10) as advance:
            advance(10)

    assert "10/10" in shown(bar, terminal=True)
    assert shown(bar, terminal=False) == ""
