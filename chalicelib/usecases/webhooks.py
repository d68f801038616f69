"""What the neighbors tell us: checked, answered at once, and only ever a reason to look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.observability import count
from chalicelib.wiring import World

PAYMENTS, MICROSOFT = "payments", "microsoft"


def payment_notice(
    world: World, *, headers: Mapping[str, str], body: bytes, at: datetime, request_id: str
) -> None:
    """Have a payment looked up again; refused with `signature_invalid` if the notice is not genuine."""
    try:
        notice = world.payments.read_webhook(headers=headers, body=body, at=at)
    except Refused as refused:
        raise _not_genuine(PAYMENTS) from refused
    count("webhook", neighbor=PAYMENTS, outcome="taken" if notice else "ignored")
    if notice is not None:
        world.queue.look_again(
            neighbor=PAYMENTS, reference=f"{notice.concern}:{notice.reference}", request_id=request_id
        )


def microsoft_notice(
    world: World, *, headers: Mapping[str, str], body: bytes, at: datetime, request_id: str
) -> None:
    """Have a tenant or a grant looked at again; `signature_invalid` if the notice is not genuine."""
    try:
        notice = world.microsoft.read_webhook(headers=headers, body=body, at=at)
    except Refused as refused:
        raise _not_genuine(MICROSOFT) from refused
    except (Unavailable, OutcomeUnknown) as trouble:
        # Whether it is genuine cannot be told without the certificate: Microsoft sends it again.
        count("webhook", neighbor=MICROSOFT, outcome="put_off")
        raise Refusal(
            "microsoft_unavailable",
            "The certificate of this notice cannot be had now. Send it again.",
            facts={"retry_after": 60},
        ) from trouble
    count("webhook", neighbor=MICROSOFT, outcome="taken" if notice else "ignored")
    if notice is not None:
        world.queue.look_again(
            neighbor=MICROSOFT, reference=f"{notice.kind}:{notice.id}", request_id=request_id
        )


def _not_genuine(neighbor: str) -> Refusal:
    count("webhook", neighbor=neighbor, outcome="refused")
    return Refusal("signature_invalid", "The signature of this notice does not fit.")
