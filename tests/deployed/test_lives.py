"""The lives of tests/journeys once more: through API Gateway, functions, queues, roles and schedules."""

from __future__ import annotations

from tests.journeys.test_lives import *  # noqa: F403

del test_a_year_with_ten_subscriptions_passes_quickly_and_completely  # noqa: F821  (how quick the sandbox is)
