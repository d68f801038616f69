"""
Commission (D13, D15).

    D13 The commission rate is configuration (basis points of the net amount of each paid cycle; sample value
        1000). It is `pending` at payment, `earned` once the charge can no longer be refunded, and reversed
        pro rata by a refund. A client never sees it.
    D15 If the freelancer leaves or is removed: commission stops with the next cycle.

In each line, and so in each total: accrued = pending + earned + reversed.
"""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.commission import Earning, Totals, accrue, difference, earn, reverse
from chalicelib.rulebook import BASIS_POINTS, COMMISSION_SAMPLE_RATE
from tests.rules.stories import (
    DANA,
    DAY,
    SECOND,
    Life,
    active,
    canceled,
    expired,
    in_term,
    letters,
    pending,
    renewed,
    term_end,
    usd,
    utc,
)

AT = utc("2024-01-30 12:00")


def accrued(net: int, rate: int = 1_000) -> Earning:
    return accrue(
        invoice_id="inv_1",
        freelancer_id="frl_luc",
        subscription_id="sub_1",
        cycle=0,
        rate=rate,
        net=usd(net),
        at=AT,
    )


def figures(earning: Earning) -> tuple[int, int, int, int]:
    assert earning.accrued == earning.pending + earning.earned + earning.reversed
    return (
        earning.accrued.amount,
        earning.pending.amount,
        earning.earned.amount,
        earning.reversed.amount,
    )


SHARES = [
    #  net    rate  share  because
    (29_00, 1_000, 2_90, "ten percent"),
    (100_80, 1_000, 10_08, "ten percent of ten seats"),
    (5, 1_000, 1, "half a cent is rounded up"),
    (4, 1_000, 0, "less than half a cent is rounded down"),
    (100_00, 1_250, 12_50, "twelve and a half percent"),
    (100_00, 0, 0, "a rate of nothing"),
    (100_00, 10_000, 100_00, "a rate of everything"),
    (0, 1_000, 0, "of nothing"),
]


@pytest.mark.parametrize(
    ("net", "rate", "share"), [pytest.param(*case, id=f"D13: {because}") for *case, because in SHARES]
)
def test_the_share_of_the_net_amount(net, rate, share):
    earning = accrued(net, rate)

    assert figures(earning) == (share, share, 0, 0)


def test_d13_the_sample_rate_is_ten_percent_in_basis_points():
    assert (COMMISSION_SAMPLE_RATE, BASIS_POINTS) == (1_000, 10_000)


def test_d13_it_is_of_the_net_amount_tax_is_none_of_it():
    life = pending(tax=2_000)

    assert life.sub.payment.total == usd(34_80)
    assert life.ledger[life.sub.payment.invoice_id].accrued == usd(2_90)


def test_d13_the_rate_is_configuration():
    life = pending(rate=500)

    assert life.ledger[life.sub.payment.invoice_id].accrued == usd(1_45)
    assert life.ledger[life.sub.payment.invoice_id].rate == 500


def test_d13_earned_all_of_it():
    earning = earn(accrued(29_00), AT + 8 * DAY)

    assert figures(earning) == (2_90, 0, 2_90, 0)
    assert (earning.state, earning.earned_at, earning.reversed_at) == ("earned", AT + 8 * DAY, None)


REVERSED = [
    #  net   refunded, net   reversed  because
    (29_00, 29_00, 2_90, "all of it comes back: all of it is reversed"),
    (29_00, 22_00, 2_20, "22 of 29 days come back: 22 of 29 parts are reversed"),
    (29_00, 0, 0, "nothing comes back: nothing is reversed"),
    (100_80, 94_30, 9_43, "the page's example"),
    (5, 3, 1, "six tenths of a cent are one"),
    (5, 2, 0, "four tenths of a cent are none"),
    (10, 5, 1, "half a cent is reversed"),
]


@pytest.mark.parametrize(
    ("net", "refunded", "back"), [pytest.param(*case, id=f"D13: {because}") for *case, because in REVERSED]
)
def test_a_refund_takes_back_its_share_and_the_rest_is_earned(net, refunded, back):
    before = accrued(net)
    after = reverse(before, refunded_net=usd(refunded), at=AT + DAY)

    share = before.accrued.amount
    assert figures(after) == (share, 0, share - back, back)


DATED = [
    # refunded, net   earned at    reversed at   because
    (29_00, None, AT + DAY, "all of it reversed, nothing is earned"),
    (22_00, AT + DAY, AT + DAY, "a part reversed, a part earned, both then"),
    (0, AT + DAY, None, "nothing reversed, all of it is earned"),
]


@pytest.mark.parametrize(
    ("refunded", "earned_at", "reversed_at"),
    [pytest.param(*case, id=f"D13: {because}") for *case, because in DATED],
)
def test_a_refund_dates_what_it_does(refunded, earned_at, reversed_at):
    line = reverse(accrued(29_00), refunded_net=usd(refunded), at=AT + DAY)

    assert (line.accrued_at, line.earned_at, line.reversed_at) == (AT, earned_at, reversed_at)


def test_d13_what_was_earned_is_not_taken_back_twice():
    once = reverse(accrued(29_00), refunded_net=usd(22_00), at=AT)

    assert figures(reverse(once, refunded_net=usd(29_00), at=AT)) == figures(once)


STATES = [
    (lambda: accrued(29_00), "pending", "D13: pending at payment"),
    (lambda: earn(accrued(29_00), AT), "earned", "D13: earned"),
    (lambda: reverse(accrued(29_00), refunded_net=usd(22_00), at=AT), "earned", "D13: a part is earned"),
    (lambda: reverse(accrued(29_00), refunded_net=usd(29_00), at=AT), "reversed", "D13: all is reversed"),
    (lambda: accrued(0), "earned", "D13: nothing waits for nothing"),
]


@pytest.mark.parametrize(("line", "state"), [pytest.param(*case, id=because) for *case, because in STATES])
def test_what_a_line_is_called(line, state):
    assert line().state == state


# --- along a life ----------------------------------------------------------------------------------------


def ledger(life: Life) -> list[tuple[int, int, int, int]]:
    """Accrued, pending, earned, reversed; a line a paid cycle."""
    return [figures(line) for line in life.ledger.values()]


def test_d13_pending_at_payment_and_until_the_window_has_closed():
    life = active()
    assert ledger(life) == [(2_90, 2_90, 0, 0)]

    life.close_window(at=in_term(life, 8 * DAY))
    assert ledger(life) == [(2_90, 0, 2_90, 0)]
    assert life.sub.commission is None


def test_d13_a_line_for_each_paid_cycle():
    life = renewed()
    life.begin_renewal(at=term_end(life))
    life.renew(at=term_end(life))

    assert ledger(life) == [(2_90, 0, 2_90, 0), (3_10, 0, 3_10, 0), (3_10, 3_10, 0, 0)]
    assert [line.cycle for line in life.ledger.values()] == [0, 1, 2]


def test_d13_reversed_by_a_refund_in_the_window():
    """Three of 29 days used: 26.00 come back, and 2.60 of the 2.90."""
    assert ledger(canceled()) == [(2_90, 0, 30, 2_60)]


def test_d13_reversed_in_full_before_activation():
    life = pending()
    life.cancel(at=AT + DAY)

    assert ledger(life) == [(2_90, 0, 0, 2_90)]
    assert life.sub.commission is None


def test_d13_only_the_running_cycle_is_reversed():
    life = renewed()
    life.cancel(at=term_end(life) - 31 * DAY + SECOND)

    assert ledger(life) == [(2_90, 0, 2_90, 0), (3_10, 0, 0, 3_10)]


def test_d13_with_tax_the_refunds_net_part_counts():
    life = active(tax=1_000)
    life.cancel(at=in_term(life, 3 * DAY))

    assert life.documents[-1].net == usd(26_00)
    assert ledger(life) == [(2_90, 0, 30, 2_60)]


def test_d13_what_was_still_pending_at_the_very_end_is_earned():
    life = expired()
    life.lapse_expiry(at=term_end(life) + 30 * DAY)

    assert ledger(life) == [(2_90, 0, 2_90, 0)]


def test_d15_commission_stops_with_the_next_cycle():
    life = active()
    life.rate = None  # they have left: what was accrued goes on, nothing is added
    life.begin_renewal(at=term_end(life))
    life.renew(at=term_end(life))

    assert ledger(life) == [(2_90, 0, 2_90, 0)]
    assert life.sub.commission is None


def test_d13_the_totals_move_by_what_a_line_changes():
    pending_line = accrued(29_00)
    partly = reverse(pending_line, refunded_net=usd(22_00), at=AT)

    assert difference(None, pending_line) == Totals(accrued=2_90, pending=2_90)
    assert difference(pending_line, earn(pending_line, AT)) == Totals(pending=-2_90, earned=2_90)
    assert difference(pending_line, partly) == Totals(pending=-2_90, earned=70, reversed=2_20)
    assert difference(partly, partly) == Totals()


def test_d13_a_client_never_sees_it():
    for life in (canceled(), renewed(), expired()):
        for decision in life.decisions:
            for letter in letters(decision):
                if letter.data["to"] == DANA.email:
                    assert "commission" not in json.dumps(letter.data["facts"])
            for document in decision.documents:
                assert not hasattr(document, "commission")
