"""The switchboard: registers every way in, and nothing else."""

from __future__ import annotations

from chalicelib import sweeps, workers
from chalicelib.api.application import Application

app = Application()
sweeps.register(app)
workers.register(app)
