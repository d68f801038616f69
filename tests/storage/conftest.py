from __future__ import annotations

import pytest

from tests import lives


@pytest.fixture
def world():
    return lives.empty()


@pytest.fixture
def active(world):
    """A world in which one subscription is active."""
    return lives.active(world)
