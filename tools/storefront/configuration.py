"""What the storefront is told of where it runs: JSON in its one page, so that it need not ask.

One build is for every stage. Whoever serves or uploads the page puts the configuration into it; as JSON it is
no script, so no policy has to let it in.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

_ELEMENT: Final = re.compile(rb'(<script type="application/json" id="config">)(.*?)(</script>)', re.DOTALL)
# What could end the element, or a line, in the midst of a text.
_ESCAPED: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class NoPlace(Exception):
    """The page has no place for the configuration, or several; the message says what is wanted."""


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all parts have in common: what the storefront does not know is refused, a secret among it."""


class Brand(Said, frozen=True):
    """What the marketplace is called, and where people write to."""

    name: str
    support_email: str


class SandboxSignIn(Said, frozen=True, tag_field="kind", tag="sandbox"):
    """Anybody is whoever they say: the sandbox's own identity provider."""


class OidcSignIn(Said, frozen=True, tag_field="kind", tag="oidc"):
    """An OpenID Connect provider, by authorization code with PKCE."""

    authority: str
    client_id: str
    scope: str = "openid email profile"
    audience: str | None = None


class SandboxPayments(Said, frozen=True, tag_field="kind", tag="sandbox"):
    """Cards that are known by name: the stand-in for Stripe's fields."""


class StripePayments(Said, frozen=True, tag_field="kind", tag="stripe"):
    """Stripe's own fields, under a key that is no secret."""

    publishable_key: str


class Configuration(Said, frozen=True):
    """All that the storefront is told; nothing of it is secret."""

    brand: Brand
    api: str  # its origin and path; empty where it has the same origin
    sandbox: bool
    sign_in: SandboxSignIn | OidcSignIn
    payments: SandboxPayments | StripePayments


def in_page(page: bytes, configuration: Configuration) -> bytes:
    """The page with the configuration in its place; raises NoPlace where it has none, or several."""
    text = msgspec.json.encode(configuration).decode()
    for character, escaped in _ESCAPED.items():
        text = text.replace(character, escaped)
    said = text.encode()
    done, places = _ELEMENT.subn(lambda found: found[1] + said + found[3], page)
    if places != 1:
        wanted = '<script type="application/json" id="config">'
        raise NoPlace(f"The page needs one {wanted} for the configuration, and has {places}.")
    return done
