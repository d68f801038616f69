"""What the use cases need of DynamoDB, and all that they may know of it.

Here is what takes several kinds of rows at once: loading for an errand, and making a decision true, whole.
What is about one kind is in its own part, and `Store` is all of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import domain
from chalicelib.domain.idempotency import Record, judge
from chalicelib.domain.refusals import not_found
from chalicelib.domain.waking import Sweep, Wake, next_wake
from chalicelib.rulebook import IDEMPOTENCY_KEPT, UNSETTLED_CHECKS, Status
from chalicelib.storage import keys
from chalicelib.storage.clock import ClockRow
from chalicelib.storage.codec import encode
from chalicelib.storage.credentials import Credentials, Sealed
from chalicelib.storage.disputes import DisputeRows
from chalicelib.storage.domains import Domains
from chalicelib.storage.drifts import Drifts
from chalicelib.storage.history import history_row
from chalicelib.storage.ledgers import Ledgers, books_in
from chalicelib.storage.mails import Mails
from chalicelib.storage.notes import Notes
from chalicelib.storage.outbox import Outbox
from chalicelib.storage.payers import Payers, payer_row
from chalicelib.storage.payouts import PayoutRows
from chalicelib.storage.pointers import Pointers, pointers_of
from chalicelib.storage.prices import Prices
from chalicelib.storage.program import Program
from chalicelib.storage.reading import body_in
from chalicelib.storage.records import Once, answered
from chalicelib.storage.runs import Runs
from chalicelib.storage.subscriptions import REVIEWS, SubscriptionLists
from chalicelib.storage.suppressions import Suppressions
from chalicelib.storage.tables import Row, bind
from chalicelib.storage.transaction import Taken, Transaction
from chalicelib.storage.waking import Due
from chalicelib.storage.walks import Walks

if TYPE_CHECKING:
    from chalicelib.domain.disputes import Case
    from chalicelib.domain.effects import Effect
    from chalicelib.domain.freelancer import Enrollment, Freelancer
    from chalicelib.domain.invoicing import ClientAccount, Document
    from chalicelib.domain.lifecycle import Decision
    from chalicelib.domain.order import Order
    from chalicelib.domain.payer import Payer
    from chalicelib.domain.refusals import Refusal
    from chalicelib.domain.subscription import Subscription


class Store(
    ClockRow,
    Credentials,
    DisputeRows,
    Domains,
    Drifts,
    Mails,
    Notes,
    PayoutRows,
    Outbox,
    Ledgers,
    Payers,
    Pointers,
    Prices,
    Program,
    Runs,
    SubscriptionLists,
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
            judge(body_in(rows.get(keys.record(once.key)), Record), fingerprint=once.fingerprint, at=at)
        sub = body_in(rows.get(keys.subscription(subscription_id)), domain.subscription.Subscription)
        if sub is None:
            raise not_found("subscription")
        if sub.client.id != client_id:
            return sub, self.books(sub.client.id)
        return sub, books_in(rows.get(keys.client(client_id)), client_id)

    def load_for_renewal(
        self, due: Due
    ) -> tuple[Subscription, ClientAccount, Freelancer | None, Payer | None]:
        """A subscription, its client's books, its seller and how the client pays, in one read."""
        paid_by = keys.payer(due.client_id)
        wanted = [keys.subscription(due.id), keys.client(due.client_id), paid_by]
        if due.seller_id:
            wanted.append(keys.freelancer(due.seller_id))
        rows = self._read(wanted)
        sub = body_in(rows.get(wanted[0]), domain.subscription.Subscription)
        if sub is None:
            raise not_found("subscription")
        books = books_in(rows.get(wanted[1]), due.client_id)
        seller = body_in(rows.get(wanted[3]), domain.freelancer.Freelancer) if due.seller_id else None
        return sub, books, seller, body_in(rows.get(paid_by), domain.payer.Payer)

    def load_for_checkout(
        self, *, client_id: str, link_token: str | None, once: Once, at: datetime
    ) -> tuple[Record | None, ClientAccount, Payer | None, str | None]:
        """The request's record, the client's books, how they pay, and whose link was opened, in one read."""
        wanted = [keys.record(once.key), keys.client(client_id), keys.payer(client_id)]
        if link_token:
            wanted.append(keys.link(link_token))
        rows = self._read(wanted)
        record = judge(body_in(rows.get(wanted[0]), Record), fingerprint=once.fingerprint, at=at)
        link = rows.get(wanted[3]) if link_token else None
        books = books_in(rows.get(wanted[1]), client_id)
        return record, books, body_in(rows.get(wanted[2]), domain.payer.Payer), link.owner if link else None

    def order(self, order_id: str) -> Order | None:
        """A checkout under way, if it still is."""
        return self._get(keys.order(order_id), domain.order.Order)

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
            tx.put_new(history_row(sub.id, sub.version, decision.event, decision, sub.status.value))
            tx.put(self._subscription_row(sub))
            for document in decision.documents:
                tx.put_new(Row(*keys.document(document.client.id, document.id), body=encode(document)))
            if amended:
                tx.put(
                    Row(*keys.document(amended.client.id, amended.id), body=encode(amended)),
                    condition=Row.pk.exists(),
                )
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
                    tx, answered(once, once.answer(sub), decision.at), at=decision.at, order=order
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
            tx.put_new(history_row(after.id, after.version, enrollment.step, enrollment, after.state.value))
            tx.put(self._freelancer_row(after))
            pointer = Row(*keys.freelancer_of(after.email), owner=after.id)
            if before is None:
                tx.put_new(pointer, raises=Taken)
            if after.user_id and (before is None or before.user_id != after.user_id):
                tx.put(Row(*keys.freelancer_of(after.user_id), owner=after.id))
            if after.enrolled and after.link_token and not (before and before.enrolled):
                tx.put_new(Row(*keys.link(after.link_token), owner=after.id))
            elif before is not None and before.link_token and before.enrolled and not after.enrolled:
                tx.delete(keys.link(before.link_token))
            self._put_effects(tx, enrollment.effects)
            if once:
                self._put_record(
                    tx, answered(once, once.answer(result or after), enrollment.at), at=enrollment.at
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
                self._put_record(tx, answered(once, once.answer(refusal), at), at=at, order=order)
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

    # --- rows ----------------------------------------------------------------------------------------

    def _subscription_row(self, sub: Subscription) -> Row:
        row = Row(*keys.subscription(sub.id), body=encode(sub))
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
        row = Row(*keys.order(order.id), body=encode(order))
        row.attempts = order.attempt
        self._wake(row, order.id, Wake(sweep=Sweep.UNSETTLED, due_at=look_at))
        return row
