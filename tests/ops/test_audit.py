"""Every invariant holds of what was lived, and of no row that was spoiled by hand: the audit can fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.invariants import INVARIANTS
from chalicelib.storage import keys
from chalicelib.storage.tables import Row
from tests import lives
from tests.ops.lived import SUPPRESSED, audited, inventory_of, row, walk, written_over

DAY = timedelta(days=1)


# --- where things are in the lived stage ----------------------------------------------------------------


def active(stage):
    return keys.subscription(stage.ids[0])


def canceled(stage):
    return keys.subscription(stage.ids[1])


def pending(stage):
    return keys.subscription(stage.ids[2])


def freelancer(stage):
    return keys.freelancer(stage.freelancer_id)


def client():
    return keys.client(lives.CLIENT.id)


def found(sk_begins, *, fits=lambda row: True):
    """The one row of its kind that fits."""
    (only,) = [each for each in Row.scan() if each.sk.startswith(sk_begins) and fits(each)]
    return only.pk, only.sk


def paper(stage, sub, kind, *, period=None):
    """An invoice of a term, or the credit note, of a subscription."""

    def fits(each):
        body = json.loads(each.body)
        number = body["period"]["number"] if body["period"] else None
        about = (body["subscription_id"], body["kind"])
        return about == (sub(stage)[0], kind) and (kind == "credit_note" or number == period)

    return found("document#", fits=fits)


def line(stage, invoice):
    return keys.earning(stage.freelancer_id, invoice[1].partition("#")[2])


def open_order():
    return found("order")


def stuck(stage):
    return keys.effect(f"{stage.ids[2]}.1.E1")


def refund(stage):
    return found("effect", fits=lambda each: each.pk.startswith(stage.ids[1]) and each.pk.endswith(".refund"))


def marked(key, **marks):
    """Change what a row is found by."""
    changed = row(*key)
    for name, value in marks.items():
        setattr(changed, name, value)
    changed.save()


def dropped(key):
    row(*key).delete()


def put(*key, **attributes):
    Row(*key, **attributes).save()


def last_history(key):
    lines = [each for each in Row.query(key[0]) if each.sk.startswith("history#")]
    return key[0], lines[-1].sk


SPOILED: dict[str, tuple[Callable[[Any], None], set[tuple[str, Any]]]] = {
    # what was done to a row: the invariant that sees it, whom it is about
    "a line of history is gone": (
        lambda s: dropped(keys.history(s.ids[0], 2)),
        {("subscription_history", 0)},
    ),
    "the last line says otherwise": (
        lambda s: written_over(*last_history(active(s)), status="suspended"),
        {("subscription_history", 0)},
    ),
    "history without a subscription": (
        lambda s: put(*keys.history("sub_gone", 1), body=row(*keys.history(s.ids[0], 1)).body),
        {("no_orphans", "sub_gone")},
    ),
    "a status in the index that is not the document's": (
        lambda s: marked(active(s), status="suspended#0"),
        {("subscription_found", 0)},
    ),
    "a shard that nobody reads": (
        lambda s: marked(active(s), status="active#77"),
        {("subscription_found", 0)},
    ),
    "a client who would not find it": (
        lambda s: marked(pending(s), client_id=None),
        {("subscription_found", 2)},
    ),
    "a review that nobody would see": (
        lambda s: marked(pending(s), worklist="reviews#0"),
        {("subscription_found", 2)},
    ),
    "a version that would let anybody move its wake": (
        lambda s: marked(active(s), version=1),
        {("subscription_found", 0)},
    ),
    "nobody will wake it": (
        lambda s: marked(active(s), wake=None, due_at=None),
        {("subscription_woken", 0)},
    ),
    "it is woken though it is over": (
        lambda s: marked(canceled(s), wake="expirations#0", due_at=keys.moment(s.now() + DAY)),
        {("subscription_woken", 1)},
    ),
    "it is woken for something else": (
        lambda s: marked(active(s), wake="expirations#0"),
        {("subscription_woken", 0)},
    ),
    "it is woken at another time": (
        lambda s: marked(pending(s), due_at=keys.moment(s.now() + 30 * DAY)),
        {("subscription_woken", 2)},
    ),
    "a sweep that does not exist": (
        lambda s: marked(active(s), wake="holidays#0"),
        {("subscription_found", 0), ("subscription_woken", 0)},
    ),
    "suspended without a reason": (
        lambda s: written_over(*active(s), status="suspended"),
        {("subscription_history", 0), ("subscription_found", 0), ("subscription_status", 0)},
    ),
    "pending with an expiry": (
        lambda s: written_over(*pending(s), expired_at=s.now().isoformat()),
        {("subscription_status", 2)},
    ),
    "canceled without a cancellation": (
        lambda s: written_over(*canceled(s), cancellation=None),
        {("subscription_status", 1), ("refund_credited", 1)},
    ),
    "canceled and still delegated": (
        lambda s: written_over(*canceled(s), delegation__status="approved"),
        {("subscription_status", 1), ("subscription_found", 1)},
    ),
    "a term that is a day too long": (
        lambda s: written_over(
            *active(s), term__end=(s.world.store.load(s.ids[0]).term.end + DAY).isoformat()
        ),
        {("terms_tile", 0), ("subscription_woken", 0)},
    ),
    "an invoice for days that were paid before": (
        lambda s: written_over(*paper(s, active, "invoice", period=1), period__start=s.now().isoformat()),
        {("terms_tile", 0)},
    ),
    "an invoice whose term comes twice": (
        lambda s: written_over(*paper(s, active, "invoice", period=1), period=None),
        {("cycle_invoiced", 0), ("cycle_earned", 0)},
    ),
    "another sum on the invoice than was paid": (
        lambda s: written_over(*paper(s, pending, "invoice"), net__amount=1, tax__amount=0, total__amount=1),
        {("cycle_invoiced", 2), ("cycle_earned", 2)},
    ),
    "a refund that was never credited": (
        lambda s: written_over(*canceled(s), cancellation__refund__amount=1),
        {("refund_credited", 1)},
    ),
    "a refund of which the subscription knows otherwise": (
        lambda s: written_over(*canceled(s), cancellation__settlement="refund_failed"),
        {("refund_credited", 1)},
    ),
    "a credit note that nothing pays": (
        lambda s: dropped(refund(s)),
        {("credit_refunded", 1)},
    ),
    "a refund of another amount": (
        lambda s: written_over(*refund(s), data__amount=1),
        {("credit_refunded", 1)},
    ),
    "a refund that is done, and still pending on paper": (
        lambda s: written_over(*paper(s, canceled, "credit_note"), settlement="refund_pending"),
        {("credit_refunded", 1), ("refund_credited", 1)},
    ),
    "refunded, and nobody knows by what": (
        lambda s: written_over(*paper(s, canceled, "credit_note"), refund_id=None),
        {("credit_refunded", 1)},
    ),
    "more is credited than was paid": (
        lambda s: written_over(
            *paper(s, canceled, "credit_note"), net__amount=99_999, tax__amount=0, total__amount=99_999
        ),
        {("credit_covered", "client"), ("refund_credited", 1), ("credit_refunded", 1)},
    ),
    "a sale that earns nobody anything": (
        lambda s: dropped(line(s, paper(s, pending, "invoice"))),
        {("cycle_earned", 2), ("totals_agree", "freelancer")},
    ),
    "a share at another rate": (
        lambda s: written_over(*line(s, paper(s, active, "invoice")), rate=2_000),
        {("cycle_earned", 0)},
    ),
    "a commission that is carried otherwise than it is booked": (
        lambda s: written_over(*pending(s), commission__version=9),
        {("cycle_earned", 2)},
    ),
    "a pending commission that nothing will turn into an earned one": (
        lambda s: written_over(*pending(s), commission=None),
        {("cycle_earned", 2)},
    ),
    "a domain that somebody else may take": (
        lambda s: dropped(found("reservation")),
        {("domain_reserved", 0)},
    ),
    "a domain that is kept for somebody else": (
        lambda s: marked(found("reservation"), owner=s.ids[1]),
        {("domain_reserved", 0), ("pointer_leads_back", 1)},
    ),
    "a tenant whose notices lead nowhere": (
        lambda s: dropped(found("sub_", fits=lambda each: each.pk.startswith("tenant#"))),
        {("subscription_pointed_at", 0)},
    ),
    "a relationship whose notices lead nowhere": (
        lambda s: dropped(found("sub_", fits=lambda each: each.pk.startswith("grant#"))),
        {("subscription_pointed_at", 0)},
    ),
    "a password that would stay": (
        lambda s: marked(found("credentials"), expires_at=None),
        {("credentials_pass", 0)},
    ),
    "a number that two papers have": (
        lambda s: written_over(
            *paper(s, pending, "invoice"), number=json.loads(row(*paper(s, active, "invoice")).body)["number"]
        ),
        {("papers_numbered", "client"), ("cycle_invoiced", 2)},
    ),
    "a paper too few in the books": (
        lambda s: written_over(*client(), documents=4),
        {("papers_numbered", "client")},
    ),
    "a count that would refuse the next paper": (
        lambda s: marked(client(), documents=4),
        {("papers_numbered", "client")},
    ),
    "books that are gone": (
        lambda s: dropped(client()),
        {("papers_numbered", "client")},
    ),
    "a paper about nothing": (
        lambda s: written_over(*paper(s, active, "invoice", period=1), subscription_id="sub_gone"),
        {("papers_owned", "client"), ("cycle_invoiced", 0)},
    ),
    "a paper that does not add up": (
        lambda s: written_over(*paper(s, active, "invoice"), tax__amount=1),
        {("papers_add_up", "client")},
    ),
    "a charge with two invoices": (
        lambda s: written_over(
            *paper(s, active, "invoice"),
            charge_id=json.loads(row(*paper(s, active, "invoice", period=1)).body)["charge_id"],
        ),
        {("charged_once", "client")},
    ),
    "a seller who is nobody": (
        lambda s: written_over(*client(), last_seller_id="frl_gone"),
        {("last_seller_known", "client")},
    ),
    "a freelancer with a gap in their history": (
        lambda s: dropped(keys.history(s.freelancer_id, 1)),
        {("freelancer_history", "freelancer")},
    ),
    "an application that is decided and still listed": (
        lambda s: marked(freelancer(s), worklist="applications#0"),
        {("freelancer_found", "freelancer")},
    ),
    "enrolled without signed terms": (
        lambda s: written_over(*freelancer(s), terms_signed_at=None),
        {("freelancer_program", "freelancer")},
    ),
    "a link that leads nowhere": (
        lambda s: dropped(found("link")),
        {("freelancer_pointed_at", "freelancer")},
    ),
    "a link that is not theirs any more": (
        lambda s: put(*keys.link("old-token"), owner=s.freelancer_id),
        {("pointer_leads_back", "freelancer")},
    ),
    "an address that leads to nobody": (
        lambda s: marked(keys.freelancer_of(lives.FREELANCER.email), owner="frl_gone"),
        {("freelancer_pointed_at", "freelancer"), ("pointer_leads_back", "frl_gone")},
    ),
    "a payout account that is not known by its name": (
        lambda s: dropped(found("pointer", fits=lambda each: each.pk.startswith("payout-account#"))),
        {("freelancer_pointed_at", "freelancer")},
    ),
    "a line of the ledger with a cent too many": (
        lambda s: written_over(*line(s, paper(s, active, "invoice")), earned__amount=7_21),
        {("ledger_adds_up", "freelancer"), ("totals_agree", "freelancer")},
    ),
    "a total that is not the sum": (
        lambda s: marked(keys.totals(s.freelancer_id), paid=1),
        {("totals_agree", "freelancer")},
    ),
    "something earned by nothing": (
        lambda s: put(
            *keys.earning(s.freelancer_id, "inv_gone"),
            body=row(*line(s, paper(s, pending, "invoice"))).body.replace(
                paper(s, pending, "invoice")[1].partition("#")[2], "inv_gone"
            ),
        ),
        {("ledger_founded", "freelancer"), ("totals_agree", "freelancer")},
    ),
    "a stuck effect that nobody sees": (
        lambda s: marked(stuck(s), worklist=None),
        {("effect_found", "stuck")},
    ),
    "an open effect that nobody takes up": (
        lambda s: marked(stuck(s), worklist=None, state="open"),
        {("effect_woken", "stuck")},
    ),
    "an effect that is done and still nudged": (
        lambda s: marked(refund(s), wake="outbox#0", due_at=keys.moment(s.now())),
        {("effect_woken", "refund")},
    ),
    "an open effect of the day before yesterday": (
        lambda s: marked(
            stuck(s), worklist=None, state="open", wake="outbox#0", due_at=keys.moment(s.now() - 2 * DAY)
        ),
        {("effect_seen_to", "stuck")},
    ),
    "an effect about nobody": (
        lambda s: written_over(*stuck(s), subject="sub_gone"),
        {("effect_subject", "stuck")},
    ),
    "an order that counts its attempts wrongly": (
        lambda s: marked(open_order(), attempts=7),
        {("order_found", "order")},
    ),
    "an order that nobody will settle": (
        lambda s: marked(open_order(), wake=None, due_at=None),
        {("order_woken", "order")},
    ),
    "an order of the day before yesterday": (
        lambda s: written_over(*open_order(), begun_at=(s.now() - 2 * DAY).isoformat()),
        {("order_settled", "order")},
    ),
    "an order whose sale is there": (
        lambda s: written_over(*open_order(), subscription_id=s.ids[0]),
        {("order_settled", "order")},
    ),
    "a dispute that nobody sees": (
        lambda s: marked(found("dispute"), worklist=None),
        {("dispute_found", "dispute")},
    ),
    "a suppressed address whose mails go out": (
        lambda s: dropped(found("standing")),
        {("suppression_holds", SUPPRESSED)},
    ),
    "an address whose mails are held back for no reason": (
        lambda s: dropped(keys.suppression(SUPPRESSED)),
        {("pointer_leads_back", SUPPRESSED)},
    ),
    "a request that would be kept for ever": (
        lambda s: marked(
            found(
                "record",
                fits=lambda each: (
                    each.owner is not None
                    and "buy" not in each.pk
                    and json.loads(each.body)["order_id"] == open_order()[0]
                ),
            ),
            expires_at=None,
        ),
        {("passing_row_goes", "request")},
    ),
    "a row of a kind that nobody knows": (
        lambda s: put("sub_x", "gift", body="{}"),
        {("every_row_known", "sub_x")},
    ),
    "a document that does not fit": (
        lambda s: written_over(*pending(s), seats="ten"),
        # and whoever would have to read it to be judged says so too
        {("every_row_known", 2), ("every_row_known", "client row"), ("every_row_known", "freelancer")},
    ),
}


def whom(stage, about):
    """The id of whoever a case is about."""
    if isinstance(about, int):
        return stage.ids[about]
    known = {
        "client": lambda: lives.CLIENT.id,
        "client row": lambda: client()[0],
        "freelancer": lambda: stage.freelancer_id,
        "stuck": lambda: stuck(stage)[0],
        "refund": lambda: refund(stage)[0],
        "order": lambda: open_order()[0],
        "dispute": lambda: found("dispute")[0].partition(".")[2],
        "request": lambda: found("record", fits=lambda each: each.expires_at is None)[0],
    }
    return known[about]() if about in known else about


def test_everything_that_was_lived_is_as_it_should_be(stage):
    assert audited(stage) == []


@pytest.mark.parametrize("segments", [1, 3, 7])
def test_every_row_is_looked_at_in_however_many_parts(stage, segments):
    moved = []
    whole = walk(stage, segments=segments, advance=lambda count=1: moved.append(count))
    assert whole.findings() == []
    assert whole.rows == sum(moved) == inventory_of(stage.world).how_many() == len(list(Row.scan()))


@pytest.mark.parametrize("spoiled", SPOILED)
def test_what_is_spoiled_is_found_and_nothing_else_is(stage, spoiled):
    spoil, expected = SPOILED[spoiled]
    spoil(stage)
    wanted = {(invariant, whom(stage, about)) for invariant, about in expected}
    assert {(each.invariant, each.about) for each in audited(stage)} == wanted


def test_every_invariant_has_been_seen_to_fail():
    seen = {invariant for _, expected in SPOILED.values() for invariant, _ in expected}
    named = [invariant.name for each in INVARIANTS.values() for invariant in each]
    assert set(named) - seen == {"subscription_seen_to"}  # seen below: it takes time
    assert len(set(named)) == len(named)


def test_whoever_no_sweep_sees_to_for_a_day_is_found(stage):
    due_at = row(*pending(stage)).due_at
    stage.forward_to(stage.world.store.load(stage.ids[2]).activation_deadline + DAY)
    on_time = {each.about for each in audited(stage) if each.invariant == "subscription_seen_to"}
    stage.forward(timedelta(seconds=1))
    (late,) = [
        each
        for each in audited(stage)
        if (each.invariant, each.about) == ("subscription_seen_to", stage.ids[2])
    ]
    assert stage.ids[2] not in on_time
    assert late.what == f"activation_deadlines has been due since {due_at}"


def test_a_finding_says_nothing_personal(stage):
    for name in ("client_id", "client_email", "domain"):
        marked(active(stage), **{name: "wrong"})
    said = " ".join(each.what for each in audited(stage))
    assert "client_email" in said
    assert lives.CLIENT.email not in said
    assert "wrong" not in said


def test_what_was_only_on_its_way_when_it_was_seen_is_no_finding(stage):
    key = keys.history(stage.ids[0], 2)
    body = row(*key).body
    dropped(key)
    waited = []

    def arrive(seconds):
        waited.append(seconds)
        put(*key, body=body)

    assert walk(stage, pause=arrive).findings() == []
    assert len(waited) == 1


def test_what_stays_wrong_is_looked_at_three_times_before_it_is_said(stage):
    dropped(keys.history(stage.ids[0], 2))
    waited: list[float] = []
    assert len(walk(stage, pause=waited.append).findings()) == 1
    assert len(waited) == 2
