"""Waking the workers through SQS: a nudge that is lost stops nobody, a neighbor's word that is lost does."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib.gateways.queue import SqsQueue
from chalicelib.gateways.trouble import Unavailable
from sandbox.world import make_world
from tests import lives

DENIED = ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessageBatch")
AWAY = ConnectTimeoutError(endpoint_url="https://sqs.us-east-1.amazonaws.com")


class Sqs:
    """Takes nothing, in one way or the other."""

    def __init__(self, trouble=None, *, failed=0):
        self._trouble, self._failed = trouble, failed

    def send_message_batch(self, **_):
        if self._trouble:
            raise self._trouble
        return {"Successful": [], "Failed": [{"Id": str(n)} for n in range(self._failed)]}


def queue(sqs):
    return SqsQueue(client=sqs, mails_url="mails", effects_url="effects")


@pytest.fixture(params=[Sqs(DENIED), Sqs(AWAY), Sqs(failed=1)], ids=["denied", "away", "not taken"])
def sqs(request):
    return request.param


def test_a_nudge_that_is_lost_is_counted_and_stops_nobody(sqs, capsys):
    queue(sqs).nudge_mails(["sub_1.1.E1"], request_id="req-1")
    assert '"nudge_lost":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_what_a_neighbor_says_is_not_lost_without_a_word(sqs):
    with pytest.raises(Unavailable):
        queue(sqs).look_again(neighbor="payments", reference="pi_1", request_id="req-1")


def test_a_purchase_succeeds_while_the_queue_is_away_and_the_outbox_makes_up_for_it():
    stage = lives.enrolled(lives.empty())
    working = stage.world.queue
    stage.world.__dict__["queue"] = queue(Sqs(AWAY))
    sub = lives.buy(stage, key="away")
    assert stage.world.store.load(sub.id).status == "pending"
    stage.world.__dict__["queue"] = working
    effect = stage.world.store.mail_of(sub.id, "E1")
    assert effect.state == "open"


def test_what_sqs_takes_is_not_counted_as_lost(capsys):
    world = make_world(environment={})
    world.queue.nudge_mails(["sub_1.1.E1"] * 12, request_id="req-1")
    assert "nudge_lost" not in capsys.readouterr().out
