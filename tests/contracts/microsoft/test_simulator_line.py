from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from chalicelib.gateways.transport import HttpTransport, NoReply
from sandbox.exchange import Request
from sandbox.simulators.faults import Faults, Faulty, Kind
from sandbox.simulators.microsoft import FIRST_REFRESH_TOKEN
from sandbox.simulators.serving import DirectTransport, LoopbackServer, Silence
from tests.contracts.microsoft.asking import PARTNER_CENTER, Asking

DOMAIN = "/partnercenter/v1/domains/acme.onmicrosoft.com"


@pytest.fixture
def partner() -> Asking:
    return Asking()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def line(partner: Asking, faults: Faults) -> Faulty:
    return Faulty(partner.microsoft, faults, shape=partner.microsoft.error_shape)


@pytest.fixture
def server(line: Faulty) -> Iterator[LoopbackServer]:
    server = LoopbackServer(line)
    server.start()
    yield server
    server.stop()


def ask(line: Faulty):
    return line.answer(Request(method="GET", target="/partnercenter/v1/customers"))


def test_errors_come_in_every_shape_that_an_adapter_has_to_survive(line: Faulty, faults: Faults) -> None:
    faults.plan(Kind.ERROR, count=5)
    answers = [ask(line) for _ in range(5)]
    assert all(answer.status >= 500 for answer in answers)
    bodies = [answer.body for answer in answers]
    assert isinstance(json.loads(bodies[0])["code"], int)
    assert json.loads(bodies[1])["errorName"] == "InternalServerError"
    assert set(json.loads(bodies[2])) == {"statusCode", "message"}
    assert bodies[3] == b""
    assert bodies[4].startswith(b"<!DOCTYPE html>")


def test_too_many_requests_are_to_wait_for_whole_or_decimal_seconds(line: Faulty, faults: Faults) -> None:
    faults.plan(Kind.RATE_LIMIT, count=2)
    faults.plan(Kind.RATE_LIMIT, retry_after="57")
    answers = [ask(line) for _ in range(3)]
    assert [answer.headers["Retry-After"] for answer in answers] == ["1", "1.5", "57"]
    assert {answer.status for answer in answers} == {429}


def test_what_was_done_before_the_line_was_cut_is_answered_to_the_repetition(
    partner: Asking, line: Faulty, faults: Faults
) -> None:
    tenant = partner.buyer()
    cart = partner.fill(tenant).json["id"]
    headers = {
        "Authorization": f"Bearer {partner.signed_in(PARTNER_CENTER)}",
        "MS-RequestId": "4fa6dad6-a89f-4875-8247-8294a10ae1cf",
    }
    path = f"/partnercenter/v1/customers/{tenant}/carts/{cart}/checkout"
    request = Request(method="POST", target=path, headers=headers)
    faults.plan(Kind.TIMEOUT, path="/checkout$")
    with pytest.raises(Silence):
        line.answer(request)
    faults.plan(Kind.ERROR_AFTER, path="/checkout$")
    assert line.answer(request).status >= 500
    order = json.loads(line.answer(request).body)["orders"][0]
    assert [each.id for each in partner.microsoft.orders] == [order["id"]]


def test_over_a_real_line_it_says_the_same(partner: Asking, server: LoopbackServer, faults: Faults) -> None:
    partner.microsoft.public_url = server.url
    transport = HttpTransport()
    headers = {"Authorization": f"Bearer {partner.signed_in(PARTNER_CENTER)}"}

    def send(method: str, path: str):
        return transport.send(method=method, url=server.url + path, headers=headers, body=None, seconds=5)

    assert (send("HEAD", DOMAIN).status, send("HEAD", DOMAIN).body) == (404, b"")
    partner.new_customer()
    assert send("HEAD", DOMAIN).status == 200
    url = json.loads(send("GET", "/partnercenter/v1/customers/relationshiprequests").body)["url"]
    assert url.startswith(f"{server.url}/admin/partners/invitation?")
    assert b"<h1>" in send("GET", url.removeprefix(server.url)).body
    faults.plan(Kind.REFUSED_LINE)
    with pytest.raises(NoReply) as nothing:
        send("HEAD", DOMAIN)
    assert nothing.value.sent


def test_without_a_line_it_is_reached_below_any_base(partner: Asking) -> None:
    transport = DirectTransport({"https://microsoft.simulator": partner.microsoft})
    headers = {"Authorization": f"Bearer {partner.signed_in(PARTNER_CENTER)}"}
    url = f"https://microsoft.simulator{DOMAIN}"
    assert transport.send(method="HEAD", url=url, headers=headers, body=None, seconds=5).status == 404


def test_many_at_once_order_once(partner: Asking) -> None:
    tenant = partner.buyer()
    cart = partner.fill(tenant).json["id"]
    partner.signed_in(PARTNER_CENTER)
    answers: list[int] = []
    rivals = [
        threading.Thread(target=lambda: answers.append(partner.check_out(tenant, cart).status))
        for _ in range(8)
    ]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert sorted(answers) == [201] + [400] * 7
    assert len(partner.microsoft.orders) == 1


def test_no_secret_is_in_an_answer_that_is_no_token(partner: Asking) -> None:
    partner.new_customer()
    for path in ("/v1/customers", "/v1/auditrecords?startDate=2027-01-31"):
        assert FIRST_REFRESH_TOKEN not in partner.ask("GET", path).body.decode()
