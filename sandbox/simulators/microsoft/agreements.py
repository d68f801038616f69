"""The Microsoft Customer Agreement: its template, our confirmations of it, and the client's own signature."""

from __future__ import annotations

from typing import Final

from sandbox.exchange import Response
from sandbox.simulators.microsoft.customers import Customers
from sandbox.simulators.microsoft.fields import TEXT, WrongField
from sandbox.simulators.microsoft.ground import Ids
from sandbox.simulators.microsoft.speech import (
    Call,
    Route,
    answered,
    collection,
    own_uri,
    read_stamp,
    refused,
    refused_by_name,
    stamp_without_zone,
)
from sandbox.simulators.microsoft.tenants import Tenants

CUSTOMER_AGREEMENT: Final = "MicrosoftCustomerAgreement"
CLOUD_AGREEMENT: Final = "MicrosoftCloudAgreement"
LINK: Final = "https://aka.ms/customeragreement"
TEMPLATES: Final = (
    ("998b88de-aa99-4388-a42c-1b3517d49490", CLOUD_AGREEMENT, 0),
    ("5ea7f15e-0000-4000-8000-5eab0a6d0020", CUSTOMER_AGREEMENT, 0),  # an older text: not to be taken
    ("117a77b0-9360-443b-8795-c6dedc750cf9", CUSTOMER_AGREEMENT, 1),
)
TEMPLATE: Final = TEMPLATES[-1][0]
CONFIRMATION: Final = {
    "primaryContact*": {"firstName*": TEXT, "lastName*": TEXT, "email*": TEXT, "phoneNumber": TEXT},
    "templateId*": TEXT,
    "dateAgreed*": TEXT,
    "type*": TEXT,
    "userId": TEXT,
}


class Agreements:
    """Who agreed to what."""

    def __init__(self, *, ids: Ids, tenants: Tenants, customers: Customers) -> None:
        self._ids = ids
        self._tenants = tenants
        self._customers = customers
        kind = frozenset({"agreementtype"})
        self.routes = [
            Route(method="GET", pattern="/v1/agreements", answer=self._templates, query=kind),
            Route(
                method="GET",
                pattern="/v1/agreementtemplates/{template}/document",
                answer=self._document,
                query=frozenset({"language", "country"}),
            ),
            Route(
                method="POST",
                pattern="/v1/customers/{customer}/agreements",
                answer=self._confirm,
                user_only=True,
            ),
            Route(method="GET", pattern="/v1/customers/{customer}/agreements", answer=self._list, query=kind),
            Route(
                method="GET",
                pattern="/v1/customers/{customer}/directSignedMicrosoftCustomerAgreementStatus",
                answer=self._signed,
            ),
        ]

    def _templates(self, call: Call) -> Response:
        wanted = _kind(call, otherwise=CLOUD_AGREEMENT)
        items = [
            {"templateId": template, "agreementType": kind, "agreementLink": LINK, "versionRank": rank}
            for template, kind, rank in TEMPLATES
            if wanted in {"*", kind}
        ]
        return answered(200, collection(items, uri=own_uri(call)))

    def _document(self, call: Call) -> Response:
        template = call.parts["template"]
        if template not in {known for known, _, _ in TEMPLATES}:
            raise refused(404, "600041", "There is no such template.")
        language, country = call.query.get("language", "en-US"), call.query.get("country", "US")
        address = f"https://docs.microsoft.test/{template}"
        return answered(
            200,
            {
                "displayUri": address,
                "downloadUri": f"{address}.pdf",
                "language": language,
                "country": country,
            },
        )

    def _confirm(self, call: Call) -> Response:
        tenant = self._customers.known(call)
        given = call.form(CONFIRMATION)
        if given["type"] != CUSTOMER_AGREEMENT or given["templateId"] != TEMPLATE:
            raise refused(400, "600045", "The agreement or its template is not the current one.")
        try:
            read_stamp(given["dateAgreed"])
        except WrongField as error:
            raise refused(400, "400", str(error)) from error
        contact = {name: value.lower() for name, value in given["primaryContact"].items()}
        for earlier in tenant.confirmations:
            if {name: value.lower() for name, value in earlier["primaryContact"].items()} == contact:
                message = "The partner has confirmed this agreement with this contact already."
                raise refused_by_name(409, 600061, "PartnerConfirmedAgreementAlreadyExists", message)
        confirmation = {"userId": self._ids.guid(), **given}
        tenant.confirmations.append(confirmation)
        return answered(201, confirmation)

    def _list(self, call: Call) -> Response:
        tenant = self._customers.known(call)
        wanted = _kind(call, otherwise="*")
        items = [
            {name: value for name, value in confirmation.items() if name != "userId"}
            | {
                "dateAgreed": stamp_without_zone(read_stamp(confirmation["dateAgreed"])),
                "agreementLink": LINK,
            }
            for confirmation in tenant.confirmations
            if wanted in {"*", confirmation["type"]}
        ]
        return answered(200, {"totalCount": len(items), "items": items})

    def _signed(self, call: Call) -> Response:
        tenant = self._customers.known(call)
        return answered(200, {"isSigned": self._tenants.has_signed(tenant, call.at)})


def _kind(call: Call, *, otherwise: str) -> str:
    wanted = next(iter(call.query.values()), otherwise)
    if wanted not in {"*", CUSTOMER_AGREEMENT, CLOUD_AGREEMENT}:
        raise refused(400, "400", "There is no such type of agreement.")
    return wanted
