"""Reads the packaged templates as AWS and an auditor would; whatever they find fails, unless it is waived.

`python -m tools.lint_infra --lint .venvs/deploy --checkov .venvs/checkov build/prod-arm64/sam.json …`

The two environments are made of `infra/requirements`. Each template is linted as it is, translated as AWS
would before it deploys it, linted again, and searched for weak spots. Nothing is asked of the network.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[1]
INFRA: Final = ROOT / "infra"
WAIVERS: Final = INFRA / "waivers.yaml"

Weak = tuple[str, str]  # a check, and the resource that does not pass it


class Unreadable(Exception):
    """A tool did not do its work; what it said is the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Where the tools are: each in a virtual environment of its own."""

    lint: Path
    checkov: Path

    def complaints(self, template: Path) -> list[str]:
        """What cfn-lint has to say, a line each."""
        said = _run(
            self.lint / "bin" / "cfn-lint",
            *("--config-file", INFRA / ".cfnlintrc.yaml"),
            *("--format", "parseable", "--template", template),
        )
        if said.returncode and not said.stdout:
            raise Unreadable(said.stderr)
        return said.stdout.splitlines()

    def translate(self, template: Path, target: Path) -> None:
        """What AWS makes of a template before it deploys it."""
        said = _run(self.lint / "bin" / "python", ROOT / "tools" / "translate.py", template, target)
        if said.returncode:
            raise Unreadable(said.stderr)

    def weak(self, template: Path) -> set[Weak]:
        """What checkov finds in a translated template."""
        said = _run(
            self.checkov / "bin" / "checkov",
            *("--config-file", INFRA / ".checkov.yaml", "--file", template),
        )
        try:
            found = json.loads(said.stdout)
        except ValueError as error:
            raise Unreadable(said.stdout + said.stderr) from error
        return weak_spots(found)


def weak_spots(found: Mapping[str, Any]) -> set[Weak]:
    """What checkov's report finds weak; Unreadable if it did not look at everything, or at nothing."""
    summary = found.get("summary", {})
    if not summary.get("passed") or summary["parsing_errors"]:
        raise Unreadable(f"checkov could not read the template: {summary or found}")
    return {
        (each["check_id"], each["resource"].rpartition(".")[2]) for each in found["results"]["failed_checks"]
    }


def waived(path: Path = WAIVERS) -> set[Weak]:
    """What may stay as it is; each has its reason, and is named in full."""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries = {check: each for check, each in said.items() if not check.startswith("x-")}
    if without := sorted(check for check, each in entries.items() if not each.get("reason")):
        raise Unreadable(f"waived without a reason: {', '.join(without)}")
    return {(check, resource) for check, each in entries.items() for resource in each["resources"]}


def judged(found: set[Weak], allowed: set[Weak]) -> list[str]:
    """What is weak and not waived, and what is waived and not weak."""
    return [
        *(f"{check} {resource}: weak, and not waived" for check, resource in sorted(found - allowed)),
        *(f"{check} {resource}: waived, and not weak" for check, resource in sorted(allowed - found)),
    ]


def examined(template: Path, tools: Tools) -> list[str]:
    """Everything that is wrong with a template."""
    with tempfile.TemporaryDirectory() as folder:
        translated = Path(folder) / "cloudformation.json"
        tools.translate(template, translated)
        wrong = [*tools.complaints(template), *tools.complaints(translated)]
        return [*wrong, *judged(tools.weak(translated), waived())]


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    # Without credentials, and without the colors of a terminal.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**kept, "AWS_DEFAULT_REGION": "us-east-1", "NO_COLOR": "1"}
    return subprocess.run(  # noqa: S603  (the command is ours)
        [str(part) for part in command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> int:
    """Examine every template that is named; 1 if anything is wrong with one."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("templates", nargs="+", type=Path)
    asked.add_argument("--lint", type=Path, required=True, help="where cfn-lint and aws-sam-translator are")
    asked.add_argument("--checkov", type=Path, required=True)
    given = asked.parse_args()
    tools = Tools(lint=given.lint.absolute(), checkov=given.checkov.absolute())
    failed = 0
    for template in given.templates:
        wrong = examined(template.absolute(), tools)
        failed += bool(wrong)
        print(f"{template}: {len(wrong)} findings, {len(waived())} waived")
        for each in wrong:
            print(f"  {each}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
