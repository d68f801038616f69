"""One request: as it came, and what has been found out about it on its way to a view."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from chalicelib.api.languages import preferred
from chalicelib.api.registry import Route
from chalicelib.domain.refusals import Refusal, not_found
from chalicelib.wiring import World, world

if TYPE_CHECKING:
    from chalicelib.domain.people import Caller
    from chalicelib.rulebook import Language
    from chalicelib.storage.records import Once

LARGEST_BODY: Final = 256 * 1024  # bytes
_ID: Final = re.compile(r"[A-Za-z0-9_.\-]{1,200}")


class Asked:
    """One request to one route; `caller` and `once` are known once it has been let in."""

    caller: Caller
    once: Once | None = None

    def __init__(
        self, *, route: Route, event: Mapping[str, Any], path: Mapping[str, str], request_id: str
    ) -> None:
        self.route = route
        self.path = path
        self.request_id = request_id
        self._event = event

    @cached_property
    def world(self) -> World:
        """The outside world; a route that needs nothing of it does not make it."""
        return world()

    @cached_property
    def at(self) -> datetime:
        """The instant of this request: the clock is asked once."""
        return self.world.now()

    @property
    def only_once(self) -> Once:
        """The idempotency of a request whose route requires a key."""
        if self.once is None:
            raise Refusal(
                "idempotency_key_required", "Send an Idempotency-Key: 1 to 255 printable characters."
            )
        return self.once

    def id(self, name: str = "id") -> str:
        """An id in the path; what cannot be one of ours is not there."""
        found = self.path[name]
        if not _ID.fullmatch(found):
            raise not_found(name.removesuffix("_id") if name != "id" else "resource")
        return found

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers by lower-case name."""
        return lowered(self._event.get("headers"))

    @property
    def language(self) -> Language:
        """The language to answer in, where a text is there in several."""
        return preferred(self.headers.get("accept-language", ""))

    @property
    def query(self) -> Mapping[str, list[str]]:
        """The query parameters as they came."""
        return self._event.get("multiValueQueryStringParameters") or {}

    @property
    def content(self) -> bytes:
        """The bytes of the body; refused with `payload_too_large`."""
        if len(self.sent) > LARGEST_BODY:
            raise Refusal("payload_too_large", f"A body has at most {LARGEST_BODY // 1024} kB.")
        return self.sent

    @cached_property
    def sent(self) -> bytes:
        """The bytes of the body, however many."""
        body = self._event.get("body") or ""
        if isinstance(body, bytes):
            return body
        if self._event.get("isBase64Encoded"):
            try:
                return base64.b64decode(body)
            except binascii.Error:
                return b""
        return str(body).encode("utf-8", "surrogatepass")


def lowered(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Headers by lower-case name."""
    return {name.lower(): value for name, value in (headers or {}).items()}
