"""Partner Center's customers: is a domain free, is an address good, who is ours, who signed, who may buy."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any, Final

from chalicelib.domain.us_states import ZIP3_OF, zip_belongs_to
from sandbox.exchange import Response
from sandbox.simulators.microsoft.entra import PARTNER_TENANT
from sandbox.simulators.microsoft.fields import ANY, TEXT, YES_OR_NO
from sandbox.simulators.microsoft.ground import ONMICROSOFT, Ids, Switches
from sandbox.simulators.microsoft.speech import (
    Call,
    Route,
    answered,
    collection,
    in_pascal_case,
    link,
    own_uri,
    refused,
    refused_by_name,
    refused_silently,
    stamp_without_zone,
)
from sandbox.simulators.microsoft.tenants import NONE, RESELLER, Tenant, Tenants

ADDRESS: Final = {
    "addressLine1*": TEXT,
    "addressLine2": TEXT,
    "city*": TEXT,
    "state*": TEXT,
    "postalCode*": TEXT,
    "country*": TEXT,
    "region": TEXT,
    "firstName": TEXT,
    "lastName": TEXT,
    "phoneNumber": TEXT,
}
PROFILE: Final = {
    "email*": TEXT,
    "culture*": TEXT,
    "language*": TEXT,
    "companyName*": TEXT,
    "firstName": TEXT,
    "lastName": TEXT,
    "defaultAddress*": ADDRESS | {"firstName*": TEXT, "lastName*": TEXT},
}
CUSTOMER: Final = {
    "companyProfile*": {
        "domain*": TEXT,
        "companyName": TEXT,
        "organizationRegistrationNumber": TEXT,
        "attributes": ANY,
    },
    "billingProfile*": PROFILE | {"attributes": ANY},
    "enableGDAPByDefault": YES_OR_NO,
    "associatedPartnerId": TEXT,
    "attributes": ANY,
}
CHANGED_PROFILE: Final = PROFILE | {
    "id*": TEXT,
    "attributes*": {"etag*": TEXT, "objectType*": TEXT},
}
PREFIX: Final = re.compile(r"[a-z0-9]{1,27}", re.IGNORECASE)
POSTAL_CODE: Final = re.compile(r"[0-9]{5}(-[0-9]{4})?")
LARGEST_PAGE: Final = 500
PROFILE_TYPE: Final = "CustomerBillingProfile"
SHOWN_TO_ALL: Final = {"id", "companyName", "culture", "language", "attributes"}  # without a grant


class Customers:
    """The customers of one partner."""

    def __init__(self, *, switches: Switches, ids: Ids, tenants: Tenants) -> None:
        self._switches = switches
        self._ids = ids
        self._tenants = tenants
        self.invitation_url = ""  # set by the simulator, which knows where it is found
        self.has_seats: Callable[[str], bool] = lambda _tenant: False  # set by the simulator, too
        self.has_grant: Callable[[str], bool] = lambda _tenant: False
        self.routes = [
            Route(method="HEAD", pattern="/v1/domains/{domain}", answer=self._domain),
            Route(method="POST", pattern="/v1/validations/address", answer=self._address),
            Route(method="POST", pattern="/v1/customers", answer=self._create),
            Route(
                method="GET",
                pattern="/v1/customers",
                answer=self._list,
                query=frozenset({"size", "filter", "seekoperation"}),
            ),
            Route(
                method="GET",
                pattern="/v1/customers/relationshiprequests",
                answer=self._invitation,
                user_only=True,
            ),
            Route(method="GET", pattern="/v1/customers/{customer}", answer=self._get),
            Route(method="PATCH", pattern="/v1/customers/{customer}", answer=self._change),
            Route(
                method="GET", pattern="/v1/customers/{customer}/profiles/billing", answer=self._read_profile
            ),
            Route(
                method="PUT", pattern="/v1/customers/{customer}/profiles/billing", answer=self._change_profile
            ),
            Route(
                method="GET",
                pattern="/v1/customers/{customer}/validationStatus",
                answer=self._validation,
                query=frozenset({"type"}),
                user_only=True,
            ),
        ]

    def _domain(self, call: Call) -> Response:
        domain = call.parts["domain"].lower()
        if not domain.endswith(ONMICROSOFT):
            raise refused_silently(400)
        return answered(200 if self._tenants.taken(domain) else 404)

    def _address(self, call: Call) -> Response:
        given = call.form(ADDRESS)
        status, suggested, remark = _verdict(given)
        answer: dict[str, Any] = {"originalAddress": given, "suggestedAddresses": suggested, "status": status}
        return answered(200, answer | ({"validationMessage": remark} if remark else {}))

    def _create(self, call: Call) -> Response:
        for name in ("MS-RequestId", "MS-CorrelationId"):
            if not call.request.header(name):
                raise refused(400, "400", f"The header {name} is required.")
        given = call.form(CUSTOMER)
        company, billing = given["companyProfile"], given["billingProfile"]
        domain = company["domain"].lower()
        if "organizationRegistrationNumber" in company:
            message = "The organization registration number is not supported in this country."
            raise refused_by_name(400, 600002, "OrganizationRegistrationNumberNotSupported", message)
        if not domain.endswith(ONMICROSOFT) or not PREFIX.fullmatch(domain.removesuffix(ONMICROSOFT)):
            raise refused(400, "600051", "The domain prefix is not valid.")
        _check(billing["defaultAddress"])
        if self._tenants.taken(domain):
            raise refused(400, "600005", "The domain name exists already.")
        tenant = self._tenants.make(domain, name=billing["companyName"], profile=billing, at=call.at)
        password = f"Sw!{self._ids.hexadecimal(12)}"
        shown = self._shown(tenant, everything=True) | {
            "relationshipToPartner": NONE,  # as in the documented sample, although the relationship is there
            "userCredentials": {"userName": "admin", "password": password},
        }
        return answered(201, shown)

    def _list(self, call: Call) -> Response:
        size = call.query.get("size", str(LARGEST_PAGE))
        if not size.isdecimal() or not 1 <= int(size) <= LARGEST_PAGE:
            raise refused(400, "400", "The size is not valid.")
        found = [tenant for tenant in self._tenants.all if self._tenants.ours(tenant.id, call.at)]
        if "filter" in call.query:
            found = _filtered(found, call.query["filter"])
        start = _start_of(call)
        page = found[start : start + int(size)]
        answer = collection(
            [
                {
                    "id": tenant.id,
                    "companyProfile": _company(tenant),
                    "relationshipToPartner": tenant.relationship,
                    "attributes": {"objectType": "Customer"},
                }
                for tenant in page
            ],
            uri=own_uri(call),
            total=len(found),
        )
        if start + len(page) < len(found):
            token = base64.b64encode(str(start + len(page)).encode()).decode()
            seek = own_uri(call) + ("" if "seekOperation" in call.query else "&seekOperation=Next")
            answer["links"]["next"] = link(seek.replace("customers&", "customers?")) | {
                "headers": [{"key": "MS-ContinuationToken", "value": token}]
            }
        return answered(200, answer)

    def _get(self, call: Call) -> Response:
        tenant = self.known(call)
        return answered(200, self._shown(tenant, everything=self.has_grant(tenant.id)))

    def _change(self, call: Call) -> Response:
        tenant = self.known(call)
        given = call.form({"relationshipToPartner*": TEXT, "attributes*": {"objectType*": TEXT}, "id": TEXT})
        if given["relationshipToPartner"].lower() != NONE:
            raise refused(400, "400", "Only the removal of the relationship is possible.")
        if self.has_seats(tenant.id):
            raise refused(400, "400", "The customer has active subscriptions.")
        tenant.relationship, tenant.accepted_at = NONE, None
        gone = dict.fromkeys(
            (
                "id",
                "commerceId",
                "companyProfile",
                "billingProfile",
                "allowDelegatedAccess",
                "userCredentials",
            )
        )
        shown = gone | {
            "customDomains": None,
            "associatedPartnerId": None,
            "relationshipToPartner": NONE,
            "attributes": {"objectType": "Customer"},
        }
        return answered(200, in_pascal_case(shown))

    def _read_profile(self, call: Call) -> Response:
        return answered(200, _profile(self.known(call)))

    def _change_profile(self, call: Call) -> Response:
        """The whole profile as it was read, with changes; whatever it says anew, it is reviewed again."""
        tenant = self.known(call)
        given = call.form(CHANGED_PROFILE)
        attributes = given.pop("attributes")
        if given.pop("id").lower() != tenant.id or attributes["objectType"] != PROFILE_TYPE:
            raise refused(400, "400", "This is not the billing profile of the customer.")
        read = call.request.header("If-Match")
        if read is None:
            raise refused(400, "400", "The header If-Match is required.")
        if {read, attributes["etag"]} != {_etag(tenant)}:
            raise refused(400, "2055", "Etag is no longer valid")
        _check(given["defaultAddress"])
        tenant.name, tenant.profile = given["companyName"], given
        tenant.profile_version += 1
        tenant.review_since = call.at
        return answered(200, _profile(tenant))

    def _invitation(self, _call: Call) -> Response:
        asked = f"?invType=ResellerRelationship&partnerId={PARTNER_TENANT}&msppId=0"
        return answered(
            200,
            {"url": self.invitation_url + asked, "attributes": {"objectType": "RelationshipRequest"}},
        )

    def _validation(self, call: Call) -> Response:
        if call.query.get("type") != "account":
            raise refused(400, "400", "The type has to be account.")
        tenant = self.known(call)
        if self._tenants.under_review(tenant, call.at):
            status = self._switches.review_word
        elif tenant.refused:
            status = "NotAllowed"
        elif tenant.made_at is None:
            message = f"Account Status for the customer, {tenant.id} was not found."
            raise refused_by_name(404, 600074, "AccountStatusNotFound", message)
        else:
            status = "Allowed"
        since = tenant.review_since or call.at
        updated = since if status == self._switches.review_word else since + self._switches.review_takes
        return answered(
            200, {"type": "account", "status": status, "lastUpdateDateTime": stamp_without_zone(updated)}
        )

    def known(self, call: Call) -> Tenant:
        """The customer that a call is about; without a relationship nobody of this id exists for us."""
        tenant = self._tenants.ours(call.parts["customer"], call.at)
        if tenant is None:
            raise refused(404, "60003", f"Tenant {call.parts['customer']} not found.")
        return tenant

    def buyer(self, call: Call) -> Tenant:
        """The customer of a call about buying; without a relationship there is nothing to buy."""
        tenant = self._tenants.ours(call.parts["customer"], call.at)
        if tenant is None:
            message = f"The partner ID {PARTNER_TENANT} has no commerce relationship with the customer ID"
            raise refused(403, "20002", f"{message} {call.parts['customer']}.")
        return tenant

    def _shown(self, tenant: Tenant, *, everything: bool) -> dict[str, Any]:
        billing = _profile(tenant)
        if not everything:
            billing = {name: billing[name] for name in billing if name in SHOWN_TO_ALL}
        return {
            "id": tenant.id,
            "commerceId": tenant.id,
            "companyProfile": _company(tenant),
            "billingProfile": billing,
            "relationshipToPartner": RESELLER,
            "allowDelegatedAccess": self.has_grant(tenant.id),
            **({"customDomains": [tenant.domain]} if everything else {}),
            "attributes": {"objectType": "Customer"},
        }


def _company(tenant: Tenant) -> dict[str, Any]:
    return {
        "tenantId": tenant.id,
        "domain": tenant.domain,
        "companyName": tenant.name,
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }


def _profile(tenant: Tenant) -> dict[str, Any]:
    return {
        "culture": "EN-US",
        "language": "en",
        **tenant.profile,
        "id": tenant.id,
        "companyName": tenant.name,
        "attributes": {"etag": _etag(tenant), "objectType": PROFILE_TYPE},
    }


def _etag(tenant: Tenant) -> str:
    return f'"{tenant.id[:8]}-{tenant.profile_version}"'


def _check(address: dict[str, Any]) -> None:
    """Refuse an organization whose address cannot be right."""
    status, _, remark = _verdict(address)
    if status == "NotValidated":
        raise refused(400, 2007, json.dumps({"code": "60071", "reason": remark}))


def _verdict(address: dict[str, Any]) -> tuple[str, list[dict[str, Any]], str | None]:
    """The status of an address, what Microsoft would rather write, and a remark."""
    state, postal_code = address["state"].upper(), address["postalCode"]
    if address["country"] != "US" or state not in ZIP3_OF or not POSTAL_CODE.fullmatch(postal_code):
        return "NotValidated", [], "The country, the state or the postal code is not valid."
    if not zip_belongs_to(postal_code, state):
        return "NotValidated", [], f"The postal code is not in {state}."
    if "unverifiable" in address["addressLine1"].lower():
        return "None", [], "The address was not found."
    suggestion: dict[str, Any] = {
        name: address[name]
        for name in ("country", "city", "state", "addressLine1", "addressLine2", "postalCode")
        if name in address
    }
    suggestion["postalCode"] = f"{postal_code[:5]}-8300"
    if "doubtful" in address["addressLine1"].lower():
        suggestion["addressLine1"] = re.sub("doubtful ?", "", address["addressLine1"], flags=re.IGNORECASE)
        return "InteractionRequired", [suggestion], "Check the suggested address."
    return "VerifiedShippable", [suggestion], None


def _filtered(tenants: list[Tenant], text: str) -> list[Tenant]:
    try:
        asked = {name.lower(): str(value) for name, value in json.loads(text).items()}
        name, value, operator = asked.pop("field"), asked.pop("value").lower(), asked.pop("operator")
    except (ValueError, KeyError, AttributeError):
        raise refused(400, "400", "The filter cannot be read.") from None
    if asked or operator != "starts_with" or name not in {"Domain", "CompanyName"}:
        raise refused(400, "400", "The filter is not supported.")
    return [
        tenant
        for tenant in tenants
        if (tenant.domain if name == "Domain" else tenant.name.lower()).startswith(value)
    ]


def _start_of(call: Call) -> int:
    seek = {name.lower(): value for name, value in call.query.items()}.get("seekoperation")
    token = call.request.header("MS-ContinuationToken")
    if seek is None and token is None:
        return 0
    try:
        if seek == "Next":
            return int(base64.b64decode(token or "", validate=True))
    except ValueError:
        pass
    raise refused(400, "400", "The continuation cannot be read.")
