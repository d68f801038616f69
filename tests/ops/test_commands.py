"""What the operator on call types, and what comes of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib.domain.effects import EffectState
from chalicelib.ops.account import Account
from chalicelib.ops.commands import Desk, ops
from chalicelib.ops.screen import Screen
from chalicelib.storage import keys
from chalicelib.storage.tables import Row
from chalicelib.usecases import enroll
from tests import lives
from tests.ops.deployed import Session
from tests.ops.lived import SUPPRESSED, row

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sqs(desk):
    return desk.account.client("sqs")


def last(answered):
    """The last line of what was said; in a process of its own, the metrics before it are hushed."""
    return answered.stdout.splitlines()[-1]


def put(desk, queue, body, **attributes):
    """A message in a queue of the stage."""
    sent = desk.account.client("sqs").send_message(
        QueueUrl=desk.account.resource(queue),
        MessageBody=body if isinstance(body, str) else json.dumps(body),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )
    return sent["MessageId"]


def in_queue(desk, queue):
    """The bodies of the messages that could be received from a queue now."""
    found = desk.account.client("sqs").receive_message(
        QueueUrl=desk.account.resource(queue), MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [each["Body"] for each in found.get("Messages", [])]


def stuck_id(stage):
    return f"{stage.ids[2]}.1.E1"


# --- find -------------------------------------------------------------------------------------------------


def test_a_subscription_is_shown_with_what_comes_next_what_is_stuck_and_its_papers(run, stage):
    shown = run("find", stage.ids[2]).stdout
    assert re.search(r"^  status +pending$", shown, re.MULTILINE)
    assert f"activation_deadlines at {row(*keys.subscription(stage.ids[2])).due_at}" in shown
    assert f"{stuck_id(stage)}\tE1\tstuck" in shown
    assert "1\t2024-03-11T10:05:00Z\tpurchased\tpending\tclient usr_carl" in shown
    assert stage.world.store.load(stage.ids[2]).payment.invoice_number in shown


def test_a_program_gets_the_same_as_json(run, stage):
    (sheet,) = json.loads(run("find", stage.ids[1], "--json").stdout)
    assert (sheet["kind"], sheet["id"], sheet["status"], sheet["next"]) == (
        "subscription",
        stage.ids[1],
        "canceled",
        None,
    )
    assert [paper["kind"] for paper in sheet["papers"]] == ["credit_note", "invoice"]
    assert sheet["history"][0]["event"] == "refunded"


@pytest.mark.parametrize(
    ("known_as", "kinds"),
    [
        (lambda s: lives.CLIENT.email.upper(), {"subscription": 3}),
        (lambda s: lives.CLIENT.id, {"subscription": 3}),
        (lambda s: lives.FREELANCER.email, {"freelancer": 1}),
        (lambda s: lives.FREELANCER.id, {"freelancer": 1}),
        (lambda s: s.freelancer_id, {"freelancer": 1}),
        (lambda s: s.link, {"freelancer": 1}),
        (lambda s: s.world.store.payee(s.freelancer_id).account_id, {"freelancer": 1}),
        (lambda s: "carlsworks.onmicrosoft.com", {"subscription": 1}),
        (lambda s: s.world.store.load(s.ids[0]).account.tenant_id, {"subscription": 1}),
        (lambda s: s.world.store.load(s.ids[0]).delegation.grant.relationship_id, {"subscription": 1}),
        (stuck_id, {"effect": 1}),
        (lambda s: s.world.stripe.things("dispute")[0]["id"], {"dispute": 1}),
        (lambda s: s.world.stripe.things("dispute")[0]["charge"], {"dispute": 1}),
        (lambda s: "full@client.example", {"suppression": 1}),
    ],
    ids=[
        "the client's address",
        "the client",
        "the freelancer's address",
        "the freelancer's user",
        "the freelancer",
        "the link",
        "the payout account",
        "the domain",
        "the tenant",
        "the relationship",
        "an effect",
        "a dispute",
        "a disputed charge",
        "an address that gets no mails",
    ],
)
def test_whatever_it_is_known_as_it_is_found(run, stage, known_as, kinds):
    sheets = json.loads(run("find", known_as(stage), "--json").stdout)
    found = [sheet["kind"] for sheet in sheets]
    assert {kind: found.count(kind) for kind in found} == kinds


def test_an_order_says_when_it_will_be_settled(run, stage):
    (order_id,) = {
        each["metadata"]["order_id"]
        for each in stage.world.stripe.things("payment_intent")
        if each["status"] == "requires_action"
    }
    (sheet,) = json.loads(run("find", order_id, "--json").stdout)
    assert (sheet["kind"], sheet["waits_for"]) == ("order", "the cardholder")
    assert sheet["next"] == f"unsettled at {row(*keys.order(order_id)).due_at}"


@pytest.mark.parametrize("what", ["sub_none", "frl_none", "ord_none", "nobody@example.com", "x.y.z1", "huh"])
def test_what_nobody_knows_is_said_so(run, what):
    answered = run("find", what)
    assert answered.exit_code == 1
    assert f"Nothing is known under {what}." in answered.stderr
    assert "--everywhere" in answered.stderr


def test_what_has_no_index_is_found_by_reading_everything(run, stage):
    paid = stage.world.store.load(stage.ids[1]).payment
    shown = run("find", paid.charge_id, "--everywhere").stdout
    assert f"paper\tclient#{lives.CLIENT.id}\tdocument#{paid.invoice_id}" in shown
    assert f"subscription\t{stage.ids[1]}\tsubscription" in shown
    assert run("find", "ch_none", "--everywhere").exit_code == 1


# --- dead letters -----------------------------------------------------------------------------------------


def test_dead_letters_are_listed_with_what_they_are_about_and_stay(run, desk):
    put(desk, "MailsDeadLetters", {"effect": "sub_1.4.E7", "kind": "mail", "request_id": "r"})
    put(desk, "EffectsDeadLetters", {"look_again": "payments", "reference": "dispute:dp_1"})
    put(
        desk,
        "MailEventsDeadLetters",
        {
            "detail-type": "Email Bounced",
            "source": "aws.ses",
            "detail": {"mail": {"messageId": "0100-7", "destination": ["carl@client.example"]}},
        },
    )
    put(
        desk,
        "SweepsDeadLetters",
        {"detail-type": "Scheduled Event", "resources": ["arn:aws:events:us-east-1:1:rule/hourly"]},
        ERROR_CODE="NO_PERMISSIONS",
    )
    put(desk, "SweepsDeadLetters", "not json")
    shown = run("dead-letters", "list").stdout
    abouts = [line.split("\t")[-1] for line in shown.splitlines()[1:]]
    assert abouts == [
        "sub_1.4.E7",
        "payments dispute:dp_1",
        "Email Bounced 0100-7",
        "Scheduled Event hourly",
        "cannot be read",
    ]
    assert "NO_PERMISSIONS" in shown
    assert "carl@" not in shown
    assert run("dead-letters", "list").stdout.count("sub_1.4.E7") == 1
    assert len(in_queue(desk, "SweepsDeadLetters")) == 2


def test_one_dead_letter_is_replayed_and_the_others_stay(run, desk):
    kept = put(desk, "EffectsDeadLetters", {"effect": "sub_1.1.refund"})
    wanted = put(desk, "EffectsDeadLetters", {"effect": "sub_2.1.refund"})
    answered = run("dead-letters", "replay", "effects", "--id", wanted, "--yes")
    assert answered.stdout == "1 sent\n"
    assert in_queue(desk, "EffectsQueue") == ['{"effect": "sub_2.1.refund"}']
    assert in_queue(desk, "EffectsDeadLetters") == ['{"effect": "sub_1.1.refund"}']
    assert run("dead-letters", "replay", "effects", "--id", wanted, "--yes").exit_code == 1
    assert kept in run("dead-letters", "list", "effects").stdout


def test_all_of_them_are_replayed_more_than_one_call_takes(run, desk):
    for number in range(23):
        put(desk, "MailEventsDeadLetters", {"detail": number})
    assert run("dead-letters", "replay", "mail-events", "--all", "--yes").stdout == "23 sent\n"
    assert in_queue(desk, "MailEventsDeadLetters") == []
    count = desk.account.client("sqs").get_queue_attributes(
        QueueUrl=desk.account.resource("MailEventsQueue"), AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert count["Attributes"]["ApproximateNumberOfMessages"] == "23"


def test_a_run_that_never_began_is_begun_again_and_one_that_failed_is_run_again(run, desk):
    event, function = {"detail-type": "Scheduled Event", "id": "e1"}, "arn:aws:lambda:us-east-1:1:function:f"
    put(desk, "SweepsDeadLetters", event, TARGET_ARN=function)
    put(
        desk,
        "SweepsDeadLetters",
        {
            "requestContext": {"functionArn": f"{function}:$LATEST", "condition": "RetriesExhausted"},
            "requestPayload": {**event, "id": "e2"},
        },
    )
    lost = put(desk, "SweepsDeadLetters", {**event, "id": "e3"})
    answered = run("dead-letters", "replay", "sweeps", "--all", "--yes")
    assert answered.stdout.splitlines() == [
        "2 sent",
        f"{lost} stays: it does not say which function it was for",
    ]
    assert sorted((name, kind, given["id"]) for name, kind, given in desk.account._session.invoked) == [
        (function, "Event", "e1"),
        (f"{function}:$LATEST", "Event", "e2"),
    ]
    assert len(in_queue(desk, "SweepsDeadLetters")) == 1


@pytest.mark.parametrize("words", [[], ["--all", "--id", "x"]])
def test_which_dead_letters_has_to_be_said(run, words):
    assert run("dead-letters", "replay", "mails", *words, "--yes").exit_code == 2


# --- effects, mails, sweeps -------------------------------------------------------------------------------


def test_what_is_stuck_is_listed_and_tried_again(run, desk, stage):
    assert f"{stuck_id(stage)}\tE1\tstuck\t1\t" in run("effects", "stuck").stdout
    assert stuck_id(stage) not in run("effects", "stuck", "--kind", "refund").stdout
    answered = run("effects", "retry", stuck_id(stage), "--yes")
    assert last(answered) == f"{stuck_id(stage)} is tried again"
    effect = stage.world.store.effect(stuck_id(stage))
    assert (effect.state, effect.attempts) == (EffectState.OPEN, 0)
    (nudge,) = in_queue(desk, "MailsQueue")
    assert json.loads(nudge)["effect"] == stuck_id(stage)
    assert json.loads(nudge)["request_id"].startswith("ops_")


def test_all_that_are_stuck_are_tried_again_of_a_kind_or_of_all(run, stage):
    assert run("effects", "retry", "--all", "--kind", "refund").stdout == "Nothing is stuck.\n"
    assert run("effects", "retry", "--all", "--yes").exit_code == 0
    assert run("effects", "retry", "--all").stdout == "Nothing is stuck.\n"
    assert stage.world.store.effect(stuck_id(stage)).state is EffectState.OPEN


def test_what_is_not_stuck_is_not_tried_again(run, stage):
    answered = run("effects", "retry", f"{stage.ids[0]}.1.E1", "--yes")
    assert (answered.exit_code, answered.stderr) == (1, "Error: There is no such stuck effect. (not_found)\n")


@pytest.mark.parametrize("words", [[], ["x", "--all"], ["x", "--kind", "mail"]])
def test_which_effects_has_to_be_said(run, words):
    assert run("effects", "retry", *words, "--yes").exit_code == 2


def test_a_mail_is_sent_again(run, desk, stage):
    answered = run("mail", "resend", stage.ids[0], "E4", "--yes")
    (nudge,) = in_queue(desk, "MailsQueue")
    again = json.loads(nudge)["effect"]
    assert last(answered) == f"{again} is on its way"
    assert stage.world.store.effect(again).data["template"] == "E4"


def test_a_mail_that_was_never_sent_is_not_sent_again(run, stage):
    assert run("mail", "resend", stage.ids[2], "E12", "--yes").stderr.endswith("(not_found)\n")


def test_who_gets_no_mails_is_listed_and_let_off(run, stage):
    assert f"{SUPPRESSED}\tfull@client.example\tbounce\tGeneral" in run("suppressions", "list").stdout
    assert SUPPRESSED in run("suppressions", "list", "--email", "full@client.example").stdout
    assert last(run("suppressions", "lift", SUPPRESSED, "--yes")) == "Lifted"
    assert stage.world.store.suppression(SUPPRESSED) is None
    assert run("suppressions", "lift", SUPPRESSED, "--yes").exit_code == 1


def test_a_sweep_is_run_by_its_function_with_what_its_schedule_would_give_it(run, desk):
    answered = run("sweep", "term_ends", "--yes")
    ((function, kind, event),) = desk.account._session.invoked
    assert function == desk.account.resource("SweepTermEnds")
    assert kind == "Event"
    assert set(event) >= {
        "version", "account", "region", "detail", "detail-type", "source", "time", "id", "resources"
    }  # fmt: skip
    assert event["id"] in answered.stdout


def unlisted(stage):
    """The freelancer, as a release before 0.3 wrote them: on no list."""
    frida = stage.world.store.freelancer_of(lives.FREELANCER.id)
    row(*keys.freelancer(frida.id)).update(actions=[Row.status.remove()])
    assert stage.world.store.in_state(frida.state, limit=10, after=None).items == []
    return frida


def test_freelancers_whom_an_older_release_wrote_are_listed_once_it_is_asked_for(run, stage):
    frida = unlisted(stage)
    assert f"freelancer_found\t{frida.id}\t`status` is missing" in run("audit").stdout
    refused = run("freelancers", "list-again", answer="n\n")
    assert (refused.exit_code, "[y/N]" in refused.stderr) == (1, True)
    assert stage.world.store.in_state(frida.state, limit=10, after=None).items == []
    assert last(run("freelancers", "list-again", "--yes")) == "1 freelancers listed"
    assert stage.world.store.in_state(frida.state, limit=10, after=None).items == [frida]
    assert run("audit").exit_code == 0
    assert last(run("freelancers", "list-again")) == "Every freelancer is listed."


def test_whoever_moves_meanwhile_stays_on_the_list_of_where_they_went(run, stage):
    frida = unlisted(stage)
    enroll.leave(stage.world, caller=lives.FREELANCER, once=None, at=stage.now(), request_id="r")
    stage.world.store.list_by_state(frida)
    assert stage.world.store.in_state(frida.state, limit=10, after=None).items == []
    assert run("audit").exit_code == 0


# --- asking -----------------------------------------------------------------------------------------------

CHANGES = [
    ("dead-letters", "replay", "mails", "--all"),
    ("effects", "retry", "--all"),
    ("mail", "resend", "SUB", "E4"),
    ("suppressions", "lift", SUPPRESSED),
    ("sweep", "term_ends"),
    ("backup-drill",),
]


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: " ".join(words[:2]))
def test_whatever_changes_something_asks_first_and_takes_no_for_an_answer(run, desk, stage, words):
    put(desk, "MailsDeadLetters", {"effect": "sub_1.1.E1"})
    answered = run(*(stage.ids[0] if word == "SUB" else word for word in words), answer="n\n")
    assert answered.exit_code == 1
    assert "[y/N]" in answered.stderr
    assert desk.account._session.invoked == []
    assert in_queue(desk, "MailsQueue") == []
    assert len(in_queue(desk, "MailsDeadLetters")) == 1
    assert stage.world.store.suppression(SUPPRESSED) is not None
    assert stage.world.store.effect(stuck_id(stage)).state is EffectState.STUCK


def test_yes_is_taken_for_an_answer(run, stage):
    assert run("effects", "retry", "--all", answer="y\n").exit_code == 0


# --- audit ------------------------------------------------------------------------------------------------


def test_when_all_is_well_the_audit_says_so_and_nothing_else(run):
    answered = run("audit")
    assert (answered.exit_code, answered.stdout) == (0, "")
    assert answered.stderr.endswith(" rows, 0 findings\n")


def test_when_something_is_not_the_exit_code_says_so_too(run, stage):
    row(*keys.history(stage.ids[0], 2)).delete()
    answered = run("audit", "--segments", "1")
    assert answered.exit_code == 1
    assert f"subscription_history\t{stage.ids[0]}\t" in answered.stdout
    (told,) = json.loads(run("audit", "--json").stdout)
    assert (told["invariant"], told["about"]) == ("subscription_history", stage.ids[0])


# --- what is lacking --------------------------------------------------------------------------------------


def sentence(stage_name, session):
    desk = Desk(account=Account(stage=stage_name, session=session), screen=Screen())
    answered = CliRunner().invoke(ops, ["--stage", stage_name, "find", "sub_1"], obj=desk)
    assert answered.exit_code == 2
    assert answered.stdout == ""
    return answered.stderr


def test_a_stage_that_is_not_there_is_said_so(stage):
    assert sentence("nowhere", Session()) == (
        "Error: There is no stack seatwise-nowhere in this account and region.\n"
    )


def test_a_stack_of_another_release_is_said_so(desk):
    del desk.account.resources["APIHandler"]
    answered = CliRunner().invoke(ops, ["--stage", desk.account.stage, "find", "sub_1"], obj=desk)
    assert answered.exit_code == 2
    assert "has no APIHandler: was it deployed by another release?" in answered.stderr


def outside(*words, **environment):
    """The program as it is started, without an account to go with."""
    return subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-m", "chalicelib.ops", *words],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": "/nonexistent",
            "AWS_EC2_METADATA_DISABLED": "true",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_program_explains_itself():
    told = outside("--help")
    assert (told.returncode, told.stderr) == (0, "")
    for verb in ops.commands:
        assert f"  {verb} " in told.stdout


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "No AWS region is given"),
        ({"AWS_REGION": "us-east-1"}, "There are no AWS credentials"),
        ({"AWS_REGION": "us-east-1", "AWS_PROFILE": "nobody"}, "profile (nobody) could not be found"),
        (
            {
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "x",
                "AWS_SECRET_ACCESS_KEY": "x",
                "AWS_MAX_ATTEMPTS": "1",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            },
            "AWS cannot be reached from here",
        ),
    ],
    ids=["a region", "credentials", "a profile", "a network"],
)
def test_what_is_lacking_is_said_in_one_sentence(environment, says):
    told = outside("--stage", "dev", "effects", "stuck", **environment)
    assert (told.returncode, told.stdout) == (2, "")
    assert says in told.stderr
    assert len(told.stderr.splitlines()) == 1
