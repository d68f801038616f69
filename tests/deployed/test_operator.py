"""The operator on call at the terminal of a deployed stage: a program of its own, with its own rights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from tools.deploy import ROOT, protect, stack_of

SECONDS = 120


@pytest.fixture
def ops(stage, sandbox):
    """Type a line; answers what was said, and the exit code."""

    def typed(*words):
        done = subprocess.run(  # noqa: S603  (what this file says)
            [sys.executable, "-m", "chalicelib.ops", "--stage", "dev", *words],
            cwd=ROOT,
            env={**os.environ, **stage.emulator.environment()},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return typed


def test_all_is_well_after_a_life_and_a_life_is_found(town, carl, ops):
    subscription = carl.buy()["id"]
    town.activate(carl, subscription, prefix="acme")
    town.advance("P2M")
    audited = ops("audit")
    assert (audited.returncode, "0 findings" in audited.stderr) == (0, True), audited.stdout
    (found,) = json.loads(ops("find", subscription, "--json").stdout)
    assert found["status"] == "active"
    assert carl.email in ops("find", "acme.onmicrosoft.com").stdout
    assert ops("find", "sub_of_nobody").returncode == 1


def until(holds):
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_a_drill_restores_a_copy_that_is_whole_and_leaves_nothing_behind(stage, town, carl, ops):
    carl.buy()
    town.mails(carl)
    drilled = ops("backup-drill", "--yes")
    assert drilled.returncode == 0, drilled.stderr
    assert "0 findings" in drilled.stdout
    assert stage.client("dynamodb").list_tables()["TableNames"] == [stage.settings.table]


def test_a_sweep_is_run_and_time_is_moved_from_the_terminal(stage, sandbox, town, carl, ops):
    subscription = carl.buy()["id"]
    ops("clock", "advance", "14d", "--yes")
    assert "2024-02-14T10:00:00Z" in ops("clock", "show").stdout
    sandbox.world.clock.put(sandbox.world.clock.now().replace(month=2, day=14))
    assert ops("sweep", "activation_deadlines", "--yes").returncode == 0
    until(lambda: carl.see(subscription)["status"] == "canceled")
    assert [mail["template"] for mail in town.mails(carl)] == ["E1", "E7"]


def test_dead_letters_are_listed_and_replayed(stage, sandbox, town, carl, ops):
    carl.buy()
    town.mails(carl)
    (mail,) = sandbox.world.mail.letters(to=carl.email)
    body = json.dumps({"effect": mail.effect_id, "kind": "mail", "request_id": "req-1"})
    stage.client("sqs").send_message(QueueUrl=stage.stack.queues["MailsDeadLetters"], MessageBody=body)
    assert mail.effect_id in ops("dead-letters", "list", "mails").stdout
    assert "1 sent" in ops("dead-letters", "replay", "mails", "--all", "--yes").stdout
    assert len(town.mails(carl)) == 1
    assert sandbox.world.aws.dead_letters() == []


def test_only_a_production_stack_is_protected_from_being_deleted(stage):
    protect("dev")
    (told,) = stage.client("cloudformation").describe_stacks(StackName=stack_of("dev"))["Stacks"]
    assert told.get("EnableTerminationProtection", False) is False
