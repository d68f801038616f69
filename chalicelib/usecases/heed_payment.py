"""A notice of the payment provider's: look at what it is about, and believe nothing else of it."""

from __future__ import annotations

from datetime import datetime

from chalicelib.gateways.payments import Concern
from chalicelib.usecases import checkout, disputes, pay_back, payouts, renew
from chalicelib.wiring import World


def heed(world: World, *, reference: str, at: datetime, request_id: str) -> None:
    """Look again at what a notice was about: a charge, a refund, a dispute, a freelancer's account."""
    concern, _, about = reference.rpartition(":")
    if concern == Concern.REFUND:
        pay_back.look(world, refund_id=about, at=at, request_id=request_id)
    elif concern == Concern.DISPUTE:
        disputes.look(world, dispute_id=about, at=at, request_id=request_id)
    elif concern == Concern.PAYOUT_ACCOUNT:
        payouts.look(world, account_id=about, at=at, request_id=request_id)
    elif about.startswith("ord_"):
        checkout.settle(world, order_id=about, give_up=False, at=at, request_id=request_id)
    else:
        renew.look(world, reference=about, at=at, request_id=request_id)
