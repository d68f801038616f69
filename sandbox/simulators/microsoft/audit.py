"""The audit log of a partner: what was ordered and changed, to be read afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.exchange import Response
from sandbox.simulators.microsoft.entra import PARTNER_TENANT
from sandbox.simulators.microsoft.fields import WrongField
from sandbox.simulators.microsoft.speech import (
    Call,
    Route,
    answered,
    collection,
    own_uri,
    read_stamp,
    refused,
    stamp,
)
from sandbox.simulators.microsoft.tenants import Tenants

FURTHEST: Final = timedelta(days=90)


class AuditLog:
    """Every order and change, oldest first."""

    def __init__(self, *, tenants: Tenants) -> None:
        self._tenants = tenants
        self._records: list[tuple[datetime, dict[str, Any]]] = []
        self.routes = [
            Route(
                method="GET",
                pattern="/v1/auditrecords",
                answer=self._list,
                query=frozenset({"startdate", "enddate", "filter", "size"}),
            )
        ]

    def note(
        self, operation: str, *, resource: str, tenant_id: str, value: dict[str, Any], at: datetime
    ) -> None:
        """Write down what was done."""
        tenant = self._tenants.get(tenant_id)
        record = {
            "partnerId": PARTNER_TENANT,
            "customerId": tenant_id,
            "customerName": tenant.name if tenant else "",
            "userPrincipalName": "service@seatwise.onmicrosoft.com",
            "resourceType": resource,
            "resourceNewValue": json.dumps(value),
            "operationType": operation,
            "operationDate": stamp(at),
            "operationStatus": "succeeded",
            "customizedData": [{"key": name, "value": str(inner)} for name, inner in value.items()],
            "attributes": {"objectType": "AuditRecord"},
        }
        self._records.append((at, record))

    def _list(self, call: Call) -> Response:
        query = {name.lower(): value for name, value in call.query.items()}
        start = _instant(query.get("startdate", ""))
        end = _instant(query["enddate"]) if "enddate" in query else call.at
        if start < call.at - FURTHEST - timedelta(days=1):
            raise refused(400, "400", "The audit log goes back for 90 days.")
        found = [record for at, record in self._records if start <= at <= end]
        if "filter" in query:
            found = [record for record in found if record["customerId"] == _customer(query["filter"])]
        return answered(200, collection(found, uri=own_uri(call)))


def _instant(text: str) -> datetime:
    try:
        return read_stamp(text)
    except WrongField:
        pass
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y"):  # as the documentation writes it
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise refused(400, "400", "A date cannot be read.")


def _customer(text: str) -> str:
    try:
        asked = json.loads(text)
        if (asked["Field"], asked["Operator"]) == ("CustomerId", "equals"):
            return str(asked["Value"])
    except (ValueError, KeyError, TypeError):
        pass
    raise refused(400, "400", "The filter is not supported.")
