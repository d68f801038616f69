"""What a caller may do to a subscription now; a front end shows buttons from it and knows no rule."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.delegation import Act, authorize
from chalicelib.domain.lifecycle import Event, possible
from chalicelib.domain.people import Caller
from chalicelib.domain.refunds import refund_at
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription


def available_actions(sub: Subscription, *, caller: Caller, at: datetime) -> tuple[str, ...]:
    """The actions of the contract that this caller may take at this instant, in a fixed order."""
    offers = (
        ("submit_microsoft_account", Act.SUBMIT_ACCOUNT, possible(sub, Event.ACCOUNT_SUBMITTED)),
        ("cancel", Act.CANCEL, possible(sub, Event.CANCELED) and refund_at(sub, at).allowed),
        ("turn_renewal_off", Act.SET_RENEWAL, possible(sub, Event.AUTO_RENEW_SET) and sub.auto_renew),
        ("turn_renewal_on", Act.SET_RENEWAL, possible(sub, Event.AUTO_RENEW_SET) and not sub.auto_renew),
        (
            "delegate",
            Act.DELEGATE,
            possible(sub, Event.DELEGATION_REQUESTED) and sub.seller is not None and not sub.delegation.open,
        ),
        ("revoke_delegation", Act.REVOKE_DELEGATION, sub.delegation.open),
    )
    return tuple(name for name, act, open_now in offers if open_now and _may(caller, act, sub))


def _may(caller: Caller, act: Act, sub: Subscription) -> bool:
    try:
        authorize(caller, act, sub)
    except Refusal:
        return False
    return True
