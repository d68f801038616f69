from __future__ import annotations

import pytest
from click.testing import CliRunner

from chalicelib import wiring
from chalicelib.ops.commands import ops
from tests.crash import frozen
from tests.ops import deployed, lived


@pytest.fixture
def stage():
    """Everything that can be kept has been lived."""
    yield frozen.begun(lived.lived)
    wiring.use(None)


@pytest.fixture
def desk(stage):
    """The same as a deployed stage, and an operator who sits before it."""
    return deployed.desk(stage)


@pytest.fixture
def run(desk):
    """Type a line; answers what click makes of it."""

    def typed(*words, answer=None):
        arguments = ["--stage", desk.account.stage, *words]
        return CliRunner().invoke(ops, arguments, obj=desk, input=answer, catch_exceptions=False)

    return typed
