"""What a month costs at AWS.

`python -m tools.costs` prints the tables; `--write` puts them into the page; `--count` counts anew first.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Final

from tools.costs.bill import COUNTED, ROOT, counted
from tools.costs.pages import BEGIN, END, printed

PAGE: Final = ROOT / "docs" / "operations" / "deploy.md"


def put_into(page: str, tables: str) -> str:
    """The page with these tables between its marks."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError("the page has no marks for the tables")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def count_anew(target: Path = COUNTED) -> None:
    """Live the scenes again, and keep what they use."""
    import logging

    from chalicelib.observability import log
    from tools.costs.scenes import live

    for handler in log.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(StringIO())
    with redirect_stdout(StringIO()):
        scenes = live()
    shown = {name: used.shown() for name, used in scenes.items()}
    target.write_text(json.dumps(shown, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    counted.cache_clear()


def main() -> int:
    """The command line; answers the exit code."""
    reader = argparse.ArgumentParser(prog="python -m tools.costs", description="What a month costs at AWS.")
    reader.add_argument("--count", action="store_true", help="count the operations anew")
    reader.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.relative_to(ROOT)}")
    asked = reader.parse_args()
    if asked.count:
        count_anew()
    if asked.write:
        PAGE.write_text(put_into(PAGE.read_text(encoding="utf-8"), printed()), encoding="utf-8")
    else:
        print(printed())
    return 0


if __name__ == "__main__":
    sys.exit(main())
