"""How a letter is set: the recipient's dates and amounts, French spacing, the looks on every tag."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, get_currency_precision
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
    select_autoescape,
)
from markupsafe import Markup, escape

from chalicelib.domain.brand import Brand
from chalicelib.rulebook import ACTIVATION_DEADLINE, EXPIRED_UNTIL_CANCELED, REFUNDS

HERE: Final = Path(__file__).parent
SET: Final = HERE / "_set"  # in the package: the letters as the Python that jinja makes of them
LOCALES: Final = {"en": "en_US", "fr": "fr_FR"}
MOMENTS: Final = {"en": "MMMM d, y 'at' h:mm a 'UTC'", "fr": "d MMMM y 'à' HH:mm 'UTC'"}
NO_BREAK: Final = "\N{NO-BREAK SPACE}"

# Facts that people write in paragraphs; every other one is a name or a number, and stays on its line.
IN_PARAGRAPHS: Final = frozenset({"reason"})

# The numbers that letters quote, from where they are decided.
_WITHIN: Final = {refund.name: refund.within for refund in REFUNDS if refund.within}
RULES: Final = {
    "activation_days": ACTIVATION_DEADLINE.days,
    "expired_days": EXPIRED_UNTIL_CANCELED.days,
    "full_refund_hours": int(_WITHIN["within_24_hours"].total_seconds()) // 3600,
    "window_days": _WITHIN["prorated"].days,
}

# A tag that does not yet say how it looks.
_TAG: Final = re.compile(r"<([a-z][a-z0-9]*)((?: (?!style=)[a-z-]+=\"[^\"]*\")*)>")
_CLASSES: Final = re.compile(r' class="([^"]*)"')
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What turns the direction of the words after it, and what is no character at all.
_UNSENDABLE: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BEFORE_SIGN: Final = re.compile(r"(?<=\S) (?=[:;?!»])")
_ADDRESS: Final = re.compile(r"(?=.{20})[\w.@-]+\.[a-z]{2,}")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def typeset(folder: str, *, language: str, facts: Mapping[str, Any], brand: Brand) -> tuple[str, str, str]:
    """The subject, the text and the HTML of one letter."""
    desk = _desk(language)
    told: dict[str, Any] = {
        **{name: _tidy(value, in_paragraphs=name in IN_PARAGRAPHS) for name, value in facts.items()},
        "brand": brand,
        "page": partial(_page, brand.storefront_url),
    }

    def part(name: str) -> str:
        words = desk.get_template(f"{folder}/{language}/{name}").render(told)
        if language == "fr":
            words = _BEFORE_SIGN.sub(NO_BREAK, words).replace("« ", f"«{NO_BREAK}")
        return words

    told["subject"] = _one_line(part("subject.txt"))
    lines = (line.rstrip() for line in part("body.txt").strip().splitlines())
    return told["subject"], _EMPTY_LINES.sub("\n\n", "\n".join(lines)) + "\n", _dressed(part("body.html"))


@cache
def _desk(language: str) -> Environment:
    """Where the letters of one language are set; what it has read once it keeps."""
    locale = Locale.parse(LOCALES[language])
    desk = Environment(
        loader=ChoiceLoader([ModuleLoader(SET), FileSystemLoader(HERE)]),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    desk.globals.update(language=language, rules=RULES)
    desk.filters.update(
        money=partial(_money, locale=locale),
        day=partial(_day, locale=locale),
        moment=partial(_moment, locale=locale),
        counted=partial(_counted, locale=locale),
        web=_web,
        foldable=_foldable,
    )
    return desk


def set_beforehand(folder: Path) -> None:
    """Write the letters into a folder as the Python that the first one would otherwise wait for."""
    _desk("en").overlay(loader=FileSystemLoader(HERE)).compile_templates(
        folder,
        zip=None,
        ignore_errors=False,
        filter_func=lambda name: name.endswith((".txt", ".html")),
    )


def _dressed(html: str) -> str:
    """A letter says `<p>`; mail programs want the looks on each tag: `<p style="…">`."""
    return _TAG.sub(lambda tag: f"<{tag[1]}{tag[2]}{_style(tag[1], tag[2])}>", html)


def _style(tag: str, attributes: str) -> str:
    """The `style` of a tag, as an attribute: what the sheet says of its name, then of its classes."""
    classes = _CLASSES.search(attributes)
    told: dict[str, str] = {}
    for selector in (tag, *(f".{name}" for name in (classes[1].split() if classes else ()))):
        told |= _looks().get(selector, {})
    return f' style="{";".join(f"{what}:{how}" for what, how in told.items())}"' if told else ""


@cache
def _looks() -> dict[str, dict[str, str]]:
    """What `looks.css` says, by tag and by class."""
    looks: dict[str, dict[str, str]] = {}
    sheet = _COMMENT.sub("", (HERE / "_layout" / "looks.css").read_text(encoding="utf-8"))
    for selectors, declarations in _RULE.findall(sheet):
        pairs = (declaration.split(":", 1) for declaration in declarations.split(";") if declaration.strip())
        told = {what.strip(): " ".join(how.split()) for what, how in pairs}
        for selector in selectors.split(","):
            looks.setdefault(selector.strip(), {}).update(told)
    return looks


def _money(money: Mapping[str, Any], *, locale: Locale) -> str:
    """Integer cents as the country writes them: `$156.80`, `156,80 $US`."""
    amount, currency = money["amount"], money["currency"]
    if type(amount) is not int:
        raise TypeError(f"money is integer cents, not {amount!r}")
    return format_currency(Decimal(amount).scaleb(-get_currency_precision(currency)), currency, locale=locale)


def _day(instant: str, *, locale: Locale) -> str:
    """The UTC day of an instant: `January 31, 2024`, `31 janvier 2024`."""
    return _first_of_month(format_date(_utc(instant).date(), "long", locale=locale), locale)


def _moment(instant: str, *, locale: Locale) -> str:
    """An instant to the minute; seconds are dropped, so a deadline is never told too late."""
    words = format_datetime(_utc(instant), MOMENTS[locale.language], locale=locale)
    return _first_of_month(words, locale)


def _first_of_month(words: str, locale: Locale) -> str:
    """French says `1er janvier`."""
    return re.sub(r"^1 ", "1er ", words) if locale.language == "fr" else words


def _utc(instant: str) -> datetime:
    moment = datetime.fromisoformat(str(instant))
    if moment.tzinfo is None:
        raise ValueError(f"an instant says its zone, unlike {instant!r}")
    return moment.astimezone(UTC)


def _counted(number: int, one: str, other: str, *, locale: Locale) -> str:
    """So many of something, in the plural that the language has for that number."""
    return f"{number} {one if locale.plural_form(number) == 'one' else other}"


def _web(address: str) -> str:
    """An address of somebody else's, unchanged; anything but a web page is refused."""
    if urlsplit(str(address)).scheme not in ("https", "http"):
        raise ValueError("a letter links to web pages only")
    return address


def _foldable(value: str | int) -> Markup:
    """A long domain or address, with the places where a narrow screen had better break it."""
    words = escape(value)
    return Markup(re.sub(r"(?=[@.])", "<wbr>", words)) if _ADDRESS.fullmatch(words) else words  # noqa: S704


def _page(storefront_url: str, *path: str) -> str:
    """A page of the storefront."""
    return "/".join([storefront_url, *(quote(str(step), safe="") for step in path)])


def _tidy(value: Any, *, in_paragraphs: bool = False) -> Any:
    """A fact that cannot leave its place: no name that somebody typed starts a line of its own."""
    if isinstance(value, str):
        if in_paragraphs:
            return "\n".join(line for line in map(_one_line, value.splitlines()) if line)
        return _one_line(value)
    if isinstance(value, Mapping):
        return {name: _tidy(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_tidy(inner) for inner in value]
    return value


def _one_line(words: str) -> str:
    return re.sub(" {2,}", " ", _CONTROLS.sub(" ", _UNSENDABLE.sub("", words))).strip(" ")
