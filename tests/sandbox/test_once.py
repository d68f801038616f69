"""What is made once is made once, also for those who come together: a page asks for many things at a time."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

from sandbox.once import once

MANY = 8
ROOT = Path(__file__).parents[2]


def together(get):
    """What each of many hears who ask in the same moment."""
    begun = Barrier(MANY)

    def ask(_):
        begun.wait()
        return get()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(ask, range(MANY)))


def test_those_who_come_together_get_the_same():
    slow, made = Barrier(2), []

    @once
    def thing():
        made.append(object())
        with suppress(BrokenBarrierError):
            slow.wait(timeout=0.2)  # whoever came second would be here too
        return made[-1]

    assert set(together(thing)) == set(made)
    assert len(made) == 1


@pytest.mark.parametrize(
    "get", ["sandbox.tokens:_private_key", "sandbox.simulators.microsoft.certificates:signer"]
)
def test_a_process_signs_with_one_key_from_its_first_moment(get):
    module, name = get.split(":")
    program = (
        "from tests.sandbox.test_once import together\n"
        f"from {module} import {name}\n"
        f"print(len({{id(each) for each in together({name})}}))"
    )
    told = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert told.stdout.split() == ["1"]
