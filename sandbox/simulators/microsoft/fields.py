"""What a body may say: every name and type that the documentation knows, and nothing else.

Names are read whatever their case, as Microsoft reads them, and handed on in camelCase. What is unknown, of
the wrong type or missing is an error of the adapter's, and shows as a 400.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ANY: Final = object()  # whatever it is: the field is read-only, and only sent back
TEXT: Final = str
NUMBER: Final = int
YES_OR_NO: Final = bool

Form = Mapping[str, Any]  # name (with * when required) -> a type, ANY, a form, or [one of these]


class WrongField(ValueError):
    """A field that is unknown, missing or of the wrong type; the message names it."""


def fields_of(given: object, form: Form, *, at: str = "") -> dict[str, Any]:
    """The object's fields under their documented names; fields that are null are left out."""
    if not isinstance(given, dict):
        raise WrongField(f"{at or 'body'} is no object")
    known = {name.rstrip("*").lower(): (name.rstrip("*"), expected) for name, expected in form.items()}
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name.lower() not in known:
            raise WrongField(f"{at}{name} is unknown")
        proper, expected = known[name.lower()]
        if proper in found:
            raise WrongField(f"{at}{name} is given twice")
        if value is not None:
            found[proper] = _value_of(value, expected, at=f"{at}{name}")
    for name in form:
        if name.endswith("*") and found.get(name[:-1]) in (None, ""):
            raise WrongField(f"{at}{name[:-1]} is missing")
    return found


def _value_of(value: object, expected: Any, *, at: str) -> Any:
    if expected is ANY:
        return value
    if isinstance(expected, list):
        if not isinstance(value, list):
            raise WrongField(f"{at} is no list")
        return [_value_of(item, expected[0], at=f"{at}[{index}]") for index, item in enumerate(value)]
    if isinstance(expected, Mapping):
        return fields_of(value, expected, at=f"{at}.")
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise WrongField(f"{at} is no {expected.__name__}")
    return value
