"""
Paying out the commission (D13): what is sent of a line becomes what is earned of it, and moves once.

A dispute, or a refund made elsewhere, takes its share back until the money is ours again.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.commission import (
    Earning,
    Totals,
    accrue,
    claw_back,
    difference,
    earn,
    restore,
    reverse,
)
from chalicelib.domain.disputes import Case, Contest
from chalicelib.domain.effects import EffectKind
from chalicelib.domain.lifecycle import Event, Given
from chalicelib.domain.payouts import (
    Payee,
    PayoutState,
    Way,
    called_off,
    moved,
    next_movement,
    seen,
)
from tests.rules.stories import DAY, HOUR, active, canceled, in_term, letters, term_end, usd, utc

AT = utc("2024-01-30 12:00")
PAYEE = Payee(freelancer_id="frl_luc", account_id="acct_luc", version=2, opened_at=AT, active=True)
TOTAL = usd(29_00)


def pending() -> Earning:
    return accrue(
        invoice_id="inv_1",
        freelancer_id="frl_luc",
        subscription_id="sub_1",
        cycle=0,
        rate=1_000,
        net=TOTAL,
        at=AT,
        charge_id="ch_1",
    )


def owed() -> Earning:
    return replace(earn(pending(), AT), owed_since=AT)


def paid(line: Earning | None = None) -> Earning:
    under_way = next_movement(line or owed(), PAYEE, at=AT)
    assert under_way is not None
    return moved(under_way, made_id=f"tr_{under_way.movements}", at=AT)


def taken(line: Earning, amount: int = 29_00, *, by: str = "dp_1") -> Earning:
    return claw_back(line, by=by, amount=usd(amount), total=TOTAL, at=AT + DAY)


def figures(line: Earning) -> tuple[int, int, int, int]:
    """Pending, earned, reversed, paid."""
    assert line.accrued == line.pending + line.earned + line.reversed
    return line.pending.amount, line.earned.amount, line.reversed.amount, line.paid.amount


# --- what is taken back, and given again -----------------------------------------------------------------

TAKEN = [
    (pending, 29_00, (0, 0, 2_90, 0), "pending, all of it"),
    (pending, 14_50, (1_45, 0, 1_45, 0), "pending, half of it"),
    (owed, 29_00, (0, 0, 2_90, 0), "earned, all of it"),
    (owed, 40_00, (0, 0, 2_90, 0), "never more than there is"),
    (owed, 0, (0, 2_90, 0, 0), "nothing disputed, nothing taken"),
    (paid, 29_00, (0, 0, 2_90, 2_90), "paid: it is still to be fetched"),
]


@pytest.mark.parametrize(
    ("line", "amount", "after"), [pytest.param(*case, id=f"D13: {because}") for *case, because in TAKEN]
)
def test_the_disputed_share_is_reversed(line, amount, after):
    assert figures(taken(line(), amount)) == after


def test_d13_a_dispute_that_is_told_twice_takes_once():
    once = taken(owed(), 14_50)

    assert taken(once, 14_50) is once


def test_d13_two_disputes_take_no_more_than_there_is():
    assert figures(taken(taken(owed(), 20_00), 20_00, by="dp_2")) == (0, 0, 2_90, 0)


def test_d13_a_dispute_that_is_won_gives_the_same_again():
    won = restore(taken(owed(), 14_50), by="dp_1", still_pending=False, at=AT + 2 * DAY)

    assert figures(won) == (0, 2_90, 0, 0)
    assert restore(won, by="dp_1", still_pending=False, at=AT) is won


def test_d13_a_dispute_that_is_won_before_the_window_closes_is_pending_again():
    won = restore(taken(pending()), by="dp_1", still_pending=True, at=AT + 2 * DAY)

    assert figures(won) == (2_90, 0, 0, 0)
    assert won.earned_at is None


def test_d13_what_the_client_was_given_back_does_not_come_again_with_a_dispute():
    refunded = reverse(taken(pending(), 14_50), refunded_net=usd(22_00), at=AT + 2 * DAY)
    assert figures(refunded) == (0, 0, 2_90, 0)

    won = restore(refunded, by="dp_1", still_pending=False, at=AT + 3 * DAY)
    assert figures(won) == (0, 70, 2_20, 0)  # as if there had been the refund alone


# --- what moves ------------------------------------------------------------------------------------------


def test_d13_what_is_earned_is_sent_once_under_a_key_of_its_own():
    line = next_movement(owed(), PAYEE, at=AT)

    assert line is not None
    assert line.under_way is not None
    assert (line.under_way.key, line.under_way.amount) == ("inv_1.payout", usd(2_90))
    assert next_movement(line, PAYEE, at=AT) is None  # one at a time
    done = moved(line, made_id="tr_1", at=AT)
    assert figures(done) == (0, 2_90, 0, 2_90)
    assert next_movement(done, PAYEE, at=AT) is None


NOTHING = [
    (pending, PAYEE, "it is pending"),
    (lambda: earn(pending(), AT), PAYEE, "it was earned while nobody was paid by us"),
    (owed, None, "there is no account"),
    (owed, replace(PAYEE, active=False), "the account is not open"),
    (lambda: replace(owed(), charge_id=None), PAYEE, "nobody knows which charge it is a part of"),
    (paid, PAYEE, "it was sent"),
]


@pytest.mark.parametrize(
    ("line", "payee"), [pytest.param(*case, id=f"D13: {because}") for *case, because in NOTHING]
)
def test_nothing_moves_when(line, payee):
    assert next_movement(line(), payee, at=AT) is None


def test_d13_what_was_sent_and_is_disputed_is_fetched_from_its_own_transfer():
    line = next_movement(taken(paid(), 14_50), None, at=AT)  # whether the account is open or not

    assert line is not None
    movement = line.under_way
    assert movement is not None
    assert (movement.way, movement.amount, movement.transfer_id) == (Way.TAKE_BACK, usd(1_45), "tr_1")
    assert movement.key == "inv_1.2.claw_back"
    assert figures(moved(line, made_id="trr_1", at=AT)) == (0, 1_45, 1_45, 1_45)


def test_d13_won_again_it_is_sent_again_under_another_key():
    back = next_movement(taken(paid()), PAYEE, at=AT)
    assert back is not None
    won = restore(moved(back, made_id="trr_1", at=AT), by="dp_1", still_pending=False, at=AT)
    again = next_movement(won, PAYEE, at=AT)

    assert again is not None
    assert again.under_way is not None
    assert again.under_way.key == "inv_1.3.payout"
    assert figures(paid(won)) == (0, 2_90, 0, 2_90)


def test_d13_what_is_fetched_over_two_transfers_is_fetched_one_after_the_other():
    half = paid(taken(owed(), 14_50))
    whole = paid(restore(half, by="dp_1", still_pending=False, at=AT))
    assert [each.amount for each in whole.transfers] == [usd(1_45), usd(1_45)]

    line, fetched = taken(whole, by="dp_2"), []
    while (begun := next_movement(line, PAYEE, at=AT)) is not None:
        assert begun.under_way is not None
        fetched.append(begun.under_way.transfer_id)
        line = moved(begun, made_id="trr", at=AT)
    assert fetched == ["tr_2", "tr_1"]
    assert figures(line) == (0, 0, 2_90, 0)


def test_d13_what_was_refused_for_good_is_asked_for_under_another_key():
    begun = next_movement(owed(), PAYEE, at=AT)
    assert begun is not None
    again = next_movement(called_off(begun), PAYEE, at=AT)

    assert again is not None
    assert again.under_way is not None
    assert again.under_way.key == "inv_1.2.payout"


def test_d13_nothing_arrives_that_was_not_on_its_way():
    with pytest.raises(ValueError, match="nothing"):
        moved(owed(), made_id="tr_1", at=AT)


def test_d13_the_totals_know_what_is_to_be_paid_and_what_was():
    assert difference(pending(), owed()) == Totals(pending=-2_90, earned=2_90, payable=2_90)
    assert difference(owed(), paid()) == Totals(paid=2_90)
    assert difference(paid(), taken(paid())) == Totals(earned=-2_90, reversed=2_90, payable=-2_90)
    assert Totals(payable=5, paid=3).waiting == 2
    assert Totals(payable=0, paid=3).waiting == 0  # it is to be fetched


# --- the account -----------------------------------------------------------------------------------------

NEW = replace(PAYEE, version=1, active=False)
ACCOUNTS = [
    (NEW, "incomplete", "it has just been made"),
    (replace(NEW, missing=("individual.dob",), disabled_reason="past_due"), "incomplete", "more is wanted"),
    (replace(NEW, disabled_reason="rejected.fraud"), "restricted", "nothing that is added would open it"),
    (replace(NEW, active_since=AT, missing=("external_account",)), "restricted", "it was open once"),
    (PAYEE, "active", "it is open"),
]


@pytest.mark.parametrize(
    ("payee", "state"), [pytest.param(*case, id=f"D13: {because}") for *case, because in ACCOUNTS]
)
def test_what_an_account_is_called(payee, state):
    assert payee.state is PayoutState(state)


def test_d13_an_account_that_has_not_changed_is_the_same():
    opened = seen(NEW, active=True, missing=(), reason=None, at=AT + DAY)

    assert (opened.version, opened.active_since) == (2, AT + DAY)
    assert seen(opened, active=True, missing=(), reason=None, at=AT + 2 * DAY) is opened


# --- along a life ----------------------------------------------------------------------------------------

PAYING = Given(payouts=True)


def errands(decision) -> list[tuple[EffectKind, str]]:
    paying = (EffectKind.PAYOUT, EffectKind.CLAW_BACK)
    return [(effect.kind, effect.id) for effect in decision.effects if effect.kind in paying]


def contested(life, *, upheld: bool = True) -> Given:
    paid_with = life.sub.payment
    line = life.ledger[paid_with.invoice_id]
    contest = Contest(by="dp_1", line=line, amount=paid_with.total, total=paid_with.total, upheld=upheld)
    return Given(payouts=True, contest=contest)


def test_d13_what_is_earned_is_to_be_paid_out_with_the_charge_it_is_a_part_of():
    life = active()
    decision = life.happen(Event.WINDOW_CLOSED, at=in_term(life, 8 * DAY), given=PAYING)
    (line,) = life.ledger.values()

    assert errands(decision) == [(EffectKind.PAYOUT, f"{line.invoice_id}.payout")]
    assert (line.owed_since, line.charge_id) == (decision.at, life.sub.payment.charge_id)


def test_d13_where_nobody_is_paid_by_us_nothing_is_to_be_paid_out():
    life = active()
    decision = life.close_window(at=in_term(life, 8 * DAY))
    (line,) = life.ledger.values()

    assert errands(decision) == []
    assert (line.owed_since, line.waiting) == (None, usd(0))


def test_d13_a_line_of_before_it_knew_its_charge_learns_it_when_it_is_earned():
    life = active()
    older = life.sub.commission
    assert older is not None
    life.sub = replace(life.sub, commission=replace(older, charge_id=None))
    life.ledger[older.invoice_id] = replace(older, charge_id=None)
    life.happen(Event.WINDOW_CLOSED, at=in_term(life, 8 * DAY), given=PAYING)

    assert life.ledger[older.invoice_id].charge_id == life.sub.payment.charge_id


def test_d13_a_dispute_in_the_window_leaves_nothing_to_earn_until_it_is_won():
    life = active()
    disputed = life.happen(Event.DISPUTED, at=in_term(life, DAY), given=contested(life))
    closed = life.happen(Event.WINDOW_CLOSED, at=in_term(life, 8 * DAY), given=PAYING)
    assert errands(disputed) == errands(closed) == []
    assert figures(next(iter(life.ledger.values()))) == (0, 0, 2_90, 0)

    won = life.happen(Event.DISPUTE_CLOSED, at=in_term(life, 20 * DAY), given=contested(life, upheld=False))
    (line,) = life.ledger.values()
    assert figures(line) == (0, 2_90, 0, 0)
    assert errands(won) == [(EffectKind.PAYOUT, f"{line.invoice_id}.dp_1.{line.version}.payout")]


def test_d13_a_dispute_that_is_won_in_the_window_is_pending_again_with_its_subscription():
    life = active()
    life.happen(Event.DISPUTED, at=in_term(life, DAY), given=contested(life))
    life.happen(Event.DISPUTE_CLOSED, at=in_term(life, 2 * DAY), given=contested(life, upheld=False))

    assert life.sub.commission == life.ledger[life.sub.payment.invoice_id]
    assert life.sub.commission is not None
    assert life.sub.commission.pending == usd(2_90)


def test_d13_what_was_paid_is_to_be_fetched_when_it_is_disputed():
    life = active()
    life.happen(Event.WINDOW_CLOSED, at=in_term(life, 8 * DAY), given=PAYING)
    invoice_id = life.sub.payment.invoice_id
    life.ledger[invoice_id] = paid(life.ledger[invoice_id])
    decision = life.happen(Event.DISPUTED, at=in_term(life, 9 * DAY), given=contested(life))

    line = life.ledger[invoice_id]
    assert errands(decision) == [(EffectKind.CLAW_BACK, f"{invoice_id}.dp_1.{line.version}.claw_back")]


def test_d13_what_is_on_its_way_when_it_is_disputed_is_to_be_fetched_after_it():
    life = active()
    life.happen(Event.WINDOW_CLOSED, at=in_term(life, 8 * DAY), given=PAYING)
    invoice_id = life.sub.payment.invoice_id
    under_way = next_movement(life.ledger[invoice_id], PAYEE, at=AT)
    assert under_way is not None
    life.ledger[invoice_id] = under_way
    decision = life.happen(Event.DISPUTED, at=in_term(life, 9 * DAY), given=contested(life))

    assert [kind for kind, _ in errands(decision)] == [EffectKind.CLAW_BACK]


@pytest.mark.parametrize("event", [Event.DISPUTED, Event.DISPUTE_CLOSED], ids=lambda event: f"R48: {event}")
def test_a_dispute_ends_nothing_switches_nothing_off_and_writes_to_nobody(event):
    for life in (active(), canceled()):
        before = life.sub
        decision = life.happen(event, at=life.last.at + HOUR, given=contested(life))

        assert letters(decision) == []
        assert {effect.kind for effect in decision.effects} <= {EffectKind.PAYOUT, EffectKind.CLAW_BACK}
        kept = replace(life.sub, version=before.version, commission=before.commission)
        assert kept == before


def test_d15_a_sale_of_nobodys_is_disputed_without_a_ledger():
    life = active(seller=None)
    given = Given(
        payouts=True,
        contest=Contest(by="dp_1", line=None, amount=TOTAL, total=TOTAL, upheld=True),
    )
    decision = life.happen(Event.DISPUTED, at=in_term(life, DAY), given=given)

    assert (decision.earnings, decision.effects) == ((), ())


def test_d13_a_renewal_pays_the_line_out_that_it_closes():
    life = active()
    life.begin_renewal(at=term_end(life))
    decision = life.renew(at=term_end(life), payouts=True)
    first, second = life.ledger.values()

    assert errands(decision) == [(EffectKind.PAYOUT, f"{first.invoice_id}.payout")]
    assert first.charge_id != second.charge_id
    assert (first.waiting, second.waiting) == (usd(2_90), usd(0))


# --- what a status means ---------------------------------------------------------------------------------

STATUSES = [
    ("warning_needs_response", False, False, "an inquiry takes nothing"),
    ("warning_under_review", False, False, "an inquiry takes nothing yet"),
    ("warning_closed", False, True, "an inquiry that came to nothing"),
    ("needs_response", True, False, "the money is gone until it is won"),
    ("under_review", True, False, "answered is not won"),
    ("lost", True, True, "gone for good"),
    ("won", False, True, "ours again"),
    ("prevented", False, True, "it never came to it"),
]


@pytest.mark.parametrize(
    ("status", "takes", "closed"), [pytest.param(*case, id=f"D13: {because}") for *case, because in STATUSES]
)
def test_what_a_dispute_does(status, takes, closed):
    case = Case(
        id="dp_1",
        version=1,
        charge_id="ch_1",
        amount=TOTAL,
        reason="fraudulent",
        status=status,
        opened_at=AT,
    )

    assert (case.takes_money, case.closed) == (takes, closed)
