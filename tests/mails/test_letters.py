"""What holds for every e-mail: folders, variants, safety, looks, and that its two parts agree."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import chalicelib.mails
from chalicelib.mails import FOLDERS, LANGUAGES, render
from tests.mails.reading import Page
from tools.mail_gallery import BRAND, SAMPLES, write

HOME = Path(chalicelib.mails.__file__).parent
OTHER_BRAND = replace(
    BRAND,
    name="Zed & Sons",
    legal_name="Zed <Holding> GmbH",
    postal_address="1 Main St, Reno",
    support="help@zed.example",
    storefront_url="http://127.0.0.1:8000",
)
EVERY_SAMPLE = [pytest.param(sample, id=sample.id) for sample in SAMPLES]
in_every_language = pytest.mark.parametrize("language", LANGUAGES)
of_every_sample = pytest.mark.parametrize("sample", EVERY_SAMPLE)

AMOUNT = re.compile(r"\$[\d,]+\.\d\d|[\d\N{NARROW NO-BREAK SPACE}]+,\d\d\N{NO-BREAK SPACE}\$US")
MOMENT = re.compile(r"\w+ \d+, \d{4} at \d+:\d\d [AP]M UTC|\w+ \w+ \d{4} à \d\d:\d\d UTC")
WEB = re.compile(r"https?://\S+")


# --- Folders -----------------------------------------------------------------------------------------


def test_there_is_a_folder_for_each_of_the_16_emails_and_no_other():
    folders = {path.name for path in HOME.iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert folders == set(FOLDERS.values())
    assert list(FOLDERS) == [f"E{number}" for number in range(1, 17)]
    assert all(folder.startswith(f"E{int(template[1:]):02}_") for template, folder in FOLDERS.items())


def test_each_email_has_its_three_parts_in_english_and_french():
    for folder in FOLDERS.values():
        files = {
            str(path.relative_to(HOME / folder)) for path in (HOME / folder).rglob("*") if path.is_file()
        }
        parts = ("subject.txt", "body.txt", "body.html")
        assert files == {f"{language}/{part}" for language in ("en", "fr") for part in parts}


# --- Variants ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "fact", "values"),
    [
        ("E1", "billing_period", {"monthly", "yearly"}),
        ("E2", "billing_period", {"monthly", "yearly"}),
        ("E4", "existing_customer", {True, False}),
        ("E4", "auto_renew", {True, False}),
        ("E5", "status", {"pending", "connecting", "failed", "active", "suspended", "expired", "canceled"}),
        ("E6", "approved", {True, False}),
        ("E7", "cause", {"client", "delegate", "activation_deadline", "expiry"}),
        ("E7", "rule", {"not_activated", "within_24_hours", "prorated", "window_closed"}),
        ("E8", "will", {"renew", "end"}),
        ("E8", "days", {7, 30}),
        ("E8", "suspended", {True, False}),
        ("E9", "by", {"review", "microsoft"}),
        ("E10", "auto_renew", {True, False}),
        ("E11", "cause", {"auto_renew_off", "payment", "suspended"}),
        ("E14", "attempts_left", {1, 2, 3}),
        ("E15", "kind", {"invited", "approved", "rejected"}),
    ],
)
def test_the_samples_show_every_variant(template, fact, values):
    assert {sample.facts[fact] for sample in SAMPLES if sample.template == template} == values


@pytest.mark.parametrize(
    ("template", "fact"),
    [
        ("E4", "credentials_until"),
        ("E4", "admin_user_name"),
        ("E7", "actor_name"),
        ("E7", "credit_note"),
        ("E7", "domain"),
        ("E8", "amount"),
        ("E15", "reason"),
    ],
)
def test_the_samples_show_it_with_and_without(template, fact):
    values = [sample.facts[fact] for sample in SAMPLES if sample.template == template]
    assert None in values
    assert any(values)


def test_ids_of_samples_are_unique():
    assert len({sample.id for sample in SAMPLES}) == len(SAMPLES)


# What is told to an e-mail that does not say it (yet).
UNSAID = {
    "E3": {"subscription_id", "billing_period"},
    "E4": {"billing_period"},
    "E6": {"billing_period"},
    "E7": {"billing_period"},
    "E9": {"billing_period"},
    "E11": {"billing_period"},
    "E12": {"billing_period"},
    "E13": {"billing_period"},
    "E14": {"billing_period", "attempt"},
    "E16": {"billing_period"},
}


@in_every_language
@pytest.mark.parametrize("template", FOLDERS)
def test_a_missing_fact_is_an_error(template, language):
    samples = [sample for sample in SAMPLES if sample.template == template]
    missed = set()
    for sample in samples:
        for name in sample.facts:
            facts = {other: value for other, value in sample.facts.items() if other != name}
            try:
                render(template, locale=language, facts=facts, brand=BRAND)
            except UndefinedError:
                missed.add(name)
    assert missed == set(samples[0].facts) - UNSAID.get(template, set())


def test_an_unknown_email_is_an_error():
    with pytest.raises(KeyError):
        render("E17", locale="en", facts={}, brand=BRAND)


@pytest.mark.parametrize(
    ("locale", "greeting"),
    [
        ("en", "Hello"),
        ("en-GB", "Hello"),
        ("fr", "Bonjour"),
        ("fr_CA", "Bonjour"),
        ("FR-be", "Bonjour"),
        ("de", "Hello"),
        ("frp", "Hello"),
        ("", "Hello"),
    ],
)
def test_whoever_reads_no_french_is_written_to_in_english(locale, greeting):
    assert greeting in SAMPLES[0].letter(locale).text


# --- Safety ------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\r\nBcc: everybody@example.com\x00\u2028 'A' & \"B\" \u202etxt\ud800"


@in_every_language
@of_every_sample
def test_nobody_can_write_markup_or_lines_into_a_letter(sample, language):
    """Whatever people type as their names and reasons."""
    typed = {"name", "plan", "client_name", "freelancer_name", "actor_name", "account_name", "domain"}
    typed |= {"display_name", "reason", "admin_user_name"}
    facts = {key: HOSTILE if key in typed and value else value for key, value in sample.facts.items()}
    letter = replace(sample, facts=facts).letter(language)
    for part in (letter.subject, letter.text, letter.html):
        part.encode()
        assert "\u202e" not in part
        assert "\x00" not in part
    assert "<script" not in letter.html
    assert "&amp;amp;" not in letter.html
    assert "script" not in {tag for tag, _ in Page(letter.html).tags}
    assert len(letter.subject.splitlines()) == 1
    starts = [line for line in letter.text.splitlines() if line.startswith("Bcc")]
    assert starts == []
    assert "&lt;" not in letter.subject + letter.text
    assert "&#39;" not in letter.subject + letter.text


@in_every_language
def test_a_letter_links_to_web_pages_only(language):
    approved = next(sample for sample in SAMPLES if sample.template == "E3")
    facts = {**approved.facts, "agreement_url": "javascript:alert(1)"}
    with pytest.raises(ValueError, match="web pages only"):
        replace(approved, facts=facts).letter(language)


@in_every_language
@of_every_sample
def test_the_subject_is_one_short_line_even_with_long_names(sample, language):
    long = {
        "plan": "Microsoft 365 Business Premium (sans Teams)",
        "client_name": "Établissements " + "Grandjean " * 9,
    }
    long["freelancer_name"] = long["client_name"]
    facts = {**sample.facts, **{key: value for key, value in long.items() if key in sample.facts}}
    subject = replace(sample, facts=facts).letter(language).subject
    assert subject == subject.strip() != ""
    assert len(subject.splitlines()) == 1
    assert len(subject) <= 90
    assert len(sample.letter(language).subject) <= 78


@in_every_language
@of_every_sample
def test_every_address_is_the_brands_or_microsofts(sample, language):
    letter = sample.letter(language, brand=OTHER_BRAND)
    known = (OTHER_BRAND.storefront_url, "https://admin.microsoft.com")
    addresses = [*Page(letter.html).links, *WEB.findall(letter.text), *WEB.findall(letter.html)]
    mail = f"mailto:{OTHER_BRAND.support}"
    assert [one for one in addresses if one != mail and not one.startswith(known)] == []


@in_every_language
@of_every_sample
def test_the_letter_is_signed_by_the_brand(sample, language):
    letter = sample.letter(language, brand=OTHER_BRAND)
    for words in (Page(letter.html).words, " ".join(letter.text.split())):
        for sign in ("Zed & Sons", "Zed <Holding> GmbH", "1 Main St, Reno", "help@zed.example"):
            assert sign in words
    assert "Northgate" not in letter.subject + letter.text + letter.html


def test_no_template_names_a_brand_or_an_address():
    """The marketplace's name and addresses are configuration."""
    templates = [path for path in HOME.rglob("*") if path.suffix in (".html", ".txt")]
    assert len(templates) > 90
    for path in templates:
        words = path.read_text(encoding="utf-8")
        assert not re.search(r"seatwise|northgate|example\.com", words, re.IGNORECASE)
        assert set(WEB.findall(words)) <= {
            'https://admin.microsoft.com">admin.microsoft.com</a>,',
            'https://admin.microsoft.com")',
            "https://admin.microsoft.com",
        }


# --- Two parts, one letter ---------------------------------------------------------------------------


@in_every_language
@of_every_sample
def test_text_and_html_agree(sample, language):
    letter = sample.letter(language)
    page = Page(letter.html)
    assert set(AMOUNT.findall(page.words)) == set(AMOUNT.findall(letter.text))
    assert set(MOMENT.findall(page.words)) == set(MOMENT.findall(letter.text))
    assert {link for link in page.links if not link.startswith("mailto:")} == set(WEB.findall(letter.text))
    for fact in (
        "name",
        "plan",
        "client_name",
        "freelancer_name",
        "account_name",
        "domain",
        "admin_user_name",
    ):
        value = sample.facts.get(fact)
        assert (str(value) in page.words) == (str(value) in letter.text)


@in_every_language
@of_every_sample
def test_there_is_one_button_at_most(sample, language):
    presses = [told for tag, told in Page(sample.letter(language).html).tags if told.get("class") == "press"]
    assert len(presses) == (0 if sample.facts.get("kind") == "rejected" else 1)


@of_every_sample
def test_both_languages_tell_the_same_facts(sample):
    english, french = (sample.letter(language) for language in LANGUAGES)
    assert Page(english.html).links == Page(french.html).links
    assert WEB.findall(english.text) == WEB.findall(french.text)
    assert len(AMOUNT.findall(english.text)) == len(AMOUNT.findall(french.text))
    assert len(MOMENT.findall(english.text)) == len(MOMENT.findall(french.text))


# --- Looks -------------------------------------------------------------------------------------------


@in_every_language
@of_every_sample
def test_the_html_is_safe_for_mail_programs(sample, language):
    letter = sample.letter(language)
    page = Page(letter.html)
    tags = {tag for tag, _ in page.tags}
    assert tags & {"img", "link", "script", "iframe", "form", "svg", "video"} == set()
    assert "url(" not in letter.html
    assert "@import" not in letter.html
    assert "{" not in page.words + page.preheader
    assert ("html", {"lang": language, "dir": "ltr"}) in page.tags
    assert len(letter.html.encode()) < 100_000  # beyond that, Gmail cuts it off
    shown = {"h1", "h2", "p", "a", "li", "strong"}
    assert [tag for tag, told in page.tags if tag in shown and not told.get("style")] == []
    assert 20 <= len(page.preheader.split("\u034f")[0].strip()) <= 110
    assert sum(tag == "h1" for tag, _ in page.tags) == 1
    assert all(
        "style" in told or "role" in told or "cellpadding" in told
        for tag, told in page.tags
        if tag == "table"
    )


def test_the_style_sheet_is_the_same_in_both_languages():
    """French spacing, which is set last, leaves it alone."""
    sheets = [
        re.findall(r"<style>(.*?)</style>", SAMPLES[0].letter(language).html, re.DOTALL)
        for language in LANGUAGES
    ]
    assert sheets[0] == sheets[1] != []


@pytest.mark.parametrize(
    ("words", "ground", "at_least"),
    [
        ("p", ".card", 7),
        ("h1", ".card", 7),
        ("a", ".card", 4.5),
        (".label", ".card", 4.5),
        (".value", ".card", 7),
        (".quiet", ".card", 4.5),
        (".small", ".canvas", 4.5),
        (".brand", ".canvas", 7),
        (".press", ".press", 4.5),
        (".initial", ".initial", 4.5),
        ("p", ".note", 7),
        (".good", ".good", 4.5),
        (".info", ".info", 4.5),
        (".warn", ".warn", 4.5),
        (".bad", ".bad", 4.5),
        (".over", ".over", 4.5),
    ],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_their_ground(words, ground, at_least, theme):
    looks: dict[str, dict[str, str]] = {}
    for sheet in [HOME / "_layout" / "looks.css", HOME / "_layout" / "letter.html"][: 1 + (theme == "dark")]:
        source = sheet.read_text(encoding="utf-8")
        source = source.partition("(prefers-color-scheme: dark) {")[2].partition("</style>")[0] or source
        for selectors, declarations in re.findall(
            r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
        ):
            for selector in selectors.split(","):
                colors = re.findall(r"(?:^|[;\s])(color|background-color): (#[0-9a-f]{6})", declarations)
                looks.setdefault(selector.strip(), {}).update(colors)
    one, other = sorted((luminance(looks[words]["color"]), luminance(looks[ground]["background-color"])))
    assert (other + 0.05) / (one + 0.05) >= at_least


def luminance(color):
    """As WCAG 2 defines it."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- The rest ----------------------------------------------------------------------------------------


def test_asking_for_letters_loads_nothing_that_sets_them():
    """A function that sends none does not wait for jinja2 and babel."""
    check = "import sys, chalicelib.mails; sys.exit(bool({'jinja2', 'babel'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], cwd=HOME.parents[1], check=False)  # noqa: S603
    assert done.returncode == 0


def test_the_gallery_shows_every_sample_in_every_language(tmp_path):
    *letters, index = write(tmp_path / "gallery")
    assert len(letters) == 2 * len(SAMPLES) * len(LANGUAGES)
    shown = index.read_text(encoding="utf-8")
    assert all(letter.name in shown for letter in letters)
