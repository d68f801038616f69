from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from chalicelib.api.auth import caller_of
from chalicelib.domain.people import Role
from chalicelib.domain.refusals import Refusal
from sandbox.tokens import AUDIENCE, KEY_ID, LIFETIME, PERSONAS, subject_of


def sign_in(world, token):
    return caller_of(world, authorization=f"Bearer {token}", at=world.now())


def test_the_product_takes_a_token_and_reads_who_it_is(world):
    made = world.identity.issue(
        email="chloe@client.example", roles=["client", "freelancer"], name="Chloé", locale="fr"
    )
    caller = sign_in(world, made.token)
    assert (caller.id, caller.email, caller.name, caller.locale) == (
        made.sub,
        "chloe@client.example",
        "Chloé",
        "fr",
    )
    assert caller.roles == {Role.CLIENT, Role.FREELANCER}


def test_the_same_address_is_the_same_person(world):
    subs = {
        world.identity.issue(email=email, roles=[]).sub
        for email in ("a@b.example", "A@B.example", " a@b.example ")
    }
    assert subs == {subject_of("a@b.example")}
    assert subject_of("c@b.example") not in subs


def test_a_token_expires_by_the_clock_of_the_sandbox(world):
    made = world.identity.issue(email="a@b.example", roles=["client"], lifetime=timedelta(hours=1))
    world.clock.put(world.now() + timedelta(hours=1) - timedelta(seconds=1))
    assert sign_in(world, made.token).email == "a@b.example"
    world.clock.put(world.now() + timedelta(seconds=1))
    with pytest.raises(Refusal):
        sign_in(world, made.token)


def test_a_token_outlives_a_year_of_the_sandbox(world):
    made = world.identity.issue(email="a@b.example", roles=["client"])
    world.clock.put(world.now() + timedelta(days=366))
    assert sign_in(world, made.token)
    assert made.expires_at - timedelta(days=366) < world.now() + LIFETIME


def test_the_key_set_checks_the_tokens(world):
    made = world.identity.issue(email="a@b.example", roles=[])
    keys = jwt.PyJWKSet.from_dict(world.identity.jwks())
    claims = jwt.decode(
        made.token, keys[KEY_ID].key, algorithms=["RS256"], audience=AUDIENCE, options={"verify_exp": False}
    )
    assert claims["sub"] == made.sub
    assert world.identity.key("another", at=world.now()) is None


def test_every_role_and_language_has_somebody():
    assert {role for persona in PERSONAS for role in persona.roles} == {"client", "freelancer", "operator"}
    assert {persona.locale for persona in PERSONAS} == {"en", "fr"}
