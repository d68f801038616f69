"""What a cold start does not pay for: whatever few requests need is loaded where it is used."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ("boto3", "jwt", "cryptography", "jinja2", "fpdf", "babel", "phonenumbers", "ulid", "pydantic")
ASK = f"""
import json, sys
import app
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def test_importing_the_app_loads_nothing_that_few_requests_need():
    found = subprocess.run([sys.executable, "-c", ASK], capture_output=True, check=True, text=True)  # noqa: S603
    assert json.loads(found.stdout) == []


def test_importing_the_app_needs_no_settings():
    found = subprocess.run(
        [sys.executable, "-c", "import app; app.app.api.cors.get_access_control_headers()"],
        capture_output=True,
        check=True,
        text=True,
        env={},
    )
    assert found.stderr == ""
