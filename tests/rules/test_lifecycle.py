"""
The life of a subscription (R43-R51, D5-D8, D11, D12, D16): the page's table, restated.

    from                         event                             to          with
    -                            payment succeeds                  pending     invoice; E1, E2; commission
    pending, failed              client (or delegate) submits      connecting  review opened
    connecting                   review or Microsoft refuses       failed      E9 with the reason
    connecting                   review approves                   connecting  E3 with the agreement link
    connecting                   accepted and provisioned          active      term starts now; E4
    pending, connecting, failed  14 days since purchase            canceled    full refund, credit note, E7
    pending, connecting, failed  cancel                            canceled    full refund, credit note, E7
    active, suspended            cancel inside the window          canceled    refund, credit note, E7; access
                                                                               revoked at once
    active                       term ends, auto-renew on, paid    active      next term, invoice, E10;
                                                                               commission accrues
    active                       term ends, auto-renew off         expired     E11
    active                       suspend / reinstate               suspended   E12 / E13
    suspended                    term ends                         expired     E11; never renewed or charged
    expired                      30 days                           canceled    nothing to refund; E7

    Every other pair is refused with `409 invalid_transition`. `canceled` is terminal.

"Review approves" and "provisioned" each take two steps, because Microsoft answers later: the approval asks
Microsoft for the link and E3 follows when it is there; the acceptance places the order and E4 follows when
the seats are. Events that leave the status as it is (R62, R68, D8, D11, D12, D13) have their lines too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pytest

from chalicelib.domain.account import Review
from chalicelib.domain.lifecycle import TRANSITIONS, Decision, Event, advance, possible
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import Status
from tests.rules.stories import (
    BOUGHT,
    DANA,
    DAY,
    HOUR,
    LUC,
    STATIONS,
    Life,
    active,
    approved,
    canceled,
    dunned,
    errands,
    expired,
    in_review,
    in_term,
    mails,
    offered,
    ordered,
    pending,
    refused_by_microsoft,
    rejected,
    renewing,
    suspended,
    term_end,
)

P, C, F = Status.PENDING, Status.CONNECTING, Status.FAILED
A, S, X, Z = Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED, Status.CANCELED

CLIENT, SELLER = DANA.email, LUC.email
REFUND, ALIGN, CONNECT, ORDER = "refund", "align", "connect", "order"
GRANT, END_GRANT = "grant", "end_grant"
ERRANDS = (REFUND, ALIGN, CONNECT, ORDER, GRANT, END_GRANT)
CREDIT_NOTE, INVOICE = "credit_note", "invoice"
ACCRUED, EARNED, REVERSED = "accrued", "earned", "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the page's table, and a life in which it happens."""

    rule: str
    life: Callable[[], Life]
    event: Event
    does: Callable[[Life], Decision]
    to: Status
    mails: tuple[tuple[str, str], ...] = ()
    errands: frozenset[str] = frozenset()
    papers: tuple[str, ...] = ()
    ledger: tuple[str, ...] = ()
    because: str


def line(rule, life, event, does, to, *then, because):
    """`then` mixes the last column: mails as (id, to), errands, papers, and what the ledger shows."""
    return Line(
        rule=rule,
        life=life,
        event=event,
        does=does,
        to=to,
        mails=tuple(one for one in then if isinstance(one, tuple)),
        errands=frozenset(one for one in then if one in ERRANDS),
        papers=tuple(one for one in then if one in (CREDIT_NOTE, INVOICE)),
        ledger=tuple(one for one in then if one in (ACCRUED, EARNED, REVERSED)),
        because=because,
    )


def submit(life):
    return life.submit(at=BOUGHT + 6 * HOUR)


def lapse(life):
    return life.lapse(at=BOUGHT + 14 * DAY)


def cancel_early(life):
    return life.cancel(at=BOUGHT + 13 * DAY)


def cancel(life):
    return life.cancel(at=in_term(life, 3 * DAY))


def turn_off(life):
    return life.set_renewal(False, at=life.last.at + HOUR)


def remind(life):
    return life.remind(7, at=term_end(life) - 7 * DAY)


def close_window(life):
    return life.close_window(at=in_term(life, 8 * DAY))


def ask(life):
    return life.ask_delegation(at=life.last.at + HOUR)


def asked(station):
    def life():
        told = station()
        told.ask_delegation(at=told.last.at)
        return told

    return life


def delegated(station, *, grant: bool = False):
    """Managed by the freelancer; with `grant`, who has access at Microsoft as well."""

    def life():
        told = asked(station)()
        told.decide_delegation(True, at=told.last.at)
        if grant:
            told.ask_grant(at=told.last.at)
            told.give_grant(at=told.last.at)
        return told

    return life


def grant_asked(station):
    def life():
        told = delegated(station)()
        told.ask_grant(at=told.last.at)
        return told

    return life


def canceled_under_a_grant() -> Life:
    life = delegated(active, grant=True)()
    life.cancel(at=in_term(life, 3 * DAY))
    return life


def last_try() -> Life:
    life = dunned(declines=3)
    life.begin_renewal(at=term_end(life) + 5 * DAY)
    return life


E = Event
GRANTS: Final = (E.GRANT_REQUESTED, E.GRANT_ACTIVE, E.GRANT_ENDED)
BEHIND_OUR_BACK: Final = (E.DISPUTED, E.DISPUTE_CLOSED, E.REFUNDED_ELSEWHERE)
AFTER_THE_END: Final = {E.REFUNDED, E.REFUND_FAILED, E.GRANT_ENDED, *BEHIND_OUR_BACK}
DELEGABLE: Final = ((A, active), (S, suspended), (X, expired))
STANDING: Final = ((P, pending), (C, ordered), (F, rejected), (A, active), (S, suspended), (X, expired))

PAGE: Final = (
    # The Microsoft account
    line("R45", pending, E.ACCOUNT_SUBMITTED, submit, C, because="pending, submitted: the review opens"),
    line("R46", rejected, E.ACCOUNT_SUBMITTED, submit, C, because="failed by the review, submitted again"),
    line("R46", refused_by_microsoft, E.ACCOUNT_SUBMITTED, submit, C, because="failed at Microsoft, again"),
    line(
        "R17",
        in_review,
        E.ACCOUNT_REJECTED,
        lambda life: life.reject(at=BOUGHT + 2 * HOUR),
        F,
        ("E9", CLIENT),
        because="the review rejects",
    ),
    line(
        "R46",
        ordered,
        E.MICROSOFT_REFUSED,
        lambda life: life.be_refused(at=BOUGHT + 6 * HOUR),
        F,
        ("E9", CLIENT),
        ALIGN,
        because="Microsoft refuses for good, and what it had begun is ended",
    ),
    line(
        "R18",
        in_review,
        E.ACCOUNT_APPROVED,
        lambda life: life.approve(at=BOUGHT + 2 * HOUR),
        C,
        CONNECT,
        because="the review approves: Microsoft is asked for the link",
    ),
    line(
        "R18",
        approved,
        E.AGREEMENT_OFFERED,
        lambda life: life.offer(at=BOUGHT + 3 * HOUR),
        C,
        ("E3", CLIENT),
        because="and the client gets the link",
    ),
    line(
        "R19 R25",
        offered,
        E.AGREEMENT_ACCEPTED,
        lambda life: life.accept(at=BOUGHT + 4 * HOUR),
        C,
        ORDER,
        because="accepted: the seats are ordered, by itself",
    ),
    line(
        "R20",
        ordered,
        E.ORDER_PLACED,
        lambda life: life.place(at=BOUGHT + 5 * HOUR),
        C,
        because="ordered and not provisioned: its id is kept, and nobody is told",
    ),
    line(
        "R33 D8",
        delegated(ordered),
        E.ACTIVATED,
        lambda life: life.activate(at=BOUGHT + 5 * HOUR),
        A,
        GRANT,
        ("E4", CLIENT),
        because="delegated before it is active: access at Microsoft is asked for now",
    ),
    line(
        "R20 R26",
        ordered,
        E.ACTIVATED,
        lambda life: life.activate(at=BOUGHT + 5 * HOUR),
        A,
        ("E4", CLIENT),
        because="provisioned: active",
    ),
    # The 14 days, and cancellation before activation
    *(
        line(
            "R44 D5",
            life,
            E.ACTIVATION_LAPSED,
            lapse,
            Z,
            REFUND,
            CREDIT_NOTE,
            ("E7", CLIENT),
            REVERSED,
            *more,
            because=f"14 days, {because}",
        )
        for life, because, *more in (
            (pending, "pending"),
            (in_review, "under review"),
            (offered, "the agreement not accepted: its link must die", ALIGN),
            (ordered, "the order on its way: it must not arrive", ALIGN),
            (rejected, "failed"),
            (refused_by_microsoft, "failed at Microsoft", ALIGN),
        )
    ),
    *(
        line(
            "R54",
            life,
            E.CANCELED,
            cancel_early,
            Z,
            REFUND,
            CREDIT_NOTE,
            ("E7", CLIENT),
            REVERSED,
            *more,
            because=f"canceled while {because}",
        )
        for life, because, *more in (
            (pending, "pending"),
            (in_review, "under review"),
            (ordered, "the order is on its way: it must not arrive", ALIGN),
            (rejected, "failed"),
        )
    ),
    # Cancellation inside the window
    line(
        "R52 R57 R60",
        active,
        E.CANCELED,
        cancel,
        Z,
        REFUND,
        ALIGN,
        CREDIT_NOTE,
        ("E7", CLIENT),
        REVERSED,
        because="canceled while active: access ends at once",
    ),
    line(
        "R52 D7",
        suspended,
        E.CANCELED,
        cancel,
        Z,
        REFUND,
        ALIGN,
        CREDIT_NOTE,
        ("E7", CLIENT),
        REVERSED,
        because="canceled while suspended",
    ),
    # Renewal
    *(
        line(
            "R62 D16",
            life,
            E.AUTO_RENEW_SET,
            turn_off,
            status,
            *more,
            because=f"auto-renew off while {status}",
        )
        for status, life, *more in (
            (P, pending),
            (C, ordered),
            (F, rejected),
            (A, active, ALIGN),
            (S, suspended, ALIGN),
        )
    ),
    line("R68", active, E.REMINDED, remind, A, ("E8", CLIENT), because="the term is ending"),
    line("R68 D7", suspended, E.REMINDED, remind, S, ("E8", CLIENT), because="a suspended one's too"),
    line("D13", active, E.WINDOW_CLOSED, close_window, A, EARNED, because="the commission is earned"),
    line("D13 D7", suspended, E.WINDOW_CLOSED, close_window, S, EARNED, because="suspended or not"),
    line("D13", expired, E.WINDOW_CLOSED, close_window, X, EARNED, because="expired or not"),
    line(
        "R65",
        active,
        E.RENEWAL_BEGUN,
        lambda life: life.begin_renewal(at=term_end(life)),
        A,
        because="the charge of a renewal begins",
    ),
    line(
        "R65 R66",
        renewing,
        E.RENEWED,
        lambda life: life.renew(at=term_end(life)),
        A,
        INVOICE,
        ("E10", CLIENT),
        EARNED,
        ACCRUED,
        because="paid: the next term",
    ),
    line(
        "D11",
        renewing,
        E.RENEWAL_DECLINED,
        lambda life: life.decline(at=term_end(life)),
        A,
        ("E14", CLIENT),
        because="declined: it stays active",
    ),
    line(
        "D11",
        renewing,
        E.RENEWAL_CALLED_OFF,
        lambda life: life.call_off(at=term_end(life) + HOUR),
        A,
        because="never charged: as if it had not begun",
    ),
    line(
        "D11",
        last_try,
        E.RENEWAL_GIVEN_UP,
        lambda life: life.decline(at=term_end(life) + 5 * DAY),
        X,
        ("E11", CLIENT),
        ALIGN,
        because="the fourth decline: expired, and canceled at Microsoft",
    ),
    # The end
    line(
        "R70",
        active,
        E.TERM_ENDED,
        lambda life: life.end_term(at=term_end(life)),
        X,
        ("E11", CLIENT),
        ALIGN,
        because="the term ends without a renewal",
    ),
    line(
        "D7",
        suspended,
        E.TERM_ENDED,
        lambda life: life.end_term(at=term_end(life), cause="suspended"),
        X,
        ("E11", CLIENT),
        ALIGN,
        because="a suspended one's term ends",
    ),
    line(
        "R50",
        expired,
        E.EXPIRY_LAPSED,
        lambda life: life.lapse_expiry(at=term_end(life) + 30 * DAY),
        Z,
        ("E7", CLIENT),
        EARNED,
        because="30 days after that: canceled, with nothing to refund",
    ),
    line(
        "D12",
        canceled,
        E.REFUNDED,
        lambda life: life.note_refund(at=life.last.at + HOUR),
        Z,
        because="the money has gone back",
    ),
    line(
        "D12",
        canceled,
        E.REFUND_FAILED,
        lambda life: life.happen(E.REFUND_FAILED, at=life.last.at + DAY),
        Z,
        because="the bank did not take it: an operator sees to it",
    ),
    # Suspension
    line(
        "R48",
        active,
        E.SUSPENDED,
        lambda life: life.suspend(at=in_term(life, 2 * DAY)),
        S,
        ALIGN,
        ("E12", CLIENT),
        because="suspended: access is off",
    ),
    line(
        "R48",
        suspended,
        E.REINSTATED,
        lambda life: life.reinstate(at=in_term(life, 3 * DAY)),
        A,
        ALIGN,
        ("E13", CLIENT),
        because="reinstated: access is on",
    ),
    # Delegation, in every status but canceled
    *(
        line("R41 D8", life, E.DELEGATION_REQUESTED, ask, status, ("E5", SELLER), because=f"asked, {status}")
        for status, life in STANDING
    ),
    *(
        line(
            "R42 D8",
            asked(life),
            event,
            lambda told, approve=approve: told.decide_delegation(approve, at=told.last.at + HOUR),
            status,
            ("E6", CLIENT),
            *((GRANT,) if approve and status in (A, S) else ()),
            because=f"{event}, {status}",
        )
        for approve, event in ((True, E.DELEGATION_APPROVED), (False, E.DELEGATION_REJECTED))
        for status, life in STANDING
    ),
    *(
        line(
            "D8",
            asked(life),
            E.DELEGATION_ENDED,
            lambda told: told.end_delegation(at=told.last.at + HOUR),
            status,
            because=f"ended, {status}",
        )
        for status, life in STANDING
    ),
    # The delegate's access at Microsoft
    *(
        line(
            "R33 D8",
            delegated(life),
            E.GRANT_REQUESTED,
            lambda told: told.ask_grant(at=told.last.at + HOUR),
            status,
            ("E16", CLIENT),
            because=f"access at Microsoft is asked for, {status}",
        )
        for status, life in DELEGABLE
    ),
    *(
        line(
            "R33 D8",
            grant_asked(life),
            E.GRANT_ACTIVE,
            lambda told: told.give_grant(at=told.last.at + HOUR),
            status,
            because=f"access at Microsoft is given, {status}",
        )
        for status, life in DELEGABLE
    ),
    *(
        line(
            "D8",
            life,
            E.GRANT_ENDED,
            lambda told: told.lose_grant(at=told.last.at + HOUR),
            status,
            because=f"access at Microsoft is over, {status}",
        )
        for status, life in (
            *((each, delegated(life, grant=True)) for each, life in DELEGABLE),
            (Z, canceled_under_a_grant),
        )
    ),
    *(
        line(
            "D8 D15",
            delegated(life, grant=True),
            E.DELEGATION_ENDED,
            lambda told: told.end_delegation(at=told.last.at + HOUR),
            status,
            END_GRANT,
            because=f"ended, {status}: so does the access at Microsoft",
        )
        for status, life in DELEGABLE
    ),
    line(
        "D8",
        delegated(active, grant=True),
        E.CANCELED,
        cancel,
        Z,
        REFUND,
        ALIGN,
        END_GRANT,
        CREDIT_NOTE,
        ("E7", CLIENT),
        REVERSED,
        because="canceled: the delegate's access at Microsoft ends too",
    ),
    # What is taken back behind our back, in every status: nothing is suspended or ended for it
    *(
        line(
            "D13",
            life,
            event,
            lambda told, event=event: told.happen(event, at=told.last.at + HOUR),
            status,
            because=f"{event}, {status}",
        )
        for event in BEHIND_OUR_BACK
        for status, life in (*STANDING, (Z, canceled))
    ),
)


def _ids() -> list:
    return [pytest.param(one, id=f"{one.rule}: {one.because}") for one in PAGE]


@pytest.mark.parametrize("row", _ids())
def test_a_line_of_the_page(row):
    life = row.life()
    version = life.sub.version
    decision = row.does(life)

    assert decision.event is row.event
    assert decision.after.status is row.to
    assert tuple(mails(decision)) == row.mails
    assert errands(decision) == row.errands
    assert tuple(paper.kind.value for paper in decision.documents) == row.papers
    assert tuple(_ledger(decision)) == row.ledger
    assert decision.after.version == version + 1


def _ledger(decision: Decision) -> list[str]:
    """What the decision wrote into the commission ledger, line by line."""
    found = []
    for before, after in decision.earnings:
        if before is None:
            found.append(ACCRUED)
        elif after.reversed != before.reversed:
            found.append(REVERSED)
        else:
            found.append(EARNED)
    return found


@pytest.mark.parametrize("row", _ids())
def test_an_effect_has_an_id_of_its_own_cause(row):
    life = row.life()
    row.does(life)
    ids = [effect.id for effect in life.effects]

    assert len(set(ids)) == len(ids)
    assert all(effect.id.startswith(f"{life.sub.id}.") for effect in life.effects)
    assert all(effect.subject == life.sub.id for effect in life.effects)


# --- every pair ----------------------------------------------------------------------------------------

PAIRS: Final[Mapping[tuple[Status, Event], set[Status]]] = {
    (status, event): {row.to for row in PAGE if row.event is event and row.life().status is status}
    for status in Status
    for event in Event
}


def _pairs(*, on_the_page: bool) -> list:
    return [
        pytest.param(
            status,
            event,
            id=f"{'R51' if status is Status.CANCELED else 'R43'}: {status}, {event}",
        )
        for (status, event), to in PAIRS.items()
        if bool(to) is on_the_page
    ]


@pytest.mark.parametrize(("status", "event"), _pairs(on_the_page=True))
def test_a_pair_of_the_page_is_possible(status, event):
    assert possible(_standing(status, event).sub, event)


@pytest.mark.parametrize(("status", "event"), _pairs(on_the_page=False))
def test_every_other_pair_is_refused(status, event):
    life = STATIONS[status]()
    assert life.status is status
    assert not possible(life.sub, event)

    with pytest.raises(Refusal) as refused:
        advance(life.sub, event, at=life.last.at + HOUR, by=SYSTEM)

    assert refused.value.code == "invalid_transition"
    assert refused.value.facts == {"event": event.value, "status_now": status.value}
    assert status.value in refused.value.detail


def _standing(status: Status, event: Event) -> Life:
    return next(row.life() for row in PAGE if row.event is event and row.life().status is status)


def test_the_code_has_the_pages_pairs_and_no_other():
    code = {(source, row.event, row.to or source) for row in TRANSITIONS for source in row.sources}
    page = {(status, event, to) for (status, event), tos in PAIRS.items() for to in tos}

    assert code == page


def test_no_pair_stands_in_the_table_twice():
    pairs = [(source, row.event) for row in TRANSITIONS for source in row.sources]

    assert len(set(pairs)) == len(pairs)


def test_r43_there_are_seven_statuses():
    assert {status.value for status in Status} == {
        "pending",
        "connecting",
        "failed",
        "active",
        "suspended",
        "expired",
        "canceled",
    }
    assert all(status.meaning for status in Status)


MEANINGS = [
    ("R44", "pending", "paid, Microsoft account not yet submitted"),
    ("R45", "connecting", "account submitted: under review, or waiting for the agreement at Microsoft"),
    ("R46", "failed", "the review, or Microsoft, refused the account; may be submitted again"),
    ("R47", "active", "linked and in use"),
    ("R48", "suspended", "switched off for now by an operator: policy or terms violation"),
    ("R49", "expired", "term over, auto-renew was off (or the renewal could not be paid)"),
    ("R51", "canceled", "over for good; never comes back"),
]


@pytest.mark.parametrize(
    ("status", "meaning"), [pytest.param(*case, id=f"{rule}: {case[0]}") for rule, *case in MEANINGS]
)
def test_what_a_status_says(status, meaning):
    assert Status(status).meaning == meaning


# --- what the lines say beyond mails and papers ---------------------------------------------------------


def test_r17_every_submission_opens_a_review():
    life = pending()
    life.submit(at=BOUGHT + HOUR)
    assert life.account.review is Review.PENDING

    life.reject(at=BOUGHT + 2 * HOUR)
    life.submit(at=BOUGHT + 3 * HOUR)
    assert life.account.review is Review.PENDING
    assert life.account.review_reason is None
    assert life.account.submission == 2


def test_r18_only_an_approval_asks_microsoft_and_only_for_this_submission():
    life = rejected()
    life.submit(at=BOUGHT + 3 * HOUR)
    (errand,) = life.approve(at=BOUGHT + 4 * HOUR).effects

    assert (errand.kind, dict(errand.data)) == ("connect", {"submission": 2})
    assert life.account.review is Review.APPROVED
    assert life.account.reviewed_at == BOUGHT + 4 * HOUR


def test_d2_the_term_starts_at_activation_not_at_purchase():
    assert ordered().sub.term is None

    life = ordered()
    life.activate(at=BOUGHT + 9 * DAY)
    assert life.sub.term is not None
    assert life.sub.term.start == life.sub.activated_at == BOUGHT + 9 * DAY


def test_d8_the_access_at_microsoft_ends_once():
    """An access that the client ended at Microsoft is not ended again with the delegation."""
    life = delegated(active, grant=True)()
    life.lose_grant(at=life.last.at + HOUR)
    decision = life.end_delegation(at=life.last.at + HOUR)

    assert errands(decision) == set()


def test_r33_another_delegation_asks_for_another_access():
    life = delegated(active, grant=True)()
    life.end_delegation(at=life.last.at + HOUR)
    life.ask_delegation(at=life.last.at + HOUR)
    decision = life.decide_delegation(True, at=life.last.at + HOUR)

    assert life.sub.delegation.grant is None
    assert [effect.data for effect in decision.effects if effect.kind == GRANT] == [{"request": 2}]


def test_r20_the_effect_that_orders_is_known_to_the_account():
    """Whoever ends an order whose answer was lost finds the cart in the notes of this effect."""
    life = ordered()

    assert [effect.id for effect in life.last.effects] == [life.account.ordered_by]


def test_d5_the_14_days_never_restart():
    life = rejected()
    deadline = life.sub.activation_deadline
    life.submit(at=BOUGHT + 10 * DAY)
    life.approve(at=BOUGHT + 11 * DAY)
    life.offer(at=BOUGHT + 12 * DAY)

    assert life.sub.activation_deadline == deadline == BOUGHT + 14 * DAY


def test_r57_r58_the_end_asks_microsoft_for_nothing_but_the_end_of_access():
    """Access ends at once (R57); account and data stay the client's: no errand could delete them (R58)."""
    life = active()
    decision = life.cancel(at=in_term(life, 3 * DAY))

    assert errands(decision) == {"refund", "align"}
    assert life.sub.account is not None
    assert life.account.domain == "whitfield.onmicrosoft.com"


def test_r59_a_canceled_one_is_labeled_canceled():
    assert canceled().status.value == "canceled"


@pytest.mark.parametrize(
    "event",
    [pytest.param(event, id=f"R51: {event}") for event in Event if event not in AFTER_THE_END],
)
def test_canceled_is_for_good(event):
    life = canceled()
    with pytest.raises(Refusal) as refused:
        life.happen(event, at=life.last.at + DAY)

    assert refused.value.code == "invalid_transition"
    assert life.status is Status.CANCELED


def test_d6_expired_is_not_revived():
    life = expired()
    assert {event for event in Event if possible(life.sub, event)} == {
        Event.EXPIRY_LAPSED,
        Event.WINDOW_CLOSED,
        Event.DELEGATION_REQUESTED,
        Event.DELEGATION_APPROVED,
        Event.DELEGATION_REJECTED,
        Event.DELEGATION_ENDED,
        *GRANTS,
        *BEHIND_OUR_BACK,
    }


def test_r50_the_30_days_end_what_is_left_and_give_nothing_back():
    life = expired()
    life.ask_delegation(at=term_end(life) + DAY)
    life.lapse_expiry(at=term_end(life) + 30 * DAY)

    assert life.sub.cancellation is not None
    assert not life.sub.cancellation.refund
    assert life.sub.cancellation.rule == "window_closed"
    assert not life.sub.delegation.open


def test_d7_reinstated_the_calendar_is_where_it_was():
    life = active()
    term = life.sub.term
    life.suspend(at=in_term(life, 2 * DAY))
    assert life.sub.suspension is not None
    life.reinstate(at=in_term(life, 20 * DAY))

    assert life.sub.term == term
    assert life.sub.suspension is None


# --- a renewal in flight ---------------------------------------------------------------------------------

STOPPED = [
    (Event.CANCELED, "canceling would give back what is being taken"),
    (Event.AUTO_RENEW_SET, "turning renewal off would come too late for the charge"),
    (Event.SUSPENDED, "a suspended one is never charged"),
    (Event.TERM_ENDED, "it would expire although it is being paid"),
    (Event.RENEWAL_BEGUN, "a second charge would be begun"),
    (Event.REMINDED, "what will happen is already happening"),
]


@pytest.mark.parametrize(
    "event", [pytest.param(event, id=f"R65: {event}, {because}") for event, because in STOPPED]
)
def test_while_a_renewal_is_charged_nothing_else_moves_it(event):
    life = renewing()
    assert not possible(life.sub, event)

    with pytest.raises(Refusal) as refused:
        advance(life.sub, event, at=term_end(life), by=SYSTEM)

    assert refused.value.code == "renewal_in_progress"
    assert refused.value.facts["retry_after"] == 60


GOING_ON = [
    Event.RENEWED,
    Event.RENEWAL_DECLINED,
    Event.RENEWAL_GIVEN_UP,
    Event.RENEWAL_CALLED_OFF,
    Event.WINDOW_CLOSED,
    Event.DELEGATION_REQUESTED,
    Event.DELEGATION_APPROVED,
    Event.DELEGATION_REJECTED,
    Event.DELEGATION_ENDED,
    *GRANTS,
    *BEHIND_OUR_BACK,
]


@pytest.mark.parametrize("event", [pytest.param(event, id=f"R65: {event} goes on") for event in GOING_ON])
def test_while_a_renewal_is_charged_its_answers_and_delegation_go_on(event):
    assert possible(renewing().sub, event)


def test_every_event_of_an_active_one_is_judged_while_a_renewal_is_charged():
    assert {event for event, _ in STOPPED} | set(GOING_ON) == {
        event for (status, event), to in PAIRS.items() if to and status is Status.ACTIVE
    }


def test_d11_between_two_tries_the_client_may_turn_renewal_off():
    life = dunned()
    life.set_renewal(False, at=term_end(life) + HOUR)

    assert not life.sub.auto_renew
