"""The Microsoft account of a subscription: what the client gives, and what we know of it (R14–R26, D17)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.domain.people import Address, Contact
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.us_states import ZIP3_OF, zip_belongs_to
from chalicelib.rulebook import CURRENCY_OF, DOMAIN_PREFIX, MICROSOFT_TENANT_SUFFIX

POSTAL_CODE: Final = re.compile(r"[0-9]{5}(-[0-9]{4})?")
DOMAIN: Final = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
EMAIL: Final = re.compile(
    r"[^@\s<>,;:\"()\[\]\\]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


class Review(StrEnum):
    """R17: every account is reviewed."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """What the client or the delegate submits; checked by `checked_form`."""

    existing_customer: bool
    domain: str
    account_name: str
    address: Address
    primary_contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A submitted account and its way through review, agreement and provisioning."""

    submission: int
    form: AccountForm
    submitted_at: datetime
    review: Review = Review.PENDING
    review_reason: str | None = None
    reviewed_at: datetime | None = None
    made_tenant_id: str | None = None  # the tenant that an earlier submission of this domain has had made
    tenant_id: str | None = None
    agreement_url: str | None = None
    agreement_accepted_at: datetime | None = None
    offered_at: datetime | None = None
    admin_user_name: str | None = None
    ordered_by: str | None = None  # the id of the effect that orders the seats: it notes the cart
    order_id: str | None = None  # Microsoft's, as is the next
    seats_id: str | None = None

    @property
    def domain(self) -> str:
        """The Microsoft domain: the prefix one of a new customer, the own one of an existing customer."""
        return self.form.domain

    def own_tenant_for(self, form: AccountForm) -> str | None:
        """The tenant that was made for this account, if the form is for a new customer of the same domain."""
        return None if form.existing_customer else self.own_tenant_at(form.domain)

    def own_tenant_at(self, domain: str) -> str | None:
        """The tenant that was made for this account, if that is its domain."""
        if self.form.existing_customer or domain != self.domain:
            return None
        return self.tenant_id or self.made_tenant_id

    @property
    def polled_since(self) -> datetime | None:
        """Since when Microsoft is asked how far it is: from the link to the agreement on."""
        return self.agreement_accepted_at or self.offered_at


def checked_form(
    *,
    existing_customer: bool,
    domain: str | None,
    domain_prefix: str | None,
    account_name: str,
    address: Address,
    primary_contact: Contact,
) -> AccountForm:
    """The form, normalized; whatever is wrong is refused with the field's pointer (R21–R24, D17)."""
    return AccountForm(
        existing_customer=existing_customer,
        domain=_checked_domain(existing_customer=existing_customer, domain=domain, prefix=domain_prefix),
        account_name=_filled(account_name, "/account_name", at_most=100),
        address=checked_address(address, pointer="/address"),
        primary_contact=_checked_contact(primary_contact, "/primary_contact"),
    )


def checked_prefix(prefix: str, *, pointer: str = "/domain_prefix") -> str:
    """D17: 1–27 letters and digits, a letter first; answered in lower case."""
    if not DOMAIN_PREFIX.fullmatch(prefix):
        raise _wrong(pointer, "1 to 27 letters and digits, starting with a letter.")
    return prefix.lower()


def new_tenant_domain(prefix: str) -> str:
    """R24: the domain that a new customer of this prefix gets."""
    return checked_prefix(prefix) + MICROSOFT_TENANT_SUFFIX


def checked_address(address: Address, *, pointer: str) -> Address:
    """A US address whose state and ZIP code belong together; normalized."""
    placed = checked_place(address, pointer=pointer)
    line2 = (address.line2 or "").strip()
    return replace(
        placed,
        line1=_filled(address.line1, f"{pointer}/line1", at_most=200),
        line2=line2 or None,
        city=_filled(address.city, f"{pointer}/city", at_most=100),
    )


def checked_place(address: Address, *, pointer: str) -> Address:
    """The state and ZIP code of a US address, which belong together; the street is whatever it is."""
    if address.country not in CURRENCY_OF:
        raise _wrong(f"{pointer}/country", "Only businesses registered in the United States: US.")
    state = address.state.strip().upper()
    if state not in ZIP3_OF:
        raise _wrong(f"{pointer}/state", "The two-letter code of a US state, such as WA.")
    postal_code = address.postal_code.strip()
    if not POSTAL_CODE.fullmatch(postal_code):
        raise _wrong(f"{pointer}/postal_code", "A ZIP code: 12345 or 12345-6789.")
    if not zip_belongs_to(postal_code, state):
        raise _wrong(f"{pointer}/postal_code", f"This ZIP code is not in {state}.")
    return replace(address, state=state, postal_code=postal_code)


def checked_email(email: str, *, pointer: str) -> str:
    """The shape of an e-mail address; answered as given, trimmed."""
    trimmed = email.strip()
    if not EMAIL.fullmatch(trimmed) or ".." in trimmed or not trimmed.isascii():
        raise _wrong(pointer, "An email address, such as name@example.com.")
    return trimmed


def _checked_domain(*, existing_customer: bool, domain: str | None, prefix: str | None) -> str:
    if existing_customer:
        if domain is None or prefix is not None:
            raise _wrong("/domain", "An existing Microsoft customer gives a domain, and no prefix.")
        lowered = domain.strip().lower()
        if not DOMAIN.fullmatch(lowered):
            raise _wrong("/domain", "A domain name, such as contoso.com.")
        return lowered
    if prefix is None or domain is not None:
        raise _wrong("/domain_prefix", "A new Microsoft customer chooses a prefix, and gives no domain.")
    return new_tenant_domain(prefix)


def _checked_contact(contact: Contact, pointer: str) -> Contact:
    return Contact(
        first_name=_filled(contact.first_name, f"{pointer}/first_name", at_most=50),
        last_name=_filled(contact.last_name, f"{pointer}/last_name", at_most=50),
        email=checked_email(contact.email, pointer=f"{pointer}/email"),
        phone=_checked_phone(contact.phone, f"{pointer}/phone"),
    )


def _checked_phone(phone: str, pointer: str) -> str:
    # Loaded here: it is the one form that needs it, and its tables are large.
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        ValidationResult,
        format_number,
        is_possible_number_with_reason,
        parse,
    )

    wrong = _wrong(pointer, "A phone number: ten digits for the US, or with + and the country code.")
    try:
        number = parse(phone, "US")
    except NumberParseException:
        raise wrong from None
    if is_possible_number_with_reason(number) is not ValidationResult.IS_POSSIBLE:
        raise wrong
    return str(format_number(number, PhoneNumberFormat.E164))


def _filled(text: str, pointer: str, *, at_most: int) -> str:
    trimmed = " ".join(text.split())
    if not trimmed:
        raise _wrong(pointer, "This field is required.")
    if len(trimmed) > at_most:
        raise _wrong(pointer, f"At most {at_most} characters.")
    if not trimmed.isprintable():
        raise _wrong(pointer, "Only printable characters.")
    return trimmed


def _wrong(pointer: str, detail: str) -> Refusal:
    return Refusal("validation_failed", detail, pointer=pointer)
