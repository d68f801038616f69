from __future__ import annotations

import pytest

from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable


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
