"""The template's files become one, nothing is said twice, and what is optional is off until asked for."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.infra.deployed import FUNCTION, plain
from tests.infra.packaging import ROOT
from tools import lint_infra
from tools.template import FILES, TwoTruths, merged, write_merged

# What outlives the stack: it cannot be made again, others lean on it, or it is full and holds up the rest.
KEPT = {
    *("Table", "CredentialsKey", "Secrets", "MicrosoftToken", "GatewayAccount", "GatewayLogsRole"),
    "StorefrontFiles",
}
# What costs something, or belongs to somebody else, is there only where it is asked for.
OPTIONAL = {
    "HasName": {"Name", "NameToApi"},
    "HasZone": {"NameRecord"},
    "HasFirewall": {"Firewall", "FirewallBeforeApi"},
    "HasBudget": {"Budget"},
    "HasAlarmEmail": {"AlarmTopicToEmail", "TicketTopicToEmail"},
    "ClockMoves": {"ReadsTheClock"},
    "HasStorefront": {
        *("Storefront", "StorefrontAccess", "StorefrontFiles", "StorefrontFilesPolicy"),
        *("StorefrontHeaders", "StorefrontPages"),
    },
    "HasStorefrontZone": {"StorefrontRecord", "StorefrontRecordV6"},
    "ManagesSender": {"Sender"},
    "ManagesGatewayAccount": {"GatewayAccount", "GatewayLogsRole"},
}
WATCHES = {"AlarmTopic", "TicketTopic", "AlarmTopicPolicy", "TicketTopicPolicy", "AlarmsKey", "Dashboard"}


def told(prod, name):
    return prod.template["Parameters"][name]["Default"]


# --- one of many -------------------------------------------------------------------------------------


def test_every_file_is_a_part_of_it_and_the_same_files_give_the_same_bytes(tmp_path):
    for name in ("once", "twice"):
        (tmp_path / name).mkdir()
    first, second = write_merged(tmp_path / "once"), write_merged(tmp_path / "twice")
    assert first.read_bytes() == second.read_bytes()
    resources = json.loads(first.read_text())["Resources"]
    for path in FILES.glob("*.yaml"):
        names = set(re.findall(r"^  (\w+):$", path.read_text().partition("\nResources:")[2], re.MULTILINE))
        assert names & set(resources) or path.name == "stage.yaml", path.name


def test_what_is_said_in_two_files_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("Resources: {Queue: {Type: A}}\n")
    (tmp_path / "b.yaml").write_text("Resources: {Queue: {Type: B}}\n")
    with pytest.raises(TwoTruths, match=r"Resources Queue is in a\.yaml and in b\.yaml"):
        merged(tmp_path)


def test_what_is_said_twice_in_one_mapping_is_refused_where_yaml_would_take_the_last(tmp_path):
    (tmp_path / "a.yaml").write_text("Resources:\n  Queue: {Type: A}\n  Queue: {Type: B}\n")
    with pytest.raises(TwoTruths, match="Queue: twice in one mapping"):
        merged(tmp_path)


def test_the_short_forms_become_long_ones_at_every_depth(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "x-lent: &lent {Deep: [!Ref A, {Deeper: !GetAtt A.Arn}]}\n"
        "Resources:\n"
        "  One: {<<: *lent, Said: !Sub '${A}', Chosen: !If [Is, !Ref A, !Sub ['${x}', {x: !Ref B}]]}\n"
        '  Two: !Json {asked: ["${A.Arn}", \'"\']}\n'
    )
    assert merged(tmp_path) == {
        "Resources": {
            "One": {
                "Deep": [{"Ref": "A"}, {"Deeper": {"Fn::GetAtt": ["A", "Arn"]}}],
                "Said": {"Fn::Sub": "${A}"},
                "Chosen": {"Fn::If": ["Is", {"Ref": "A"}, {"Fn::Sub": ["${x}", {"x": {"Ref": "B"}}]}]},
            },
            "Two": {"Fn::Sub": json.dumps({"asked": ["${A.Arn}", '"']}, indent=1)},
        }
    }


def test_cloudformation_takes_so_much(prod):
    assert len(json.dumps(prod.template)) < 1_000_000  # bytes, from a bucket
    assert len(prod.template["Resources"]) < 400  # of 500, and SAM makes some more
    assert len(prod.template["Parameters"]) < 200
    assert len(prod.template["Outputs"]) < 200


# --- what stays, and what is off ---------------------------------------------------------------------


def test_what_outlives_the_stack_is_what_cannot_be_made_again_and_of_the_rest_it_is_said(prod):
    kept = {
        name for name, each in prod.template["Resources"].items() if each.get("DeletionPolicy") == "Retain"
    }
    assert kept == KEPT
    for name in KEPT:
        assert prod.template["Resources"][name]["UpdateReplacePolicy"] == "Retain"


def test_whatever_is_optional_hangs_on_its_condition_and_nothing_else_does(prod):
    found: dict[str, set[str]] = {}
    for name, each in prod.template["Resources"].items():
        if "Condition" in each:
            found.setdefault(each["Condition"], set()).add(name)
    assert found == OPTIONAL | {"Watched": WATCHES | set(prod.names("AWS::CloudWatch::Alarm"))}
    only_in_others = {"HasStorefrontName"}  # and in what the distribution says of itself
    assert set(prod.template["Conditions"]) == set(found) | only_in_others


def test_by_default_there_is_no_name_no_firewall_no_budget_and_no_moving_of_clocks(prod):
    assert [told(prod, name) for name in ("DomainName", "CertificateArn", "HostedZoneId")] == ["", "", ""]
    assert told(prod, "WithWaf") == told(prod, "MovableClock") == "false"
    assert told(prod, "BudgetAmount") == 0
    assert told(prod, "StorefrontDomainName") == told(prod, "StorefrontCertificateArn") == ""
    assert told(prod, "WithAlarms") == told(prod, "WithStorefront") == "true"
    assert told(prod, "ManageSenderIdentity") == told(prod, "ManageGatewayAccount") == "true"


def test_who_deploys_is_told_where_everything_is(prod):
    outputs = prod.template["Outputs"]
    told_by_reference = {name: each["Value"].get("Ref") for name, each in outputs.items()}
    for name, resource in {
        "TableName": "Table",
        "SecretsId": "Secrets",
        "MicrosoftTokenId": "MicrosoftToken",
        "ConfigurationSet": "Mailing",
        "AlarmTopicArn": "AlarmTopic",
        "TicketTopicArn": "TicketTopic",
        "StorefrontBucket": "StorefrontFiles",
        "StorefrontDistribution": "Storefront",
    }.items():
        assert told_by_reference[name] == resource
    for queue in prod.names("AWS::SQS::Queue"):
        assert told_by_reference[f"{queue}Url"] == queue
    assert {"ApiUrl", "DkimRecords", "DashboardUrl", "StorefrontUrl"} <= set(outputs)


def test_every_name_that_is_referred_to_is_there(prod):
    template = prod.template
    made_by_sam = {
        f"{name}{event}" for name in prod.names(FUNCTION) for event in prod[name].get("Events", {})
    }
    known = {*template["Resources"], *template["Parameters"], *made_by_sam, "RestAPI.Stage"}
    text = json.dumps(template)
    referred = set(re.findall(r'"Ref": "([^"]+)"', text)) | set(re.findall(r'"Fn::GetAtt": \["(\w+)"', text))
    assert {name for name in referred if not name.startswith("AWS::")} <= known
    conditions = set(re.findall(r'"Fn::If": \["(\w+)"', text)) | set(
        re.findall(r'"Condition": "(\w+)"', text)
    )
    assert conditions <= set(template["Conditions"])


# --- mail --------------------------------------------------------------------------------------------


def test_mails_are_encrypted_on_their_way_and_nobody_but_us_keeps_a_list_of_suppressed_addresses(prod):
    assert prod["Mailing"]["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert prod["Mailing"]["SuppressionOptions"] == {"SuppressedReasons": []}
    assert prod["Mailing"]["ReputationOptions"] == {"ReputationMetricsEnabled": True}


def test_what_becomes_of_our_mails_and_of_nobody_else_s_reaches_the_queue(prod):
    destination = prod["MailingEvents"]["EventDestination"]
    assert prod["MailingEvents"]["ConfigurationSetName"] == {"Ref": "Mailing"}
    assert destination["Enabled"] is True
    assert set(destination["MatchingEventTypes"]) == {
        "send",
        "delivery",
        "bounce",
        "complaint",
        "reject",
        "renderingFailure",
    }
    assert destination["EventBridgeDestination"]["EventBusArn"]["Fn::Sub"].endswith(":event-bus/default")
    assert prod["MailEvents"]["EventPattern"] == {
        "source": ["aws.ses"],
        "detail": {"mail": {"tags": {"ses:configuration-set": [{"Ref": "Mailing"}]}}},
    }
    (target,) = prod["MailEvents"]["Targets"]
    assert plain(target["Arn"]) == "MailEventsQueue"
    assert plain(target["DeadLetterConfig"]["Arn"]) == "MailEventsDeadLetters"


# --- waivers -----------------------------------------------------------------------------------------


def test_a_weak_spot_that_nobody_waived_fails_and_so_does_a_waiver_of_nothing():
    assert lint_infra.judged({("CKV_1", "Table")}, {("CKV_1", "Table")}) == []
    assert lint_infra.judged({("CKV_1", "Table")}, {("CKV_2", "Table")}) == [
        "CKV_1 Table: weak, and not waived",
        "CKV_2 Table: waived, and not weak",
    ]


def test_a_report_of_nothing_is_no_good_report():
    with pytest.raises(lint_infra.Unreadable):
        lint_infra.weak_spots({"passed": 0, "failed": 0})
    summary = {"passed": 3, "failed": 1, "parsing_errors": 0}
    failed = [{"check_id": "CKV_1", "resource": "AWS::SQS::Queue.MailsQueue"}]
    report = {"summary": summary, "results": {"failed_checks": failed}}
    assert lint_infra.weak_spots(report) == {("CKV_1", "MailsQueue")}
    with pytest.raises(lint_infra.Unreadable):
        lint_infra.weak_spots(report | {"summary": summary | {"parsing_errors": 1}})


def test_a_waiver_names_its_resources_and_its_reason(prod, tmp_path):
    named = {resource for _, resource in lint_infra.waived()}
    assert named <= {*prod.template["Resources"], "RestAPIapiStage"}
    without = tmp_path / "waivers.yaml"
    without.write_text("CKV_1: {resources: [Table]}\n")
    with pytest.raises(lint_infra.Unreadable, match="without a reason: CKV_1"):
        lint_infra.waived(without)


def test_the_tools_that_lint_are_pinned_and_locked():
    wanted = {"deploy": {"aws-sam-cli", "aws-sam-translator", "cfn-lint"}, "checkov": {"checkov"}}
    for name, direct in wanted.items():
        folder = ROOT / "infra" / "requirements"
        pins = set(re.findall(r"^([\w-]+==[\d.]+)", (folder / f"{name}.in").read_text(), re.MULTILINE))
        assert {each.partition("==")[0] for each in pins} == direct
        locked = (folder / f"{name}.txt").read_text()
        assert all(f"{each} \\\n    --hash=sha256:" in locked for each in pins)


def test_linting_leaves_no_rule_out_without_saying_why():
    settings = (ROOT / "infra" / ".cfnlintrc.yaml").read_text()
    ignored = yaml.safe_load(settings)["ignore_checks"]
    assert all(re.search(rf"- {rule}  # \w", settings) for rule in ignored)
