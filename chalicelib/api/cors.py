"""Which other origin's pages may call the API from a browser: the storefront's, and no other."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from chalice.app import CORSConfig

from chalicelib.settings import NotConfigured, Settings
from chalicelib.wiring import world

ALLOWED: Final = ("Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id")
EXPOSED: Final = ("Content-Disposition", "Idempotent-Replayed", "Location", "Retry-After", "X-Request-Id")
REMEMBERED: Final = 600  # seconds that a browser keeps the answer to its preflight


class StorefrontCors(CORSConfig):
    """Chalice's configuration, whose origin is read when needed: importing the app reads no settings."""

    def __init__(self) -> None:
        super().__init__(allow_headers=ALLOWED, expose_headers=EXPOSED, max_age=REMEMBERED)

    def get_access_control_headers(self) -> dict[str, str]:
        """See CORSConfig."""
        headers: dict[str, str] = super().get_access_control_headers()
        return {**headers, "Access-Control-Allow-Origin": storefront_origin()}


def storefront_origin() -> str:
    """Scheme, host and port of the storefront."""
    try:
        settings = world().settings
    except NotConfigured:  # while it is packaged there is no table yet
        settings = Settings.read({**os.environ, "TABLE_NAME": "none"})
    address = urlsplit(settings.brand.storefront_url)
    return f"{address.scheme}://{address.netloc}"
