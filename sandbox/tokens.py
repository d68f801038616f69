"""Whoever signs people in, in this process: tokens as an identity provider gives them, and their key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from chalicelib.gateways.clock import Clock
from sandbox.once import once

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ISSUER: Final = "https://sign-in.seatwise.example/"
AUDIENCE: Final = "seatwise"
KEY_ID: Final = "sandbox"
# By the sandbox's clock, which moves in months: shorter, and everybody would sign in after each move.
LIFETIME: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody who is there from the start."""

    name: str
    email: str
    roles: tuple[str, ...]
    locale: str
    about: str


PERSONAS: Final = (
    Persona(
        name="Chloé Martin",
        email="chloe@client.example",
        roles=("client",),
        locale="fr",
        about="a client who reads French",
    ),
    Persona(
        name="Carl Jensen",
        email="carl@client.example",
        roles=("client",),
        locale="en",
        about="a client who reads English",
    ),
    Persona(
        name="Frida Lindqvist",
        email="frida@freelancer.example",
        roles=("freelancer",),
        locale="en",
        about="a freelancer, once she is invited",
    ),
    Persona(
        name="Olga Petrova",
        email="olga@operator.example",
        roles=("operator",),
        locale="en",
        about="the operator of the marketplace",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token, and what it says."""

    token: str
    sub: str
    expires_at: datetime


class Tokens:
    """The identity provider of the sandbox; see `chalicelib.gateways.identity.Identity`."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def issue(
        self,
        *,
        email: str,
        roles: Iterable[str],
        name: str | None = None,
        locale: str | None = None,
        lifetime: timedelta = LIFETIME,
    ) -> Token:
        """Sign somebody in; the same address is always the same `sub`."""
        now = self._clock.now().replace(microsecond=0)
        expires_at = now + lifetime
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject_of(email),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "email": email,
            "name": name or _name_of(email),
            "locale": locale or "en",
            "roles": list(roles),
        }
        return Token(token=self.sign(claims), sub=claims["sub"], expires_at=expires_at)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """These claims as a token (RFC 7519), under the one key."""
        import jwt

        return jwt.encode(dict(claims), _private_key(), algorithm="RS256", headers={"kid": KEY_ID})

    def key(self, kid: str, *, at: datetime) -> Any | None:  # noqa: ARG002  (the key does not change)
        """See Identity."""
        return _private_key().public_key() if kid == KEY_ID else None

    def jwks(self) -> dict[str, Any]:
        """The key set (RFC 7517) that the tokens can be checked with."""
        from jwt.algorithms import RSAAlgorithm

        public = json.loads(RSAAlgorithm.to_jwk(_private_key().public_key()))
        return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}


def subject_of(email: str) -> str:
    """The `sub` of an address, whoever writes it in which case."""
    return f"usr_{hashlib.sha256(email.strip().lower().encode()).hexdigest()[:24]}"


def _name_of(email: str) -> str:
    """What somebody is called who gave no name: what stands before the @."""
    return " ".join(part.capitalize() for part in email.partition("@")[0].replace(".", " ").split()) or email


@once
def _private_key() -> RSAPrivateKey:
    """The one key of this process, made when it is first needed."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
