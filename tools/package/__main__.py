"""`python -m tools.package --stage dev [--arch arm64] [--out FOLDER] [--set NAME=VALUE …]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.package.building import build
from tools.package.dependencies import MACHINES, NotPackaged


def main() -> int:
    """Build, and say what was built; 1 where that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m tools.package", description=__doc__)
    parser.add_argument("--stage", required=True, help="a stage of .chalice/config.json")
    parser.add_argument("--arch", default="arm64", choices=sorted(MACHINES), help="the functions' processor")
    parser.add_argument("--out", type=Path, help="where to (default: build/STAGE-ARCH)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a further environment variable of all functions",
    )
    given = parser.parse_args()
    settings = dict(pair.partition("=")[::2] for pair in given.set)
    try:
        built = build(stage=given.stage, architecture=given.arch, out=given.out, settings=settings)
    except NotPackaged as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"{built.zip}  {built.size / 1e6:.1f} MB  sha256 {built.sha256}")
    print(built.template)
    return 0


if __name__ == "__main__":
    sys.exit(main())
