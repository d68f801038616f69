"""The routes, one entry each: auth, validation, the OpenAPI document and the tests all read them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from types import SimpleNamespace
from typing import Any, Final, TypeVar, get_type_hints

import msgspec

from chalicelib.domain.people import Role

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = frozenset[Role]()
CLIENT: Final = frozenset({Role.CLIENT})
FREELANCER: Final = frozenset({Role.FREELANCER})
OPERATOR: Final = frozenset({Role.OPERATOR})
CLIENT_OR_DELEGATE: Final = CLIENT | FREELANCER
ANY_ROLE: Final = CLIENT | FREELANCER | OPERATOR

JSON: Final = "application/json"
PDF: Final = "application/pdf"
PRIVATE: Final = "no-store"  # Cache-Control of whatever is somebody's


class Key(Enum):
    """What an Idempotency-Key means to a route."""

    IGNORED = "ignored"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """Another way in which a view can end, by what it returns then; it is never kept under a key."""

    result: Callable[[], type]  # asked when there is a result, so that its use case loads no earlier
    status: int
    renders: Callable[..., Any]

    @property
    def answer(self) -> type[msgspec.Struct]:
        """The shape of this answer."""
        shape: type[msgspec.Struct] = _hint(self.renders, "return")
        return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way in: who may call it, what it takes, what it answers and how it can fail."""

    method: str
    path: str
    view: Callable[..., Any]
    roles: frozenset[Role]  # any of these; empty: no sign-in
    body: type[msgspec.Struct] | None
    query: type[msgspec.Struct] | None
    raw: bool  # the view reads the bytes of the body itself
    renders: Callable[..., Any] | None
    status: int
    media_type: str
    location: str | None  # of what a 201 has made, filled in from the answer
    key: Key
    reads_record: bool  # its use case looks at the request's record itself, in its first read
    otherwise: Otherwise | None
    problems: tuple[str, ...]  # the codes of its own; the general ones follow from the rest
    cache: str
    in_languages: bool  # its answer has texts in the language that the caller would rather read

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.view.__name__

    @property
    def answer(self) -> type[msgspec.Struct] | None:
        """The shape of its answer; None for no content, or none of a fixed shape."""
        shown = _hint(self.renders, "return") if self.renders else None
        return shown if isinstance(shown, type) and issubclass(shown, msgspec.Struct) else None

    @property
    def template(self) -> str:
        """The route as logs, metrics and idempotency know it."""
        return f"{self.method} {self.path}"

    @property
    def takes_body(self) -> bool:
        """Whether a body is read at all."""
        return self.method in ("POST", "PUT")


ROUTES: Final[list[Route]] = []


def route(
    method: str,
    path: str,
    *,
    roles: frozenset[Role],
    renders: Callable[..., Any] | None = None,
    status: int = 200,
    media_type: str = JSON,
    location: str | None = None,
    key: Key = Key.IGNORED,
    reads_record: bool = False,
    raw: bool = False,
    otherwise: Otherwise | None = None,
    problems: tuple[str, ...] = (),
    cache: str = PRIVATE,
    in_languages: bool = False,
) -> Callable[[View], View]:
    """Enter a view: its `body` and `query` annotations say what it takes, `renders` what it answers."""

    def enter(view: View) -> View:
        ROUTES.append(
            Route(
                method=method,
                path=path,
                view=view,
                roles=roles,
                body=_hint(view, "body"),
                query=_hint(view, "query"),
                raw=raw,
                renders=renders,
                status=status,
                media_type=media_type,
                location=location,
                key=key,
                reads_record=reads_record,
                otherwise=otherwise,
                problems=problems,
                cache=cache,
                in_languages=in_languages,
            )
        )
        return view

    return enter


def _hint(function: Callable[..., Any], name: str) -> Any:
    """What a function says of one argument, or of what it returns; what the others are may not be loaded."""
    said = {each: how for each, how in function.__annotations__.items() if each == name}
    return get_type_hints(SimpleNamespace(__annotations__=said), globalns=function.__globals__).get(name)


get: Final = partial(route, "GET")
post: Final = partial(route, "POST")
put: Final = partial(route, "PUT")
delete: Final = partial(route, "DELETE")
