"""Deploy a stage: build its package, and let CloudFormation make the account's stack what the template says.

    python -m tools.deploy --stage dev [--arch x86_64] [--yes]

Credentials and region are those of the environment, as for every tool of AWS. The template and the package go
into the bucket that SAM keeps in the account; the stack's parameters are in infra/stages.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from botocore.session import get_session

from chalicelib.settings import PRODUCTION
from tools.package import Built, build

ROOT: Final = Path(__file__).parents[1]
STAGES: Final = ROOT / "infra" / "stages"
SAM: Final = ROOT / ".venvs" / "deploy" / "bin" / "sam"
BUILDS: Final = ROOT / "build"


class NotDeployed(Exception):
    """The stack is not what the template says; what SAM has printed says why."""


def stack_of(stage: str) -> str:
    """The name of a stage's stack."""
    return f"seatwise-{stage}"


def parameters_of(stage: str) -> dict[str, str]:
    """The stack's parameters."""
    found: dict[str, str] = json.loads((STAGES / f"{stage}.json").read_text())["Parameters"]
    return found


def deploy(
    built: Built,
    *,
    stage: str,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] = os.environ,
    ask: bool = False,
    log: Path | None = None,
) -> None:
    """Make or change a stage's stack, and wait for it; raises NotDeployed. With `ask`, after a yes."""
    given = {**parameters_of(stage), **(parameters or {})}
    command = [
        *(str(SAM), "deploy"),
        *("--template-file", str(built.template)),
        *("--stack-name", stack_of(stage)),
        *("--capabilities", "CAPABILITY_IAM"),
        *("--tags", "project=seatwise", f"stage={stage}"),
        "--resolve-s3",
        "--no-fail-on-empty-changeset",
        "--confirm-changeset" if ask else "--no-confirm-changeset",
        *("--parameter-overrides", *(f'{name}="{value}"' for name, value in given.items())),
    ]
    told = {**environment, "SAM_CLI_TELEMETRY": "0"}
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("wb")) if log else None
        done = subprocess.run(  # noqa: S603
            command,
            cwd=built.template.parent,
            env=told,
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
            check=False,
        )
    if done.returncode:
        raise NotDeployed(
            f"{stack_of(stage)}: SAM stopped with {done.returncode}{f', see {log}' if log else ''}"
        )


def protect(stage: str) -> None:
    """Let nobody delete a production stack by mistake: that is no property that a template has."""
    formation = get_session().create_client("cloudformation")
    formation.update_termination_protection(
        StackName=stack_of(stage), EnableTerminationProtection=stage == PRODUCTION
    )


def main() -> int:
    """The command line; answers the exit code."""
    reader = argparse.ArgumentParser(prog="make deploy", description="Deploy a stage.")
    reader.add_argument("--stage", required=True, choices=sorted(path.stem for path in STAGES.glob("*.json")))
    reader.add_argument("--arch", choices=("arm64", "x86_64"), default="arm64")
    reader.add_argument("--yes", action="store_true", help="do not show the changes and ask first")
    asked = reader.parse_args()
    built = build(stage=asked.stage, architecture=asked.arch, out=BUILDS / f"{asked.stage}-{asked.arch}")
    try:
        deploy(built, stage=asked.stage, ask=not asked.yes)
        protect(asked.stage)
    except NotDeployed as failed:
        print(failed, file=sys.stderr)
        return 1
    print(f"{stack_of(asked.stage)} is deployed. What comes next: docs/operations/deploy.md")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
