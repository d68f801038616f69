"""The language that a caller would rather read, of those that the product speaks."""

from __future__ import annotations

import re
from typing import Final

from chalicelib.rulebook import Language

_RANGE: Final = re.compile(
    r"(?P<tag>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)"
    r"(?:\s*;\s*[qQ]\s*=\s*(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)
_FIRST: Final = next(iter(Language))


def preferred(accept_language: str) -> Language:
    """The one of highest quality in an Accept-Language (RFC 9110), the first named of two; else English.

    Regions are none of our business: `fr-CA` reads French. What cannot be read as a range is passed over.
    """
    qualities: dict[str, int] = {}
    for each in accept_language.split(","):
        found = _RANGE.fullmatch(each.strip())
        if found:
            language = found["tag"].partition("-")[0].lower()
            qualities[language] = max(_thousandths(found["quality"]), qualities.get(language, 0))
    anything = qualities.get("*", 0)
    named = [name for name in qualities if name in set(Language)]
    order = [Language(name) for name in named] + [each for each in Language if each not in named]
    best = max(order, key=lambda each: qualities.get(each, anything))
    return best if qualities.get(best, anything) else _FIRST


def _thousandths(quality: str | None) -> int:
    whole, _, part = (quality or "1").partition(".")
    return int(whole) * 1000 + int(part.ljust(3, "0"))
