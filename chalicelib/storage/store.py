"""Load, commit, due, page: what the use cases need of DynamoDB, and all that they may know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import domain
from chalicelib.domain.catalog import Price
from chalicelib.domain.effects import EffectState, effect_id, lease_of
from chalicelib.domain.idempotency import Answer, Record, judge
from chalicelib.domain.refusals import not_found
from chalicelib.domain.waking import Sweep, Wake, next_wake
from chalicelib.rulebook import (
    CREDENTIALS_KEPT,
    EFFECT_ATTEMPTS,
    EFFECT_RETRIES,
    IDEMPOTENCY_KEPT,
    MICROSOFT_TENANT_SUFFIX,
    OUTBOX_GRACE,
    UNSETTLED_CHECKS,
    Status,
    step,
)
from chalicelib.storage import keys
from chalicelib.storage.clock import ClockRow
from chalicelib.storage.codec import decode, encode
from chalicelib.storage.conditional import added, changed
from chalicelib.storage.disputes import DisputeRows
from chalicelib.storage.drifts import Drifts
from chalicelib.storage.listing import Page, page_of
from chalicelib.storage.mails import Mails
from chalicelib.storage.notes import Notes
from chalicelib.storage.payers import Payers, payer_row
from chalicelib.storage.payouts import PayoutRows
from chalicelib.storage.pointers import Pointers, pointers_of
from chalicelib.storage.reading import Kind
from chalicelib.storage.runs import Runs
from chalicelib.storage.setbacks import DONE, STUCK, Setbacks, effect_in
from chalicelib.storage.suppressions import Suppressions
from chalicelib.storage.tables import Row, bind
from chalicelib.storage.transaction import Taken, Transaction
from chalicelib.storage.walks import Walks

if TYPE_CHECKING:
    from chalicelib.domain.commission import Earning, Totals
    from chalicelib.domain.disputes import Case
    from chalicelib.domain.effects import Effect
    from chalicelib.domain.freelancer import Enrollment, Freelancer
    from chalicelib.domain.invoicing import ClientAccount, Document
    from chalicelib.domain.lifecycle import Decision
    from chalicelib.domain.order import Order
    from chalicelib.domain.payer import Payer
    from chalicelib.domain.refusals import Refusal
    from chalicelib.domain.subscription import Subscription

PAGE_OF_DUE = 200  # rows per call of a sweep
REVIEWS, APPLICATIONS = "reviews", "applications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """The idempotency of one request: where its record lives, what was asked, how a result is answered."""

    key: str
    fingerprint: str
    answer: Callable[[Any], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Whose moment has come: an id and the ids it is loaded with. A hint: whoever acts loads again."""

    id: str
    client_id: str
    seller_id: str | None
    due_at: datetime | None = None  # where an index has said so


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One line of a subscription's or freelancer's history."""

    version: int
    event: str
    at: datetime
    by: Mapping[str, Any]
    status: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Credentials, encrypted; `user_name` is no secret."""

    user_name: str
    ciphertext: str


class Store(
    ClockRow,
    DisputeRows,
    Drifts,
    Mails,
    Notes,
    Payers,
    PayoutRows,
    Pointers,
    Runs,
    Setbacks,
    Suppressions,
    Walks,
):
    """The table of one deployment."""

    def __init__(self, *, table_name: str, region: str, shards: int) -> None:
        self._shards = shards
        self._connection = bind(table_name=table_name, region=region)

    # --- load ----------------------------------------------------------------------------------------

    def load(self, subscription_id: str) -> Subscription:
        """The subscription as it is now; `not_found` if there is none."""
        found = self._get(keys.subscription(subscription_id), domain.subscription.Subscription)
        if found is None:
            raise not_found("subscription")
        return found

    def load_with_books(
        self, subscription_id: str, *, client_id: str, once: Once | None = None, at: datetime
    ) -> tuple[Subscription, ClientAccount]:
        """A subscription and its client's books in one read, after a look at the request's record.

        `client_id` is a hint (the caller, or what an index said); where it is wrong a second read finds the
        books. Raises Replay when the request was answered before.
        """
        wanted = [keys.subscription(subscription_id), keys.client(client_id)]
        rows = self._read([*wanted, keys.record(once.key)] if once else wanted)
        if once:
            judge(_body(rows.get(keys.record(once.key)), Record), fingerprint=once.fingerprint, at=at)
        sub = _body(rows.get(keys.subscription(subscription_id)), domain.subscription.Subscription)
        if sub is None:
            raise not_found("subscription")
        if sub.client.id != client_id:
            return sub, self.books(sub.client.id)
        return sub, _books_in(rows.get(keys.client(client_id)), client_id)

    def load_for_renewal(
        self, due: Due
    ) -> tuple[Subscription, ClientAccount, Freelancer | None, Payer | None]:
        """A subscription, its client's books, its seller and how the client pays, in one read."""
        paid_by = keys.payer(due.client_id)
        wanted = [keys.subscription(due.id), keys.client(due.client_id), paid_by]
        if due.seller_id:
            wanted.append(keys.freelancer(due.seller_id))
        rows = self._read(wanted)
        sub = _body(rows.get(wanted[0]), domain.subscription.Subscription)
        if sub is None:
            raise not_found("subscription")
        books = _books_in(rows.get(wanted[1]), due.client_id)
        seller = _body(rows.get(wanted[3]), domain.freelancer.Freelancer) if due.seller_id else None
        return sub, books, seller, _body(rows.get(paid_by), domain.payer.Payer)

    def load_for_checkout(
        self, *, client_id: str, link_token: str | None, once: Once, at: datetime
    ) -> tuple[Record | None, ClientAccount, Payer | None, str | None]:
        """The request's record, the client's books, how they pay, and whose link was opened, in one read."""
        wanted = [keys.record(once.key), keys.client(client_id), keys.payer(client_id)]
        if link_token:
            wanted.append(keys.link(link_token))
        rows = self._read(wanted)
        record = judge(_body(rows.get(wanted[0]), Record), fingerprint=once.fingerprint, at=at)
        link = rows.get(wanted[3]) if link_token else None
        books = _books_in(rows.get(wanted[1]), client_id)
        return record, books, _body(rows.get(wanted[2]), domain.payer.Payer), link.owner if link else None

    def books(self, client_id: str) -> ClientAccount:
        """What is kept of a client; new if nothing is."""
        kind = domain.invoicing.ClientAccount
        return self._get(keys.client(client_id), kind) or kind(id=client_id)

    def order(self, order_id: str) -> Order | None:
        """A checkout under way, if it still is."""
        return self._get(keys.order(order_id), domain.order.Order)

    def record(self, once: Once, *, at: datetime) -> None:
        """Look at a request's record: raises Replay, or refuses, as `idempotency.judge` says."""
        judge(self._get(keys.record(once.key), Record), fingerprint=once.fingerprint, at=at)

    # --- commit --------------------------------------------------------------------------------------

    def commit(
        self,
        decision: Decision,
        *,
        once: Once | None = None,
        settles: Effect | None = None,
        order: Order | None = None,
        credentials: Sealed | None = None,
        amended: Document | None = None,
        case: Case | None = None,
    ) -> None:
        """Make a decision true, whole: state, history, papers, ledger, outbox, and the request's answer.

        Raises Stale when someone else moved the subscription, or its client's books, first, and Taken when
        a new tenant's domain is another subscription's.
        """
        sub = decision.after
        with Transaction(self._connection) as tx:
            tx.put_new(_history(sub.id, sub.version, decision.event, decision, sub.status.value))
            tx.put(self._subscription_row(sub))
            for document in decision.documents:
                tx.put_new(_row(keys.document(document.client.id, document.id), document))
            if amended:
                tx.put(_row(keys.document(amended.client.id, amended.id), amended), condition=Row.pk.exists())
            self._put_books(tx, decision)
            self._put_earnings(tx, decision.earnings)
            self._put_effects(tx, decision.effects)
            self._settle(tx, settles)
            self._put_case(tx, case)
            self._reserve_domain(tx, decision)
            for pointer in pointers_of(decision):
                tx.put(pointer)
            if order:
                tx.delete(keys.order(order.id), condition=Row.pk.exists())
            if credentials:
                self._put_credentials(tx, sub, credentials)
            if once:
                self._put_record(
                    tx, _answered(once, once.answer(sub), decision.at), at=decision.at, order=order
                )
            elif order and order.record_key and order.fingerprint:
                # Finished by a sweep: whoever asks again under the key is answered from the result.
                record = Record(
                    key=order.record_key,
                    fingerprint=order.fingerprint,
                    expires_at=decision.at + IDEMPOTENCY_KEPT,
                    order_id=order.id,
                    result_id=sub.id,
                )
                self._put_record(tx, record, at=decision.at, order=order)

    def commit_enrollment(
        self, enrollment: Enrollment, *, once: Once | None = None, result: object = None
    ) -> None:
        """Make a decision about a freelancer true, whole, with the pointers and the link that follow."""
        before, after = enrollment.before, enrollment.after
        with Transaction(self._connection) as tx:
            tx.put_new(_history(after.id, after.version, enrollment.step, enrollment, after.state.value))
            tx.put(self._freelancer_row(after))
            pointer = _pointer(keys.freelancer_of(after.email), after.id)
            if before is None:
                tx.put_new(pointer, raises=Taken)
            if after.user_id and (before is None or before.user_id != after.user_id):
                tx.put(_pointer(keys.freelancer_of(after.user_id), after.id))
            if after.enrolled and after.link_token and not (before and before.enrolled):
                tx.put_new(_pointer(keys.link(after.link_token), after.id))
            elif before is not None and before.link_token and before.enrolled and not after.enrolled:
                tx.delete(keys.link(before.link_token))
            self._put_effects(tx, enrollment.effects)
            if once:
                self._put_record(
                    tx, _answered(once, once.answer(result or after), enrollment.at), at=enrollment.at
                )

    def begin_order(
        self, order: Order, *, once: Once, lease: timedelta, payer: Payer | None = None, at: datetime
    ) -> None:
        """Write the intent to charge, and the request that it answers, before the money moves.

        With `payer` the client is new to the provider, and kept from now on; raises Stale if they are not.
        """
        record = Record(
            key=once.key,
            fingerprint=once.fingerprint,
            expires_at=at + IDEMPOTENCY_KEPT,
            leased_until=at + lease,
            order_id=order.id,
        )
        row = self._order_row(order, look_at=at + UNSETTLED_CHECKS[0])
        with Transaction(self._connection) as tx:
            if order.attempt == 1:
                tx.put_new(row)
            else:
                tx.put(row, condition=(Row.pk.exists()) & (Row.attempts == order.attempt - 1))
            self._put_record(tx, record, at=at, order=order)
            if payer:
                tx.put_new(payer_row(payer))

    def abandon_order(
        self, order: Order, *, once: Once | None = None, refusal: Refusal | None = None, at: datetime
    ) -> None:
        """Nothing was charged and nothing will be: nothing is left behind but, if there is one, the answer.

        Without an answer the key is free again. Raises Stale when another attempt has begun meanwhile.
        """
        with Transaction(self._connection) as tx:
            tx.delete(keys.order(order.id), condition=Row.attempts == order.attempt)
            if once and refusal:
                self._put_record(tx, _answered(once, once.answer(refusal), at), at=at, order=order)
            elif order.record_key:
                tx.delete(
                    keys.record(order.record_key),
                    condition=Row.pk.does_not_exist() | (Row.owner == order.id),
                )

    def release_lease(
        self, order: Order, *, once: Once, look_at: datetime | None = None, at: datetime
    ) -> None:
        """The outcome is not known and nobody is at it: the same key may take the work up at once.

        With `look_at` the order is kept as it is now, and nobody looks for its outcome before then; raises
        Stale when another attempt has begun meanwhile.
        """
        record = Record(
            key=once.key,
            fingerprint=once.fingerprint,
            expires_at=at + IDEMPOTENCY_KEPT,
            order_id=order.id,
        )
        with Transaction(self._connection) as tx:
            self._put_record(tx, record, at=at, order=order)
            if look_at:
                row = self._order_row(order, look_at=look_at)
                tx.put(row, condition=Row.pk.exists() & (Row.attempts == order.attempt))

    def remember(self, once: Once, answer: Answer, *, at: datetime) -> None:
        """Keep an answer that changed nothing else, unless the request was answered meanwhile."""
        row = _record_row(_answered(once, answer, at))
        try:
            row.save(condition=_free_record(at))
        except PutError:
            return

    def answer_late(self, record: Record, answer: Answer, *, at: datetime) -> None:
        """Keep the answer of a request that a sweep finished, unless it was kept meanwhile."""
        kept = replace(record, answer=answer, leased_until=None, expires_at=at + IDEMPOTENCY_KEPT)
        try:
            _record_row(kept).save(condition=Row.owner == record.order_id)
        except PutError:
            return

    def snooze(self, sub: Subscription, wake: Wake) -> None:
        """Look again later, without a decision: moves the index entry, if nobody moved the subscription."""
        self._move_wake(keys.subscription(sub.id), wake, condition=Row.version == sub.version)

    def snooze_order(self, order: Order, due_at: datetime) -> None:
        """Ask about an unsettled checkout again later."""
        wake = Wake(sweep=Sweep.UNSETTLED, due_at=due_at)
        self._move_wake(keys.order(order.id), wake, condition=Row.pk.exists())

    # --- due -----------------------------------------------------------------------------------------

    def due(self, sweep: Sweep, *, shard: int, at: datetime) -> Iterator[Due]:
        """Whose moment has come, earliest first, read page by page as it is consumed."""
        found = Row.wake_index.query(
            keys.sharded(sweep, shard),
            Row.due_at <= keys.moment(at),
            page_size=PAGE_OF_DUE,
        )
        for row in found:
            yield Due(
                id=row.pk,
                client_id=row.client_id or "",
                seller_id=row.seller_id,
                due_at=datetime.fromisoformat(row.due_at),
            )

    def waiting(self, sweep: Sweep) -> Iterator[datetime]:
        """When everything is due that a sweep will ever look at, whether its moment has come or not."""
        for shard in self.shards:
            for row in Row.wake_index.query(keys.sharded(sweep, shard), page_size=PAGE_OF_DUE):
                yield datetime.fromisoformat(row.due_at)

    # --- outbox --------------------------------------------------------------------------------------

    def claim(self, claimed_id: str, *, at: datetime) -> Effect | None:
        """Take an open effect for a lease and count the attempt; None if it is done, stuck or taken."""
        row = Row(*keys.effect(claimed_id))
        until = keys.moment(at + lease_of(claimed_id))
        actions = [Row.attempts.add(1), Row.leased_until.set(until), Row.due_at.set(until)]
        free = (Row.state == EffectState.OPEN) & (
            Row.leased_until.does_not_exist() | (Row.leased_until <= keys.moment(at))
        )
        return effect_in(row) if changed(row, actions, condition=free) else None

    def done(self, effect: Effect) -> None:
        """Mark an effect as carried out; it leaves the outbox."""
        Row(*keys.effect(effect.id)).update(actions=DONE)

    def failed(self, effect: Effect, *, error: str, for_good: bool, at: datetime) -> EffectState:
        """Note a failed attempt: try again later or, for good or at the limit, put it before an operator."""
        if not for_good and effect.attempts < EFFECT_ATTEMPTS:
            due = at + step(EFFECT_RETRIES, effect.attempts - 1)
            self._note(effect, [Row.due_at.set(keys.moment(due)), Row.last_error.set(error)])
            return EffectState.OPEN
        self._note(
            effect,
            [
                Row.state.set(EffectState.STUCK),
                Row.wake.remove(),
                Row.due_at.remove(),
                Row.last_error.set(error),
                Row.worklist.set(self._list_of(STUCK, effect.id)),
            ],
        )
        return EffectState.STUCK

    def _note(self, effect: Effect, actions: list[Action]) -> None:
        """Change an open effect and let it go; nothing if somebody else has carried it out meanwhile."""
        let_go = [Row.leased_until.remove(), *actions]
        changed(Row(*keys.effect(effect.id)), let_go, condition=Row.state == EffectState.OPEN)

    def mail_of(self, subscription_id: str, template: str) -> Effect | None:
        """The latest mail of a kind about a subscription, among its last hundred lines of history."""
        lines = self.history(subscription_id, limit=100, after=None).items
        wanted = [keys.effect(effect_id(subscription_id, line.version, template)) for line in lines]
        rows = self._read(wanted)
        return next((effect_in(rows[key]) for key in wanted if key in rows), None)

    def put_effect(self, effect: Effect, *, once: Once | None) -> None:
        """Write an effect of its own, with the answer to the request that asked for it."""
        with Transaction(self._connection) as tx:
            self._put_effects(tx, [effect])
            if once:
                record = _answered(once, once.answer(effect), effect.created_at)
                self._put_record(tx, record, at=effect.created_at)

    def retry(self, stuck_id: str, *, once: Once | None, at: datetime) -> Effect:
        """Give a stuck effect all its attempts again, with the answer; `not_found` if it is not stuck."""
        key = keys.effect(stuck_id)
        row = self._read([key]).get(key)
        if row is None or row.state != EffectState.STUCK:
            raise not_found("stuck effect")
        effect = replace(effect_in(row), state=EffectState.OPEN, attempts=0)
        with Transaction(self._connection) as tx:
            tx.update(
                key,
                [
                    Row.state.set(EffectState.OPEN),
                    Row.attempts.set(0),
                    Row.wake.set(self._list_of(Sweep.OUTBOX, stuck_id)),
                    Row.due_at.set(keys.moment(at)),
                    Row.worklist.remove(),
                ],
                condition=Row.state == EffectState.STUCK,
            )
            if once:
                self._put_record(tx, _answered(once, once.answer(effect), at), at=at)
        return effect

    # --- credentials ---------------------------------------------------------------------------------

    def credentials(self, subscription_id: str) -> Sealed | None:
        """The encrypted credentials, while they are there."""
        return self._get(keys.credentials(subscription_id), Sealed)

    def take_credentials(self, subscription_id: str, *, taker: str) -> bool:
        """Remove the credentials for one taker; whether they are theirs: only one hears yes.

        They are marked first, because a lost answer makes the client ask again, and the second answer to a
        removal would be that nothing was there.
        """
        row = Row(*keys.credentials(subscription_id))
        nobodys = Row.pk.exists() & Row.owner.does_not_exist()
        if not changed(row, [Row.owner.set(taker)], condition=nobodys | (Row.owner == taker)):
            return False
        row.delete()
        return True

    # --- lists ---------------------------------------------------------------------------------------

    def subscriptions_of(
        self, client_id: str, *, status: Status | None, limit: int, after: str | None
    ) -> Page:
        """A client's subscriptions, newest first."""
        return page_of(
            limit,
            self._walk(
                Row.by_client,
                client_id,
                after=after,
                limit=limit,
                fits=lambda row: status is None or (row.status or "").split("#")[0] == status,
            ),
            lambda row: decode(row.body, domain.subscription.Subscription),
        )

    def sold_by(self, freelancer_id: str, *, limit: int, after: str | None) -> Page:
        """What was bought through a freelancer, newest first."""
        return self._loaded(Row.by_seller, [freelancer_id], limit=limit, after=after)

    def delegated_to(self, freelancer_id: str, *, limit: int, after: str | None) -> Page:
        """What is, or is asked to be, delegated to a freelancer, newest first."""
        return self._loaded(Row.by_delegate, [freelancer_id], limit=limit, after=after)

    def with_status(self, status: Status, *, limit: int, after: str | None) -> Page:
        """All subscriptions of a status, newest first."""
        return self._loaded(Row.by_status, self._all_shards(status), limit=limit, after=after)

    def with_email(self, email: str, *, limit: int, after: str | None) -> Page:
        """The subscriptions of the client with this address, newest first."""
        return self._loaded(Row.by_email, [email.lower()], limit=limit, after=after)

    def with_domain(self, domain: str, *, limit: int, after: str | None) -> Page:
        """The subscriptions that are linked to this Microsoft domain, newest first."""
        return self._loaded(Row.by_domain, [domain.lower()], limit=limit, after=after)

    def reviews(self, *, limit: int, after: str | None) -> Page:
        """The subscriptions whose account waits for a review, newest first."""
        return self._loaded(Row.by_worklist, self._all_shards(REVIEWS), limit=limit, after=after)

    def applications(self, *, limit: int, after: str | None) -> Page:
        """The freelancers who wait for a decision, newest first."""
        return self._loaded(
            Row.by_worklist,
            self._all_shards(APPLICATIONS),
            limit=limit,
            after=after,
            sk=keys.FREELANCER,
            read=lambda row: decode(row.body, domain.freelancer.Freelancer),
        )

    def stuck(self, *, limit: int, after: str | None) -> Page:
        """The effects that an operator must look at, newest first."""
        return self._loaded(
            Row.by_worklist, self._all_shards(STUCK), limit=limit, after=after, sk=keys.EFFECT, read=effect_in
        )

    def how_many_stuck(self) -> int:
        """How many effects an operator must look at; counted where they are listed, and not read."""
        return sum(Row.by_worklist.count(partition) for partition in self._all_shards(STUCK))

    def drifts(self, *, limit: int, after: str | None) -> Page:
        """What Microsoft has otherwise than we have it, newest subscriptions first."""
        return self._loaded(
            Row.by_worklist,
            self._all_shards(keys.DRIFT),
            limit=limit,
            after=after,
            sk=keys.DRIFT,
            read=lambda row: decode(row.body, domain.drift.Drift),
        )

    def history(self, subject_id: str, *, limit: int, after: str | None) -> Page:
        """The lines of history, newest first."""
        return self._below(subject_id, "history#", HistoryLine, limit=limit, after=after)

    def documents(self, client_id: str, *, limit: int, after: str | None) -> Page:
        """A client's invoices and credit notes, newest first."""
        return self._below(
            keys.client(client_id)[0], "document#", domain.invoicing.Document, limit=limit, after=after
        )

    def document(self, client_id: str, document_id: str) -> Document:
        """One invoice or credit note; `not_found` if the client has none such."""
        found = self._get(keys.document(client_id, document_id), domain.invoicing.Document)
        if found is None:
            raise not_found("invoice")
        return found

    def earnings(self, freelancer_id: str, *, limit: int, after: str | None) -> Page:
        """A freelancer's ledger, newest first."""
        return self._below(freelancer_id, "earning#", domain.commission.Earning, limit=limit, after=after)

    def totals(self, freelancer_id: str) -> Totals:
        """The sums of a freelancer's ledger."""
        row = self._read([keys.totals(freelancer_id)]).get(keys.totals(freelancer_id))
        if row is None:
            return domain.commission.Totals()
        return domain.commission.Totals(
            accrued=int(row.accrued or 0),
            pending=int(row.pending or 0),
            earned=int(row.earned or 0),
            reversed=int(row.reversed or 0),
            payable=int(row.payable or 0),
            paid=int(row.paid or 0),
        )

    # --- freelancers and prices ----------------------------------------------------------------------

    def freelancer(self, freelancer_id: str) -> Freelancer:
        """A freelancer by id; `not_found` if there is none."""
        found = self._get(keys.freelancer(freelancer_id), domain.freelancer.Freelancer)
        if found is None:
            raise not_found("freelancer")
        return found

    def freelancer_of(self, *who: str) -> Freelancer | None:
        """The freelancer that a user, or an invited address, is: the first of these that is known."""
        wanted = [keys.freelancer_of(each) for each in who]
        rows = self._read(wanted)
        for key in wanted:
            if key in rows and rows[key].owner:
                return self.freelancer(rows[key].owner or "")
        return None

    def link(self, token: str) -> Freelancer | None:
        """Whose link this is, while it is open."""
        row = self._read([keys.link(token)]).get(keys.link(token))
        return self.freelancer(row.owner or "") if row else None

    def prices(self, country: str, *, consistently: bool = False) -> list[Price]:
        """All price rows of a country; `consistently` with the one that was written a moment ago."""
        found = Row.query(keys.prices(country), Row.sk.startswith("price#"), consistent_read=consistently)
        return [decode(row.body, Price) for row in found]

    def domain_reserved_by(self, domain: str) -> str | None:
        """The id of the subscription that keeps others from a new tenant's domain, if one does."""
        row = self._read([keys.reservation(domain)]).get(keys.reservation(domain))
        return row.owner if row else None

    def put_price(self, price: Price) -> None:
        """Add, or replace, the row of one day."""
        _price_row(price).save()

    def add_price(self, price: Price) -> bool:
        """Add the row of a day that has none; whether it had none."""
        return added(_price_row(price))

    # --- rows ----------------------------------------------------------------------------------------

    def _subscription_row(self, sub: Subscription) -> Row:
        row = _row(keys.subscription(sub.id), sub)
        row.version = sub.version
        row.client_id = sub.client.id
        row.client_email = sub.client.email.lower()
        row.status = self._list_of(sub.status, sub.id)
        if sub.seller is not None:
            row.seller_id = sub.seller.freelancer_id
            if sub.delegation.status in (
                domain.delegation.DelegationStatus.REQUESTED,
                domain.delegation.DelegationStatus.APPROVED,
            ):
                row.delegate_id = sub.seller.freelancer_id
        if sub.account is not None:
            row.domain = sub.account.domain
            if sub.status is Status.CONNECTING and sub.account.review == "pending":
                row.worklist = self._list_of(REVIEWS, sub.id)
        self._wake(row, sub.id, next_wake(sub))
        return row

    def _order_row(self, order: Order, *, look_at: datetime) -> Row:
        row = _row(keys.order(order.id), order)
        row.attempts = order.attempt
        self._wake(row, order.id, Wake(sweep=Sweep.UNSETTLED, due_at=look_at))
        return row

    def _freelancer_row(self, freelancer: Freelancer) -> Row:
        row = _row(keys.freelancer(freelancer.id), freelancer)
        row.version = freelancer.version
        if freelancer.state is domain.freelancer.FreelancerState.APPLIED:
            row.worklist = self._list_of(APPLICATIONS, freelancer.id)
        return row

    def _put_books(self, tx: Transaction, decision: Decision) -> None:
        books = decision.books
        if books is None:
            return
        row = _row(keys.client(books.id), books)
        row.documents = books.documents
        before = books.documents - len(decision.documents)
        tx.put(row, condition=Row.documents == before if before else Row.pk.does_not_exist())

    def _put_earnings(self, tx: Transaction, earnings: Iterable[tuple[Earning | None, Earning]]) -> None:
        """The changed ledger lines, and one change of each freelancer's totals for all of them."""
        changes: dict[str, list[Totals]] = {}
        for before, earning in earnings:
            row = _row(keys.earning(earning.freelancer_id, earning.invoice_id), earning)
            row.version = earning.version
            tx.put(row, condition=_unchanged(before))
            changes.setdefault(earning.freelancer_id, []).append(
                domain.commission.difference(before, earning)
            )
        for freelancer_id, parts in changes.items():
            actions: list[Action] = [
                Row.accrued.add(sum(part.accrued for part in parts)),
                Row.pending.add(sum(part.pending for part in parts)),
                Row.earned.add(sum(part.earned for part in parts)),
                Row.reversed.add(sum(part.reversed for part in parts)),
            ]
            if any(part.payable or part.paid for part in parts):
                actions.append(Row.payable.add(sum(part.payable for part in parts)))
                actions.append(Row.paid.add(sum(part.paid for part in parts)))
            tx.update(keys.totals(freelancer_id), actions)

    def _put_effects(self, tx: Transaction, effects: Iterable[Effect]) -> None:
        for effect in effects:
            row = _row(keys.effect(effect.id), effect)
            row.state = effect.state
            row.attempts = effect.attempts
            wake = Wake(sweep=Sweep.OUTBOX, due_at=effect.created_at + OUTBOX_GRACE)
            self._wake(row, effect.id, wake)
            tx.put_new(row)

    def _settle(self, tx: Transaction, effect: Effect | None) -> None:
        if effect is not None:
            tx.update(keys.effect(effect.id), DONE, condition=Row.state == EffectState.OPEN)

    def _put_credentials(self, tx: Transaction, sub: Subscription, sealed: Sealed) -> None:
        row = _row(keys.credentials(sub.id), sealed)
        row.expires_at = sub.activation_deadline + CREDENTIALS_KEPT
        tx.put(row)

    def _reserve_domain(self, tx: Transaction, decision: Decision) -> None:
        old, new = _reserved(decision.before), _reserved(decision.after)
        if new and new != old:
            row = Row(*keys.reservation(new), owner=decision.after.id)
            tx.put(row, Row.pk.does_not_exist() | (Row.owner == decision.after.id), raises=Taken)
        if old and new != old:
            tx.delete(keys.reservation(old), condition=Row.owner == decision.after.id)

    def _put_record(
        self, tx: Transaction, record: Record, *, at: datetime, order: Order | None = None
    ) -> None:
        free = _free_record(at)
        condition = free | (Row.owner == order.id) if order else free
        tx.put(_record_row(record), condition)

    def _wake(self, row: Row, row_id: str, wake: Wake | None) -> None:
        if wake is not None:
            row.wake = self._list_of(wake.sweep, row_id)
            row.due_at = keys.moment(wake.due_at)

    def _move_wake(self, key: keys.Key, wake: Wake, *, condition: Condition) -> None:
        actions: list[Action] = [
            Row.wake.set(self._list_of(wake.sweep, key[0])),
            Row.due_at.set(keys.moment(wake.due_at)),
        ]
        changed(Row(*key), actions, condition=condition)


def _row(key: keys.Key, document: object) -> Row:
    return Row(*key, body=encode(document))


def _books_in(row: Row | None, client_id: str) -> ClientAccount:
    return _body(row, domain.invoicing.ClientAccount) or domain.invoicing.ClientAccount(id=client_id)


def _body(row: Row | None, kind: type[Kind]) -> Kind | None:
    return decode(row.body, kind) if row is not None else None


def _price_row(price: Price) -> Row:
    of = (price.country, price.plan_id, price.billing_period.value, price.valid_from.isoformat())
    return _row(keys.price(*of), price)


def _pointer(key: keys.Key, owner: str) -> Row:
    return Row(*key, owner=owner)


def _history(subject_id: str, version: int, event: str, made: Decision | Enrollment, status: str) -> Row:
    line = HistoryLine(
        version=version,
        event=str(event),
        at=made.at,
        by={"role": made.by.role, "id": made.by.id, "name": made.by.name, "delegated": made.by.delegated},
        status=status,
        detail=made.detail if isinstance(made, domain.lifecycle.Decision) else {},
    )
    return _row(keys.history(subject_id, version), line)


def _answered(once: Once, answer: Answer, at: datetime) -> Record:
    return Record(key=once.key, fingerprint=once.fingerprint, expires_at=at + IDEMPOTENCY_KEPT, answer=answer)


def _record_row(record: Record) -> Row:
    row = _row(keys.record(record.key), record)
    row.owner = record.order_id
    row.expires_at = record.expires_at
    return row


def _free_record(at: datetime) -> Condition:
    free: Condition = Row.pk.does_not_exist() | (Row.expires_at <= at)
    return free


def _unchanged(line: Earning | None) -> Condition:
    """That a ledger line is as it was loaded; those of before they were versioned have no version."""
    if line is None:
        absent: Condition = Row.pk.does_not_exist()
        return absent
    same: Condition = Row.pk.exists() & (Row.version.does_not_exist() | (Row.version == line.version))
    return same


def _reserved(sub: Subscription | None) -> str | None:
    """The domain that a subscription keeps others from: a new tenant's, from submission on."""
    if sub is None or sub.account is None or sub.account.form.existing_customer:
        return None
    given_up = sub.status is Status.CANCELED and sub.account.tenant_id is None
    return (
        None if given_up or not sub.account.domain.endswith(MICROSOFT_TENANT_SUFFIX) else sub.account.domain
    )
