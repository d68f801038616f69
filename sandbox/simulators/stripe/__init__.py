"""A simulator of Stripe: payments, taxes and payouts, as far as the product uses them, over HTTP."""

from __future__ import annotations

from sandbox.simulators.stripe.ledger import Entry, Kind
from sandbox.simulators.stripe.simulator import SECRET_KEY, Outcome, StripeSimulator
from sandbox.simulators.stripe.wire import API_VERSION, StripeError, error_shape

__all__ = [
    "API_VERSION",
    "SECRET_KEY",
    "Entry",
    "Kind",
    "Outcome",
    "StripeError",
    "StripeSimulator",
    "error_shape",
]
