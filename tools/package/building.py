"""From the sources to what is deployed: chalice's template, and the zip that it speaks of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from tools.package.archive import write_zip
from tools.package.bytecode import precompile
from tools.package.dependencies import BUILD, MACHINES, ROOT, NotPackaged, installed
from tools.template import write_merged

# The operator's terminal with what only its audit reads, and what runs leave behind.
NOT_OURS_TO_DEPLOY: Final = shutil.ignore_patterns(
    "ops", "invariants", "inventory.py", "kinds.py", "__pycache__", "*.py[co]", ".*"
)

CHALICE: Final = "from chalice.cli import main; main()"
TYPESETTING: Final = "from chalicelib.mails import typesetting; typesetting.set_beforehand(typesetting.SET)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What `aws cloudformation package` takes from here."""

    zip: Path
    template: Path
    sha256: str
    size: int  # bytes


def build(
    *,
    stage: str,
    architecture: str = "arm64",
    out: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> Built:
    """The template and the zip of a stage; `settings` are further environment variables of its functions."""
    if architecture not in MACHINES:
        raise NotPackaged(f"{architecture}: Lambda has {' and '.join(MACHINES)}")
    target = out or BUILD / f"{stage}-{architecture}"
    dependencies = installed(architecture)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as there:
        source, packaged, ours = (Path(there) / name for name in ("source", "packaged", "ours"))
        _copy(source, stage=stage, architecture=architecture, settings=settings or {})
        _run("set the letters", "-c", TYPESETTING, source=source)
        _package(source, packaged, stage=stage)
        with ZipFile(packaged / "deployment.zip") as archive:
            archive.extractall(ours)
        precompile(ours)
        sha256 = write_zip(target / "deployment.zip", ours, dependencies)
        shutil.copyfile(packaged / "sam.json", target / "sam.json")
    archive_made = target / "deployment.zip"
    return Built(
        zip=archive_made, template=target / "sam.json", sha256=sha256, size=archive_made.stat().st_size
    )


def _copy(source: Path, *, stage: str, architecture: str, settings: Mapping[str, str]) -> None:
    """Exactly what belongs into the package; chalice takes every file that it finds."""
    shutil.copytree(ROOT / "chalicelib", source / "chalicelib", ignore=NOT_OURS_TO_DEPLOY)
    shutil.copyfile(ROOT / "app.py", source / "app.py")
    (source / ".chalice").mkdir()
    for path in (ROOT / ".chalice").glob("*.json"):
        shutil.copyfile(path, source / ".chalice" / path.name)
    where = source / ".chalice" / "config.json"
    config = json.loads(where.read_text())
    if stage not in config["stages"]:
        raise NotPackaged(f"{stage}: the stages are {', '.join(config['stages'])}")
    config["lambda_architecture"] = architecture
    config["stages"][stage].setdefault("environment_variables", {}).update(settings)
    where.write_text(json.dumps(config))


def _package(source: Path, packaged: Path, *, stage: str) -> None:
    """Let chalice write the template, and a zip of our code and of that part of itself which runs it.

    It finds no requirements: what it cannot get it would leave out with no more than a warning, and it
    checks no hash where the processor is not that of this machine. See `dependencies`.
    """
    _run(
        f"package {stage}",
        *("-c", CHALICE, "package", "--stage", stage, "--template-format", "json"),
        *("--merge-template", str(write_merged(source.parent)), str(packaged)),
        source=source,
    )


def _run(what: str, *words: str, source: Path) -> None:
    """Have Python do something with the copy, the same way each time."""
    done = subprocess.run(  # noqa: S603  (our own sources)
        [sys.executable, *words],
        cwd=source,
        env={
            "PATH": os.environ["PATH"],
            "AWS_DEFAULT_REGION": "us-east-1",  # chalice wants one, and asks AWS for nothing
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotPackaged(f"could not {what}:\n{done.stdout}{done.stderr}")
