"""One request and one answer, as they go over a line: what every server of the sandbox takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came over the line; `target` is its path with the query."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path alone."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query parameters by name, each as often as it was given."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(self.target).query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    def header(self, name: str) -> str | None:
        """A header, whatever its case."""
        return next((value for given, value in self.headers.items() if given.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer as it goes over the line."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
