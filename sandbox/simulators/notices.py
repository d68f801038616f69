"""The webhooks of a simulator: what waits to be told to the product, and the mischief of the way there."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LATE_BY: Final = timedelta(minutes=10)

Sign = Callable[[bytes, datetime], Mapping[str, str]]


class Trick(StrEnum):
    """What becomes of a notice on its way."""

    LOST = "lost"
    DUPLICATE = "duplicate"
    LATE = "late"
    REORDER = "reorder"  # the next one overtakes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One delivery of a webhook; its headers were signed when it was taken to be sent."""

    target: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    tries: int = 1  # which delivery of the same notice this is


class Mischief:
    """What the next notices suffer, in the order in which it was planned."""

    def __init__(self) -> None:
        self._planned: deque[tuple[Trick, timedelta]] = deque()
        self._lock = threading.Lock()

    def plan(self, trick: Trick | str, *, count: int = 1, late_by: timedelta = LATE_BY) -> None:
        """What becomes of the next `count` notices; one that nothing overtakes comes `late_by` later."""
        with self._lock:
            self._planned.extend([(Trick(trick), late_by)] * count)

    def clear(self) -> None:
        """Let every notice arrive, once and in order."""
        with self._lock:
            self._planned.clear()

    @property
    def planned(self) -> list[str]:
        """What is planned for the next notices."""
        with self._lock:
            return [trick.value for trick, _ in self._planned]

    def take(self) -> tuple[Trick, timedelta] | None:
        """What becomes of this notice; None if nothing does."""
        with self._lock:
            return self._planned.popleft() if self._planned else None


@dataclass(slots=True, kw_only=True)
class _Waiting:
    due_at: datetime
    rank: float
    target: str
    body: bytes
    tries: int = 1
    overtaken: bool = False  # by the next that is put in


class Outbox:
    """The notices that wait for their moment; they are signed when they are sent, as the receiver expects."""

    def __init__(self, *, sign: Sign, mischief: Mischief) -> None:
        self._sign = sign
        self._mischief = mischief
        self._waiting: list[_Waiting] = []
        self._put = 0
        self._lock = threading.RLock()

    def put(self, *, due_at: datetime, target: str, body: bytes) -> None:
        """Have a notice sent at its moment, unless mischief is planned for it."""
        with self._lock:
            self._put += 1
            notice = _Waiting(due_at=due_at, rank=self._put, target=target, body=body)
            self._overtake(notice)
            trick, late_by = self._mischief.take() or (None, timedelta())
            if trick is Trick.LOST:
                return
            if trick is Trick.LATE or trick is Trick.REORDER:
                notice.due_at += late_by
                notice.overtaken = trick is Trick.REORDER
            self._waiting.append(notice)
            if trick is Trick.DUPLICATE:
                self._waiting.append(
                    _Waiting(due_at=due_at, rank=notice.rank + 0.25, target=target, body=body)
                )

    def again(self, notice: Notice, *, at: datetime) -> None:
        """Have a notice sent once more at an instant: its receiver did not take it."""
        with self._lock:
            self._put += 1
            self._waiting.append(
                _Waiting(
                    due_at=at,
                    rank=self._put,
                    target=notice.target,
                    body=notice.body,
                    tries=notice.tries + 1,
                )
            )

    def take(self, at: datetime) -> Notice | None:
        """The next notice whose moment has come, signed for this instant."""
        with self._lock:
            due = [each for each in self._waiting if each.due_at <= at]
            if not due:
                return None
            first = min(due, key=lambda each: (each.due_at, each.rank))
            self._waiting = [each for each in self._waiting if each is not first]
        headers = dict(self._sign(first.body, at))
        return Notice(target=first.target, body=first.body, headers=headers, tries=first.tries)

    def has(self, at: datetime) -> bool:
        """Whether a notice's moment has come."""
        with self._lock:
            return any(each.due_at <= at for each in self._waiting)

    def next_at(self) -> datetime | None:
        """When the next notice is to be sent."""
        with self._lock:
            return min((each.due_at for each in self._waiting), default=None)

    def _overtake(self, notice: _Waiting) -> None:
        """Let a notice pass those that are to be overtaken by it."""
        for number, each in enumerate([each for each in self._waiting if each.overtaken], start=1):
            each.overtaken = False
            each.due_at, each.rank = notice.due_at, notice.rank + 0.5 + number / 1000
