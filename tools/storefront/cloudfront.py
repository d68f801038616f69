"""The policy of the storefront in CloudFront's words: `!Headers` in the template is made of this."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from tools.storefront.configuration import Brand, Configuration, OidcSignIn, StripePayments
from tools.storefront.policy import headers

# Known only where it is deployed. What stands for it here is what the template fills in.
API: Final = "https://api.invalid"
SIGN_IN: Final = "https://sign-in.invalid"

# The API's own name, or the one that AWS gives it: without its path, for an origin has none.
_API: Final = {
    "Fn::If": [
        "HasName",
        {"Fn::Sub": "https://${DomainName}"},
        {"Fn::Sub": "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}"},
    ]
}
_OF_EACH_FILE: Final = {"Cache-Control", "Content-Type", "Vary"}
_HSTS: Final = re.compile(r"max-age=(\d+)(; includeSubDomains)?(; preload)?")


class NotSaid(Exception):
    """CloudFront has no words for a header as it stands; the message names it."""


def response_headers(part: str) -> dict[str, Any]:
    """What a stack's storefront tells browsers; `part` is as in `in_cloudfront_s_words`."""
    return in_cloudfront_s_words(_deployed(), part=part)


def in_cloudfront_s_words(given: Mapping[str, str], *, part: str) -> dict[str, Any]:
    """The headers that CloudFront knows by name (`security`), or those that it merely repeats (`others`)."""
    said = {name: text for name, text in given.items() if name not in _OF_EACH_FILE}
    security = {named: _named(name, said[name]) for name, named in _NAMED.items() if name in said}
    if part == "security":
        return security
    others = [
        {"Header": name, "Value": text, "Override": True} for name, text in said.items() if name not in _NAMED
    ]
    return {"Items": others}


_NAMED: Final = {
    "Content-Security-Policy": "ContentSecurityPolicy",
    "Referrer-Policy": "ReferrerPolicy",
    "Strict-Transport-Security": "StrictTransportSecurity",
    "X-Content-Type-Options": "ContentTypeOptions",
    "X-Frame-Options": "FrameOptions",
}


def _named(name: str, text: str) -> dict[str, Any]:
    if name == "Strict-Transport-Security":
        if not (said := _HSTS.fullmatch(text)):
            raise NotSaid(f"{name}: {text}")
        seconds, subdomains, preload = said.groups()
        return {
            "AccessControlMaxAgeSec": int(seconds),
            "IncludeSubdomains": bool(subdomains),
            "Preload": bool(preload),
            "Override": True,
        }
    if name == "X-Content-Type-Options":
        return {"Override": True}  # it has one value only
    if name == "X-Frame-Options":
        return {"FrameOption": text, "Override": True}
    return {_NAMED[name]: _filled(text), "Override": True}


def _filled(text: str) -> Any:
    """With the names that the stack fills in, where there are any."""
    if API not in text:
        return text
    said = text.replace(API, "${ApiOrigin}").replace(SIGN_IN, "${SignInOrigins}")
    return {"Fn::Sub": [said, {"ApiOrigin": _API}]}


def _deployed() -> dict[str, str]:
    configuration = Configuration(
        brand=Brand(name="", support_email=""),
        api=API,
        sandbox=False,
        sign_in=OidcSignIn(authority=SIGN_IN, client_id=""),
        payments=StripePayments(publishable_key=""),
    )
    return headers(configuration, path="/index.html", deployed=True)
