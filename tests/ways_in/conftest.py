from __future__ import annotations

import pytest

from tests import lives


@pytest.fixture
def stage():
    """Five pending subscriptions of one client, their mails delivered."""
    made = lives.enrolled(lives.empty())
    made.ids = [lives.buy(made, key=str(number)).id for number in range(5)]
    lives.drain(made.world)
    return made
