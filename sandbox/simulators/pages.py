"""What people see in a browser at a simulated neighbor: one look for all of them."""

from __future__ import annotations

import html
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import parse_qsl

from sandbox.exchange import Request, Response

_PAGE: Final = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def page(title: str, body: str, *, neighbor: str, mark: str, status: int = HTTPStatus.OK) -> Response:
    """A page of a neighbor; `body` and `mark`, a drawing, are HTML already."""
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    text = _PAGE.substitute(title=html.escape(title), neighbor=html.escape(neighbor), mark=mark, body=body)
    return Response(status=status, headers=headers, body=text.encode())


def form_of(request: Request) -> dict[str, str]:
    """What was filled in, by name; of several with one name the last."""
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
