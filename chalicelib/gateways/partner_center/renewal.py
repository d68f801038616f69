"""Making seats what they should be: one change after another, each from what is there now."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from chalicelib.gateways.microsoft import Access, Ordered
from chalicelib.gateways.partner_center.answers import Said
from chalicelib.gateways.partner_center.failures import DELETED, WINDOW_OVER, Failed
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.partner_center.seats import Seats, ends_at_term
from chalicelib.gateways.transport import Budget
from chalicelib.gateways.trouble import Refused, Unavailable
from chalicelib.observability import count, log

# How seats are told to end with their term (D16): without it, Microsoft extends what does not renew, month by
# month, and charges for it. No page that we have shows this field with its words; they stand here once, and
# have to be seen to work in a sandbox tenant before real seats depend on them.
ENDS_AT_TERM: Final = [{"action": "cancel", "effective": "endOfTerm"}]

OVER: Final = {"expired", "disabled", "deleted"}
NOT_YET: Final = {"", "none", "pending"}
TOO_LATE_TO_REDUCE: Final = "800090"
STEPS: Final = 5  # resume, number, renewal, suspend; and something that came in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the seats should be."""

    access: Access
    auto_renew: bool
    quantity: int | None = None  # None: as many as there are


class Renewal:
    """Access, renewal and the end of seats."""

    def __init__(self, *, rest: Rest, seats: Seats) -> None:
        self._rest = rest
        self._seats = seats

    def align(self, *, ordered: Ordered, wanted: Wanted, at: datetime) -> None:
        """See Microsoft."""
        budget = self._rest.budget()
        try:
            found = self._seats.find(ordered, budget=budget, at=at)
            if found.coming:
                raise Unavailable(self._rest.neighbor, "an order may be on its way")
            if found.seats is not None:
                self._align(found.seats, tenant_id=ordered.tenant_id, wanted=wanted, at=at, budget=budget)
        except Failed as failed:
            raise failed.trouble() from failed

    def _align(
        self,
        seats: Said,
        *,
        tenant_id: str,
        wanted: Wanted,
        at: datetime,
        budget: Budget,
    ) -> None:
        cancelable = _cancelable(seats, at)
        missed = False
        for _ in range(STEPS):
            change = next_change(seats, wanted=wanted, cancelable=cancelable)
            if change is None:
                return
            if wanted.access is Access.ENDED and not cancelable and not missed:
                missed = True
                log.warning("seats can no longer be canceled at microsoft", seats_id=seats.text("id"))
                count("microsoft_cancel_window_missed")
            try:
                seats = self._changed(seats, change, tenant_id, budget)
            except Failed as failed:
                if failed.code == DELETED and wanted.access is not Access.ON:
                    return  # somebody was faster
                if failed.code == TOO_LATE_TO_REDUCE:
                    log.warning("seats can no longer be taken back at microsoft", seats_id=seats.text("id"))
                    count("microsoft_seats_not_reduced")
                    wanted = replace(wanted, quantity=None)
                    continue
                if failed.code not in WINDOW_OVER or change.get("status") != "deleted":
                    raise
                cancelable = False
        raise Unavailable(self._rest.neighbor, "the seats do not become what they should be")

    def _changed(self, seats: Said, change: Mapping[str, Any], tenant_id: str, budget: Budget) -> Said:
        """The seats after a change; somebody else's change in between is read, and ours made once more."""
        try:
            return self._patched(seats, change, tenant_id, budget)
        except Failed as failed:
            if not failed.stale:
                raise
        fresh = self._rest.read(self._path(seats, tenant_id), budget=budget)
        return self._patched(fresh, change, tenant_id, budget)

    def _patched(self, seats: Said, change: Mapping[str, Any], tenant_id: str, budget: Budget) -> Said:
        path = self._path(seats, tenant_id)
        answer = self._rest.change(
            "PATCH",
            path,
            key=str(uuid.uuid4()),  # the same in each try of this request; what is asked for is a state
            body=seats.changed(**change),  # the whole of it, as the pages want it
            etag=seats.part("attributes").text("etag"),
            budget=budget,
        )
        if answer.status == HTTPStatus.ACCEPTED:
            where = path if answer.location is None else self._rest.path_of(answer.location)
            return self._rest.settled(where, done=lambda read: _shows(read, change), budget=budget)
        if _shows(answer.said, change) and answer.said.text("id"):
            return answer.said
        return self._rest.read(path, budget=budget)

    def _path(self, seats: Said, tenant_id: str) -> str:
        return self._seats.path(tenant_id, seats.text("id") or "")


def next_change(seats: Said, *, wanted: Wanted, cancelable: bool) -> Mapping[str, Any] | None:
    """What has to be changed first, None when the seats are what they should be.

    Suspended seats take no change of their renewal: it comes before the suspension, and after the resumption.
    Their number comes before the renewal: a change in mid-term undoes what was planned for the term's end.
    """
    access, status = wanted.access, seats.word("status")
    if status in NOT_YET:
        raise Unavailable("microsoft", "the seats are not ready yet")
    if status in OVER:
        # Expired seats run out by themselves: nobody pays for them, and nothing brings them back.
        if access is Access.ON and (wanted.auto_renew or status != "expired"):
            raise Refused("microsoft", f"the seats are {status}: nothing brings them back")
        return None
    if access is Access.ON and status == "suspended":
        return {"status": "active"}
    if access is Access.ON and wanted.quantity not in (None, seats.number("quantity")):
        return {"quantity": wanted.quantity}
    if access is Access.ON:
        return _renewal(seats, wanted=wanted.auto_renew)
    if access is Access.ENDED and cancelable:
        return {"status": "deleted"}
    if status == "suspended":
        return {"status": "active"} if seats.yes("autoRenewEnabled") else None
    return _renewal(seats, wanted=False) or {"status": "suspended"}


def _renewal(seats: Said, *, wanted: bool) -> Mapping[str, Any] | None:
    if seats.yes("autoRenewEnabled") is wanted and ends_at_term(seats) is not wanted:
        return None
    return {"autoRenewEnabled": wanted, "scheduledActions": [] if wanted else ENDS_AT_TERM}


def _cancelable(seats: Said, at: datetime) -> bool:
    """Whether Microsoft's window is open; where it does not say, only asking will tell."""
    if not seats.has("cancellationAllowedUntilDate"):
        return True
    until = seats.instant("cancellationAllowedUntilDate")
    return until is not None and at <= until


def _shows(seats: Said, change: Mapping[str, Any]) -> bool:
    if "status" in change and seats.word("status") != change["status"]:
        return False
    if "quantity" in change and seats.number("quantity") != change["quantity"]:
        return False
    if "autoRenewEnabled" in change and seats.yes("autoRenewEnabled") is not change["autoRenewEnabled"]:
        return False
    return "scheduledActions" not in change or ends_at_term(seats) is bool(change["scheduledActions"])
