"""A stage is what .chalice/config.json and infra/stages say of it; where they say the same, they agree."""

from __future__ import annotations

import json
from email.utils import parseaddr
from urllib.parse import urlsplit

import pytest

from tests.infra.deployed import FUNCTION
from tests.infra.packaging import ROOT, STAGES


def given(stage):
    return json.loads((ROOT / "infra" / "stages" / f"{stage}.json").read_text())["Parameters"]


def test_there_are_three_and_each_has_its_parameters():
    assert set(STAGES) == {"dev", "staging", "prod"}
    assert {path.stem for path in (ROOT / "infra" / "stages").iterdir()} == set(STAGES)


def test_every_parameter_is_known_allowed_and_given_where_it_has_no_default(deployed):
    parameters, values = deployed.template["Parameters"], given(deployed.stage)
    assert set(values) <= set(parameters)
    assert {name for name, each in parameters.items() if "Default" not in each} <= set(values)
    for name, value in values.items():
        allowed = [str(each) for each in parameters[name].get("AllowedValues", [value])]
        assert value in allowed


def test_mails_come_from_the_domain_that_the_mailer_may_send_from(deployed):
    _, address = parseaddr(deployed.environment("WorkMails")["BRAND_SENDER"])
    assert address.rpartition("@")[2] == given(deployed.stage)["SenderDomain"]


def test_mails_come_from_the_one_mailbox_that_the_mailer_may_use(deployed):
    parameters = {name: each.get("Default") for name, each in deployed.template["Parameters"].items()}
    mailbox = (parameters | given(deployed.stage))["SenderMailbox"]
    _, address = parseaddr(deployed.environment("WorkMails")["BRAND_SENDER"])
    assert address.partition("@")[0] == mailbox


def test_the_stack_knows_which_stage_it_is_and_the_functions_are_told_the_same(deployed):
    assert given(deployed.stage)["Stage"] == deployed.stage
    assert {deployed.environment(name)["STAGE"] for name in deployed.names(FUNCTION)} == {deployed.stage}


def test_nobody_moves_the_clock_in_production(prod):
    assert prod.template["Parameters"]["MovableClock"]["Default"] == "false"
    assert "MovableClock" not in given("prod")
    rule = prod.template["Rules"]["ProductionIsReal"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Equals": [{"Ref": "MovableClock"}, "false"]}


def test_production_is_watched(prod):
    assert prod.template["Parameters"]["WithAlarms"]["Default"] == "true"
    assert "WithAlarms" not in given("prod")
    rule = prod.template["Rules"]["ProductionIsReal"]
    assert rule["Assertions"][1]["Assert"] == {"Fn::Equals": [{"Ref": "WithAlarms"}, "true"]}


def test_no_two_stages_share_an_origin_a_sender_or_an_audience(stages):
    for name in ("STAGE", "STOREFRONT_URL", "BRAND_SENDER", "TOKEN_AUDIENCE", "TOKEN_ISSUER", "JWKS_URL"):
        assert len({stage.environment("APIHandler")[name] for stage in stages.values()}) == len(STAGES)


def test_production_is_protected_from_being_deleted():
    assert given("prod")["DeletionProtection"] == "true"
    assert int(given("prod")["LogRetentionDays"]) >= 90


@pytest.mark.parametrize("header", ["Access-Control-Allow-Origin"])
def test_the_gateway_s_own_answer_to_a_preflight_names_the_stage_s_storefront(deployed, header):
    shop = urlsplit(deployed.environment("APIHandler")["STOREFRONT_URL"])
    paths = deployed["RestAPI"]["DefinitionBody"]["paths"]
    preflights = [path["options"] for path in paths.values() if "options" in path]
    assert preflights
    for each in preflights:
        answer = each["x-amazon-apigateway-integration"]["responses"]["default"]["responseParameters"]
        assert answer[f"method.response.header.{header}"] == f"'{shop.scheme}://{shop.netloc}'"
