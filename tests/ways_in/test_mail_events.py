"""What SES says of mails comes late, twice, in any order or not at all, and never harms."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import random
from datetime import timedelta
from types import SimpleNamespace

import pytest

from chalicelib import workers
from chalicelib.domain.effects import EffectState
from chalicelib.domain.mailing import Posted
from chalicelib.observability import SERVICE, log
from chalicelib.rulebook import MAIL_SETTLES_WITHIN
from chalicelib.storage.transaction import Stale
from chalicelib.usecases import stuck, suppressions
from chalicelib.usecases.carry_out import carry_out
from tests import lives

FATES = ("delivery", "bounce", "soft_bounce", "complaint", "reject")


@pytest.fixture
def canceled(stage):
    """A cancellation whose mail waits; whatever SES has said before is heard."""
    stage.subscription_id = stage.ids[0]
    lives.cancel_now(stage)
    stage.world.queue.take()
    heard(stage)
    return stage


def mail_of(stage):
    return f"{stage.subscription_id}.2.E7"


def deliver(stage):
    carry_out(stage.world, effect_id=mail_of(stage), at=stage.now(), request_id=lives.REQUEST)
    sent = [letter for letter in stage.world.mail.letters() if letter.effect_id == mail_of(stage)]
    return sent[-1] if sent else None


def tell(stage, *events):
    """SES's events come as one batch; the answer names what returns to the queue."""
    records = [
        {"messageId": f"m{number}", "body": each if isinstance(each, str) else json.dumps(each)}
        for number, each in enumerate(events)
    ]
    answer = workers.work_mail_events({"Records": records}, None)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def heard(stage):
    assert tell(stage, *stage.world.mail.take_events()) == []


def happens(stage, letter, fate):
    """What SES says of it, not heard yet; whatever it has said before is lost."""
    stage.world.mail.happens(letter, fate)
    return stage.world.mail.take_events()[-1:]


def effect(stage):
    return stage.world.store.effect(mail_of(stage))


def suppressed(stage):
    found = suppressions.list_suppressed(stage.world, email=None, limit=10, after=None).items
    return [(each.email, each.reason, each.detail) for each in found]


# --- a mail whose outcome is unknown --------------------------------------------------------------------


def test_a_mail_whose_answer_was_lost_is_settled_and_not_sent_again(canceled):
    canceled.world.mail.faults.plan("send", "timeout")
    deliver(canceled)
    assert effect(canceled).state is EffectState.OPEN
    heard(canceled)
    assert effect(canceled).state is EffectState.DONE
    assert Posted.of(effect(canceled)).message_id is not None
    lives.recover(canceled, minutes=60)
    assert len([each for each in canceled.world.mail.letters() if each.template == "E7"]) == 1


def test_a_mail_whose_outcome_is_unknown_is_not_repeated_before_word_has_had_its_time(canceled):
    canceled.world.mail.faults.plan("send", "timeout")
    deliver(canceled)
    canceled.forward(MAIL_SETTLES_WITHIN - timedelta(seconds=1))
    deliver(canceled)  # a message that came twice
    lives.sweep_all(canceled.world)
    assert len([each for each in canceled.world.mail.letters() if each.template == "E7"]) == 1
    canceled.forward(timedelta(seconds=1))
    lives.sweep_all(canceled.world)
    assert len([each for each in canceled.world.mail.letters() if each.template == "E7"]) == 2


def test_a_clear_no_is_tried_again_at_once(canceled):
    canceled.world.mail.faults.plan("send", "error")
    deliver(canceled)
    canceled.forward(timedelta(minutes=1))
    assert deliver(canceled) is not None


@pytest.mark.parametrize("fate", ["delivery", "bounce", "soft_bounce", "complaint"])
def test_whatever_can_only_happen_to_a_mail_that_was_sent_settles_it_too(canceled, fate):
    canceled.world.mail.faults.plan("send", "timeout")
    letter = deliver(canceled)
    canceled.world.mail.take_events()  # that it was sent is lost
    assert tell(canceled, *happens(canceled, letter, fate)) == []
    assert effect(canceled).state is EffectState.DONE


def test_a_mail_that_was_given_up_leaves_the_list_when_it_is_known_to_have_gone_out(canceled):
    canceled.world.mail.faults.plan("send", "timeout", count=20)
    for _ in range(20):
        deliver(canceled)
        canceled.forward(timedelta(hours=5))
    store = canceled.world.store
    assert [each.id for each in store.stuck(limit=10, after=None).items] == [mail_of(canceled)]
    heard(canceled)
    assert store.stuck(limit=10, after=None).items == []
    assert effect(canceled).state is EffectState.DONE


def test_ses_may_be_faster_than_our_own_note(canceled):
    claimed = canceled.world.store.claim(mail_of(canceled), at=canceled.now())
    canceled.world.mail.send(
        effect_id=claimed.id,
        template="E7",
        locale="en",
        to=claimed.data["to"],
        subject="Canceled",
        text="It is over.",
        html="<p>It is over.</p>",
    )
    heard(canceled)
    canceled.world.store.posted(claimed, Posted(message_id="note", sent_at=canceled.now()))
    assert effect(canceled).state is EffectState.DONE
    assert Posted.of(effect(canceled)).message_id != "note"


# --- a mail that was taken and not sent -----------------------------------------------------------------


@pytest.mark.parametrize("order", [("sent", "reject"), ("reject", "sent")])
@pytest.mark.parametrize("noted", [True, False], ids=["after our note", "before our note"])
def test_a_mail_that_ses_has_not_sent_is_put_before_an_operator_whatever_is_heard_first(
    canceled, order, noted
):
    if not noted:
        canceled.world.mail.faults.plan("send", "timeout")
    letter = deliver(canceled)
    (sent,) = canceled.world.mail.take_events()
    (reject,) = happens(canceled, letter, "reject")
    for each in order:
        assert tell(canceled, {"sent": sent, "reject": reject}[each]) == []
    (found,) = canceled.world.store.stuck(limit=10, after=None).items
    assert (found.id, found.last_error) == (mail_of(canceled), "mail: rejected")
    lives.recover(canceled, minutes=60)
    assert effect(canceled).state is EffectState.STUCK


def test_what_was_rejected_is_tried_again_when_an_operator_says_so_and_not_taken_back_by_old_news(canceled):
    letter = deliver(canceled)
    news = [*canceled.world.mail.take_events(), *happens(canceled, letter, "reject")]
    assert tell(canceled, *news) == []
    stuck.retry(
        canceled.world, effect_id=mail_of(canceled), once=None, at=canceled.now(), request_id=lives.REQUEST
    )
    assert tell(canceled, *news) == []
    assert effect(canceled).state is EffectState.OPEN
    assert deliver(canceled) is not letter
    assert tell(canceled, *news, *canceled.world.mail.take_events()) == []
    assert effect(canceled).state is EffectState.DONE
    assert canceled.world.store.stuck(limit=10, after=None).items == []


def test_of_a_mail_that_went_out_twice_the_first_may_be_rejected(canceled):
    """Its reader has the second."""
    canceled.world.mail.faults.plan("send", "timeout")
    first = deliver(canceled)
    canceled.world.mail.take_events()
    canceled.forward(MAIL_SETTLES_WITHIN)
    assert deliver(canceled) is not first
    assert tell(canceled, *happens(canceled, first, "reject")) == []
    assert effect(canceled).state is EffectState.DONE


def test_of_two_who_hear_of_the_same_mail_at_once_neither_forgets_what_the_other_has_noted(canceled):
    letter = deliver(canceled)
    tell(canceled, *happens(canceled, letter, "reject"))
    loaded = effect(canceled)
    for number, message_id in enumerate(("m-1", "m-2")):
        posted = Posted(not_sent=(letter.message_id, message_id))
        expected = pytest.raises(Stale) if number else contextlib.nullcontext()
        with expected:
            canceled.world.store.give_mail_up(loaded, posted, error="mail: rejected")
    assert Posted.of(effect(canceled)).not_sent == (letter.message_id, "m-1")


# --- an address that gets no more -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fate", "reason", "word"), [("bounce", "bounce", "General"), ("complaint", "complaint", "abuse")]
)
def test_a_hard_bounce_and_a_complaint_suppress_the_address(canceled, fate, reason, word):
    assert tell(canceled, *happens(canceled, deliver(canceled), fate)) == []
    (found,) = suppressions.list_suppressed(canceled.world, email=None, limit=10, after=None).items
    assert (found.email, found.reason, found.detail) == (lives.CLIENT.email, reason, word)
    assert (found.template, found.subscription_id) == ("E7", canceled.subscription_id)


@pytest.mark.parametrize("fate", ["delivery", "soft_bounce", "reject"])
def test_nothing_else_suppresses_it(canceled, fate):
    assert tell(canceled, *happens(canceled, deliver(canceled), fate)) == []
    assert suppressed(canceled) == []


def test_a_suppressed_address_holds_its_mails_back_and_nothing_else(canceled):
    tell(canceled, *happens(canceled, deliver(canceled), "bounce"))
    before = len(canceled.world.mail.letters(to=lives.CLIENT.email))
    canceled.subscription_id = canceled.ids[1]
    lives.cancel_now(canceled, key="second")
    lives.drain(canceled.world)
    assert len(canceled.world.mail.letters(to=lives.CLIENT.email)) == before
    assert canceled.world.store.load(canceled.subscription_id).status == "canceled"
    assert effect(canceled).state is EffectState.DONE
    assert Posted.of(effect(canceled)).suppression_id is not None
    assert canceled.world.store.stuck(limit=10, after=None).items == []
    assert len(canceled.world.stripe.refunds()) == 1


def test_an_address_that_was_lifted_gets_its_mails_again(canceled):
    tell(canceled, *happens(canceled, deliver(canceled), "bounce"))
    lift(canceled)
    canceled.subscription_id = canceled.ids[1]
    lives.cancel_now(canceled, key="second")
    lives.drain(canceled.world)
    assert [letter.template for letter in canceled.world.mail.letters(to=lives.CLIENT.email)][-1] == "E7"


def lift(stage):
    (found,) = suppressions.list_suppressed(stage.world, email=None, limit=10, after=None).items
    suppressions.lift(stage.world, suppression_id=found.id, by=lives.OPERATOR.id, at=stage.now())


def test_a_bounce_of_before_the_lift_does_not_bring_the_suppression_back_but_a_new_one_does(canceled):
    old = happens(canceled, deliver(canceled), "bounce")
    tell(canceled, *old)
    canceled.forward(timedelta(days=1))
    lift(canceled)
    assert tell(canceled, *old) == []
    assert suppressed(canceled) == []
    canceled.forward(timedelta(days=1))
    canceled.subscription_id = canceled.ids[1]
    lives.cancel_now(canceled, key="second")
    tell(canceled, *happens(canceled, deliver(canceled), "complaint"))
    assert suppressed(canceled) == [(lives.CLIENT.email, "complaint", "abuse")]


def test_a_mail_to_a_freelancer_may_bounce_as_well(canceled):
    letter = canceled.world.mail.letters(template="E15")[0]
    assert tell(canceled, *happens(canceled, letter, "bounce")) == []
    (found,) = suppressions.list_suppressed(
        canceled.world, email=lives.FREELANCER.email.upper(), limit=1, after=None
    ).items
    assert found.subscription_id is None


# --- messages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_in_any_order_and_any_number_the_end_is_the_same(canceled, seed):
    chance = random.Random(seed)
    letter = deliver(canceled)
    events = canceled.world.mail.take_events()
    for fate in ("delivery", "soft_bounce", "bounce", "complaint"):
        events += happens(canceled, letter, fate)
    for event in chance.choices(events, k=20) + events:
        assert tell(canceled, event) == []
    assert effect(canceled).state is EffectState.DONE
    assert [email for email, *_ in suppressed(canceled)] == [lives.CLIENT.email]


def test_only_what_cannot_be_read_returns_to_the_queue(canceled):
    canceled.world.mail.faults.plan("send", "timeout")
    deliver(canceled)
    (sent,) = canceled.world.mail.take_events()
    opened = {**sent, "detail": {**sent["detail"], "eventType": "Open"}}
    assert tell(canceled, "{", "[]", opened, {"detail": {}}, sent) == ["m0", "m1", "m3"]
    assert effect(canceled).state is EffectState.DONE


def test_what_is_said_of_a_mail_that_is_not_ours_is_dropped(canceled):
    letter = deliver(canceled)
    (bounce,) = happens(canceled, letter, "bounce")
    foreign = []
    for tags in ({}, {"effect": ["sub-2E9-2EE9"]}, {"effect": [f"{canceled.subscription_id}-2E2-2Erefund"]}):
        mail = {**bounce["detail"]["mail"], "tags": tags}
        foreign.append({**bounce, "detail": {**bounce["detail"], "mail": mail}})
    assert tell(canceled, *foreign) == []
    assert suppressed(canceled) == []


def test_what_there_is_no_time_for_comes_back(canceled):
    deliver(canceled)
    short = workers.STOP_BEFORE_END_MS["mail-events"] - 1
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: short)
    body = json.dumps(canceled.world.mail.take_events()[0])
    answer = workers.work_mail_events({"Records": [{"messageId": "m0", "body": body}]}, context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_no_address_is_in_the_log_of_what_happened_to_it(canceled):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(log.registered_formatter)
    logger = logging.getLogger(SERVICE)
    logger.addHandler(handler)
    letter = deliver(canceled)
    try:
        for fate in FATES:
            (event,) = happens(canceled, letter, fate)
            tell(canceled, event, {**event, "detail": {**event["detail"], "mail": letter.to}})
        lift(canceled)
    finally:
        logger.removeHandler(handler)
    said = [json.loads(line)["message"] for line in written.getvalue().splitlines()]
    assert {"address suppressed", "suppression lifted", "effect stuck", "message failed"} <= set(said)
    assert lives.CLIENT.email not in written.getvalue()
