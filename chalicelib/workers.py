"""The queue functions: mails and effects. A message is one effect; only one that fails returns.

Deployed functions run without app.py (their module is this one), so everything they need is here.
"""

from __future__ import annotations

import json
from typing import Any, Final

from chalice.app import Blueprint, Chalice, SQSEvent

from chalicelib import wiring
from chalicelib.domain.effects import EffectKind
from chalicelib.observability import count, log, said
from chalicelib.usecases.carry_out import carry_out, look_again

bp: Final = Blueprint(__name__)

BATCH_SIZE: Final = 10

# Replaced by the real queues where infra/ is merged in; a plain string is what the merge can replace.
PLACEHOLDER_ARN: Final = "arn:aws:sqs:us-east-1:000000000000:"


def register(app: Chalice) -> None:
    """Register the queue functions with the app."""
    app.register_blueprint(bp)


@bp.on_sqs_message(queue_arn=PLACEHOLDER_ARN + "mails", batch_size=BATCH_SIZE, name="work_mails")
def work_mails(event: SQSEvent) -> dict[str, Any]:
    """Deliver mails."""
    return _work(_records(event))


@bp.on_sqs_message(queue_arn=PLACEHOLDER_ARN + "effects", batch_size=BATCH_SIZE, name="work_effects")
def work_effects(event: SQSEvent) -> dict[str, Any]:
    """Carry out effects; mails among them are passed on first, so that they wait for nobody."""
    mails: dict[str, list[str]] = {}
    others = []
    for record in _records(event):
        message = record["message"]
        if message.get("kind") == EffectKind.MAIL:
            mails.setdefault(message.get("request_id", ""), []).append(message["effect"])
        else:
            others.append(record)
    for request_id, effect_ids in mails.items():
        wiring.world().queue.nudge_mails(effect_ids, request_id=request_id)
    return _work(others)


def _carry_out(message: dict[str, Any]) -> None:
    world, request_id = wiring.world(), message.get("request_id", "")
    if "look_again" in message:
        look_again(
            world,
            neighbor=message["look_again"],
            reference=message["reference"],
            at=world.now(),
            request_id=request_id,
        )
    else:
        carry_out(world, effect_id=message["effect"], at=world.now(), request_id=request_id)


def _records(event: SQSEvent) -> list[dict[str, Any]]:
    return [
        {"id": record["messageId"], "message": json.loads(record["body"])}
        for record in event.to_dict()["Records"]
    ]


def _work(records: list[dict[str, Any]]) -> dict[str, Any]:
    failures = []
    for record in records:
        message = record["message"]
        about = message.get("effect") or message.get("reference", "")
        with said(request_id=message.get("request_id", ""), about=about):
            try:
                _carry_out(message)
            except Exception:  # noqa: BLE001  (it returns to the queue, in the end to the dead letters)
                log.exception("message failed")
                count("message_failed")
                failures.append({"itemIdentifier": record["id"]})
    return {"batchItemFailures": failures}
