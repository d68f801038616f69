"""Run in a process of its own: what Lambda does with a function, among nothing but what is packaged.

Reads from standard input which modules may be imported, and the handlers to call with their events; prints,
as its last line, what was loaded and what they answered.
"""

from __future__ import annotations

import importlib
import json
import sys
from importlib.abc import MetaPathFinder


class OnlyWhatIsPackaged(MetaPathFinder):
    """Refuses every module that is not among the allowed ones, although it is installed."""

    def __init__(self, allowed):
        self._allowed = frozenset(allowed) | sys.stdlib_module_names

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] not in self._allowed:
            raise ModuleNotFoundError(f"No module named {fullname!r} in the package", name=fullname)


class Context:
    """What Lambda tells a function of its invocation."""

    function_name = "seatwise"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:seatwise"
    aws_request_id = "8f507cfc-xmpl-4697-b07a-ac58fc914c95"

    def get_remaining_time_in_millis(self):
        return 300_000


def handler_of(name):
    """The handler, found as Lambda finds it."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def refused(name):
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return True
    return False


def main(given):
    sys.meta_path.insert(0, OnlyWhatIsPackaged(given["allowed"]))
    blocked = [name for name in given["refused"] if refused(name)]
    handlers = [(handler_of(name), event) for name, event in given["calls"]]
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    answers = [handler(event, Context()) for handler, event in handlers]
    return {
        "refused": blocked,
        "loaded": loaded,
        "loaded_afterwards": sorted({name.partition(".")[0] for name in sys.modules}),
        "answers": answers,
    }


if __name__ == "__main__":
    told = main(json.load(sys.stdin))
    print("\n" + json.dumps(told))  # noqa: T201  (it has no other way to answer)
