"""The page for whoever sits at the terminal knows every verb and every invariant, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from chalicelib.domain.invariants import INVARIANTS
from chalicelib.ops.commands import ops

PAGE = (Path(__file__).parents[2] / "docs" / "operations" / "ops.md").read_text(encoding="utf-8")


def first_cells():
    return re.findall(r"^\| `([^`]+)`", PAGE, re.MULTILINE)


def verbs(group, *before):
    """Every verb that does something."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, *before, name)
        else:
            yield " ".join((*before, name)), command


def test_every_invariant_is_explained_in_its_own_words():
    told = {name: says.strip() for name, says in re.findall(r"^\| `(\w+)` +\| (.*) \|$", PAGE, re.MULTILINE)}
    named = {invariant.name: invariant.says for each in INVARIANTS.values() for invariant in each}
    assert {name: told[name] for name in named} == named
    assert set(first_cells()) - set(named) <= {
        cell for cell in first_cells() if cell.split()[0] in ops.commands
    }


def test_every_verb_is_explained():
    explained = [re.sub(r" [\[A-Z].*", "", cell) for cell in first_cells() if cell.split()[0] in ops.commands]
    assert sorted(explained) == sorted(name for name, _ in verbs(ops))


@pytest.mark.parametrize(("name", "command"), [pytest.param(*verb, id=verb[0]) for verb in verbs(ops)])
def test_a_verb_that_changes_something_is_told_so_and_can_be_told_yes(name, command):
    (line,) = [each for each in PAGE.splitlines() if re.match(rf"\| `{name}[ `]", each)]
    changes = line.rstrip("| ").rpartition("|")[2].strip() != "nothing"
    assert ("yes" in {each.name for each in command.params}) is changes
    assert command.help
