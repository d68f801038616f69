"""What the product tells CloudWatch is not for the terminal of whoever tries it out."""

from __future__ import annotations

import os


def hush(*, above: str = "WARNING") -> None:
    """Keep metrics, and log lines below a level, of the product from the terminal.

    POWERTOOLS_LOG_LEVEL=INFO shows the log lines. To be called before the product is imported: its logger
    reads the level when it is made.
    """
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", above)
    os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")
