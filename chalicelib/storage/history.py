"""Lines of history: what happened to a subscription or a freelancer, one a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib import domain
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.listing import Listing, Page
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.freelancer import Enrollment
    from chalicelib.domain.lifecycle import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One line of a subscription's or freelancer's history."""

    version: int
    event: str
    at: datetime
    by: Mapping[str, Any]
    status: str
    detail: Mapping[str, Any]


class History(Listing):
    """The part of the store that remembers."""

    def history(self, subject_id: str, *, limit: int, after: str | None) -> Page:
        """The lines of history, newest first."""
        return self._below(subject_id, "history#", HistoryLine, limit=limit, after=after)


def history_row(subject_id: str, version: int, event: str, made: Decision | Enrollment, status: str) -> Row:
    """The line that a decision adds; its number is the version that it makes."""
    line = HistoryLine(
        version=version,
        event=str(event),
        at=made.at,
        by={"role": made.by.role, "id": made.by.id, "name": made.by.name, "delegated": made.by.delegated},
        status=status,
        detail=made.detail if isinstance(made, domain.lifecycle.Decision) else {},
    )
    return Row(*keys.history(subject_id, version), body=encode(line))
