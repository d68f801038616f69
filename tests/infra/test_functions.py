"""Every function in the code is in the template, with what it needs to run, and the reverse."""

from __future__ import annotations

import importlib
import json
import re

import pytest

from app import app
from chalicelib import sweeps, workers
from chalicelib.domain.timetable import TIMETABLE
from chalicelib.domain.waking import Sweep
from chalicelib.rulebook import EFFECT_LEASE, MONEY_LEASE
from chalicelib.settings import Settings
from tests.infra.deployed import FUNCTION, plain
from tests.infra.packaging import ROOT

SWEEPS = {f"sweep_{sweep}": minutes for sweep, minutes in TIMETABLE.items()}
QUEUES = {"work_mails": "MailsQueue", "work_effects": "EffectsQueue", "work_mail_events": "MailEventsQueue"}
TIMEOUTS = {
    "api_handler": 29,
    "work_mails": 30,
    "work_mail_events": 30,
    "work_effects": 120,
    **dict.fromkeys(SWEEPS, 300),
}
TIMEOUTS["sweep_reconciliations"] = 900  # it goes through everybody
SWEEPS_DEAD_LETTERS = "SweepsDeadLetters"
LONGEST_AGE = 6 * 3600  # Lambda keeps an event no longer
DEAD_LETTERS_KEPT = 14 * 24 * 3600

# Variables that nobody has to set: Lambda itself does.
LAMBDA_S_OWN = {"AWS_REGION", "AWS_DEFAULT_REGION"}
# And what a deployment leaves alone: a function without metrics would be a function nobody watches.
FOR_A_TERMINAL = {"POWERTOOLS_METRICS_DISABLED"}
# Where the neighbors are, everybody's are; a rehearsal says otherwise.
THE_REAL_ONES = {
    "MICROSOFT_ROOT_CERTIFICATE",
    "STRIPE_URL",
    "PARTNER_CENTER_URL",
    "MICROSOFT_PRICES_URL",
    "MICROSOFT_GRAPH_URL",
    "MICROSOFT_LOGIN_URL",
    "MICROSOFT_ADMIN_URL",
    "MICROSOFT_CERTIFICATE_HOSTS",
    "MICROSOFT_PRODUCTS",
}


def queue_of(name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, "Arn"]}


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__(TABLE_NAME="table")
        self.names: set[str] = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)


def read_by_the_code() -> set[str]:
    asked = Asked()
    Settings.read(asked)
    elsewhere = {
        name
        for path in (ROOT / "chalicelib").rglob("*.py")
        if "ops" not in path.parts  # the desk of whoever is on call, which is deployed nowhere
        for name in re.findall(r'environ(?:\.get\(|\[)"(\w+)"', path.read_text())
    }
    return asked.names | elsewhere


# --- which there are ---------------------------------------------------------------------------------


def test_the_functions_are_the_api_the_queues_consumers_and_one_sweep_for_each_line_of_the_timetable(prod):
    assert set(TIMETABLE) == set(Sweep)
    assert {prod.function(name) for name in TIMEOUTS} == set(prod.names(FUNCTION))


def test_what_the_app_registers_is_what_the_modules_have(prod):
    registered = set(app.handler_map) - {each for each in app.handler_map if each.startswith("http_")}
    assert registered == set(TIMEOUTS) - {"api_handler"}


@pytest.mark.parametrize("name", sorted(set(TIMEOUTS) - {"api_handler"}))
def test_a_handler_is_found_in_its_own_module_and_not_in_app_py(prod, name):
    module, _, attribute = prod[prod.function(name)]["Handler"].rpartition(".")
    assert module == ("chalicelib.workers" if name in QUEUES else "chalicelib.sweeps")
    assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", TIMEOUTS)
def test_each_has_its_time_its_memory_its_role_its_log_and_the_cheaper_processor(deployed, name):
    function = deployed[deployed.function(name)]
    assert function["Timeout"] == TIMEOUTS[name]
    assert function["MemorySize"] == (1024 if name == "api_handler" else 512)
    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.11"
    assert deployed.role(deployed.function(name)) == f"{deployed.function(name)}Role".replace("API", "Api")
    log = deployed[plain(function["LoggingConfig"]["LogGroup"])]
    assert log["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_no_two_functions_share_a_role(prod):
    roles = [prod.role(name) for name in prod.names(FUNCTION)]
    assert len(set(roles)) == len(roles)


def test_the_api_is_regional_and_answers_before_the_gateway_gives_up(prod):
    assert prod["RestAPI"]["EndpointConfiguration"] == "REGIONAL"
    assert prod["APIHandler"]["Timeout"] < 30


# --- what the code takes for granted -----------------------------------------------------------------


def test_a_sweep_has_time_left_to_stop_in(prod):
    for name in SWEEPS:
        assert prod[prod.function(name)]["Timeout"] * 1000 >= 5 * sweeps.STOP_BEFORE_END_MS


def test_nobody_takes_over_from_a_function_that_may_still_run(prod):
    assert EFFECT_LEASE.total_seconds() > max(prod[prod.function(name)]["Timeout"] for name in QUEUES)
    assert MONEY_LEASE.total_seconds() > prod["APIHandler"]["Timeout"]


# --- the environment ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TIMEOUTS)
def test_every_variable_that_the_code_reads_is_set_and_none_that_it_does_not(deployed, name):
    wanted = read_by_the_code() - LAMBDA_S_OWN - FOR_A_TERMINAL - THE_REAL_ONES
    assert set(deployed.environment(deployed.function(name))) == wanted


def test_what_aws_has_made_is_told_by_reference(prod):
    told = {
        name: plain(value)
        for name, value in prod.environment("APIHandler").items()
        if not isinstance(value, str) and name != "CLOCK"
    }
    assert told == {
        "TABLE_NAME": "Table",
        "MAILS_QUEUE_URL": "MailsQueue",
        "EFFECTS_QUEUE_URL": "EffectsQueue",
        "KMS_KEY_ID": "CredentialsKey",
        "SECRET_ID": "Secrets",
        "SES_CONFIGURATION_SET": "Mailing",
        "MICROSOFT_TOKEN_SECRET_ID": "MicrosoftToken",
    }


def test_a_stage_s_settings_can_be_read(deployed):
    environment = deployed.environment("APIHandler")
    clock = environment.pop("CLOCK")
    settings = Settings.read({name: plain(value) for name, value in environment.items()})
    assert clock == {"Fn::If": ["ClockMoves", "movable", "system"]}
    assert settings.stage == deployed.stage
    assert settings.shards == 4
    for url in (settings.brand.storefront_url, settings.jwks_url, settings.token_issuer):
        assert url.startswith("https://")


def test_every_secret_that_the_code_asks_for_is_made_with_the_stack(prod):
    asked = {
        name
        for path in (ROOT / "chalicelib").rglob("*.py")
        for name in re.findall(r'secrets\.get\("(\w+)"', path.read_text())
    }
    made = prod["Secrets"]["GenerateSecretString"]
    assert asked == {made["GenerateStringKey"], *json.loads(made["SecretStringTemplate"])}


# --- the queues --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "queue"), QUEUES.items())
def test_a_queue_hides_a_message_six_times_as_long_as_its_function_may_run(prod, name, queue):
    assert prod[queue]["VisibilityTimeout"] >= 6 * prod[prod.function(name)]["Timeout"]


@pytest.mark.parametrize("queue", QUEUES.values())
def test_what_fails_five_times_is_kept_for_two_weeks_and_longer_than_the_queue_keeps_it(prod, queue):
    redrive = prod[queue]["RedrivePolicy"]
    dead = plain(redrive["deadLetterTargetArn"])
    assert redrive["maxReceiveCount"] == 5
    assert prod[dead]["MessageRetentionPeriod"] == DEAD_LETTERS_KEPT > prod[queue]["MessageRetentionPeriod"]
    assert prod[queue]["SqsManagedSseEnabled"] is prod[dead]["SqsManagedSseEnabled"] is True


def test_no_queue_is_without_a_consumer_and_no_two_queues_share_their_dead_letters(prod):
    queues = set(prod.names("AWS::SQS::Queue"))
    dead = {plain(prod[queue]["RedrivePolicy"]["deadLetterTargetArn"]) for queue in QUEUES.values()}
    assert queues == {*QUEUES.values(), *dead, SWEEPS_DEAD_LETTERS}
    assert len(dead) == len(QUEUES)
    assert SWEEPS_DEAD_LETTERS not in dead


@pytest.mark.parametrize(("name", "queue"), QUEUES.items())
def test_a_consumer_reads_its_real_queue_and_gives_back_only_what_failed(prod, name, queue):
    source = prod.event(prod.function(name))
    assert source["Queue"] == queue_of(queue)
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BatchSize"] == workers.BATCH_SIZE
    assert workers.PLACEHOLDER_ARN not in str(prod.template)


# --- the schedules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "minutes"), SWEEPS.items())
def test_a_sweep_runs_as_the_timetable_says(prod, name, minutes):
    rate = {60: "1 hour", 24 * 60: "1 day"}.get(minutes, f"{minutes} minutes")
    assert prod.event(prod.function(name))["Schedule"] == f"rate({rate})"


@pytest.mark.parametrize(("name", "minutes"), SWEEPS.items())
def test_a_run_that_cannot_start_is_tried_again_until_the_next_one_and_one_that_fails_is_not(
    prod, name, minutes
):
    function = prod[prod.function(name)]
    delivery = prod.event(prod.function(name))["RetryPolicy"]
    assert delivery["MaximumRetryAttempts"] > 0
    age = min(minutes * 60, LONGEST_AGE)
    assert delivery["MaximumEventAgeInSeconds"] == age
    assert function["EventInvokeConfig"] == {
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": age,
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": queue_of(SWEEPS_DEAD_LETTERS)}},
    }


@pytest.mark.parametrize("name", SWEEPS)
def test_a_run_that_never_started_leaves_a_letter_and_only_the_schedules_may_leave_one(prod, name):
    function = prod.function(name)
    assert prod.event(function)["DeadLetterConfig"] == {"Arn": queue_of(SWEEPS_DEAD_LETTERS)}
    (statement,) = prod["SweepsDeadLettersPolicy"]["PolicyDocument"]["Statement"]
    rules = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    (event,) = prod[function]["Events"]
    assert {"Fn::GetAtt": [f"{function}{event}", "Arn"]} in rules  # as SAM calls the rule that it makes
    assert len(rules) == len(SWEEPS)


def test_dead_letters_of_the_schedules_are_kept_for_two_weeks_and_encrypted(prod):
    assert prod[SWEEPS_DEAD_LETTERS] == {
        "MessageRetentionPeriod": DEAD_LETTERS_KEPT,
        "SqsManagedSseEnabled": True,
    }
