"""How browsers are to treat the storefront: what it may load, whom it may ask, how long they keep it.

It is the same wherever it is served: the sandbox answers with these headers, and CloudFront is told them when
a stage is deployed.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from tools.storefront.configuration import Configuration, OidcSignIn, StripePayments

_ASSETS: Final = "/assets/"
_PAGE: Final = "/index.html"
# Fluent's style elements are born empty, and filled through the object model: this is the hash of nothing.
_EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
_STRIPE: Final = "https://js.stripe.com"
_STRIPE_SCRIPTS: Final = (_STRIPE, "https://*.js.stripe.com")
_STRIPE_FRAMES: Final = (*_STRIPE_SCRIPTS, "https://hooks.stripe.com")  # the last is the bank's question
_STRIPE_API: Final = "https://api.stripe.com"


def headers(configuration: Configuration, *, path: str, deployed: bool) -> dict[str, str]:
    """The headers of a file, by its path; `deployed` where it is served over TLS under a name of its own.

    Every page is /index.html, whatever its address. Media type, length, encoding, ETag are up to the server.
    """
    said = {
        "Content-Security-Policy": _content_security_policy(configuration, deployed=deployed),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",  # of browsers that do not know frame-ancestors
        "Referrer-Policy": "no-referrer",  # a freelancer's link is in the address
        "Permissions-Policy": _permissions_policy(configuration),
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "Cache-Control": _caching(path),
    }
    if deployed:
        said["Strict-Transport-Security"] = "max-age=31536000"  # as the API
    return said


def _content_security_policy(configuration: Configuration, *, deployed: bool) -> str:
    stripe = isinstance(configuration.payments, StripePayments)
    asked = ["'self'"]
    if configuration.api:
        asked.append(_origin(configuration.api))
    if isinstance(configuration.sign_in, OidcSignIn):
        asked.append(_origin(configuration.sign_in.authority))
    if stripe:
        asked.append(_STRIPE_API)
    frames: list[str] = []
    if configuration.sandbox:
        frames.append("'self'")  # the mails that it shows
    if stripe:
        frames += _STRIPE_FRAMES
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *(_STRIPE_SCRIPTS if stripe else ())],
        "style-src": ["'self'", _EMPTY_STYLE],
        "connect-src": asked,
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "frame-src": frames or ["'none'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    said = [f"{name} {' '.join(sources)}" for name, sources in directives.items()]
    return "; ".join([*said, "upgrade-insecure-requests"] if deployed else said)


def _permissions_policy(configuration: Configuration) -> str:
    paying = f'(self "{_STRIPE}")' if isinstance(configuration.payments, StripePayments) else "()"
    return f"camera=(), geolocation=(), microphone=(), payment={paying}, usb=()"


def _caching(path: str) -> str:
    if path.startswith(_ASSETS):
        return "public, max-age=31536000, immutable"  # named by what is in it
    return "no-cache" if path == _PAGE else "public, max-age=3600"  # no-cache: kept, and asked for each time


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
