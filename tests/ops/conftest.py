from __future__ import annotations

import pytest

from chalicelib import wiring
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
