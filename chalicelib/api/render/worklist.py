"""What follows from decisions, as an operator sees it: whom it concerns, never what was in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.api.asking import Asked
from chalicelib.api.paging import each, next_cursor
from chalicelib.api.schemas import answers

if TYPE_CHECKING:
    from chalicelib.domain import drift as differing, effects, mailing
    from chalicelib.domain.disputes import Case
    from chalicelib.domain.timetable import Standing
    from chalicelib.storage.listing import Page


def effect(_: Asked, found: effects.Effect) -> answers.Effect:
    """One effect."""
    return answers.Effect(
        id=found.id,
        kind=found.kind,
        subject=found.subject,
        state=found.state,
        attempts=found.attempts,
        last_error=found.last_error,
        created_at=found.created_at,
    )


def effects_of(asked: Asked, page: Page) -> answers.EffectList:
    """A page of them."""
    return answers.EffectList(data=each(asked, page, effect), next_cursor=next_cursor(asked, page))


def dispute(_: Asked, case: Case) -> answers.Dispute:
    """One disputed charge."""
    invoice = None
    if case.invoice_id is not None and case.invoice_number is not None:
        invoice = answers.DisputedInvoice(id=case.invoice_id, number=case.invoice_number)
    return answers.Dispute(
        id=case.id,
        subscription_id=case.subscription_id,
        invoice=invoice,
        amount=case.amount,
        reason=case.reason,
        status=case.status,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
    )


def disputes_of(asked: Asked, page: Page) -> answers.DisputeList:
    """A page of them."""
    return answers.DisputeList(data=each(asked, page, dispute), next_cursor=next_cursor(asked, page))


def drift(_: Asked, found: differing.Drift) -> answers.Drift:
    """One thing that differs at Microsoft."""
    return answers.Drift(
        id=found.id,
        kind=found.kind,
        subscription_id=found.subscription_id,
        plan_id=found.plan_id,
        billing_period=found.billing_period,
        ours=found.ours,
        theirs=found.theirs,
        since=found.since,
        seen_at=found.seen_at,
    )


def drifts(asked: Asked, page: Page) -> answers.DriftList:
    """A page of them."""
    return answers.DriftList(data=each(asked, page, drift), next_cursor=next_cursor(asked, page))


def sweep(standing: Standing) -> answers.Sweep:
    """How one sweep stands."""
    run, waiting = standing.last_run, standing.waiting
    last_run = None
    if run is not None:
        last_run = answers.SweepRun(
            started_at=run.started_at,
            ended_at=run.ended_at,
            handled=run.handled,
            failed=run.failed,
            left=run.left,
        )
    return answers.Sweep(
        name=standing.sweep,
        every_minutes=standing.every_minutes,
        last_run=last_run,
        state=standing.state,
        waiting=answers.SweepWaiting(
            count=waiting.count, more=waiting.more, oldest_due_at=waiting.oldest_due_at
        ),
    )


def sweeps(_: Asked, standings: list[Standing]) -> answers.SweepList:
    """All of them, in the order of the timetable."""
    return answers.SweepList(data=[sweep(standing) for standing in standings])


def suppression(_: Asked, found: mailing.Suppression) -> answers.Suppression:
    """One address that gets no mails."""
    return answers.Suppression(
        id=found.id,
        email=found.email,
        reason=found.reason,
        detail=found.detail,
        at=found.at,
        template=found.template,
        subscription_id=found.subscription_id,
    )


def suppressions(asked: Asked, page: Page) -> answers.SuppressionList:
    """A page of them."""
    return answers.SuppressionList(data=each(asked, page, suppression), next_cursor=next_cursor(asked, page))
