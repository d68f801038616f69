"""A notice of Microsoft's: look at every subscription that it may be about, and believe nothing else of it.

Microsoft names a tenant and never an order of ours: which subscriptions are in it, our own pointers say. So
a stranger's tenant that accepts our invitation activates nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from chalicelib.gateways.microsoft import NoticeKind
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import count, log
from chalicelib.rulebook import Status
from chalicelib.usecases import grant, provision, reconcile
from chalicelib.wiring import World


def heed(world: World, *, reference: str, at: datetime, request_id: str) -> None:
    """Look again at what a notice was about: a tenant, or a delegated-administration relationship."""
    kind, _, about = reference.partition(":")
    if kind == NoticeKind.TENANT:
        for subscription_id in world.store.of_tenant(about):
            _look(world, subscription_id=subscription_id, tenant_id=about, at=at, request_id=request_id)
    elif kind == NoticeKind.GRANT:
        for subscription_id in world.store.of_grant(about):
            with _patiently(subscription_id):
                grant.look(world, subscription_id=subscription_id, at=at, request_id=request_id)


def _look(world: World, *, subscription_id: str, tenant_id: str, at: datetime, request_id: str) -> None:
    sub = world.store.load(subscription_id)
    if sub.account is None or sub.account.tenant_id != tenant_id:
        return  # submitted anew since, for another tenant
    if sub.status is Status.CONNECTING:
        provision.look(world, subscription_id=subscription_id, at=at, request_id=request_id)
        return
    with _patiently(subscription_id):
        reconcile.compare(world, subscription_id=subscription_id, at=at, request_id=request_id)


@contextmanager
def _patiently(subscription_id: str) -> Iterator[None]:
    """What Microsoft does not answer now, the nightly look asks again."""
    try:
        yield
    except (Unavailable, OutcomeUnknown) as trouble:
        log.warning(
            "Microsoft did not answer", extra={"subscription_id": subscription_id, "error": str(trouble)}
        )
        count("microsoft_unavailable")
