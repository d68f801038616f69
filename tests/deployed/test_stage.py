"""What the deployment itself does: schedules fire, roles hold, and nothing can be reached from outside."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest

from chalicelib.domain.timetable import TIMETABLE
from tools.deploy import ROOT

PATIENCE_SECONDS = 150
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}  # 127.0.0.1 and ::1, as the kernel writes them


def until(holds, *, seconds=PATIENCE_SECONDS):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)


def test_everything_listens_on_the_loopback_interface_alone(stage):
    listening = stage.emulator.listening()
    assert listening
    assert set(listening) <= LOOPBACK


def test_every_sweep_has_its_schedule_and_it_is_switched_on(stage):
    rules = {
        each["ScheduleExpression"]
        for each in stage.client("events").list_rules()["Rules"]
        if each.get("ScheduleExpression") and each["State"] == "ENABLED"
    }
    spoken = {
        1440: "rate(1 day)",
        60: "rate(1 hour)",
        **{minutes: f"rate({minutes} minutes)" for minutes in (5, 15)},
    }
    assert rules == {spoken[minutes] for minutes in TIMETABLE.values()}


def test_a_schedule_fires_by_itself_and_finds_what_was_left(stage, sandbox, town, carl):
    """The mail could not be sent; nobody but the schedule of the outbox comes to try again."""
    sandbox.world.mail.faults.plan("send", "error")
    carl.buy()
    assert town.mails(carl) == []
    clock = sandbox.world.clock
    clock.put(clock.now() + timedelta(hours=1))
    (rule,) = [
        name
        for logical, name in stage.stack.resources.items()
        if logical.startswith("SweepOutboxSweepOutboxEvent") and not logical.endswith("Permission")
    ]
    told = stage.client("events").describe_rule(Name=rule)
    stage.client("events").put_rule(Name=rule, ScheduleExpression="rate(1 minute)", State="ENABLED")
    try:
        until(lambda: sandbox.world.mail.letters(to=carl.email))
    finally:
        stage.client("events").put_rule(
            Name=rule, ScheduleExpression=told["ScheduleExpression"], State="ENABLED"
        )
    assert [mail["template"] for mail in town.mails(carl)] == ["E1"]


def test_what_a_role_does_not_allow_is_refused_here_so_these_lives_prove_the_roles(stage, sandbox, carl):
    """Without the policy that reads secrets nobody can pay; with it again, the same purchase goes through."""
    iam, names = stage.client("iam"), stage.stack.resources
    withheld = {"RoleName": names["ApiHandlerRole"], "PolicyArn": names["ReadsSecrets"]}
    iam.detach_role_policy(**withheld)
    stage.stack.restart(stage.client, "APIHandler")  # it may have read them already
    try:
        assert carl.buy(key="refused", expect=500)["code"] == "internal_error"
    finally:
        iam.attach_role_policy(**withheld)
    assert carl.buy(key="refused")["status"] == "pending"


def test_the_functions_run_the_package_that_was_built(stage):
    template = json.loads((ROOT / "build" / "rehearsal" / "package" / "sam.json").read_text())
    functions = [
        name for name, each in template["Resources"].items() if each["Type"] == "AWS::Serverless::Function"
    ]
    assert set(stage.stack.functions) == set(functions)
    size = (ROOT / "build" / "rehearsal" / "package" / "deployment.zip").stat().st_size
    for name in stage.stack.functions.values():
        told = stage.client("lambda").get_function_configuration(FunctionName=name)
        assert told["CodeSize"] == size


@pytest.mark.parametrize("path", ["/v1/health", "/v1/openapi.json", "/v1/plans?country=US"])
def test_what_needs_no_sign_in_is_answered_through_the_gateway(sandbox, town, path):
    answer = town.line.send("GET", path)
    assert answer.status == 200
    assert answer.headers["x-request-id"]
