"""The house itself: where things may stand, and what the rules may not reach for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from chalicelib import sweeps
from chalicelib.domain.consequences import Tell
from chalicelib.domain.effects import EffectKind
from chalicelib.domain.freelancer import PROGRAM, invite
from chalicelib.domain.letters import FACTS
from chalicelib.domain.lifecycle import SALE, TRANSITIONS, Event
from chalicelib.domain.timetable import TIMETABLE
from chalicelib.domain.waking import Sweep
from chalicelib.mails import FOLDERS, LANGUAGES
from chalicelib.rulebook import REFUNDS
from chalicelib.usecases import carry_out, tick
from tests.rules.stories import ACTIVATED, OPERATOR

ROOT: Final = Path(__file__).parents[1]
PRODUCT: Final = ROOT / "chalicelib"
APP: Final = ROOT / "app.py"
ROOMS: Final = ("chalicelib", "sandbox", "rehearsal", "infra", "bench", "tools", "tests")

RULES: Final = (PRODUCT / "rulebook.py", *sorted((PRODUCT / "domain").glob("*.py")))
MONEY: Final = tuple(
    PRODUCT / "domain" / f"{name}.py"
    for name in (
        "money",
        "catalog",
        "refunds",
        "commission",
        "invoicing",
        "consequences",
        "order",
        "lifecycle",
    )
)

# What tells the time, rolls dice or looks around: an answer that differs from one call to the next.
CLOCKS: Final = {
    "now",
    "utcnow",
    "today",
    "time",
    "time_ns",
    "monotonic",
    "perf_counter",
    "getenv",
    "environ",
}
WORLDLY: Final = {
    "io",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
NAMELESS: Final = {"service", "manager", "helper", "common", "util", "misc", "base"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=path.name)


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def python_files(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [pytest.param(path, id=f"D1: {named(path)}") for path in RULES])
def test_a_rule_reads_no_clock_rolls_no_dice_and_looks_at_nothing(path):
    asked = {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in CLOCKS
    }
    opened = {
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("open", "input")
    }

    assert not asked
    assert not opened
    assert not {module.split(".")[0] for module in imported(path)} & WORLDLY


@pytest.mark.parametrize("path", [pytest.param(path, id=f"D4: {named(path)}") for path in MONEY])
def test_no_float_touches_money(path):
    nodes = list(ast.walk(tree(path)))

    assert not [
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert not [node.id for node in nodes if isinstance(node, ast.Name) and node.id in ("float", "round")]
    assert not [node for node in nodes if isinstance(node, ast.Div)]  # only // leaves integers


def test_only_storage_sees_a_table():
    outside = [
        named(path)
        for path in [*python_files("chalicelib"), *([APP] if APP.exists() else [])]
        if PRODUCT / "storage" not in path.parents
        and any(module.split(".")[0] == "pynamodb" for module in imported(path))
    ]

    assert outside == []


def test_every_number_of_days_stands_in_the_rulebook():
    """A use case or a rule that holds a duration of its own would be a second rulebook."""
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python_files("chalicelib/domain", "chalicelib/usecases")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and (
            node.func.id in ("days", "hours", "minutes")
            or (node.func.id == "timedelta" and {word.arg for word in node.keywords} != {"seconds"})
        )
    ]

    assert found == []


def test_no_room_has_a_name_that_says_nothing():
    names = {
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }
    nameless = [
        named(path)
        for path in names
        if {word.removesuffix("s") for word in path.stem.lower().split("_")} & NAMELESS
    ]

    assert nameless == []


def test_every_effect_has_its_act():
    assert set(carry_out.ACTS) == set(EffectKind)


def test_every_sweep_has_its_act_its_line_in_the_timetable_and_its_function():
    assert set(tick.ACTS) == set(Sweep)
    assert set(TIMETABLE) == set(Sweep)
    assert {name for name in vars(sweeps) if name.startswith("sweep_")} == {
        f"sweep_{sweep.value}" for sweep in Sweep
    }


def test_every_event_but_the_purchase_has_its_line():
    assert {row.event for row in TRANSITIONS} == set(Event) - {Event.PURCHASED}


def test_every_mail_that_a_rule_sends_has_its_facts_and_its_words():
    told = {
        step.template for row in (*TRANSITIONS, *[]) for step in row.consequences if isinstance(step, Tell)
    } | {step.template for step in SALE if isinstance(step, Tell)}
    (letter,) = invite(
        freelancer_id="frl_1", email="luc@example.com", display_name="Luc", at=ACTIVATED, by=OPERATOR
    ).effects
    assert any(row.tells for row in PROGRAM)

    assert told == set(FACTS)
    assert told | {letter.data["template"]} == set(FOLDERS) == {f"E{number}" for number in range(1, 17)}


@pytest.mark.parametrize("template", [pytest.param(template, id=template) for template in FOLDERS])
def test_a_mail_has_its_subject_its_text_and_its_html_in_each_language(template):
    for language in LANGUAGES:
        room = PRODUCT / "mails" / FOLDERS[template] / language
        assert {path.name for path in room.iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_each_line_of_the_rules_names_the_rules_that_it_keeps():
    lines = [row.rules for row in TRANSITIONS] + [row.rules for row in PROGRAM]
    lines += [rule.rule for rule in REFUNDS]

    for rules in lines:
        for rule in rules.split():
            assert rule[0] in "RDE"
            assert rule[1:].isdecimal()


def test_the_switchboard_registers_and_does_nothing_else():
    if not APP.exists():
        pytest.skip("there is no app.py yet")
    lines = [line for line in APP.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [
        node.name
        for node in ast.walk(tree(APP))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]

    assert found == []
    assert len(lines) <= 60
