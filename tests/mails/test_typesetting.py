"""Amounts, dates, plurals and spaces, as each language writes them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.mails import LANGUAGES
from tests.mails.reading import Page
from tools.mail_gallery import SAMPLES

LETTERS = {sample.id: sample for sample in SAMPLES}
NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"


def letter(id, language, **facts):  # noqa: A002
    sample = LETTERS[id]
    return replace(sample, facts={**sample.facts, **facts}).letter(language)


@pytest.mark.parametrize(
    ("cents", "en", "fr"),
    [
        (1, "$0.01", f"0,01{NBSP}$US"),
        (99, "$0.99", f"0,99{NBSP}$US"),
        (7_20, "$7.20", f"7,20{NBSP}$US"),
        (156_80, "$156.80", f"156,80{NBSP}$US"),
        (1_234_56, "$1,234.56", f"1{NARROW}234,56{NBSP}$US"),
        (13_200_00, "$13,200.00", f"13{NARROW}200,00{NBSP}$US"),
        (
            90_071_992_547_409_93,
            "$90,071,992,547,409.93",
            f"90{NARROW}071{NARROW}992{NARROW}547{NARROW}409,93{NBSP}$US",
        ),
    ],
)
def test_cents_are_written_to_the_cent(cents, en, fr):
    for language, amount in (("en", en), ("fr", fr)):
        sent = letter("E14 first decline", language, amount={"amount": cents, "currency": "USD"})
        assert f" {amount}\n" in sent.text
        assert f">{amount}<" in sent.html


@pytest.mark.parametrize("amount", [156.8, "15680", Decimal(15680), True])
def test_money_that_is_not_integer_cents_is_refused(amount):
    with pytest.raises(TypeError, match="integer cents"):
        letter("E14 first decline", "en", amount={"amount": amount, "currency": "USD"})


@pytest.mark.parametrize(
    ("instant", "en", "fr"),
    [
        ("2024-01-31T10:00:00Z", "January 31, 2024 at 10:00 AM UTC", "31 janvier 2024 à 10:00 UTC"),
        ("2024-02-29T00:00:00Z", "February 29, 2024 at 12:00 AM UTC", "29 février 2024 à 00:00 UTC"),
        ("2024-08-01T12:05:00Z", "August 1, 2024 at 12:05 PM UTC", "1er août 2024 à 12:05 UTC"),
        ("2024-12-11T23:59:59.999Z", "December 11, 2024 at 11:59 PM UTC", "11 décembre 2024 à 23:59 UTC"),
        ("2024-06-30T23:30:00-05:00", "July 1, 2024 at 4:30 AM UTC", "1er juillet 2024 à 04:30 UTC"),
    ],
)
def test_a_deadline_is_told_to_the_minute_never_too_late_and_in_utc(instant, en, fr):
    for language, moment in (("en", en), ("fr", fr)):
        sent = letter("E1 monthly", language, activation_deadline=instant)
        assert moment in sent.text
        assert moment in Page(sent.html).words
        assert moment.partition(" at ")[0].partition(" à ")[0] in Page(sent.html).preheader


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        letter("E1 monthly", "en", activation_deadline="2024-01-31T10:00:00")


@pytest.mark.parametrize(
    ("seats", "en", "fr"),
    [(1, "1 user", "1 utilisateur"), (2, "2 users", "2 utilisateurs"), (50, "50 users", "50 utilisateurs")],
)
@pytest.mark.parametrize("id", ["E1 monthly", "E2 monthly"])
def test_one_user_is_one_user(id, seats, en, fr):  # noqa: A002
    for language, users in (("en", en), ("fr", fr)):
        assert letter(id, language, seats=seats).subject.endswith(f", {users}")


@pytest.mark.parametrize(
    "sample", [pytest.param(sample, id=sample.id) for sample in SAMPLES if "seats" in sample.facts]
)
def test_no_letter_speaks_of_1_users(sample):
    for language in LANGUAGES:
        sent = replace(sample, facts={**sample.facts, "seats": 1}).letter(language)
        assert not re.search(
            r"\b1 (users|licenses|utilisateurs|licences)|\bvos utilisateurs|\byour users", sent.text
        )
        assert not re.search(r"\b1 (users|licenses|utilisateurs|licences)", Page(sent.html).words)


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample.id) for sample in SAMPLES])
def test_signs_stand_where_the_language_puts_them(sample):
    english, french = (sample.letter(language) for language in LANGUAGES)
    for words in (english.subject, english.text, Page(english.html).words):
        assert not re.search(r"\s[:;?!»]", words)
        assert "«" not in words
    for words in (french.subject, french.text, Page(french.html).words):
        assert not re.search(r"[ \n][:;?!»]", words)
        assert not re.search(rf"[^{NBSP}\d][:;?!»](?!//)(?=\s|$)", words)
    for words in (english.subject, english.text, french.subject, french.text):
        assert "'" not in words  # the apostrophe is set, not typed


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample.id) for sample in SAMPLES])
def test_the_text_has_no_stray_spaces_or_lines(sample):
    for language in LANGUAGES:
        text = sample.letter(language).text
        assert "\n\n\n" not in text
        assert all(line == line.rstrip() for line in text.splitlines())
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_keeps_its_lines_and_only_those(language):
    sent = letter("E9 review", language, reason="  First.\r\n\r\n\tSecond <b>.  ")
    assert "\n\n    First.\n    Second <b>.\n\n" in sent.text
    assert "First.<br>Second &lt;b&gt;." in re.sub(r"\s*\n\s*", "", sent.html)


def test_the_same_facts_give_the_same_letter():
    for sample in SAMPLES:
        assert sample.letter("fr") == sample.letter("fr")
