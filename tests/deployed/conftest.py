"""The stage that all lives are lived in: built, deployed once, and emptied between two lives."""

from __future__ import annotations

import os

import pytest

from rehearsal.emulator import Emulator
from rehearsal.shortcomings import made_up_for
from rehearsal.stage import DeployedSandbox, Stage, Surroundings
from sandbox.books import Books
from tests.journeys.conftest import START, carl, chloe, frida, link, town
from tests.ops.lived import audited
from tools.deploy import BUILDS, ROOT, deploy, stack_of
from tools.package import build

__all__ = ["carl", "chloe", "frida", "link", "town"]

pytest.register_assert_rewrite("tests.journeys.test_lives", "tests.journeys.test_neighbors")

STAGE = "dev"
SECONDS = 600
EMULATOR = ROOT / ".venvs" / "emulator" / "bin" / "ministack"
PARAMETERS = {
    "MovableClock": "true",
    "ManageSenderIdentity": "false",  # the emulator has no keys for the domain's DNS
}


def pytest_collection_modifyitems(items):
    """The first life waits for the package and the deployment, and one for a schedule of a minute."""
    for item in items:
        item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def stage():
    """What `make deploy` leaves, in an account on this machine."""
    folder = BUILDS / "rehearsal"
    with Emulator(command=EMULATOR, folder=folder) as emulator, Surroundings(emulator=emulator) as around:
        for name in [each for each in os.environ if each.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(emulator.environment())
        built = build(stage=STAGE, architecture="x86_64", out=folder / "package", settings=around.settings())
        made_up_for(built.template)
        deploy(built, stage=STAGE, parameters=PARAMETERS, log=folder / "deploy.log")
        yield Stage(emulator=emulator, surroundings=around, name=stack_of(STAGE))


@pytest.fixture
def sandbox(stage):
    """One life."""
    with DeployedSandbox(stage, start=START) as running:
        yield running
        with running.runtime.quiet():
            assert Books.of(running.world).differences == (), "money, papers and Microsoft agree"
            assert audited(running) == [], "whatever must always hold, holds"
        assert running.world.aws.dead_letters() == []
