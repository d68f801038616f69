"""What the API answers: every field is always there, null where there is nothing to say."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from chalicelib import domain as rules  # `domain` is a field
from chalicelib.domain.catalog import TaxStatus
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Contact, Role
from chalicelib.rulebook import REFUNDS, BillingPeriod, Share, Status

Instant = Annotated[datetime, Meta(tz=True)]
_GIVES_BACK: Final = [rule.name for rule in REFUNDS if rule.share is not Share.NOTHING]
Cursor = Annotated[str, Meta(description="Ask for the next page with it.")] | None


class Answer(msgspec.Struct, kw_only=True):
    """What all of them have in common."""


class Health(Answer):
    """That it is there."""

    status: str
    version: str


# --- the catalog ---------------------------------------------------------------------------------------


class Prices(Answer):
    """What a user costs per period, now."""

    monthly: Money
    yearly: Money


class Plan(Answer):
    """One thing that can be bought."""

    id: str
    family: str
    name: str
    description: str
    features: list[str]
    prices: Prices


class PlanList(Answer):
    """All plans."""

    data: list[Plan]


class PlanName(Answer):
    """Which plan."""

    id: str
    name: str


class FreelancerName(Answer):
    """Which freelancer."""

    display_name: str


class Link(Answer):
    """A freelancer's link, and what can be bought through it."""

    token: str
    freelancer: FreelancerName
    plans: list[Plan]


class Quote(Answer):
    """What it costs per period, now."""

    plan_id: str
    billing_period: BillingPeriod
    country: str
    seats: int
    unit_price: Money
    subtotal: Money
    tax: Money
    total: Money
    tax_status: Annotated[
        TaxStatus,
        Meta(
            description="`not_calculated`: there will be tax, which depends on an address that was not given."
        ),
    ]


class Price(Answer):
    """A price per user and period, from a day on."""

    plan_id: str
    billing_period: BillingPeriod
    country: str
    unit_price: Money
    valid_from: date


class PriceList(Answer):
    """A page of prices, those that have not begun first."""

    data: list[Price]
    next_cursor: Cursor


# --- subscriptions ---------------------------------------------------------------------------------------


class CurrentTerm(Answer):
    """The paid period `[start, end)`: `price` is what was paid for it, tax included."""

    start: Instant
    end: Instant
    price: Money
    unit_price: Money


class Cancellation(Answer):
    """Until when it can be canceled, and until when all of the money comes back; how it ended, if it did."""

    allowed_until: Instant
    full_refund_until: Instant
    canceled_at: Instant | None
    rule: str | None
    refund: Money | None
    refund_status: rules.invoicing.Settlement | None
    reason: str | None


class PaymentIssue(Answer):
    """The renewal was declined; it is tried again."""

    since: Instant
    decline_code: str | None
    amount: Money
    next_attempt_at: Instant | None


class Suspension(Answer):
    """Why it is switched off, and since when."""

    reason: str
    at: Instant


class MicrosoftAccount(Answer):
    """The Microsoft account that was submitted, and how far it is."""

    existing_customer: bool
    domain: str
    account_name: str
    address: Address
    primary_contact: Contact
    submitted_at: Instant
    review: rules.account.Review
    review_reason: str | None
    agreement_url: str | None
    agreement_accepted_at: Instant | None
    admin_user_name: str | None


class DomainAvailability(Answer):
    """Whether a new Microsoft customer could have this domain now; nothing is reserved."""

    domain: str
    available: bool


class Client(Answer):
    """Whose it is, and the address of the business that it was bought for."""

    name: str
    email: str
    address: Address


class MicrosoftAccessStatus(StrEnum):
    """How far the freelancer's access to the tenant at Microsoft is."""

    NONE = "none"
    REQUESTED = "requested"
    ACTIVE = "active"
    ENDED = "ended"


class MicrosoftAccess(Answer):
    """The freelancer's access to the tenant at Microsoft; where to approve it, only the client is told."""

    status: MicrosoftAccessStatus
    approval_url: str | None


class Delegation(Answer):
    """Whether the selling freelancer may manage it."""

    status: rules.delegation.DelegationStatus
    terms_version: str | None
    requested_at: Instant | None
    decided_at: Instant | None
    ended_at: Instant | None
    ended_by: Role | None
    microsoft_access: MicrosoftAccess


class InvoiceName(Answer):
    """The invoice of the current period."""

    id: str
    number: str
    total: Money
    charged_at: Instant


class Subscription(Answer):
    """A number of seats of a plan; `available_actions` is what this caller may do now."""

    id: str
    status: Status
    plan: PlanName
    seats: int
    billing_period: BillingPeriod
    country: str
    auto_renew: bool
    purchased_at: Instant
    activated_at: Instant | None
    activation_deadline: Instant
    current_term: CurrentTerm | None
    cancellation: Cancellation
    expired_at: Instant | None
    expires_cancels_at: Instant | None
    payment_issue: PaymentIssue | None
    suspension: Suspension | None
    microsoft_account: MicrosoftAccount | None
    client: Client
    freelancer: FreelancerName | None
    delegation: Delegation
    available_actions: list[str]
    latest_invoice: InvoiceName | None
    version: int


class Authentication(Answer):
    """What the browser needs to have the cardholder confirm a payment; the secret is for nobody else."""

    payment_id: str
    client_secret: str


class PurchaseAuthentication(Authentication):
    """What the browser needs, and until when: then the purchase is off."""

    expires_at: Instant


class AwaitsCardholder(Answer):
    """The bank wants to see the cardholder: the same request under the same key then hears how it ended."""

    status: Literal["authentication_required"]
    subscription_id: str
    authentication: PurchaseAuthentication


class SubscriptionList(Answer):
    """A page of subscriptions."""

    data: list[Subscription]
    next_cursor: Cursor


class RefundStep(Answer):
    """What a cancellation gives back from one instant `until` another, both included (D4)."""

    begins: Annotated[Instant, Meta(description="Included.")] = msgspec.field(name="from")
    until: Annotated[
        Instant,
        Meta(description="Included, to the microsecond: the next step begins one later, without a gap."),
    ]
    refund: Money
    rule: Annotated[str, Meta(extra_json_schema={"enum": _GIVES_BACK})]


class CancellationPreview(Answer):
    """What a cancellation now would give back, and what one would at any other time (`curve`)."""

    allowed: bool
    refund: Money
    rule: str
    used_days: int
    cycle_days: int
    full_refund_until: Instant
    allowed_until: Instant
    curve: Annotated[
        list[RefundStep],
        Meta(
            description="The refund over the whole time in which it can be canceled, in order: it never "
            "rises. The last step ends at `allowed_until`. Empty when it cannot be canceled any more."
        ),
    ]
    quote: str | None
    quote_expires_at: Instant | None


class Credentials(Answer):
    """The new tenant's administrator, shown once."""

    user_name: str
    password: str


class Terms(Answer):
    """A text that must be seen before it is agreed to."""

    version: str
    text: str


class By(Answer):
    """Who did it; `delegated` when through the client's delegation."""

    role: Role
    name: str
    delegated: bool


class Event(Answer):
    """One thing that happened to a subscription."""

    version: int
    event: str
    at: Instant
    by: By
    status: str
    detail: dict[str, Any]


class EventList(Answer):
    """A page of what happened."""

    data: list[Event]
    next_cursor: Cursor


# --- cards -----------------------------------------------------------------------------------------------


class PaymentMethod(Answer):
    """A card that the payment provider keeps; `default`: chosen to pay from now on."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    default: bool


class PaymentMethodList(Answer):
    """All of the caller's cards."""

    data: list[PaymentMethod]
    next_cursor: Cursor


class PaymentMethodSetup(Answer):
    """A card about to be added; the browser finishes it, and the secret is for nobody else."""

    id: str
    client_secret: str


# --- billing ---------------------------------------------------------------------------------------------


class Period(Answer):
    """The paid period `[start, end)`."""

    start: Instant
    end: Instant


class Invoice(Answer):
    """An invoice, or a credit note that corrects one; amounts are positive on both."""

    id: str
    kind: rules.invoicing.DocumentKind
    number: str
    subscription_id: str
    issued_at: Instant
    plan: PlanName
    seats: int
    billing_period: BillingPeriod
    period: Period | None
    unit_price: Money
    subtotal: Money
    tax: Money
    total: Money
    status: rules.invoicing.Settlement
    bill_to: Address
    corrects: str | None
    corrects_id: str | None
    used_days: int | None
    cycle_days: int | None
    refunded_at: Instant | None


class InvoiceList(Answer):
    """A page of invoices and credit notes."""

    data: list[Invoice]
    next_cursor: Cursor


# --- the program ---------------------------------------------------------------------------------------


class PersonalLink(Answer):
    """The one link through which a freelancer sells."""

    token: str
    url: str


class Freelancer(Answer):
    """The caller in the program."""

    id: str
    state: rules.freelancer.FreelancerState
    display_name: str
    link: PersonalLink | None
    decision_reason: str | None
    terms_version: str | None


class Application(Answer):
    """What a freelancer says about themselves."""

    display_name: str
    serves_us_clients: bool
    experience: str
    website: str | None
    applied_at: Instant


class Applicant(Answer):
    """A freelancer, as an operator sees them; `available_actions` is what an operator may do now."""

    id: str
    state: rules.freelancer.FreelancerState
    email: str
    display_name: str
    invited_at: Instant | None
    application: Application | None
    decision_reason: str | None
    terms_signed_at: Instant | None
    ended_at: Instant | None
    security_group_id: str | None
    available_actions: list[str]


class ApplicantList(Answer):
    """A page of freelancers."""

    data: list[Applicant]
    next_cursor: Cursor


class Buyer(Answer):
    """Who bought; no more than the name, unless the subscription is delegated."""

    name: str
    email: str | None


class Sale(Answer):
    """A subscription, as the freelancer who sold it sees it."""

    id: str
    status: Status
    plan: PlanName
    seats: int
    billing_period: BillingPeriod
    purchased_at: Instant
    activated_at: Instant | None
    client: Buyer
    delegation: Delegation


class SaleList(Answer):
    """A page of sales."""

    data: list[Sale]
    next_cursor: Cursor


class Earning(Answer):
    """The commission of one paid cycle: accrued = pending + earned + reversed."""

    invoice_id: str
    subscription_id: str
    cycle: int
    state: str
    rate: Annotated[int, Meta(description="Basis points of the net amount.")]
    net: Money
    accrued: Money
    pending: Money
    earned: Money
    reversed: Money
    accrued_at: Instant
    earned_at: Instant | None
    reversed_at: Instant | None
    paid: Annotated[Money, Meta(description="What has been sent of it, less what was taken back.")]
    waiting: Annotated[Money, Meta(description="What is earned, and still to be sent by us.")]
    paid_at: Instant | None


class Totals(Answer):
    """The sums of the whole ledger."""

    accrued: Money
    pending: Money
    earned: Money
    reversed: Money


class EarningList(Answer):
    """A page of the ledger, and the totals of all of it."""

    data: list[Earning]
    next_cursor: Cursor
    totals: Totals
    paid: Annotated[Money, Meta(description="What has been sent of all that, less what was taken back.")]


class Payouts(Answer):
    """Whether commissions can be paid to the caller, and how much of them was."""

    state: rules.payouts.PayoutState
    missing: Annotated[
        list[str], Meta(description="What the payment provider still wants to know, in its own words.")
    ]
    paid: Money
    waiting: Money


class Onboarding(Answer):
    """Where the caller opens the account; the link works once."""

    url: str
    expires_at: Instant


# --- the operator's worklist -----------------------------------------------------------------------------


class Effect(Answer):
    """Something that follows from a decision, and where it stands."""

    id: str
    kind: rules.effects.EffectKind
    subject: str
    state: rules.effects.EffectState
    attempts: int
    last_error: str | None
    created_at: Instant


class Drift(Answer):
    """Something that Microsoft has otherwise than we have it: about a subscription, or about a price."""

    id: str
    kind: rules.drift.DriftKind
    subscription_id: str | None
    plan_id: str | None
    billing_period: BillingPeriod | None
    ours: str
    theirs: str
    since: Instant
    seen_at: Instant


class DriftList(Answer):
    """A page of what differs."""

    data: list[Drift]
    next_cursor: Cursor


class EffectList(Answer):
    """A page of what is stuck."""

    data: list[Effect]
    next_cursor: Cursor


class DisputedInvoice(Answer):
    """What the charge was for."""

    id: str
    number: str


class Dispute(Answer):
    """A charge that the cardholder disputes; reason and status are the payment provider's words."""

    id: str
    subscription_id: str | None
    invoice: DisputedInvoice | None
    amount: Money
    reason: str
    status: str
    opened_at: Instant
    closed_at: Instant | None


class DisputeList(Answer):
    """A page of disputes."""

    data: list[Dispute]
    next_cursor: Cursor


class SweepRun(Answer):
    """A run of a sweep that came to its end; `left`: its time was up before everything was handled."""

    started_at: Instant
    ended_at: Instant
    handled: int
    failed: int
    left: bool


class SweepWaiting(Answer):
    """How much of a sweep's work is due and not yet done; `more` when there is more than was counted."""

    count: int
    more: bool
    oldest_due_at: Instant | None


class Sweep(Answer):
    """What runs by the clock, whether it does, how it ended last, and what waits for it."""

    name: rules.waking.Sweep
    every_minutes: int
    last_run: SweepRun | None
    state: Annotated[
        rules.timetable.SweepState,
        Meta(
            description="`never_ran`: no run has ended yet. `failing`: the last one could not handle all "
            "that it came to. `late`: the last one began more than two intervals ago, and some minutes."
        ),
    ]
    waiting: SweepWaiting


class SweepList(Answer):
    """All sweeps."""

    data: list[Sweep]


class Suppression(Answer):
    """An address that gets no mails, and whose mail was the reason; detail is the mail provider's word."""

    id: str
    email: str
    reason: rules.mailing.SuppressionReason
    detail: str | None
    at: Instant
    template: str
    subscription_id: str | None


class SuppressionList(Answer):
    """A page of addresses."""

    data: list[Suppression]
    next_cursor: Cursor
