"""`make demo`: the story is told to its end, and the books balance or it says that they do not."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

from sandbox.demo import Check, Paper, sheet

ROOT = Path(__file__).parents[2]


def test_D4_D12_D13_the_story_is_told_and_the_books_balance():
    told = subprocess.run(
        [sys.executable, "-m", "sandbox.demo"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    assert "It adds up." in lines
    assert "\033[" not in told.stdout  # colors are for a terminal
    assert max(len(line) for line in lines) <= 112
    told_of = set(re.findall(r"✉ (E\d+)", told.stdout))
    assert told_of == {f"E{n}" for n in range(1, 16)}
    for money in ("+$150.00", "−$297.00", "−$151.74", "+$168.00"):
        assert any(line.endswith(money) for line in lines), money


def test_books_that_do_not_balance_are_said_so():
    out = io.StringIO()
    paper = Paper.of(out)
    checks = [Check("charged", 1_00, 1_00, "")] * 3 + [Check("given back", 1_00, 99, "")]
    assert sheet(checks[:3] + checks[:1], paper)
    assert not sheet(checks, paper)
    assert "does not add up" in out.getvalue()


def test_a_terminal_that_knows_only_ASCII_is_written_to_in_ASCII():
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    paper = Paper.of(out)
    paper.line("✉ E1 Chloé ─ −$1.00 ✓ …")
    paper.rule()
    out.flush()
    assert raw.getvalue().startswith(b"@ E1 Chlo? - -$1.00 + .\n---")
