"""Compiled beforehand: a function may not write beside its code, and would compile it all at every start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.package.trimming import without_caches

WHERE_IT_RUNS = "/var/task"  # what tracebacks name


def precompile(folder: Path) -> None:
    """Put bytecode beside each module; it is taken as it is, without a look at the module.

    The same bytes each time: a process of its own, with nothing imported and no chance in its hashes.
    """
    without_caches(folder)
    subprocess.run(  # noqa: S603  (Python's own compiler)
        [
            sys.executable,
            *("-S", "-W", "ignore", "-m", "compileall", "-q", "-j", "1"),
            *("--invalidation-mode", "unchecked-hash", "-d", WHERE_IT_RUNS, "."),
        ],
        cwd=folder,
        env={"PYTHONHASHSEED": "0"},
        check=True,
    )
