"""Twenty people buy at once: the emulator isolates transactions, so what is lost or doubled shows."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3

from sandbox.client import SEATTLE

BUYERS = 20
PRICE = 150_00
SECONDS = 60


@pytest.fixture
def crowd(stage, sandbox, town):
    """Everybody at the deployed gateway itself, at the same moment; each goes on until heard."""
    pool = urllib3.PoolManager(retries=False, maxsize=BUYERS, timeout=SECONDS)

    def together(people, method, path, body, key=None):
        start = threading.Barrier(len(people))

        def act(person):
            headers = {"Authorization": f"Bearer {person.token}", "Content-Type": "application/json"}
            if key is not None:
                headers["Idempotency-Key"] = key
            where = stage.url + (path if isinstance(path, str) else path(person))
            start.wait(timeout=SECONDS)
            while True:
                answer = pool.request(method, where, json=body(person), headers=headers)
                # 409 and 503 with Retry-After: it is being worked on, or nothing has happened yet.
                if "Retry-After" not in answer.headers:
                    return answer

        with ThreadPoolExecutor(len(people)) as threads:
            return list(threads.map(act, people))

    return together


def purchase(link):
    return {
        "plan_id": "business-standard",
        "seats": 10,
        "billing_period": "monthly",
        "country": "US",
        "payment_method": "pm_card_visa",
        "address": SEATTLE,
        "link_token": link,
    }


def account(prefix):
    return {
        "existing_customer": False,
        "domain_prefix": prefix,
        "account_name": "Pine Street Bikes",
        "address": SEATTLE,
        "primary_contact": {
            "first_name": "Ada",
            "last_name": "Byron",
            "email": "ada@client.example",
            "phone": "+1 206 555 0100",
        },
    }


@pytest.fixture
def buyers(town):
    people = [town.person(f"Buyer{number:02d} Smith", "client") for number in range(BUYERS)]
    for person in people:
        assert person.token  # one after the other: they share a line
    return people


def test_no_sale_is_lost_or_made_twice_when_twenty_buy_at_once(sandbox, town, frida, link, buyers, crowd):
    answers = crowd(buyers, "POST", "/v1/subscriptions", lambda _: purchase(link), key="first")
    assert [answer.status for answer in answers] == [201] * BUYERS
    bought = [answer.json()["id"] for answer in answers]
    assert len(set(bought)) == BUYERS

    again = crowd(buyers, "POST", "/v1/subscriptions", lambda _: purchase(link), key="first")
    assert [answer.json()["id"] for answer in again] == bought
    assert {answer.headers["Idempotent-Replayed"] for answer in again} == {"true"}

    charges = [entry for entry in town.ledger("charge") if entry["status"] == "succeeded"]
    assert [charge["amount"]["amount"] for charge in charges] == [PRICE] * BUYERS
    for buyer in buyers:
        (invoice,) = buyer.documents()
        assert invoice["total"]["amount"] == PRICE
        assert [mail["template"] for mail in town.mails(buyer)] == ["E1"]
    assert len(town.mails(frida, "E2")) == BUYERS
    totals = frida.ask("GET", "/v1/freelancer/earnings")["totals"]
    assert totals["accrued"]["amount"] == totals["pending"]["amount"] == BUYERS * PRICE // 10


def test_one_click_that_arrives_twenty_times_is_one_sale(town, link, carl, crowd):
    assert carl.token
    answers = crowd([carl] * BUYERS, "POST", "/v1/subscriptions", lambda _: purchase(link), key="once")
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(town.ledger("charge")) == 1
    assert len(carl.documents()) == 1


def test_a_name_that_twenty_want_is_given_to_one(town, link, buyers, crowd):
    bought = {
        id(buyer): answer.json()["id"]
        for buyer, answer in zip(
            buyers,
            crowd(buyers, "POST", "/v1/subscriptions", lambda _: purchase(link), key="first"),
            strict=True,
        )
    }
    answers = crowd(
        buyers,
        "PUT",
        lambda buyer: f"/v1/subscriptions/{bought[id(buyer)]}/microsoft-account",
        lambda _: account("acme"),
    )
    assert sorted(answer.status for answer in answers) == [200] + [409] * (BUYERS - 1)
    assert {answer.json()["code"] for answer in answers if answer.status == 409} == {"domain_taken"}
