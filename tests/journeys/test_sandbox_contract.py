"""The sandbox's own routes and promises, sentence by sentence (the HTTP contract, "The sandbox")."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox.client import SEATTLE, Line, Town
from sandbox.clock import read_instant
from sandbox.server import PortTaken, Sandbox

ROOT = Path(__file__).parents[2]


def problem(answer, status, code):
    """An answer that is a problem, as all of them are."""
    assert answer.status == status, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] in answer.json["instance"]
    assert answer.json["status"] == status
    assert answer.json["code"] == code
    assert {"type", "title", "detail"} <= answer.json.keys()
    return answer.json


def pointers(found):
    return [error["pointer"] for error in found["errors"]]


# --- ready, and only here ------------------------------------------------------------------------------


def test_it_is_ready_when_health_answers(town):
    assert town.line.ask("GET", "/v1/health")["status"] == "ok"
    assert town.line.ask("GET", "/v1/openapi.json")["openapi"].startswith("3.1")


def test_a_fresh_sandbox_has_the_plans_and_the_price_table(town):
    plans = town.line.ask("GET", "/v1/plans?country=US")["data"]
    assert [plan["id"] for plan in plans] == [
        "business-basic",
        "apps-for-business",
        "business-standard",
        "business-premium",
    ]
    assert plans[0]["prices"] == {
        "monthly": {"amount": 7_20, "currency": "USD"},
        "yearly": {"amount": 72_00, "currency": "USD"},
    }
    assert town.operator.ask("GET", "/v1/admin/reviews")["data"] == []


def test_it_listens_on_the_loopback_interface_only(sandbox):
    assert sandbox._server.socket.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_said_so(sandbox):
    with pytest.raises(PortTaken, match=str(sandbox.port)):
        Sandbox(port=sandbox.port)


def test_without_a_start_it_runs_with_the_real_time_until_it_is_moved():
    with Sandbox() as running:
        line = Line(running.url)
        town = Town(line=line)
        assert abs(read_instant(town.now()) - datetime.now(UTC)) < timedelta(seconds=10)
        assert line.ask("GET", "/sandbox/clock")["stands"] is False
        town.advance("P1D")
        assert line.ask("GET", "/sandbox/clock")["stands"] is True
        line.close()


# --- tokens --------------------------------------------------------------------------------------------


def test_the_same_address_is_always_the_same_sub(town):
    asked = {"email": "a@b.example", "roles": ["client"]}
    first = town.line.ask("POST", "/sandbox/tokens", asked)
    second = town.line.ask(
        "POST", "/sandbox/tokens", {**asked, "roles": ["operator"], "name": "A", "locale": "fr"}
    )
    other = town.line.ask("POST", "/sandbox/tokens", {**asked, "email": "c@b.example"})
    assert first["sub"] == second["sub"] != other["sub"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({"roles": ["client"]}, "/email", id="no address"),
        pytest.param({"email": "nobody", "roles": []}, "/email", id="no such address"),
        pytest.param({"email": "a@b.example"}, "/roles", id="no roles"),
        pytest.param({"email": "a@b.example", "roles": ["king"]}, "/roles", id="no such role"),
        pytest.param({"email": "a@b.example", "roles": "client"}, "/roles", id="not a list"),
        pytest.param({"email": "a@b.example", "roles": [], "age": 7}, "/age", id="no such field"),
        pytest.param(
            {"email": "a@b.example", "roles": [], "expires_in": "1h"}, "/expires_in", id="no duration"
        ),
        pytest.param([], "", id="not an object"),
    ],
)
def test_a_token_for_nobody_is_refused(town, body, pointer):
    answer = town.line.send("POST", "/sandbox/tokens", body)
    assert pointer in pointers(problem(answer, 422, "validation_failed"))


def test_tokens_go_by_the_clock_of_the_sandbox(town):
    asked = {"email": "a@b.example", "roles": ["client"], "expires_in": "PT1H"}
    token = town.line.ask("POST", "/sandbox/tokens", asked)["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert town.line.send("GET", "/v1/subscriptions", headers=headers).status == 200
    town.advance("PT1H")
    problem(town.line.send("GET", "/v1/subscriptions", headers=headers), 401, "unauthenticated")


# --- the clock -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "now"),
    [
        pytest.param({"advance": "P14D"}, "2024-02-14T10:00:00Z", id="days"),
        pytest.param({"advance": "P1M"}, "2024-02-29T10:00:00Z", id="a shorter month"),
        pytest.param({"advance": "PT0S"}, "2024-01-31T10:00:00Z", id="not at all"),
        pytest.param({"to": "2024-02-01T00:00:00Z"}, "2024-02-01T00:00:00Z", id="to an instant"),
        pytest.param({"to": "2024-01-31T10:00:00Z"}, "2024-01-31T10:00:00Z", id="to where it is"),
        pytest.param({"to": "2024-01-31T12:00:00+01:00"}, "2024-01-31T11:00:00Z", id="in another zone"),
    ],
)
def test_time_moves_forward(town, body, now):
    assert town.line.ask("POST", "/sandbox/clock", body) == {"now": now, "fired": {}}
    assert town.now() == now


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({"to": "2024-01-31T09:59:59Z"}, "/to", id="back"),
        pytest.param({"advance": "-P1D"}, "/advance", id="back by a duration"),
        pytest.param({}, "", id="nowhere"),
        pytest.param({"advance": "P1D", "to": "2024-02-01T00:00:00Z"}, "", id="both"),
        pytest.param({"advance": "two weeks"}, "/advance", id="no duration"),
        pytest.param({"advance": 14}, "/advance", id="a number"),
        pytest.param({"to": "tomorrow"}, "/to", id="no instant"),
        pytest.param({"advance": "P1000Y"}, "/advance", id="too far"),
        pytest.param({"advance": "P9000Y"}, "/advance", id="beyond the calendar"),
        pytest.param({"advance": "P1D", "by": 1}, "/by", id="no such field"),
    ],
)
def test_back_and_what_is_no_time_are_refused(town, body, pointer):
    found = problem(town.line.send("POST", "/sandbox/clock", body), 422, "validation_failed")
    assert pointer in pointers(found)
    assert town.now() == "2024-01-31T10:00:00Z"


def test_the_answer_comes_when_all_is_quiet_and_says_what_fired(town, chloe):
    subscription = chloe.buy()["id"]
    moved = town.advance("P14D")
    assert moved == {"now": "2024-02-14T10:00:00Z", "fired": {"activation_deadlines": 1}}
    assert chloe.see(subscription)["status"] == "canceled"
    assert [mail["template"] for mail in town.mails(chloe)] == ["E1", "E7"]
    assert [entry["kind"] for entry in town.ledger()] == ["charge", "refund"]


# --- the mailbox ---------------------------------------------------------------------------------------


def test_the_mailbox_has_every_mail_oldest_first(town, chloe, carl):
    chloe.buy()
    town.advance("P1D")
    carl.buy()
    mails = town.mails()
    assert [mail["to"] for mail in mails] == [chloe.email, carl.email]
    assert [mail["sent_at"] for mail in mails] == ["2024-01-31T10:00:00Z", "2024-02-01T10:00:00Z"]
    assert [mail["locale"] for mail in mails] == ["fr", "en"]
    assert mails[0].keys() == {"id", "template", "to", "subject", "text", "html", "sent_at", "locale"}
    assert town.mails(carl) == mails[1:]
    assert town.line.ask("GET", f"/sandbox/mailbox?to={carl.email.upper()}")["data"] == mails[1:]
    assert town.line.ask("GET", "/sandbox/mailbox?to=nobody@x.example") == {"data": []}


@pytest.mark.parametrize("written", ["carl+2@client.example", "carl%2B2@client.example"])
def test_an_address_with_a_plus_sign_has_a_mailbox_too(town, carl, written):
    carl.email = "carl+2@client.example"
    carl.buy()
    assert len(town.line.ask("GET", f"/sandbox/mailbox?to={written}")["data"]) == 1


def test_what_the_mailbox_does_not_know_is_refused(town):
    problem(town.line.send("GET", "/sandbox/mailbox?from=me"), 422, "validation_failed")


# --- at Microsoft --------------------------------------------------------------------------------------


def test_R19_R20_accepting_the_agreement_is_enough(town, chloe):
    subscription = chloe.buy()["id"]
    path = f"/sandbox/microsoft/{subscription}/accept-agreement"
    problem(town.line.send("POST", path), 409, "invalid_transition")  # nothing is submitted
    chloe.submit_account(subscription, prefix="velos")
    problem(town.line.send("POST", path), 409, "invalid_transition")  # nothing is approved
    town.review(subscription, approve=True)
    assert town.line.ask("POST", path)["subscription_id"] == subscription
    assert chloe.see(subscription)["status"] == "active"
    problem(town.line.send("POST", path), 409, "invalid_transition")  # once is enough
    assert [link["status"] for link in town.line.ask("GET", "/sandbox/microsoft")["data"]] == ["active"]


def test_an_agreement_of_nobody_is_not_found(town):
    problem(town.line.send("POST", "/sandbox/microsoft/sub_none/accept-agreement"), 404, "not_found")
    problem(town.line.send("POST", "/sandbox/microsoft/x/y/accept-agreement"), 404, "not_found")
    problem(town.line.send("GET", "/sandbox/microsoft/sub_none/accept-agreement"), 405, "method_not_allowed")


# --- at the payment provider ---------------------------------------------------------------------------


def test_the_next_charges_are_declined_as_often_as_was_asked(town, chloe):
    town.next_charges("decline", 2)
    assert chloe.buy(expect=402)["code"] == "payment_declined"
    assert chloe.buy(expect=402)["decline_code"] == "generic_decline"
    assert chloe.buy()["status"] == "pending"
    assert chloe.ask("GET", "/v1/subscriptions")["data"][0]["status"] == "pending"
    assert len(chloe.ask("GET", "/v1/subscriptions")["data"]) == 1


def test_the_next_charge_fails_and_the_same_key_takes_it_up(town, chloe):
    town.next_charges("error")
    answer = chloe.buy(key="once", expect=503)
    assert answer["code"] == "payment_unavailable"
    assert town.ledger() == []
    assert chloe.buy(key="once")["status"] == "pending"
    assert len(town.ledger("charge")) == 1


def test_the_next_charge_times_out_and_is_made_once(town, chloe):
    town.next_charges("timeout")
    first = chloe.buy(key="once")
    assert first["status"] == "pending"
    assert chloe.buy(key="once") == first
    (charge,) = town.ledger("charge")
    assert charge["status"] == "succeeded"
    assert charge["amount"] == {"amount": 150_00, "currency": "USD"}
    assert charge["idempotency_key"]


def test_the_two_payment_methods_of_the_contract(town, chloe):
    assert chloe.buy(payment_method="pm_card_visa_chargeDeclined", expect=402)["decline_code"]
    assert chloe.buy(payment_method="pm_card_visa")["status"] == "pending"
    assert [entry["status"] for entry in town.ledger()] == ["declined", "succeeded"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"outcome": "declined"},
        {"outcome": "decline", "count": 0},
        {"outcome": "decline", "count": 10**9},
        {"outcome": "decline", "count": True},
        {"outcome": "decline", "times": 1},
    ],
)
def test_what_is_no_outcome_is_refused(town, body):
    problem(town.line.send("POST", "/sandbox/payments/next", body), 422, "validation_failed")


# --- HTTP ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1/nothing", "/v2/plans", "/sandbox/nothing", "/sandbox/clock/x"]
)
def test_an_unknown_path_is_a_problem(town, path):
    problem(town.line.send("GET", path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/plans"),
        ("PATCH", "/v1/subscriptions/sub_1"),
        ("PUT", "/sandbox/clock"),
        ("BREW", "/v1/plans"),
    ],
)
def test_a_wrong_method_is_a_problem(town, method, path):
    problem(town.line.send(method, path), 405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/sandbox/tokens", "/sandbox/clock", "/v1/quotes"])
@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a": NaN}'])
def test_a_body_that_is_no_JSON_is_a_problem(town, path, body):
    problem(town.line.send("POST", path, body), 400, "malformed_json")


def test_a_body_that_is_too_large_is_a_problem(town):
    problem(town.line.send("POST", "/v1/quotes", b" " * 300_000), 413, "payload_too_large")
    problem(town.line.send("POST", "/v1/quotes", b" " * (10 * 1024 * 1024 + 1)), 413, "payload_too_large")


def talk(sandbox, text):
    """What is answered to these very bytes."""
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as line:
        line.sendall(text.encode())
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b"")).decode()


CHUNKED = "POST /sandbox/clock HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


def test_a_body_may_come_in_chunks(sandbox):
    text = (
        "POST /sandbox/clock HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    answer = talk(sandbox, text + '9\r\n{"advance\r\n9\r\n":"PT1H"}\r\n0\r\n\r\n')
    assert "HTTP/1.1 200" in answer
    assert "2024-01-31T11:00:00Z" in answer


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("nonsense\r\n\r\n", id="no request"),
        pytest.param("POST /sandbox/clock HTTP/1.1\r\nContent-Length: many\r\n\r\n", id="no length"),
        pytest.param(CHUNKED + "xyz\r\n", id="no chunk"),
        pytest.param(CHUNKED + "-1\r\n", id="less than none"),
    ],
)
def test_what_is_no_HTTP_is_answered_and_not_fatal(sandbox, town, text):
    answer = talk(sandbox, text)
    assert re.search(r"HTTP/1\.1 4\d\d", answer)
    assert "application/problem+json" in answer
    assert town.now()


def test_a_request_without_a_body_has_no_body_in_its_answer_to_HEAD(town):
    answer = town.line.send("HEAD", "/")
    assert (answer.status, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


@pytest.mark.parametrize("path", ["/v1/plans", "/sandbox/tokens"])
def test_pages_on_this_machine_may_call_it(town, path):
    headers = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    answer = town.line.send("OPTIONS", path, headers=headers)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]


def test_pages_from_elsewhere_may_not(town):
    answer = town.line.send("GET", "/sandbox/clock", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_R12_R76_a_PDF_comes_as_it_is(town, chloe):
    invoice = chloe.buy()["latest_invoice"]["id"]
    answer = chloe.send("GET", f"/v1/invoices/{invoice}/pdf")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")


def test_many_at_once_with_one_key_buy_once(sandbox, town, chloe):
    chloe.sign_in()
    answers = []
    body = {
        "plan_id": "business-basic",
        "seats": 1,
        "billing_period": "monthly",
        "country": "US",
        "payment_method": "pm_card_visa",
        "address": SEATTLE,
    }

    def press() -> None:
        line = Line(sandbox.url)
        headers = {"Authorization": f"Bearer {chloe._token}", "Idempotency-Key": "one"}
        answers.append(line.send("POST", "/v1/subscriptions", body, headers=headers))
        line.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} <= {201, 409}
    assert len({answer.json["id"] for answer in answers if answer.status == 201}) == 1
    assert {answer.json["code"] for answer in answers if answer.status == 409} <= {"idempotency_in_progress"}
    assert len(town.ledger("charge")) == 1
    assert len(town.mails(chloe, "E1")) == 1


# --- in a browser --------------------------------------------------------------------------------------


def test_the_documentation_is_there_and_nothing_else_of_the_disk(town):
    listed = re.findall(r'href="(/docs/[^"]+)"', town.line.send("GET", "/docs").content.decode())
    assert "/docs/sandbox.md" in listed
    for path in listed:
        answer = town.line.send("GET", path)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.content.startswith(b"# ")
    for path in (
        "/docs/../pyproject.toml",
        "/docs/%2e%2e/pyproject.toml",
        "/docs//etc/passwd",
        "/docs/none.md",
    ):
        problem(town.line.send("GET", path), 404, "not_found")


def test_the_overview_has_who_can_be_signed_in_and_what_went_wrong(town, chloe):
    chloe.buy()
    shown = town.line.ask("GET", "/sandbox")
    assert [persona["name"] for persona in shown["personas"]] == [
        "Chloé Martin",
        "Carl Jensen",
        "Frida Lindqvist",
        "Olga Petrova",
    ]
    assert shown["next_event"] == "2024-02-14T10:00:00Z"
    assert (shown["troubles"], shown["dead_letters"]) == ([], 0)
    headers = {"Authorization": f"Bearer {shown['personas'][0]['token']}"}
    assert town.line.send("GET", "/v1/subscriptions", headers=headers).json["data"]


def test_what_waits_for_the_client_at_microsoft_says_where_it_is_decided(town, frida, link, carl):
    group = {"group_id": "11111111-2222-4333-8444-555555555555"}
    freelancer = frida.ask("GET", "/v1/freelancer")["id"]
    town.operator.ask("PUT", f"/v1/admin/freelancers/{freelancer}/security-group", group)
    subscription = carl.buy(link=link)["id"]
    town.activate(carl, subscription, prefix="acme")
    carl.delegate(subscription)
    assert town.line.ask("GET", "/sandbox/microsoft")["grants"] == [], "not before the freelancer agrees"
    frida.ask("POST", f"/v1/delegations/{subscription}/decision", {"approve": True})
    shown = town.line.ask("GET", "/sandbox/microsoft")
    (grant,), (account,) = shown["grants"], shown["data"]
    assert (grant["status"], grant["tenant_id"]) == ("approvalPending", account["tenant_id"])
    address = urlsplit(grant["page"])
    with closing(Line(f"http://{address.netloc}")) as microsoft:
        assert b"It waits for your approval" in microsoft.send("GET", address.path).content
    town.line.ask("POST", f"/sandbox/microsoft/grants/{grant['id']}/approve")
    assert town.line.ask("GET", "/sandbox/microsoft")["grants"][0]["status"] in {"approved", "active"}


# --- one process ---------------------------------------------------------------------------------------


def run(**environment):
    """`make run`, without make."""
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_it_says_where_it_is_and_stops_when_it_is_told_to():
    with run(
        PORT="0", START="2024-01-31T10:00:00Z", AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_PROFILE="mine"
    ) as it:
        assert it.stdout is not None
        said, url = "", None
        while url is None:
            said += it.stdout.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+", said)
        line = Line(url[0])
        begun = time.monotonic()
        while time.monotonic() < begun + 30:
            try:
                assert line.ask("GET", "/v1/health")["status"] == "ok"
                break
            except ConnectionError:
                time.sleep(0.05)
        assert Town(line=line).now() == "2024-01-31T10:00:00Z"
        line.close()
        it.terminate()
        rest = it.communicate(timeout=30)[0]
        assert it.returncode == 0
        assert "Stopped" in rest
        assert json.dumps("aws") not in rest  # its metrics are not for the terminal


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({"START": "yesterday"}, "START=yesterday cannot be read", id="START"),
        pytest.param({"PORT": "http"}, "PORT=http is no port", id="PORT"),
        pytest.param({"PORT": "70000"}, "PORT=70000 is no port", id="a large PORT"),
        pytest.param({"SIGN_IN": "saml"}, "SIGN_IN=saml is not known: sandbox or oidc", id="SIGN_IN"),
        pytest.param({"TIME_MACHINE": "0"}, "TIME_MACHINE=0 is not known: on or off", id="TIME_MACHINE"),
    ],
)
def test_what_cannot_be_read_is_said_so(environment, said):
    with run(**environment) as it:
        assert said in it.communicate(timeout=30)[0]
        assert it.returncode == 2


def test_a_taken_port_is_said_so_by_make_run(sandbox):
    with run(PORT=str(sandbox.port)) as it:
        told = it.communicate(timeout=30)[0]
        assert f"port {sandbox.port} cannot be used" in told
        assert "PORT=" in told
        assert it.returncode == 2
