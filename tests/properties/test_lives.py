"""
Whole lives: people act, time passes, and what time brings is done when it is due.

Little here knows a rule's number. It knows what must hold at every moment of every life: what was charged is
on an invoice, what is given back was paid before, a mail goes out once, canceled is for good, nobody is
forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.account import Review
from chalicelib.domain.actions import available_actions
from chalicelib.domain.commission import Totals, difference
from chalicelib.domain.delegation import DelegationStatus
from chalicelib.domain.effects import EffectKind
from chalicelib.domain.invoicing import DocumentKind
from chalicelib.domain.lifecycle import Decision, Event, Given, advance
from chalicelib.domain.money import Money
from chalicelib.domain.people import SYSTEM, Role
from chalicelib.domain.refunds import Refund, allowed_until, refund_at
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Subscription
from chalicelib.domain.waking import Sweep, Wake, next_reminder, next_wake
from chalicelib.rulebook import PROVISIONING_POLLS, REMIND_BEFORE_END, UNSETTLED_CHECKS, Status, next_in
from chalicelib.storage.codec import decode, encode
from tests.properties.chance import BOUNDED, anchors, periods
from tests.rules.stories import (
    CLIENT,
    DANA,
    DAY,
    DELEGATE,
    HOUR,
    LUC,
    MINUTE,
    MONTHLY,
    YEARLY,
    Life,
    mails,
    price,
    signed_in,
    usd,
)

DANA_IN = signed_in(DANA, Role.CLIENT)


class Lives(RuleBasedStateMachine):
    """One life, led by chance."""

    life: Life
    now: datetime

    # --- how it begins, and what the neighbors are like ---------------------------------------------------

    @initialize(
        bought=anchors,
        period=periods,
        unit=st.integers(0, 300_00),
        raised=st.integers(0, 300_00),
        seats=st.integers(1, 50),
        tax=st.sampled_from([0, 0, 825, 2_000]),
        seller=st.sampled_from([LUC, LUC, None]),
        rate=st.sampled_from([1_000, 1_250, None]),
        gone=st.sampled_from(["active", "active", "active", "ordered", "submitted", ""]),
    )
    def buy(self, bought, period, unit, raised, seats, tax, seller, rate, gone):
        self.now = bought.replace(microsecond=0)
        day = (self.now + 40 * DAY).date().isoformat()
        self.life = Life(
            at=self.now,
            period=period,
            prices=[
                price(cents, since=since, period=billed)
                for billed in (MONTHLY, YEARLY)
                for cents, since in ((unit, "2000-01-01"), (raised, day))
            ],
            seats=seats,
            tax=tax,
            seller=seller,
            rate=rate if seller else None,
        )
        self.card = "good"
        self.microsoft = "waiting"
        self.lag = 0 * MINUTE
        self.snoozed: Wake | None = None
        self.quote: tuple[datetime, str, Refund] | None = None
        self.paid_back: list[str] = []
        if gone:
            self.life.submit(at=self.now)
        if gone in ("ordered", "active"):
            self.life.approve(at=self.now)
            self.life.offer(at=self.now)
            self.life.accept(at=self.now)
        if gone == "active":
            self.life.activate(at=self.now)

    @rule(card=st.sampled_from(["good", "good", "declined", "silent, taken", "silent, not taken"]))
    def the_card_is(self, card):
        self.card = card

    @rule(microsoft=st.sampled_from(["waiting", "ready", "ready", "refusing"]))
    def microsoft_is(self, microsoft):
        self.microsoft = microsoft

    @rule(minutes=st.integers(0, 15))
    def sweeps_are_late_by(self, minutes):
        self.lag = minutes * MINUTE

    # --- time passes ---------------------------------------------------------------------------------------

    @rule(wait=st.integers(1, 120).map(lambda count: count * MINUTE))
    def minutes_pass(self, wait):
        self._wait(wait)

    @rule(wait=st.integers(1, 72).map(lambda count: count * HOUR))
    def hours_pass(self, wait):
        self._wait(wait)

    @rule(wait=st.integers(1, 45).map(lambda count: count * DAY))
    def days_pass(self, wait):
        self._wait(wait)

    @rule(wait=st.sampled_from([7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY]))
    def much_time_passes(self, wait):
        self._wait(wait)

    @rule(later=st.integers(0, 2))
    def the_next_moment_comes(self, later):
        if (due := self._next()) is not None and due.due_at > self.now:
            self._wait(due.due_at + later * MINUTE - self.now)

    @rule(before=st.integers(1, 30))
    def the_term_is_about_to_end(self, before):
        term = self.life.sub.term
        if term is not None and self.now < term.end - before * MINUTE:
            self._wait(term.end - before * MINUTE - self.now)

    def _wait(self, wait: timedelta) -> None:
        until = self.now + wait
        while (due := self._next()) is not None and due.due_at + self.lag <= until:
            self.now = max(self.now, due.due_at + self.lag)
            self._obey(due)
        self.now = until
        # What was due within the last minutes is done too, so that every moment can be judged.
        while (due := self._next()) is not None and due.due_at <= self.now:
            self._obey(due)

    def _next(self) -> Wake | None:
        return self.snoozed or next_wake(self.life.sub)

    def _obey(self, due: Wake) -> None:
        self.snoozed = None
        {
            Sweep.ACTIVATION_DEADLINES: self._lapse,
            Sweep.PROVISIONING: self._look,
            Sweep.REMINDERS: self._remind,
            Sweep.TERM_ENDS: self._end_term,
            Sweep.RENEWAL_RETRIES: self._end_term,
            Sweep.COMMISSIONS: self._earn,
            Sweep.EXPIRATIONS: self._close,
            Sweep.UNSETTLED: self._settle,
        }[due.sweep]()

    def _lapse(self) -> None:
        self.life.lapse(at=self.now)

    def _look(self) -> None:
        account = self.life.account
        if self.microsoft == "refusing":
            self.life.be_refused(at=self.now)
        elif self.microsoft == "waiting":
            since = account.polled_since
            assert since is not None
            again = next_in(PROVISIONING_POLLS, since, self.now)
            deadline = self.life.sub.activation_deadline
            self.snoozed = (
                Wake(sweep=Sweep.PROVISIONING, due_at=again)
                if again < deadline
                else Wake(sweep=Sweep.ACTIVATION_DEADLINES, due_at=deadline)
            )
        elif account.agreement_accepted_at is None:
            self.life.accept(at=self.now)
        else:
            self.life.activate(at=self.now)

    def _remind(self) -> None:
        sub, ahead = self.life.sub, next_reminder(self.life.sub)
        assert sub.term is not None
        assert ahead is not None
        missed = [
            offset
            for offset in REMIND_BEFORE_END[sub.billing_period]
            if offset <= ahead and sub.term.end - offset <= self.now
        ]
        self.life.remind(min(missed).days, at=self.now)

    def _earn(self) -> None:
        assert self.now > allowed_until(self.life.sub)
        self.life.close_window(at=self.now)

    def _close(self) -> None:
        self.life.lapse_expiry(at=self.now)

    def _end_term(self) -> None:
        sub = self.life.sub
        if sub.status is Status.SUSPENDED or not sub.auto_renew:
            cause = "suspended" if sub.status is Status.SUSPENDED else "auto_renew_off"
            self.life.end_term(at=self.now, cause="payment" if sub.payment_issue else cause)
            return
        self.life.begin_renewal(at=self.now)
        if self.card == "good":
            self._take()
        elif self.card == "declined":
            self.life.decline(at=self.now)
        # else nobody hears of it, until it is asked for

    def _settle(self) -> None:
        renewal = self.life.sub.renewal
        assert renewal is not None
        begun = renewal.begun_at
        assert begun is not None
        if self.card == "silent, taken":
            self.card = "good"
            self._take()
        elif self.card == "silent, not taken" and self.now < begun + HOUR:
            self.snoozed = Wake(sweep=Sweep.UNSETTLED, due_at=next_in(UNSETTLED_CHECKS, begun, self.now))
        else:
            self.card = "good"
            self.life.call_off(at=self.now)

    def _take(self) -> None:
        self.life.renew(at=self.now)

    # --- people act ----------------------------------------------------------------------------------------

    @precondition(lambda self: self.life.status in (Status.PENDING, Status.FAILED))
    @rule(delegate=st.booleans())
    def submit_the_account(self, delegate):
        self.life.submit(at=self.now, by=DELEGATE if delegate else CLIENT)

    @precondition(lambda self: self._review() is Review.PENDING)
    @rule(approve=st.sampled_from([True, True, True, False]))
    def review(self, approve):
        if approve:
            self.life.approve(at=self.now)
        else:
            self.life.reject(at=self.now)

    @precondition(lambda self: self._review() is Review.APPROVED and self.life.account.offered_at is None)
    @rule()
    def microsoft_offers_the_agreement(self):
        self.life.offer(at=self.now)

    def _review(self) -> Review | None:
        sub = self.life.sub
        return sub.account.review if sub.status is Status.CONNECTING and sub.account else None

    @rule()
    def ask_what_a_cancellation_gives(self):
        refund = refund_at(self.life.sub, self.now)
        if refund.allowed:
            until = self.now + 15 * MINUTE
            if self.life.sub.term is not None:
                until = min(until, allowed_until(self.life.sub))
            self.quote = (until, self.life.sub.payment.invoice_id, refund)

    @rule(sure=st.integers(1, 6))
    def cancel(self, sure):
        if sure == 6:
            self._try(lambda: self.life.cancel(at=self.now))

    @rule(sure=st.integers(1, 3))
    def cancel_as_quoted(self, sure):
        if self.quote is None or sure < 3:
            return
        until, invoice_id, refund = self.quote
        if self.now <= until and invoice_id == self.life.sub.payment.invoice_id:
            self._try(lambda: self.life.cancel(at=self.now, quoted=refund))

    @rule(auto_renew=st.booleans())
    def set_renewal(self, auto_renew):
        if self.life.sub.auto_renew is not auto_renew:
            self._try(lambda: self.life.set_renewal(auto_renew, at=self.now))

    @rule()
    def suspend(self):
        self._try(lambda: self.life.suspend(at=self.now))

    @rule()
    def reinstate(self):
        self._try(lambda: self.life.reinstate(at=self.now))

    @rule(approve=st.booleans())
    def delegate(self, approve):
        status = self.life.sub.delegation.status
        if self.life.sub.seller is None:
            return
        if status is DelegationStatus.REQUESTED:
            self._try(lambda: self.life.decide_delegation(approve, at=self.now))
        elif status is DelegationStatus.APPROVED:
            self._try(lambda: self.life.end_delegation(at=self.now))
        else:
            self._try(lambda: self.life.ask_delegation(at=self.now))

    @rule()
    def the_freelancer_leaves(self):
        self.life.rate = None
        if self.life.sub.delegation.open:
            self._try(lambda: self.life.end_delegation(at=self.now, by=SYSTEM))

    @rule()
    def the_refund_is_paid(self):
        for effect in self._refunds():
            if effect.id not in self.paid_back:
                self.paid_back.append(effect.id)
                self.life.note_refund(at=self.now)

    def _try(self, act: Callable[[], Decision]) -> None:
        before, known = self.life.sub, len(self.life.decisions)
        code = refusal(act)
        if code is None:
            self.snoozed = None
            assert refusable(before, self.life.last)
        else:
            assert code in ("invalid_transition", "cancellation_window_closed", "renewal_in_progress")
            assert self.life.sub == before  # a refusal leaves everything as it was
            assert len(self.life.decisions) == known

    # --- what always holds ---------------------------------------------------------------------------------

    def _refunds(self) -> list:
        return [effect for effect in self.life.effects if effect.kind is EffectKind.REFUND]

    @invariant()
    def what_was_charged_is_invoiced_once_each(self):
        invoices = [paper for paper in self.life.documents if paper.kind is DocumentKind.INVOICE]
        charges = self.life.charges

        assert Counter(paper.charge_id for paper in invoices) == Counter(list(charges))
        for paper in invoices:
            assert paper.total == paper.net + paper.tax == Money(charges[paper.charge_id].amount, "USD")

    @invariant()
    def at_most_one_refund_per_charge_and_never_more_than_was_paid(self):
        refunds = self._refunds()
        notes = [paper for paper in self.life.documents if paper.kind is DocumentKind.CREDIT_NOTE]

        assert max(Counter(effect.data["charge_id"] for effect in refunds).values(), default=0) <= 1
        for effect in refunds:
            assert 0 < effect.data["amount"] <= self.life.charges[effect.data["charge_id"]].amount
        assert [(note.id, note.total.amount) for note in notes] == [
            (effect.data["document_id"], effect.data["amount"]) for effect in refunds
        ]
        if refunds:
            assert self.life.status is Status.CANCELED

    @invariant()
    def papers_are_numbered_without_gaps(self):
        numbers = [int(paper.number.rsplit("-", 1)[1]) for paper in self.life.documents]

        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nothing_is_asked_for_twice(self):
        ids = [effect.id for effect in self.life.effects]

        assert len(set(ids)) == len(ids)

    @invariant()
    def one_mail_per_cause(self):
        told = Counter(template for decision in self.life.decisions for template, _ in mails(decision))
        events = Counter(decision.event for decision in self.life.decisions)

        assert told["E1"] == 1
        assert told["E2"] == (1 if self.life.sub.seller else 0)
        assert told["E4"] == (1 if self.life.sub.activated_at else 0)
        assert told["E7"] == (1 if self.life.status is Status.CANCELED else 0)
        assert told["E10"] == events[Event.RENEWED]
        assert told["E11"] == (1 if self.life.sub.expired_at else 0)
        assert told["E14"] == events[Event.RENEWAL_DECLINED]

    @invariant()
    def nobody_is_reminded_twice_of_the_same(self):
        reminders = Counter(
            (decision.after.term and decision.after.term.number, decision.after.reminded)
            for decision in self.life.decisions
            if decision.event is Event.REMINDED
        )

        assert max(reminders.values(), default=0) <= 1

    @invariant()
    def a_card_is_tried_four_times_a_term_at_most(self):
        declines = Counter(
            decision.before.term and decision.before.term.number
            for decision in self.life.decisions
            if decision.before and decision.event in (Event.RENEWAL_DECLINED, Event.RENEWAL_GIVEN_UP)
        )

        assert max(declines.values(), default=0) <= 4

    @invariant()
    def history_has_no_gap_and_canceled_is_for_good(self):
        decisions = self.life.decisions

        assert [decision.after.version for decision in decisions] == list(range(1, len(decisions) + 1))
        for decision in decisions[1:]:
            assert decision.before is not None
            if decision.before.status is Status.CANCELED:
                assert decision.event is Event.REFUNDED
                assert decision.after.status is Status.CANCELED

    @invariant()
    def only_the_canceled_wait_for_nothing(self):
        assert (self._next() is None) is (self.life.status is Status.CANCELED)

    @invariant()
    def nobody_waits_past_their_moment(self):
        """Once what time brought was done: nobody is left behind, whatever happened before."""
        sub, due = self.life.sub, self._next()
        if due is None or due.due_at <= self.now:
            return  # it happened in this very step: time has not passed since
        if sub.never_activated:
            assert self.now < sub.activation_deadline
        if sub.status is Status.EXPIRED:
            assert sub.expired_until is not None
            assert self.now < sub.expired_until
        if sub.term is None or sub.status in (Status.EXPIRED, Status.CANCELED):
            return
        if sub.payment_issue or sub.renewal_under_way:
            assert self.now < sub.term.end + 7 * DAY  # inside Microsoft's own seven days
        else:
            assert self.now < sub.term.end

    @invariant()
    def nobody_who_is_suspended_is_charged(self):
        for decision in self.life.decisions:
            if decision.event in (Event.RENEWAL_BEGUN, Event.RENEWED):
                assert decision.before is not None
                assert decision.before.status is Status.ACTIVE
                assert decision.before.auto_renew

    @invariant()
    def terms_tile(self):
        terms = {sub.term.number: sub.term for sub in (one.after for one in self.life.decisions) if sub.term}

        assert sorted(terms) == list(range(len(terms)))
        for number in range(1, len(terms)):
            assert terms[number].start == terms[number - 1].end

    @invariant()
    def the_commission_books_add_up(self):
        totals = Totals()
        for decision in self.life.decisions:
            for before, after in decision.earnings:
                change = difference(before, after)
                totals = Totals(
                    accrued=totals.accrued + change.accrued,
                    pending=totals.pending + change.pending,
                    earned=totals.earned + change.earned,
                    reversed=totals.reversed + change.reversed,
                )
        lines = self.life.ledger.values()

        assert totals.accrued == totals.pending + totals.earned + totals.reversed
        assert totals.accrued == sum(line.accrued.amount for line in lines)
        for line in lines:
            assert line.accrued == line.pending + line.earned + line.reversed
            assert min(line.pending, line.earned, line.reversed) >= usd(0)
        pending = [line for line in lines if line.pending]
        assert len(pending) <= 1
        if self.life.status is Status.CANCELED:
            assert not pending
        elif pending:
            assert pending == [self.life.sub.commission]

    @invariant()
    def what_is_offered_can_be_done_and_nothing_else(self):
        sub = self.life.sub
        offered = set(available_actions(sub, caller=DANA_IN, at=self.now))

        assert ("cancel" in offered) is self._possible(Event.CANCELED)
        assert ("submit_microsoft_account" in offered) is (sub.status in (Status.PENDING, Status.FAILED))
        assert bool(offered & {"turn_renewal_on", "turn_renewal_off"}) is self._possible(Event.AUTO_RENEW_SET)
        assert len(offered & {"turn_renewal_on", "turn_renewal_off"}) <= 1
        assert len(offered & {"delegate", "revoke_delegation"}) <= 1

    def _possible(self, event: Event) -> bool:
        """Whether it would be done, if somebody did it now."""
        given = Given(document_id="inv_x", books=self.life.books)
        sub = self.life.sub
        return refusal(lambda: advance(sub, event, at=self.now, by=CLIENT, given=given)) is None

    @invariant()
    def it_can_be_kept(self):
        assert decode(encode(self.life.sub), Subscription) == self.life.sub


def refusal(act: Callable[[], Decision]) -> str | None:
    """The code with which it is refused, or None if it is done."""
    try:
        act()
    except Refusal as refused:
        return refused.code
    return None


def refusable(before: Subscription, decision: Decision) -> bool:
    """Whether nothing moved a subscription whose renewal was on its way, but for its delegation."""
    return not before.renewal_under_way or decision.event in (
        Event.DELEGATION_REQUESTED,
        Event.DELEGATION_APPROVED,
        Event.DELEGATION_REJECTED,
        Event.DELEGATION_ENDED,
    )


TestWholeLives = Lives.TestCase
TestWholeLives.settings = settings(BOUNDED, max_examples=200, stateful_step_count=50)
