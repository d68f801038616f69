"""Every function works as Lambda runs it: in AWS's runtime client, from the unpacked package alone."""

from __future__ import annotations

import json

import pytest

from bench.cold_start import letter
from bench.first_events import TICK, batch, get, mail_event
from bench.lambda_runtime import Function, FunctionFailed
from bench.loopback import Loopback
from chalicelib.domain.timetable import TIMETABLE
from chalicelib.domain.waking import Sweep
from chalicelib.gateways.mail import tag_of
from tests.infra.deployed import plain

SWEEPS = {f"sweep_{sweep}" for sweep in TIMETABLE}
FUNCTIONS = ["api_handler", "work_mails", "work_effects", "work_mail_events", *sorted(SWEEPS)]
FIRST_EVENTS = {
    "api_handler": get("/v1/plans", country="US"),
    "work_mails": batch(
        {"effect": "over.000001.E1", "kind": "mail"},
        {"effect": "forbidden.000001.E1", "kind": "mail"},
        {"effect": "sub_1.000001.E1", "kind": "mail"},
    ),
    "work_effects": batch(
        {"effect": "sub_1.000002.E7", "kind": "mail"},
        {"effect": "over.000002.refund", "kind": "refund"},
        {"effect": "forbidden.000002.align", "kind": "align"},
        {"effect": "sub_1.ch_1.stray", "kind": "stray"},
    ),
    "work_mail_events": batch(mail_event(tag_of("sub_1.000001.E1")), {"detail-type": "something else"}),
    **dict.fromkeys(SWEEPS, TICK),
}

LETTERS = {"jinja2", "babel"}
PAPERS = {"fpdf", "fontTools", "PIL", "chalicelib.documents"}
TOKENS = {"jwt", "cryptography"}
MONEY = {"stripe", "chalicelib.gateways.stripe"}
MICROSOFT = {"chalicelib.gateways.partner_center"}
HTTP = {"app", "chalicelib.api"}
# Whose work is done by others: nobody ever loads them.
NEEDLESS = {"boto3", "requests", "aws_xray_sdk"}

# What no function has loaded, neither before its first event nor for it.
NEVER = {
    "api_handler": LETTERS | PAPERS | TOKENS | MONEY | MICROSOFT,
    "work_mails": PAPERS | TOKENS | MONEY | MICROSOFT | HTTP,
    "work_effects": LETTERS | PAPERS | TOKENS | MICROSOFT | HTTP,
    **dict.fromkeys(SWEEPS | {"work_mail_events"}, LETTERS | PAPERS | TOKENS | MONEY | MICROSOFT | HTTP),
}
# And what they have: or else nobody would notice that the list of what is loaded is empty.
LOADED = {"api_handler": HTTP, "work_mails": LETTERS, "work_effects": MONEY}
EVERYBODY_S = LETTERS | PAPERS | TOKENS | MONEY | MICROSOFT | NEEDLESS


@pytest.fixture(scope="module")
def run(stages, package, image):
    """Starts functions in the environment that production gives them, with the neighbors close by."""
    deployed = stages["prod"]

    def start(name, neighbors):
        resource = deployed.function(name)
        told = {**deployed.environment(resource), "CLOCK": "system"}  # the only one that production has
        return Function(
            deployed[resource]["Handler"],
            package=package,
            image=image,
            environment={key: plain(value) for key, value in told.items()} | neighbors.environment,
            imports_told=True,
        )

    return start


@pytest.fixture
def neighbors():
    """AWS and Stripe."""
    with Loopback(facts=letter()) as listening:
        yield listening


def among(modules, families):
    """The modules that belong to one of the families."""
    return {each for each in modules if any(each == name or each.startswith(f"{name}.") for name in families)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_starts_and_answers_and_loads_only_what_its_first_event_needs(run, neighbors, name):
    with run(name, neighbors) as function:
        function.wait()
        at_the_start = function.imported()
        function.invoke(FIRST_EVENTS[name])
        loaded = function.imported()
    assert {"chalicelib", "botocore", *LOADED.get(name, ())} <= loaded
    assert not among(at_the_start, EVERYBODY_S)
    assert not among(loaded, NEVER[name] | NEEDLESS)


@pytest.mark.parametrize("sweep", sorted(SWEEPS))
def test_a_sweep_looks_where_things_are_due_and_finds_nothing(run, neighbors, sweep):
    with run(sweep, neighbors) as function:
        answer = function.invoke(TICK).value
    assert answer == {"sweep": sweep.removeprefix("sweep_"), "handled": 0, "left": False}
    looks = [said for said in neighbors.asked("Query") if said["IndexName"] == "wake"]
    assert {said["TableName"] for said in neighbors.asked("Query")} <= {"Table"}
    assert bool(looks) is (sweep != f"sweep_{Sweep.RECONCILIATIONS}")


def test_what_is_done_is_left_alone_what_fails_returns_and_a_letter_goes_out(run, neighbors):
    with run("work_mails", neighbors) as function:
        answer = function.invoke(FIRST_EVENTS["work_mails"]).value
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    (sent,) = neighbors.asked("/v2/email/outbound-emails")
    told = json.loads(sent["body"])
    assert told["Destination"] == {"ToAddresses": ["dana@example.com"]}
    assert told["ConfigurationSetName"] == "Mailing"


def test_mails_among_the_effects_are_passed_on_and_a_stray_charge_goes_back(run, neighbors):
    with run("work_effects", neighbors) as function:
        answer = function.invoke(FIRST_EVENTS["work_effects"]).value
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-2"}]}
    (passed_on,) = neighbors.asked("SendMessageBatch")
    assert (passed_on["QueueUrl"], len(passed_on["Entries"])) == ("MailsQueue", 1)
    (refunded,) = neighbors.asked("/v1/refunds")
    assert "charge=ch_1" in refunded["body"]


def test_word_that_a_mail_was_sent_settles_it_and_what_nobody_can_read_returns(run, neighbors):
    with run("work_mail_events", neighbors) as function:
        answer = function.invoke(FIRST_EVENTS["work_mail_events"]).value
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    (settled,) = neighbors.asked("UpdateItem")
    assert settled["Key"]["pk"]["S"] == "sub_1.000001.E1"


@pytest.mark.parametrize(("path", "query"), [("/v1/health", {}), ("/v1/plans", {"country": "US"})])
def test_the_api_answers_and_counts_it(run, neighbors, path, query):
    with run("api_handler", neighbors) as function:
        answer = function.invoke(get(path, **query)).value
        said = function.said()
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])
    (counted,) = [json.loads(line) for line in said.splitlines() if '"_aws"' in line]
    assert (counted["route"], counted["status"]) == (f"GET {path}", "2xx")


def test_an_event_that_no_function_understands_is_an_error_that_lambda_hears_of(run, neighbors):
    with run("work_mails", neighbors) as function, pytest.raises(FunctionFailed, match="KeyError"):
        function.invoke({"nothing": "of ours"})
