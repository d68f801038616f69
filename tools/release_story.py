"""The lives behind a release's fixture: whatever can be in the table, was written by somebody who lived it.

Everything goes through the API and the clock, as for anybody; trouble is ordered at the neighbors. The story
ends in the middle: with money on its way, effects that nobody has carried out, and requests that may be
repeated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app import app
from sandbox.client import SEATTLE, Answer, Line, Person, Town
from sandbox.exchange import Request
from sandbox.routes import SandboxRoutes
from sandbox.runtime import Runtime
from sandbox.world import SandboxWorld, make_world

START: Final = datetime(2026, 5, 4, 9, tzinfo=UTC)
GROUP: Final = "6c1b2a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
PRICE: Final = {
    "plan_id": "business-basic",
    "billing_period": "monthly",
    "country": "US",
    "valid_from": "2027-01-01",
    "unit_amount": 900,
}
LOST: Final = 10_000  # requests: nothing gets through

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class CountedIds:
    """Ids as the product's own, with a count where those have chance: the same story writes the same rows."""

    def __init__(self, world: SandboxWorld) -> None:
        self._world = world
        self._made = 0

    def new(self, prefix: str) -> str:
        """See Ids."""
        self._made += 1
        instant = int(self._world.now().timestamp() * 1000)
        return f"{prefix}_{_digits(instant, 10)}{_digits(self._made, 16)}"

    def token(self) -> str:
        """See Ids."""
        self._made += 1
        return f"link{self._made:08d}"


class Unheard:
    """Queues that lose everything: what was to be done stays to be done."""

    def nudge(self, effects: Any, *, request_id: str) -> None:
        """See Queue."""

    def nudge_mails(self, effect_ids: Any, *, request_id: str) -> None:
        """See Queue."""

    def look_again(self, *, neighbor: str, reference: str, request_id: str) -> None:
        """See Queue."""


class Inside(Line):
    """A line to a sandbox in this process, where nothing happens by itself: each request is worked off."""

    def __init__(self, world: SandboxWorld) -> None:
        self.world = world
        self.runtime = Runtime(world=world, app=app)
        self._routes = SandboxRoutes(world=world, runtime=self.runtime)

    def send(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """See Line."""
        content = b"" if body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} if content else {}
        request = Request(method=method, target=path, headers={**given, **(headers or {})}, body=content)
        answer = self._routes.answer(request, request_id="sandbox") or self.runtime.serve(request)
        self.runtime.settle()
        return Answer(
            status=answer.status,
            headers={name.lower(): value for name, value in answer.headers.items()},
            content=answer.body,
        )


@dataclass(slots=True, kw_only=True)
class Story:
    """What is lived, and the requests whose answers are to be the same for whoever reads the rows later."""

    world: SandboxWorld
    line: Inside
    town: Town
    link: str = ""
    subs: dict[str, str] = field(default_factory=dict)  # by the client's first name
    people: dict[str, Person] = field(default_factory=dict)
    replays: list[dict[str, Any]] = field(default_factory=list)

    def until(self, instant: str) -> None:
        """Time passes."""
        self.town.advance_to(instant)
        for person in self.people.values():
            person.sign_in()  # the old token may have expired
        self.town.operator.sign_in()

    def person(self, name: str, role: str = "client", *, locale: str = "en") -> Person:
        """Somebody new, or the same as before."""
        return self.people.setdefault(name, self.town.person(name, role, locale=locale))

    def buy(self, name: str, *, linked: bool = True, locale: str = "en", **more: Any) -> Person:
        """A client buys."""
        client = self.person(name, locale=locale)
        self.subs[name] = client.buy(
            link=self.link if linked else None, key=f"purchase {len(self.subs) + 1}", **more
        )["id"]
        return client

    def use(self, name: str, *, prefix: str, **more: Any) -> Person:
        """A client buys, and gets to work."""
        client = self.buy(name, **more)
        self.town.activate(client, self.subs[name], prefix=prefix)
        return client

    def repeatable(self, person: Person, method: str, path: str, body: Any, *, key: str) -> None:
        """Ask something that will be asked again."""
        answer = person.send(method, path, body, key=key)
        self.replays.append(
            {
                "email": person.email,
                "name": person.name,
                "role": person.role,
                "locale": person.locale,
                "method": method,
                "path": path,
                "body": body,
                "key": key,
                "status": answer.status,
                "answer": answer.json,
            }
        )


def lived() -> Story:
    """The story, to the end."""
    world = make_world(start=START, environment={})
    world.__dict__["ids"] = CountedIds(world)
    line = Inside(world)
    story = Story(world=world, line=line, town=Town(line=line))
    _program(story)
    _first_day(story)
    _delegations(story)
    _days_of_trouble(story)
    _first_renewals(story)
    _before_activation(story)
    _left_undone(story)
    return story


def _program(story: Story) -> None:
    town = story.town
    frida = story.person("Frida Lindqvist", "freelancer")
    story.link = town.enroll(frida)
    town.invite(story.person("Gustav Invited", "freelancer"))
    hanna, ivan, jule, kira, liam = (
        story.person(name, "freelancer")
        for name in ("Hanna Applied", "Ivan Approved", "Jule Rejected", "Kira Left", "Liam Removed")
    )
    town.invite(hanna)
    town.apply(hanna)
    for person, approve in ((ivan, True), (jule, False)):
        freelancer_id = town.invite(person)
        town.apply(person)
        reason = None if approve else "We are looking for experience with Microsoft 365."
        town.decide_application(freelancer_id, approve=approve, reason=reason)
    town.enroll(kira)
    kira.ask("POST", "/v1/freelancer/leave")
    town.enroll(liam)
    removed = liam.ask("GET", "/v1/freelancer")["id"]
    town.operator.ask("DELETE", f"/v1/admin/freelancers/{removed}")
    known = frida.ask("GET", "/v1/freelancer")["id"]
    town.operator.ask("PUT", f"/v1/admin/freelancers/{known}/security-group", {"group_id": GROUP})
    frida.ask("POST", "/v1/freelancer/payouts/onboarding")
    payee = story.world.store.payee(known)
    if payee is not None:
        town.line.ask("POST", f"/sandbox/payments/accounts/{payee.account_id}/finish-onboarding")


def _first_day(story: Story) -> None:
    town = story.town
    chloe = story.use("Chloé Martin", prefix="velosmartin", locale="fr")
    chloe.ask("POST", f"/v1/subscriptions/{story.subs['Chloé Martin']}/admin-credentials")
    chloe.ask("PUT", "/v1/payment-methods/default", {"payment_method": "pm_card_mastercard"})
    dora = story.buy("Dora Yearly", linked=False, plan="business-premium", period="yearly", seats=3)
    dora.submit_account(story.subs["Dora Yearly"], domain="dora.example", account_name="Dora Works LLC")
    town.review(story.subs["Dora Yearly"], approve=True)
    dora.accept_agreement(story.subs["Dora Yearly"])
    story.use("Emil Asked", prefix="emilasked", plan="business-basic", seats=5)
    felix = story.use("Felix Ends", prefix="felixends", plan="apps-for-business", seats=2)
    felix.set_renewal(story.subs["Felix Ends"], on=False)
    story.use("Hugo Suspended", prefix="hugosuspended", seats=1)
    story.use("Jonas Yearly", prefix="jonasyearly", period="yearly", seats=50)
    paul = story.use("Paul Second", prefix="paulsecond", seats=4)
    paul.cancel(story.subs["Paul Second"])
    story.subs["Paul First"] = story.subs["Paul Second"]
    story.buy("Paul Second", plan="business-basic", seats=7)


def _delegations(story: Story) -> None:
    frida = story.person("Frida Lindqvist", "freelancer")
    for name in ("Chloé Martin", "Jonas Yearly", "Emil Asked"):
        story.person(name).delegate(story.subs[name])
    for name in ("Chloé Martin", "Jonas Yearly"):
        frida.ask("POST", f"/v1/delegations/{story.subs[name]}/decision", {"approve": True})
    for grant in story.world.partner_center.grants:
        story.town.line.ask("POST", f"/sandbox/microsoft/grants/{grant.id}/approve")
    jonas = story.person("Jonas Yearly")
    jonas.ask("DELETE", f"/v1/subscriptions/{story.subs['Jonas Yearly']}/delegation")
    story.until("2026-05-06T08:00:00Z")
    story.use("Ina Declined", prefix="inadeclined", seats=6)
    story.until("2026-05-07T10:00:00Z")
    story.use("Sven Unsettled", prefix="svenunsettled", seats=8)
    greta = story.use("Greta Canceled", prefix="gretacanceled", period="yearly", seats=9)
    story.until("2026-05-10T10:00:00Z")
    greta.cancel(story.subs["Greta Canceled"], quoted=True)


def _days_of_trouble(story: Story) -> None:
    """Mails that come back, or that nobody could send, and a charge that is disputed."""
    story.until("2026-06-01T09:00:00Z")
    for name, event in (("Uwe Bounced", "bounce"), ("Xenia Complains", "complaint")):
        told = story.buy(name, plan="business-basic", seats=1)
        story.town.line.ask("POST", "/sandbox/mailbox/events", {"to": told.email, "event": event})
    story.world.mail.faults.plan("send", "error", count=LOST)
    story.buy("Quinn Unread", plan="business-basic", seats=1, period="yearly")
    story.until("2026-06-03T08:00:00Z")
    story.world.mail.faults.clear()
    jonas = story.world.store.load(story.subs["Jonas Yearly"])
    story.world.stripe.open_dispute(jonas.payment.charge_id)
    story.line.runtime.settle()


def _first_renewals(story: Story) -> None:
    """Prices rise in July; until then everybody renews as they bought."""
    story.until("2026-06-05T09:00:00Z")
    story.town.suspend(story.subs["Hugo Suspended"], "Unsolicited mail was sent from this account.")
    story.town.next_charges("decline")
    story.until("2026-06-06T09:30:00Z")


def _before_activation(story: Story) -> None:
    town, world = story.town, story.world
    story.buy("Kim Pending", period="yearly")
    lars = story.buy("Lars Reviewed", seats=2)
    lars.submit_account(story.subs["Lars Reviewed"], prefix="larsreviewed")
    mia = story.buy("Mia Invited", locale="fr")
    mia.submit_account(story.subs["Mia Invited"], prefix="miainvited", account_name="Café Mia")
    town.review(story.subs["Mia Invited"], approve=True)
    nils = story.buy("Nils Failed", linked=False, seats=3)
    nils.submit_account(story.subs["Nils Failed"], domain="nils.example")
    town.review(story.subs["Nils Failed"], approve=False, reason="Please give the company's full name.")
    world.partner_center.provisioning_takes = timedelta(days=3)
    olaf = story.buy("Olaf Ordered", seats=2)
    town.activate(olaf, story.subs["Olaf Ordered"], prefix="olafordered")
    world.partner_center.provisioning_takes = timedelta()
    refunded = story.use("Rosa Refunded", prefix="rosarefunded", seats=2)
    refunded.cancel(story.subs["Rosa Refunded"])
    world.stripe.fail_refund(world.stripe.refunds()[-1].id)
    story.line.runtime.settle()
    town.operator.ask("PUT", "/v1/admin/prices", PRICE)
    story.use("Otto Repeats", prefix="ottorepeats", seats=4)
    tina = story.person("Tina Repeats")
    asked = {
        "plan_id": "business-standard",
        "seats": 11,
        "billing_period": "monthly",
        "country": "US",
        "payment_method": "pm_card_visa",
        "address": SEATTLE,
        "link_token": story.link,
    }
    story.repeatable(tina, "POST", "/v1/subscriptions", asked, key="tina buys")
    declined = {**asked, "payment_method": "pm_card_visa_chargeDeclined"}
    story.repeatable(tina, "POST", "/v1/subscriptions", declined, key="tina is declined")
    story.subs["Tina Repeats"] = story.replays[0]["answer"]["id"]


def _left_undone(story: Story) -> None:
    """Microsoft differs, the payment provider is silent, the queues lose everything."""
    world = story.world
    world.partner_center.seats[0].quantity -= 1
    story.town.next_charges("decline")
    story.until("2026-06-07T09:50:00Z")
    story.town.line.ask("POST", "/sandbox/sweeps/reconciliations")
    world.neighbors.faults["payments"].plan("refused_line", path="payment_intents", count=LOST)
    story.until("2026-06-07T10:20:00Z")
    vera = story.person("Vera Unsettled")
    vera.buy(link=story.link, key="vera buys", expect=503)
    world.neighbors.faults["payments"].clear()
    world.__dict__["queue"] = Unheard()
    story.buy("Wim Unheard", seats=3)
    otto = story.person("Otto Repeats")
    path = f"/v1/subscriptions/{story.subs['Otto Repeats']}/cancellation"
    story.repeatable(otto, "POST", path, {"reason": "We are closing."}, key="otto cancels")
    story.person("Dora Yearly").set_renewal(story.subs["Dora Yearly"], on=False)


def _digits(number: int, length: int) -> str:
    text = ""
    for _ in range(length):
        number, digit = divmod(number, 32)
        text = _CROCKFORD[digit] + text
    return text
