"""What every part of the simulator stands on: the clock, ids that a seed decides, and the switches."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from typing import Final, Protocol

TAKEN_PREFIXES: Final = ("contoso", "fabrikam", "adventureworks", "northwind", "tailspintoys")
MISSING: Final = "missing"  # a domain that begins so belongs to no tenant
REFUSED: Final = "refused"  # an organization with this in its name or domain may not buy
ONMICROSOFT: Final = ".onmicrosoft.com"


class Clock(Protocol):
    """Whoever knows what time it is."""

    def now(self) -> datetime:
        """This instant, UTC."""


class Switches:
    """How Microsoft behaves today; tests and the sandbox turn these at any time."""

    partner_name = "Seatwise"  # who asks, on the pages of the client
    partner_url = ""  # where the client came from, if anywhere
    review_takes = timedelta()  # Microsoft looks at a new organization for so long
    under_review = False  # it looks at every organization, and has not decided
    review_word = "UnderReview"  # what the status says while it looks: also "Not Ready", "Unknown"
    provisioning_takes = timedelta()  # an order is pending for so long, without an id of its seats
    list_lag = timedelta()  # new orders and seats are missing from lists for so long
    read_lag = timedelta()  # and cannot be read by their id for so long
    answers_late = timedelta()  # an acceptance shows only so much later
    answers_accepted = False  # a change is answered 202, and shows only on the second look
    etags = False  # seats carry an etag, and a stale one is refused
    replays_for = timedelta(hours=24)  # a request id answers as the first time for so long
    replays_refusals = True  # also when the first answer was a refusal: after any answer, another id is due
    announces_signatures = (
        True  # a tenant of ours that signs the agreement is announced as well (not documented)
    )
    notices_late = timedelta()  # how far behind the webhooks are; up to 48 hours are promised
    strict_rotation = False  # an old refresh token dies an hour after it was exchanged
    refresh_tokens_last = timedelta(days=90)  # from their last use
    activation_takes = timedelta()  # from the client's approval of a grant until it is active
    termination_takes = timedelta()  # from the request to end a grant until it is over
    assignment_takes = timedelta()  # until the roles of a group are in effect, or gone


class Ids:
    """Ids that look random and are decided by the seed; what is only read never moves the others."""

    def __init__(self, seed: int) -> None:
        self._made = random.Random(seed)
        self._passing = random.Random(seed + 1)

    def guid(self) -> str:
        """The id of something that stays."""
        return _guid(self._made)

    def passing(self) -> str:
        """An id for one answer: a correlation id, a trace."""
        return _guid(self._passing)

    def hexadecimal(self, digits: int) -> str:
        """A short id, such as an order's, or a secret."""
        return f"{self._made.getrandbits(digits * 4):0{digits}x}"


def _guid(source: random.Random) -> str:
    return str(uuid.UUID(int=source.getrandbits(128), version=4))
