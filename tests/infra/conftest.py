from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys

import pytest

from bench.lambda_runtime import HERE, lay_out_image, unpack
from tests.infra.deployed import Deployed
from tests.infra.packaging import ROOT, STAGES
from tools.package import Built, build


@pytest.fixture(scope="session")
def stages():
    """Every stage as chalice packages it, in a process that no other test has touched."""
    packaged = subprocess.run(
        [sys.executable, "-m", "tests.infra.packaging"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return {stage: Deployed(stage, template) for stage, template in json.loads(packaged.stdout).items()}


@pytest.fixture(params=STAGES)
def deployed(request, stages):
    """One stage after the other."""
    return stages[request.param]


@pytest.fixture
def prod(stages):
    """What does not differ between stages is looked at in one of them."""
    return stages["prod"]


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A folder that all processes of this run of the tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def built(shared):
    """The package of production for this machine, built by the first who asks."""
    with (shared / "package.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        out = shared / "package"
        if not (out / "built.json").exists():
            made = build(stage="prod", architecture=HERE, out=out, settings={"EXTRA": "for a rehearsal"})
            unpack(made.zip, out / "unpacked")
            lay_out_image(out / "image")
            (out / "built.json").write_text(json.dumps([made.sha256, made.size]))
    sha256, size = json.loads((out / "built.json").read_text())
    return Built(zip=out / "deployment.zip", template=out / "sam.json", sha256=sha256, size=size)


@pytest.fixture(scope="session")
def package(built):
    """The package as Lambda lays it out."""
    return built.zip.parent / "unpacked"


@pytest.fixture(scope="session")
def image(built):
    """AWS's runtime client, and no other library."""
    return built.zip.parent / "image"
