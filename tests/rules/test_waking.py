"""
When time next concerns a subscription (R44, R50, R68, D5, D7, D10, D11, D13).

    R44, D5  14 days count from purchase, for all of pending, connecting and failed, and never restart.
    R50      expired, 30 days: canceled.
    R68, D10 E8 goes out 30 and 7 days before the end of a yearly term, 7 days before the end of a monthly
             one, once per term and offset.
    D11      A renewal that is declined is tried again 1, 3 and 5 days later. The fourth decline expires the
             subscription and cancels it at Microsoft, inside Microsoft's own seven days.
    D13      Commission is earned once the charge can no longer be refunded.

Whatever waits has a moment at which a sweep finds it; only the canceled wait for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.refunds import allowed_until
from chalicelib.domain.waking import Sweep, Wake, next_attempt_at, next_reminder, next_wake
from chalicelib.rulebook import (
    ACTIVATION_DEADLINE,
    CREDENTIALS_KEPT,
    EXPIRED_UNTIL_CANCELED,
    PROVISIONING_POLLS,
    QUOTE_VALID_FOR,
    REMIND_BEFORE_END,
    RENEWAL_RETRIES,
    Status,
    days,
    hours,
    minutes,
    next_in,
    step,
)
from chalicelib.usecases.cancel import preview
from tests.rules.stories import (
    BOUGHT,
    DANA,
    DAY,
    HOUR,
    MINUTE,
    MONTHLY,
    SECOND,
    STATIONS,
    YEARLY,
    Life,
    active,
    approved,
    canceled,
    dunned,
    expired,
    facts_of,
    in_review,
    in_term,
    mails,
    offered,
    ordered,
    pending,
    refused_by_microsoft,
    rejected,
    renewed,
    renewing,
    signed_in,
    suspended,
    term_end,
    utc,
)


def wake(sweep: Sweep, at: datetime) -> Wake:
    return Wake(sweep=sweep, due_at=at)


def earned(life: Life) -> Life:
    """The same life, with its window closed behind it."""
    life.close_window(at=in_term(life, 8 * DAY))
    return life


def lived_on(life: Life, *told: int) -> Life:
    """The window closed and these reminders sent."""
    earned(life)
    for count in told:
        life.remind(count, at=term_end(life) - count * DAY)
    return life


# --- the deadlines of the page ---------------------------------------------------------------------------


NUMBERS = [
    ("R44 D5", ACTIVATION_DEADLINE, timedelta(days=14), "14 days from purchase"),
    ("R50", EXPIRED_UNTIL_CANCELED, timedelta(days=30), "30 days after expiry"),
    ("R68 D10", REMIND_BEFORE_END[MONTHLY], (timedelta(days=7),), "7 days before the end of a month"),
    ("R68 D10", REMIND_BEFORE_END[YEARLY], (timedelta(days=30), timedelta(days=7)), "30 and 7 of a year"),
    ("D11", RENEWAL_RETRIES, (timedelta(days=1), timedelta(days=3), timedelta(days=5)), "1, 3 and 5 days"),
    ("D14", CREDENTIALS_KEPT, timedelta(days=7), "7 days for the password"),
    ("D4", QUOTE_VALID_FOR, timedelta(minutes=15), "15 minutes for a quote"),
]


@pytest.mark.parametrize(
    ("held", "page"), [pytest.param(*case, id=f"{rule}: {because}") for rule, *case, because in NUMBERS]
)
def test_the_numbers_of_the_page(held, page):
    assert held == page


@pytest.mark.parametrize(
    "station",
    [
        pytest.param(pending, id="R44: pending"),
        pytest.param(in_review, id="R44 D5: under review"),
        pytest.param(approved, id="R44 D5: approved"),
        pytest.param(rejected, id="R44 D5: failed"),
        pytest.param(refused_by_microsoft, id="R44 D5: failed at Microsoft"),
    ],
)
def test_before_activation_the_14_days_are_next(station):
    assert next_wake(station().sub) == wake(Sweep.ACTIVATION_DEADLINES, BOUGHT + 14 * DAY)


def test_d5_submitting_again_does_not_postpone_them():
    life = rejected()
    life.submit(at=BOUGHT + 13 * DAY)

    assert next_wake(life.sub) == wake(Sweep.ACTIVATION_DEADLINES, BOUGHT + 14 * DAY)


def test_r19_microsoft_is_asked_five_minutes_after_the_link_was_sent():
    assert next_wake(offered().sub) == wake(Sweep.PROVISIONING, BOUGHT + 3 * HOUR + 5 * MINUTE)


def test_r20_and_five_minutes_after_the_agreement_was_accepted():
    assert next_wake(ordered().sub) == wake(Sweep.PROVISIONING, BOUGHT + 4 * HOUR + 5 * MINUTE)


def test_d5_the_14_days_come_before_a_later_question_to_microsoft():
    life = approved()
    life.offer(at=BOUGHT + 14 * DAY - MINUTE)

    assert next_wake(life.sub) == wake(Sweep.ACTIVATION_DEADLINES, BOUGHT + 14 * DAY)


def test_r20_once_active_neither_the_14_days_nor_microsoft_are_waited_for():
    found = next_wake(active().sub)

    assert found is not None
    assert found.sweep not in (Sweep.ACTIVATION_DEADLINES, Sweep.PROVISIONING)


# --- D13: the window closes ------------------------------------------------------------------------------


def test_d13_the_commission_is_earned_after_the_last_instant_of_the_window():
    found = next_wake(active().sub)

    assert found is not None
    assert found.sweep is Sweep.COMMISSIONS
    assert found.due_at > in_term(active(), 7 * DAY)  # the 168th hour is included: nothing is earned in it


def test_d13_a_charge_that_can_still_be_refunded_by_a_quote_is_not_earned():
    """A quote of the window's last instant is honored until it expires: only then can nothing come back."""
    life = active()
    world: Any = SimpleNamespace(
        store=SimpleNamespace(load=lambda _: life.sub),
        secrets=SimpleNamespace(get=lambda _: "a key that signs the quotes of tests, and of nothing else"),
    )
    quoted = preview(
        world,
        subscription_id=life.sub.id,
        caller=signed_in(DANA, Role.CLIENT),
        at=allowed_until(life.sub),
    )
    found = next_wake(life.sub)

    assert quoted.refund.allowed
    assert quoted.quote_expires_at is not None
    assert found is not None
    assert found.sweep is Sweep.COMMISSIONS
    assert found.due_at > quoted.quote_expires_at


def test_d13_a_sale_of_nobodys_has_no_commission_to_wait_for():
    assert next_wake(active(seller=None).sub) == wake(Sweep.REMINDERS, utc("2024-02-22 12:00"))


def test_d13_before_activation_nothing_is_earned():
    """Until it is active, everything can come back (R54): the commission waits as long as that."""
    for station in (pending, in_review, offered, ordered, rejected):
        life = station(at=BOUGHT)
        found = next_wake(life.sub)
        assert found is not None
        assert found.sweep is not Sweep.COMMISSIONS
        assert life.sub.commission is not None


def test_d13_d7_suspended_and_expired_ones_are_earned_too():
    for station in (suspended, expired):
        found = next_wake(station().sub)
        assert found is not None
        assert found.sweep is Sweep.COMMISSIONS


# --- D10: the term is ending -----------------------------------------------------------------------------

REMINDERS = [
    # billed  told already    next, before the end   because
    (MONTHLY, (), 7, "a month: 7 days before"),
    (MONTHLY, (7,), None, "and once"),
    (YEARLY, (), 30, "a year: 30 days before"),
    (YEARLY, (30,), 7, "then 7 days before"),
    (YEARLY, (30, 7), None, "and each once"),
    (YEARLY, (7,), None, "the 30 days are not made up for after the 7"),
]


@pytest.mark.parametrize(
    ("period", "told", "ahead"),
    [pytest.param(*case, id=f"D10 R68: {because}") for *case, because in REMINDERS],
)
def test_reminders(period, told, ahead):
    life = lived_on(active(period=period), *told)
    expected = timedelta(days=ahead) if ahead is not None else None

    assert next_reminder(life.sub) == expected
    assert next_wake(life.sub) == (
        wake(Sweep.TERM_ENDS, term_end(life))
        if expected is None
        else wake(Sweep.REMINDERS, term_end(life) - expected)
    )


def test_d10_each_term_has_its_own_reminders():
    life = lived_on(active(), 7)
    life.begin_renewal(at=term_end(life))
    life.renew(at=term_end(life))
    earned(life)

    assert next_wake(life.sub) == wake(Sweep.REMINDERS, utc("2024-03-24 12:00"))
    life.remind(7, at=utc("2024-03-24 12:00"))
    assert [mail for mail, _ in life.mails].count("E8") == 2


def test_d10_r67_turned_off_the_end_is_announced_as_well():
    life = earned(active())
    life.set_renewal(False, at=in_term(life, 9 * DAY))

    assert next_wake(life.sub) == wake(Sweep.REMINDERS, term_end(life) - 7 * DAY)
    life.remind(7, at=term_end(life) - 7 * DAY)
    assert facts_of(life.last, "E8")["will"] == "end"


def test_d10_while_a_renewal_is_being_tried_nobody_is_reminded_of_it():
    assert next_reminder(dunned().sub) is None
    assert next_reminder(renewing().sub) is None


# --- R65, R70: the term ends -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("auto_renew", "station"),
    [
        pytest.param(True, active, id="R65: it will renew"),
        pytest.param(False, active, id="R70 R63: it will end, at its end and not before"),
        pytest.param(True, suspended, id="D7: suspended, it will end all the same"),
    ],
)
def test_the_end_of_the_term_is_next(auto_renew, station):
    life = lived_on(station(), 7)
    if not auto_renew:
        life.set_renewal(False, at=term_end(life) - DAY)

    assert next_wake(life.sub) == wake(Sweep.TERM_ENDS, term_end(life))


def test_r65_a_charge_on_its_way_is_asked_about_after_five_minutes():
    life = renewing()

    assert next_wake(life.sub) == wake(Sweep.UNSETTLED, term_end(life) + 5 * MINUTE)


def test_r65_a_charge_that_never_was_makes_the_end_due_again():
    life = renewing()
    earned_end = term_end(life)
    life.close_window(at=earned_end)
    life.call_off(at=earned_end + DAY)
    life.sub = replace(life.sub, reminded=timedelta(days=7))

    assert next_wake(life.sub) == wake(Sweep.TERM_ENDS, earned_end)


def test_r65_r66_a_renewed_one_waits_for_its_own_window_to_close():
    life = renewed()
    found = next_wake(life.sub)

    assert found is not None
    assert found.sweep is Sweep.COMMISSIONS
    assert found.due_at > term_end(active()) + 7 * DAY


# --- D11: declined, and tried again ----------------------------------------------------------------------

TRIES = [
    # declines   next try, days after the end   attempts left   because
    (1, 1, 3, "a day after the first decline"),
    (2, 3, 2, "three days after it"),
    (3, 5, 1, "five days after it"),
]


@pytest.mark.parametrize(
    ("declines", "after", "left"), [pytest.param(*case, id=f"D11: {because}") for *case, because in TRIES]
)
def test_a_declined_renewal_is_tried_again(declines, after, left):
    life = dunned(declines)
    life.close_window(at=life.last.at)
    again = term_end(life) + after * DAY

    assert life.status is Status.ACTIVE
    assert life.sub.payment_issue
    assert next_attempt_at(life.sub) == again
    assert next_wake(life.sub) == wake(Sweep.RENEWAL_RETRIES, again)
    assert [mail for mail, _ in life.mails].count("E14") == declines


@pytest.mark.parametrize(
    ("declines", "after", "left"), [pytest.param(*case, id=f"D11 E14: {because}") for *case, because in TRIES]
)
def test_each_decline_is_told_with_the_next_try(declines, after, left):
    life = dunned(declines)
    facts = facts_of([one for one in life.decisions if one.event == "renewal_declined"][-1], "E14")

    assert facts["next_attempt_at"] == f"{term_end(life) + after * DAY:%Y-%m-%dT%H:%M:%SZ}"
    assert (facts["attempt"], facts["attempts_left"]) == (declines, left)
    assert facts["amount"] == {"amount": 31_00, "currency": "USD"}
    assert facts["decline_code"] == "insufficient_funds"


def test_d11_the_fourth_decline_expires_it_and_tells_e11_instead():
    life = dunned(declines=4)

    assert life.status is Status.EXPIRED
    assert mails(life.last) == [("E11", DANA.email)]
    assert facts_of(life.last, "E11")["cause"] == "payment"
    assert life.sub.expired_at == term_end(life) + 5 * DAY
    assert not life.sub.payment_issue


def test_d11_any_of_the_tries_may_succeed_and_ends_the_issue():
    for declines in (1, 2, 3):
        life = dunned(declines)
        life.begin_renewal(at=life.last.at + DAY)
        life.renew(at=life.last.at)

        assert not life.sub.payment_issue
        assert life.sub.renewal is None
        assert life.sub.term is not None
        assert life.sub.term.start == utc("2024-02-29 12:00")


def test_d11_each_try_is_a_charge_of_its_own():
    life = active()
    references = []
    for count in (0, 1, 3, 5):
        life.begin_renewal(at=term_end(life) + count * DAY)
        assert life.sub.renewal is not None
        references.append(life.sub.renewal.reference(life.sub.id, 1))
        life.decline(at=term_end(life) + count * DAY)

    assert len(set(references)) == 4


def test_d11_a_try_that_was_called_off_counts_as_none():
    life = dunned(2)
    before = life.sub.renewal
    life.begin_renewal(at=term_end(life) + 3 * DAY)
    life.call_off(at=term_end(life) + 3 * DAY + HOUR)

    assert before is not None
    assert life.sub.renewal is not None
    assert life.sub.renewal.attempt == before.attempt == 2
    assert life.sub.renewal.tries == before.tries + 1  # but its reference is not used again
    assert next_attempt_at(life.sub) == term_end(life) + 3 * DAY


LATE = [
    # first declined, after the end   the fourth try is due, after the end
    (0 * DAY, 5 * DAY, "on time"),
    (12 * HOUR, 5 * DAY + 12 * HOUR, "half a day late"),
    (1 * DAY, 6 * DAY, "a day late"),
    (2 * DAY, 6 * DAY, "two days late: cut short, inside Microsoft's seven days"),
    (5 * DAY, 6 * DAY, "five days late"),
]


@pytest.mark.parametrize(
    ("late", "fourth"), [pytest.param(*case, id=f"D11: {because}") for *case, because in LATE]
)
def test_the_last_try_is_inside_microsofts_seven_days(late, fourth):
    life = active()
    end = term_end(life)
    at = end + late
    for _ in range(3):
        life.begin_renewal(at=at)
        life.decline(at=at)
        again = next_attempt_at(life.sub)
        assert again is not None
        assert again >= at
        at = again

    assert at == end + fourth
    assert at < end + 7 * DAY


def test_d11_a_first_try_after_the_seven_days_is_not_put_off_any_further():
    life = active()
    late = term_end(life) + 10 * DAY
    life.begin_renewal(at=late)
    life.decline(at=late)

    assert next_attempt_at(life.sub) == late


def test_d11_renewal_turned_off_between_two_tries_ends_it_now():
    life = dunned()
    life.close_window(at=life.last.at)
    life.set_renewal(False, at=term_end(life) + HOUR)

    assert next_wake(life.sub) == wake(Sweep.TERM_ENDS, term_end(life))
    life.end_term(at=term_end(life) + 2 * HOUR, cause="payment")
    assert life.sub.expired_at == term_end(life) + 2 * HOUR


def test_d7_d11_suspended_between_two_tries_it_is_not_tried_again():
    life = dunned()
    life.close_window(at=life.last.at)
    life.suspend(at=term_end(life) + HOUR)

    assert next_wake(life.sub) == wake(Sweep.TERM_ENDS, term_end(life))


# --- R50: expired ----------------------------------------------------------------------------------------


def test_r50_the_30_days_count_from_the_end_of_the_term():
    life = expired()
    life.close_window(at=term_end(life))

    assert life.sub.expired_until == term_end(life) + 30 * DAY
    assert next_wake(life.sub) == wake(Sweep.EXPIRATIONS, term_end(life) + 30 * DAY)


def test_r50_a_late_sweep_does_not_lengthen_them():
    life = active()
    life.set_renewal(False, at=in_term(life, DAY))
    life.end_term(at=term_end(life) + 3 * HOUR)

    assert life.sub.expired_until == term_end(life) + 30 * DAY
    assert facts_of(life.last, "E11")["cancels_at"] == f"{term_end(life) + 30 * DAY:%Y-%m-%dT%H:%M:%SZ}"


def test_r50_after_a_renewal_that_could_not_be_paid_they_count_from_the_last_decline():
    life = dunned(declines=4)

    assert life.sub.expired_until == term_end(life) + 35 * DAY


def test_r51_nothing_comes_after_canceled():
    for life in (canceled(), lapsed()):
        assert next_wake(life.sub) is None


def lapsed() -> Life:
    life = pending()
    life.lapse(at=BOUGHT + 14 * DAY)
    return life


@pytest.mark.parametrize(
    "status", [pytest.param(one, id=f"R43: {one}") for one in Status if one is not Status.CANCELED]
)
def test_everyone_else_waits_for_something(status):
    assert next_wake(STATIONS[status]().sub) is not None


# --- how patiently we ask again --------------------------------------------------------------------------


def test_r19_microsoft_is_asked_ever_more_rarely_but_always_again():
    since = datetime(2024, 1, 31, 12, tzinfo=UTC)
    at, asked = since, []
    for _ in range(6):
        at = next_in(PROVISIONING_POLLS, since, at)
        asked.append(at - since)

    assert asked == [
        5 * MINUTE,
        20 * MINUTE,
        HOUR + 20 * MINUTE,
        5 * HOUR + 20 * MINUTE,
        9 * HOUR + 20 * MINUTE,
        13 * HOUR + 20 * MINUTE,
    ]


def test_r19_the_next_question_is_always_ahead():
    since = datetime(2024, 1, 31, 12, tzinfo=UTC)

    assert next_in(PROVISIONING_POLLS, since, since + 5 * MINUTE - SECOND) == since + 5 * MINUTE
    assert next_in(PROVISIONING_POLLS, since, since + 5 * MINUTE) == since + 20 * MINUTE
    assert next_in(PROVISIONING_POLLS, since, since + 400 * DAY) > since + 400 * DAY


def test_r19_the_last_wait_repeats():
    waits = (minutes(1), hours(1), days(1))

    assert [step(waits, count) for count in range(5)] == [MINUTE, HOUR, DAY, DAY, DAY]
