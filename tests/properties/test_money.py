"""Whatever is paid, waiting never pays, and no cent is lost (D4, D12, D13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import assume, given, settings, strategies as st

from chalicelib.domain.calendar import nth_term
from chalicelib.domain.commission import Totals, accrue, difference, earn, reverse
from chalicelib.domain.invoicing import ClientAccount
from chalicelib.domain.money import Money
from chalicelib.domain.refunds import INSTANT, allowed_until, full_refund_until, refund_at, refund_curve
from chalicelib.domain.subscription import Subscription
from tests.properties.chance import BOUNDED, anchors, cents, periods, rates
from tests.rules.stories import Life, active, pending, price, usd


@settings(BOUNDED)
@given(amount=cents, parts=st.tuples(st.integers(0, 400), st.integers(1, 400)))
def test_d4_a_portion_is_the_nearest_cent_and_half_a_cent_is_the_clients(amount, parts):
    part, whole = min(parts), max(parts)
    found = usd(amount).portion(part, whole).amount
    exact = amount * part  # in parts of a cent: `whole` of them make one

    assert -whole <= 2 * (exact - found * whole) < whole
    assert 0 <= found <= amount


@settings(BOUNDED)
@given(amount=cents, whole=st.integers(1, 400), part=st.integers(0, 400), more=st.integers(0, 400))
def test_d4_a_larger_portion_is_no_smaller_amount(amount, whole, part, more):
    assume(part + more <= whole)

    assert usd(amount).portion(part, whole) <= usd(amount).portion(part + more, whole)


def _paid(total: int, *, anchor, period, number: int, late: timedelta) -> Subscription:
    """In its term of that number, charged so long after that began."""
    sub = active(prices=[price(total), price(total, period=period)]).sub
    term = nth_term(anchor, number, period)
    return replace(
        sub,
        billing_period=period,
        activated_at=anchor,
        term=term,
        payment=replace(sub.payment, net=usd(total), total=usd(total), charged_at=term.start + late),
    )


@settings(BOUNDED)
@given(
    total=cents,
    anchor=anchors,
    period=periods,
    number=st.integers(0, 60),
    late=st.timedeltas(-timedelta(days=14), timedelta(days=6, hours=12)),
    moments=st.lists(st.timedeltas(timedelta(0), timedelta(days=40)), min_size=2, max_size=8),
)
def test_d4_r56_waiting_never_pays(total, anchor, period, number, late, moments):
    sub = _paid(total, anchor=anchor, period=period, number=number, late=late)
    since = max(sub.payment.charged_at, nth_term(anchor, number, period).start)
    refunds = [refund_at(sub, since + moment) for moment in sorted(moments)]

    assert all(0 <= refund.amount.amount <= total for refund in refunds)
    assert all(sooner.amount >= later.amount for sooner, later in pairwise(refunds))
    assert all(sooner.allowed or not later.allowed for sooner, later in pairwise(refunds))


@settings(BOUNDED)
@given(
    total=st.integers(1, 10_000_00),
    anchor=anchors,
    period=periods,
    number=st.integers(0, 60),
    late=st.timedeltas(-timedelta(days=14), timedelta(days=6, hours=12)),
)
def test_r52_r53_r61_what_is_announced_is_granted_to_the_last_instant(total, anchor, period, number, late):
    sub = _paid(total, anchor=anchor, period=period, number=number, late=late)
    instant = timedelta(microseconds=1)

    assert refund_at(sub, allowed_until(sub)).allowed
    assert not refund_at(sub, allowed_until(sub) + instant).allowed
    if full_refund_until(sub) >= nth_term(anchor, number, period).start:
        assert refund_at(sub, full_refund_until(sub)).amount == usd(total)


_within = st.lists(st.fractions(0, 1), min_size=1, max_size=6)


@settings(BOUNDED)
@given(
    total=cents,
    anchor=anchors,
    period=periods,
    number=st.integers(0, 60),
    late=st.timedeltas(-timedelta(days=14), timedelta(days=6, hours=12)),
    moments=_within,
)
def test_d4_the_curve_says_at_each_instant_what_the_preview_says(
    total, anchor, period, number, late, moments
):
    sub = _paid(total, anchor=anchor, period=period, number=number, late=late)

    _agrees(sub, opens=max(sub.payment.charged_at, nth_term(anchor, number, period).start), moments=moments)


@settings(BOUNDED, max_examples=50)
@given(total=cents, bought=anchors, moments=_within)
def test_d4_r54_and_before_activation_too(total, bought, moments):
    sub = pending(at=bought, prices=[price(total)]).sub

    _agrees(sub, opens=bought, moments=moments)


def _agrees(sub: Subscription, *, opens, moments) -> None:
    """Gapless from the opening to the end, never rising, and at any instant what is given back then."""
    closes = allowed_until(sub)
    curve = refund_curve(sub, opens)

    assert (curve[0].begins, curve[-1].until) == (opens, closes)
    assert all(step.begins <= step.until for step in curve)
    for step, following in pairwise(curve):
        assert step.until + INSTANT == following.begins
        assert step.amount >= following.amount
        assert (step.amount, step.name) != (following.amount, following.name)
    chosen = [
        opens + (closes - opens) // INSTANT * part.numerator // part.denominator * INSTANT for part in moments
    ]
    for at in [*chosen, *(end for step in curve for end in (step.begins, step.until))]:
        (step,) = [step for step in curve if step.begins <= at <= step.until]
        given_back = refund_at(sub, at)
        assert (step.amount, step.name) == (given_back.amount, given_back.name)
        assert refund_curve(sub, at) == curve


@settings(BOUNDED, max_examples=100)
@given(
    unit=cents,
    seats=st.integers(1, 50),
    tax=st.integers(0, 10_000),
    used=st.timedeltas(timedelta(0), timedelta(days=7)),
)
def test_d12_net_and_tax_of_a_credit_note_add_up_and_stay_within_the_invoice(unit, seats, tax, used):
    life = active(prices=[price(unit)], seats=seats, tax=tax)
    assert life.sub.term is not None
    life.cancel(at=life.sub.term.start + used)
    invoice, note = life.documents[0], life.documents[-1]
    assert life.sub.cancellation is not None

    if life.sub.cancellation.refund:
        assert note.net + note.tax == note.total == life.sub.cancellation.refund
        assert usd(0) <= note.net <= invoice.net
        assert usd(0) <= note.tax <= invoice.tax
    else:
        assert note is invoice


_steps = st.lists(st.one_of(st.just("earn"), st.integers(0, 100)), max_size=4)


@settings(BOUNDED)
@given(lines=st.lists(st.tuples(cents, rates, _steps), max_size=6))
def test_d13_the_books_add_up_whatever_happens_to_their_lines(lines):
    """`earn`, or a refund of so many hundredths, in any order and however often."""
    at = pending().last.at
    totals = Totals()
    kept = []
    for number, (net, rate, steps) in enumerate(lines):
        line = accrue(
            invoice_id=f"inv_{number}",
            freelancer_id="frl_luc",
            subscription_id="sub_1",
            cycle=number,
            rate=rate,
            net=usd(net),
            at=at,
        )
        totals = _plus(totals, difference(None, line))
        for step in steps:
            if step == "earn":
                after = earn(line, at)
            else:
                after = reverse(line, refunded_net=usd(net).portion(int(step), 100), at=at)
            totals = _plus(totals, difference(line, after))
            line = after
            assert line.accrued == line.pending + line.earned + line.reversed
            assert min(line.pending, line.earned, line.reversed) >= usd(0)
        kept.append(line)

    assert totals.accrued == totals.pending + totals.earned + totals.reversed
    assert totals.accrued == sum(line.accrued.amount for line in kept)
    assert totals.pending == sum(line.pending.amount for line in kept)
    assert totals.earned == sum(line.earned.amount for line in kept)
    assert totals.reversed == sum(line.reversed.amount for line in kept)


def _plus(one: Totals, other: Totals) -> Totals:
    return Totals(
        accrued=one.accrued + other.accrued,
        pending=one.pending + other.pending,
        earned=one.earned + other.earned,
        reversed=one.reversed + other.reversed,
    )


@settings(BOUNDED)
@given(net=cents, rate=rates, part=st.integers(0, 100))
def test_d13_what_stays_of_the_commission_is_its_share_of_what_stays_of_the_payment(net, rate, part):
    """To the cent: both are rounded, each once."""
    at = pending().last.at
    refunded = usd(net).portion(part, 100)
    line = reverse(
        accrue(
            invoice_id="inv_1",
            freelancer_id="frl_luc",
            subscription_id="sub_1",
            cycle=0,
            rate=rate,
            net=usd(net),
            at=at,
        ),
        refunded_net=refunded,
        at=at,
    )
    stays = Money(net - refunded.amount, "USD")

    assert abs(line.earned.amount - stays.portion(rate, 10_000).amount) <= 1


@settings(BOUNDED, max_examples=50)
@given(buys=st.lists(st.booleans(), min_size=1, max_size=8))
def test_r76_however_many_buy_and_cancel_a_clients_numbers_have_no_gap(buys):
    books: ClientAccount | None = None
    numbers: list[int] = []
    for number, cancels in enumerate(buys):
        life = Life(books=books, name=f"sub_{number}")
        if cancels:
            life.cancel(at=life.last.at)
        books = life.books
        numbers.extend(int(document.number.rsplit("-", 1)[1]) for document in life.documents)

    assert numbers == list(range(1, len(numbers) + 1))
