"""Find subscriptions, as an operator."""

from __future__ import annotations

from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import Status
from chalicelib.storage.listing import Page
from chalicelib.wiring import World


def search(
    world: World,
    *,
    status: Status | None,
    email: str | None,
    domain: str | None,
    limit: int,
    after: str | None,
) -> Page:
    """By the client's e-mail address or the Microsoft domain, narrowed by status; or by status alone."""
    if email:
        page = world.store.with_email(email, limit=limit, after=after)
    elif domain:
        page = world.store.with_domain(domain, limit=limit, after=after)
    elif status:
        return world.store.with_status(status, limit=limit, after=after)
    else:
        raise Refusal("validation_failed", "Search by status, email or domain.", pointer="/status")
    fitting = [
        sub
        for sub in page.items
        if (status is None or sub.status is status)
        and (not domain or (sub.account is not None and sub.account.domain == domain.lower()))
    ]
    return Page(items=fitting, next_after=page.next_after)
