"""The OpenAPI document: valid, kept in the repository, and what the API really does."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import (
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.checks import content_type_conformance

from chalicelib.api import routes
from chalicelib.api.openapi import document
from chalicelib.api.registry import Key
from chalicelib.api.release import VERSION
from chalicelib.rulebook import PLANS
from tests.api.calling import wsgi
from tests.api.people import Cast
from tests.api.test_permissions import EVERYBODY, MAY, prepare

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

BOUNDED = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def served(cast):
    return cast.visitor().get("/v1/openapi.json").json


def test_the_document_is_valid(served):
    OpenAPIV31SpecValidator(served).validate()


def test_the_document_that_is_kept_is_the_one_that_is_served(served):
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert kept == served, "run python -m tools.openapi"


def test_the_tool_agrees():
    from tools.openapi import main, written

    assert main(["--check"]) == 0
    assert json.loads(written()) == document(routes.ALL)


def test_the_version_is_the_packages(served, cast):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION == served["info"]["version"]
    assert cast.visitor().get("/v1/health").json == {"status": "ok", "version": VERSION}


def test_every_route_is_described(served):
    described = {
        f"{method.upper()} {path}" for path, methods in served["paths"].items() for method in methods
    }
    assert described == {route.template for route in routes.ALL}
    for methods in served["paths"].values():
        for operation in methods.values():
            assert operation["summary"].endswith(".")


def test_the_name_of_every_operation_is_its_own(served):
    names = [
        operation["operationId"] for methods in served["paths"].values() for operation in methods.values()
    ]
    assert len(set(names)) == len(names)


def test_every_post_that_creates_or_moves_takes_a_key():
    without = {route.template for route in routes.ALL if route.method == "POST" and route.key is Key.IGNORED}
    assert without == {
        "POST /v1/quotes",  # makes nothing
        "POST /v1/subscriptions/{id}/admin-credentials",  # an answer that is kept would be a password
        "POST /v1/subscriptions/{id}/payment-authentication",  # nor a secret of the browser's
        "POST /v1/freelancer/payouts/onboarding",  # nor a link that works once
        "POST /v1/webhooks/payments",  # harmless when repeated
        "POST /v1/webhooks/microsoft",
    }
    required = {route.template for route in routes.ALL if route.key is Key.REQUIRED}
    assert required == {"POST /v1/subscriptions", "POST /v1/subscriptions/{id}/cancellation"}


def test_a_limit_in_the_document_is_the_rulebooks(served):
    schemas = served["components"]["schemas"]
    assert schemas["QuoteRequest"]["properties"]["seats"]["maximum"] == 50
    assert schemas["QuoteRequest"]["properties"]["plan_id"]["enum"] == [plan.id for plan in PLANS]


def test_no_schema_of_an_answer_has_a_password_or_a_commission_for_clients(served):
    schemas = served["components"]["schemas"]
    with_password = {name for name, schema in schemas.items() if "password" in schema.get("properties", {})}
    assert with_password == {"Credentials"}
    for name in ("Subscription", "Invoice", "Event", "CancellationPreview"):
        assert "commission" not in json.dumps(schemas[name])


def _everything_it_refers_to(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for each in node.values():
            yield from _everything_it_refers_to(each)
    elif isinstance(node, list):
        for each in node:
            yield from _everything_it_refers_to(each)


def test_every_schema_is_used_and_every_reference_leads_somewhere(served):
    used = {ref.removeprefix("#/components/") for ref in _everything_it_refers_to(served)}
    there = {f"{kind}/{name}" for kind in ("schemas", "headers") for name in served["components"][kind]}
    assert used == there


# --- held against what it does -----------------------------------------------------------------------


def _operation(template: str) -> Any:
    method, path = template.split(" ")
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", wsgi)
    return schema[path][method]


def _caller(cast: Cast, template: str) -> dict[str, str]:
    """The headers of somebody for whom the route is made."""
    may = [
        who for who, status in zip(EVERYBODY, MAY[template], strict=True) if status < HTTPStatus.BAD_REQUEST
    ]
    who = may[0] if may else "visitor"
    made = {
        "visitor": cast.visitor,
        "owner": cast.client,
        "delegate": cast.freelancer,
        "asked": cast.freelancer,
        "operator": cast.operator,
    }[who]()
    return {"Authorization": f"Bearer {made.token}"} if made.token else {}


@pytest.mark.parametrize("template", MAY)
def test_it_does_what_the_document_says(cast, template):
    """Good and bad requests, made from the document: no 5xx, and nothing that it does not say."""
    ids = prepare(cast, template, "asked")
    headers = _caller(cast, template)
    operation = _operation(template)

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def takes_what_is_right(case):
        case.path_parameters.update({name: ids[name] for name in case.path_parameters})
        case.call_and_validate(headers=headers, checks=CHECKS)

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def withstands_what_is_wrong(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    takes_what_is_right()
    with suppress(Unsatisfiable):  # where nothing can be wrong
        withstands_what_is_wrong()
