"""What older releases have written, and the neighbors as they were then: a world to go on from."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.commission import Earning
from chalicelib.domain.disputes import Case
from chalicelib.domain.effects import Effect
from chalicelib.domain.invoicing import Document, DocumentKind
from chalicelib.domain.order import Order
from chalicelib.domain.payer import Payer
from chalicelib.domain.payouts import Payee
from chalicelib.domain.subscription import Subscription
from chalicelib.gateways.microsoft import Access, Ordered
from chalicelib.storage.codec import decode
from chalicelib.storage.tables import Row
from sandbox.aws import TABLE
from sandbox.simulators.microsoft import NothingToAccept
from sandbox.world import SandboxWorld, make_world

Event = tuple[datetime, Callable[[], None]]

KEPT = Path(__file__).parent / "releases"


def releases() -> list[str]:
    """Every release whose rows are kept, oldest first."""
    return sorted((path.stem for path in KEPT.glob("*.jsonl")), key=lambda name: [*map(int, name.split("."))])


@dataclass
class Past:
    """The rows that a release has written, as DynamoDB has them."""

    release: str

    @cached_property
    def _lines(self) -> list[dict[str, Any]]:
        text = (KEPT / f"{self.release}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self._lines[0]["at"])

    @property
    def replays(self) -> list[dict[str, Any]]:
        return list(self._lines[0]["replays"])

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self._lines[1:]

    def state_of(self, effect_id: str) -> str:
        (row,) = [row for row in self.rows if row["pk"]["S"] == effect_id]
        return str(row["state"]["S"])

    def all(self, sort_key: str, kind: type[Any]) -> list[Any]:
        found = [row for row in self.rows if row["sk"]["S"].partition("#")[0] == sort_key]
        return [decode(Row.from_raw_data(row).body, kind) for row in found]


def gone_on(past: Past) -> SandboxWorld:
    """A world in which everything that the release has written is in the table, and known to the neighbors.

    The neighbors are told anew what they knew, each thing at its own instant, by the adapters of today. What
    they call it now is put into the rows in place of what they called it then.
    """
    first = min(document.issued_at for document in past.all("document", Document))
    world = make_world(start=first - timedelta(hours=1), environment={})
    then = Then(world=world, past=past)
    then.told()
    world.clock.put(past.at)
    for neighbor in (world.stripe, world.partner_center):
        while neighbor.take_notice(past.at) is not None:
            pass  # was heard of at the time
    world.aws.table.items.clear()
    client = world.store._connection.client
    for row in past.rows:
        client.put_item(TableName=TABLE, Item=then.renamed(row))
    return world


@dataclass
class Then:
    """What the neighbors knew, told anew."""

    world: Any  # a SandboxWorld that pays freelancers and delegates administration
    past: Past
    names: dict[str, str] = field(default_factory=dict)  # what is called otherwise now

    def told(self) -> None:
        for at, tell in sorted(self._events(), key=lambda event: event[0]):
            self.world.clock.put(max(at, self.world.now()))
            tell()

    def renamed(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with the names of today; a password is sealed anew, because the key of then is gone."""
        text = json.dumps(row)
        if self.names:
            known = re.compile(
                "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
            )
            text = known.sub(lambda found: self.names[found[0]], text)
        made: dict[str, Any] = json.loads(text)
        if made["sk"]["S"] == "credentials":
            sealed = json.loads(made["body"]["S"])
            sealed["ciphertext"] = self.world.vault.seal("a password", subscription_id=made["pk"]["S"])
            made["body"]["S"] = json.dumps(sealed)
        return made

    def _events(self) -> Iterator[Event]:
        subs = {sub.id: sub for sub in self.past.all("subscription", Subscription)}
        yield from self._of_money(subs)
        for sub in subs.values():
            yield from self._of_microsoft(sub)
        for payee in self.past.all("payee", Payee):
            yield payee.opened_at, self._opened(payee)
        for line in self.past.all("earning", Earning):
            for transfer in line.transfers:
                yield transfer.at, self._transferred(line, transfer)

    def _of_money(self, subs: dict[str, Subscription]) -> Iterator[Event]:
        past = self.past
        payers = {payer.client_id: payer for payer in past.all("payer", Payer)}
        for each in past.all("document", Document):
            if each.kind is DocumentKind.INVOICE:
                payer = payers.get(each.client.id)
                yield each.issued_at, self._charged(each, subs[each.subscription_id], payer)
        for order in past.all("order", Order):
            yield order.begun_at, self._known(order)
        for effect in past.all("effect", Effect):
            state = past.state_of(effect.id)
            if effect.kind == "refund" and state != "open":
                yield effect.created_at, self._refunded(effect, failed=state == "stuck")
        for case in past.all("dispute", Case):
            yield case.opened_at, self._disputed(case)

    def _of_microsoft(self, sub: Subscription) -> Iterator[Event]:
        if sub.account is not None and sub.account.offered_at is not None:
            yield sub.account.offered_at, self._connected(sub, sub.account)
        ended_at = sub.expired_at or (sub.cancellation.at if sub.cancellation else None)
        if ended_at is not None and sub.activated_at is not None and not self._owes(sub, "align"):
            yield ended_at, self._ended(sub)

    def _charged(self, invoice: Document, sub: Subscription, payer: Payer | None) -> Callable[[], None]:
        def tell() -> None:
            payments = self.world.payments
            customer_id = payments.customer(client=invoice.client, address=invoice.bill_to)
            if payer is not None:
                self.names[payer.customer_id] = customer_id
                if payer.payment_method is not None and payer.payment_method not in self.names:
                    card = payments.keep_card(customer_id=customer_id, payment_method="pm_card_visa")
                    self.names[payer.payment_method] = card.id
            current = sub.payment.charge_id == invoice.charge_id
            charge = payments.charge(
                reference=(sub.payment.reference if current else None) or invoice.id,
                customer_id=customer_id,
                amount=invoice.total,
                payment_method="pm_card_visa",
                off_session=False,
                again=False,
                subscription_id=sub.id,
                at=self.world.now(),
            )
            self.names[invoice.charge_id] = charge.id

        return tell

    def _known(self, order: Order) -> Callable[[], None]:
        def tell() -> None:
            made = self.world.payments.customer(client=order.client, address=order.address)
            if order.customer_id:
                self.names[order.customer_id] = made

        return tell

    def _refunded(self, effect: Effect, *, failed: bool) -> Callable[[], None]:
        def tell() -> None:
            note = next(
                note for note in self.past.all("document", Document) if note.id == effect.data["document_id"]
            )
            now = self.world.now()
            charge_id = self.names[effect.data["charge_id"]]
            made = self.world.payments.refund(
                key=effect.id, charge_id=charge_id, amount=note.total, since=now, at=now
            )
            if failed:
                self.world.stripe.fail_refund(made)
            if note.refund_id is not None:
                self.names[note.refund_id] = made

        return tell

    def _connected(self, sub: Subscription, account: Account) -> Callable[[], None]:
        def tell() -> None:
            world, now = self.world, self.world.now()
            key = f"{sub.id}.{account.submission}"
            tenant_id = world.microsoft.connect(key=key, form=account.form, at=now).tenant_id
            if account.tenant_id is not None:
                self.names[account.tenant_id] = tenant_id
            if account.agreement_accepted_at is None:
                return
            with contextlib.suppress(NothingToAccept):
                world.partner_center.accept(tenant_id)
            self._ordered(sub, account, tenant_id)
            if sub.delegation.grant is not None:
                asked = world.grants.request(name=sub.id, tenant_id=tenant_id, at=now)
                world.partner_center.approve_grant(asked.relationship_id)
                self.names[sub.delegation.grant.relationship_id] = asked.relationship_id

        return tell

    def _ordered(self, sub: Subscription, account: Account, tenant_id: str) -> None:
        world, now = self.world, self.world.now()
        pending = sub.activated_at is None
        world.partner_center.provisioning_takes = timedelta(days=3 if pending else 0)
        cart_id = world.microsoft.fill_cart(
            key=sub.id,
            reference=sub.id,
            tenant_id=tenant_id,
            plan_id=sub.plan_id,
            seats=sub.seats,
            billing_period=sub.billing_period,
            at=now,
        )
        ordered = Ordered(reference=sub.id, tenant_id=tenant_id, cart_id=cart_id)
        placed = world.microsoft.check_out(ordered=ordered, at=now)
        for before, after in ((account.order_id, placed.order_id), (account.seats_id, placed.seats_id)):
            if before is not None and after is not None:
                self.names[before] = after

    def _owes(self, sub: Subscription, kind: str) -> bool:
        """Whether something of this kind is still to be done for a subscription."""
        return any(
            row["pk"]["S"].startswith(f"{sub.id}.") and row["pk"]["S"].endswith(f".{kind}")
            for row in self.past.rows
            if row.get("state") == {"S": "open"}
        )

    def _ended(self, sub: Subscription) -> Callable[[], None]:
        def tell() -> None:
            (seats,) = [each for each in self.world.partner_center.seats if each.reference == sub.id]
            ordered = Ordered(reference=sub.id, tenant_id=seats.tenant_id, seats_id=seats.id)
            now = self.world.now()
            self.world.microsoft.align(ordered=ordered, access=Access.ENDED, auto_renew=False, at=now)

        return tell

    def _opened(self, payee: Payee) -> Callable[[], None]:
        def tell() -> None:
            opened = self.world.payouts.open_account(freelancer_id=payee.freelancer_id, email="f@it.example")
            if payee.active:
                self.world.stripe.finish_onboarding(opened)
            self.names[payee.account_id] = opened

        return tell

    def _transferred(self, line: Earning, transfer: Any) -> Callable[[], None]:
        def tell() -> None:
            (payee,) = self.past.all("payee", Payee)
            now = self.world.now()
            sent = self.world.payouts.pay(
                key=f"{line.invoice_id}.{transfer.id}",
                account_id=self.names[payee.account_id],
                amount=transfer.amount,
                charge_id=self.names[line.charge_id or ""],
                subscription_id=line.subscription_id,
                since=now,
                at=now,
            )
            self.names[transfer.id] = sent
            if transfer.taken_back:
                back = {"key": f"{sent}.back", "transfer_id": sent, "amount": transfer.taken_back}
                self.world.payouts.take_back(**back, since=now, at=now)

        return tell

    def _disputed(self, case: Case) -> Callable[[], None]:
        def tell() -> None:
            opened = self.world.stripe.open_dispute(self.names[case.charge_id])
            self.names[case.id] = opened["id"]

        return tell
