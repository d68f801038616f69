"""Run a sweep now: its function is given what its schedule would give it."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.invariants.marks import written
from chalicelib.domain.waking import Sweep
from chalicelib.ops.account import Account


def run_sweep(account: Account, sweep: Sweep, *, at: datetime, run_id: str) -> str:
    """Have the sweep's function run, soon; the id that its log lines will carry."""
    function = "".join(word.title() for word in f"sweep_{sweep.value}".split("_"))
    event = {
        "version": "0",
        "id": run_id,
        "detail-type": "Scheduled Event",
        "source": "seatwise.ops",
        "account": "",
        "time": written(at),
        "region": account.settings.region,
        "resources": [],
        "detail": {},
    }
    account.invoke(account.resource(function), event)
    return run_id
