"""
What stands on an invoice or credit note (R12, R74-R76, D12), read back from its PDF.

    R12 the invoice is under Billing and payments. R74 one invoice per billing cycle. R56 partial refund, by
    days since activation. D2 a period is half-open. D4 refund to the cent. D12 a refund goes back to the
    payment it came from, tax pro rata, with a credit note.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.documents.invoice_pdf import render_pdf
from chalicelib.documents.sheet import BODY, CENTERED, LEFT, RIGHT, STRONG, TO_LEFT, TO_RIGHT, Sheet
from chalicelib.documents.words import words_in
from chalicelib.domain.brand import Brand
from chalicelib.domain.calendar import nth_term
from chalicelib.domain.invoicing import Document, DocumentKind, Settlement
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Person
from chalicelib.rulebook import PLANS, BillingPeriod

ROOT = Path(__file__).parents[2]
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
ACTIVATED = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)

BRAND = Brand(
    name="Northwind Talent",
    legal_name="Northwind Talent Marketplace, Inc.",
    postal_address="548 Market Street\nSan Francisco, CA 94104",
    sender="Northwind <no-reply@northwind.example>",
    support="help@northwind.example",
    storefront_url="https://northwind.example",
)


def usd(cents: int) -> Money:
    return Money(cents, "USD")


FIRST = Document(
    id="doc_1",
    kind=DocumentKind.INVOICE,
    number="K7QX2M-0001",
    client=Person(id="usr_1", name="Amelia Hart", email="amelia@hart.example", locale="en"),
    bill_to=Address(
        line1="1200 Pine Street",
        line2="Floor 3",
        city="Seattle",
        state="WA",
        postal_code="98101",
        country="US",
    ),
    subscription_id="sub_01J2ZK7V5X8Q9R3T4W6Y1B2C3D",
    issued_at=ACTIVATED - timedelta(days=1),
    plan_id="business-standard",
    seats=10,
    billing_period="monthly",
    unit_price=usd(10_08),
    net=usd(100_80),
    tax=usd(0),
    total=usd(100_80),
    charge_id="ch_1",
    settlement=Settlement.PAID,
)
YEARLY = replace(
    FIRST,
    number="K7QX2M-0004",
    issued_at=nth_term(ACTIVATED, 1, BillingPeriod.YEARLY).start,
    plan_id="business-premium",
    billing_period="yearly",
    unit_price=usd(264_00),
    net=usd(2_640_00),
    tax=usd(237_60),
    total=usd(2_877_60),
    period=nth_term(ACTIVATED, 1, BillingPeriod.YEARLY),
)
PRORATED = replace(
    FIRST,
    id="doc_2",
    kind=DocumentKind.CREDIT_NOTE,
    number="K7QX2M-0002",
    issued_at=ACTIVATED + timedelta(days=2),
    net=usd(94_30),
    total=usd(94_30),
    settlement=Settlement.REFUND_PENDING,
    period=nth_term(ACTIVATED, 0, BillingPeriod.MONTHLY),
    corrects="K7QX2M-0001",
    corrects_id="doc_1",
    used_days=2,
    cycle_days=31,
)
TAXED = replace(PRORATED, net=usd(94_30), tax=usd(8_49), total=usd(102_79))
REFUNDED = replace(
    PRORATED, settlement=Settlement.REFUNDED, refunded_at=datetime(2026, 8, 1, 23, 59, tzinfo=UTC)
)
WITHIN_24_HOURS = replace(PRORATED, net=usd(100_80), total=usd(100_80), used_days=1)
NEVER_ACTIVATED = replace(WITHIN_24_HOURS, period=None, used_days=None, cycle_days=None)
DOCUMENTS = {
    "R12: first invoice": FIRST,
    "R74: renewal invoice": YEARLY,
    "R56: prorated refund": PRORATED,
    "D12: prorated refund with tax": TAXED,
    "R55: full refund": WITHIN_24_HOURS,
    "R54: refund before activation": NEVER_ACTIVATED,
}
of_every_kind = pytest.mark.parametrize(
    "document", [pytest.param(document, id=rule) for rule, document in DOCUMENTS.items()]
)


@cache
def rendered(document: Document, brand: Brand, locale: str) -> bytes:
    return render_pdf(document, brand=brand, locale=locale)


def read(document: Document, *, brand: Brand = BRAND, locale: str = "en") -> PdfReader:
    return PdfReader(io.BytesIO(rendered(document, brand, locale)))


@cache
def placed(document: Document, brand: Brand, locale: str) -> tuple[tuple[str, float], ...]:
    """Every string in the order in which it was set, and how far above the lower edge, in points."""
    found: list[tuple[str, float]] = []

    def visit(text: str, _: Any, matrix: list[float], *__: Any) -> None:
        found.extend((line.strip(" "), matrix[5]) for line in text.split("\n") if line.strip(" "))

    read(document, brand=brand, locale=locale).pages[0].extract_text(visitor_text=visit)
    return tuple(found)


def lines(document: Document, *, brand: Brand = BRAND, locale: str = "en") -> list[str]:
    return [line for line, _ in placed(document, brand, locale)]


def text(document: Document, *, brand: Brand = BRAND, locale: str = "en") -> str:
    """The page as one line, so that a sentence is found wherever it was wrapped."""
    return " ".join(lines(document, brand=brand, locale=locale))


# --- What it says ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param(FIRST, "Invoice number K7QX2M-0001", id="R12: the invoice and its number"),
        pytest.param(FIRST, "Issue date July 14, 2026", id="R12: issue date"),
        pytest.param(
            FIRST,
            "From Northwind Talent Marketplace, Inc. 548 Market Street San Francisco, CA 94104"
            " help@northwind.example",
            id="R12: the marketplace",
        ),
        pytest.param(
            FIRST,
            "Billed to Amelia Hart 1200 Pine Street Floor 3 Seattle, WA 98101 United States"
            " amelia@hart.example",
            id="R12: the client",
        ),
        pytest.param(FIRST, "Questions? help@northwind.example", id="R72: where to ask"),
        pytest.param(FIRST, "Subscription sub_01J2ZK7V5X8Q9R3T4W6Y1B2C3D", id="R74: the subscription"),
        pytest.param(FIRST, "Monthly billing", id="R4: monthly"),
        pytest.param(YEARLY, "Yearly billing", id="R4: yearly"),
        pytest.param(FIRST, "Microsoft 365 Business Standard 10 $10.08 $100.80", id="R74: users × price"),
        pytest.param(YEARLY, "Microsoft 365 Business Premium 10 $264.00 $2,640.00", id="R75: users × price"),
        pytest.param(FIRST, "Service period starts with activation", id="D2: first invoice, no period yet"),
        pytest.param(
            YEARLY, "Service period: July 15, 2027 – July 14, 2028", id="D2: a yearly period is half-open"
        ),
        pytest.param(
            PRORATED,
            "Service period: July 15, 2026 – August 14, 2026",
            id="D2: a monthly period is half-open",
        ),
        pytest.param(NEVER_ACTIVATED, "Service period not started", id="R54: credited before activation"),
        pytest.param(YEARLY, "Net $2,640.00 Tax $237.60 Total $2,877.60", id="R76: net, tax and total"),
        pytest.param(FIRST, "Payment Paid", id="R74: paid"),
        pytest.param(PRORATED, "Credit note number K7QX2M-0002", id="D12: the credit note and its number"),
        pytest.param(PRORATED, "Corrects invoice K7QX2M-0001", id="D12: the invoice it corrects"),
        pytest.param(PRORATED, "Credited to Amelia Hart", id="D12: the client"),
        pytest.param(
            PRORATED,
            "10 $10.08 $100.80",
            id="D12: the price that was paid",
        ),
        pytest.param(
            PRORATED,
            "Days used: 2 of 31 -$6.50 Net $94.30 Tax $0.00 Total credited $94.30",
            id="D4: 10 × 10.08, two of 31 days used, gives 94.30",
        ),
        pytest.param(
            TAXED, "Net $94.30 Tax $8.49 Total credited $102.79", id="D12: tax is credited pro rata"
        ),
        pytest.param(
            PRORATED, "Refund to the original payment method: pending", id="D12: the refund is on its way"
        ),
        pytest.param(
            REFUNDED,
            "Refund to the original payment method: refunded on August 1, 2026",
            id="D12: the refund has arrived",
        ),
        pytest.param(
            replace(REFUNDED, refunded_at=None),
            "Refund to the original payment method: refunded",
            id="D12: the refund has arrived, the day is not known",
        ),
        pytest.param(WITHIN_24_HOURS, "Full refund", id="R55: everything comes back"),
        pytest.param(NEVER_ACTIVATED, "Full refund", id="R54: everything comes back"),
    ],
)
def test_it_says(document, said):
    assert said in text(document)


@pytest.mark.parametrize(
    ("document", "unsaid"),
    [
        pytest.param(FIRST, "Corrects", id="D12: an invoice corrects nothing"),
        pytest.param(FIRST, "efund", id="D12: an invoice refunds nothing"),
        pytest.param(PRORATED, "Paid", id="D12: a credit note is not paid"),
        pytest.param(WITHIN_24_HOURS, "Days used", id="R55: no day is withheld"),
        pytest.param(NEVER_ACTIVATED, "Days used", id="R54: there was no day"),
        pytest.param(FIRST, "ch_1", id="R74: nothing of the payment provider"),
    ],
)
def test_it_does_not_say(document, unsaid):
    assert unsaid not in text(document)


@pytest.mark.parametrize("plan", [pytest.param(plan, id=f"R3: {plan.id}") for plan in PLANS])
def test_it_names_the_plan(plan):
    assert plan.name in text(replace(FIRST, plan_id=plan.id))


def test_r74_an_old_document_outlives_its_plan():
    assert "business-classic" in text(replace(FIRST, plan_id="business-classic"))


def test_d1_days_are_those_of_utc_wherever_an_instant_was_noted():
    pacific = timezone(timedelta(hours=-8))
    late = replace(FIRST, issued_at=datetime(2026, 7, 14, 20, 0, tzinfo=pacific))

    assert "Issue date July 15, 2026" in text(late)


@pytest.mark.parametrize("locale", ["en", "fr"])
@of_every_kind
def test_the_printed_amounts_add_up(document, locale):
    found = lines(document, locale=locale)
    words = words_in(locale)
    total_label = words.total if document.kind is DocumentKind.INVOICE else words.total_credited
    net, tax, total = (cents(found[found.index(label) + 1]) for label in (words.net, words.tax, total_label))
    row = found.index(words.amount) + 3  # the plan and the users come before
    price, amount = (cents(cell) for cell in found[row : row + 2])
    withheld = cents(found[found.index(words.net) - 1]) if words.partial_refund in found else 0

    assert net + tax == total == document.total.amount
    assert price * document.seats == amount
    assert amount + withheld == net


def cents(printed: str) -> int:
    """An amount as it is printed, in cents: the last two digits are those of the cents in both languages."""
    sign = -1 if printed.startswith("-") else 1
    return sign * int(re.sub(r"\D", "", printed))


# --- French ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param(FIRST, "Numéro de facture K7QX2M-0001", id="R12: number"),
        pytest.param(FIRST, "Date d’émission 14 juillet 2026", id="R12: date"),
        pytest.param(FIRST, "Seattle, WA 98101 États-Unis", id="R12: the client's country"),
        pytest.param(FIRST, "Facturation mensuelle", id="R4: monthly"),
        pytest.param(YEARLY, "Facturation annuelle", id="R4: yearly"),
        pytest.param(YEARLY, f"10 264,00{NBSP}$US 2{NARROW}640,00{NBSP}$US", id="R74: users × price"),
        pytest.param(FIRST, "La période de service commence à l’activation", id="D2: no period yet"),
        pytest.param(
            YEARLY, f"Période de service{NBSP}: 15 juillet 2027 – 14 juillet 2028", id="D2: half-open period"
        ),
        pytest.param(FIRST, "Payée", id="R74: paid"),
        pytest.param(PRORATED, "Numéro d’avoir K7QX2M-0002", id="D12: number"),
        pytest.param(PRORATED, "Corrige la facture K7QX2M-0001", id="D12: the invoice it corrects"),
        pytest.param(
            PRORATED,
            f"Jours utilisés{NBSP}: 2 sur 31 -6,50{NBSP}$US Montant net 94,30{NBSP}$US",
            id="D4: days",
        ),
        pytest.param(
            PRORATED,
            f"Remboursement sur le moyen de paiement d’origine{NBSP}: en attente",
            id="D12: the refund is on its way",
        ),
        pytest.param(
            REFUNDED,
            f"Remboursement sur le moyen de paiement d’origine{NBSP}: effectué le 1 août 2026",
            id="D12: the refund has arrived",
        ),
    ],
)
def test_it_says_in_french(document, said):
    assert said in text(document, locale="fr")


@pytest.mark.parametrize(("locale", "title"), [("fr", "Facture"), ("fr-CA", "Facture"), ("de", "Invoice")])
def test_other_locales_are_french_or_else_english(locale, title):
    assert title in lines(FIRST, locale=locale)


# --- Whatever somebody is called ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Łukasz Žižek", "Łukasz Žižek"),
        ("Ștefan Țurcanu Ærøskøbing Ğüneş", "Ștefan Țurcanu Ærøskøbing Ğüneş"),
        ("Nguyễn Thị Ánh Tuyết", "Nguyễn Thị Ánh Tuyết"),
        ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
        ("Дмитро Їжакевич", "Дмитро Їжакевич"),
        pytest.param("Rene\N{COMBINING ACUTE ACCENT}e", "Renée", id="accents that stand alone"),
        pytest.param("Ｈａｒｔ Ltd", "Hart Ltd", id="wide letters"),  # noqa: RUF001
        pytest.param("山田 Inc \N{GRINNING FACE}", "□□ Inc □", id="glyphs that the typeface lacks"),
        pytest.param(
            "Ann\t\n Lee\0 \N{RIGHT-TO-LEFT OVERRIDE}Jr", "Ann Lee Jr", id="signs that show nothing"
        ),
        pytest.param(
            "O'Neil \\(Bros) & <Co>", "O'Neil \\(Bros) & <Co>", id="signs that mean something in a PDF"
        ),
    ],
)
def test_names_of_the_world(name, printed, caplog):
    assert printed in lines(replace(FIRST, client=replace(FIRST.client, name=name)))
    assert not caplog.records


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Wolfeschlegelsteinhausenbergerdorff and Daughters " * 4, id="many words"),
        pytest.param("Wolfeschlegelsteinhausenbergerdorff" * 5, id="one word"),
    ],
)
def test_long_names_are_wrapped_and_complete(name):
    long = replace(
        FIRST,
        client=replace(FIRST.client, name=name),
        bill_to=replace(FIRST.bill_to, line1=f"c/o {name}"),
    )
    squeezed = "".join(lines(long)).replace(" ", "")

    assert squeezed.count(name.replace(" ", "")) == 2


@pytest.mark.parametrize("letters", ["W", "Ww ", "日"])
def test_what_is_far_too_long_stays_on_its_page_and_above_the_footer(letters):
    endless = letters * 2000
    person = replace(FIRST.client, name=endless, email=endless)
    home = replace(FIRST.bill_to, line1=endless, line2=endless, city=endless)
    brand = replace(BRAND, name=endless, legal_name=endless, postal_address="\n".join([endless[:200]] * 40))
    document = replace(PRORATED, client=person, bill_to=home, subscription_id=endless, plan_id=endless)
    heights = dict(placed(document, brand, "en"))
    footer = heights["Credit note K7QX2M-0002"]

    assert len(read(document, brand=brand).pages) == 1
    assert heights["Total credited"] > footer + 20
    assert heights["Currency: US Dollar (USD)"] > footer + 20


def test_huge_amounts_fit():
    huge = usd(99_999_999_999_99)
    document = replace(FIRST, unit_price=huge, seats=50, net=huge * 50, tax=huge, total=huge * 51)

    assert f"5{NARROW}099{NARROW}999{NARROW}999{NARROW}999,49{NBSP}$US" in lines(document, locale="fr")


@pytest.mark.parametrize("width", [5.0, 20.0, 80.0])
@pytest.mark.parametrize("style", [BODY, STRONG])
def test_no_line_leaves_its_column(style, width):
    long = "Ärger im Donaudampfschifffahrtselektrizitätenhauptbetriebswerk, $123,456,789,012.34"

    with closing(Sheet(fingerprint="0" * 32)) as sheet:
        for align in (TO_LEFT, CENTERED, TO_RIGHT):
            start, end = sheet.put(long, style, x=LEFT, y=50, width=width, align=align)
            assert LEFT - 0.001 <= start <= end <= LEFT + width + 0.001
        for line in sheet._wrapped(long, style, width=width, at_most=99):
            start, end = sheet.put(line, style, x=LEFT, y=50, width=RIGHT)
            assert end - start <= width + 0.001


# --- The file ----------------------------------------------------------------------------------------


@of_every_kind
def test_the_same_document_gives_the_same_bytes(document):
    assert render_pdf(document, brand=BRAND, locale="en") == rendered(document, BRAND, "en")


def test_a_refund_that_arrives_gives_another_file():
    pending, refunded = read(PRORATED), read(REFUNDED)

    assert pending.trailer["/ID"] != refunded.trailer["/ID"]


def test_d1_it_is_the_same_on_another_machine_in_another_zone_and_without_pillow():
    script = (
        "import hashlib, sys; sys.modules['PIL'] = None\n"
        "import chalicelib.documents; assert not {'fpdf', 'babel'} & set(sys.modules)\n"
        "from tests.documents.test_invoice_pdf import *\n"
        "print(hashlib.sha256(render_pdf(PRORATED, brand=BRAND, locale='fr')).hexdigest())"
    )
    printed = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        env=os.environ | {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed.strip() == hashlib.sha256(rendered(PRORATED, BRAND, "fr")).hexdigest()


@pytest.mark.parametrize(
    ("document", "locale", "title", "lang"),
    [
        pytest.param(FIRST, "en", "Invoice K7QX2M-0001", "en-US", id="R12: invoice"),
        pytest.param(FIRST, "fr", "Facture K7QX2M-0001", "fr-FR", id="R12: facture"),
        pytest.param(PRORATED, "en", "Credit note K7QX2M-0002", "en-US", id="D12: credit note"),
        pytest.param(PRORATED, "fr", "Avoir K7QX2M-0002", "fr-FR", id="D12: avoir"),
    ],
)
def test_the_file_describes_itself(document, locale, title, lang):
    reader = read(document, locale=locale)
    about = reader.metadata

    assert about is not None
    assert (about.title, about.author) == (title, "Northwind Talent Marketplace, Inc.")
    assert about.creation_date == document.issued_at
    assert reader.root_object["/Lang"] == lang


@of_every_kind
def test_it_is_one_page_of_us_letter_with_its_fonts_and_without_images(document):
    reader = read(document)
    (page,) = reader.pages
    resources: Any = page["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]

    assert [round(float(side)) for side in page.mediabox[2:]] == [612, 792]
    assert len(fonts) == 2
    assert all("/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)
    assert not page.images


def test_its_links_go_to_support():
    notes: Any = read(FIRST).pages[0]["/Annots"]
    links = {note.get_object()["/A"]["/URI"] for note in notes}

    assert links == {"mailto:help@northwind.example"}
