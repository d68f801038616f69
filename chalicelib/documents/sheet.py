"""The sheet of paper: type, color and grid of the documents, and how text is fitted into them."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

with warnings.catch_warnings():
    # The package leaves Pillow out: no paper of ours has an image.
    warnings.filterwarnings("ignore", message="Pillow could not be imported")
    from fpdf import FPDF, ViewerPreferences
    from fpdf.fonts import TTFFont

Color = tuple[int, int, int]

# The colors of the e-mails.
INK: Final[Color] = (0x24, 0x24, 0x24)
MUTED: Final[Color] = (0x61, 0x61, 0x61)
RULE: Final[Color] = (0xE0, 0xE0, 0xE0)
ACCENT: Final[Color] = (0x0F, 0x6C, 0xBD)
WHITE: Final[Color] = (0xFF, 0xFF, 0xFF)

# US Letter, millimeters: four columns on a pitch of 44, between margins of 20.
PAGE_WIDTH: Final = 215.9
PAGE_HEIGHT: Final = 279.4
LEFT: Final = 20.0
RIGHT: Final = PAGE_WIDTH - 20.0
WIDTH: Final = RIGHT - LEFT
PITCH: Final = 44.0
MIDDLE: Final = LEFT + 2 * PITCH
GUTTER: Final = 5.0
HALF: Final = MIDDLE - LEFT - GUTTER

# How much of the room that a line leaves is put before it.
TO_LEFT: Final = 0.0
CENTERED: Final = 0.5
TO_RIGHT: Final = 1.0

_FONTS: Final = Path(__file__).parent / "fonts"
_FAMILY: Final = "inter"
_REGULAR: Final = ""
_SEMI_BOLD: Final = "B"
_CAP_HEIGHT: Final = 0.727  # of the size
_UNKNOWN: Final = "\N{WHITE SQUARE}"
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A voice of the typography: points, the millimeters from line to line, weight and color."""

    size: float
    leading: float
    weight: str = _REGULAR
    color: Color = INK


INITIAL: Final = Type(size=14, leading=9, weight=_SEMI_BOLD, color=WHITE)
TITLE: Final = Type(size=27, leading=11.5, weight=_SEMI_BOLD)
NAME: Final = Type(size=11.5, leading=9, weight=_SEMI_BOLD)
GRAND: Final = Type(size=12.5, leading=6, weight=_SEMI_BOLD)
STRONG: Final = Type(size=9.5, leading=4.9, weight=_SEMI_BOLD)
BODY: Final = Type(size=9.5, leading=4.9)
NOTE: Final = Type(size=8.5, leading=4.5, color=MUTED)
LINK: Final = Type(size=9.5, leading=4.9, color=ACCENT)
LABEL: Final = Type(size=8, leading=4.6, color=MUTED)


class Sheet(FPDF):
    """One page whose bytes depend on nothing but what is put on it."""

    def __init__(self, *, fingerprint: str) -> None:
        """Take a blank sheet; `fingerprint` is 32 hexadecimal digits and becomes the id of the file."""
        super().__init__(orientation="portrait", unit="mm", format="letter")
        self._fingerprint = fingerprint
        self.set_auto_page_break(auto=False)
        self.add_font(_FAMILY, _REGULAR, _FONTS / "Inter-Regular.ttf")
        self.add_font(_FAMILY, _SEMI_BOLD, _FONTS / "Inter-SemiBold.ttf")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.add_page()

    def close(self) -> None:
        """Give the files of the typeface back, which the typesetter leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def file_id(self) -> str:
        """The fixed id of the file, where the typesetter would derive one."""
        return f"<{self._fingerprint}><{self._fingerprint}>"

    def put(
        self, text: str, style: Type, *, x: float, y: float, width: float, align: float = TO_LEFT
    ) -> tuple[float, float]:
        """Set one line whose top is `y`, smaller where it would be wider than `width`; its extent in x."""
        text = self._settable(text)
        needed = self._measure(text, style)
        if needed > width:
            self.set_font_size(style.size * width / needed)
            needed = width
        start = x + (width - needed) * align
        # Capitals stand as far from the top of the line as from its bottom.
        baseline = y + (style.leading + _CAP_HEIGHT * self.font_size) / 2
        self.set_text_color(*style.color)
        self.text(start, baseline, text)
        return start, start + needed

    def put_block(
        self, text: str, style: Type, *, x: float, y: float, width: float, at_most: int, link: str = ""
    ) -> float:
        """Set as many lines as the text needs, `at_most` so many; the y below them."""
        for line in self._wrapped(text, style, width=width, at_most=at_most):
            start, end = self.put(line, style, x=x, y=y, width=width)
            if link:
                self.link(start, y, end - start, style.leading, link)
            y += style.leading
        return y

    def put_column(
        self, blocks: Sequence[tuple[str, Type, str]], *, x: float, y: float, width: float, at_most: int
    ) -> float:
        """Set blocks of (text, type, link) below one another, on `at_most` lines in all; the y below them."""
        for number, (text, style, link) in enumerate(blocks, start=1):
            room = at_most - (len(blocks) - number)  # a line is kept for each block that follows
            below = self.put_block(text, style, x=x, y=y, width=width, at_most=max(1, room), link=link)
            at_most -= round((below - y) / style.leading)
            y = below
        return y

    def rule(self, y: float, *, x: float = LEFT, color: Color = RULE, weight: float = 0.2) -> None:
        """Draw a hairline to the right margin."""
        self.set_draw_color(*color)
        self.set_line_width(weight)
        self.line(x, y, RIGHT, y)

    def box(self, *, x: float, y: float, width: float, height: float, radius: float, color: Color) -> None:
        """Fill a rectangle with round corners."""
        self.set_fill_color(*color)
        self.rect(x, y, width, height, style="F", round_corners=True, corner_radius=radius)

    def tick(self, *, x: float, y: float, size: float) -> None:
        """Draw a check mark on a disc."""
        self.set_fill_color(*ACCENT)
        self.ellipse(x, y, size, size, style="F")
        self.set_draw_color(*WHITE)
        self.set_line_width(size * 0.11)
        steps = ((0.29, 0.52), (0.44, 0.67), (0.72, 0.36))
        self.polyline([(x + across * size, y + down * size) for across, down in steps])

    def ring(self, *, x: float, y: float, size: float) -> None:
        """Draw an open circle: not done yet."""
        self.set_draw_color(*MUTED)
        self.set_line_width(size * 0.11)
        inset = size * 0.1
        self.ellipse(x + inset, y + inset, size - 2 * inset, size - 2 * inset, style="D")

    def _measure(self, text: str, style: Type) -> float:
        self.set_font(_FAMILY, style.weight, style.size)
        return self.get_string_width(text)

    def _wrapped(self, text: str, style: Type, *, width: float, at_most: int) -> list[str]:
        words = self._settable(text).split(" ")
        lines = list(islice(self._lines(words, style, width=width), at_most + 1))
        if len(lines) <= at_most:
            return lines
        last = lines[at_most - 1]
        while last and self._measure(last + _ELLIPSIS, style) > width:
            last = last[:-1]
        return [*lines[: at_most - 1], last.rstrip() + _ELLIPSIS]

    def _lines(self, words: Iterable[str], style: Type, *, width: float) -> Iterator[str]:
        line = ""
        for word in words:
            longer = f"{line} {word}" if line else word
            if self._measure(longer, style) <= width:
                line = longer
                continue
            if line:
                yield line
            line = ""
            for piece in self._pieces(word, style, width=width):
                if line:
                    yield line
                line = piece
        if line:
            yield line

    def _pieces(self, word: str, style: Type, *, width: float) -> Iterator[str]:
        """Break a word that is wider than a line, wherever the line ends."""
        piece = ""
        for char in word:
            if piece and self._measure(piece + char, style) > width:
                yield piece
                piece = ""
            piece += char
        yield piece

    def _settable(self, text: str) -> str:
        """The text on one line, in characters that the typeface has."""
        spaced = "".join(
            " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
            for char in unicodedata.normalize("NFC", text)
            if unicodedata.category(char) != "Cf"  # directions and joiners, which show nothing
        )
        return " ".join(filter(None, "".join(map(self._glyphs, spaced)).split(" ")))

    def _glyphs(self, char: str) -> str:
        """A character as the typeface can show it: itself, its like, its base, or the sign for none."""
        for candidate in (
            char,
            unicodedata.normalize("NFKC", char),
            unicodedata.normalize("NFKD", char)[0],
        ):
            if all(self._has(each) for each in candidate):
                return candidate
        return "" if unicodedata.combining(char) else _UNKNOWN

    def _has(self, char: str) -> bool:
        font = self.fonts[_FAMILY]
        return isinstance(font, TTFFont) and ord(char) in font.cmap
