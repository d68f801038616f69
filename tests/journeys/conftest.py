"""A sandbox over HTTP on the loopback interface, anew for each journey; AWS is started once a session."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.books import Books
from sandbox.client import Line, Town
from sandbox.server import Sandbox
from tests.ops.lived import audited

START = datetime(2024, 1, 31, 10, tzinfo=UTC)  # the last day of a month, in a leap year


@pytest.fixture
def sandbox():
    """A sandbox whose clock stands on 31 January 2024 at 10:00."""
    with Sandbox(start=START) as running:
        yield running
        with running.runtime.quiet():
            assert Books.of(running.world).differences == (), "money, papers and Microsoft agree"
            assert audited(running) == [], "whatever must always hold, holds"


@pytest.fixture
def town(sandbox):
    """Everybody in it."""
    line = Line(sandbox.url)
    yield Town(line=line)
    line.close()


@pytest.fixture
def frida(town):
    """A freelancer."""
    return town.person("Frida Lindqvist", "freelancer")


@pytest.fixture
def link(town, frida):
    """The token of her link: she is enrolled."""
    return town.enroll(frida)


@pytest.fixture
def chloe(town):
    """A client who reads French."""
    return town.person("Chloé Martin", "client", locale="fr")


@pytest.fixture
def carl(town):
    """A client who reads English."""
    return town.person("Carl Jensen", "client")
