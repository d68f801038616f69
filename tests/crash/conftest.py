from __future__ import annotations

import pytest

from sandbox.world import make_world
from tests.crash.dying import PaperQueue


def _empty():
    made = make_world()
    made.__dict__["queue"] = PaperQueue()
    return made


@pytest.fixture
def make_empty():
    """Makes an empty world, as often as a test needs one."""
    return _empty


@pytest.fixture
def world():
    return _empty()
