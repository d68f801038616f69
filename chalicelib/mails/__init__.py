"""The e-mails: one folder per e-mail and language, each with its subject, its text and its HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.domain.brand import Brand
from chalicelib.rulebook import Language

FOLDERS: Final = {
    "E1": "E01_purchase_paid",
    "E2": "E02_sale_made",
    "E3": "E03_account_approved",
    "E4": "E04_subscription_active",
    "E5": "E05_delegation_requested",
    "E6": "E06_delegation_decided",
    "E7": "E07_subscription_canceled",
    "E8": "E08_term_ending",
    "E9": "E09_account_refused",
    "E10": "E10_subscription_renewed",
    "E11": "E11_subscription_expired",
    "E12": "E12_subscription_suspended",
    "E13": "E13_subscription_reinstated",
    "E14": "E14_renewal_declined",
    "E15": "E15_program_decision",
    "E16": "E16_access_requested",
}
LANGUAGES: Final = tuple(Language)  # the first is written to whoever reads none of them


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as it is sent: a subject of one line, and the same words as text and as HTML."""

    subject: str
    text: str
    html: str


def language_of(locale: str) -> str:
    """The language that somebody with this locale is written to in: theirs, or else English."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def render(template: str, *, locale: str, facts: Mapping[str, Any], brand: Brand) -> Letter:
    """The e-mail `E1` to `E16` in the recipient's language; a fact that is missing is an error."""
    # What sets the type is loaded by the first letter: whoever only asks for one should not wait for it.
    from chalicelib.mails.typesetting import typeset

    subject, text, html = typeset(FOLDERS[template], language=language_of(locale), facts=facts, brand=brand)
    return Letter(subject=subject, text=text, html=html)
