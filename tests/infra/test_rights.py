"""Each function may do what it does, and nobody may do what nobody does.

Policies cannot be tried here as AWS would. So the product lives through everything that can happen, each call
to AWS is noted with the function that made it, and the policies of that function's role must allow the call.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import pytest

from app import app
from chalicelib import wiring
from chalicelib.domain.catalog import Price
from chalicelib.gateways.microsoft import Microsoft
from chalicelib.gateways.secrets import SecretsManager
from chalicelib.wiring import World
from sandbox.runtime import Runtime
from sandbox.world import SandboxWorld, make_world
from tests.api.people import PURCHASE, Cast
from tests.infra.deployed import FUNCTION, Deployed, Statement
from tests.infra.packaging import ROOT

# Where a policy says "anything", and why it must.
WAIVED = {
    ("CredentialsKey", "kms:*"): "The account, or else nobody could ever change the key's policy again.",
    ("CredentialsKey", "*"): "In a key's own policy this is the key: it has no other name there.",
}

# What a role shares with others although nothing here makes use of it.
UNUSED = {
    # Its use case is that of a term's end, which names a price when it begins.
    "SweepRenewalRetriesRole": {"ReadsPrices"},
}

# What AWS does with a function's role where no code of ours is running.
DONE_BY_LAMBDA = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
}
SENDER = "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:identity/SenderDomain"
CONFIGURATION_SET = "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:configuration-set/Mailing"

WAYS_IN = {
    str(ROOT / "chalicelib" / "sweeps.py"): "sweep_",
    str(ROOT / "chalicelib" / "workers.py"): "work_",
    str(ROOT / "chalicelib" / "api" / "application.py"): "__call__",
}


@dataclass(frozen=True)
class Call:
    """One thing that a function did at AWS: what a policy is asked about."""

    action: str
    resource: str
    context: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Notes:
    """What each function did."""

    calls: dict[str, set[Call]] = field(default_factory=lambda: defaultdict(set))

    def take(self, *, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Note one call of botocore, if a function of ours is making it."""
        function = running()
        if function is not None:
            service = model.service_model.service_name
            self.calls[function].update(READ[service](model.name, params))


def running() -> str | None:
    """The function that the code below us belongs to, as Lambda would have started it."""
    frame = sys._getframe()
    while (caller := frame.f_back) is not None:
        frame = caller
        prefix = WAYS_IN.get(frame.f_code.co_filename)
        if prefix is not None and frame.f_code.co_name.startswith(prefix):
            return "api_handler" if prefix == "__call__" else frame.f_code.co_name
    return None


def at_the_table(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    if operation == "TransactWriteItems":
        names = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
        for item in params["TransactItems"]:
            for verb in item:
                yield Call(f"dynamodb:{names.get(verb, 'ConditionCheckItem')}", "Table")
    elif operation == "TransactGetItems":
        yield Call("dynamodb:GetItem", "Table")
    elif operation == "Query":
        where = f"Table/index/{params['IndexName']}" if "IndexName" in params else "Table"
        partition = params["ExpressionAttributeValues"][":0"]["S"]
        yield Call("dynamodb:Query", where, frozenset({("dynamodb:LeadingKeys", partition)}))
    else:
        yield Call(f"dynamodb:{operation}", "Table")


def at_the_queues(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    queue = "MailsQueue" if params["QueueUrl"].endswith("mails") else "EffectsQueue"
    yield Call(f"sqs:{operation.removesuffix('Batch')}", queue)


def at_the_mailer(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    yield Call(f"ses:{operation}", SENDER)
    if "ConfigurationSetName" in params:
        yield Call(f"ses:{operation}", CONFIGURATION_SET)


def at_the_vault(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    context = {(f"kms:EncryptionContext:{name}", "any") for name in params.get("EncryptionContext", {})}
    yield Call(f"kms:{operation}", "CredentialsKey", frozenset(context))


def at_the_secrets(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    token = params["SecretId"] == wiring.world().settings.microsoft.token_secret_id
    yield Call(f"secretsmanager:{operation}", "MicrosoftToken" if token else "Secrets")


READ = {
    "dynamodb": at_the_table,
    "sqs": at_the_queues,
    "sesv2": at_the_mailer,
    "kms": at_the_vault,
    "secretsmanager": at_the_secrets,
}


def allows(statement: Statement, call: Call) -> bool:
    """Whether a statement allows a call; of IAM's language it knows what our policies say."""
    return (
        statement.effect == "Allow"
        and call.action in statement.actions
        and call.resource in statement.resources
        and all(
            holds(operator, key, wanted, dict(call.context))
            for operator, keys in statement.condition.items()
            for key, wanted in keys.items()
        )
    )


def holds(operator: str, key: str, wanted: str | list[str], context: dict[str, str]) -> bool:
    if operator == "Null":
        return (key in context) is (wanted == "false")
    assert operator == "ForAllValues:StringLike", operator
    patterns = [wanted] if isinstance(wanted, str) else wanted
    return key not in context or any(fnmatchcase(context[key], pattern) for pattern in patterns)


@dataclass
class Play:
    """A world in which everything happens, so that each function does all that it ever does."""

    world: Any
    runtime: Runtime
    cast: Cast

    def forward(self, **span: int) -> None:
        self.runtime.advance(self.world.now() + timedelta(**span))

    def reviewed(self, sub: Any) -> None:
        """Approved by the operator, and accepted at Microsoft."""
        self.cast.operator().post(f"/v1/admin/reviews/{sub['id']}/decision", {"approve": True})
        self.runtime.settle()
        assert self.world.accept(sub["id"])

    def status(self, sub: Any) -> str:
        return str(self.world.store.load(sub["id"]).status)


def one_is_sold_delegated_and_activated_by_microsoft_s_own_notices(play: Play) -> Any:
    world, cast, client, operator = play.world, play.cast, play.cast.client(), play.cast.operator()
    sold = cast.sold(key="sold")
    play.runtime.settle()
    cast.delegated(sold)
    cast.submitted(sold)
    assert operator.get("/v1/admin/reviews").json["data"]
    play.reviewed(sold)
    play.runtime.settle()
    assert client.post(f"/v1/subscriptions/{sold['id']}/admin-credentials").status == 200
    operator.put(f"/v1/admin/subscriptions/{sold['id']}/suspension", {"reason": "Spam."})
    operator.delete(f"/v1/admin/subscriptions/{sold['id']}/suspension")
    assert operator.post(f"/v1/admin/subscriptions/{sold['id']}/mails", {"template": "E1"}).status == 201
    play.runtime.settle()
    assert world.mail.letters(template="E13")
    return sold


def everybody_looks(play: Play, sold: Any) -> None:
    cast, client, operator, freelancer = (
        play.cast,
        play.cast.client(),
        play.cast.operator(),
        play.cast.freelancer(),
    )
    token = freelancer.get("/v1/freelancer").json["link"]["token"]
    for path in ("/v1/plans", f"/v1/links/{token}"):
        assert cast.visitor().get(path).status == 200
    for path in ("", f"/{sold['id']}", f"/{sold['id']}/events"):
        assert client.get(f"/v1/subscriptions{path}").status == 200
    assert client.get("/v1/invoices").json["data"]
    for path in ("subscriptions", "earnings", "delegations"):
        assert freelancer.get(f"/v1/freelancer/{path}").json["data"]
    for query in ("status=active", "email=carl@client.example", "domain=acme.onmicrosoft.com"):
        assert operator.get(f"/v1/admin/subscriptions?{query}").json["data"]
    assert operator.get("/v1/admin/applications").status == 200


def one_is_activated_by_a_sweep_and_turned_off(play: Play) -> Any:
    world, cast = play.world, play.cast
    world.partner_center.notices.plan("lost", count=100)
    quiet = cast.bought(key="quiet")
    cast.submitted(quiet, domain_prefix="quiet")
    play.reviewed(quiet)
    play.forward(hours=1)
    assert play.status(quiet) == "active"
    cast.client().put(f"/v1/subscriptions/{quiet['id']}/renewal", {"auto_renew": False})
    world.partner_center.notices.clear()
    return quiet


def one_is_canceled_one_forgotten_and_one_lost_from_sight(play: Play) -> Any:
    world, cast, client = play.world, play.cast, play.cast.client()
    where = f"/v1/subscriptions/{cast.bought(key='regretted')['id']}/cancellation"
    quote = client.get(where).json["quote"]
    assert client.post(where, {"quote": quote}, key="regret").status == 200
    forgotten = cast.bought(key="forgotten")
    world.stripe.plan("timeout")
    world.neighbors.faults["payments"].plan("storm", method="GET", path="payment_intents", count=3)
    assert client.post("/v1/subscriptions", PURCHASE, key="unheard").status == 503
    while world.stripe.take_notice(world.now()):
        pass
    for url in (world.aws.mails_url, world.aws.effects_url):
        world.client("sqs").purge_queue(QueueUrl=url)
    return forgotten


def a_freelancer_is_paid_and_a_client_disputes(play: Play, sold: Any) -> None:
    world, freelancer = play.world, play.cast.freelancer()
    assert freelancer.get("/v1/freelancer/payouts").json["waiting"]["amount"]
    assert freelancer.post("/v1/freelancer/payouts/onboarding").status == 201
    (account,) = world.stripe.things("account")
    world.stripe.finish_onboarding(account["id"])
    play.runtime.settle()
    paid = freelancer.get("/v1/freelancer/payouts").json["paid"]["amount"]
    assert paid
    world.stripe.open_dispute(world.store.load(sold["id"]).payment.charge_id)
    play.runtime.settle()
    assert play.cast.operator().get("/v1/admin/disputes").json["data"]
    assert freelancer.get("/v1/freelancer/payouts").json["paid"]["amount"] < paid


def an_operator_is_needed(play: Play) -> None:
    world, operator = play.world, play.cast.operator()
    price = {"plan_id": "business-basic", "billing_period": "monthly", "country": "US", "unit_amount": 900}
    assert operator.put("/v1/admin/prices", {**price, "valid_from": "2030-01-01"}).status == 200
    unlucky = play.cast.bought(key="unlucky")
    mail = world.store.claim(world.store.mail_of(unlucky["id"], "E1").id, at=world.now())
    world.store.failed(mail, error="MessageRejected", for_good=True, at=world.now())
    assert operator.get("/v1/admin/stuck").json["data"]
    assert operator.post(f"/v1/admin/stuck/{mail.id}/retry").status == 200


def microsoft_is_not_as_we_have_it(play: Play) -> None:
    seats = play.world.partner_center.seats[0]
    play.forward(hours=2)  # what was changed here has had its time
    seats.quantity += 1
    play.runtime.fire("reconciliations")
    assert play.cast.operator().get("/v1/admin/drift").json["data"]
    seats.auto_renew = False
    seats.quantity -= 1
    play.runtime.fire("reconciliations")
    assert not play.cast.operator().get("/v1/admin/drift").json["data"]


def everything_that_can_happen(world: Any) -> None:
    play = Play(world, Runtime(world=world, app=app), Cast(world))
    sold = one_is_sold_delegated_and_activated_by_microsoft_s_own_notices(play)
    everybody_looks(play, sold)
    microsoft_is_not_as_we_have_it(play)
    quiet = one_is_activated_by_a_sweep_and_turned_off(play)
    forgotten = one_is_canceled_one_forgotten_and_one_lost_from_sight(play)
    play.forward(days=20)
    a_freelancer_is_paid_and_a_client_disputes(play, sold)
    play.cast.freelancer().post("/v1/freelancer/leave")
    an_operator_is_needed(play)
    world.stripe.plan("decline")  # the renewal, which is tried again
    play.forward(days=58)
    assert play.status(forgotten) == play.status(quiet) == "canceled"
    assert world.store.load(sold["id"]).term.number >= 2
    assert not play.runtime.troubles, play.runtime.troubles


class Forgetful(SandboxWorld):
    """Keeps no secrets, tokens or prices: deployed, each function has a process, and reads, of its own."""

    @property
    def secrets(self) -> SecretsManager:
        """See World."""
        return SecretsManager(client=self.client("secretsmanager"), secret_id=self.settings.secret_id)

    @property
    def microsoft(self) -> Microsoft:
        """See World."""
        self.__dict__.pop("_tokens", None)
        made: Microsoft = World.__dict__["microsoft"].func(self)
        return made

    def prices(self, country: str, *, at: datetime) -> list[Price]:
        """See World."""
        self.forget_prices()
        return super().prices(country, at=at)


@pytest.fixture(scope="module")
def done() -> dict[str, set[Call]]:
    """What each function did while everything happened."""
    made, notes = make_world(environment={}), Notes()
    world = Forgetful(settings=made.settings, aws=made.aws, clock=made.clock, neighbors=made.neighbors)
    wiring.use(world)
    clients = [
        world.store._connection.client,
        *(world.client(service) for service in ("sqs", "sesv2", "kms", "secretsmanager")),
    ]
    for each in clients:
        each.meta.events.register("provide-client-params.*.*", notes.take, unique_id="notes")
    try:
        everything_that_can_happen(world)
    finally:
        for each in clients:
            each.meta.events.unregister("provide-client-params.*.*", notes.take, unique_id="notes")
        wiring.use(None)
    return notes.calls


def test_every_function_was_at_work(prod, done):
    assert {prod.function(name) for name in done} == set(prod.names(FUNCTION))


def test_whatever_a_function_does_its_role_allows(prod, done):
    refused = {
        (function, call)
        for function, calls in done.items()
        for call in calls
        if not any(allows(statement, call) for statement in prod.may(prod.role(prod.function(function))))
    }
    assert refused == set()


def test_whatever_is_allowed_is_done_by_somebody_who_is_allowed_it(prod, done):
    idle = {
        (statement.where, action, resource)
        for name in prod.names(FUNCTION)
        for statement in prod.may(prod.role(name))
        for action in set(statement.actions) - DONE_BY_LAMBDA
        for resource in set(statement.resources) - {CONFIGURATION_SET}
    } - {
        (statement.where, call.action, call.resource)
        for function, calls in done.items()
        for statement in prod.may(prod.role(prod.function(function)))
        for call in calls
        if allows(statement, call)
    }
    assert idle == set()


def test_whatever_a_function_shares_with_others_it_makes_use_of(prod, done):
    for name, calls in done.items():
        role = prod.role(prod.function(name))
        own = [statement for statement in prod.may(role) if statement.where != role]
        used = {each.where for each in own if any(allows(each, call) for call in calls)}
        unused = {each.where for each in own} - used
        assert unused == UNUSED.get(role, set()), role


def test_mail_may_go_out_under_the_configuration_that_the_mailer_names(prod):
    call = Call("ses:SendEmail", CONFIGURATION_SET)
    assert any(allows(statement, call) for statement in prod.may("WorkMailsRole"))


def test_a_function_keeps_its_log_and_a_consumer_its_queue(prod):
    for name in prod.names(FUNCTION):
        log = prod[name]["LoggingConfig"]["LogGroup"]["Ref"]
        wanted = [Call("logs:CreateLogStream", log), Call("logs:PutLogEvents", log)]
        queue = {"WorkMails": "MailsQueue", "WorkEffects": "EffectsQueue"}.get(name)
        if queue:
            wanted += [
                Call(f"sqs:{verb}", queue)
                for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            ]
        for call in wanted:
            assert any(allows(statement, call) for statement in prod.may(prod.role(name))), (name, call)


def test_only_the_api_opens_what_is_sealed_and_only_the_effects_seal_it(prod):
    who = defaultdict(set)
    for name in prod.names(FUNCTION):
        for statement in prod.may(prod.role(name)):
            for action in statement.actions:
                who[action].add(name)
    assert who["kms:Decrypt"] == {"APIHandler"}
    assert who["kms:Encrypt"] == {"WorkEffects"}
    assert who["ses:SendEmail"] == {"WorkMails"}


def test_nothing_is_allowed_to_anything_but_for_a_reason(deployed: Deployed):
    found = {
        (statement.where, said)
        for statement in deployed.statements()
        for said in (*statement.actions, *statement.resources)
        if "*" in said
    }
    assert found == set(WAIVED)
    assert all(WAIVED.values())


def test_no_function_is_left_with_the_policy_that_stands_in_until_it_has_one(deployed: Deployed):
    assert all(statement.effect == "Allow" for statement in deployed.statements())
