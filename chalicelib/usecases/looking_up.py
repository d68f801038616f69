"""After an answer that never came, the charge is looked up and not guessed."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.order import Charge
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import UNSETTLED_ALARM
from chalicelib.wiring import World


def charge_of(world: World, *, reference: str, customer_id: str, since: datetime) -> Charge | None:
    """The charge that went through for the reference; None if none did, or the provider cannot say now."""
    try:
        return world.payments.find(reference=reference, customer_id=customer_id, since=since)
    except (Unavailable, OutcomeUnknown):
        return None


def still_unsettled(*, what: str, about: str, since: datetime, at: datetime) -> None:
    """The provider could not say what became of money on its way; after an hour somebody has to look."""
    late = at - since > UNSETTLED_ALARM
    count("unsettled", what=what, age="late" if late else "fresh")
    if late:
        log.error("money unsettled for long", extra={"what": what, "about": about})
