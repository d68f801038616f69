"""How Microsoft says no: four shapes of an error made one, and what each code means to us."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from chalicelib.gateways.microsoft import CartGone
from chalicelib.gateways.partner_center.answers import Said, Unreadable, read
from chalicelib.gateways.transport import Reply
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Trouble, Unavailable
from chalicelib.observability import count, log

STALE: Final = "2055"  # somebody else has changed the resource: HTTP 400, not 412

# Nothing changes until one of us does something: our own roles, terms, credit line or registration.
ALARMS: Final = {
    "800001": "the partner's token is missing",
    "800023": "our credit line is used up",
    "800025": "our credit line is used up",
    "900121": "our credit line is used up",
    "900124": "our company has not accepted the partner agreement",
    "900308": "our user lacks a role",
    "900309": "conditional access keeps our user out",
    "900329": "an app-only token was used",
    "900420": "the token is for a retired audience",
    "400030": "this segment is not open to us",
    "400036": "this view of the catalog is not open to us",
}

# It may pass by itself: the client signs, a review ends, another request is done.
LATER: Final = {
    "13605": "the client has not signed the customer agreement",
    "20000": "the order does not show yet",
    "20002": "the client has not accepted us as partner",
    "20003": "the seats do not show yet",
    "60003": "the client has not accepted us as partner",
    "800060": "an order is in progress",
    "800064": "the cart is being processed",
    "800073": "the client is under review",
    "800074": "the client is under review",
    "800081": "the seats are not ready yet",
    "800082": "the seats are not ready yet",
    "900278": "another change is pending",
    "2001": "the seats are suspended",
    "800040": "the status cannot be changed from what it is",
    "800091": "the seats are suspended",
    "800096": "the status cannot be changed from what it is",
    STALE: "somebody else keeps changing it",
}

# For good, for this client and this order; the reasons are told to the client.
REFUSALS: Final = {
    "2002": "Microsoft does not sell this number of seats.",
    "800066": "Microsoft's limit of subscriptions for this organization is reached.",
    "800067": "Microsoft's limit of seats for this organization is reached.",
    "800069": "Microsoft declined the order after its own checks.",
    "800075": "Microsoft does not sell to this organization: its eligibility check was not passed.",
    "800088": "Microsoft's limit of seats for this organization is reached.",
    "800089": "Microsoft's limit of seats for this organization is reached.",
    "900416": "Microsoft has locked this organization for purchases.",
}

# The cart is of no use any more: it expired, or the catalog has changed.
CART_GONE: Final = {
    "800004",
    "800008",
    "800009",
    "800010",
    "800017",
    "800020",
    "800028",
    "800070",
}

SUBMITTED: Final = "800065"  # this cart was ordered before
DELETED: Final = "2011"  # there is no way back
WINDOW_OVER: Final = frozenset({"900117", "900213"})  # the second one in newer lists
NO_ACCOUNT_STATUS: Final = "600074"

_PASSING: Final = {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}


class Failed(Exception):
    """An answer that says no, in one shape; whoever asked knows what it means there."""

    def __init__(
        self,
        *,
        neighbor: str,
        status: int,
        code: str | None,
        description: str,
        retryable: bool,
        correlation_id: str,
        doubtful: bool = False,
    ) -> None:
        super().__init__(f"{neighbor}: {status} {code or 'without a code'}")
        self.neighbor = neighbor
        self.status = status
        self.code = code
        self.description = description  # never logged: it may quote what was sent
        self.retryable = retryable
        self.correlation_id = correlation_id
        self.doubtful = doubtful  # an earlier try of the same change went unanswered, and may have worked

    @property
    def not_found(self) -> bool:
        """Whether there is no such thing."""
        return self.status == HTTPStatus.NOT_FOUND

    @property
    def stale(self) -> bool:
        """Whether the resource has changed since it was read."""
        return self.code == STALE or self.status == HTTPStatus.PRECONDITION_FAILED

    def trouble(self) -> Trouble:
        """What to do about it."""
        if self.doubtful:
            # The answer may be about what the lost one did: only the same question, asked afresh, will tell.
            return OutcomeUnknown(self.neighbor, f"{self} after an answer was lost")
        return trouble_of(self.code, status=self.status, neighbor=self.neighbor, retryable=self.retryable)


def read_failure(reply: Reply, *, neighbor: str, correlation_id: str, doubtful: bool) -> Failed:
    """The failure in an answer of any of the shapes, without a body too."""
    try:
        said = read(reply.body)
    except Unreadable:
        said = Said()
    graph = said.part("error")  # Graph's own envelope
    code = said.text("code") or graph.text("code")
    return Failed(
        neighbor=neighbor,
        status=reply.status,
        code=code,
        description=said.text("description") or said.text("message") or graph.text("message") or "",
        retryable=said.yes("isRetryable"),
        correlation_id=reply.headers.get("ms-correlationid", correlation_id),
        doubtful=doubtful,
    )


def trouble_of(code: str | None, *, status: int, neighbor: str, retryable: bool = False) -> Trouble:
    """What a code means, with a status where it came with one."""
    said = f"{code or status}"
    if code in ALARMS:
        return alarmed(code, ALARMS[code], neighbor=neighbor)
    if code in REFUSALS:
        return Refused(neighbor, f"{said}, {REFUSALS[code]}")
    if code in CART_GONE:
        return CartGone(neighbor, f"{said}, the cart can no longer be ordered")
    if code in LATER:
        return Unavailable(neighbor, f"{said}, {LATER[code]}")
    if retryable or status in _PASSING or status < HTTPStatus.BAD_REQUEST:
        return Unavailable(neighbor, f"{said}, it may pass")
    if _is_about_us(code, status):
        return alarmed(said, "we are not let in", neighbor=neighbor)
    return Refused(neighbor, f"{said}, it was refused")


def _is_about_us(code: str | None, status: int) -> bool:
    """Whether nothing is said about the business: no code, or Graph's word for a right that we lack."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return code is None or not code.isdigit()
    return code is None and status != HTTPStatus.BAD_REQUEST


def alarmed(code: str, why: str, *, neighbor: str) -> Unavailable:
    """Tell the one on call, and let everybody else wait."""
    log.error("microsoft does not let us work", code=code, why=why)
    count("microsoft_not_let_in", code=code)
    return Unavailable(neighbor, f"{code}, {why}")
