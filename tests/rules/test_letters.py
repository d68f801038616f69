"""
What each mail is told (E1-E14): to whom, in which language, and with facts that fill its words.

    E-mails are in HTML and plain text, English and French; the language is the recipient's.
    Each is recorded once per cause.
    D14 Admin credentials are never in a mail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.domain.brand import Brand
from chalicelib.domain.letters import FACTS
from chalicelib.domain.lifecycle import Decision
from chalicelib.mails import FOLDERS, LANGUAGES, render
from tests.rules.stories import (
    BOUGHT,
    DANA,
    DAY,
    DELEGATE,
    FORM,
    HOUR,
    LUC,
    Life,
    active,
    approved,
    dunned,
    expired,
    facts_of,
    in_review,
    in_term,
    letters,
    ordered,
    pending,
    renewed,
    renewing,
    suspended,
    term_end,
)

BRAND: Final = Brand(
    name="Northgate",
    legal_name="Northgate Marketplace, Inc.",
    postal_address="500 Harbor Street, Suite 12, Portland, OR 97204, USA",
    sender="Northgate <no-reply@northgate.example>",
    support="support@northgate.example",
    storefront_url="https://my.northgate.example",
)


def existing() -> Life:
    """An existing customer's, provisioned at Microsoft: no admin was made for it."""
    life = pending()
    life.submit(at=BOUGHT, form=replace(FORM, existing_customer=True, domain="contoso.com"))
    life.approve(at=BOUGHT)
    life.offer(at=BOUGHT)
    life.accept(at=BOUGHT)
    return life


def asked() -> Life:
    life = active()
    life.ask_delegation(at=life.last.at)
    return life


def managed() -> Life:
    life = asked()
    life.decide_delegation(True, at=life.last.at)
    return life


def off() -> Life:
    life = active()
    life.set_renewal(False, at=in_term(life, DAY))
    return life


def last_try() -> Life:
    life = dunned(declines=3)
    life.begin_renewal(at=term_end(life) + 5 * DAY)
    return life


# Every mail about a subscription, in each way in which it comes about.
MAILS: Final[Mapping[str, tuple[str, Callable[[], Decision]]]] = {
    "E1: bought": ("E1", lambda: pending().last),
    "E1: bought, taxed": ("E1", lambda: pending(tax=1_000).last),
    "E2: sold": ("E2", lambda: pending().last),
    "E2: sold by somebody who earns nothing": ("E2", lambda: pending(rate=None).last),
    "E3: approved, a new customer": ("E3", lambda: approved().offer(at=BOUGHT + HOUR)),
    "E3: approved, an existing customer": ("E3", lambda: existing().decisions[3]),
    "E4: active, a new customer": ("E4", lambda: ordered().activate(at=BOUGHT + DAY)),
    "E4: active, an existing customer": ("E4", lambda: existing().activate(at=BOUGHT + DAY)),
    "E5: asked to manage": ("E5", lambda: asked().last),
    "E6: approved": ("E6", lambda: asked().decide_delegation(True, at=BOUGHT + 2 * DAY)),
    "E6: turned down": ("E6", lambda: asked().decide_delegation(False, at=BOUGHT + 2 * DAY)),
    "E7: canceled before activation": ("E7", lambda: pending().cancel(at=BOUGHT + DAY)),
    "E7: canceled within 24 hours": ("E7", lambda: active().cancel(at=BOUGHT + DAY)),
    "E7: canceled within 7 days": ("E7", lambda: active().cancel(at=BOUGHT + 4 * DAY)),
    "E7: canceled by the delegate": ("E7", lambda: active().cancel(at=BOUGHT + 4 * DAY, by=DELEGATE)),
    "E7: after 14 days": ("E7", lambda: pending().lapse(at=BOUGHT + 14 * DAY)),
    "E7: after 14 days, connecting": ("E7", lambda: ordered().lapse(at=BOUGHT + 14 * DAY)),
    "E7: after 30 days": ("E7", lambda: expired().lapse_expiry(at=BOUGHT + 60 * DAY)),
    "E8: it renews": ("E8", lambda: active().remind(7, at=BOUGHT + 23 * DAY)),
    "E8: it ends": ("E8", lambda: off().remind(7, at=BOUGHT + 23 * DAY)),
    "E8: it ends, suspended": ("E8", lambda: suspended().remind(7, at=BOUGHT + 23 * DAY)),
    "E9: rejected by the review": ("E9", lambda: in_review().reject(at=BOUGHT + 2 * HOUR)),
    "E9: refused by Microsoft": ("E9", lambda: ordered().be_refused(at=BOUGHT + 5 * HOUR)),
    "E10: renewed": ("E10", lambda: renewed().last),
    "E11: renewal was off": ("E11", lambda: off().end_term(at=BOUGHT + 30 * DAY)),
    "E11: suspended": ("E11", lambda: suspended().end_term(at=BOUGHT + 30 * DAY, cause="suspended")),
    "E11: not paid": ("E11", lambda: last_try().decline(at=BOUGHT + 36 * DAY)),
    "E12: suspended": ("E12", lambda: active().suspend(at=BOUGHT + 3 * DAY)),
    "E13: reinstated": ("E13", lambda: suspended().reinstate(at=BOUGHT + 5 * DAY)),
    "E14: declined": ("E14", lambda: renewing().decline(at=BOUGHT + 30 * DAY)),
    "E16: access at Microsoft is asked for": ("E16", lambda: managed().ask_grant(at=BOUGHT + 3 * DAY)),
    "E14: declined for the third time": ("E14", lambda: dunned(declines=3).last),
}
TO_THE_FREELANCER: Final = {"E2", "E5"}

EACH = [pytest.param(template, happen, id=name) for name, (template, happen) in MAILS.items()]


@pytest.mark.parametrize(("template", "happen"), EACH)
def test_it_goes_to_its_recipient_in_their_language(template, happen):
    (letter,) = [one for one in letters(happen()) if one.data["template"] == template]
    to = LUC if template in TO_THE_FREELANCER else DANA

    assert (letter.data["to"], letter.data["locale"]) == (to.email, to.locale)
    assert letter.data["facts"]["name"] == to.name


@pytest.mark.parametrize(("template", "happen"), EACH)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_its_facts_fill_its_words(template, happen, locale):
    letter = render(template, locale=locale, facts=facts_of(happen(), template), brand=BRAND)

    assert letter.subject
    assert "\n" not in letter.subject
    assert letter.text
    assert letter.html
    assert "None" not in letter.subject + letter.text


@pytest.mark.parametrize(("template", "happen"), EACH)
def test_its_facts_are_plain_and_can_be_kept(template, happen):
    facts = facts_of(happen(), template)

    assert json.loads(json.dumps(facts)) == facts


def test_e1_e14_each_mail_about_a_subscription_is_here():
    assert {template for template, _ in MAILS.values()} == set(FACTS) == set(FOLDERS) - {"E15"}


# --- what some must say ----------------------------------------------------------------------------------


def test_r18_e3_brings_the_link_to_the_agreement():
    facts = facts_of(approved().offer(at=BOUGHT + HOUR), "E3")

    assert facts["agreement_url"] == "https://admin.microsoft.example/agreement"
    assert facts["activation_deadline"] == "2024-02-13T12:00:00Z"


def test_r26_d14_e4_brings_the_admins_name_and_seven_days_but_no_password():
    facts = facts_of(ordered().activate(at=BOUGHT + DAY), "E4")

    assert facts["admin_user_name"] == "admin@whitfield.onmicrosoft.com"
    assert facts["credentials_until"] == "2024-02-07T12:00:00Z"
    assert facts["allowed_until"] == "2024-02-07T12:00:00Z"
    assert facts["term"] == {"start": "2024-01-31T12:00:00Z", "end": "2024-02-29T12:00:00Z"}
    assert not [name for name in facts if "password" in name]


def test_d14_an_existing_customer_has_their_admin_already():
    facts = facts_of(existing().activate(at=BOUGHT + DAY), "E4")

    assert facts["existing_customer"]
    assert (facts["admin_user_name"], facts["credentials_until"]) == (None, None)


CAUSES = [
    (lambda: pending().cancel(at=BOUGHT + DAY), "client", "not_activated", 29_00, "R54"),
    (lambda: active().cancel(at=BOUGHT + DAY), "client", "within_24_hours", 29_00, "R55"),
    (lambda: active().cancel(at=BOUGHT + 4 * DAY), "client", "prorated", 26_00, "R56"),
    (lambda: pending().lapse(at=BOUGHT + 14 * DAY), "activation_deadline", "not_activated", 29_00, "R44"),
    (lambda: expired().lapse_expiry(at=BOUGHT + 60 * DAY), "expiry", "window_closed", 0, "R50"),
]


@pytest.mark.parametrize(
    ("happen", "cause", "rule", "refund"),
    [pytest.param(*case, id=f"{page} R60: E7 says {case[1]}, {case[2]}") for *case, page in CAUSES],
)
def test_e7_says_why_and_what_comes_back(happen, cause, rule, refund):
    decision = happen()
    facts = facts_of(decision, "E7")

    assert (facts["cause"], facts["rule"]) == (cause, rule)
    assert facts["refund"] == {"amount": refund, "currency": "USD"}
    if refund:
        note = decision.documents[-1]
        assert facts["credit_note"] == {
            "id": note.id,
            "number": note.number,
            "total": {"amount": refund, "currency": "USD"},
        }
    else:
        assert facts["credit_note"] is None


def test_r56_e7_shows_the_days():
    facts = facts_of(active().cancel(at=BOUGHT + 4 * DAY), "E7")

    assert (facts["used_days"], facts["cycle_days"]) == (3, 29)


def test_r54_e7_has_no_days_to_show_before_activation():
    facts = facts_of(pending().cancel(at=BOUGHT + 3 * DAY), "E7")

    assert (facts["used_days"], facts["cycle_days"]) == (0, 0)


def test_r58_e7_names_the_domain_that_stays_the_clients():
    assert facts_of(active().cancel(at=BOUGHT + 4 * DAY), "E7")["domain"] == "whitfield.onmicrosoft.com"
    assert facts_of(pending().cancel(at=BOUGHT + DAY), "E7")["domain"] is None


@pytest.mark.parametrize(
    ("happen", "by", "reason"),
    [
        pytest.param(
            lambda: in_review().reject(at=BOUGHT + HOUR, reason="No such street."),
            "review",
            "No such street.",
            id="R17: E9 says why the review rejected it",
        ),
        pytest.param(
            lambda: ordered().be_refused(at=BOUGHT + HOUR, reason="Not allowed to buy."),
            "microsoft",
            "Not allowed to buy.",
            id="R46: E9 says why Microsoft refused it",
        ),
    ],
)
def test_e9_says_why(happen, by, reason):
    facts = facts_of(happen(), "E9")

    assert (facts["by"], facts["reason"]) == (by, reason)
    assert facts["activation_deadline"] == "2024-02-13T12:00:00Z"


def test_r49_e11_says_until_when_it_can_be_seen():
    assert facts_of(off().end_term(at=BOUGHT + 30 * DAY), "E11")["cancels_at"] == "2024-03-30T12:00:00Z"


def test_r48_e12_says_why():
    assert facts_of(active().suspend(at=BOUGHT + 3 * DAY, reason="Spam."), "E12")["reason"] == "Spam."


def test_e1_to_e14_are_recorded_once_per_cause():
    life = dunned(declines=3)
    life.begin_renewal(at=term_end(life) + 5 * DAY)
    life.renew(at=term_end(life) + 5 * DAY)
    life.suspend(at=life.last.at)
    life.reinstate(at=life.last.at)
    life.suspend(at=life.last.at)
    ids = [effect.id for effect in life.effects]

    assert len(set(ids)) == len(ids)
    assert [mail for mail, _ in life.mails].count("E14") == 3
    assert [mail for mail, _ in life.mails].count("E12") == 2
