"""What an answer of Stripe means: done, a final no, a matter of time, or nobody knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from chalicelib.gateways.payments import AuthenticationNeeded, Declined
from chalicelib.gateways.transport import NoReply, Reply
from chalicelib.gateways.trouble import OutcomeUnknown

NEIGHBOR: Final = "payments"

# Asking the same again brings the same.
_FINAL: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PAYMENT_REQUIRED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
    }
)
_LATER: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
_HOPELESS_DECLINES: Final = frozenset({"lost_card", "stolen_card", "pickup_card", "fraudulent"})
_HOPELESS_CODES: Final = frozenset({"expired_card", "incorrect_cvc", "incorrect_number"})
_DO_NOT_TRY_AGAIN: Final = "do_not_try_again"
_AUTHENTICATION: Final = "authentication_required"
_NOT_AUTHENTICATED: Final = "payment_intent_authentication_failure"  # somebody was there, and failed
_STILL_RUNNING: Final = "idempotency_key_in_use"
_NOBODY_KNOWS: Final = (
    HTTPStatus.INTERNAL_SERVER_ERROR
)  # and above: it may have done its work before it broke


class Problem(Exception):
    """Stripe's final no to one request, for the adapter to say what it means there.

    `message` is for matching alone: it may quote what was sent, so it is neither shown nor logged.
    """

    def __init__(self, *, status: int, error: Mapping[str, Any]) -> None:
        self.status = status
        self.kind = _text(error, "type")
        self.code = _text(error, "code")
        self.decline_code = _text(error, "decline_code")
        self.advice_code = _text(error, "advice_code")
        self.param = _text(error, "param")
        self.message = _text(error, "message")
        super().__init__(f"{status} {self.code or self.kind or 'without a code'}")

    @property
    def other_request(self) -> bool:
        """Whether the key was used before, for something else."""
        return self.kind == "idempotency_error" or self.code == "idempotency_error"

    @property
    def missing(self) -> bool:
        """Whether something that was named is not there."""
        return self.status == HTTPStatus.NOT_FOUND or self.code == "resource_missing"

    @property
    def by_bank(self) -> bool:
        """Whether it was the bank that said no, to this card."""
        return self.status == HTTPStatus.PAYMENT_REQUIRED

    @property
    def misconfigured(self) -> bool:
        """Whether our key is wrong, or may not do this: nothing happened, and somebody has to see to it."""
        return self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class KeySpent(OutcomeUnknown):
    """Stripe keeps a failure of its own under this key, and will answer nothing else for a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One try that came to nothing we can use."""

    code: str
    status: int | None
    perhaps_done: bool  # it may have been carried out all the same
    worth_repeating: bool
    key_spent: bool = False
    wait: float = 0.0  # the seconds that Stripe wants us to stay away


def failure_of(lost: NoReply) -> Failure:
    """What no answer at all means."""
    return Failure(code="no_reply", status=None, perhaps_done=lost.sent, worth_repeating=True)


def read(reply: Reply) -> dict[str, Any] | Failure:
    """The object that Stripe answered, or why there is none; raises Problem for a final no."""
    document = _document(reply.body)
    done = HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES
    if done and document is not None and "object" in document:
        return document
    error = document.get("error") if document else None
    error = error if isinstance(error, dict) else {}
    if reply.status < HTTPStatus.BAD_REQUEST:
        # Done, most likely; but what came is no answer of Stripe's, and the same key brings it again.
        return Failure(code="unreadable", status=reply.status, perhaps_done=True, worth_repeating=True)
    should_retry = reply.headers.get("stripe-should-retry")
    if reply.status in _FINAL:
        raise Problem(status=reply.status, error=error)
    if reply.status < _NOBODY_KNOWS and reply.status not in _LATER and should_retry != "true":
        raise Problem(status=reply.status, error=error)
    code = _text(error, "code") or _text(error, "type") or "without_a_code"
    nobody_knows = reply.status >= _NOBODY_KNOWS
    return Failure(
        code=code,
        status=reply.status,
        perhaps_done=nobody_knows or code == _STILL_RUNNING,
        worth_repeating=should_retry != "false",
        key_spent=nobody_knows and reply.headers.get("idempotent-replayed") == "true",
        wait=_seconds(reply.headers.get("retry-after")),
    )


def no_of_the_bank(
    *, code: str | None, decline_code: str | None, advice_code: str | None
) -> Declined | AuthenticationNeeded:
    """What the bank's no to a card means for us; where there is advice, it takes precedence."""
    if _AUTHENTICATION in {code, decline_code}:
        return AuthenticationNeeded()
    hopeless = (
        advice_code == _DO_NOT_TRY_AGAIN
        if advice_code
        else decline_code in _HOPELESS_DECLINES or code in _HOPELESS_CODES
    )
    return Declined(decline_code or code or "card_declined", hopeless=hopeless)


def waits_for_cardholder(intent: Mapping[str, Any]) -> bool:
    """Whether a PaymentIntent goes on as soon as the cardholder shows up in the browser, or tries again."""
    if intent.get("status") == "requires_action":
        return True
    last = intent.get("last_payment_error") or {}
    unseen = last.get("code") in {_AUTHENTICATION, _NOT_AUTHENTICATED}
    return unseen and intent.get("status") == "requires_payment_method"


def _document(body: bytes) -> dict[str, Any] | None:
    """The JSON object that a body is, if it is one; a proxy on the way may answer with a page instead."""
    try:
        document = json.loads(body.decode())
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _text(error: Mapping[str, Any], name: str) -> str | None:
    value = error.get(name)
    return value if isinstance(value, str) and value else None


def _seconds(header: str | None) -> float:
    """Retry-After in seconds; the date that it may be as well tells us nothing we would wait for."""
    return float(header) if header and header.isascii() and header.isdigit() else 0.0
