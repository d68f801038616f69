"""How long to wait before the same is asked again."""

from __future__ import annotations

import re
from typing import Final

FIRST: Final = 0.4
LONGEST: Final = 8.0

_SECONDS: Final = re.compile(r"\d{1,9}(\.\d{1,9})?")


def pause_after(tried: int, *, retry_after: str | None = None, spread: int = 0) -> float:
    """The seconds after so many earlier tries: what we were told, else twice as long each time.

    `spread` is a byte of something that differs from one caller to the next, so that they do not come back
    all together.
    """
    told = (retry_after or "").strip()
    if _SECONDS.fullmatch(told):
        return float(told) * 2**tried if tried else float(told)
    return min(FIRST * 2.0**tried, LONGEST) * (1 + spread / 512)
