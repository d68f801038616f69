from __future__ import annotations

import io
import json
import logging

import pytest

from chalicelib import wiring
from chalicelib.observability import log
from sandbox.world import make_world
from tests.api.people import Cast


@pytest.fixture
def world():
    """An empty world with plans and prices, on 31 January 2024 at 10:00."""
    yield make_world(environment={})
    wiring.use(None)


@pytest.fixture
def cast(world):
    """Everybody who might call."""
    return Cast(world)


@pytest.fixture
def told(capsys):
    """What was logged and counted since it was last asked: one mapping per line."""
    written = io.StringIO()
    handler = log.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)

    def lines():
        text = written.getvalue() + capsys.readouterr().out
        written.seek(0)
        written.truncate()
        return [json.loads(line) for line in text.splitlines()]

    yield lines
    handler.setStream(before)
