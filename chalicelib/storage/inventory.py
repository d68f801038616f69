"""Everything that is kept, read through once, for whoever asks whether it is all as it should be.

The scan that finds the rows is a hint, as an index is: it is cheap, and a row may have changed since. What
else has to be known of a subject is read by its key, consistently; nothing is ever written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby
from typing import Final

from msgspec import MsgspecError
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.commission import Earning, Totals
from chalicelib.domain.disputes import Case as Dispute
from chalicelib.domain.effects import EffectKind, EffectState, effect_id
from chalicelib.domain.freelancer import Freelancer
from chalicelib.domain.invariants.cases import (
    Case,
    ClientCase,
    DisputeCase,
    EffectCase,
    FreelancerCase,
    Marks,
    OrderCase,
    Orphans,
    PassingCase,
    Past,
    PointerCase,
    SubscriptionCase,
    SuppressionCase,
    Unreadable,
)
from chalicelib.domain.invoicing import ClientAccount, Document, DocumentKind
from chalicelib.domain.lifecycle import Event
from chalicelib.domain.mailing import Suppression
from chalicelib.domain.order import Order
from chalicelib.domain.payouts import Payee
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Sweep, Wake
from chalicelib.storage import keys, kinds
from chalicelib.storage.codec import decode
from chalicelib.storage.disputes import DISPUTES
from chalicelib.storage.domains import reserved_by
from chalicelib.storage.kinds import Kind, kind_of
from chalicelib.storage.setbacks import STUCK, effect_in
from chalicelib.storage.store import Store
from chalicelib.storage.suppressions import SUPPRESSIONS
from chalicelib.storage.tables import Row

PAGE: Final = 250  # rows of one call of a scan
TableTrouble = PynamoDBException  # what is raised when the table does not answer, or lets nobody in

_MARKS: Final = ("version", "client_id", "client_email", "seller_id", "delegate_id", "domain", "attempts")
_LISTS: Final = ("status", "worklist")
_GIVES_BACK: Final = (Event.CANCELED, Event.ACTIVATION_LAPSED)
_PASSING: Final = (kinds.RECORD, kinds.DRIFT)


@dataclass(frozen=True, slots=True)
class Partition:
    """The rows that share a partition key: everything of one subject, for those that have several."""

    id: str
    rows: tuple[Row, ...]

    def first(self, kind: Kind) -> Row | None:
        """Its row of a kind, of which there is one."""
        return next(iter(self.all(kind)), None)

    def all(self, kind: Kind) -> list[Row]:
        """Its rows of a kind, in their order."""
        return [row for row in self.rows if kind.is_of(row)]


class Inventory(Store):
    """The table of one deployment, as somebody sees it who goes through all of it."""

    def how_many(self) -> int:
        """About how many rows there are; counted by AWS every few hours."""
        return int(Row.describe_table()["ItemCount"])

    def partitions(self, *, segment: int, of: int) -> Iterator[Partition]:
        """Every partition of one part of the table, as a scan comes across them."""
        rows = Row.scan(segment=segment, total_segments=of, page_size=PAGE)
        for pk, found in groupby(rows, key=lambda row: row.pk):
            yield Partition(pk, tuple(found))

    def partition(self, pk: str) -> Partition:
        """A partition as it is now; without rows, if there are none any more."""
        return Partition(pk, tuple(Row.query(pk, consistent_read=True)))

    def mentioning(self, text: str) -> Iterator[tuple[str, str, str]]:
        """Every row whose document, or key, has a text in it: its keys, and of which kind it is."""
        for row in Row.scan(Row.body.contains(text) | Row.owner.contains(text), page_size=PAGE):
            kind = kind_of(row)
            yield row.pk, row.sk, kind.name if kind else "unknown"

    def unlisted(self) -> Iterator[Freelancer]:
        """Every freelancer who is on no list: a release before 0.3 wrote their row last."""
        found = (Row.sk == keys.FREELANCER) & Row.status.does_not_exist()
        return (decode(row.body, Freelancer) for row in Row.scan(found, page_size=PAGE))

    def woken_at(self, pk: str, sk: str) -> Wake | None:
        """What a row is on the index for; the sweep's own rule says less where it was put off."""
        row = self._read([(pk, sk)]).get((pk, sk))
        return self._wake_in(row) if row is not None else None

    def cases(self, partition: Partition, *, at: datetime) -> Iterator[Case]:
        """What there is to judge in a partition; a row that cannot be read is a case of its own."""
        unread = list(_unread(partition))
        yield from unread
        if unread:
            return
        try:
            yield from self._cases(partition, at=at)
        except (MsgspecError, ValueError) as error:
            yield Unreadable(id=partition.id, kind="what belongs to it", why=str(error))

    # --- one function for each kind of subject -------------------------------------------------------

    def _cases(self, partition: Partition, *, at: datetime) -> Iterator[Case]:
        singles = defaultdict(list)
        for row in partition.rows:
            singles[kind_of(row)].append(row)
        if kinds.SUBSCRIPTION in singles:
            yield self._subscription(partition, at=at)
        elif kinds.FREELANCER in singles:
            yield self._freelancer(partition)
        elif kinds.BOOKS in singles or kinds.PAPER in singles:
            yield self._client(partition)
        elif belonging := {kind.name for kind in singles if kind in _BELONGING}:
            yield Orphans(id=partition.id, kinds=tuple(sorted(belonging)))
        for row in partition.rows:
            yield from self._single(row, at=at)

    def _single(self, row: Row, *, at: datetime) -> Iterator[Case]:
        kind = kind_of(row)
        if kind is kinds.EFFECT:
            yield self._effect(row, at=at)
        elif kind is kinds.ORDER:
            yield self._order(row, at=at)
        elif kind is kinds.DISPUTE:
            yield self._dispute(row)
        elif kind is kinds.SUPPRESSION:
            yield self._suppression(row)
        elif kind in _PASSING or (kind is kinds.STANDING and row.owner is None):
            yield PassingCase(id=row.pk, kind=kind.name, expires_at=row.expires_at)
        elif kind in _POINTERS:
            yield self._pointer(row, kind)

    def _subscription(self, partition: Partition, *, at: datetime) -> SubscriptionCase:
        row = _one(partition.first(kinds.SUBSCRIPTION))
        sub = decode(row.body, Subscription)
        history = tuple(decode(line.body, Past) for line in partition.all(kinds.HISTORY))
        papers = tuple(paper for paper in self._papers(sub.client.id) if paper.subscription_id == sub.id)
        reserves, sealed = reserved_by(sub), partition.first(kinds.CREDENTIALS)
        wanted = self._leading_to(sub)
        rows = self._read(
            [
                *wanted.values(),
                *([keys.reservation(reserves)] if reserves else []),
                *([keys.freelancer(sub.seller.freelancer_id)] if sub.seller else []),
                *(_ledger_keys(sub, papers)),
                *(_refund_key(sub, past) for past in history if past.event in _GIVES_BACK),
            ]
        )
        lines = [decode(each.body, Earning) for each in rows.values() if kinds.EARNING.is_of(each)]
        refunds = [effect_in(each) for each in rows.values() if kinds.EFFECT.is_of(each)]
        seller = next((each for each in rows.values() if kinds.FREELANCER.is_of(each)), None)
        reserved = rows.get(keys.reservation(reserves)) if reserves else None
        return SubscriptionCase(
            at=at,
            sub=sub,
            marks=self._marks(row, wanted=self._found_by(self._subscription_row(sub))),
            history=history,
            papers=papers,
            lines={line.invoice_id: line for line in lines},
            seller=decode(seller.body, Freelancer) if seller is not None else None,
            refunds={str(effect.data.get("document_id")): effect for effect in refunds},
            reserves=reserves,
            reserved_by=reserved.owner if reserved is not None else None,
            pointed_at_by={name: key in rows for name, key in wanted.items()},
            credentials_until=sealed.expires_at if sealed is not None else None,
            has_credentials=sealed is not None,
        )

    def _client(self, partition: Partition) -> ClientCase:
        client_id = partition.id.partition("#")[2]
        row = partition.first(kinds.BOOKS)
        books = decode(row.body, ClientAccount) if row is not None else ClientAccount(id=client_id)
        papers = tuple(decode(each.body, Document) for each in partition.all(kinds.PAPER))
        seller = books.last_seller_id
        return ClientCase(
            id=client_id,
            books=books,
            counted=int(row.documents or 0) if row is not None else 0,
            papers=papers,
            owners={
                sub_id: sub.client.id
                for sub_id, sub in self._subscriptions(paper.subscription_id for paper in papers).items()
            },
            last_seller_known=seller is None or self._is_there(keys.freelancer(seller)),
        )

    def _freelancer(self, partition: Partition) -> FreelancerCase:
        row, totals = _one(partition.first(kinds.FREELANCER)), partition.first(kinds.TOTALS)
        freelancer = decode(row.body, Freelancer)
        payee_row = partition.first(kinds.PAYEE)
        payee = decode(payee_row.body, Payee) if payee_row is not None else None
        lines = tuple(decode(each.body, Earning) for each in partition.all(kinds.EARNING))
        wanted = _leading_to_freelancer(freelancer, payee)
        rows = self._read(wanted.values())
        return FreelancerCase(
            freelancer=freelancer,
            marks=self._marks(row, wanted=self._found_by(self._freelancer_row(freelancer))),
            history=tuple(decode(line.body, Past) for line in partition.all(kinds.HISTORY)),
            lines=lines,
            totals=Totals(**{each.name: int(getattr(totals, each.name, 0) or 0) for each in fields(Totals)}),
            payee=payee,
            pointers={name: rows[key].owner if key in rows else None for name, key in wanted.items()},
            baseless=tuple(self._baseless(lines)),
        )

    def _effect(self, row: Row, *, at: datetime) -> EffectCase:
        effect = effect_in(row)
        wanted = {"worklist": STUCK} if effect.state is EffectState.STUCK else {}
        subject = effect.subject
        head = keys.freelancer(subject) if subject.startswith("frl_") else keys.subscription(subject)
        return EffectCase(
            id=row.pk,
            at=at,
            effect=effect,
            marks=self._marks(row, wanted=wanted, beside=("attempts",)),
            subject_known=self._is_there(head),
        )

    def _order(self, row: Row, *, at: datetime) -> OrderCase:
        order = decode(row.body, Order)
        return OrderCase(
            id=row.pk,
            at=at,
            order=order,
            marks=self._marks(row, wanted={"attempts": str(order.attempt)}),
            sold=self._is_there(keys.subscription(order.subscription_id)),
        )

    def _dispute(self, row: Row) -> DisputeCase:
        dispute = decode(row.body, Dispute)
        sub_id = dispute.subscription_id
        return DisputeCase(
            id=dispute.id,
            dispute=dispute,
            marks=self._marks(row, wanted={"version": str(dispute.version), "worklist": DISPUTES}),
            subscription_known=sub_id is None or self._is_there(keys.subscription(sub_id)),
        )

    def _suppression(self, row: Row) -> SuppressionCase:
        suppression = decode(row.body, Suppression)
        return SuppressionCase(
            id=suppression.id,
            marks=self._marks(row, wanted={"worklist": SUPPRESSIONS}),
            held_back=self.standing(suppression.email).suppression_id == suppression.id,
        )

    def _pointer(self, row: Row, kind: Kind) -> PointerCase:
        says, owner = row.pk.partition("#")[2], row.owner or ""
        if kind in (kinds.TENANT, kinds.GRANT):
            # These are never removed: that there is such a subscription is all that they promise.
            owner = row.sk
            leads_back = self._is_there(keys.subscription(owner))
        elif kind is kinds.RESERVATION:
            sub = self._subscriptions([owner]).get(owner)
            leads_back = sub is not None and reserved_by(sub) == says
        elif kind is kinds.STANDING:
            found = self.suppression(owner)
            leads_back = found is not None and keys.standing(found.email)[0] == row.pk
        elif kind is kinds.PAYEE_POINTER:
            payee = self.payee(owner)
            leads_back = payee is not None and payee.account_id == says
        else:
            leads_back = says in self._known_as(owner, kind)
        return PointerCase(id=owner or row.sk, kind=kind.name, leads_back=leads_back)

    def _known_as(self, freelancer_id: str, kind: Kind) -> set[str]:
        """What leads to a freelancer, as their document says it."""
        freelancer = self._get(keys.freelancer(freelancer_id), Freelancer)
        if freelancer is None:
            return set()
        if kind is kinds.LINK:
            return {freelancer.link_token or ""} if freelancer.enrolled else set()
        return {freelancer.email.lower(), (freelancer.user_id or "").lower()}

    # --- what belongs to them ------------------------------------------------------------------------

    def _papers(self, client_id: str) -> Iterator[Document]:
        found = Row.query(keys.client(client_id)[0], Row.sk.startswith("document#"), consistent_read=True)
        return (decode(row.body, Document) for row in found)

    def _subscriptions(self, ids: Iterable[str]) -> dict[str, Subscription]:
        rows = self._read(keys.subscription(each) for each in ids)
        return {pk: decode(row.body, Subscription) for (pk, _), row in rows.items()}

    def _is_there(self, key: keys.Key) -> bool:
        return key in self._read([key])

    def _baseless(self, lines: Sequence[Earning]) -> Iterator[str]:
        """The invoices of those lines whose sale, or invoice, is not there or is somebody else's."""
        for start in range(0, len(lines), PAGE):
            some = lines[start : start + PAGE]
            subs = self._subscriptions(line.subscription_id for line in some)
            clients = {
                line.invoice_id: subs[line.subscription_id].client.id
                for line in some
                if line.subscription_id in subs and _sold_by(subs[line.subscription_id], line.freelancer_id)
            }
            papers = self._read(keys.document(client_id, each) for each, client_id in clients.items())
            there = {sk.partition("#")[2] for _, sk in papers}
            yield from (line.invoice_id for line in some if line.invoice_id not in there)

    def _leading_to(self, sub: Subscription) -> dict[str, keys.Key]:
        found = {}
        if sub.account is not None and sub.account.tenant_id is not None:
            found["tenant"] = keys.tenant(sub.account.tenant_id, sub.id)
        if sub.delegation.grant is not None:
            found["grant"] = keys.grant(sub.delegation.grant.relationship_id, sub.id)
        return found

    # --- marks ---------------------------------------------------------------------------------------

    def _marks(self, row: Row, *, wanted: dict[str, str], beside: Sequence[str] = ()) -> Marks:
        found = {name: mark for name, mark in self._found_by(row).items() if name not in beside}
        strayed = [
            name for name in _LISTS if getattr(row, name) and self._list_in(getattr(row, name)) is None
        ]
        wake = self._wake_in(row)
        if wake is None and (row.wake or row.due_at):
            strayed.append("wake")
        return Marks(found=found, wanted=wanted, wake=wake, strayed=tuple(strayed))

    def _found_by(self, row: Row) -> dict[str, str]:
        """What a row is found by and conditioned on; which shard of a list it is in is no matter."""
        plain = {name: str(getattr(row, name)) for name in _MARKS if getattr(row, name) is not None}
        lists = {
            name: self._list_in(value) or value
            for name in _LISTS
            if (value := getattr(row, name)) is not None
        }
        return {**plain, **lists}

    def _list_in(self, value: str) -> str | None:
        """The list whose shard this is; None if nobody looks into it."""
        name, _, shard = value.rpartition("#")
        return name if shard.isdigit() and int(shard) in self.shards else None

    def _wake_in(self, row: Row) -> Wake | None:
        name = self._list_in(row.wake or "")
        if name not in set(Sweep) or not row.due_at:
            return None
        return Wake(sweep=Sweep(name), due_at=datetime.fromisoformat(row.due_at))


_BELONGING: Final = (
    kinds.HISTORY,
    kinds.CREDENTIALS,
    kinds.EARNING,
    kinds.TOTALS,
    kinds.PAYEE,
)
_POINTERS: Final = (
    kinds.FREELANCER_POINTER,
    kinds.LINK,
    kinds.RESERVATION,
    kinds.PAYEE_POINTER,
    kinds.TENANT,
    kinds.GRANT,
    kinds.STANDING,
)


def _unread(partition: Partition) -> Iterator[Unreadable]:
    for row in partition.rows:
        kind = kind_of(row)
        if kind is None:
            yield Unreadable(id=row.pk, kind=row.sk, why="nobody knows what this is")
            continue
        try:
            if kind.document is not None:
                decode(row.body, kind.document)
        except MsgspecError as error:
            yield Unreadable(id=row.pk, kind=row.sk, why=str(error))


def _one(row: Row | None) -> Row:
    if row is None:
        raise ValueError("the row that the others belong to has gone")
    return row


def _sold_by(sub: Subscription, freelancer_id: str) -> bool:
    return sub.seller is not None and sub.seller.freelancer_id == freelancer_id


def _ledger_keys(sub: Subscription, papers: Iterable[Document]) -> Iterator[keys.Key]:
    if sub.seller is not None:
        for paper in papers:
            if paper.kind is DocumentKind.INVOICE:
                yield keys.earning(sub.seller.freelancer_id, paper.id)


def _refund_key(sub: Subscription, past: Past) -> keys.Key:
    return keys.effect(effect_id(sub.id, past.version, EffectKind.REFUND))


def _leading_to_freelancer(freelancer: Freelancer, payee: Payee | None) -> dict[str, keys.Key]:
    found = {"address": keys.freelancer_of(freelancer.email)}
    if freelancer.user_id:
        found["user"] = keys.freelancer_of(freelancer.user_id)
    if freelancer.enrolled and freelancer.link_token:
        found["link"] = keys.link(freelancer.link_token)
    if payee is not None:
        found["payout account"] = keys.payee_of(payee.account_id)
    return found
