"""Every failure has one form, whoever it comes from: a rule, the validation, the framework or a bug."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.api import routes
from chalicelib.api.problems import PROBLEMS
from tests.api.calling import Calls, event_of, is_a_problem, send
from tests.api.people import PURCHASE, QUOTE

PRODUCT = Path(__file__).parents[2] / "chalicelib"


def test_an_unknown_path_is_not_found(cast):
    assert cast.visitor().get("/v1/nothing").code == "not_found"
    assert cast.visitor().get("/").code == "not_found"


def test_an_event_without_a_route_is_not_found():
    event = event_of("GET", "/v1/health", headers={})
    event["requestContext"].pop("resourcePath")
    from app import app

    answer = app(event, None)
    assert answer["statusCode"] == 404
    assert json.loads(answer["body"])["code"] == "not_found"


def test_a_method_that_a_path_does_not_have_is_not_allowed(cast):
    answered = cast.visitor().ask("PATCH", "/v1/subscriptions")
    assert answered.code == "method_not_allowed"
    assert {part.strip() for part in answered.headers["Allow"].split(",")} == {"GET", "POST"}


@pytest.mark.parametrize(
    "content", [b"{", b"\xff", b'{"seats": NaN}', b'"\\ud800"', b"[" * 100_000, b"1" * 5000], ids=repr
)
def test_a_body_that_is_not_json_is_malformed(cast, content):
    headers = {"Content-Type": "application/json"}
    assert cast.visitor().ask("POST", "/v1/quotes", raw=content, headers=headers).code == "malformed_json"


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_a_body_that_is_not_called_json_is_refused(cast, media_type):
    answered = cast.visitor().ask("POST", "/v1/quotes", raw=b"a=1", headers={"Content-Type": media_type})
    assert answered.code == "unsupported_media_type"


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_may_say_its_charset(cast, media_type):
    content = json.dumps(QUOTE).encode()
    headers = {"Content-Type": media_type}
    assert cast.visitor().ask("POST", "/v1/quotes", raw=content, headers=headers).status == 200


def test_a_media_type_without_a_body_does_not_matter(cast):
    assert cast.visitor().get("/v1/plans", headers={"Content-Type": "text/plain"}).status == 200


def test_a_body_may_not_be_too_large(cast):
    content = json.dumps({**QUOTE, "plan_id": "x" * 300_000}).encode()
    headers = {"Content-Type": "application/json"}
    assert cast.visitor().ask("POST", "/v1/quotes", raw=content, headers=headers).code == "payload_too_large"


def test_an_id_that_cannot_be_one_is_not_found(cast):
    for strange in ("%00", "a%20b", "x" * 300, "%F0%9F%92%A9", "..%2F"):
        assert cast.client().get(f"/v1/subscriptions/{strange}").code == "not_found"


def test_a_bug_is_an_internal_error_and_is_logged_without_what_was_being_worked_on(cast, world, told):
    caller = cast.client("carl.secret@client.example", name="Carl Secret")
    world.__dict__["store"] = None

    answered = caller.get("/v1/subscriptions", headers={"X-Request-Id": "find-me"})

    assert answered.code == "internal_error"
    assert answered.headers["X-Request-Id"] == "find-me"
    lines = told()
    (bug,) = [line for line in lines if line.get("level") == "ERROR"]
    assert bug["request_id"] == "find-me"
    assert bug["error"] == ["AttributeError"]
    assert any("list_own" in frame for frame in bug["where"])
    assert "ecret" not in json.dumps(lines)


def test_a_missing_setting_is_an_internal_error(world, monkeypatch):
    wiring.use(None)
    monkeypatch.delenv("TABLE_NAME", raising=False)
    assert Calls().get("/v1/plans").code == "internal_error"
    assert Calls().get("/v1/health").status == 200


def test_every_answer_can_be_found_in_the_logs(cast, told):
    answered = cast.visitor().get("/v1/plans")
    lines = told()
    (line,) = [line for line in lines if line.get("message") == "answered"]
    assert line["request_id"] == answered.headers["X-Request-Id"]
    assert (line["route"], line["status"]) == ("GET /v1/plans", 200)
    (counted,) = [line for line in lines if "answer" in line]
    assert (counted["route"], counted["status"]) == ("GET /v1/plans", "2xx")


@pytest.mark.parametrize("sent", ["abc", "A.b_c-9", "x" * 128])
def test_the_callers_request_id_is_kept(cast, sent):
    answered = cast.visitor().get("/v1/nothing", headers={"x-request-id": sent})
    assert answered.headers["X-Request-Id"] == sent
    assert answered.json["instance"] == f"urn:seatwise:request:{sent}"


@pytest.mark.parametrize("sent", ["", "a b", "a\nb", "x" * 129, "<script>", "é"])
def test_a_request_id_that_is_none_is_replaced_by_the_gateways(cast, sent):
    answered = cast.visitor().get("/v1/health", headers={"X-Request-Id": sent})
    assert answered.headers["X-Request-Id"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def test_without_a_gateway_there_is_a_new_request_id(cast):
    from app import app

    event = event_of("GET", "/v1/health", headers={})
    event["requestContext"].pop("requestId")
    ids = {app(event, None)["headers"]["X-Request-Id"] for _ in range(2)}
    assert len(ids) == 2


def test_a_preflight_is_answered_for_the_storefront_alone():
    answered = send("OPTIONS", "/v1/subscriptions", headers={"Origin": "https://elsewhere.example"})
    assert answered.status == 204
    assert answered.headers["Access-Control-Allow-Origin"] == "https://seatwise.example"
    assert answered.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert "Idempotency-Key" in answered.headers["Access-Control-Allow-Headers"]


def test_a_refusal_can_be_read_by_the_storefront_too(cast):
    for answered in (cast.visitor().get("/v1/subscriptions"), cast.visitor().ask("PATCH", "/v1/plans")):
        assert answered.headers["Access-Control-Allow-Origin"] == "https://seatwise.example"
        assert "X-Request-Id" in answered.headers["Access-Control-Expose-Headers"]


def test_what_is_somebodys_is_not_kept_by_caches(cast):
    cast.bought()
    assert cast.client().get("/v1/subscriptions").headers["Cache-Control"] == "no-store"
    assert cast.client().get("/v1/nothing").headers["Cache-Control"] == "no-store"
    assert cast.visitor().get("/v1/plans").headers["Cache-Control"] == "public, max-age=60"


def test_a_failing_neighbor_says_when_to_come_again(cast, world):
    world.stripe.plan("error")
    answered = cast.client().post("/v1/subscriptions", PURCHASE, key="k")
    assert answered.code == "payment_unavailable"
    assert int(answered.headers["Retry-After"]) > 0


def test_two_threads_do_not_see_each_others_requests(cast):
    from concurrent.futures import ThreadPoolExecutor

    callers = [cast.client(f"c{n}@client.example") for n in range(8)]
    for n, caller in enumerate(callers):
        cast.bought(client=caller, key=f"k{n}")
    with ThreadPoolExecutor(max_workers=8) as pool:
        lists = list(pool.map(lambda caller: caller.get("/v1/subscriptions"), callers * 4))
    owners = [each.json["data"][0]["client"]["email"] for each in lists]
    assert owners == [f"c{n}@client.example" for n in range(8)] * 4


# --- the table of problems ---------------------------------------------------------------------------


def _codes_raised():
    """Every literal code with which the product refuses."""
    for file in PRODUCT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id == "Refusal" and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, file.name


@pytest.mark.parametrize(("code", "file"), sorted(set(_codes_raised())))
def test_every_refusal_has_a_status_and_a_title(code, file):
    assert code in PROBLEMS, f"{file} refuses with {code}"


def test_every_code_is_snake_case_and_has_the_status_of_an_error():
    for code, (status, title) in PROBLEMS.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
        assert 400 <= status < 600
        assert title[0].isupper()


def test_every_route_names_only_codes_that_exist():
    for route in routes.ALL:
        assert set(route.problems) <= set(PROBLEMS), route.template


def test_paths_that_share_a_prefix_share_the_names_of_their_variables():
    """API Gateway refuses two variables in the same place."""
    names: dict[tuple[str, ...], set[str]] = {}
    for route in routes.ALL:
        pieces = route.path.split("/")
        for place, piece in enumerate(pieces):
            if piece.startswith("{"):
                prefix = tuple("{}" if each.startswith("{") else each for each in pieces[:place])
                names.setdefault(prefix, set()).add(piece)
    assert all(len(found) == 1 for found in names.values()), names


def test_a_preflight_of_nothing_is_not_found():
    is_a_problem(send("OPTIONS", "/v1/nothing", headers={}))
