"""Whatever is earned, disputed, won again, refunded and paid, in whatever order: the line adds up (D13)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, strategies as st

from chalicelib.domain.commission import Earning, accrue, claw_back, difference, earn, restore, reverse
from chalicelib.domain.money import Money
from chalicelib.domain.payouts import Payee, called_off, moved, next_movement
from tests.properties.chance import BOUNDED, cents, rates
from tests.rules.stories import BOUGHT as AT

OPEN = Payee(freelancer_id="frl_1", account_id="acct_1", version=1, opened_at=AT, active=True)
CLAIMS = st.sampled_from(["dp_1", "dp_2", "re_1"])

steps = st.lists(
    st.one_of(
        st.tuples(st.just("settle_window"), st.just("")),
        st.tuples(st.just("refund"), st.integers(0, 100)),
        st.tuples(st.just("take"), st.tuples(CLAIMS, st.integers(0, 120))),
        st.tuples(st.just("give_again"), CLAIMS),
        st.tuples(st.just("send"), st.booleans()),
        st.tuples(st.just("arrive"), st.booleans()),
    ),
    max_size=25,
)


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def stepped(line: Earning, what: str, how) -> Earning:
    """The line after one thing has happened to it; unchanged where it cannot happen."""
    still_pending = line.owed_since is None
    if what == "settle_window" and still_pending:
        return replace(earn(line, AT), owed_since=AT)
    if what == "refund" and still_pending:
        refunded = line.net.portion(how, 100)
        return replace(reverse(line, refunded_net=refunded, at=AT), owed_since=AT)
    if what == "take":
        by, percent = how
        return claw_back(line, by=by, amount=usd(line.net.amount * percent // 100), total=line.net, at=AT)
    if what == "give_again":
        return restore(line, by=how, still_pending=still_pending, at=AT)
    if what == "send":
        return next_movement(line, OPEN if how else None, at=AT) or line
    if what == "arrive" and line.under_way is not None:
        return moved(line, made_id=f"made_{line.movements}", at=AT) if how else called_off(line)
    return line


@BOUNDED
@given(net=cents, rate=rates, story=steps)
def test_d13_accrued_is_pending_and_earned_and_reversed_and_nobody_is_paid_more_than_was_accrued(
    net, rate, story
):
    line = accrue(
        invoice_id="inv_1",
        freelancer_id="frl_1",
        subscription_id="sub_1",
        cycle=0,
        rate=rate,
        net=usd(net),
        at=AT,
        charge_id="ch_1",
    )
    keys, totals = [], difference(None, line)
    for what, how in story:
        before, line = line, stepped(line, what, how)

        assert line.accrued == before.accrued == line.pending + line.earned + line.reversed
        assert min(line.pending, line.earned, line.reversed, line.paid, line.waiting) >= usd(0)
        assert sum(claim.share.amount for claim in line.claims) <= line.reversed.amount
        assert line.paid <= line.accrued
        assert line.version >= before.version
        assert line == before or line.version > before.version
        if line.under_way is not None and before.under_way is None:
            assert line.under_way.amount > usd(0)
            keys.append(line.under_way.key)
        change = difference(before, line)
        totals = replace(
            totals,
            **{name: getattr(totals, name) + getattr(change, name) for name in totals.__slots__},
        )

    assert len(set(keys)) == len(keys), "each movement has a key of its own"
    assert totals.accrued == totals.pending + totals.earned + totals.reversed
    assert (totals.payable, totals.paid) == (line.payable.amount, line.paid.amount)


@BOUNDED
@given(net=cents, rate=rates, story=steps)
def test_d13_in_the_end_what_was_sent_is_what_is_earned_whatever_came_between(net, rate, story):
    line = accrue(
        invoice_id="inv_1",
        freelancer_id="frl_1",
        subscription_id="sub_1",
        cycle=0,
        rate=rate,
        net=usd(net),
        at=AT,
        charge_id="ch_1",
    )
    for what, how in (*story, ("settle_window", "")):
        line = stepped(line, what, how)
    for _ in range(2 * len(story) + 4):
        line = stepped(stepped(line, "send", True), "arrive", True)

    assert line.under_way is None
    assert line.paid == line.payable == line.earned
    assert line.pending == usd(0)
