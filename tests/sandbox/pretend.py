"""A small app with two sweeps and one queue, whose handlers do what a test tells them to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalice.app import Blueprint, Chalice, Rate

from chalicelib import wiring

bp = Blueprint(__name__)

fired: list[tuple[str, datetime, dict[str, Any]]] = []
received: list[dict[str, Any]] = []
act: dict[str, Any] = {}


def app():
    """The app, with nothing done yet."""
    fired.clear()
    received.clear()
    act.clear()
    made = Chalice("pretend")
    made.register_blueprint(bp)
    return made


def _fire(name, event):
    fired.append((name, wiring.world().now(), event.to_dict()))
    act.get(name, lambda: None)()


@bp.schedule(Rate(5, unit=Rate.MINUTES), name="sweep_outbox")
def sweep_outbox(event):
    _fire("outbox", event)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="sweep_reminders")
def sweep_reminders(event):
    _fire("reminders", event)


@bp.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:effects", batch_size=10, name="work_effects")
def work_effects(event):
    received.append(event.to_dict())
    return act["work"](event.to_dict()["Records"]) if "work" in act else {"batchItemFailures": []}
