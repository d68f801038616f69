"""Every number and every promise of the product, as tables a product person can read.

The ids (R…, D…) are those of the product page. `docs/rules.md` is printed from here and from the
transition table in `domain/lifecycle.py`; nothing else in the code holds a number of days, a limit or a
retry schedule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


def hours(count: int) -> timedelta:
    """`count` hours of exactly 3,600 seconds."""
    return timedelta(hours=count)


def days(count: int) -> timedelta:
    """`count` days of exactly 24 hours."""
    return timedelta(days=count)


def minutes(count: int) -> timedelta:
    """`count` minutes of exactly 60 seconds."""
    return timedelta(minutes=count)


# --- The languages of the product ---------------------------------------------------------------------


class Language(StrEnum):
    """What the product speaks; the first is for whoever reads neither."""

    ENGLISH = "en"
    FRENCH = "fr"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in each language."""

    en: str
    fr: str

    def said_in(self, language: Language) -> str:
        """The words for somebody who reads this language."""
        return self.fr if language is Language.FRENCH else self.en


# --- R43–R51: the seven statuses ---------------------------------------------------------------------


class Status(StrEnum):
    """The seven statuses of a subscription; Microsoft's own states stay inside its adapter."""

    PENDING = "pending"
    CONNECTING = "connecting"
    FAILED = "failed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    CANCELED = "canceled"

    @property
    def meaning(self) -> str:
        """What the status says, in the words of the product page."""
        return STATUS_MEANINGS[self]


STATUS_MEANINGS: Final = {
    Status.PENDING: "paid, Microsoft account not yet submitted",
    Status.CONNECTING: "account submitted: under review, or waiting for the agreement at Microsoft",
    Status.FAILED: "the review, or Microsoft, refused the account; may be submitted again",
    Status.ACTIVE: "linked and in use",
    Status.SUSPENDED: "switched off for now by an operator: policy or terms violation",
    Status.EXPIRED: "term over, auto-renew was off (or the renewal could not be paid)",
    Status.CANCELED: "over for good; never comes back",
}

NOT_YET_ACTIVE: Final = (Status.PENDING, Status.CONNECTING, Status.FAILED)
IN_TERM: Final = (Status.ACTIVE, Status.SUSPENDED)
OVER: Final = (Status.EXPIRED, Status.CANCELED)


# --- R3, R4, R8, R28, R31: what is sold, where, in which money ---------------------------------------


class BillingPeriod(StrEnum):
    """R4: how often a subscription is paid."""

    MONTHLY = "monthly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """The length of one period in calendar months."""
        return 12 if self is BillingPeriod.YEARLY else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One thing that can be bought; the catalog is product-neutral data."""

    id: str
    family: str
    name: str
    description: Text
    features: tuple[Text, ...]


PLANS: Final = (  # R3: four plans, Microsoft 365 is the first family; Microsoft's names stay as they are
    Plan(
        id="business-basic",
        family="Microsoft 365",
        name="Microsoft 365 Business Basic",
        description=Text(
            "Web and mobile apps, business email and meetings.",
            "Applications web et mobiles, messagerie professionnelle et réunions.",
        ),
        features=(
            Text(
                "Web and mobile versions of Word, Excel, PowerPoint and Outlook",
                "Word, Excel, PowerPoint et Outlook en version web et mobile",
            ),
            Text(
                "Business email on your own domain, 50 GB mailbox",
                "Messagerie professionnelle à votre nom de domaine, boîte de 50\N{NO-BREAK SPACE}Go",
            ),
            Text(
                "Microsoft Teams: chat, calls and meetings",
                "Microsoft Teams\N{NO-BREAK SPACE}: conversations, appels et réunions",
            ),
            Text(
                "1 TB of OneDrive storage per user",
                "1\N{NO-BREAK SPACE}To de stockage OneDrive par utilisateur",
            ),
        ),
    ),
    Plan(
        id="apps-for-business",
        family="Microsoft 365",
        name="Microsoft 365 Apps for business",
        description=Text(
            "The desktop apps and cloud storage, without email.",
            "Les applications de bureau et le stockage en ligne, sans messagerie.",
        ),
        features=(
            Text(
                "Desktop versions of Word, Excel, PowerPoint and Outlook on PC and Mac",
                "Word, Excel, PowerPoint et Outlook en version de bureau, sur PC et Mac",
            ),
            Text(
                "On up to five computers, tablets and phones per user",
                "Jusqu’à cinq ordinateurs, tablettes et téléphones par utilisateur",
            ),
            Text(
                "1 TB of OneDrive storage per user",
                "1\N{NO-BREAK SPACE}To de stockage OneDrive par utilisateur",
            ),
        ),
    ),
    Plan(
        id="business-standard",
        family="Microsoft 365",
        name="Microsoft 365 Business Standard",
        description=Text(
            "Everything in Basic, with the desktop apps.",
            "Tout ce que comprend Basic, avec les applications de bureau.",
        ),
        features=(
            Text("Everything in Business Basic", "Tout ce que comprend Business Basic"),
            Text(
                "Desktop versions of Word, Excel, PowerPoint and Outlook on PC and Mac",
                "Word, Excel, PowerPoint et Outlook en version de bureau, sur PC et Mac",
            ),
            Text(
                "Webinars with registration and reports",
                "Webinaires avec inscription et rapports",
            ),
            Text(
                "Bookings for customer appointments",
                "Bookings pour les rendez-vous avec vos clients",
            ),
        ),
    ),
    Plan(
        id="business-premium",
        family="Microsoft 365",
        name="Microsoft 365 Business Premium",
        description=Text(
            "Everything in Standard, with advanced security and device management.",
            "Tout ce que comprend Standard, avec une sécurité avancée et la gestion des appareils.",
        ),
        features=(
            Text("Everything in Business Standard", "Tout ce que comprend Business Standard"),
            Text(
                "Defender for Business: protection against phishing and ransomware",
                "Defender for Business\N{NO-BREAK SPACE}: "
                "protection contre l’hameçonnage et les rançongiciels",
            ),
            Text(
                "Intune: manage and wipe computers and phones",
                "Intune\N{NO-BREAK SPACE}: gestion et effacement à distance des ordinateurs et téléphones",
            ),
            Text(
                "Information protection and conditional access",
                "Protection des informations et accès conditionnel",
            ),
        ),
    ),
)

SEATS_MIN: Final = 1  # R8
SEATS_MAX: Final = 50  # R8
CURRENCY_OF: Final = {"US": "USD"}  # R28, R31: the open countries and their one currency

# (valid from, plan, billing period, cents per user and period): US list prices
PRICE_SEED: Final = (
    ("2022-03-01", "business-basic", "yearly", 72_00),
    ("2022-03-01", "business-basic", "monthly", 7_20),
    ("2022-03-01", "apps-for-business", "yearly", 99_00),
    ("2022-03-01", "apps-for-business", "monthly", 9_90),
    ("2022-03-01", "business-standard", "yearly", 150_00),
    ("2022-03-01", "business-standard", "monthly", 15_00),
    ("2022-03-01", "business-premium", "yearly", 264_00),
    ("2022-03-01", "business-premium", "monthly", 26_40),
    ("2026-07-01", "business-basic", "yearly", 84_00),
    ("2026-07-01", "business-basic", "monthly", 8_40),
    ("2026-07-01", "apps-for-business", "yearly", 99_00),
    ("2026-07-01", "apps-for-business", "monthly", 9_90),
    ("2026-07-01", "business-standard", "yearly", 168_00),
    ("2026-07-01", "business-standard", "monthly", 16_80),
    ("2026-07-01", "business-premium", "yearly", 264_00),
    ("2026-07-01", "business-premium", "monthly", 26_40),
)


# --- R52–R56, R61, D4: what a cancellation gives back ------------------------------------------------


class Since(StrEnum):
    """The instant from which a refund rule counts."""

    CHARGE = "the charge that paid for the term"
    TERM = "the start of the term"


class Share(StrEnum):
    """How much of the payment a refund rule gives back."""

    EVERYTHING = "all of it"
    UNUSED_DAYS = "paid × (cycle days − used days) / cycle days"
    NOTHING = "nothing; auto-renew can be turned off"


@dataclass(frozen=True, slots=True)
class RefundRule:
    """One line of the refund table; `within` is inclusive, `None` matches anything."""

    rule: str
    name: str
    activated: bool | None
    since: Since | None
    within: timedelta | None
    share: Share


REFUNDS: Final = (  # D4: the first line that applies wins
    #          rule   name in the API     activated?  counted from   no later than  given back
    RefundRule("R54", "not_activated", False, None, None, Share.EVERYTHING),
    RefundRule("R55", "within_24_hours", True, Since.CHARGE, hours(24), Share.EVERYTHING),
    RefundRule("R56", "prorated", True, Since.TERM, days(7), Share.UNUSED_DAYS),
    RefundRule("R61", "window_closed", None, None, None, Share.NOTHING),
)

QUOTE_VALID_FOR: Final = minutes(15)  # a signed cancellation quote is honored this long


# --- Deadlines ---------------------------------------------------------------------------------------

ACTIVATION_DEADLINE: Final = days(14)  # R44, D5: from purchase, never restarted
EXPIRED_UNTIL_CANCELED: Final = days(30)  # R50
CREDENTIALS_KEPT: Final = days(7)  # D14: from activation
REMIND_BEFORE_END: Final = {  # R68, D10
    BillingPeriod.YEARLY: (days(30), days(7)),
    BillingPeriod.MONTHLY: (days(7),),
}
RENEWAL_RETRIES: Final = (days(1), days(3), days(5))  # D11: counted from the first decline
RENEWAL_TRIED_UNTIL: Final = days(6)  # D11: from the end of the term, inside Microsoft's own seven days


# --- D13: what the freelancer earns ------------------------------------------------------------------

BASIS_POINTS: Final = 10_000
COMMISSION_SAMPLE_RATE: Final = 1_000  # basis points of the net amount; configuration overrides it


# --- R21–R24, D17: the Microsoft account -------------------------------------------------------------

# The plans as Microsoft sells them, "product:sku"; a deployment pins what its own catalog says.
MICROSOFT_PRODUCTS: Final = {
    "business-basic": "CFQ7TTC0LH18:0001",
    "apps-for-business": "CFQ7TTC0LH1G:0001",
    "business-standard": "CFQ7TTC0LDPB:0001",
    "business-premium": "CFQ7TTC0LCHC:0002",  # not 0001, which is another product's
}

MICROSOFT_TENANT_SUFFIX: Final = ".onmicrosoft.com"
DOMAIN_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,26}")  # D17


# --- How patiently we ask again ----------------------------------------------------------------------

# While a client has not accepted at Microsoft, or an order is not provisioned: the waits between looks.
PROVISIONING_POLLS: Final = (minutes(5), minutes(15), hours(1), hours(4))
# Money whose outcome is unknown: the waits between questions to the provider.
UNSETTLED_CHECKS: Final = (minutes(5), hours(1), days(1))
UNSETTLED_ALARM: Final = hours(1)  # older than this it is no longer the provider's hiccup
# A checkout whose bank wants to see the cardholder waits this long for them.
AUTHENTICATION_WAIT: Final = hours(1)
# What was changed here is on its way to Microsoft for so long: only older differences are drift.
DRIFT_GRACE: Final = hours(1)
# The ends of our term and of Microsoft's may lie so far apart: it counts from its order, we from activation.
TERM_END_TOLERANCE: Final = days(1)
# A difference that nobody has seen for so long is forgotten.
DRIFT_KEPT: Final = days(3)
# A checkout or renewal that is under way belongs to whoever began it for this long.
MONEY_LEASE: Final = minutes(2)
# An effect that failed for now: the waits between attempts, and after how many it is put aside as stuck.
EFFECT_RETRIES: Final = (minutes(1), minutes(5), minutes(15), hours(1), hours(4))
EFFECT_ATTEMPTS: Final = 12
# An effect that is being carried out belongs to its worker for this long.
EFFECT_LEASE: Final = minutes(6)
# A mail whose outcome is unknown is left to SES's own word of it for this long, from when it was claimed.
MAIL_SETTLES_WITHIN: Final = minutes(15)
# A bounce of a mail that was sent before an operator lifted its address changes nothing for this long.
LIFT_REMEMBERED: Final = days(30)
# An effect is nudged when it is written; a sweep takes over when nothing was heard of it for this long.
OUTBOX_GRACE: Final = minutes(5)
# A sweep is late when its last run began more than so many of its intervals ago, and a little: one run may
# have been skipped, a schedule is not exact, and a run takes its time.
SWEEP_INTERVALS: Final = 2
SWEEP_GRACE: Final = minutes(5)
IDEMPOTENCY_KEPT: Final = days(2)  # the contract promises 24 hours at least


def next_in(waits: tuple[timedelta, ...], since: datetime, at: datetime) -> datetime:
    """The first instant after `at` of a schedule of waits that began at `since`; the last wait repeats."""
    instant, count = since, 0
    while instant <= at:
        instant += step(waits, count)
        count += 1
    return instant


def step(waits: tuple[timedelta, ...], count: int) -> timedelta:
    """The `count`-th wait (from 0) of a schedule whose last wait repeats."""
    return waits[min(count, len(waits) - 1)]
