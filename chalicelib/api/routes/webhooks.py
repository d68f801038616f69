"""What the neighbors tell us: the signature is checked, and the rest is done elsewhere."""

from __future__ import annotations

from chalicelib import usecases
from chalicelib.api.asking import Asked
from chalicelib.api.registry import PUBLIC, post


@post("/v1/webhooks/payments", roles=PUBLIC, status=204, raw=True, problems=("signature_invalid",))
def take_payment_notice(asked: Asked) -> None:
    """A notice of the payment provider; harmless when repeated, late or out of order."""
    usecases.webhooks.payment_notice(
        asked.world, headers=asked.headers, body=asked.content, at=asked.at, request_id=asked.request_id
    )


@post(
    "/v1/webhooks/microsoft",
    roles=PUBLIC,
    status=204,
    raw=True,
    problems=("signature_invalid", "microsoft_unavailable"),
)
def take_microsoft_notice(asked: Asked) -> None:
    """A notice of Microsoft; harmless when repeated, late or out of order."""
    usecases.webhooks.microsoft_notice(
        asked.world, headers=asked.headers, body=asked.content, at=asked.at, request_id=asked.request_id
    )
