"""What a browser sees besides the storefront: the documentation as it is written, and each mail."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Final

from sandbox.exchange import Response

DOCS: Final = Path(__file__).parent.parent / "docs"

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
# A mail brings its own styles; nothing in it runs, and its links lead the whole window away.
_MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-top-navigation-by-user-activation"
)
_HEAD: Final = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_LIST: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Documentation</title>
<style>
html {{ font: 15px/1.7 system-ui, sans-serif; background: #f6f6f3; color: #1b1f1e; }}
body {{ margin: 0 auto; max-width: 640px; padding: 28px 20px 64px; }}
h1 {{ font-size: 17px; }} ul {{ list-style: none; padding: 0; }}
a {{ color: #0b6e63; text-underline-offset: 3px; }}
@media (prefers-color-scheme: dark) {{
  html {{ background: #121615; color: #e7ebe9; }} a {{ color: #5cc4b5; }}
}}
</style></head><body><p><a href="/">The sandbox</a></p><h1>Documentation</h1><ul>
{items}
</ul></body></html>
"""


def page_at(path: str) -> Response | None:
    """The page of the documentation at a path, None if there is none."""
    if path == "/docs":
        items = "\n".join(
            f'<li><a href="/docs/{escape(name)}">{escape(name)}</a></li>' for name in _documents()
        )
        return _answer(_LIST.format(items=items).encode(), "text/html") if items else None
    name = path.removeprefix("/docs/")
    if name != path and name in _documents():
        return _answer((DOCS / name).read_bytes(), "text/plain")
    return None


def mail_page(html: str) -> Response:
    """A mail as its reader sees it, to be shown within a page of the storefront."""
    base = '<base target="_top">'
    head = _HEAD.search(html)
    shown = html[: head.end()] + base + html[head.end() :] if head else base + html
    return _answer(shown.encode(), "text/html", policy=_MAIL_POLICY)


def _documents() -> list[str]:
    """The names of all pages, by which alone they can be asked for."""
    return sorted(found.relative_to(DOCS).as_posix() for found in DOCS.rglob("*.md"))


def _answer(content: bytes, media_type: str, *, policy: str = _POLICY) -> Response:
    headers = {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": policy,
    }
    return Response(status=200, headers=headers, body=content)
