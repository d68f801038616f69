"""After an answer that never came, the charge is looked up and not guessed."""

from __future__ import annotations

from chalicelib.domain.order import Charge
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.wiring import World


def charge_of(world: World, *, reference: str) -> Charge | None:
    """The charge that went through for the reference; None if none did, or the provider cannot say now."""
    try:
        return world.payments.find(reference=reference)
    except (Unavailable, OutcomeUnknown):
        return None
