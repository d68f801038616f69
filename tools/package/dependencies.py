"""The locked dependencies, as wheels for the processor that the functions run on, trimmed and compiled.

pip takes them by their hashes and from wheels alone, so that a wheel which is missing, or is another than
the lock says, ends the build. They are kept under `build/` for as long as the lock stays the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.package.bytecode import precompile
from tools.package.trimming import trim

ROOT: Final = Path(__file__).parents[2]
BUILD: Final = ROOT / "build"
LOCK: Final = ROOT / "requirements.txt"

# What wheels call the processors that Lambda has.
MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}
# Lambda's Python 3.11 runs on Amazon Linux 2, whose C library is 2.26; wheels are made for 2.17 at the least.
C_LIBRARY: Final = range(26, 16, -1)
PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"


class NotPackaged(Exception):
    """The package cannot be built; the message says what was tried and how it failed."""


def installed(architecture: str, *, lock: Path = LOCK, build: Path = BUILD) -> Path:
    """The folder with the dependencies for a processor, made unless it is there."""
    kept = build / f"dependencies-{architecture}-{_recipe(lock)}"
    with _alone(build, name=f"dependencies-{architecture}"):
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=build) as there:
                made = Path(there) / "made"
                _install(lock, made, architecture=architecture)
                trim(made)
                precompile(made)
                made.rename(kept)
            for other in build.glob(f"dependencies-{architecture}-*"):
                if other.is_dir() and other != kept:
                    shutil.rmtree(other)
    return kept


def _install(lock: Path, target: Path, *, architecture: str) -> None:
    machine = MACHINES[architecture]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in C_LIBRARY] + [f"manylinux2014_{machine}"]
    done = subprocess.run(  # noqa: S603  (pip, with our own lock)
        [
            sys.executable,
            *("-m", "pip", "--disable-pip-version-check", "install", "--quiet"),
            *("--require-hashes", "--requirement", str(lock)),
            *("--no-deps", "--only-binary", ":all:", "--no-compile", "--target", str(target)),
            *("--python-version", PYTHON, "--implementation", "cp"),
            *(word for name in platforms for word in ("--platform", name)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotPackaged(f"pip could not install {lock.name} for {architecture}:\n{done.stderr}")


def _recipe(lock: Path) -> str:
    """Whatever the folder depends on, in a few characters."""
    recipe = hashlib.sha256(sys.version.encode())
    for path in (lock, *sorted(Path(__file__).parent.glob("*.py"))):
        recipe.update(path.read_bytes())
    return recipe.hexdigest()[:16]


@contextmanager
def _alone(build: Path, *, name: str) -> Iterator[None]:
    """Nobody else makes the same thing meanwhile."""
    build.mkdir(exist_ok=True)
    with (build / f".{name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
