"""The sweeps: what runs by the timetable; what it does to one subscription is in `usecases/tick.py`.

Deployed functions run without app.py (their module is this one), so everything they need is here. A sweep
reads only what is due, page by page; stops in good order when its time runs short; isolates one that fails
(the others go on, and the failure is loud at the end and comes back with the next run); and may run twice or
overlap, because whoever acts asks again whether it is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from chalice.app import Blueprint, Chalice, CloudWatchEvent, Rate

from chalicelib import usecases, wiring
from chalicelib.domain.timetable import TIMETABLE, Run
from chalicelib.domain.waking import Sweep
from chalicelib.gateways.transport import limited_by, time_is_short
from chalicelib.observability import count, log, said
from chalicelib.wiring import World

if TYPE_CHECKING:
    from chalicelib.storage.waking import Due

bp: Final = Blueprint(__name__)

STOP_BEFORE_END_MS: Final = 30_000  # a sweep begins nothing new when so little of its time is left

RENEWALS: Final = (Sweep.TERM_ENDS, Sweep.RENEWAL_RETRIES)
RENEWAL_ALARM: Final = timedelta(hours=1)  # a term's end that nobody has seen to for longer is overdue


class SweepFailed(Exception):
    """Some subscriptions could not be handled; the others were. Their ids are in the log."""


def register(app: Chalice) -> None:
    """Register every sweep with the app."""
    app.register_blueprint(bp)


def run(sweep: Sweep, event: CloudWatchEvent) -> dict[str, Any]:
    """Handle everything that is due; answers how many were handled, and whether any is left."""
    world = wiring.world()
    at = world.now()
    request_id = str(event.to_dict().get("id", "")) or f"{sweep}-{at:%Y%m%dT%H%M%S}"
    handled, failed, late, left = 0, [], 0, False
    with said(sweep=sweep.value, request_id=request_id):
        for due in _due(world, sweep, at=at):
            if time_is_short(event.context, enough=STOP_BEFORE_END_MS):
                left = True
                break
            late += due.due_at is not None and at - due.due_at > RENEWAL_ALARM
            with limited_by(event.context):
                done = _handle(usecases.tick.ACTS[sweep], due, at=at, request_id=request_id)
            if done:
                handled += 1
            else:
                failed.append(due.id)
        _note(
            world,
            sweep,
            Run(started_at=at, ended_at=world.now(), handled=handled, failed=len(failed), left=left),
        )
        count("sweep_run", sweep=sweep.value)
        # A metric is paid for by the hour in which it is heard of: of nothing, nothing is said.
        if handled:
            count("sweep_handled", handled, sweep=sweep.value)
        if failed:
            count("sweep_failed", len(failed), sweep=sweep.value)
        _gauge(world, sweep, late=late, at=at)
        if left:
            log.warning("sweep stopped before its time was up; the next run goes on")
        if failed:
            raise SweepFailed(f"{sweep}: {len(failed)} failed, {handled} handled")
    return {"sweep": sweep.value, "handled": handled, "left": left}


def _note(world: World, sweep: Sweep, run: Run) -> None:
    """Keep how it went, for the operator; where that fails, what was done is done all the same."""
    try:
        world.store.note_run(sweep, run)
    except Exception:  # noqa: BLE001  (whatever it was: the run counts, not what is kept of it)
        log.exception("the run of a sweep could not be noted")


def _gauge(world: World, sweep: Sweep, *, late: int, at: datetime) -> None:
    """Say how much is not as it should be, at every run: an alarm ends when it hears of nothing."""
    if sweep in RENEWALS:
        count("renewal_overdue", late, sweep=sweep.value)
    elif sweep is Sweep.UNSETTLED:
        count("unsettled_overdue", usecases.tick.unsettled_overdue(world, at=at))
    elif sweep is Sweep.OUTBOX:
        count("effects_stuck", world.store.how_many_stuck())


def _due(world: World, sweep: Sweep, *, at: datetime) -> Iterator[Due]:
    """Whose moment has come, shard by shard; the reconciliation goes through everybody instead."""
    if sweep is Sweep.RECONCILIATIONS:
        return usecases.reconcile.everything(world)
    return chain.from_iterable(world.store.due(sweep, shard=shard, at=at) for shard in world.store.shards)


def _handle(act: Callable[..., None], due: Due, *, at: datetime, request_id: str) -> bool:
    try:
        act(wiring.world(), due=due, at=at, request_id=request_id)
    except Exception:  # noqa: BLE001  (one that fails stops nobody else, and is loud at the end)
        log.exception("sweep failed for one", extra={"due_id": due.id})
        return False
    return True


@bp.schedule(Rate(TIMETABLE[Sweep.UNSETTLED], unit=Rate.MINUTES), name="sweep_unsettled")
def sweep_unsettled(event: CloudWatchEvent) -> dict[str, Any]:
    """Money whose outcome is unknown."""
    return run(Sweep.UNSETTLED, event)


@bp.schedule(Rate(TIMETABLE[Sweep.OUTBOX], unit=Rate.MINUTES), name="sweep_outbox")
def sweep_outbox(event: CloudWatchEvent) -> dict[str, Any]:
    """Effects that nobody has carried out."""
    return run(Sweep.OUTBOX, event)


@bp.schedule(Rate(TIMETABLE[Sweep.PROVISIONING], unit=Rate.MINUTES), name="sweep_provisioning")
def sweep_provisioning(event: CloudWatchEvent) -> dict[str, Any]:
    """Agreements not yet accepted, orders not yet provisioned (R19, R20)."""
    return run(Sweep.PROVISIONING, event)


@bp.schedule(
    Rate(TIMETABLE[Sweep.ACTIVATION_DEADLINES], unit=Rate.MINUTES), name="sweep_activation_deadlines"
)
def sweep_activation_deadlines(event: CloudWatchEvent) -> dict[str, Any]:
    """Fourteen days without activation (R44)."""
    return run(Sweep.ACTIVATION_DEADLINES, event)


@bp.schedule(Rate(TIMETABLE[Sweep.TERM_ENDS], unit=Rate.MINUTES), name="sweep_term_ends")
def sweep_term_ends(event: CloudWatchEvent) -> dict[str, Any]:
    """Terms that are over: renewed, or expired (R65, R70)."""
    return run(Sweep.TERM_ENDS, event)


@bp.schedule(Rate(TIMETABLE[Sweep.RENEWAL_RETRIES], unit=Rate.MINUTES), name="sweep_renewal_retries")
def sweep_renewal_retries(event: CloudWatchEvent) -> dict[str, Any]:
    """Declined renewals, one, three and five days later (D11)."""
    return run(Sweep.RENEWAL_RETRIES, event)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="sweep_expirations")
def sweep_expirations(event: CloudWatchEvent) -> dict[str, Any]:
    """Expired for thirty days (R50)."""
    return run(Sweep.EXPIRATIONS, event)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="sweep_reminders")
def sweep_reminders(event: CloudWatchEvent) -> dict[str, Any]:
    """Terms that are ending (R68, D10)."""
    return run(Sweep.REMINDERS, event)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="sweep_commissions")
def sweep_commissions(event: CloudWatchEvent) -> dict[str, Any]:
    """Commissions whose charge can no longer be refunded (D13)."""
    return run(Sweep.COMMISSIONS, event)


@bp.schedule(Rate(1, unit=Rate.DAYS), name="sweep_reconciliations")
def sweep_reconciliations(event: CloudWatchEvent) -> dict[str, Any]:
    """What Microsoft has, compared with what we have; goes on where the last run stopped."""
    return run(Sweep.RECONCILIATIONS, event)
