"""The marketplace that runs this: its name and addresses are configuration, never literals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """How the marketplace signs: in mails, on invoices, in problem details."""

    name: str
    legal_name: str
    postal_address: str
    sender: str  # the From address of every mail
    support: str  # the address that people write to
    storefront_url: str  # without a trailing slash
