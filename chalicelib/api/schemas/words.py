"""The kinds of fields that requests are made of; a description is also what a client is told about a mistake.

Text is trimmed before it is looked at.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from msgspec import Meta

from chalicelib.domain.freelancer import FreelancerState
from chalicelib.rulebook import DOMAIN_PREFIX, PLANS, SEATS_MAX, SEATS_MIN, BillingPeriod, Status

_LINE: Final = r"^[^\x00-\x1f\x7f]+$"  # no control characters
_TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"  # none but tabs and line breaks
_PLAN_IDS: Final = [plan.id for plan in PLANS]

PlanId = Annotated[
    str,
    Meta(
        pattern=f"^(?:{'|'.join(_PLAN_IDS)})$",
        extra_json_schema={"enum": _PLAN_IDS},
        description=f"One of: {', '.join(_PLAN_IDS)}.",
    ),
]
Seats = Annotated[
    int, Meta(ge=SEATS_MIN, le=SEATS_MAX, description=f"A whole number from {SEATS_MIN} to {SEATS_MAX}.")
]
Period = Annotated[BillingPeriod, Meta(description=f"One of: {', '.join(BillingPeriod)}.")]
StatusName = Annotated[Status, Meta(description=f"One of: {', '.join(Status)}.")]
StateName = Annotated[FreelancerState, Meta(description=f"One of: {', '.join(FreelancerState)}.")]
Country = Annotated[
    str,
    Meta(min_length=1, max_length=60, description="The country's two letters, such as US.", examples=["US"]),
]
Currency = Annotated[str, Meta(pattern="^USD$", description="USD.", examples=["USD"])]
MailId = Annotated[
    str,
    Meta(
        pattern="^E([1-9]|1[0-46])$",
        description="A mail about a subscription: E1 to E14, or E16.",
        examples=["E1"],
    ),
]
Cents = Annotated[int, Meta(ge=0, le=100_000_000, description="Whole cents, 0 or more.")]
UnitPrice = Annotated[int, Meta(ge=1, le=10_000_000, description="Whole cents, from 1 to 10,000,000.")]
Day = Annotated[date, Meta(description="A day: YYYY-MM-DD.")]
YesNo = Annotated[bool, Meta(description="true or false.")]

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=_LINE, description="1 to 100 characters.")]
PersonName = Annotated[
    str, Meta(min_length=1, max_length=50, pattern=_LINE, description="1 to 50 characters.")
]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=_LINE, description="1 to 200 characters.")]
Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=_TEXT, description="1 to 500 characters.")]
Text = Annotated[
    str, Meta(min_length=1, max_length=4000, pattern=_TEXT, description="1 to 4,000 characters.")
]
Version = Annotated[
    str,
    Meta(min_length=1, max_length=40, pattern=_LINE, description="The version of the text that was shown."),
]
State = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z]{2}$", description="The two-letter code of a US state, such as WA.", examples=["WA"]
    ),
]
PostalCode = Annotated[
    str,
    Meta(
        pattern="^[0-9]{5}(-[0-9]{4})?$", description="A ZIP code: 12345 or 12345-6789.", examples=["98101"]
    ),
]
Email = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$",
        description="An email address, such as name@example.com.",
        examples=["name@example.com"],
    ),
]
Phone = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=_LINE,
        description="A phone number: ten digits for the US, or with + and the country code.",
        examples=["+1 206 555 0100"],
    ),
]
Website = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=r"^https?://[^\s\x00-\x1f\x7f]+$",
        description="An address that begins with http:// or https://.",
        examples=["https://example.com"],
    ),
]
DomainName = Annotated[
    str, Meta(min_length=1, max_length=253, pattern=_LINE, description="A domain name, such as contoso.com.")
]
DomainPrefix = Annotated[
    str,
    Meta(
        pattern=f"^(?:{DOMAIN_PREFIX.pattern})$",
        description="1 to 27 letters and digits, starting with a letter.",
        examples=["contoso"],
    ),
]
Guid = Annotated[
    str,
    Meta(
        pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        description="An id of Microsoft's: 8-4-4-4-12 hexadecimal digits.",
        examples=["6c1b2a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"],
    ),
]
LinkToken = Annotated[
    str,
    Meta(min_length=1, max_length=100, pattern=_LINE, description="The last part of a freelancer's link."),
]
PaymentMethod = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9_-]{1,255}$",
        description="The payment provider's id of a payment method.",
        examples=["pm_card_visa"],
    ),
]
CancellationQuote = Annotated[
    str, Meta(min_length=1, max_length=2000, description="The `quote` of the cancellation's preview.")
]
