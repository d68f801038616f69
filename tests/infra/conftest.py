from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.infra.deployed import Deployed
from tests.infra.packaging import ROOT, STAGES


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
