"""`python -m chalicelib.ops`: what the product says to CloudWatch stays out of the operator's terminal."""

from __future__ import annotations

import os

# Before the product is imported: its logger reads these when it is made.
os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")

from chalicelib.ops.commands import ops

ops(prog_name="python -m chalicelib.ops")
