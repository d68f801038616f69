"""Whatever is lived, at whatever moment it is looked at: an audit finds nothing in what is only under way."""

from __future__ import annotations

import pytest

from tests import lives
from tests.crash import frozen
from tests.crash.scenarios import SCENARIOS
from tests.ops.lived import audited


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_found_before_in_the_middle_or_at_the_end(name):
    scenario = SCENARIOS[name]
    stage = frozen.begun(scenario.begin, make=scenario.make)
    assert audited(stage) == [], "before"
    lives.calmly(lambda: scenario.act(stage, stage.world))
    assert audited(stage) == [], "in the middle"
    lives.drain(stage.world)
    lives.recover(stage, minutes=scenario.minutes)
    assert audited(stage) == [], "at the end"
