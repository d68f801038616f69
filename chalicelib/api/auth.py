"""Who calls: the bearer token, checked against the issuer's keys and the product's own clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.domain.people import Caller, Role
from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.trouble import Unavailable
from chalicelib.wiring import World

ALGORITHM: Final = "RS256"
SKEW: Final = timedelta(minutes=1)  # how far an issuer's clock may be ahead of ours
LONGEST_TOKEN: Final = 8192
_ROLES: Final = {role.value: role for role in (Role.CLIENT, Role.FREELANCER, Role.OPERATOR)}
_SUBJECT: Final = re.compile(r"[\x21-\x7e]{1,255}")


def caller_of(world: World, *, authorization: str | None, at: datetime) -> Caller:
    """Whoever the token says it is; refused with `unauthenticated`, or `identity_unavailable`."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal("unauthenticated", "Sign in: a bearer token is required.")
    claims = _verified(world, token.strip(), at=at)
    _check_times(claims, at=at)
    return _caller(claims)


def check_role(caller: Caller, roles: frozenset[Role]) -> None:
    """Refused with `forbidden` unless the caller has one of the roles."""
    if not caller.roles & roles:
        needed = " or ".join(sorted(roles))
        raise Refusal("forbidden", f"This needs the role {needed}.")


def _verified(world: World, token: str, *, at: datetime) -> Mapping[str, Any]:
    import jwt

    if len(token) > LONGEST_TOKEN:
        raise _invalid()
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        if not isinstance(kid, str):
            raise _invalid()
        key = world.identity.key(kid, at=at)
        if key is None:
            raise _invalid()
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=world.settings.token_audience,
            issuer=world.settings.token_issuer,
            options={
                "require": ["exp", "iss", "aud", "sub"],
                # The times are checked against the product's clock, not the machine's.
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except Unavailable as unavailable:
        raise Refusal(
            "identity_unavailable",
            "Sign-in cannot be checked now. Try again shortly.",
            facts={"retry_after": 5},
        ) from unavailable
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise _invalid() from error
    return claims


def _check_times(claims: Mapping[str, Any], *, at: datetime) -> None:
    now = at.timestamp()
    if now >= _number(claims["exp"]):
        raise Refusal("unauthenticated", "This sign-in has expired.")
    for name in ("nbf", "iat"):
        if name in claims and _number(claims[name]) > now + SKEW.total_seconds():
            raise _invalid()


def _caller(claims: Mapping[str, Any]) -> Caller:
    subject, email, roles = claims.get("sub"), claims.get("email"), claims.get("roles")
    name, locale = claims.get("name") or email, claims.get("locale") or "en"
    if not (isinstance(subject, str) and _SUBJECT.fullmatch(subject)):
        raise _invalid()
    if not (isinstance(email, str) and "@" in email and isinstance(name, str) and isinstance(locale, str)):
        raise _invalid()
    if not (isinstance(roles, list) and all(isinstance(role, str) for role in roles)):
        raise _invalid()
    return Caller(
        id=subject,
        name=" ".join(name.split())[:200],
        email=email.strip(),
        locale="fr" if locale.lower().startswith("fr") else "en",
        roles=frozenset(_ROLES[role] for role in roles if role in _ROLES),
    )


def _number(claim: Any) -> float:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        raise _invalid()
    return float(claim)


def _invalid() -> Refusal:
    return Refusal("unauthenticated", "This token is not valid.")
