"""`make demo`: whole lives in one go, over HTTP, as a timeline; at the end the books, which must balance."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from sandbox.client import Line, Person, Town
from sandbox.quiet import hush

START: Final = datetime(2026, 5, 4, 9, tzinfo=UTC)  # so that the price list changes on the way
WIDTH: Final = 112
NARROWEST, WIDEST = 80, 140
MONEY: Final = 11
MARGIN: Final = 28  # what stands before the text: when, and who

_PLAIN: Final = str.maketrans("─═✉✓✗−–…·’", "-=@+x--..'")


@dataclass(kw_only=True)
class Paper:
    """Where the timeline is written: in color on a terminal, in plain letters where there are no others."""

    out: TextIO
    color: bool
    unicode: bool
    width: int

    @classmethod
    def of(cls, out: TextIO) -> Paper:
        """The paper that a stream is."""
        encoding = (getattr(out, "encoding", None) or "ascii").lower().replace("-", "")
        terminal = out.isatty()
        columns = shutil.get_terminal_size((WIDTH, 24)).columns if terminal else WIDTH
        return cls(
            out=out,
            color=terminal and "NO_COLOR" not in os.environ,
            unicode=encoding.startswith("utf"),
            width=max(NARROWEST, min(columns, WIDEST)),
        )

    def rule(self, sign: str = "─") -> None:
        """A line across."""
        self.line(self.soft(sign * self.width))

    def line(self, text: str = "") -> None:
        """One line."""
        text = text.rstrip()
        if not self.unicode:
            text = text.translate(_PLAIN).encode("ascii", "replace").decode()
        print(text, file=self.out, flush=True)

    def in_color(self, text: str, code: str) -> str:
        """The text in a color, where there are colors."""
        return f"\033[{code}m{text}\033[0m" if self.color else text

    def soft(self, text: str) -> str:
        """Said in passing."""
        return self.in_color(text, "2")

    def strong(self, text: str) -> str:
        """Said aloud."""
        return self.in_color(text, "1")

    def good(self, text: str) -> str:
        """As it should be."""
        return self.in_color(text, "32")

    def bad(self, text: str) -> str:
        """Not as it should be."""
        return self.in_color(text, "31")


@dataclass(kw_only=True)
class Story:
    """What happens, as it happens: who did what, which mails went out, which money moved."""

    town: Town
    paper: Paper
    people: list[Person]
    _mails: int = 0
    _entries: int = 0
    _last: str = ""

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self.paper.line()
        self.paper.line(self.paper.strong(title))
        self.paper.rule()

    @contextmanager
    def act(self, who: str, what: str | Callable[[], str]) -> Iterator[None]:
        """Somebody does something; what follows from it is written below."""
        at = self.town.now()
        yield
        said = what if isinstance(what, str) else what()
        self._write(at, who, said, strong=True)
        self._follow()

    def until(self, instant: str, what: str) -> None:
        """Time passes; what happens meanwhile is written under its own date."""
        self._write("", "…", f"until {instant[:10]}: {what}", soft=True)
        self.town.advance_to(instant)
        self._follow()

    def _follow(self) -> None:
        mails, entries = self.town.mails(), self.town.ledger()
        new = [(entry["created_at"], 0, entry) for entry in entries[self._entries :]]
        new += [(mail["sent_at"], 1, mail) for mail in mails[self._mails :]]
        self._mails, self._entries = len(mails), len(entries)
        for _, is_mail, told in sorted(new, key=lambda each: each[:2]):
            if is_mail:
                self._mail(told)
            else:
                self._entry(told)

    def _mail(self, mail: Any) -> None:
        to = self._name(mail["to"])
        self._write(mail["sent_at"], f"✉ {mail['template']}", f"{to}: {mail['subject']}", soft=True)

    def _entry(self, entry: Any) -> None:
        name, amount = self._name(entry["client_id"]), dollars(entry["amount"]["amount"])
        if entry["status"] == "declined":
            self._write(entry["created_at"], "$", f"{name}'s card is declined: {entry['decline_code']}")
        elif entry["kind"] == "refund":
            self._write(entry["created_at"], "$", f"{name}'s card gets it back", money=f"−{amount}")
        else:
            self._write(entry["created_at"], "$", f"{name}'s card is charged", money=f"+{amount}")

    def _name(self, known_as: str) -> str:
        return next((each.first_name for each in self.people if known_as in (each.email, each.sub)), known_as)

    def _write(
        self, at: str, who: str, what: str, *, money: str = "", strong: bool = False, soft: bool = False
    ) -> None:
        when = at.replace("T", " ")[:16]
        shown = "" if when == self._last else when
        self._last = when or self._last
        room = self.paper.width - MARGIN - MONEY
        what = what if len(what) <= room else what[: room - 1] + "…"
        text, who = f"{what:<{room}}", f"{who:<8}"
        if strong:
            text = self.paper.strong(text)
        elif soft:
            text, who = self.paper.soft(text), self.paper.soft(who)
        self.paper.line(f"{self.paper.soft(f'{shown:<16}')}  {who}  {text}{money:>{MONEY}}")


def tell(town: Town, paper: Paper) -> list[Person]:
    """The story; answers the clients in it."""
    frida = town.person("Frida Lindqvist", "freelancer")
    chloe = town.person("Chloé Martin", "client", locale="fr")
    carl, emma, noah = (town.person(name, "client") for name in ("Carl Jensen", "Emma Stone", "Noah Reed"))
    clients = [chloe, carl, emma, noah]
    story = Story(town=town, paper=paper, people=[frida, *clients])

    link = _program(story, frida)
    subscription = _purchase(story, chloe, link)
    _account(story, chloe, subscription)
    _delegation(story, chloe, frida, subscription)
    business = _existing_customer(story, carl)
    _refused(story, emma, link)
    basics = _lost_answer(story, noah, link)
    _first_renewals(story)
    _second_renewals(story, frida=frida, carl=carl, chloe=chloe, subscription=subscription, business=business)
    _to_the_end(story, noah, carl, basics, business)
    return clients


def _program(story: Story, frida: Person) -> str:
    town = story.town
    story.chapter("A freelancer joins by invitation")
    with story.act("Olga", "invites Frida to the program"):
        freelancer_id = town.invite(frida)
    with story.act("Frida", "applies"):
        town.apply(frida)
    with story.act("Olga", "approves the application"):
        town.decide_application(freelancer_id, approve=True)
    token = ""
    with story.act("Frida", lambda: f"signs the terms; her link is /{token}"):
        token = town.sign_terms(frida)
    return token


def _purchase(story: Story, chloe: Person, link: str) -> str:
    story.chapter("A client opens the link and buys")
    bought: dict[str, Any] = {}
    with story.act("Chloé", "buys 10 users of Business Standard, monthly; the card is declined"):
        chloe.buy(link=link, payment_method="pm_card_visa_chargeDeclined", expect=402)
    with story.act("Chloé", lambda: f"takes another card; the subscription is {bought['status']}"):
        bought |= chloe.buy(link=link)
    return str(bought["id"])


def _account(story: Story, chloe: Person, subscription: str) -> None:
    town = story.town
    story.chapter("The Microsoft account: a new tenant")
    with story.act("Chloé", "asks for contoso.onmicrosoft.com, which is taken"):
        chloe.submit_account(subscription, prefix="contoso", expect=409)
    with story.act("Chloé", "asks for velosmartin.onmicrosoft.com"):
        chloe.submit_account(subscription, prefix="velosmartin", account_name="Vélos Martin")
    with story.act("Olga", "approves the account"):
        town.review(subscription, approve=True)
    with story.act("Chloé", lambda: f"accepts the agreement at Microsoft: {_status(chloe, subscription)}"):
        chloe.accept_agreement(subscription)
    path = f"/v1/subscriptions/{subscription}/admin-credentials"
    with story.act("Chloé", "takes the administrator's password: it is shown once"):
        chloe.ask("POST", path)
    with story.act("Chloé", "asks for it again: it is gone"):
        chloe.ask("POST", path, expect=410)


def _delegation(story: Story, chloe: Person, frida: Person, subscription: str) -> None:
    story.chapter("The client lets the freelancer manage it")
    with story.act("Chloé", "reads what delegating means, and asks Frida"):
        chloe.delegate(subscription)
    with story.act("Frida", "accepts; from now on she can see and manage it"):
        frida.ask("POST", f"/v1/delegations/{subscription}/decision", {"approve": True})
        frida.ask("GET", f"/v1/subscriptions/{subscription}")


def _existing_customer(story: Story, carl: Person) -> str:
    town = story.town
    story.chapter("A client without a link, who is a Microsoft customer already")
    story.until("2026-05-05T09:00:00Z", "the next day")
    bought: dict[str, Any] = {}
    with story.act("Carl", "buys 5 users of Business Premium; nobody sold it, nobody earns"):
        bought |= carl.buy(plan="business-premium", seats=5)
    subscription = str(bought["id"])
    with story.act("Carl", "submits an account"):
        carl.submit_account(subscription, domain="jensen.example", account_name="Jensen")
    with story.act("Olga", "rejects it: the account name is not the company's"):
        town.review(subscription, approve=False, reason="Please give the company's full name.")
    with story.act("Carl", "submits it again, with the full name"):
        carl.submit_account(subscription, domain="jensen.example", account_name="Jensen Bikes LLC")
    with story.act("Olga", "approves it"):
        town.review(subscription, approve=True)
    with story.act("Carl", "accepts the agreement at Microsoft"):
        carl.accept_agreement(subscription)
    return subscription


def _refused(story: Story, emma: Person, link: str) -> None:
    town = story.town
    story.chapter("An organization that Microsoft refuses")
    bought: dict[str, Any] = {}
    with story.act("Emma", "buys 3 users of Apps for business, yearly, through the link"):
        bought |= emma.buy(plan="apps-for-business", seats=3, period="yearly", link=link)
    subscription = str(bought["id"])
    with story.act("Emma", "submits an account"):
        emma.submit_account(subscription, prefix="stonetrading", account_name="Stone Trading (refused)")
    with story.act("Olga", "approves it"):
        town.review(subscription, approve=True)
    with story.act("Emma", lambda: f"accepts; Microsoft says no: {_status(emma, subscription)}"):
        emma.accept_agreement(subscription)


def _lost_answer(story: Story, noah: Person, link: str) -> str:
    town = story.town
    story.chapter("A payment whose answer is lost")
    bought: dict[str, Any] = {}
    town.next_charges("timeout")
    with story.act("Noah", "buys 4 users of Business Basic; the provider charges, and falls silent"):
        bought |= noah.buy(plan="business-basic", seats=4, link=link)
    subscription = str(bought["id"])
    with story.act("Noah", "links a new tenant, reviewed and accepted the same day"):
        town.activate(noah, subscription, prefix="noahreed")
    with story.act("Olga", "suspends it: a policy violation"):
        town.suspend(subscription, "Unsolicited mail was sent from this account.")
    with story.act("Olga", "reinstates it: a misunderstanding"):
        town.reinstate(subscription)
    return subscription


def _first_renewals(story: Story) -> None:
    town = story.town
    story.chapter("Fourteen days, reminders, and the first renewals")
    story.until("2026-05-19T10:00:00Z", "14 days and never active: all is given back")
    story.until("2026-06-04T10:00:00Z", "the first month is over")
    town.next_charges("decline", 3)
    story.until("2026-06-05T12:00:00Z", "two cards are declined, and tried again later")
    story.until("2026-06-06T12:00:00Z", "a day later, Noah's works, Carl's does not")
    story.until("2026-06-08T12:00:00Z", "after three days, Carl's works too")


def _second_renewals(
    story: Story, *, frida: Person, carl: Person, chloe: Person, subscription: str, business: str
) -> None:
    story.chapter("A new price, a refund inside the window, and an end")
    with story.act("Carl", "turns auto-renew off: it stays active to the end of the term"):
        carl.set_renewal(business, on=False)
    story.until("2026-07-04T10:00:00Z", "the price rose on July 1; a renewal takes it")
    story.until("2026-07-06T10:00:00Z", "Carl's term is over")
    story.until("2026-07-07T08:00:00Z", "day three of the seven-day window")
    ended: dict[str, Any] = {}
    with story.act("Frida", lambda: f"cancels for Chloé, as quoted: {ended['cancellation']['rule']}"):
        ended |= frida.cancel(subscription, quoted=True)
    with story.act("Chloé", lambda: f"looks: {_status(chloe, subscription)}"):
        pass


def _to_the_end(story: Story, noah: Person, carl: Person, basics: str, business: str) -> None:
    town = story.town
    story.chapter("A card that stays declined")
    story.until("2026-08-05T08:00:00Z", "Carl's thirty days are over")
    town.next_charges("decline", 4)
    story.until("2026-08-11T10:00:00Z", "declined four times, it expires")
    with story.act("Noah", lambda: f"looks: {_status(noah, basics)}"):
        pass
    story.until("2026-09-15T10:00:00Z", "thirty days later it is over for good")
    with story.act("Carl", lambda: f"looks: {_status(carl, business)}"):
        pass


# --- the books -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to the same sum."""

    what: str
    one: int
    other: int
    said: str
    counted: bool = False  # not money

    @property
    def holds(self) -> bool:
        """Whether they agree."""
        return self.one == self.other


def books(town: Town, clients: list[Person]) -> list[Check]:
    """The provider's ledger against the documents, and the commissions against both."""
    frida = town.person("Frida Lindqvist", "freelancer")
    paid = [entry for entry in town.ledger() if entry["status"] == "succeeded"]
    charges = [entry for entry in paid if entry["kind"] == "charge"]
    refunds = [entry for entry in paid if entry["kind"] == "refund"]
    documents = {client.email: client.documents() for client in clients}
    everything = [document for owned in documents.values() for document in owned]
    invoices = [document for document in everything if document["kind"] == "invoice"]
    notes = [document for document in everything if document["kind"] == "credit_note"]
    ledger = frida.ask("GET", "/v1/freelancer/earnings?limit=100")
    totals = {name: total["amount"] for name, total in ledger["totals"].items()}
    sold = {sale["id"] for sale in frida.ask("GET", "/v1/freelancer/subscriptions?limit=100")["data"]}
    shares = {invoice["id"]: _share(invoice) for invoice in invoices if invoice["subscription_id"] in sold}
    commissioned = [note for note in notes if note["corrects_id"] in shares]
    back = sum(_back(shares[note["corrects_id"]], note, invoices) for note in commissioned)
    twice = len(charges) - len({charge["reference"] for charge in charges})
    gaps = sum(_gaps([document["number"] for document in owned]) for owned in documents.values())
    mails = [(mail["to"], mail["template"], mail["sent_at"], mail["subject"]) for mail in town.mails()]
    rest = totals["accrued"] - totals["reversed"]
    return [
        Check("charged", _sum(charges, "amount"), _sum(invoices, "total"), "invoices"),
        Check("given back", _sum(refunds, "amount"), _sum(notes, "total"), "credit notes"),
        Check("commission", totals["accrued"], sum(shares.values()), "10 % of Frida's sales"),
        Check("· taken back", totals["reversed"], back, "the refunds' share"),
        Check("· earned", totals["earned"], rest, "the rest: none is pending"),
        Check("charged twice", twice, 0, "never", counted=True),
        Check("mailed twice", len(mails) - len(set(mails)), 0, "never", counted=True),
        Check("numbers missing", gaps, 0, "none, for any client", counted=True),
    ]


def sheet(checks: list[Check], paper: Paper) -> bool:
    """Write the books down; whether they balance."""
    paper.line()
    paper.line(paper.strong("The books"))
    paper.rule("═")
    for check in checks:
        one, other = (str(each) if check.counted else dollars(each) for each in (check.one, check.other))
        sign = paper.good("✓") if check.holds else paper.bad("✗")
        paper.line(f"{check.what:<18}{one:>{MONEY}}   {sign}   {other:>{MONEY}}  {paper.soft(check.said)}")
    paper.rule()
    kept = checks[0].one - checks[1].one
    earned = checks[2].one - checks[3].one
    paper.line(f"{'stays':<18}{dollars(kept):>{MONEY}}       of which {dollars(earned)} are Frida's")
    balanced = all(check.holds for check in checks)
    paper.line()
    paper.line(paper.good("It adds up.") if balanced else paper.bad("It does not add up."))
    return balanced


def dollars(cents: int) -> str:
    """Cents as dollars."""
    return f"${cents / 100:,.2f}"


def _status(person: Person, subscription_id: str) -> str:
    return str(person.see(subscription_id)["status"])


def _sum(lines: list[Any], name: str) -> int:
    return sum(line[name]["amount"] for line in lines)


def _share(invoice: Any) -> int:
    """10 % of the net amount, to the nearest cent, half a cent up."""
    return int((2 * invoice["subtotal"]["amount"] * 1_000 + 10_000) // 20_000)


def _back(share: int, note: Any, invoices: list[Any]) -> int:
    """What a credit note takes back of the commission on the invoice that it corrects."""
    net = next(each["subtotal"]["amount"] for each in invoices if each["id"] == note["corrects_id"])
    return int((2 * share * note["subtotal"]["amount"] + net) // (2 * net))


def _gaps(numbers: list[str]) -> int:
    """How many numbers are missing in a sequence."""
    counted = [int(number.rsplit("-", 1)[-1]) for number in numbers]
    return sum(1 for expected, number in enumerate(counted, start=1) if expected != number)


def main(out: TextIO = sys.stdout) -> int:
    """Play the story on a sandbox of its own; 0 if the books balance."""
    hush(above="ERROR")  # the trouble of the story is told, and needs no log
    from sandbox.server import Sandbox

    paper = Paper.of(out)
    paper.line(paper.soft("Starting a sandbox of its own ..."))
    with Sandbox(start=START) as sandbox:
        line = Line(sandbox.url)
        try:
            town = Town(line=line)
            clients = tell(town, paper)
            balanced = sheet(books(town, clients), paper)
        finally:
            line.close()
    return 0 if balanced else 1


if __name__ == "__main__":
    raise SystemExit(main())
