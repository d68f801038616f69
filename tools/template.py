"""Joins the files of `infra/template` into the one that `chalice package --merge-template` takes.

`python -m tools.template FOLDER` writes it into FOLDER and prints where.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from tools.storefront.cloudfront import response_headers

FILES: Final = Path(__file__).parents[1] / "infra" / "template"


class TwoTruths(Exception):
    """The same thing is said twice; the message names it, and where."""


class Loader(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
    """Reads the short forms of CloudFormation, and refuses a key that stands twice in one mapping."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """See yaml: it calls this by position."""
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise TwoTruths(f"{', '.join(sorted(twice))}: twice in one mapping, {node.start_mark}")
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def _intrinsic(loader: Loader, suffix: str, node: Any) -> dict[str, Any]:
    """`!Sub x` as `{"Fn::Sub": "x"}`: the form that JSON has.

    Two tags are our own. `!Json` is a document that AWS wants as a string, with names to fill in; `!Headers`
    is what the storefront's policy has every answer say, in CloudFront's words.
    """
    said: Any
    if isinstance(node, yaml.ScalarNode):
        said = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        said = loader.construct_sequence(node, deep=True)
    else:
        said = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(said, str):
        said = said.split(".", 1)
    if suffix == "Json":
        return {"Fn::Sub": json.dumps(said, indent=1, ensure_ascii=True)}
    if suffix == "Headers":
        return response_headers(said)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": said}


Loader.add_multi_constructor("!", _intrinsic)


def merged(folder: Path = FILES) -> dict[str, Any]:
    """Every section of every file; what has a name has its place in one of them only.

    A section called `x-…` only lends its parts to the others of its file.
    """
    template: dict[str, Any] = {}
    home: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.yaml")):
        sections = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506  (it is a safe one)
        for section in [each for each in sections if not each.startswith("x-")]:
            things = sections[section]
            for name, thing in things.items():
                if first := home.get((section, name)):
                    raise TwoTruths(f"{section} {name} is in {first} and in {path.name}")
                home[section, name] = path.name
                template.setdefault(section, {})[name] = thing
    return template


def write_merged(folder: Path) -> Path:
    """The merged template as a file in `folder`; the same files give the same bytes."""
    target = folder / "merged.json"
    target.write_text(json.dumps(merged(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    print(write_merged(Path(sys.argv[1])))
