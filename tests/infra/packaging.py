"""Run in a process of its own: prints the templates that `chalice package` would write, one for each stage.

Everything is chalice's own but the zip file, which stays empty: what is in it, the locks say.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from chalice.cli.factory import CLIFactory
from chalice.deploy.packager import LambdaDeploymentPackager

from tools.template import write_merged

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / ".chalice" / "config.json"
STAGES = tuple(json.loads(CONFIG.read_text())["stages"])


def template_of(stage: str, folder: Path) -> Any:
    """What `chalice package --stage STAGE --merge-template merged.json` leaves in `folder`."""
    (folder / "empty.zip").touch()
    LambdaDeploymentPackager.create_deployment_package = lambda *_: str(folder / "empty.zip")  # type: ignore[method-assign]
    factory = CLIFactory(project_dir=str(ROOT), environ=os.environ)
    config = factory.create_config_obj(stage)
    os.environ.update(config.environment_variables)
    options = factory.create_package_options()
    packager = factory.create_app_packager(
        config, options, "cloudformation", "json", str(write_merged(folder))
    )
    packager.package_app(config, str(folder), stage)
    return json.loads((folder / "sam.json").read_text())


if __name__ == "__main__":
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"  # chalice wants one, and asks AWS for nothing
    templates = {}
    for each in STAGES:
        with tempfile.TemporaryDirectory() as there:
            templates[each] = template_of(each, Path(there))
    json.dump(templates, sys.stdout)
