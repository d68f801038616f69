"""Each function may do what it does, and nobody may do what nobody does.

Policies cannot be tried here as AWS would. So the product lives through everything that can happen, each call
to AWS is noted with the function that made it, and the policies of that function's role must allow the call.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from tests.infra.calls import CONFIGURATION_SET, MAILBOX, SENDER, Call, Notes, allows, at_a_partition
from tests.infra.deployed import FUNCTION, Deployed

# Where a policy says "anything", and why it must.
WAIVED = {
    ("CredentialsKey", "kms:*"): "The account, or else nobody could ever change the key's policy again.",
    ("CredentialsKey", "*"): "In a key's own policy this is the key: it has no other name there.",
    ("AlarmsKey", "kms:*"): "As for the other key.",
    ("AlarmsKey", "*"): "As for the other key.",
    ("StorefrontFilesPolicy", "StorefrontFiles/*"): "Every file that is uploaded may be served.",
    ("StorefrontFilesPolicy", "s3:*"): "It is denied: whatever comes in the clear.",
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
LEFT_BY_LAMBDA = "SweepsDeadLetters"  # where it puts a run that failed

QUEUES = {"WorkMails": "MailsQueue", "WorkEffects": "EffectsQueue", "WorkMailEvents": "MailEventsQueue"}


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
    assert operator.get("/v1/admin/prices").json["data"]
    assert operator.get("/v1/admin/sweeps").json["data"]


def one_is_activated_by_a_sweep_and_turned_off(play: Play) -> Any:
    world, cast = play.world, play.cast
    world.partner_center.notices.plan("lost", count=100)
    quiet = cast.bought(key="quiet")
    free = f"/v1/subscriptions/{quiet['id']}/domain-availability?domain_prefix=quiet"
    assert cast.client().get(free).json["available"]
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


def mails_come_back(play: Play) -> None:
    """One is not sent after all, then bounces; one is called spam; and a suppressed address gets none."""
    world, operator = play.world, play.cast.operator()
    to_client, to_another = (world.mail.letters(template=each)[-1] for each in ("E1", "E2"))
    world.mail.happens(to_client, "reject")
    world.mail.happens(to_client, "bounce")
    world.mail.happens(to_another, "complaint")
    play.runtime.settle()
    suppressed = operator.get("/v1/admin/suppressions").json["data"]
    assert {each["email"] for each in suppressed} == {to_client.to, to_another.to}
    sent = len(world.mail.letters(to=to_client.to))
    play.cast.bought(key="unreachable")
    assert len(world.mail.letters(to=to_client.to)) == sent
    for each in suppressed:
        assert operator.delete(f"/v1/admin/suppressions/{each['id']}").status == 204


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
    mails_come_back(play)
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
        for resource in set(statement.resources) - {CONFIGURATION_SET, LEFT_BY_LAMBDA}
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


def test_mail_may_go_out_under_the_configuration_that_the_mailer_names_and_from_one_address_alone(prod):
    for mailbox, allowed in ((MAILBOX, True), ("ceo", False)):
        context = frozenset({("ses:FromAddress", f"{mailbox}@SenderDomain")})
        for resource in (SENDER, CONFIGURATION_SET):
            call = Call("ses:SendEmail", resource, context)
            assert any(allows(statement, call) for statement in prod.may("WorkMailsRole")) is allowed


def test_the_mailer_can_send_mail_and_nothing_more(prod):
    may = {
        (action, resource)
        for each in prod.may("WorkMailsRole")
        for action in each.actions
        for resource in each.resources
    }
    assert {each for each in may if each[0] not in DONE_BY_LAMBDA} == {
        ("ses:SendEmail", SENDER),
        ("ses:SendEmail", CONFIGURATION_SET),
        ("dynamodb:GetItem", "Table"),
        ("dynamodb:UpdateItem", "Table"),
    }
    for row, reads, writes in (
        ("sub_1.000001.E1", False, True),
        ("suppressed#0f", True, False),
        ("sub_1", False, False),
        ("client#1", False, False),
        ("frl_1", False, False),
        ("prices#US", False, False),
    ):
        for action, allowed in (("GetItem", reads), ("UpdateItem", writes)):
            call = at_a_partition(action, "Table", row)
            assert any(allows(each, call) for each in prod.may("WorkMailsRole")) is allowed, (action, row)


def test_every_function_sees_by_how_much_the_clock_is_moved_where_it_may_be(prod):
    look = at_a_partition("GetItem", "Table", "clock")
    for name in prod.names(FUNCTION):
        role = prod.role(name)
        assert any(allows(each, look) for each in prod.may(role, rehearsal=True)), name


def test_a_policy_for_rehearsals_allows_nothing_else_and_is_not_there_otherwise(prod):
    assert prod.template["Resources"]["ReadsTheClock"]["Condition"] == "ClockMoves"
    with_it = {
        name
        for name in prod.names(FUNCTION)
        if "ReadsTheClock" in prod.shared(prod.role(name), rehearsal=True)
    }
    assert with_it == {"WorkMails", "WorkMailEvents", "SweepOutbox"}  # the others read rows anyway
    (statement,) = (
        each for each in prod.may("WorkMailsRole", rehearsal=True) if each.where == "ReadsTheClock"
    )
    assert not allows(statement, at_a_partition("GetItem", "Table", "sub_1"))
    assert all("ReadsTheClock" not in prod.shared(prod.role(name)) for name in prod.names(FUNCTION))


def test_aws_itself_may_put_only_what_our_own_rules_and_alarms_send(prod):
    (_, alarms_speak) = (each for each in prod.statements() if each.where == "AlarmsKey")
    for each in (alarms_speak, *(each for each in prod.statements() if each.where.endswith("TopicPolicy"))):
        assert each.condition == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    for name, rule in (
        ("MailEventsQueuePolicy", "MailEvents"),
        ("MailEventsDeadLettersPolicy", "MailEvents"),
    ):
        (statement,) = prod[name]["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}}


def test_a_function_keeps_its_log_and_a_consumer_its_queue(prod):
    for name in prod.names(FUNCTION):
        log = prod[name]["LoggingConfig"]["LogGroup"]["Ref"]
        wanted = [Call("logs:CreateLogStream", log), Call("logs:PutLogEvents", log)]
        queue = QUEUES.get(name)
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
    denied = {statement.where for statement in deployed.statements() if statement.effect != "Allow"}
    assert denied == {"StorefrontFilesPolicy"}
