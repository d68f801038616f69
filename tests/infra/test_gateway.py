"""What API Gateway answers by itself has the form of every other answer."""

from __future__ import annotations

import json
import re

import pytest

from chalicelib.api.problems import MEDIA_TYPE, problem
from chalicelib.domain.refusals import Refusal
from tests.infra.deployed import plain
from tests.infra.packaging import ROOT

# Every type of answer that API Gateway has of its own, and what a client should hear.
ANSWERS = {
    "ACCESS_DENIED": ("forbidden", 403),
    "API_CONFIGURATION_ERROR": ("internal_error", 500),
    "AUTHORIZER_CONFIGURATION_ERROR": ("internal_error", 500),
    "AUTHORIZER_FAILURE": ("internal_error", 500),
    "BAD_REQUEST_BODY": ("malformed_json", 400),
    "BAD_REQUEST_PARAMETERS": ("forbidden", 403),
    "EXPIRED_TOKEN": ("forbidden", 403),
    "INTEGRATION_FAILURE": ("internal_error", 500),
    "INTEGRATION_TIMEOUT": ("neighbor_unavailable", 503),
    "INVALID_API_KEY": ("forbidden", 403),
    "INVALID_SIGNATURE": ("forbidden", 403),
    "MISSING_AUTHENTICATION_TOKEN": ("not_found", 404),  # so it calls a path that it does not know
    "QUOTA_EXCEEDED": ("rate_limited", 429),
    "REQUEST_TOO_LARGE": ("payload_too_large", 413),
    "RESOURCE_NOT_FOUND": ("not_found", 404),
    "THROTTLED": ("rate_limited", 429),
    "UNAUTHORIZED": ("unauthenticated", 401),
    "UNSUPPORTED_MEDIA_TYPE": ("unsupported_media_type", 415),
    "WAF_FILTERED": ("forbidden", 403),
}
SERVER_S_FAULT = {each for each, (_, status) in ANSWERS.items() if status >= 500}


def answer_of(prod, kind):
    answers = prod["RestAPI"]["GatewayResponses"]
    return answers.get(kind) or answers["DEFAULT_5XX" if kind in SERVER_S_FAULT else "DEFAULT_4XX"]


def headers_of(answer):
    return answer["ResponseParameters"]["Headers"]


def test_none_is_declared_that_api_gateway_does_not_know(prod):
    assert set(prod["RestAPI"]["GatewayResponses"]) <= {*ANSWERS, "DEFAULT_4XX", "DEFAULT_5XX"}


@pytest.mark.parametrize(("kind", "code", "status"), [(kind, *said) for kind, said in ANSWERS.items()])
def test_each_is_the_problem_that_the_api_itself_would_answer(prod, kind, code, status):
    answer = answer_of(prod, kind)
    (media_type, body), *others = answer["ResponseTemplates"].items()
    said = json.loads(body.replace("$context.requestId", "req-1"))
    ours = problem(Refusal(code, said["detail"]), request_id="req-1")
    assert said == dict(ours.body)
    assert answer["StatusCode"] == str(status) == str(ours.status)
    assert media_type == "application/json"  # API Gateway's word for "whatever was accepted"
    assert not others


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_says_what_it_is_and_under_which_id_it_is_found_again(prod, kind):
    headers = headers_of(answer_of(prod, kind))
    assert headers["Content-Type"] == f"'{MEDIA_TYPE}'"
    assert headers["X-Request-Id"] == "context.requestId"
    assert headers["Cache-Control"] == "'no-store'"
    assert headers["Access-Control-Allow-Origin"] == "'*'"


def test_who_must_wait_is_told_how_long_and_who_must_sign_in_how(prod):
    for kind in ("THROTTLED", "QUOTA_EXCEEDED", "INTEGRATION_TIMEOUT"):
        assert int(headers_of(answer_of(prod, kind))["Retry-After"].strip("'")) >= 1
    assert headers_of(answer_of(prod, "UNAUTHORIZED"))["WWW-Authenticate"] == "'Bearer'"


def test_a_static_header_is_quoted_or_else_api_gateway_refuses_the_whole_api(prod):
    for answer in prod["RestAPI"]["GatewayResponses"].values():
        for value in headers_of(answer).values():
            assert value == "context.requestId" or value[0] == value[-1] == "'"


def test_api_gateway_takes_the_paths_because_siblings_have_the_same_variable(prod):
    variables: dict[str, set[str]] = {}
    for path in prod["RestAPI"]["DefinitionBody"]["paths"]:
        parts = path.split("/")
        for n, part in enumerate(parts):
            if part.startswith("{"):
                variables.setdefault("/".join(parts[:n]), set()).add(part)
    assert variables
    assert {parent: found for parent, found in variables.items() if len(found) > 1} == {}


# --- how much anybody may have -------------------------------------------------------------------------


def limits_of(prod):
    """The throttles, by method and route."""
    return {
        (each["HttpMethod"], each["ResourcePath"].removeprefix("/").replace("~1", "/")): each
        for each in prod["RestAPI"]["MethodSettings"]
    }


def test_all_callers_together_have_a_limit_and_each_public_route_a_tighter_one(prod):
    contract = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    public = {
        (method.upper(), path)
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
        if "security" not in operation
    }
    limits = limits_of(prod)
    everybody = limits.pop(("*", "*"))
    assert set(limits) == public
    for each in limits.values():
        assert each["ThrottlingRateLimit"] < everybody["ThrottlingRateLimit"]
        assert each["ThrottlingBurstLimit"] < everybody["ThrottlingBurstLimit"]


def test_the_firewall_leaves_alone_what_is_signed_and_counts_the_rest_by_address(prod):
    rules = {each["Name"]: each for each in prod["Firewall"]["Rules"]}
    first, *others = sorted(rules.values(), key=lambda each: each["Priority"])
    assert first["Action"] == {"Allow": {}}
    assert re.findall(r'"SearchString": "([^"]+)"', json.dumps(first)) == [
        "/v1/webhooks/payments",
        "/v1/webhooks/microsoft",
    ]
    assert all("Allow" not in each.get("Action", {}) for each in others)
    limits = [each["Statement"]["RateBasedStatement"] for each in others if "Action" in each]
    assert [each["AggregateKeyType"] for each in limits] == ["IP", "IP"]
    assert len({each["Priority"] for each in rules.values()}) == len(rules)


def test_a_line_of_the_access_log_is_json_and_says_nothing_of_who_asked(prod):
    settings = prod["RestAPI"]["AccessLogSetting"]
    line = json.loads(settings["Format"])
    assert plain(settings["DestinationArn"]) == "AccessLogs"
    assert {"request_id", "route", "status", "ms"} <= set(line)
    for said in line.values():
        assert not re.search(r"identity|authorizer|requestOverride|\.path$|domain", said), said


def test_no_two_stages_share_the_name_by_which_the_gateway_counts(prod):
    assert prod["RestAPI"]["Name"] == {"Ref": "AWS::StackName"}
    assert prod["RestAPI"]["DefinitionBody"]["info"]["title"] == {"Ref": "AWS::StackName"}
    assert prod["RestAPI"]["TracingEnabled"] is False
