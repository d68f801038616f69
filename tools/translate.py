"""What AWS makes of a SAM template before it deploys it; runs where aws-sam-translator is installed.

`python tools/translate.py sam.json cloudformation.json`. Nothing is asked of AWS: the one thing that SAM
would look up there, the policies that AWS manages, our template does not name in a function.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def translated(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """The template as CloudFormation deploys it."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    # Imported here: whoever only reads this file need not have it.
    from samtranslator.parser.parser import Parser  # type: ignore[import-not-found, unused-ignore]
    from samtranslator.translator.translator import Translator  # type: ignore[import-not-found, unused-ignore]

    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            # SAM takes code from a bucket only, and the deployment puts it there.
            resource["Properties"]["CodeUri"] = f"s3://bucket/{name}.zip"
    made: dict[str, Any] = Translator({}, Parser()).translate(template, parameters)
    return made


def main(source: str, target: str) -> None:
    """Write it."""
    template = json.loads(Path(source).read_text(encoding="utf-8"))
    made = translated(template, {})
    Path(target).write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
