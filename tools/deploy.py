"""Deploy a stage: build its package, and let CloudFormation make the account's stack what the template says.

    python -m tools.deploy --stage dev [--arch x86_64] [--yes]
    python -m tools.deploy --stage dev --storefront

Credentials and region are those of the environment, as for every tool of AWS. The template and the package go
into the bucket that SAM keeps in the account; the stack's parameters are in infra/stages. Then the
storefront, if it is built and the stack serves it, goes into its own bucket; `--storefront` does this alone.
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

from botocore.exceptions import ClientError
from botocore.session import get_session

from chalicelib.settings import PRODUCTION
from tools.package import Built, build
from tools.storefront import DIST
from tools.storefront.stage import NotReady, Own, Served, astray, configured, own_of, settings_of
from tools.storefront.upload import NotBuilt, publish

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


def outputs_of(stage: str) -> dict[str, str]:
    """What the stage's stack says of itself; NotDeployed where there is none to be seen."""
    formation = get_session().create_client("cloudformation")
    try:
        (stack,) = formation.describe_stacks(StackName=stack_of(stage))["Stacks"]
    except ClientError as error:
        raise NotDeployed(error.response["Error"]["Message"]) from error
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def publish_storefront(
    stage: str, *, settings: Mapping[str, str], own: Own, dist: Path = DIST
) -> tuple[str, ...]:
    """Put the storefront where the stack serves it; answers what there is to say of it.

    NotReady and NotBuilt say what it lacks: what was there before is then served on.
    """
    served = Served.read(outputs_of(stage))
    if served is None:
        return ("The storefront is hosted elsewhere: WithStorefront is false.",)
    session = get_session()
    done = publish(
        served,
        configuration=configured(served, own=own, settings=settings),
        s3=session.create_client("s3"),
        cloudfront=session.create_client("cloudfront"),
        dist=dist,
    )
    complaint = astray(served, settings=settings)
    return (done, complaint) if complaint else (done,)


def main() -> int:
    """The command line; answers the exit code."""
    reader = argparse.ArgumentParser(prog="make deploy", description="Deploy a stage.")
    reader.add_argument("--stage", required=True, choices=sorted(path.stem for path in STAGES.glob("*.json")))
    reader.add_argument("--arch", choices=("arm64", "x86_64"), default="arm64")
    reader.add_argument("--yes", action="store_true", help="do not show the changes and ask first")
    reader.add_argument("--storefront", action="store_true", help="upload the storefront, and nothing else")
    asked = reader.parse_args()
    if not asked.storefront and not _stack_deployed(asked):
        return 1
    try:
        said = publish_storefront(asked.stage, settings=settings_of(asked.stage), own=own_of(asked.stage))
    except (NotBuilt, NotDeployed, NotReady) as lacking:
        print(f"The storefront was not uploaded: {lacking}", file=sys.stderr)
        return int(asked.storefront)  # the API is deployed, and whatever page was there goes on
    print(*said, sep="\n")
    return 0


def _stack_deployed(asked: argparse.Namespace) -> bool:
    built = build(stage=asked.stage, architecture=asked.arch, out=BUILDS / f"{asked.stage}-{asked.arch}")
    try:
        deploy(built, stage=asked.stage, ask=not asked.yes)
        protect(asked.stage)
    except NotDeployed as failed:
        print(failed, file=sys.stderr)
        return False
    print(f"{stack_of(asked.stage)} is deployed. What comes next: docs/operations/deploy.md")
    return True


if __name__ == "__main__":
    raise SystemExit(main())
