from __future__ import annotations

import pytest

from tests import lives


@pytest.fixture
def world():
    return lives.empty()
