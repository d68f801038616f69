"""Lists in pages, newest first, and ids that are expanded on demand."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sandbox.simulators.stripe.books import Books, shown
from sandbox.simulators.stripe.wire import Call, Object, bad_param

USUAL: Final = 10
LARGEST: Final = 100
DEEPEST: Final = 4

_BOUNDS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_EXPANDABLE: Final[Mapping[str, str]] = {
    "account": "account",
    "balance_transaction": "balance_transaction",
    "charge": "charge",
    "customer": "customer",
    "default_payment_method": "payment_method",
    "destination": "account",
    "latest_charge": "charge",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "source_transaction": "charge",
    "transfer": "transfer",
}
_ALWAYS_THERE: Final = frozenset({"line_items", "reversals"})  # in the answer, asked for or not
_ON_THE_WAY: Final = frozenset({"data", "invoice_settings", "last_payment_error"})


def page(call: Call, found: Sequence[Object], *, url: str) -> Object:
    """The page of a list that was asked for; `found` is oldest first."""
    params = call.params
    for name, bound in params.get("created", {}).items():
        found = [each for each in found if _BOUNDS[name](each["created"], bound)]
    limit = params.get("limit", USUAL)
    if limit > LARGEST:
        raise bad_param(
            f"Limit must be less than or equal to {LARGEST}.", "limit", code="parameter_invalid_integer"
        )
    newest = list(reversed(found))
    if "starting_after" in params:
        newest = newest[_place(newest, params["starting_after"], "starting_after") + 1 :]
        taken = newest[:limit]
    elif "ending_before" in params:
        newest = newest[: _place(newest, params["ending_before"], "ending_before")]
        taken = newest[-limit:]
    else:
        taken = newest[:limit]
    return listed(taken, url=url, has_more=len(newest) > len(taken))


def listed(things: Sequence[Object], *, url: str, has_more: bool = False) -> Object:
    """A list as Stripe writes it."""
    return {"object": "list", "data": list(things), "has_more": has_more, "url": url}


def matching(things: Sequence[Object], params: Mapping[str, Any], *names: str) -> list[Object]:
    """The objects that have what was asked for by name."""
    return [
        each for each in things if all(each.get(name) == params[name] for name in names if name in params)
    ]


def answered(books: Books, thing: Object, paths: Sequence[str]) -> Object:
    """An object as it is answered, with the ids expanded that were asked for."""
    answer: Object = shown(thing)
    for path in paths:
        _expand(books, answer, path.split("."), path)
    return answer


def check_paths(paths: Sequence[str]) -> None:
    """Refuse what nobody could expand, before anything is done."""
    for path in paths:
        *way, last = path.split(".")
        if len(way) >= DEEPEST:
            raise bad_param(f"You cannot expand more than {DEEPEST} levels of a property.", "expand")
        names = _EXPANDABLE.keys() | _ALWAYS_THERE
        if last not in names or not set(way) <= names | _ON_THE_WAY:
            raise bad_param(f"This property cannot be expanded ({path}).", "expand")


def _expand(books: Books, inside: Any, steps: Sequence[str], path: str) -> None:
    if isinstance(inside, list):
        for each in inside:
            _expand(books, each, steps, path)
        return
    first, *rest = steps
    if not isinstance(inside, dict) or first not in inside:
        raise bad_param(f"This property cannot be expanded ({path}).", "expand")
    value = inside.get(first)
    if isinstance(value, str):
        found = books.find(_EXPANDABLE[first], value)
        inside[first] = value = shown(found) if found else value
    if rest and value is not None:
        _expand(books, value, rest, path)


def _place(newest: Sequence[Object], given: str, param: str) -> int:
    for number, each in enumerate(newest):
        if each["id"] == given:
            return number
    raise bad_param(f"No such object: '{given}'", param, code="resource_missing")
