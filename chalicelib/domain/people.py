"""Who acts, who is written to, and who the client's business is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of the product page; a token holds any of the first three."""

    CLIENT = "client"
    FREELANCER = "freelancer"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be written to; `locale` is `en` or `fr`."""

    id: str
    name: str
    email: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller(Person):
    """The freelancer through whose link something was bought; `id` is the user's, not the freelancer's."""

    freelancer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it, as the history shows it; `delegated` when through a client's delegation."""

    role: Role
    id: str
    name: str
    delegated: bool = False


SYSTEM = Actor(role=Role.SYSTEM, id="system", name="Seatwise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller(Person):
    """Whoever signed in, as the token says it."""

    roles: frozenset[Role]

    def acts_as(self, role: Role, *, delegated: bool = False) -> Actor:
        """This person in one of their roles."""
        return Actor(role=role, id=self.id, name=self.name, delegated=delegated)

    @property
    def person(self) -> Person:
        """This person, without the roles."""
        return Person(id=self.id, name=self.name, email=self.email, locale=self.locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address in the US."""

    line1: str
    city: str
    state: str
    postal_code: str
    country: str
    line2: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The primary contact of a Microsoft account (R23)."""

    first_name: str
    last_name: str
    email: str
    phone: str
