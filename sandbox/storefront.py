"""The built storefront, served as a deployed one is; where there is none, a page that says how to get it."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final, Self

import msgspec
from werkzeug.http import parse_accept_header, parse_etags

from chalicelib.domain.brand import Brand
from sandbox.exchange import Request, Response
from sandbox.simulators.sign_in import CLIENT_ID
from tools.storefront import configuration as told
from tools.storefront.configuration import Configuration, in_page
from tools.storefront.policy import headers

PAGE: Final = "/index.html"
NOT_BUILT: Final = "storefront-not-built.html"

_PLAIN: Final = "identity"
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}  # the smaller one first
# Not left to what the machine knows of endings.
_TYPES: Final = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_POLICY_NOT_BUILT: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file: its content, plain and compressed, and what is said of it whichever is sent."""

    variants: Mapping[str, bytes]
    etags: Mapping[str, str]
    headers: Mapping[str, str]

    @classmethod
    def of(cls, variants: Mapping[str, bytes], *, media_type: str, policy: Mapping[str, str]) -> Self:
        """A file with these contents, by encoding."""
        etags = {name: hashlib.sha256(body).hexdigest()[:32] for name, body in variants.items()}
        varies = {"Vary": "Accept-Encoding"} if len(variants) > 1 else {}
        return cls(variants=variants, etags=etags, headers={**policy, "Content-Type": media_type, **varies})

    def answer(self, request: Request) -> Response:
        """The file as this client may take it, or that what the client has is still the same."""
        taken = parse_accept_header(request.header("Accept-Encoding"))
        encoding = next(
            (name for name in _ENCODINGS if name in self.variants and taken.quality(name)), _PLAIN
        )
        etag = self.etags[encoding]
        said = {**self.headers, "ETag": f'"{etag}"'}
        if parse_etags(request.header("If-None-Match")).contains_weak(etag):
            return Response(status=304, headers=said)
        if encoding != _PLAIN:
            said["Content-Encoding"] = encoding
        return Response(status=200, headers=said, body=self.variants[encoding])


class Storefront:
    """What browsers see of the marketplace."""

    def __init__(self, *, dist: Path, configuration: Configuration) -> None:
        """Read all files once: a path is only looked up among them. Raises `told.NoPlace`."""
        self._files: dict[str, File] = {}
        if (dist / PAGE.strip("/")).is_file():
            self._files = {path: _file(dist, path, configuration) for path in _paths(dist)}

    @property
    def built(self) -> bool:
        """Whether there is a storefront to show."""
        return bool(self._files)

    def is_file(self, path: str) -> bool:
        """Whether a path is that of a file that pages load by themselves."""
        return path in self._files

    def answer(self, request: Request) -> Response | None:
        """A file, or a page for whoever wants one; None if this is neither."""
        path = request.path
        if found := self._files.get(path):
            return found.answer(request)
        wants_page = "text/html" in (request.header("Accept") or "") and "." not in path.rpartition("/")[2]
        if path != "/" and not wants_page:
            return None
        return self._files[PAGE].answer(request) if self.built else _not_built(path)


def configured(brand: Brand, environment: Mapping[str, str], *, provider: str | None) -> Configuration:
    """What the storefront is told in the sandbox; people sign in at `provider`, without one in its pages."""
    key = environment.get("CARD_FIELDS")
    return Configuration(
        brand=told.Brand(name=brand.name, support_email=brand.support),
        api="",
        sandbox=environment.get("TIME_MACHINE") != "off",
        sign_in=_at_provider(provider, environment) if provider else told.SandboxSignIn(),
        payments=told.StripePayments(publishable_key=key) if key else told.SandboxPayments(),
    )


def _at_provider(provider: str, environment: Mapping[str, str]) -> told.OidcSignIn:
    at = told.OidcSignIn(authority=provider, client_id=CLIENT_ID)
    scope = environment.get("SIGN_IN_SCOPE")
    return msgspec.structs.replace(at, scope=scope) if scope else at


def _paths(dist: Path) -> Iterator[str]:
    for found in sorted(dist.rglob("*")):
        compressed = found.suffix in _ENCODINGS.values() and found.with_suffix("").is_file()
        if found.is_file() and not compressed:
            yield f"/{found.relative_to(dist).as_posix()}"


def _file(dist: Path, path: str, configuration: Configuration) -> File:
    place = dist / path.strip("/")
    content = place.read_bytes()
    variants = {_PLAIN: content}
    if path == PAGE:
        content = in_page(content, configuration)
        variants = {_PLAIN: content, "gzip": gzip.compress(content, mtime=0)}
    else:
        for encoding, ending in _ENCODINGS.items():
            if (beside := place.with_name(place.name + ending)).is_file():
                variants[encoding] = beside.read_bytes()
    policy = headers(configuration, path=path, deployed=False)
    return File.of(variants, media_type=_media_type(place), policy=policy)


def _media_type(place: Path) -> str:
    known = _TYPES.get(place.suffix) or mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    is_text = known.startswith("text/") or known in {"application/json", "image/svg+xml"}
    return f"{known}; charset=utf-8" if is_text else known


def _not_built(path: str) -> Response:
    return Response(
        status=200 if path == "/" else 404,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "no-store",
            "Content-Security-Policy": _POLICY_NOT_BUILT,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
        body=resources.files("sandbox").joinpath(NOT_BUILT).read_bytes(),
    )
