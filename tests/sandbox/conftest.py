from __future__ import annotations

import pytest

from chalicelib import wiring
from sandbox.world import make_world


@pytest.fixture
def world():
    """An empty world with plans and prices, on 31 January 2024 at 10:00."""
    yield make_world(environment={})
    wiring.use(None)
