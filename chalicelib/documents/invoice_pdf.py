"""Invoices and credit notes as PDF (R12, R74–R76, D12): one US Letter page, the same bytes each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from chalicelib.documents.sheet import (
    ACCENT,
    BODY,
    CENTERED,
    GRAND,
    GUTTER,
    HALF,
    INITIAL,
    LABEL,
    LEFT,
    LINK,
    MIDDLE,
    NAME,
    NOTE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PITCH,
    RIGHT,
    STRONG,
    TITLE,
    TO_RIGHT,
    WIDTH,
    Sheet,
    Type,
)
from chalicelib.documents.words import Words, words_in
from chalicelib.domain.brand import Brand
from chalicelib.domain.invoicing import Document, DocumentKind, Settlement
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address
from chalicelib.rulebook import PLANS

# What the client has not got yet: whether it went out a first or a further time is our affair.
_ON_ITS_WAY: Final = (Settlement.REFUND_PENDING, Settlement.REFUND_FAILED)

_META_TOP: Final = 58.0
_PARTIES_TOP: Final = 79.0
_PARTY_LINES: Final = 17  # with so many the sums still end above the footer
_FOOTER_TOP: Final = PAGE_HEIGHT - 18.0

# The right edges of the columns of figures.
_SEATS_EDGE: Final = LEFT + 2.5 * PITCH
_PRICE_EDGE: Final = LEFT + 3.25 * PITCH


def render_pdf(document: Document, *, brand: Brand, locale: str) -> bytes:
    """The document on paper, in French for `fr`, else in English; the same document gives the same bytes."""
    facts = repr((document, brand, locale))
    fingerprint = hashlib.sha256(facts.encode()).hexdigest()[:32].upper()
    with closing(Sheet(fingerprint=fingerprint)) as sheet:
        page = _Page(sheet=sheet, document=document, brand=brand, words=words_in(locale))
        page.describe()
        page.head()
        below = page.parties()
        below = page.item(below + 12)
        page.sums(below)
        page.foot()
        return bytes(sheet.output())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    sheet: Sheet
    document: Document
    brand: Brand
    words: Words

    def describe(self) -> None:
        sheet, words = self.sheet, self.words
        sheet.set_title(f"{self._title} {self.document.number}")
        sheet.set_author(self.brand.legal_name)
        sheet.set_creator(self.brand.name)
        sheet.set_lang(words.lang)
        sheet.set_creation_date(self.document.issued_at.astimezone(UTC))

    def head(self) -> None:
        sheet, document, words = self.sheet, self.document, self.words
        sheet.set_fill_color(*ACCENT)
        sheet.rect(0, 0, PAGE_WIDTH, 1.4, style="F")
        mark, top = 9.0, 16.0
        sheet.box(x=LEFT, y=top, width=mark, height=mark, radius=mark * 0.22, color=ACCENT)
        sheet.put(self.brand.name[:1], INITIAL, x=LEFT, y=top, width=mark, align=CENTERED)
        beside = LEFT + mark + 3
        sheet.put_block(self.brand.name, NAME, x=beside, y=top, width=RIGHT - beside, at_most=1)
        sheet.put(self._title, TITLE, x=LEFT, y=40, width=WIDTH)

        number = words.invoice_number if self._takes_money else words.credit_note_number
        meta = [(number, document.number), (words.issued, self._day(document.issued_at))]
        if document.corrects:
            meta.append((words.corrects, document.corrects))
        for column, (label, value) in enumerate(meta):
            x = LEFT + column * PITCH
            sheet.put(label, LABEL, x=x, y=_META_TOP, width=PITCH - GUTTER)
            sheet.put(value, STRONG, x=x, y=_META_TOP + LABEL.leading, width=PITCH - GUTTER)
        sheet.rule(_PARTIES_TOP - 6)

    def parties(self) -> float:
        """Who bills whom; the y below the longer of the two."""
        sheet, brand, client, words = self.sheet, self.brand, self.document.client, self.words
        seller_lines = [
            (brand.legal_name, STRONG, ""),
            *((line, BODY, "") for line in brand.postal_address.splitlines()[: _PARTY_LINES - 2]),
            (brand.support, LINK, self._support_link),
        ]
        client_lines = [
            (client.name, STRONG, ""),
            *((line, BODY, "") for line in self._address(self.document.bill_to)),
            (client.email, BODY, ""),
        ]
        label = words.billed_to if self._takes_money else words.credited_to
        below = []
        for x, width, heading, lines in (
            (LEFT, HALF, words.seller, seller_lines),
            (MIDDLE, RIGHT - MIDDLE, label, client_lines),
        ):
            sheet.put(heading, LABEL, x=x, y=_PARTIES_TOP, width=width)
            top = _PARTIES_TOP + LABEL.leading + 0.6
            below.append(sheet.put_column(lines, x=x, y=top, width=width, at_most=_PARTY_LINES))
        return max(below)

    def item(self, y: float) -> float:
        """The one line of the document; the y below it."""
        sheet, document, words = self.sheet, self.document, self.words
        sheet.put(words.item, LABEL, x=LEFT, y=y, width=HALF)
        self._figures(y, LABEL, words.seats, words.unit_price, words.amount)
        y += LABEL.leading + 1.6
        sheet.rule(y)
        top = y + 3.4
        plan = next((plan.name for plan in PLANS if plan.id == document.plan_id), document.plan_id)
        y = sheet.put_block(plan, STRONG, x=LEFT, y=top, width=HALF, at_most=2)
        seats = format_decimal(document.seats, locale=words.locale)
        self._figures(top, BODY, seats, self._money(document.unit_price), self._money(self._full))
        for line in self._particulars():
            y = sheet.put_block(line, NOTE, x=LEFT, y=y, width=_PRICE_EDGE - LEFT, at_most=2)
        y += 3.4
        sheet.rule(y)
        return y + 4

    def sums(self, y: float) -> None:
        self._settlement(y)
        sheet, document, words = self.sheet, self.document, self.words
        if self._partial:
            y = self._sum(y, self._days_used or words.not_refunded, document.net - self._full)
        y = self._sum(y, words.net, document.net)
        y = self._sum(y, words.tax, document.tax)
        sheet.rule(y + 1.2, x=MIDDLE, color=ACCENT, weight=0.4)
        total = words.total if self._takes_money else words.total_credited
        y += 4.2
        sheet.put(total, GRAND, x=MIDDLE, y=y, width=PITCH - GUTTER)
        sheet.put(
            self._money(document.total),
            GRAND,
            x=MIDDLE + PITCH,
            y=y,
            width=RIGHT - MIDDLE - PITCH,
            align=TO_RIGHT,
        )

    def foot(self) -> None:
        sheet = self.sheet
        sheet.rule(_FOOTER_TOP)
        y = _FOOTER_TOP + 2.6
        questions = self.words.questions.format(support=self.brand.support)
        start, end = sheet.put(questions, LABEL, x=LEFT, y=y, width=HALF)
        sheet.link(start, y, end - start, LABEL.leading, self._support_link)
        sheet.put(
            f"{self._title} {self.document.number}",
            LABEL,
            x=MIDDLE,
            y=y,
            width=RIGHT - MIDDLE,
            align=TO_RIGHT,
        )

    @property
    def _takes_money(self) -> bool:
        return self.document.kind is DocumentKind.INVOICE

    @property
    def _title(self) -> str:
        return self.words.invoice if self._takes_money else self.words.credit_note

    @property
    def _full(self) -> Money:
        return self.document.unit_price * self.document.seats

    @property
    def _partial(self) -> bool:
        return not self._takes_money and self.document.net < self._full

    @property
    def _days_used(self) -> str:
        document = self.document
        if document.used_days is None or not document.cycle_days:
            return ""
        return self.words.days_used.format(used=document.used_days, cycle=document.cycle_days)

    @property
    def _support_link(self) -> str:
        return f"mailto:{self.brand.support}"

    def _address(self, address: Address) -> Iterator[str]:
        yield address.line1
        if address.line2:
            yield address.line2
        yield f"{address.city}, {address.state} {address.postal_code}"
        yield Locale.parse(self.words.locale).territories.get(address.country, address.country)

    def _particulars(self) -> Iterator[str]:
        document, words = self.document, self.words
        yield words.billing.get(document.billing_period, document.billing_period)
        if document.period:
            # A term is half-open: its last day is the day before it ends (D2).
            last = document.period.end.astimezone(UTC) - timedelta(days=1)
            yield words.period.format(first=self._day(document.period.start), last=self._day(last))
        else:
            yield words.starts_with_activation if self._takes_money else words.never_started
        yield words.subscription.format(id=document.subscription_id)

    def _figures(self, y: float, style: Type, *figures: str) -> None:
        """Set users, price and amount with their last digits below those of the other rows."""
        edges = (_SEATS_EDGE, _PRICE_EDGE, RIGHT)
        starts = (MIDDLE, _SEATS_EDGE + 2, _PRICE_EDGE + 2)
        for figure, start, edge in zip(figures, starts, edges, strict=True):
            self.sheet.put(figure, style, x=start, y=y, width=edge - start, align=TO_RIGHT)

    def _sum(self, y: float, label: str, amount: Money) -> float:
        self.sheet.put(label, BODY, x=MIDDLE, y=y, width=PITCH)
        self.sheet.put(
            self._money(amount),
            BODY,
            x=MIDDLE + PITCH,
            y=y,
            width=RIGHT - MIDDLE - PITCH,
            align=TO_RIGHT,
        )
        return y + 6.2

    def _settlement(self, y: float) -> None:
        """Where the money stands, beside the sums."""
        sheet, document, words = self.sheet, self.document, self.words
        if self._takes_money:
            heading = words.payment
        else:
            heading = words.partial_refund if self._partial else words.full_refund
        sheet.put(heading, LABEL, x=LEFT, y=y, width=HALF)
        y += LABEL.leading + 0.8
        size = 3.6
        sign = sheet.ring if document.settlement in _ON_ITS_WAY else sheet.tick
        sign(x=LEFT, y=y + (STRONG.leading - size) / 2, size=size)
        indent = size + 2
        y = sheet.put_block(
            self._settlement_text(), STRONG, x=LEFT + indent, y=y, width=HALF - indent - GUTTER, at_most=3
        )
        name = Locale.parse(words.locale).currencies.get(document.total.currency, document.total.currency)
        currency = words.currency.format(name=name, code=document.total.currency)
        sheet.put(currency, NOTE, x=LEFT, y=y + 2.4, width=HALF)

    def _settlement_text(self) -> str:
        document, words = self.document, self.words
        match document.settlement:
            case Settlement.PAID:
                return words.paid
            case Settlement.REFUND_PENDING | Settlement.REFUND_FAILED:
                return words.refund_pending
            case Settlement.REFUNDED:
                if document.refunded_at is None:
                    return words.refunded
                return words.refunded_on.format(day=self._day(document.refunded_at))

    def _day(self, at: datetime) -> str:
        """The UTC day of an instant, written out (D1)."""
        return format_date(at.astimezone(UTC).date(), format="long", locale=self.words.locale)

    def _money(self, amount: Money) -> str:
        """Integer cents, exact, the way the reader's country writes them."""
        return format_currency(Decimal(amount.amount).scaleb(-2), amount.currency, locale=self.words.locale)
