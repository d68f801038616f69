"""Lists, newest first, page by page: the cursor is ours to read, and means nothing to anybody else."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error, crc32
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec

from chalicelib.api.asking import Asked
from chalicelib.domain.refusals import Refusal

if TYPE_CHECKING:
    from chalicelib.storage.listing import Page

Rendered = TypeVar("Rendered")

_MARK: Final = re.compile(r"(?:[a-z]+#)?[A-Za-z0-9_.\-]{1,200}")


class Listing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which part of a list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="From 1 to 100.")] = 20
    cursor: (
        Annotated[str, msgspec.Meta(max_length=400, description="The `next_cursor` of the page before.")]
        | None
    ) = None


def after(asked: Asked, query: Listing, *, among: str = "") -> str | None:
    """Where the page before ended; refused at `/cursor` unless it comes from this very list.

    `among` is what the marks of the list begin with.
    """
    if query.cursor is None:
        return None
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        mark = urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(":")[2]
    except (Error, ValueError):
        mark = ""
    fits = _MARK.fullmatch(mark) and mark.startswith(among) and "#" not in mark[len(among) :]
    if not fits or _cursor(asked, mark) != query.cursor:  # the cursor says of which list it is
        raise Refusal("validation_failed", "Not a cursor of this list.", pointer="/cursor")
    return mark


def next_cursor(asked: Asked, page: Page) -> str | None:
    """The cursor of the next page, None at the end."""
    return _cursor(asked, page.next_after) if page.next_after is not None else None


def each(asked: Asked, page: Page, render: Callable[[Asked, Any], Rendered]) -> list[Rendered]:
    """The items of a page, rendered."""
    return [render(asked, item) for item in page.items]


def _cursor(asked: Asked, mark: str) -> str:
    return urlsafe_b64encode(f"{_tag(asked)}:{mark}".encode()).decode().rstrip("=")


def _tag(asked: Asked) -> str:
    return f"{crc32(asked.route.path.encode()):08x}"
