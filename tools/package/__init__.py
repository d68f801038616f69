"""The package that is deployed: built from the locked requirements, and the same bytes each time."""

from __future__ import annotations

from tools.package.building import Built, build

__all__ = ["Built", "build"]
