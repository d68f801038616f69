"""`make` asks Node.js how old it is, and says so where the storefront cannot be built with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE, NODE = shutil.which("make") or "", shutil.which("node")

pytestmark = [
    pytest.mark.skipif(not MAKE, reason="make is missing"),
    pytest.mark.skipif(NODE is None, reason="Node.js is missing, which is to say that it is another one"),
]


@pytest.fixture
def make(tmp_path):
    """`make`, with a Node.js that says it has another version."""
    disguise = tmp_path / "disguise.cjs"
    disguise.write_text(
        "const node = process.env.DISGUISED_AS;\n"
        'Object.defineProperty(process, "versions", { value: { ...process.versions, node } });\n'
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "CI"))
    }

    def make(*words, node, **environment):
        asked = kept | {"NODE_OPTIONS": f"--require {disguise}", "DISGUISED_AS": node} | environment
        return subprocess.run(  # noqa: S603  (our own Makefile)
            [MAKE, "--silent", *words],
            cwd=ROOT,
            env=asked,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return make


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("18.20.8", False),
        ("20.18.3", False),
        ("20.19.0", True),
        ("21.7.3", False),
        ("22.11.0", False),
        ("22.12.0", True),
        ("24.1.0", True),
    ],
)
def test_nodejs_is_new_enough_for_what_builds_the_storefront(make, version, enough):
    answered = make("--eval=ask: ; @echo '$(HAS_NODE)'", "ask", node=version)
    assert (answered.stdout, answered.stderr) == ("yes\n" if enough else "\n", "")


def test_an_old_nodejs_leaves_the_storefront_out_and_the_API_runs(make):
    said = make("--dry-run", "run", node="18.20.8").stdout
    assert "Node.js 20.19" in said
    assert "npm" not in said.replace("with npm", "")
    assert said.splitlines()[-1].endswith("python -m sandbox")


def test_a_storefront_that_is_asked_for_is_not_left_out_in_silence(make):
    answered = make("storefront", node="18.20.8")
    assert answered.returncode != 0
    assert "Node.js 20.19" in answered.stderr


def test_the_checks_of_the_storefront_may_be_left_out_on_a_laptop_but_not_in_CI(make):
    here, there = make("test-storefront", node="18.20.8"), make("test-storefront", node="18.20.8", CI="true")
    assert "not checked" in here.stderr
    assert here.returncode == 0
    assert "not checked" in there.stderr
    assert there.returncode != 0
