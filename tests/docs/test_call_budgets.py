"""The calls that `docs/data-model.md` gives an operation are those that it makes."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app import app
from chalicelib.domain.timetable import TIMETABLE
from chalicelib.usecases.carry_out import carry_out
from sandbox.exchange import Request
from sandbox.runtime import Runtime
from sandbox.world import make_world

PAGE = Path(__file__).parent.parent.parent / "docs" / "data-model.md"
ADDRESS = {"line1": "1 Main St", "city": "Redmond", "state": "WA", "postal_code": "98052", "country": "US"}
CONTACT = {"first_name": "Carl", "last_name": "Jensen", "email": "carl@a.example", "phone": "206 555 0100"}
READS = {"GetItem": "get", "Query": "query"}
WRITES = {"UpdateItem": "update", "PutItem": "put", "DeleteItem": "delete"}


class Life:
    """One subscription from purchase to cancellation, with the calls to the table written down."""

    def __init__(self):
        self.world = make_world()
        self.runtime = Runtime(world=self.world, app=app)
        self.reads: list[str] = []
        self.writes: list[str] = []
        self.events = self.world.store._connection.client.meta.events
        self.events.register("provide-client-params.dynamodb.*", self.note)
        self.tokens = {
            role: self.world.identity.issue(email=f"{role}@a.example", roles=[role]).token
            for role in ("client", "freelancer", "operator")
        }

    def note(self, params, model, **_):
        match model.name:
            case "BatchGetItem":
                count = sum(len(table["Keys"]) for table in params["RequestItems"].values())
                self.reads.append(f"batch ({count})")
            case "TransactWriteItems":
                self.writes.append(f"transaction ({len(params['TransactItems'])})")
            case name if name in READS:
                self.reads.append(READS[name])
            case name:
                self.writes.append(WRITES[name])

    def ask(self, role, method, path, body=None, *, key=None):
        self.runtime.settle()
        self.world.prices("US", at=self.world.now())
        self.reads, self.writes = [], []
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} | ({"Idempotency-Key": key} if key else {})
        sent = json.dumps(body).encode() if body is not None else b""
        answer = self.runtime.serve(Request(method=method, target=path, headers=headers, body=sent))
        assert answer.status < 300, answer.body
        return json.loads(answer.body)

    def carry_out(self, effect_id):
        self.reads, self.writes = [], []
        carry_out(self.world, effect_id=effect_id, at=self.world.now(), request_id="test")

    def counted(self):
        return ", ".join(self.reads), ", ".join(self.writes)


@pytest.fixture(scope="module")
def made():
    """What each operation of a life costs, by its name on the page."""
    life, made = Life(), {}

    def ask(role, method, path, body=None, *, called=None, key=None):
        answer = life.ask(role, method, path, body, key=key)
        if called:
            made[called] = life.counted()
        return answer

    def carried_out(effect_id, called):
        life.carry_out(effect_id)
        made[called] = life.counted()

    invited = ask(
        "operator",
        "POST",
        "/v1/admin/invitations",
        {"email": "freelancer@a.example", "display_name": "Frida"},
    )
    application = {"display_name": "Frida", "serves_us_clients": True, "experience": "Ten years"}
    ask("freelancer", "POST", "/v1/freelancer/application", application)
    ask("operator", "POST", f"/v1/admin/applications/{invited['id']}/decision", {"approve": True})
    terms = ask("freelancer", "GET", "/v1/freelancer/terms")
    signed = ask("freelancer", "POST", "/v1/freelancer/terms", {"version": terms["version"]})
    link = signed["link"]["token"]
    ask("client", "GET", f"/v1/links/{link}", called="open a link")
    purchase = {
        "plan_id": "business-basic",
        "seats": 10,
        "billing_period": "monthly",
        "country": "US",
        "payment_method": "pm_card_visa",
        "address": ADDRESS,
        "link_token": link,
    }
    sub = ask("client", "POST", "/v1/subscriptions", purchase, called="buy, through a link", key="buy")["id"]
    carried_out(f"{sub}.1.E1", "deliver a mail")
    ask("client", "POST", "/v1/subscriptions", purchase, called="buy again under the same key", key="buy")
    one = f"/v1/subscriptions/{sub}"
    ask("client", "GET", one, called="show a subscription, as its client")
    ask("client", "GET", "/v1/subscriptions", called="list one's own subscriptions")
    ask("client", "GET", f"{one}/events", called="events")
    free = f"{one}/domain-availability?domain_prefix=carl"
    ask("client", "GET", free, called="ask whether a domain is free")
    account = {
        "existing_customer": False,
        "domain_prefix": "carl",
        "account_name": "Carl's",
        "address": ADDRESS,
        "primary_contact": CONTACT,
    }
    ask("client", "PUT", f"{one}/microsoft-account", account, called="submit the Microsoft account")
    review = f"/v1/admin/reviews/{sub}/decision"
    ask("operator", "POST", review, {"approve": True}, called="decide a review")
    life.runtime.settle()
    assert life.world.accept(sub)
    terms = ask("client", "GET", "/v1/delegation-terms")
    ask("client", "PUT", f"{one}/delegation", {"terms_version": terms["version"]})
    ask("freelancer", "POST", f"/v1/delegations/{sub}/decision", {"approve": True})
    ask("freelancer", "GET", one, called="show it, as the delegate")
    version = ask("client", "PUT", f"{one}/renewal", {"auto_renew": False}, called="turn auto-renew off")[
        "version"
    ]
    carried_out(f"{sub}.{version}.align", "align Microsoft")
    life.world.clock.put(life.world.now() + timedelta(days=2))
    ask("client", "POST", f"{one}/cancellation", {}, called="cancel, within the window", key="end")
    carried_out(f"{sub}.{version + 1}.refund", "pay a refund back")
    yield made
    life.events.unregister("provide-client-params.dynamodb.*", life.note)


def promised():
    """The rows of the page: reads and writes by operation."""
    section = PAGE.read_text(encoding="utf-8").split("## Call budgets", 1)[1]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")][2:]
    return {row[0].strip(): (row[1].partition("(still")[0].strip(), row[2].strip()) for row in rows}


def test_the_calls_are_those_promised(made):
    said = promised()
    assert {name: said[name] for name in made} == made
    in_sweeps = {"renew (in the sweep)", "remind, earn (in the sweep)", "a sweep that finds nothing"}
    assert set(said) - set(made) == in_sweeps | {"the state of the sweeps"}


def test_the_state_of_the_sweeps_is_one_batch_and_a_query_for_each_shard_of_each_but_the_one_that_walks():
    said = promised()["the state of the sweeps"]
    assert said == (f"batch ({len(TIMETABLE)}), one query a sweep and shard", "")
    life = Life()
    life.ask("operator", "GET", "/v1/admin/sweeps")
    life.events.unregister("provide-client-params.dynamodb.*", life.note)
    queries = ["query"] * (len(TIMETABLE) - 1) * len(life.world.store.shards)
    assert (life.reads, life.writes) == ([f"batch ({len(TIMETABLE)})", *queries], [])
