"""How the adapter asks: what travels, what is repeated, how long it may take, and what is never said."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
import stripe

from chalicelib.gateways.stripe.client import API_VERSION, StripeAccount
from chalicelib.gateways.stripe.payments import StripePayments
from chalicelib.gateways.stripe.payouts import StripePayouts
from chalicelib.gateways.transport import NoReply, Reply, limited_to
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.observability import log
from tests.contracts.examples import example
from tests.contracts.scripted import Scripted, reply
from tests.contracts.stripe.objects import (
    CLIENT,
    CLIENT_SECRET,
    NOW,
    PRICE,
    SECRET_KEY,
    account,
    broken,
    declined,
    intent,
    listed,
    refund,
    refusal,
    shown,
)

LOST = NoReply("ReadTimeoutError", sent=True)
UNREACHED = NoReply("ConnectTimeoutError", sent=False)
GOOD = reply(200, intent())
IN_USE = refusal(409, code="idempotency_key_in_use")
LOCKED = refusal(429, code="lock_timeout")


class Pauses(list[float]):
    """The waits that a test would have had to sit through."""


def payments(transport: Scripted, pauses: list[float] | None = None) -> StripePayments:
    return StripePayments(
        account=account(transport, pauses), webhook_secret=lambda: "whsec_x", live=False, brand="Seatwise"
    )


def charge(transport: Scripted, pauses: list[float] | None = None):
    return payments(transport, pauses).charge(
        reference="ord_1",
        customer_id="cus_1",
        amount=PRICE,
        payment_method="pm_1",
        off_session=True,
        again=False,
        subscription_id="sub_1",
        at=NOW,
    )


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """Everything that this process has logged, at any level and by anybody."""
    kept: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(json.dumps(record.__dict__, default=repr))

    keep, root = Keep(), logging.getLogger()
    loggers = [root, logging.getLogger(log.name), log._logger]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(keep)
        logger.setLevel(logging.DEBUG)
    yield kept
    for logger, level in before:
        logger.removeHandler(keep)
        logger.setLevel(level)


# --- what travels -------------------------------------------------------------------------------------


def test_a_request_carries_the_key_the_pinned_version_and_its_idempotency_key_and_nothing_about_us():
    transport = Scripted(GOOD)
    charge(transport)
    assert dict(transport.last.headers) == {
        "Authorization": f"Bearer {SECRET_KEY}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": "charge:ord_1",
        "Stripe-Version": "2026-10-28.endive",
    }
    assert transport.last.url == "https://api.stripe.com/v1/payment_intents"


def test_the_library_measures_nothing_and_keeps_no_name_of_this_machine():
    charge(Scripted(GOOD))
    assert stripe.enable_telemetry is False


def test_the_version_is_written_out_because_an_upgrade_of_the_library_must_not_change_what_we_read():
    assert API_VERSION == "2026-10-28.endive"


def test_a_read_carries_no_idempotency_key_and_no_body():
    transport = Scripted(reply(200, refund()))
    payments(transport).refund_state(refund_id="re_1")
    assert transport.last.method == "GET"
    assert transport.last.body is None
    assert transport.keys == [None]


def test_every_change_carries_a_key_even_where_we_have_no_name_for_it():
    transport = Scripted(reply(200, {"object": "account_link", "url": "https://x.test", "expires_at": 1}))
    StripePayouts(account=account(transport)).onboarding_link(
        account_id="acct_1", refresh_url="https://a.test", return_url="https://b.test"
    )
    assert transport.keys[0]


def test_a_changed_secret_is_used_at_once_because_it_is_asked_for_with_each_request():
    keys = iter(["sk_test_old", "sk_test_new"])
    transport = Scripted(reply(200, refund()), reply(200, refund()))
    kept = StripeAccount(transport=transport, secret_key=lambda: next(keys), pause=lambda _: None)
    adapter = StripePayments(account=kept, webhook_secret=lambda: "", live=False, brand="Seatwise")
    for _ in range(2):
        adapter.refund_state(refund_id="re_1")
    used = [sent.header("Authorization") for sent in transport.sent]
    assert used == ["Bearer sk_test_old", "Bearer sk_test_new"]


def test_another_address_is_all_that_the_sandbox_needs():
    transport = Scripted(reply(200, refund()))
    kept = StripeAccount(transport=transport, secret_key=lambda: "sk_test_x", url="http://127.0.0.1:9999/")
    StripePayments(account=kept, webhook_secret=lambda: "", live=False, brand="Seatwise").refund_state(
        refund_id="re_1"
    )
    assert transport.last.url.startswith("http://127.0.0.1:9999/v1/refunds/re_1?")


@pytest.mark.parametrize("odd", ["", "../customers", "re_1/../x", "re 1", "re_1?x=1", "ré_1", "x" * 256])
def test_what_cannot_be_an_id_is_refused_before_it_becomes_a_part_of_an_address(odd: str):
    with pytest.raises(Refused):
        payments(Scripted()).refund_state(refund_id=odd)


def test_a_list_is_read_to_its_end_because_the_one_we_look_for_may_be_on_the_last_page():
    first, second = intent(reference="ord_0", id="pi_9"), intent()
    transport = Scripted(listed(first, has_more=True), listed(second))
    found = payments(transport).find(reference="ord_1", customer_id="cus_1", since=NOW)
    assert found is not None
    assert "starting_after" not in transport.sent[0].query
    assert transport.sent[1].query["starting_after"] == "pi_9"


# --- what is repeated ---------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [LOST, UNREACHED, IN_USE, LOCKED, broken(), refusal(424, code="x")])
def test_what_may_pass_is_tried_again_under_the_same_key(first: Reply | NoReply):
    if isinstance(first, Reply) and first.status == 424:
        first = Reply(status=424, headers={"stripe-should-retry": "true"}, body=first.body)
    transport, pauses = Scripted(first, GOOD), Pauses()
    assert charge(transport, pauses).id == "ch_1"
    assert transport.keys == ["charge:ord_1"] * 2
    assert transport.sent[0].body == transport.sent[1].body
    assert len(pauses) == 1


def test_it_waits_longer_each_time_and_gives_up_after_two_repeats():
    transport, pauses = Scripted(broken(), broken(), broken()), Pauses()
    with pytest.raises(OutcomeUnknown):
        charge(transport, pauses)
    assert len(pauses) == 2
    assert 0.5 <= pauses[0] <= 0.75
    assert 1.0 <= pauses[1] <= 1.5


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_no_is_never_asked_again_whatever_a_header_says(status: int):
    no = Reply(status=status, headers={"stripe-should-retry": "true"}, body=b'{"error":{"code":"x"}}')
    transport, pauses = Scripted(no), Pauses()
    with pytest.raises(Unavailable):
        charge(transport, pauses)
    assert pauses == []
    transport.is_over()


@pytest.mark.parametrize("answer", [broken(stripe_should_retry="false"), refusal(409, code="lock_timeout")])
def test_stripe_may_tell_us_not_to_try_again(answer: Reply):
    answer = Reply(status=answer.status, headers={"stripe-should-retry": "false"}, body=answer.body)
    transport, pauses = Scripted(answer), Pauses()
    with pytest.raises(OutcomeUnknown if answer.status == 500 else Unavailable):
        charge(transport, pauses)
    assert pauses == []


def test_it_stays_away_as_long_as_it_is_told_to():
    busy = reply(429, {"error": {"code": "rate_limit"}}, retry_after="3")
    transport, pauses = Scripted(busy, GOOD), Pauses()
    charge(transport, pauses)
    assert pauses == [3.0]


@pytest.mark.parametrize("after", ["60", "Wed, 31 Jan 2024 10:00:00 GMT", "-1", "²"])
def test_a_wait_that_does_not_fit_is_not_begun_and_a_date_is_not_waited_for(after: str):
    busy = Reply(status=429, headers={"retry-after": after}, body=b"")
    transport, pauses = Scripted(busy, busy, busy), Pauses()
    with pytest.raises(Unavailable):
        charge(transport, pauses)
    assert len(pauses) == (0 if after == "60" else 2)


# --- what is known afterwards -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([UNREACHED] * 3, Unavailable),
        ([LOCKED] * 3, Unavailable),
        ([LOST] * 3, OutcomeUnknown),
        ([broken()] * 3, OutcomeUnknown),
        ([IN_USE] * 3, OutcomeUnknown),
        ([LOST, UNREACHED, UNREACHED], OutcomeUnknown),
        ([broken(), LOCKED, LOCKED], OutcomeUnknown),
        ([LOST, refusal(401)], OutcomeUnknown),
        ([reply(503, body=b"<html>busy</html>")] * 3, OutcomeUnknown),
        ([reply(502, body=b"")] * 3, OutcomeUnknown),
        ([reply(200, body=b"<html>hello</html>")] * 3, OutcomeUnknown),
        ([reply(200, body=b"")] * 3, OutcomeUnknown),
        ([reply(200, body=b"[]")] * 3, OutcomeUnknown),
        ([reply(200, body=b"{}")] * 3, OutcomeUnknown),
        ([reply(200, body=b'{"object": "\xff"}')] * 3, OutcomeUnknown),
        ([reply(302, body=b"", location="https://elsewhere.test")] * 3, OutcomeUnknown),
        ([refusal(429, code="rate_limit")] * 3, Unavailable),
        ([reply(429, body=b"<html>slow down</html>")] * 3, Unavailable),
        ([reply(400, body=b"<html>bad</html>")], Unavailable),
        ([reply(404, body=b'{"error": "a text"}')], Unavailable),
    ],
)
def test_a_change_that_may_have_been_made_is_unknown_and_one_that_was_not_can_be_asked_for_again(
    answers: list, outcome: type[Exception]
):
    transport = Scripted(*answers)
    with pytest.raises(outcome):
        charge(transport)
    transport.is_over()


@pytest.mark.parametrize("answer", [LOST, UNREACHED, broken(), reply(200, body=b"<html>"), IN_USE])
def test_a_read_changes_nothing_so_its_failure_leaves_nothing_unknown(answer: Reply | NoReply):
    with pytest.raises(Unavailable):
        payments(Scripted(*[answer] * 3)).find(reference="ord_1", customer_id="cus_1", since=NOW)


def test_a_failure_that_stripe_keeps_is_looked_up_because_the_key_will_answer_nothing_else():
    transport = Scripted(broken(replayed=True), listed(intent()))
    assert charge(transport).id == "ch_1"
    transport.is_over()


def test_a_failure_that_stripe_keeps_is_unknown_where_nothing_is_found():
    transport = Scripted(broken(replayed=True), listed())
    with pytest.raises(OutcomeUnknown):
        charge(transport)
    transport.is_over()


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_our_own_fault_so_somebody_is_called_and_nothing_happened(
    status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    told = example("stripe.error.401.invalid_api_key")["response"]["body"]
    with pytest.raises(Unavailable):
        payments(Scripted(reply(status, told))).refund_state(refund_id="re_1")
    assert "payments_misconfigured" in capsys.readouterr().out


# --- how long it takes --------------------------------------------------------------------------------


class Slow:
    """A neighbor that answers nothing, in the time it is given, on a clock that nobody waits for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.asked: list[float] = []
        monkeypatch.setattr(time, "monotonic", lambda: self.now)

    def send(self, *, method, url, headers, body, seconds) -> Reply:
        self.asked.append(seconds)
        self.now += seconds
        raise LOST

    def pause(self, seconds: float) -> None:
        self.now += seconds


def slowly(slow: Slow) -> None:
    kept = StripeAccount(transport=slow, secret_key=lambda: SECRET_KEY, pause=slow.pause)
    StripePayments(account=kept, webhook_secret=lambda: "", live=False, brand="Seatwise").charge(
        reference="ord_1",
        customer_id="cus_1",
        amount=PRICE,
        payment_method="pm_1",
        off_session=False,
        again=False,
        subscription_id="sub_1",
        at=NOW,
    )


def test_an_errand_ends_within_twelve_seconds_and_a_request_within_six(monkeypatch: pytest.MonkeyPatch):
    slow = Slow(monkeypatch)
    with pytest.raises(OutcomeUnknown):
        slowly(slow)
    assert slow.now - 1000 <= 12
    assert max(slow.asked) <= 6
    assert len(slow.asked) == 2


def test_an_errand_ends_with_the_function_that_it_runs_in(monkeypatch: pytest.MonkeyPatch):
    slow = Slow(monkeypatch)
    with limited_to(3), pytest.raises(OutcomeUnknown):
        slowly(slow)
    assert slow.now - 1000 <= 3


def test_nothing_is_sent_when_no_time_is_left(monkeypatch: pytest.MonkeyPatch):
    slow = Slow(monkeypatch)
    with limited_to(0.1), pytest.raises(Unavailable):
        slowly(slow)
    assert slow.asked == []


# --- what is never said -------------------------------------------------------------------------------


def test_neither_a_key_nor_a_person_is_ever_logged_or_raised(lines: list[str]):
    raised: list[str] = []
    scripts: list[list[Reply | NoReply]] = [
        [LOST] * 3,
        [broken()] * 3,
        [declined("card_declined", decline_code="lost_card")],
        [refusal(400, code="x", message=f"No such {CLIENT.email} {SECRET_KEY}")],
        [refusal(401, message=f"Invalid API Key provided: {SECRET_KEY}")],
        [reply(200, body=f"<p>{SECRET_KEY} {CLIENT.email} {CLIENT_SECRET}</p>".encode())] * 3,
    ]
    for script in scripts:
        for ask in (
            charge,
            lambda transport: payments(transport).customer(client=CLIENT, address=None),
        ):
            with pytest.raises(Exception) as caught:
                ask(Scripted(*script))
            error: BaseException | None = caught.value
            while error is not None:
                raised.append(f"{error!r} {error} {error.args}")
                error = error.__context__
    everything = "\n".join(lines + raised)
    assert "provider" in everything  # there was something to look through
    spelled = (CLIENT.email, quote(CLIENT.email), quote_plus(CLIENT.name))
    for secret in (SECRET_KEY, CLIENT_SECRET, CLIENT.name, "told to nobody", *spelled):
        assert secret not in everything


def test_a_failure_is_logged_with_what_support_asks_for(lines: list[str]):
    slow_down = reply(429, {"error": {"code": "rate_limit"}}, request_id="req_42")
    charge(Scripted(slow_down, GOOD))
    said = "\n".join(lines)
    assert "req_42" in said
    assert "charge:ord_1" in said
    assert "rate_limit" in said


def test_what_the_browser_is_given_shows_in_no_representation():
    transport = Scripted(listed(intent("requires_action")))
    found = payments(transport).authentication(reference="ord_1", customer_id="cus_1", since=NOW)
    assert found is not None
    assert found.client_secret == CLIENT_SECRET
    assert CLIENT_SECRET not in repr(found)


# --- what a cold start pays for -----------------------------------------------------------------------


def test_importing_the_adapter_does_not_load_the_library_because_few_requests_move_money():
    ask = (
        "import sys, json;"
        "from chalicelib.gateways.stripe import answers, client, intents, payments, payouts, taxes, webhooks;"
        "print(json.dumps([name for name in ('stripe', 'requests') if name in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, text=True)  # noqa: S603
    assert json.loads(found.stdout) == []


def test_the_examples_are_read_as_objects_of_stripe():
    assert shown("stripe.refunds.create")["object"] == "refund"


@pytest.mark.parametrize("name", ["usage", "headers", "base", "stripe_account"])
def test_a_field_that_the_library_would_keep_for_itself_is_noticed_before_it_is_missed(name: str):
    with account(Scripted()).errand() as errand, pytest.raises(ValueError, match=name):
        errand.post("/v1/setup_intents", key="k", **{name: "x"})
