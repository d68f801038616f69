"""Which parameters a call takes; whatever else is sent, or in another form, is refused as Stripe does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.simulators.stripe.wire import Object, StripeError, bad_param

LONGEST_TEXT: Final = 5000
MOST_METADATA: Final = 50
LONGEST_NAME: Final = 40
LONGEST_VALUE: Final = 500

Check = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Required:
    """A parameter without which nothing is begun."""

    check: Check


Fields = Mapping[str, Check | Required]


def read(given: Mapping[str, Any], fields: Fields, *, within: str = "") -> Object:
    """The parameters that were given, each in its type; raises StripeError for what does not fit."""
    for name in given:
        if name not in fields:
            param = _inside(within, name)
            raise bad_param(f"Received unknown parameter: {param}", param, code="parameter_unknown")
    for name, check in fields.items():
        if isinstance(check, Required) and name not in given:
            param = _inside(within, name)
            raise bad_param(f"Missing required param: {param}.", param, code="parameter_missing")
    return {name: _checked(fields[name])(value, _inside(within, name)) for name, value in given.items()}


def text(given: Any, param: str) -> str:
    """Words that are not empty."""
    if not isinstance(given, str):
        raise bad_param(f"Invalid string: {param}", param)
    if not given:
        raise bad_param(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a "
            f"parameter; however '{param}' cannot be unset.",
            param,
            code="parameter_invalid_empty",
        )
    if len(given) > LONGEST_TEXT:
        raise bad_param(f"Invalid string: {param} is too long", param)
    return given


def clearable(given: Any, param: str) -> str | None:
    """Words, or nothing to unset what was there."""
    return None if given == "" else text(given, param)


def integer(given: Any, param: str) -> int:
    """A whole number."""
    if not isinstance(given, str) or not re.fullmatch(r"-?[0-9]{1,15}", given):
        raise bad_param(f"Invalid integer: {given}", param, code="parameter_invalid_integer")
    return int(given)


def positive(given: Any, param: str) -> int:
    """A whole number of at least one."""
    number = integer(given, param)
    if number < 1:
        raise bad_param(
            "This value must be greater than or equal to 1.", param, code="parameter_invalid_integer"
        )
    return number


def boolean(given: Any, param: str) -> bool:
    """Yes or no, as a form says it."""
    if given not in {"true", "false"}:
        raise bad_param(f"Invalid boolean: {given}", param)
    return bool(given == "true")


def currency(given: Any, param: str) -> str:
    """A currency that is sold in, in lower case."""
    name = text(given, param)
    if name not in {"usd", "eur", "gbp", "cad"}:
        raise bad_param(f"Invalid currency: {name}.", param)
    return name


def url(given: Any, param: str) -> str:
    """An address on the web."""
    address = text(given, param)
    if not re.fullmatch(r"https?://[^\s/]+\S*", address):
        raise StripeError("Not a valid URL", code="url_invalid", param=param, saved=False)
    return address


def email(given: Any, param: str) -> str | None:
    """An address of mail, or nothing."""
    address = clearable(given, param)
    if address is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise StripeError(f"Invalid email address: {address}", code="email_invalid", param=param, saved=False)
    return address


def one_of(*words: str) -> Check:
    """One of a few words."""

    def check(given: Any, param: str) -> str:
        if given not in words:
            raise bad_param(f"Invalid {param}: must be one of {', '.join(words)}", param)
        return str(given)

    return check


def hash_of(fields: Fields) -> Check:
    """Parameters inside a parameter."""

    def check(given: Any, param: str) -> Object:
        if not isinstance(given, dict):
            raise bad_param("Invalid object", param)
        return read(given, fields, within=param)

    return check


def list_of(each: Check) -> Check:
    """A list, whose members are numbered from zero."""

    def check(given: Any, param: str) -> list[Any]:
        if not isinstance(given, dict) or not all(name.isdigit() for name in given):
            raise bad_param("Invalid array", param)
        numbered = sorted(given.items(), key=lambda item: int(item[0]))
        return [each(value, f"{param}[{name}]") for name, value in numbered]

    return check


def metadata(given: Any, param: str) -> dict[str, str]:
    """Notes of ours: few, with short names and values; an empty value takes a note away."""
    if given == "":
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise bad_param("Invalid object", param)
    if len(given) > MOST_METADATA:
        raise bad_param(f"You can have up to {MOST_METADATA} keys.", param)
    for name, value in given.items():
        if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
            raise bad_param(
                f"Metadata keys can be up to {LONGEST_NAME} characters, values up to {LONGEST_VALUE}.",
                f"{param}[{name}]",
            )
    return dict(given)


ADDRESS: Final = hash_of(
    dict.fromkeys(("line1", "line2", "city", "state", "postal_code", "country"), clearable)
)
CREATED: Final = hash_of(dict.fromkeys(("gt", "gte", "lt", "lte"), integer))
EXPAND: Final = list_of(text)
PAGE: Final[Fields] = {
    "limit": positive,
    "starting_after": text,
    "ending_before": text,
    "created": CREATED,
    "expand": EXPAND,
}


def with_notes(before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The notes after an update: those with an empty value are taken away."""
    return {name: value for name, value in {**before, **given}.items() if value}


def _checked(check: Check | Required) -> Check:
    return check.check if isinstance(check, Required) else check


def _inside(within: str, name: str) -> str:
    return f"{within}[{name}]" if within else name
