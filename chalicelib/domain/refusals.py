"""What the domain says when it does not do what it was asked: one exception, a stable code."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A rule says no; `code` is stable and public, `detail` is for people, `facts` go into the problem."""

    def __init__(
        self, code: str, detail: str, *, pointer: str | None = None, facts: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.facts = dict(facts or {})
        self.kept = False  # whether it was already written down as the answer to its request


def not_found(what: str) -> Refusal:
    """The answer for what does not exist and for what is not the caller's: the same."""
    return Refusal("not_found", f"There is no such {what}.")


def invalid_transition(event: str, status: str) -> Refusal:
    """The answer to every pair of status and event that the transition table does not have."""
    return Refusal(
        "invalid_transition",
        f"This is not possible while the subscription is {status}.",
        facts={"event": event, "status_now": status},
    )
