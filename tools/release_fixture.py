"""Keep what this release writes, so that every later one is tried on it: `python -m tools.release_fixture`.

Writes two files for the version in pyproject.toml, or another one that is given: the rows of a story
(`tools/release_story.py`) as DynamoDB has them, and the shape of every document. What a release that is out
has written is never written again. See docs/releases.md.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from sandbox.quiet import hush

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = ROOT / "tests" / "storage" / "releases"
SAID: Final = ("description", "title")  # of a shape: words about it, which may change

_HEADING: Final = re.compile(r"^## (\d+\.\d+\.\d+)(.*)$", re.MULTILINE)


def version() -> str:
    """The version that is being made."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def releases() -> dict[str, bool]:
    """Every version that the changelog knows, and whether it is out."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return {found[1]: "unreleased" not in found[2].lower() for found in _HEADING.finditer(changelog)}


def shapes() -> dict[str, Any]:
    """The shape of every kind of document as it is today, by what its sort key is or begins with."""
    from chalicelib.storage.kinds import KINDS
    from chalicelib.storage.upgrades import READS

    kinds = {
        kind.sk or kind.sk_begins: _bare(msgspec.json.schema(kind.document))
        for kind in KINDS
        if kind.document
    }
    shaped: dict[str, Any] = json.loads(json.dumps({"reads": READS, "kinds": kinds}))
    return shaped


def main(arguments: list[str]) -> int:
    """Write the fixture of a version; answers the exit status."""
    release = arguments[0] if arguments else version()
    if releases().get(release):
        print(f"{release} is out, and what it wrote is kept: raise the version in pyproject.toml first")
        return 1
    hush(above="CRITICAL")
    from tools.release_story import lived

    story = lived()
    head = {"release": release, "at": story.world.now().isoformat(), "replays": story.replays}
    rows = (json.dumps(line, ensure_ascii=False, sort_keys=True) for line in (head, *_rows(story.world)))
    (KEPT / f"{release}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (KEPT / f"{release}.shapes.json").write_text(_line_by_line(shapes()), encoding="utf-8")
    print(f"wrote {release}.jsonl and {release}.shapes.json")
    return 0


def _rows(world: Any) -> list[dict[str, Any]]:
    rows = [
        {name: {value.type: value.value} for name, value in item.attrs.items()}
        for item in world.aws.table.rows()
    ]
    return sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))


def _bare(shape: Any) -> Any:
    """A shape without the words about it."""
    if isinstance(shape, dict):
        return {name: _bare(value) for name, value in shape.items() if name not in SAID}
    if isinstance(shape, list):
        return [_bare(value) for value in shape]
    return shape


def _line_by_line(shaped: dict[str, Any]) -> str:
    """A line for each kind, so that a difference shows which one has changed."""
    kinds = (f"  {json.dumps(name)}: {_sorted(kind)}" for name, kind in sorted(shaped["kinds"].items()))
    return f'{{\n "reads": {shaped["reads"]},\n "kinds": {{\n' + ",\n".join(kinds) + "\n }\n}\n"


def _sorted(kind: dict[str, Any]) -> str:
    return json.dumps(kind, sort_keys=True, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
