"""What is kept comes back as it was (the codec of the store)."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings

from chalicelib.domain.commission import Earning
from chalicelib.domain.subscription import Subscription
from chalicelib.rulebook import Status
from chalicelib.storage.codec import decode, encode
from tests.properties.chance import BOUNDED, earnings, subscriptions
from tests.rules.stories import STATIONS, pending


@settings(BOUNDED, max_examples=150)
@given(sub=subscriptions)
def test_any_subscription_comes_back_as_it_was(sub):
    assert decode(encode(sub), Subscription) == sub


@settings(BOUNDED, max_examples=50)
@given(earning=earnings)
def test_any_line_of_the_ledger_comes_back_as_it_was(earning):
    assert decode(encode(earning), Earning) == earning


@pytest.mark.parametrize("status", [pytest.param(status, id=f"R43: {status}") for status in Status])
def test_each_status_comes_back_as_it_was(status):
    sub = STATIONS[status]().sub

    assert decode(encode(sub), Subscription) == sub


def test_what_a_newer_version_added_is_passed_over():
    body = json.loads(encode(pending().sub)) | {"added_later": {"by": "somebody"}}

    assert decode(json.dumps(body), Subscription) == pending().sub


def test_what_an_older_version_did_not_have_gets_its_default():
    body = json.loads(encode(pending().sub))
    del body["reminded"], body["delegation"]

    assert decode(json.dumps(body), Subscription) == pending().sub


@pytest.mark.parametrize("missing", ["id", "status", "payment", "purchased_at"])
def test_what_must_be_there_must_be_there(missing):
    body = json.loads(encode(pending().sub))
    del body[missing]

    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps(body), Subscription)


def test_a_status_that_is_none_is_refused():
    body = json.loads(encode(pending().sub)) | {"status": "paused"}

    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps(body), Subscription)
