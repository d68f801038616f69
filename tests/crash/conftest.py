from __future__ import annotations

import pytest

from tests import lives


@pytest.fixture
def make_empty():
    """Makes an empty world, as often as a test needs one."""
    return lives.empty


@pytest.fixture
def world():
    return lives.empty()
