"""The simulated OpenID Connect provider: who gets a code, what a code is good for, and who gets nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from chalicelib.api.auth import caller_of
from chalicelib.domain.people import Role
from sandbox.exchange import Request
from sandbox.simulators.sign_in import CLIENT_ID, SignInSimulator
from sandbox.tokens import subject_of

STOREFRONT = "https://shop.example"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": f"{STOREFRONT}/sign-in/callback",
    "response_type": "code",
    "scope": "openid email profile",
    "state": "s1",
    "nonce": "n1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
CARL = {"persona": "carl@client.example"}


@pytest.fixture
def provider(world):
    return SignInSimulator(tokens=world.identity, clock=world.clock, storefront_url=STOREFRONT)


def authorize(provider, *, form=None, cookie="", **changes):
    asked = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    return provider.answer(
        Request(
            method="POST" if form else "GET",
            target=f"/authorize?{urlencode(asked)}",
            headers={"Cookie": cookie} if cookie else {},
            body=urlencode(form or {}).encode(),
        )
    )


def back(answer):
    """Where the browser is sent, and with which words."""
    assert answer.status == 303
    url = urlsplit(answer.headers["Location"])
    return f"{url.scheme}://{url.netloc}{url.path}", {k: v[0] for k, v in parse_qs(url.query).items()}


def token(provider, **form):
    given = {"client_id": CLIENT_ID, "redirect_uri": ASKED["redirect_uri"], "code_verifier": VERIFIER, **form}
    answer = provider.answer(Request(method="POST", target="/token", body=urlencode(given).encode()))
    return answer.status, json.loads(answer.body)


def a_code(provider, **changes):
    _, said = back(authorize(provider, form=CARL, **changes))
    return said["code"]


def redeemed(provider, code, **changes):
    return token(provider, grant_type="authorization_code", code=code, **changes)


# --- signing in ----------------------------------------------------------------------------------------


def test_whoever_chooses_somebody_comes_back_with_a_code_that_is_a_token_which_the_product_takes(
    provider, world
):
    where, said = back(authorize(provider, form=CARL))
    assert where == ASKED["redirect_uri"]
    assert said["state"] == "s1"
    status, made = redeemed(provider, said["code"])
    assert (status, made["expires_in"], "refresh_token" in made) == (200, 3600, False)
    caller = caller_of(world, authorization=f"Bearer {made['access_token']}", at=world.now())
    assert (caller.id, caller.name) == (subject_of("carl@client.example"), "Carl Jensen")
    keys = jwt.PyJWKSet.from_dict(world.identity.jwks())
    claims = jwt.decode(
        made["id_token"],
        keys["sandbox"],
        algorithms=["RS256"],
        audience=CLIENT_ID,
        issuer=provider.public_url,
        options={"verify_exp": False},
    )
    assert (claims["sub"], claims["nonce"]) == (caller.id, "n1")


def test_anybody_can_be_anybody(provider, world):
    form = {"email": " zoe+1@x.example ", "name": "", "role": "operator", "locale": "fr"}
    _, said = back(authorize(provider, form=form))
    _, made = redeemed(provider, said["code"])
    caller = caller_of(world, authorization=f"Bearer {made['access_token']}", at=world.now())
    assert (caller.email, caller.locale) == ("zoe+1@x.example", "fr")
    assert caller.roles == {Role.OPERATOR}


@pytest.mark.parametrize(
    "form",
    [
        {"email": "nobody", "role": "client", "locale": "en"},
        {"email": "a@b.example", "role": "god", "locale": "en"},
        {"email": "a@b.example", "role": "client", "locale": "xx"},
        {"persona": "stranger@client.example"},
    ],
)
def test_nobody_is_asked_again(provider, form):
    answer = authorize(provider, form=form)
    assert answer.status == 400
    assert b"That is nobody" in answer.body
    assert "Set-Cookie" not in answer.headers


def test_the_page_offers_whoever_is_there_from_the_start(provider):
    answer = authorize(provider)
    assert answer.status == 200
    assert b"Chlo\xc3\xa9 Martin" in answer.body


# --- the session ---------------------------------------------------------------------------------------


def session(provider):
    return authorize(provider, form=CARL).headers["Set-Cookie"].partition(";")[0]


@pytest.mark.parametrize("prompt", [None, "none"])
def test_whoever_is_signed_in_is_not_asked_again(provider, prompt):
    _, said = back(authorize(provider, cookie=session(provider), prompt=prompt))
    assert redeemed(provider, said["code"])[0] == 200


@pytest.mark.parametrize("cookie", ["", "sandbox_sign_in=stranger", "broken;=,\x00"])
def test_without_a_session_nobody_is_bothered_who_is_not_to_be(provider, cookie):
    where, said = back(authorize(provider, cookie=cookie, prompt="none"))
    assert where == ASKED["redirect_uri"]
    assert (said["error"], said["state"]) == ("login_required", "s1")


def test_whoever_wants_to_be_another_is_asked(provider):
    assert authorize(provider, cookie=session(provider), prompt="login").status == 200


def logout(provider, cookie, back_to):
    query = urlencode({"post_logout_redirect_uri": back_to})
    return provider.answer(
        Request(method="GET", target=f"/logout?{query}", headers={"Cookie": cookie}),
    )


@pytest.mark.parametrize(("back_to", "status"), [(STOREFRONT, 303), ("https://elsewhere.example", 200)])
def test_signing_out_ends_the_session_and_leads_to_the_storefront_alone(provider, back_to, status):
    cookie = session(provider)
    answer = logout(provider, cookie, back_to)
    assert answer.status == status
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert answer.headers.get("Location") in (None, f"{STOREFRONT}/")
    assert back(authorize(provider, cookie=cookie, prompt="none"))[1]["error"] == "login_required"


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "stranger"}, {"redirect_uri": f"{STOREFRONT}/elsewhere"}, {"redirect_uri": None}],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(provider, changes):
    answer = authorize(provider, form=CARL, **changes)
    assert answer.status == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "email"}, "invalid_scope"),
        ({"scope": "openid everything"}, "invalid_scope"),
    ],
)
def test_a_request_that_is_not_safe_comes_back_with_an_error(provider, changes, error):
    assert back(authorize(provider, form=CARL, **changes))[1]["error"] == error


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"redirect_uri": STOREFRONT}, "invalid_grant"),
        ({"code": "stranger"}, "invalid_grant"),
        ({"client_id": "stranger"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_in_the_wrong_hands_is_no_token(provider, changes, error):
    given = {"grant_type": "authorization_code", "code": a_code(provider), **changes}
    status, said = token(provider, **given)
    assert (status, said["error"]) == (400, error)


def test_a_code_is_good_once_and_for_a_minute(provider, world):
    code = a_code(provider)
    assert redeemed(provider, code)[0] == 200
    assert redeemed(provider, code)[1]["error"] == "invalid_grant"
    late = a_code(provider)
    world.clock.put(world.now() + timedelta(minutes=1))
    assert redeemed(provider, late)[1]["error"] == "invalid_grant"


def test_a_refresh_token_is_another_each_time(provider, world):
    _, made = redeemed(provider, a_code(provider, scope="openid offline_access"))
    world.clock.put(world.now() + timedelta(days=1))
    status, renewed = token(provider, grant_type="refresh_token", refresh_token=made["refresh_token"])
    assert status == 200
    caller = caller_of(world, authorization=f"Bearer {renewed['access_token']}", at=world.now())
    assert caller.email == "carl@client.example"
    again = token(provider, grant_type="refresh_token", refresh_token=made["refresh_token"])
    assert again[1]["error"] == "invalid_grant"
    assert token(provider, grant_type="refresh_token", refresh_token=renewed["refresh_token"])[0] == 200


def test_a_code_is_no_refresh_token(provider):
    status, said = token(provider, grant_type="refresh_token", refresh_token=a_code(provider))
    assert (status, said["error"]) == (400, "invalid_grant")


# --- what it says of itself ----------------------------------------------------------------------------


def test_it_says_where_everything_is_to_the_storefront_and_no_other_page(provider):
    answer = provider.answer(Request(method="GET", target="/.well-known/openid-configuration"))
    said = json.loads(answer.body)
    assert said["issuer"] == provider.public_url
    assert answer.headers["Access-Control-Allow-Origin"] == STOREFRONT
    keys = provider.answer(Request(method="GET", target=urlsplit(said["jwks_uri"]).path))
    assert jwt.PyJWKSet.from_dict(json.loads(keys.body))["sandbox"].algorithm_name == "RS256"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/token", 405), ("GET", "/elsewhere", 404)])
def test_there_is_nothing_else(provider, method, path, status):
    assert provider.answer(Request(method=method, target=path)).status == status
