"""Write `docs/openapi.json` from the code, or with `--check` say whether it still is what the code says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import msgspec

from chalicelib.api import openapi, routes

KEPT: Final = Path(__file__).parents[1] / "docs" / "openapi.json"


def written() -> str:
    """The document as it is kept: indented, one line feed at the end."""
    document = msgspec.json.encode(openapi.document(routes.ALL))
    return msgspec.json.format(document, indent=2).decode() + "\n"


def main(arguments: list[str]) -> int:
    """Write the document, or compare it; answers the exit status."""
    if arguments == ["--check"]:
        same = KEPT.exists() and KEPT.read_text(encoding="utf-8") == written()
        print(f"{KEPT.name} is up to date" if same else f"{KEPT.name} is stale: run python -m tools.openapi")
        return 0 if same else 1
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(written(), encoding="utf-8")
    print(f"wrote {KEPT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
