"""What the page says of the sandbox, and the README of a first purchase, is what happens there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from sandbox.mailbox import Fate
from sandbox.routes import NoticeRequest
from sandbox.simulators.faults import Kind
from sandbox.simulators.microsoft.ground import MISSING, REFUSED, TAKEN_PREFIXES
from sandbox.simulators.stripe import Outcome
from sandbox.simulators.stripe.cards import CARDS, Bank
from sandbox.tokens import PERSONAS

BASH = shutil.which("bash") or ""
ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")


def rows(heading):
    """The rows of the tables below a heading, one table after the other, without the headers."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    tables = re.findall(r"(?:^\|.*\n)+", section + "\n", re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


BANKS = {
    Bank.ALWAYS: "the bank asks for the cardholder each time",
    Bank.UNTIL_SET_UP: "the bank asks for the cardholder once",
    Bank.ON_SESSION: "the bank asks for the cardholder at a purchase, not at a renewal",
}


def becomes(card):
    """What the page says of a card."""
    if card.code:
        return f"declined: `{card.decline_code or card.code}`"
    if card.disputed:
        return "charged, and disputed at once"
    if card.refund_fails:
        return "charged; a refund fails two days later"
    return BANKS.get(card.bank, "always charged")


def test_every_payment_method_is_there():
    said = {name.strip("`"): meaning for name, meaning in rows("Payment methods")}
    assert said == {name: becomes(card) for name, card in CARDS.items()}
    assert "`payment_method_unknown`" in PAGE


def test_every_persona_is_there():
    assert rows("People") == [[each.name, f"`{each.email}`", each.about] for each in PERSONAS]


def test_every_outcome_and_every_fault_is_there():
    named = [name for name, *_ in rows("Faults")]
    notices = [f"`{each}`" for each in get_args(get_type_hints(NoticeRequest)["kind"])]
    assert named == [f"`{each}`" for each in (*Outcome, *Kind)] + notices


def test_everything_that_can_happen_to_a_mail_is_there():
    assert [event for event, *_ in rows("Mails")] == [f"`{each}`" for each in Fate]


ADDRESSES = ("Unverifiable", "Doubtful")  # what a street has in it that Microsoft does not find, or doubts


def test_what_microsoft_objects_to_is_there():
    for word in (*TAKEN_PREFIXES, MISSING, REFUSED, *ADDRESSES):
        assert f"`{word}`" in PAGE


def test_every_route_is_there():
    source = (ROOT / "sandbox" / "routes.py").read_text(encoding="utf-8")
    routes = {f"`{method} {path}`" for method, path in re.findall(r'_route\("([A-Z]+)", "([^"]+)"', source)}
    assert routes == {route for route, *_ in rows("Its own routes")}


@pytest.fixture
def sandbox():
    """A sandbox of its own, on a free port, as `make run` starts it."""
    environment = {name: value for name, value in os.environ.items() if name != "START"} | {"PORT": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    yield found[0]
                    break
        finally:
            process.terminate()
            process.stdout.read()


@pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl", "python3"))), reason="the reader's own tools")
def test_the_commands_of_the_readme_work_as_they_stand(sandbox):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(sh|text)\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    commands = "".join(block for kind, block in blocks if kind == "sh")
    assert "http://127.0.0.1:8000" in commands
    commands = commands.replace("http://127.0.0.1:8000", sandbox)
    ran = subprocess.run(  # noqa: S603  (the commands are our own)
        [BASH, "-euo", "pipefail", "-c", commands], capture_output=True, text=True, timeout=90, check=False
    )
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert ran.stdout == "".join(block for kind, block in blocks if kind == "text")
