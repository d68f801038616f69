"""What the API takes: a field that is not here is refused."""

from __future__ import annotations

import msgspec

from chalicelib.api.paging import Listing
from chalicelib.api.schemas import words


class Request(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What all of them have in common."""


class CountryQuery(Request):
    """For which country."""

    country: words.Country = "US"


class PriceQuery(Listing):
    """The prices of which country."""

    country: words.Country = "US"


class DomainQuery(Request):
    """The prefix that a new Microsoft customer would like."""

    domain_prefix: words.DomainPrefix


class SubscriptionQuery(Listing):
    """Which of one's subscriptions."""

    status: words.StatusName | None = None


class SearchQuery(Listing):
    """Which of all subscriptions; at least one of the three."""

    status: words.StatusName | None = None
    email: words.Email | None = None
    domain: words.DomainName | None = None


class SuppressionQuery(Listing):
    """All addresses that get no mails, or one."""

    email: words.Email | None = None


class FreelancerQuery(Listing):
    """Who in the program; at least one of the two."""

    state: words.StateName | None = None
    email: words.Email | None = None


class _Wanted(Request):
    """What is priced, or bought."""

    plan_id: words.PlanId
    seats: words.Seats
    billing_period: words.Period
    country: words.Country


class PlaceRequest(Request):
    """As much of an address as tax depends on."""

    state: words.State
    postal_code: words.PostalCode
    country: words.Country
    line1: words.Line | None = None
    city: words.Name | None = None


class QuoteRequest(_Wanted):
    """What is to be priced; with an address the tax is in it, where there is any."""

    address: PlaceRequest | None = None


class MoneyRequest(Request):
    """An amount in integer cents."""

    amount: words.Cents
    currency: words.Currency


class AddressRequest(Request):
    """A postal address in the United States."""

    line1: words.Line
    city: words.Name
    state: words.State
    postal_code: words.PostalCode
    country: words.Country
    line2: words.Line | None = None


class PurchaseRequest(_Wanted):
    """What is bought, through whose link, with which payment method, for which business."""

    payment_method: words.PaymentMethod
    address: AddressRequest
    link_token: words.LinkToken | None = None
    expected_total: MoneyRequest | None = None


class CardRequest(Request):
    """Which card pays from now on."""

    payment_method: words.PaymentMethod


class ContactRequest(Request):
    """The primary contact of a Microsoft account."""

    first_name: words.PersonName
    last_name: words.PersonName
    email: words.Email
    phone: words.Phone


class MicrosoftAccountRequest(Request):
    """An existing Microsoft customer gives a `domain`; a new one chooses a `domain_prefix`.

    `address_confirmed` insists on an address that Microsoft was not sure about.
    """

    existing_customer: words.YesNo
    account_name: words.Name
    address: AddressRequest
    primary_contact: ContactRequest
    domain: words.DomainName | None = None
    domain_prefix: words.DomainPrefix | None = None
    address_confirmed: words.YesNo = False


class CancellationRequest(Request):
    """Why, and the refund that was quoted."""

    reason: words.Reason | None = None
    quote: words.CancellationQuote | None = None


class RenewalRequest(Request):
    """Whether it renews at the end of the term."""

    auto_renew: words.YesNo


class DelegationRequest(Request):
    """Which description of delegating was seen and confirmed."""

    terms_version: words.Version


class DelegationDecisionRequest(Request):
    """The freelancer takes the request on, or not."""

    approve: words.YesNo


class ApplicationRequest(Request):
    """What an invited freelancer says about themselves."""

    display_name: words.Name
    serves_us_clients: words.YesNo
    experience: words.Text
    website: words.Website | None = None


class SignatureRequest(Request):
    """Which version of the program's terms is signed."""

    version: words.Version


class InvitationRequest(Request):
    """Whom to invite to the program."""

    email: words.Email
    display_name: words.Name


class DecisionRequest(Request):
    """An operator's decision; a rejection needs a reason."""

    approve: words.YesNo
    reason: words.Reason | None = None


class SuspensionRequest(Request):
    """Why; the client is told."""

    reason: words.Reason


class SecurityGroupRequest(Request):
    """The security group of our own tenant at Microsoft that a freelancer is in; null for none."""

    group_id: words.Guid | None


class MailRequest(Request):
    """Which mail to send again."""

    template: words.MailId


class PriceRequest(Request):
    """A price per user and period, from a day on."""

    plan_id: words.PlanId
    billing_period: words.Period
    country: words.Country
    unit_amount: words.UnitPrice
    valid_from: words.Day
    currency: words.Currency = "USD"
