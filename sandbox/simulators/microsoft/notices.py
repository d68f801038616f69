"""What Microsoft tells us by itself: signed notices, and where they are registered for."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.exchange import Response
from sandbox.simulators.microsoft.certificates import signer
from sandbox.simulators.microsoft.fields import TEXT, YES_OR_NO
from sandbox.simulators.microsoft.grants import Assignment, Grant
from sandbox.simulators.microsoft.ground import Ids, Switches
from sandbox.simulators.microsoft.seats import Seats
from sandbox.simulators.microsoft.speech import Call, Route, answered, refused, stamp
from sandbox.simulators.notices import Mischief, Outbox

TARGET: Final = "/v1/webhooks/microsoft"
CERTIFICATE: Final = "/certificates/pcnotifications-dispatch.microsoft.com.cer"
PARTNER_CENTER: Final = "https://api.partnercenter.microsoft.com"
PORTAL: Final = "https://partner.microsoft.com"
TEST: Final = "test-created"
ACCEPTED: Final = "reseller-relationship-accepted-by-customer"
UPDATED: Final = "subscription-updated"
EVENTS: Final = (
    TEST,
    UPDATED,
    "usagerecords-thresholdExceeded",
    ACCEPTED,
    "granular-admin-relationship-approved",
    "granular-admin-relationship-activated",
    "granular-admin-relationship-terminated",
    "granular-admin-relationship-expired",
    "granular-admin-access-assignment-created",
    "granular-admin-access-assignment-activated",
    "granular-admin-access-assignment-updated",
    "granular-admin-access-assignment-deleted",
    "dap-admin-relationship-approved",
    "dap-admin-relationship-terminated",
    "dap-admin-relationship-terminated-by-microsoft",
    "azure-fraud-event-detected",
    "invoice-ready",
)
REGISTRATION: Final = {
    "WebhookUrl*": TEXT,
    "WebhookEvents*": [TEXT],
    "SignatureTokenToMsSignatureHeader": YES_OR_NO,
    "SubscriberId": TEXT,
}
TESTS_PER_MINUTE: Final = 2


class Notices:
    """The webhooks of one partner."""

    def __init__(self, *, switches: Switches, ids: Ids) -> None:
        self._switches = switches
        self._ids = ids
        self._registration: dict[str, Any] | None = None
        self._tests: dict[str, datetime] = {}
        self.mischief = Mischief()
        self.outbox = Outbox(sign=self._sign, mischief=self.mischief)
        self.public_url = ""  # set by the simulator
        base = "/webhooks/v1/registration"
        self.routes = [
            Route(method="GET", pattern=f"{base}/events", answer=self._events),
            Route(method="POST", pattern=base, answer=self._register),
            Route(method="PUT", pattern=base, answer=self._register),
            Route(method="GET", pattern=base, answer=self._registered),
            Route(method="POST", pattern=f"{base}/validationEvents", answer=self._test),
            Route(method="GET", pattern=f"{base}/validationEvents/{{test}}", answer=self._tested),
        ]

    def accepted(self, tenant_id: str, *, at: datetime) -> None:
        """A customer has accepted the reseller relationship."""
        uri = f"{PARTNER_CENTER}/v1/customers/{tenant_id}"
        self._tell(ACCEPTED, uri, "customer", at + self._switches.answers_late)

    def updated(self, seats: Seats, at: datetime) -> None:
        """Something about seats has changed."""
        uri = f"http://api.partnercenter.microsoft.com/webhooks/v1/customers/{seats.tenant_id}"
        self._tell(UPDATED, f"{uri}/subscriptions/{seats.id}", "subscription", at)

    def granted(self, what: str, grant: Grant, assignment: Assignment | None, at: datetime) -> None:
        """Something about delegated administration has changed."""
        uri = f"{PORTAL}/granularAdminRelationships/{grant.id}"
        if assignment is None:
            self._tell(f"granular-admin-relationship-{what}", uri, "GranularAdminRelationship", at)
            return
        uri = f"{uri}/accessAssignments/{assignment.id}"
        self._tell(f"granular-admin-access-assignment-{what}", uri, "GranularAdminAccessAssignment", at)

    def _tell(self, event: str, uri: str, resource: str, at: datetime) -> None:
        if self._registration and event not in self._registration["WebhookEvents"]:
            return
        audited = (
            None
            if event.startswith(("granular", "test"))
            else f"{PARTNER_CENTER}/v1/auditrecords/{self._ids.passing()}"
        )
        body = {
            "EventName": event,
            "ResourceUri": uri,
            "ResourceName": resource,
            "AuditUri": audited,
            "ResourceChangeUtcDate": stamp(at).replace("Z", "+00:00"),
        }
        self.outbox.put(
            due_at=at + self._switches.notices_late, target=TARGET, body=json.dumps(body).encode()
        )

    def _sign(self, body: bytes, _at: datetime) -> Mapping[str, str]:
        signature = f"Signature {base64.b64encode(signer().signature(body)).decode()}"
        other = self._registration and self._registration.get("SignatureTokenToMsSignatureHeader")
        return {
            ("x-ms-signature" if other else "Authorization"): signature,
            "X-MS-Certificate-Url": f"{self.public_url}{CERTIFICATE}",
            "X-MS-Signature-Algorithm": "rsa-sha256",
            "Content-Type": "application/json; charset=utf-8",
        }

    def _events(self, _call: Call) -> Response:
        return answered(200, list(EVENTS))

    def _register(self, call: Call) -> Response:
        given = call.form(REGISTRATION)
        if call.request.method == "POST" and self._registration:
            raise refused(409, "400", "There is a registration already.")
        if not given["WebhookUrl"].startswith("https://"):
            raise refused(400, "400", "The webhook's address is not https.")
        if unknown := set(given["WebhookEvents"]) - set(EVENTS):
            raise refused(400, "400", f"There is no such event: {min(unknown)}.")
        known = (self._registration or {}).get("SubscriberId")
        self._registration = given | {"SubscriberId": known or self._ids.guid()}
        return self._registered(call)

    def _registered(self, _call: Call) -> Response:
        if self._registration is None:
            raise refused(404, "404", "There is no registration.")
        names = ("SubscriberId", "WebhookUrl", "WebhookEvents")
        return answered(200, {name: self._registration[name] for name in names})

    def _test(self, call: Call) -> Response:
        if self._registration is None:
            raise refused(404, "404", "There is no registration.")
        recent = [at for at in self._tests.values() if at > call.at - timedelta(minutes=1)]
        if len(recent) >= TESTS_PER_MINUTE:
            return answered(
                429, {"statusCode": 429, "message": "Rate limit is exceeded."}, headers={"Retry-After": "57"}
            )
        test = self._ids.guid()
        self._tests[test] = call.at
        uri = f"{PARTNER_CENTER}/webhooks/v1/registration/validationEvents/{test}"
        self._tell(TEST, uri, "test", call.at)
        return answered(200, {"correlationId": test})

    def _tested(self, call: Call) -> Response:
        at = self._tests.get(call.parts["test"])
        if at is None or self._registration is None:
            raise refused(404, "404", "There is no such test.")
        result = {
            "responseCode": "OK",
            "responseMessage": "",
            "systemError": False,
            "dateTimeUtc": stamp(at)[:-1],
        }
        return answered(
            200,
            {
                "correlationId": call.parts["test"],
                "partnerId": self._registration["SubscriberId"],
                "status": "completed",
                "callbackUrl": self._registration["WebhookUrl"],
                "results": [result],
            },
        )
