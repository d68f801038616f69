"""Organizations at Microsoft: whether a domain is free, who owns it, and how it becomes our customer."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from chalicelib.domain.account import AccountForm
from chalicelib.domain.people import Address
from chalicelib.gateways.microsoft import (
    AddressCheck,
    AddressVerdict,
    AdminCredentials,
    Invitation,
    Progress,
    Stage,
)
from chalicelib.gateways.partner_center.answers import Said
from chalicelib.gateways.partner_center.failures import ALARMS, NO_ACCOUNT_STATUS, REFUSALS, Failed
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.transport import Budget
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable

AGREEMENT: Final = "MicrosoftCustomerAgreement"
RESELLER: Final = "reseller"
PAGE_SIZE: Final = 100

ADDRESS_LINES: Final = ("addressLine1", "addressLine2", "city", "state", "postalCode", "country")

STRANGERS: Final = {"60003", "20002"}  # who has not accepted us as partner, or does no more
GOOD: Final = {"verifiedshippable", "verified"}
DOUBTFUL: Final = {"interactionrequired"}

NOT_ACCEPTED: Final = "The client has not accepted us as partner at Microsoft yet."
NOT_SIGNED: Final = "The client has not signed Microsoft's customer agreement yet."
UNDER_REVIEW: Final = "Microsoft is reviewing this organization."
NOT_ALLOWED: Final = REFUSALS["800075"]


class Customers:
    """Customers in Partner Center, and strangers in Graph."""

    def __init__(self, *, rest: Rest, graph: Rest) -> None:
        self._rest = rest
        self._graph = graph

    def taken(self, domain: str) -> bool:
        """Whether the domain exists: the answer is 200 for one that is taken, 404 for one that is free."""
        try:
            self._rest.exists(f"/v1/domains/{quote(domain, safe='')}", budget=self._rest.budget())
        except Failed as failed:
            if failed.not_found:
                return False
            raise failed.trouble() from failed
        return True

    def tenant_of(self, domain: str, *, budget: Budget) -> str | None:
        """The tenant that owns a domain, None if there is none."""
        named = quote(domain.replace("'", "''"), safe="'")
        path = f"/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='{named}')"
        try:
            found = self._graph.read(path, budget=budget).text("tenantId")
        except Failed as failed:
            if failed.not_found:
                return None
            raise failed.trouble() from failed
        if found is None:
            raise Unavailable(self._graph.neighbor, "a tenant without an id")
        return found.lower()

    def check_address(self, address: Address) -> AddressCheck:
        """What Microsoft thinks of an address: it answers 200 whatever that is."""
        try:
            said = self._rest.ask(
                "/v1/validations/address", body=_address(address), budget=self._rest.budget()
            )
        except Failed as failed:
            if failed.status == HTTPStatus.BAD_REQUEST:  # as it answered until 2021
                return AddressCheck(verdict=AddressVerdict.BAD)
            raise failed.trouble() from failed
        suggestions = said.parts("suggestedAddresses")
        suggestion = _suggested(suggestions[0], address) if suggestions else None
        status = said.word("status")
        if status in GOOD:
            return AddressCheck(verdict=AddressVerdict.GOOD, suggestion=suggestion)
        if status in DOUBTFUL:
            return AddressCheck(verdict=AddressVerdict.DOUBTFUL, suggestion=suggestion)
        return AddressCheck(verdict=AddressVerdict.BAD, suggestion=suggestion)

    def connect(
        self, *, key: str, form: AccountForm, known_tenant_id: str | None, at: datetime
    ) -> Invitation:
        """See Microsoft."""
        budget = self._rest.budget()
        if form.existing_customer:
            tenant_id = self.tenant_of(form.domain, budget=budget)
            if tenant_id is None:
                raise Refused(self._rest.neighbor, "no Microsoft tenant owns this domain")
            return Invitation(
                tenant_id=tenant_id, agreement_url=self._agreement_url(budget), credentials=None
            )
        # The link first: the answer that has the password in it should be the last one that can be lost.
        agreement_url = self._agreement_url(budget)
        if known_tenant_id is not None:
            self._correct(known_tenant_id, form, key=key, at=at, budget=budget)
            return Invitation(tenant_id=known_tenant_id, agreement_url=agreement_url, credentials=None)
        try:
            made = self._rest.change("POST", "/v1/customers", key=key, body=_customer(form), budget=budget)
        except Failed as failed:
            if failed.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT}:
                raise failed.trouble() from failed
            ours = self._made_before(form, budget)
            if ours is None:
                raise failed.trouble() from failed
            return Invitation(tenant_id=ours, agreement_url=agreement_url, credentials=None)
        tenant_id = made.said.text("id")
        if tenant_id is None:
            raise OutcomeUnknown(self._rest.neighbor, "a customer without an id")
        return Invitation(
            tenant_id=tenant_id.lower(),
            agreement_url=agreement_url,
            credentials=_credentials(made.said, form.domain),
        )

    def _correct(self, tenant_id: str, form: AccountForm, *, key: str, at: datetime, budget: Budget) -> None:
        """Tell Microsoft what the form says otherwise of the organization; nothing if it says the same."""
        path = f"/v1/customers/{quote(tenant_id, safe='')}/profiles/billing"
        try:
            for again in (True, False):
                profile = self._rest.read(path, budget=budget)
                if _describes(profile, form):
                    return
                etag = profile.part("attributes").text("etag")
                try:
                    self._rest.change(
                        "PUT",
                        path,
                        # What was read decides what is written: after another look it is another question.
                        key=f"{key}.profile.{at.isoformat()}.{etag}",
                        body=profile.changed(**_profile(form)),
                        budget=budget,
                        etag=etag,
                    )
                except Failed as failed:
                    # Stale also if it was we who changed it, and the answer was lost: a look will tell.
                    if not (failed.stale and again):
                        raise
                else:
                    return
        except Failed as failed:
            if failed.code in STRANGERS and not failed.doubtful:
                return  # the client has left us since: there is nothing to correct before we are accepted
            raise failed.trouble() from failed

    def progress(self, tenant_id: str) -> Progress:
        """See Microsoft."""
        budget = self._rest.budget()
        try:
            if not self._accepted(tenant_id, budget):
                return Progress(stage=Stage.WAITING, reason=NOT_ACCEPTED)
            if not self._signed(tenant_id, budget):
                return Progress(stage=Stage.WAITING, reason=NOT_SIGNED)
            status = self._account_status(tenant_id, budget)
        except Failed as failed:
            raise failed.trouble() from failed
        if status in {None, "allowed"}:
            return Progress(stage=Stage.READY)
        if status == "notallowed":
            return Progress(stage=Stage.REFUSED, reason=NOT_ALLOWED)
        return Progress(stage=Stage.WAITING, reason=UNDER_REVIEW)

    def _agreement_url(self, budget: Budget) -> str:
        """Where clients accept us: one link for all of them, which Microsoft changes now and then."""
        try:
            url = self._rest.read("/v1/customers/relationshiprequests", budget=budget).text("url")
        except Failed as failed:
            raise failed.trouble() from failed
        if url is None:
            raise Unavailable(self._rest.neighbor, "an invitation without a link")
        return url

    def _made_before(self, form: AccountForm, budget: Budget) -> str | None:
        """The customer of ours that has exactly this domain and name: made by an answer that was lost."""
        wanted = {"Field": "Domain", "Value": form.domain, "Operator": "starts_with"}
        query = {"size": str(PAGE_SIZE), "filter": json.dumps(wanted, separators=(",", ":"))}
        try:
            for customer in self._rest.pages("/v1/customers", query=query, budget=budget):
                profile = customer.part("companyProfile")
                name = profile.text("companyName")
                same_name = name is None or name.casefold() == form.account_name.casefold()
                if profile.word("domain") == form.domain.casefold() and same_name:
                    found = customer.text("id") or profile.text("tenantId")
                    return found.lower() if found else None
        except Failed as failed:
            raise failed.trouble() from failed
        return None

    def _accepted(self, tenant_id: str, budget: Budget) -> bool:
        try:
            customer = self._rest.read(f"/v1/customers/{quote(tenant_id, safe='')}", budget=budget)
        except Failed as failed:
            stranger = failed.status in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}
            if stranger and failed.code not in ALARMS:
                return False
            raise
        return customer.word("relationshipToPartner") == RESELLER

    def _signed(self, tenant_id: str, budget: Budget) -> bool:
        """Whether the agreement is in place: signed by the client at Microsoft, or confirmed to Microsoft."""
        base = f"/v1/customers/{quote(tenant_id, safe='')}"
        path = f"{base}/directSignedMicrosoftCustomerAgreementStatus"
        try:
            if self._rest.read(path, budget=budget).yes("isSigned"):
                return True
        except Failed as failed:
            if not failed.not_found:
                raise
        try:
            confirmed = self._rest.pages(
                f"{base}/agreements", query={"agreementType": AGREEMENT}, budget=budget
            )
            return any(agreement.word("type") == AGREEMENT.casefold() for agreement in confirmed)
        except Failed as failed:
            if not failed.not_found:
                raise
            return False

    def _account_status(self, tenant_id: str, budget: Budget) -> str | None:
        """The word of Microsoft's review, without spaces; None if there is no review: nothing blocks."""
        path = f"/v1/customers/{quote(tenant_id, safe='')}/validationStatus"
        try:
            said = self._rest.read(path, query={"type": "account"}, budget=budget)
        except Failed as failed:
            if failed.not_found and failed.code in {None, NO_ACCOUNT_STATUS}:
                return None
            raise
        return said.word("status").replace(" ", "")


def _address(address: Address) -> dict[str, str]:
    lines = {"addressLine1": address.line1}
    if address.line2:
        lines["addressLine2"] = address.line2
    return {
        **lines,
        "city": address.city,
        "state": address.state,
        "postalCode": address.postal_code,
        "country": address.country,
    }


def _suggested(said: Said, given: Address) -> Address | None:
    """What Microsoft would rather write, None if that is what was given."""
    suggestion = Address(
        line1=said.text("addressLine1") or given.line1,
        line2=said.text("addressLine2"),
        city=said.text("city") or given.city,
        state=said.text("state") or given.state,
        postal_code=said.text("postalCode") or given.postal_code,
        country=said.text("country") or given.country,
    )
    return None if suggestion == given else suggestion


def _customer(form: AccountForm) -> dict[str, object]:
    return {
        "companyProfile": {"domain": form.domain},
        "billingProfile": {"culture": "EN-US", "language": "en", **_profile(form)},
    }


def _profile(form: AccountForm) -> dict[str, object]:
    """What the form says of a billing profile: the organization, and whom Microsoft may write to."""
    contact = form.primary_contact
    return {
        "email": contact.email,
        "companyName": form.account_name,
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "defaultAddress": {
            **_address(form.address),
            "firstName": contact.first_name,
            "lastName": contact.last_name,
            "phoneNumber": contact.phone,
        },
    }


def _describes(profile: Said, form: AccountForm) -> bool:
    """Whether Microsoft has the organization's name and address as the form says them."""
    there, wanted = profile.part("defaultAddress"), _address(form.address)
    same_address = all(there.text(name) == wanted.get(name) for name in ADDRESS_LINES)
    return profile.text("companyName") == form.account_name and same_address


def _credentials(said: Said, domain: str) -> AdminCredentials | None:
    """The first administrator as he signs in; Microsoft says the password this once."""
    credentials = said.part("userCredentials")
    name, password = credentials.text("userName"), credentials.text("password")
    if name is None or password is None:
        return None
    return AdminCredentials(user_name=name if "@" in name else f"{name}@{domain}", password=password)
