from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app import app
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from sandbox.exchange import Request
from sandbox.routes import SandboxRoutes
from sandbox.runtime import Runtime
from tests.api.people import Cast


def send(world, to="a@b.example", template="E1"):
    return world.mail.send(
        effect_id=f"sub_1.1.{template}",
        template=template,
        locale="fr",
        to=to,
        subject="Bonjour",
        text="texte",
        html="<p>texte</p>",
    )


def test_a_mail_goes_through_SES_and_is_kept(world):
    assert send(world)
    (letter,) = world.mail.letters()
    assert letter.shown() == {
        "id": "mail_000001",
        "template": "E1",
        "to": "a@b.example",
        "subject": "Bonjour",
        "text": "texte",
        "html": "<p>texte</p>",
        "sent_at": "2024-01-31T10:00:00Z",
        "locale": "fr",
    }


def test_mails_can_be_looked_for(world):
    send(world, "a@b.example", "E1")
    send(world, "c@b.example", "E1")
    send(world, "a@b.example", "E2")
    assert [letter.template for letter in world.mail.letters(to="A@b.example")] == ["E1", "E2"]
    assert [letter.to for letter in world.mail.letters(template="E1")] == ["a@b.example", "c@b.example"]


def test_a_mail_can_fail_before_and_after_it_is_sent(world):
    world.mail.faults.plan("send", "error")
    world.mail.faults.plan("send", "timeout")
    with pytest.raises(Unavailable):
        send(world)
    assert world.mail.letters() == []
    with pytest.raises(OutcomeUnknown):
        send(world)
    assert len(world.mail.letters()) == 1


def asked(world, body):
    """What the route of the mailbox answers; everything that follows has happened."""
    runtime = Runtime(world=world, app=app)
    sent = Request(
        method="POST", target="/sandbox/mailbox/events", headers={}, body=json.dumps(body).encode()
    )
    answer = SandboxRoutes(world=world, runtime=runtime).answer(sent, request_id="test")
    assert answer is not None
    assert runtime.troubles == []
    return answer.status, json.loads(answer.body)


@pytest.fixture
def sold(world):
    """A purchase whose mails have gone out."""
    sub = Cast(world).bought()
    Runtime(world=world, app=app).settle()
    return sub


@pytest.mark.parametrize(("event", "reasons"), [("bounce", ["bounce"]), ("complaint", ["complaint"])])
def test_what_happens_to_a_mail_comes_back_through_its_queue(world, sold, event, reasons):
    answered = asked(world, {"to": "Carl@client.example", "event": event})
    assert answered == (200, {"id": "mail_000001", "template": "E1", "event": event})
    found = world.store.suppressions(limit=10, after=None).items
    assert [(each.reason.value, each.subscription_id) for each in found] == [
        (reason, sold["id"]) for reason in reasons
    ]


@pytest.mark.parametrize(("event", "stuck"), [("delivery", 0), ("soft_bounce", 0), ("reject", 1)])
def test_what_suppresses_nobody_can_be_tried_too(world, sold, event, stuck):
    assert asked(world, {"to": "carl@client.example", "event": event})[0] == 200
    assert world.store.suppressions(limit=10, after=None).items == []
    assert len(world.store.stuck(limit=10, after=None).items) == stuck


def test_nothing_happens_to_a_mail_that_nobody_got(world):
    status, problem = asked(world, {"to": "nobody@client.example", "event": "bounce"})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/to")


def test_a_mail_whose_answer_was_lost_is_sent_once(world):
    world.mail.faults.plan("send", "timeout")
    Cast(world).bought()
    runtime = Runtime(world=world, app=app)
    runtime.settle()
    runtime.advance(world.now() + timedelta(hours=2))
    assert [letter.template for letter in world.mail.letters()] == ["E1"]
