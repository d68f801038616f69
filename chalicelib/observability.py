"""Logs and metrics for the one on call: structured, with a request id, without personal data.

One logger and one metrics sink for the process. `count` is the metric of an outcome; `said` binds what every
following line of this request or message should carry (ids, never names or addresses).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE: Final = "seatwise"
NAMESPACE: Final = "Seatwise"

log: Final = Logger(service=SERVICE, use_rfc3339=True, utc=True)


def count(metric: str, value: int = 1, /, **dimensions: str) -> None:
    """Emit the metric of an outcome, in embedded metric format on standard output.

    Nothing is emitted where POWERTOOLS_METRICS_DISABLED is `true`: on a terminal nobody reads them.
    """
    if os.environ.get("POWERTOOLS_METRICS_DISABLED", "").lower() == "true":
        return
    with single_metric(
        name=metric,
        unit=MetricUnit.Count,
        value=value,
        namespace=NAMESPACE,
        default_dimensions={"service": SERVICE, "stage": os.environ.get("STAGE", "dev"), **dimensions},
    ):
        pass


@contextmanager
def said(**facts: str) -> Iterator[None]:
    """Every log line inside carries these facts: a request id, a subscription's id, an effect's id."""
    with log.append_context_keys(**facts):
        yield
