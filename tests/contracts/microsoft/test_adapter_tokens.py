"""Tokens: how they are asked for, kept and renewed, and that nothing of them is ever said."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.gateways.partner_center.failures import Failed
from chalicelib.gateways.partner_center.tokens import GRAPH, PARTNER_CENTER
from chalicelib.gateways.refresh_tokens import SecretsManagerTokens
from chalicelib.gateways.transport import NoReply, limited_to
from chalicelib.gateways.trouble import Unavailable
from chalicelib.observability import log
from sandbox.clock import MovableClock
from tests.contracts.examples import example
from tests.contracts.microsoft.partner import KEPT_TOKEN, NOW, SECRET, Kept, office, refusal, tokens_over
from tests.contracts.scripted import Scripted, reply

LOST = NoReply("ReadTimeoutError", sent=True)


def granted(token="access-1", *, expires_in="3600", **more):  # noqa: S107
    body = example("entra.token.client_credentials.v1")["response"]["body"]
    return reply(200, {**body, "access_token": token, "expires_in": expires_in, **more})


def signed_out(error: str = "invalid_grant"):
    body = example("entra.token.error.invalid_grant")["response"]["body"]
    return reply(400, {**body, "error": error})


def test_partner_center_is_asked_for_by_resource_and_graph_by_scope():
    line = Scripted(granted("one"), granted("two", expires_in=3599))
    tokens = tokens_over(line)

    assert (tokens.token(PARTNER_CENTER), tokens.token(GRAPH)) == ("one", "two")

    first, second = line.sent
    assert first.path.endswith("/oauth2/token")
    assert first.form == {
        "grant_type": "refresh_token",
        "refresh_token": KEPT_TOKEN,
        "client_id": "our-client-id",
        "client_secret": SECRET,
        "resource": "https://api.partnercenter.microsoft.com",
    }
    assert second.path.endswith("/oauth2/v2.0/token")
    assert second.form["scope"] == "https://graph.microsoft.com/.default"
    assert "resource" not in second.form


@pytest.mark.parametrize("expires_in", ["3600", 3600], ids=["a text", "a number"])
def test_a_token_is_kept_until_five_minutes_before_its_end(expires_in):
    line = Scripted(granted("one", expires_in=expires_in), granted("two"))
    clock = MovableClock(start=NOW)
    tokens = tokens_over(line, clock=clock)
    tokens.token(PARTNER_CENTER)

    clock.put(NOW + timedelta(minutes=54, seconds=59))
    assert tokens.token(PARTNER_CENTER) == "one"
    clock.put(NOW + timedelta(minutes=55))
    assert tokens.token(PARTNER_CENTER) == "two"


@pytest.mark.parametrize("audience", [PARTNER_CENTER, GRAPH])
def test_a_new_refresh_token_is_kept_before_anything_is_done_with_the_answer(audience):
    vault = Kept()
    tokens = tokens_over(Scripted(granted(refresh_token="newer")), vault=vault)

    tokens.token(audience)

    assert vault.written == ["newer"]


def test_a_token_that_could_not_be_kept_is_used_and_kept_the_next_time():
    class Full(Kept):
        full = True

        def write(self, token):
            if self.full:
                raise Unavailable("secrets", "full")
            super().write(token)

    vault = Full()
    line = Scripted(granted("one", refresh_token="newer"), granted("two"))
    tokens = tokens_over(line, vault=vault)

    assert tokens.token(PARTNER_CENTER) == "one"
    vault.full = False
    assert tokens.token(GRAPH) == "two"
    assert line.last.form["refresh_token"] == "newer"
    assert vault.written == ["newer"]


def test_what_another_function_has_exchanged_in_between_is_read_again():
    class Rotated(Kept):
        def read(self):
            self.token, read = "the-others", self.token
            return read

    line = Scripted(signed_out(), granted("one"))

    assert tokens_over(line, vault=Rotated()).token(PARTNER_CENTER) == "one"
    assert [sent.form["refresh_token"] for sent in line.sent] == [KEPT_TOKEN, "the-others"]


@pytest.mark.parametrize("error", ["invalid_grant", "interaction_required"])
def test_who_is_signed_out_is_not_asked_for_again_and_somebody_is_called(error, capsys, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    line = Scripted(signed_out(error))

    with pytest.raises(Unavailable):
        tokens_over(line).token(PARTNER_CENTER)

    assert len(line.sent) == 1
    assert "microsoft_signed_out" in capsys.readouterr().out


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(LOST, id="no answer"),
        pytest.param(NoReply("x", sent=False), id="no line"),
        pytest.param(reply(503, body=b"<html>"), id="a page of HTML"),
        pytest.param(reply(400, {"error": "temporarily_unavailable"}), id="unavailable"),
        pytest.param(reply(429, {}, retry_after="2.5"), id="too many requests"),
        pytest.param(reply(200, body=b"<html>"), id="a page instead of an answer"),
    ],
)
def test_what_passes_is_asked_for_again(first):
    pauses: list[float] = []
    line = Scripted(first, granted("one"))

    assert tokens_over(line, pauses=pauses).token(PARTNER_CENTER) == "one"
    assert len(pauses) == 1


def test_what_does_not_pass_is_given_up_after_three_tries_and_a_wrong_secret_after_one():
    line = Scripted(LOST, LOST, LOST)
    with pytest.raises(Unavailable):
        tokens_over(line).token(PARTNER_CENTER)
    line.is_over()

    line = Scripted(reply(401, {"error": "invalid_client", "error_codes": [7000222]}))
    with pytest.raises(Unavailable, match="invalid_client"):
        tokens_over(line).token(PARTNER_CENTER)


def test_nothing_is_asked_for_when_no_time_is_left():
    line = Scripted()
    with limited_to(0.1), pytest.raises(Unavailable):
        tokens_over(line).token(PARTNER_CENTER)


def test_a_token_that_is_not_accepted_is_renewed_once():
    asked = office(reply(401, body=b""), reply(404, body=b""))
    assert not asked.microsoft.domain_taken(domain="acme.onmicrosoft.com")
    assert [sent.header("Authorization") for sent in asked.sent] == [
        "Bearer the-access-token-1",
        "Bearer the-access-token-2",
    ]

    asked = office(reply(401, body=b""), reply(401, body=b""))
    with pytest.raises(Unavailable):
        asked.microsoft.domain_taken(domain="acme.onmicrosoft.com")


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything that the product has logged."""
    kept: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(json.dumps(record.__dict__, default=repr))

    keep = Keep()
    log._logger.addHandler(keep)
    yield kept
    log._logger.removeHandler(keep)


def test_no_secret_is_in_a_log_an_exception_or_what_something_looks_like(lines):
    line = Scripted(signed_out(), granted("the-access-token", refresh_token="the-newer-one"))
    tokens = tokens_over(line)
    with pytest.raises(Unavailable) as out:
        tokens.token(PARTNER_CENTER)
    tokens.token(GRAPH)
    asked = office(refusal(400, 2007, "mia@acme.test lives at 1 Microsoft Way"), LOST, LOST, LOST)
    with pytest.raises(Failed) as failed:
        asked.rest.read("/v1/customers", budget=asked.rest.budget())
    with pytest.raises(Unavailable) as silent:
        asked.rest.read("/v1/customers", budget=asked.rest.budget())

    told = [f"{caught.value!r} {caught.value}" for caught in (out, failed, silent)]
    said = " ".join([*lines, *told, str(failed.value.trouble()), repr(tokens), repr(vars(tokens))])

    assert "microsoft answered with an error" in said
    for secret in (SECRET, KEPT_TOKEN, "the-access-token", "the-newer-one", "mia@acme.test", "Bearer"):
        assert secret not in said


class TestSecretsManager:
    def test_the_token_has_a_secret_of_its_own_and_is_replaced_there(self):
        import boto3
        from moto import mock_aws

        with mock_aws():
            client = boto3.session.Session(
                aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
            ).client("secretsmanager")
            tokens = SecretsManagerTokens(client=client, secret_id="seatwise-token")
            with pytest.raises(Unavailable, match="ResourceNotFoundException"):
                tokens.read()
            client.create_secret(Name="seatwise-token", SecretString=" ")
            with pytest.raises(Unavailable, match="consent"):
                tokens.read()

            tokens.write("newer")

            assert tokens.read() == "newer"
            assert "newer" not in repr(tokens)
