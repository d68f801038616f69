"""How a subscription gets to where a scenario begins, and what must be the same whatever happened there."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.domain.account import checked_form
from chalicelib.domain.idempotency import Answer, Replay
from chalicelib.domain.people import Address, Caller, Contact, Role
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.waking import Sweep
from chalicelib.rulebook import BillingPeriod
from chalicelib.storage import keys
from chalicelib.storage.records import Once
from chalicelib.usecases import cancel, checkout, delegate, enroll, link_account, review, suspend, tick
from chalicelib.usecases.authenticate import AwaitsCardholder
from chalicelib.usecases.carry_out import carry_out
from sandbox.books import Books
from sandbox.clock import written
from sandbox.world import make_world

ADDRESS = Address(line1="1 Main St", city="Redmond", state="WA", postal_code="98052", country="US")
CONTACT = Contact(first_name="Carl", last_name="Client", email="carl@client.example", phone="206 555 0100")

OPERATOR = Caller(
    id="usr_olga", name="Olga", email="olga@market.example", locale="en", roles=frozenset({Role.OPERATOR})
)
FREELANCER = Caller(
    id="usr_frida", name="Frida", email="frida@it.example", locale="en", roles=frozenset({Role.FREELANCER})
)
CLIENT = Caller(
    id="usr_carl", name="Carl", email="carl@client.example", locale="en", roles=frozenset({Role.CLIENT})
)
REQUEST = "req-1"


class PaperQueue:
    """The queues as a sheet of paper: what was nudged, until somebody takes it."""

    def __init__(self) -> None:
        self._nudged: list[str] = []

    def nudge(self, effects: Any, *, request_id: str) -> None:
        self._nudged += [effect.id for effect in effects]

    def nudge_mails(self, effect_ids: Any, *, request_id: str) -> None:
        self._nudged += effect_ids

    def look_again(self, *, neighbor: str, reference: str, request_id: str) -> None:
        raise AssertionError("no webhook comes here")

    def take(self) -> list[str]:
        taken, self._nudged = list(dict.fromkeys(self._nudged)), []
        return taken


def empty():
    """An empty world whose queues are a sheet of paper."""
    made = make_world()
    made.__dict__["queue"] = PaperQueue()
    return made


@dataclass
class Stage:
    """A world with one freelancer, one client and what they have done so far."""

    world: Any  # a SandboxWorld whose queue is a PaperQueue
    link: str
    ids: list[str] = field(default_factory=list)
    subscription_id: str = ""

    @property
    def freelancer_id(self) -> str:
        found = self.world.store.freelancer_of(FREELANCER.id)
        assert found is not None
        return found.id

    def now(self):
        return self.world.now()

    def forward(self, span: timedelta) -> None:
        self.world.clock.put(self.world.now() + span)

    def forward_to(self, at) -> None:
        self.world.clock.put(at)


def _answer(result) -> Answer:
    if isinstance(result, Refusal):
        return Answer(status=400, body={"code": result.code})
    return Answer(status=201, body={"id": result.id})


def once(key: str) -> Once:
    """The idempotency of one request of the client's."""
    return Once(
        key=keys.record_key(caller=CLIENT.id, route="test", key=key),
        fingerprint="the same body",
        answer=_answer,
    )


def drain(world) -> None:
    """Let the workers work until the queues are empty."""
    for _ in range(100):
        effect_ids = world.queue.take()
        if not effect_ids:
            return
        for effect_id in effect_ids:
            carry_out(world, effect_id=effect_id, at=world.now(), request_id=REQUEST)
    raise AssertionError("the queues never became empty")


def sweep_all(world) -> None:
    """Run every sweep once that would find something, then the workers."""
    for sweep in Sweep:
        wakes = world.aws.wakes(at=written(world.now())).get(sweep.value)
        if wakes is None or not wakes.due:
            continue
        for shard in world.store.shards:
            for due in list(world.store.due(sweep, shard=shard, at=world.now())):
                tick.ACTS[sweep](world, due=due, at=world.now(), request_id=REQUEST)
        drain(world)


def recover(stage: Stage, *, minutes: int = 25) -> None:
    """Time goes on, the sweeps run: whatever was left undone is finished."""
    for _ in range(minutes // 5):
        stage.forward(timedelta(minutes=5))
        sweep_all(stage.world)


def enrolled(world) -> Stage:
    """A freelancer with a link."""
    at = world.now()
    invited = enroll.invite(
        world,
        caller=OPERATOR,
        email=FREELANCER.email,
        display_name="Frida",
        once=None,
        at=at,
        request_id=REQUEST,
    )
    enroll.apply(
        world,
        caller=FREELANCER,
        display_name="Frida",
        serves_us_clients=True,
        experience="Ten years",
        website=None,
        once=None,
        at=at,
        request_id=REQUEST,
    )
    enroll.decide(
        world,
        caller=OPERATOR,
        freelancer_id=invited.id,
        approve=True,
        reason=None,
        once=None,
        at=at,
        request_id=REQUEST,
    )
    signed = enroll.sign_terms(
        world, caller=FREELANCER, version=enroll.TERMS.version, once=None, at=at, request_id=REQUEST
    )
    drain(world)
    assert signed.link_token
    return Stage(world=world, link=signed.link_token)


def buy(stage: Stage, *, key: str = "buy", payment_method: str = "pm_card_visa", world=None):
    """The client buys ten monthly seats through the link."""
    purchase = checkout.Purchase(
        plan_id="business-basic",
        billing_period=BillingPeriod.MONTHLY,
        country="US",
        seats=10,
        payment_method=payment_method,
        address=ADDRESS,
        link_token=stage.link,
    )
    sub = checkout.checkout(
        world or stage.world,
        caller=CLIENT,
        purchase=purchase,
        once=once(key),
        at=stage.now(),
        request_id=REQUEST,
    )
    stage.subscription_id = sub.subscription_id if isinstance(sub, AwaitsCardholder) else sub.id
    return sub


def bought(world) -> Stage:
    """A pending subscription, its mails delivered."""
    stage = enrolled(world)
    buy(stage)
    drain(world)
    return stage


def submit(stage: Stage) -> None:
    """The client asks for a new tenant."""
    form = checked_form(
        existing_customer=False,
        domain=None,
        domain_prefix="carlsworks",
        account_name="Carl's Works",
        address=ADDRESS,
        primary_contact=CONTACT,
    )
    link_account.link_account(
        stage.world,
        subscription_id=stage.subscription_id,
        caller=CLIENT,
        form=form,
        at=stage.now(),
        request_id=REQUEST,
    )


def submitted(world) -> Stage:
    """An account that waits for its review."""
    stage = bought(world)
    submit(stage)
    return stage


def approve(stage: Stage, world=None) -> None:
    """The operator approves the account."""
    review.decide(
        world or stage.world,
        subscription_id=stage.subscription_id,
        caller=OPERATOR,
        approve=True,
        reason=None,
        once=None,
        at=stage.now(),
        request_id=REQUEST,
    )


def approved(world) -> Stage:
    """An approved account whose connection to Microsoft has not begun."""
    stage = submitted(world)
    approve(stage)
    return stage


def offered(world) -> Stage:
    """An account whose client has accepted at Microsoft, which we do not know yet."""
    stage = approved(world)
    drain(world)
    assert world.accept(stage.subscription_id)
    stage.forward(timedelta(minutes=5))
    return stage


def accepted(world) -> Stage:
    """An account that is accepted, whose seats have not been ordered."""
    stage = offered(world)
    tick.look(world, due=due_of(stage), at=stage.now(), request_id=REQUEST)
    return stage


def active(world) -> Stage:
    """Seats in use."""
    stage = accepted(world)
    drain(world)
    assert world.store.load(stage.subscription_id).status == "active"
    return stage


def term_over(world) -> Stage:
    """A subscription at the end of its first term."""
    stage = active(world)
    term = world.store.load(stage.subscription_id).term
    assert term is not None
    stage.forward_to(term.end - timedelta(days=7))
    sweep_all(world)  # the commission is earned,
    sweep_all(world)  # and then the reminder is next
    stage.forward_to(term.end)
    return stage


def due_of(stage: Stage):
    """What an index says of the subscription."""
    from chalicelib.storage.waking import Due

    sub = stage.world.store.load(stage.subscription_id)
    return Due(
        id=sub.id,
        client_id=sub.client.id,
        seller_id=sub.seller.freelancer_id if sub.seller else None,
    )


def cancel_now(stage: Stage, *, key: str = "cancel", world=None) -> None:
    """The client cancels."""
    cancel.cancel(
        world or stage.world,
        subscription_id=stage.subscription_id,
        caller=CLIENT,
        reason=None,
        quote=None,
        once=once(key),
        at=stage.now(),
        request_id=REQUEST,
    )


def suspend_now(stage: Stage) -> None:
    """The operator switches it off."""
    suspend.suspend(
        stage.world,
        subscription_id=stage.subscription_id,
        caller=OPERATOR,
        reason="terms",
        at=stage.now(),
        request_id=REQUEST,
    )


def reinstate_now(stage: Stage) -> None:
    """The operator switches it on again."""
    suspend.reinstate(
        stage.world,
        subscription_id=stage.subscription_id,
        caller=OPERATOR,
        at=stage.now(),
        request_id=REQUEST,
    )


def ask_for_delegation(stage: Stage) -> None:
    """The client asks the freelancer to manage the subscription."""
    delegate.request(
        stage.world,
        subscription_id=stage.subscription_id,
        caller=CLIENT,
        terms_version=delegate.TERMS.version,
        at=stage.now(),
        request_id=REQUEST,
    )


def take_on(stage: Stage) -> None:
    """The freelancer takes the delegation on."""
    delegate.decide(
        stage.world,
        subscription_id=stage.subscription_id,
        caller=FREELANCER,
        approve=True,
        once=None,
        at=stage.now(),
        request_id=REQUEST,
    )


def end_delegation(stage: Stage, world=None) -> None:
    """The client takes the delegation back."""
    delegate.end(
        world or stage.world,
        subscription_id=stage.subscription_id,
        caller=CLIENT,
        at=stage.now(),
        request_id=REQUEST,
    )


def set_group(stage: Stage, group_id: str | None = "6c1b2a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d") -> None:
    """The operator says which security group at Microsoft is the freelancer's."""
    enroll.set_security_group(
        stage.world,
        caller=OPERATOR,
        freelancer_id=stage.freelancer_id,
        group_id=group_id,
        at=stage.now(),
        request_id=REQUEST,
    )


def managed(world) -> Stage:
    """A delegation that was just taken on, by a freelancer with a security group."""
    stage = active(world)
    set_group(stage)
    ask_for_delegation(stage)
    drain(world)
    take_on(stage)
    return stage


def calmly(act, *answers: type[BaseException]) -> None:
    """Do it; a refusal or a replayed answer is an answer."""
    with contextlib.suppress(Refusal, Replay, *answers):
        act()


def outcome(stage: Stage) -> dict[str, Any]:
    """Everything that matters at the end, without ids and instants: what everybody has, owes and was told."""
    world = stage.world
    subs = world.store.subscriptions_of(CLIENT.id, status=None, limit=100, after=None).items
    documents = world.store.documents(CLIENT.id, limit=100, after=None).items
    freelancer = world.store.freelancer_of(FREELANCER.id)
    assert freelancer is not None
    totals = world.store.totals(freelancer.id)
    return {
        "subscriptions": sorted(
            (sub.status.value, sub.term.number if sub.term else None, sub.auto_renew) for sub in subs
        ),
        "documents": sorted(
            (each.number.split("-")[1], each.kind.value, each.total.amount, each.settlement.value)
            for each in documents
        ),
        "charged": sorted(charge.amount.amount for charge in world.stripe.charges()),
        "refunded": sorted(refund.amount.amount for refund in world.stripe.refunds()),
        "mails": Counter((letter.template, letter.to, letter.subject) for letter in world.mail.letters()),
        "commission": (totals.accrued, totals.pending, totals.earned, totals.reversed),
        "paid_out": (totals.payable, totals.paid),
        "transferred": sorted(transfer["amount"] for transfer in world.stripe.transfers()),
        "fetched": sorted(reversal["amount"] for reversal in world.stripe.reversals()),
        "access": sorted(grant.status for grant in world.partner_center.grants),
        "microsoft": sorted((seats.status, seats.auto_renew) for seats in world.partner_center.seats),
    }


def check_books(stage: Stage, end: dict[str, Any] | None = None) -> None:
    """Whatever happened: money, papers, commission and Microsoft agree; `end` is the outcome, if known."""
    world, end = stage.world, end or outcome(stage)
    assert Books.of(world).differences == ()
    invoices = sorted(total for _, kind, total, _ in end["documents"] if kind == "invoice")
    credit_notes = sorted(total for _, kind, total, _ in end["documents"] if kind == "credit_note")
    assert end["charged"] == invoices, "what was charged is what was invoiced"
    assert end["refunded"] == credit_notes, "what was given back is what was credited"
    assert sum(end["refunded"]) <= sum(end["charged"])
    numbers = [int(number) for number, *_ in end["documents"]]
    assert numbers == list(range(1, len(numbers) + 1)), "papers are numbered without gaps"
    accrued, pending, earned, reversed_ = end["commission"]
    assert accrued == pending + earned + reversed_
    assert end["paid_out"][1] == sum(end["transferred"]) - sum(end["fetched"])
    causes = Counter(letter.effect_id for letter in world.mail.letters())
    assert max(causes.values(), default=1) == 1, "one mail per cause"
    on = sum(1 for status, *_ in end["subscriptions"] if status == "active")
    assert sum(1 for seats in world.partner_center.seats if seats.status == "active") == on
    assert not world.store.stuck(limit=10, after=None).items
