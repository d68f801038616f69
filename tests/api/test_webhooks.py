"""Notices of machines: the signature is over the very bytes, and the answer is immediate."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest


@pytest.fixture
def notice(cast, world):
    """A genuine notice of the payment provider."""
    cast.bought()
    return world.stripe.take_notice(world.now())


def signed(world, body):
    """The headers that the payment provider gives to these bytes."""
    stamp = int(world.now().timestamp())
    secret = world.secrets.get("payments_webhook_secret").encode()
    digest = hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={digest}"}


def waiting(world):
    return world.aws.waiting(world.settings.effects_queue_url)


def test_a_genuine_notice_is_put_into_the_queue(cast, world, notice):
    before = waiting(world)
    answered = cast.visitor().ask("POST", "/v1/webhooks/payments", raw=notice.body, headers=notice.headers)
    assert (answered.status, answered.content) == (204, b"")
    assert waiting(world) == before + 1


def test_the_signature_is_over_the_bytes_as_they_were_sent(cast, world, notice):
    spaced = json.dumps(json.loads(notice.body), indent=1).encode()
    assert (
        cast.visitor().ask("POST", "/v1/webhooks/payments", raw=spaced, headers=notice.headers).code
        == "signature_invalid"
    )


def test_any_bytes_are_read_as_they_are(cast, world):
    body = '{"id": "é\u2028", "data": {"object": {}}}'.encode()
    headers = signed(world, body)
    assert cast.visitor().ask("POST", "/v1/webhooks/payments", raw=body, headers=headers).status == 204


def test_a_notice_that_comes_encoded_is_the_same(cast, world, notice):
    import base64

    from app import app
    from tests.api.calling import event_of

    event = event_of("POST", "/v1/webhooks/payments", headers=notice.headers)
    encoded = {**event, "body": base64.b64encode(notice.body).decode(), "isBase64Encoded": True}
    assert app(encoded, None)["statusCode"] == 204
    assert app({**encoded, "body": "!"}, None)["statusCode"] == 400


@pytest.mark.parametrize("path", ["/v1/webhooks/payments", "/v1/webhooks/microsoft"])
@pytest.mark.parametrize("raw", [None, b"", b"{}", b"\xff", b"[]"], ids=repr)
def test_an_unsigned_notice_is_refused_whatever_it_says(cast, path, raw):
    assert cast.visitor().ask("POST", path, raw=raw).code == "signature_invalid"


def test_a_notice_may_not_be_too_large(cast):
    answered = cast.visitor().ask("POST", "/v1/webhooks/payments", raw=b"x" * 300_000)
    assert answered.code == "payload_too_large"


def test_a_notice_of_microsoft_is_answered_at_once(cast, world):
    world.partner_center.accept("acme.example")
    notice = world.partner_center.take_notice(world.now())
    answered = cast.visitor().ask("POST", notice.target, raw=notice.body, headers=notice.headers)
    assert answered.status == 204
