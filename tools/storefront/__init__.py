"""The storefront as files: what it is told, how browsers are to treat it, and where it goes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DIST: Final = Path(__file__).parents[2] / "build" / "storefront"  # where `make storefront` puts it
