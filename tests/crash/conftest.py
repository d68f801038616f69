from __future__ import annotations

import gc

import pytest

from tests import lives


@pytest.fixture
def world():
    return lives.empty()


@pytest.fixture(autouse=True, scope="module")
def _seldom_collected():
    """A thousand short lives: looking for garbage in each takes longer than keeping it for a while."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    yield
    gc.set_threshold(*before)
