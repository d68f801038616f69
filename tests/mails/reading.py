"""What a reader sees of an HTML e-mail: its words in order, and where its links lead."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset({"br", "wbr", "meta", "hr", "img", "link", "input"})
INLINE: Final = frozenset({"a", "strong", "wbr"})


class Page(HTMLParser):
    """An e-mail as it is shown: `words` without what is hidden, `links` in their order, `tags` as written."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.preheader = ""
        self._parts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # the tag, and whether it hides what is in it
        self.feed(html)
        self.close()
        assert self._open == []  # every tag that opens is closed

    @property
    def words(self) -> str:
        return " ".join(word for word in "".join(self._parts).split(" ") if word)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.append((tag, told))
        if "href" in told:
            self.links.append(told["href"])
        if tag not in INLINE:
            self._parts.append(" ")
        if tag not in VOID:
            hides = tag in ("head", "style") or "display:none" in told.get("style", "")
            self._open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag
        if tag not in INLINE:
            self._parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not any(hides for _, hides in self._open):
            self._parts.append(data.replace("\n", " "))
        elif self._open[-1][0] == "div":
            self.preheader += data.replace("\n", " ")
