"""Who may come in: with a token of the one issuer, for us, signed, and valid by the product's clock."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from chalicelib.gateways.identity import JwksKeys
from chalicelib.gateways.trouble import Unavailable
from sandbox.tokens import KEY_ID, _private_key
from tests.api.calling import Calls

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def claims(world):
    now = int(world.now().timestamp())
    return {
        "iss": world.settings.token_issuer,
        "aud": world.settings.token_audience,
        "sub": "usr_carl",
        "email": "carl@client.example",
        "name": "Carl",
        "locale": "en",
        "roles": ["client"],
        "iat": now,
        "exp": now + 3600,
    }


def signed(claims, *, key=None, algorithm="RS256", kid=KEY_ID, **more):
    headers = {"kid": kid} if kid is not None else {}
    content = json.dumps(claims).encode()  # not by `jwt.encode`, which would refuse what is not right
    return jwt.PyJWS().encode(
        content, key or _private_key(), algorithm=algorithm, headers={**headers, **more}
    )


def part(content) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def asked(token, **headers):
    return Calls(token=token).get("/v1/subscriptions", headers=headers)


def test_a_good_token_comes_in(claims):
    assert asked(signed(claims)).status == 200


def test_the_scheme_is_bearer_in_any_case(claims):
    token = signed(claims)
    assert Calls().get("/v1/subscriptions", headers={"authorization": f"bearer {token}"}).status == 200


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic Y2FybDpwdw==", "{token}", "Token {token}"]
)
def test_without_a_bearer_token_nobody_comes_in(claims, header):
    headers = {} if header is None else {"Authorization": header.format(token=signed(claims))}
    assert Calls().get("/v1/subscriptions", headers=headers).code == "unauthenticated"


def test_alg_none_is_no_signature(world, claims):
    for name in ("none", "None", "NONE"):
        token = f"{part({'alg': name, 'typ': 'JWT', 'kid': KEY_ID})}.{part(claims)}."
        assert asked(token).code == "unauthenticated"


def test_the_public_key_is_no_shared_secret(claims):
    public = _private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': KEY_ID})}.{part(claims)}"
    import hashlib
    import hmac

    digest = hmac.new(public, head.encode(), hashlib.sha256).digest()
    forged = f"{head}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
    assert asked(forged).code == "unauthenticated"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_no_other_algorithm_is_taken(claims, algorithm):
    assert asked(signed(claims, algorithm=algorithm)).code == "unauthenticated"


def test_another_key_under_the_same_id_is_refused(claims):
    assert asked(signed(claims, key=STRANGER)).code == "unauthenticated"


@pytest.mark.parametrize("kid", [None, "unknown", ""])
def test_an_unknown_or_missing_key_id_is_refused(claims, kid):
    assert asked(signed(claims, kid=kid)).code == "unauthenticated"


def test_a_key_that_comes_with_the_token_is_not_looked_at(claims):
    jwk = json.loads(RSAAlgorithm.to_jwk(STRANGER.public_key()))
    assert asked(signed(claims, key=STRANGER, jwk=jwk)).code == "unauthenticated"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example/"},
        {"iss": None},
        {"aud": "another"},
        {"aud": []},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\x1fb"},
        {"sub": "x" * 256},
        {"email": None},
        {"email": ["carl@client.example"]},
        {"email": "carl"},
        {"name": 7},
        {"locale": 7},
        {"roles": "client"},
        {"roles": [7]},
        {"roles": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": None},
        {"iat": "today"},
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused(claims, change):
    assert asked(signed({**claims, **change})).code == "unauthenticated"


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "email", "roles", "exp"])
def test_a_missing_claim_is_refused(claims, missing):
    del claims[missing]
    assert asked(signed(claims)).code == "unauthenticated"


@pytest.mark.parametrize("missing", ["name", "locale", "iat"])
def test_a_token_may_say_less_about_the_person(claims, missing):
    del claims[missing]
    assert asked(signed(claims)).status == 200


def test_d1_a_token_ends_by_the_products_clock(world, claims):
    token = signed(claims)
    world.clock.put(world.now() + timedelta(seconds=3599))
    assert asked(token).status == 200
    world.clock.put(world.now() + timedelta(seconds=1))
    assert asked(token).code == "unauthenticated"


@pytest.mark.parametrize("claim", ["nbf", "iat"])
def test_a_token_from_the_future_is_refused_beyond_a_minute(world, claims, claim):
    now = int(world.now().timestamp())
    assert asked(signed({**claims, claim: now + 60})).status == 200
    assert asked(signed({**claims, claim: now + 61})).code == "unauthenticated"


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "....", "eyJhbGciOiJSUzI1NiJ9", "é", "x" * 10_000, "null.null.null"]
)
def test_garbage_is_refused(world, token):
    assert asked(token).code == "unauthenticated"


def test_a_tampered_token_is_refused(claims):
    head, _, signature = signed(claims).split(".")
    assert asked(f"{head}.{part({**claims, 'roles': ['operator']})}.{signature}").code == "unauthenticated"


@pytest.mark.parametrize("roles", [[], ["system"], ["admin"], ["freelancer"], ["Client"]], ids=str)
def test_without_the_role_it_is_forbidden(claims, roles):
    assert asked(signed({**claims, "roles": roles})).code == "forbidden"


@pytest.mark.parametrize(
    ("locale", "language"), [("fr", "fr"), ("fr-CA", "fr"), ("FR", "fr"), ("de", "en"), ("", "en")]
)
def test_the_language_is_french_or_english(world, claims, locale, language):
    from chalicelib.api.auth import caller_of

    token = signed({**claims, "locale": locale})
    assert caller_of(world, authorization=f"Bearer {token}", at=world.now()).locale == language


def test_when_the_issuer_cannot_be_reached_it_is_not_the_callers_fault(world, claims):
    world.__dict__["identity"] = JwksKeys("http://127.0.0.1:1/jwks.json")
    answered = asked(signed(claims))
    assert answered.code == "identity_unavailable"
    assert answered.headers["Retry-After"] == "5"


# --- the issuer's keys -------------------------------------------------------------------------------


class Issuer:
    """Publishes a key set on the loopback interface, and counts how often it is asked."""

    def __init__(self):
        self.content = json.dumps({"keys": []}).encode()
        self.status = 200
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/jwks.json"

    def publish(self, *kids, **more):
        jwk = json.loads(RSAAlgorithm.to_jwk(STRANGER.public_key()))
        self.content = json.dumps({"keys": [{**jwk, "kid": kid, **more} for kid in kids]}).encode()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def issuer():
    made = Issuer()
    yield made
    made.close()


def test_the_key_set_is_fetched_once(world, issuer):
    issuer.publish("a", "b")
    keys = JwksKeys(issuer.url)
    assert keys.key("a", at=world.now()) == STRANGER.public_key()
    assert keys.key("b", at=world.now() + timedelta(minutes=59)) is not None
    assert issuer.asked == 1


def test_the_deployed_product_checks_tokens_with_the_published_keys(world, issuer, claims):
    issuer.publish("a")
    world.__dict__["identity"] = JwksKeys(issuer.url)
    assert asked(signed(claims, key=STRANGER, kid="a")).status == 200
    assert asked(signed(claims, kid="a")).code == "unauthenticated"


def test_an_unknown_key_id_is_asked_for_once_a_minute_at_most(world, issuer):
    issuer.publish("old")
    keys, at = JwksKeys(issuer.url), world.now()
    assert keys.key("old", at=at) is not None
    issuer.publish("old", "new")
    assert keys.key("new", at=at + timedelta(seconds=59)) is None
    assert keys.key("new", at=at + timedelta(seconds=60)) is not None
    for _ in range(5):
        assert keys.key("made-up", at=at + timedelta(seconds=61)) is None
    assert issuer.asked == 2


def test_a_withdrawn_key_is_forgotten_after_an_hour(world, issuer):
    issuer.publish("a")
    keys, at = JwksKeys(issuer.url), world.now()
    assert keys.key("a", at=at) is not None
    issuer.publish("b")
    assert keys.key("a", at=at + timedelta(hours=1)) is None


def test_the_known_keys_outlive_trouble_at_the_issuer(world, issuer):
    issuer.publish("a")
    keys, at = JwksKeys(issuer.url), world.now()
    assert keys.key("a", at=at) is not None
    issuer.status = 503
    assert keys.key("a", at=at + timedelta(hours=2)) is not None
    issuer.status, issuer.content = 200, b"<html>"
    assert keys.key("a", at=at + timedelta(hours=3)) is not None
    assert keys.key("b", at=at + timedelta(hours=4)) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": ["x"]}'], ids=repr)
def test_without_any_keys_nobody_can_be_checked(world, issuer, content):
    issuer.content = content
    with pytest.raises(Unavailable):
        JwksKeys(issuer.url).key("a", at=world.now())


@pytest.mark.parametrize(
    "unfit", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "EC"}, {"n": "!"}, {"kid": 7}], ids=str
)
def test_a_key_that_does_not_sign_tokens_is_left_out(world, issuer, unfit):
    issuer.publish("a", **unfit)
    assert JwksKeys(issuer.url).key("a", at=world.now()) is None


def test_a_key_set_is_fetched_over_http_alone(world):
    with pytest.raises(Unavailable):
        JwksKeys("file:///etc/hostname").key("a", at=world.now())
