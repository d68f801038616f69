"""Microsoft's notices: that something changed, never what. Whoever is told reads it again."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from chalicelib.gateways.microsoft import MicrosoftNotice, NoticeKind
from chalicelib.gateways.partner_center.answers import Unreadable, read
from chalicelib.gateways.partner_center.certificates import (
    CertificateCheck as CertificateCheck,  # noqa: PLC0414  (whoever reads notices checks them first)
)
from chalicelib.observability import log

HOSTS: Final = frozenset({"api.partnercenter.microsoft.com", "partner.microsoft.com"})
TENANT_EVENTS: Final = {"subscription-updated", "reseller-relationship-accepted-by-customer"}
GRANT_EVENTS: Final = ("granular-admin-relationship-", "granular-admin-access-assignment-")

_GUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CUSTOMER: Final = re.compile(rf"/customers/({_GUID})(?:/|$)", re.IGNORECASE)
_GRANT: Final = re.compile(
    rf"/(?:granularAdminRelationships|delegatedAdminRelationships)/({_GUID}(?:-{_GUID})?)(?:/|$)",
    re.IGNORECASE,
)


def read_notice(body: bytes, *, hosts: frozenset[str]) -> MicrosoftNotice | None:
    """What a genuine notice is about, None for what does not concern us."""
    try:
        said = read(body)
    except Unreadable:
        log.error("a notice of microsoft's cannot be read")
        return None
    event = said.word("eventName")
    if event in TENANT_EVENTS:
        kind, pattern = NoticeKind.TENANT, _CUSTOMER
    elif event.startswith(GRANT_EVENTS):
        kind, pattern = NoticeKind.GRANT, _GRANT
    else:
        return None
    # Only the id is taken out of it: where to read about it, we know ourselves.
    uri = urlsplit(said.text("resourceUri") or "")
    found = pattern.search(uri.path)
    if uri.netloc.lower() not in hosts or found is None:
        log.warning("a notice of microsoft's is about something unknown", event=event)
        return None
    return MicrosoftNotice(kind=kind, id=found[1].lower())
