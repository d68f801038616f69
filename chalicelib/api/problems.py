"""Every way in which a request can fail: one table, one form (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from chalicelib.domain.refusals import Refusal

MEDIA_TYPE: Final = "application/problem+json"

PROBLEMS: Final[Mapping[str, tuple[int, str]]] = {
    # code                       status  title
    "malformed_json": (400, "The body is not JSON"),
    "idempotency_key_required": (400, "An Idempotency-Key is required"),
    "idempotency_key_invalid": (400, "The Idempotency-Key is not valid"),
    "signature_invalid": (400, "The signature is not valid"),
    "unauthenticated": (401, "Not signed in"),
    "payment_declined": (402, "The payment was declined"),
    "forbidden": (403, "Not allowed"),
    "not_found": (404, "Not found"),
    "link_not_found": (404, "This link is not in use"),
    "method_not_allowed": (405, "Method not allowed"),
    "not_acceptable": (406, "Not available in the form asked for"),
    "invalid_transition": (409, "Not possible now"),
    "cancellation_window_closed": (409, "Too late to cancel"),
    "quote_expired": (409, "The quote is no longer valid"),
    "price_changed": (409, "The price has changed"),
    "renewal_in_progress": (409, "A renewal is being charged"),
    "no_authentication_needed": (409, "No payment waits to be confirmed"),
    "domain_taken": (409, "The domain is taken"),
    "address_suppressed": (409, "This address gets no mails"),
    "no_seller": (409, "There is nobody to delegate to"),
    "terms_outdated": (409, "The terms have changed"),
    "payouts_off": (409, "Commissions are not paid out here"),
    "already_invited": (409, "Already in the program"),
    "credentials_not_ready": (409, "Not active yet"),
    "idempotency_key_reused": (409, "The Idempotency-Key was used for another request"),
    "idempotency_in_progress": (409, "The first request is still being worked on"),
    "credentials_gone": (410, "The credentials are gone"),
    "payload_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body must be JSON"),
    "validation_failed": (422, "Some fields are not valid"),
    "country_not_supported": (422, "Not sold in this country"),
    "price_not_available": (422, "No price on that day"),
    "rate_limited": (429, "Too many requests"),
    "internal_error": (500, "Something went wrong on our side"),
    "payment_unavailable": (503, "The payment provider does not answer"),
    "microsoft_unavailable": (503, "Microsoft does not answer"),
    "identity_unavailable": (503, "Sign-in cannot be checked now"),
    "neighbor_unavailable": (503, "A service that we need does not answer"),
    "busy": (503, "Too many changes at once"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One field that is not valid: an RFC 6901 pointer, and what would be."""

    pointer: str
    detail: str


class Invalid(Refusal):
    """Several fields are not valid, and all of them are named."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("validation_failed", _summary(self.errors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refusal as it is answered: status, body and the headers that go with it."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(refusal: Refusal, *, request_id: str) -> Problem:
    """What a refusal looks like to a client; `instance` is the request under which the logs have it."""
    status, title = PROBLEMS[refusal.code]
    facts = {name: value for name, value in refusal.facts.items() if name != "retry_after"}
    body = {
        "type": f"urn:seatwise:problem:{refusal.code}",
        "title": title,
        "status": status,
        "detail": refusal.detail,
        "instance": f"urn:seatwise:request:{request_id}",
        "code": refusal.code,
        **facts,
    }
    errors = errors_of(refusal)
    if status == 422 and errors:  # noqa: PLR2004
        body["errors"] = errors
    headers = {}
    if "retry_after" in refusal.facts:
        headers["Retry-After"] = str(refusal.facts["retry_after"])
    if refusal.code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    plain: dict[str, Any] = msgspec.to_builtins(body)
    return Problem(status=status, body=plain, headers=headers)


def errors_of(refusal: Refusal) -> tuple[FieldError, ...]:
    """The fields that a refusal is about."""
    if isinstance(refusal, Invalid):
        return refusal.errors
    if refusal.pointer is not None:
        return (FieldError(pointer=refusal.pointer, detail=refusal.detail),)
    return ()


def is_an_answer(refusal: Refusal) -> bool:
    """Whether it stays true when asked again: a 4xx that does not say "later" (those are never kept)."""
    status, _ = PROBLEMS[refusal.code]
    passing = refusal.code.startswith("idempotency_") or "retry_after" in refusal.facts
    return 400 <= status < 500 and status not in (401, 429) and not passing  # noqa: PLR2004


def _summary(errors: tuple[FieldError, ...]) -> str:
    if len(errors) == 1:
        return errors[0].detail
    return f"{len(errors)} fields are not valid."
