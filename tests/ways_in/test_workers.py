"""A message is one effect: only one that fails returns to its queue, the others are done."""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace

import pytest

from chalicelib import workers
from chalicelib.observability import SERVICE, log
from tests import lives


def _event(*messages):
    return {
        "Records": [
            {"messageId": f"m{number}", "body": json.dumps(message), "receiptHandle": f"r{number}"}
            for number, message in enumerate(messages)
        ]
    }


def _mail(effect_id):
    return {"effect": effect_id, "kind": "mail", "request_id": "req-7"}


@pytest.fixture
def canceled(stage):
    """A cancellation whose effects wait: a refund and a mail."""
    stage.subscription_id = stage.ids[0]
    lives.cancel_now(stage)
    stage.world.queue.take()
    return stage


def test_mails_are_delivered(canceled):
    answer = workers.work_mails(_event(_mail(f"{canceled.subscription_id}.2.E7")), None)
    assert answer == {"batchItemFailures": []}
    assert "E7" in [letter.template for letter in canceled.world.mail.letters(to=lives.CLIENT.email)]


def test_only_the_message_that_failed_returns(canceled):
    sub = canceled.subscription_id
    answer = workers.work_mails(_event({"nonsense": 1}, _mail(f"{sub}.2.E7"), _mail("unknown.1.E1")), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "E7" in [letter.template for letter in canceled.world.mail.letters(to=lives.CLIENT.email)]


def test_one_that_cannot_be_read_does_not_take_the_others_back_with_it(canceled):
    event = _event(_mail(f"{canceled.subscription_id}.2.E7"))
    for number, body in enumerate(("{", "[]", "null")):
        event["Records"].append({"messageId": f"bad{number}", "body": body, "receiptHandle": "r"})
    for function in (workers.work_effects, workers.work_mails):
        returned = {each["itemIdentifier"] for each in function(event, None)["batchItemFailures"]}
        assert returned == {"bad0", "bad1", "bad2"}
        lives.drain(canceled.world)
    sent = [letter for letter in canceled.world.mail.letters() if letter.template == "E7"]
    assert len(sent) == 1


def test_what_there_is_no_time_for_comes_back_untouched(canceled):
    short = workers.STOP_BEFORE_END_MS["mails"] - 1
    left = iter((60_000, 60_000, short))  # asked before each message, and by what is done for it
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: next(left))
    sub = canceled.subscription_id
    answer = workers.work_mails(_event(_mail(f"{sub}.2.E7"), _mail(f"{sub}.1.E1")), context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert len([letter for letter in canceled.world.mail.letters() if letter.template == "E7"]) == 1


def test_a_message_that_comes_twice_is_done_once(canceled):
    message = _mail(f"{canceled.subscription_id}.2.E7")
    for _ in range(2):
        assert workers.work_mails(_event(message, message), None) == {"batchItemFailures": []}
    lives.drain(canceled.world)
    sent = [letter for letter in canceled.world.mail.letters() if letter.template == "E7"]
    assert len(sent) == 1


def test_a_passing_trouble_of_a_neighbor_does_not_return_the_message(canceled):
    canceled.world.neighbors.faults["payments"].plan("storm", path="refunds", count=3)
    effect = f"{canceled.subscription_id}.2.refund"
    answer = workers.work_effects(_event({"effect": effect, "kind": "refund", "request_id": "r"}), None)
    assert answer == {"batchItemFailures": []}
    assert canceled.world.stripe.refunds() == []
    lives.recover(canceled)
    assert len(canceled.world.stripe.refunds()) == 1


def test_mails_among_effects_are_passed_on_to_their_own_queue(canceled):
    sub = canceled.subscription_id
    refund = {"effect": f"{sub}.2.refund", "kind": "refund", "request_id": "r"}
    assert workers.work_effects(_event(refund, _mail(f"{sub}.2.E7")), None) == {"batchItemFailures": []}
    assert canceled.world.queue.take() == [f"{sub}.2.E7"]
    assert len(canceled.world.stripe.refunds()) == 1


def test_the_request_id_of_the_cause_is_in_the_log_of_its_effect(canceled):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(log.registered_formatter)
    logger = logging.getLogger(SERVICE)
    logger.addHandler(handler)
    canceled.world.neighbors.faults["payments"].plan("storm", path="refunds", count=3)
    try:
        refund = {
            "effect": f"{canceled.subscription_id}.2.refund",
            "kind": "refund",
            "request_id": "req-7",
        }
        workers.work_effects(_event(refund), None)
    finally:
        logger.removeHandler(handler)
    line = json.loads(written.getvalue().splitlines()[-1])
    assert (line["message"], line["request_id"]) == ("effect put off", "req-7")
    assert lives.CLIENT.email not in written.getvalue()
