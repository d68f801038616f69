"""The verbs of a rehearsal: before production a clock can be moved, so that months pass in an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import click

from chalicelib.domain.clock import Offset
from chalicelib.domain.invariants.marks import written
from chalicelib.gateways.clock import SystemClock

UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}


class Amount(click.ParamType[timedelta]):
    """So much time: 14d, 36h or 90m."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """See click."""
        number, unit = str(value)[:-1], str(value)[-1:]
        if unit not in UNITS or not (number.isascii() and number.isdigit() and len(number) <= 6):  # noqa: PLR2004
            self.fail("so many days, hours or minutes are needed: 14d, 36h or 90m", param, ctx)
        return timedelta(**{UNITS[unit]: int(number)})


@click.group(name="clock")
def clock() -> None:
    """What time it is in a stage before production, and how to let it pass."""


@clock.command(name="show")
@click.pass_obj
def show_clock(desk: Any) -> None:
    """Show what time it is there."""
    world = desk.account.world
    desk.screen.say(f"{written(world.now())}{'' if world.settings.movable_clock else ', the real time'}")


@clock.command(name="advance")
@click.argument("amount", type=Amount())
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def advance_clock(desk: Any, amount: timedelta, *, yes: bool) -> None:
    """Let AMOUNT pass for every function at once; it never goes back.

    What becomes due on the way is found by the next run of each sweep, not at its own instant.
    """
    world = desk.account.world
    if not world.settings.movable_clock:
        raise click.ClickException("The clock of this stage is the real one: see CLOCK, and MovableClock.")
    before = world.store.clock_offset()
    if not yes:
        click.confirm(f"Move the clock from {written(world.now())} by {amount}?", abort=True, err=True)
    after = Offset(seconds=before.seconds + int(amount.total_seconds()), stopped_at=before.stopped_at)
    world.store.move_clock(after)
    desk.screen.say(f"It is {written(after.at(SystemClock().now()))} now")
