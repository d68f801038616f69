"""The routes by noun; importing this enters them all."""

from __future__ import annotations

from typing import Final

from chalicelib.api.registry import ROUTES, Route
from chalicelib.api.routes import (
    admin,
    delegation,
    freelancer,
    invoices,
    payment_methods,
    public,
    subscriptions,
    webhooks,
)

__all__ = [
    "ALL",
    "admin",
    "delegation",
    "freelancer",
    "invoices",
    "payment_methods",
    "public",
    "subscriptions",
    "webhooks",
]

ALL: Final[tuple[Route, ...]] = tuple(ROUTES)
