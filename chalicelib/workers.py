"""The queue functions: mails, effects, and what is said of mails. Only a message that fails returns.

Deployed functions run without app.py (their module is this one), so everything they need is here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from chalice.app import Blueprint, Chalice, SQSEvent

from chalicelib import usecases, wiring
from chalicelib.domain.effects import EffectKind
from chalicelib.gateways.transport import limited_by, time_is_short
from chalicelib.observability import count, log, said

bp: Final = Blueprint(__name__)

BATCH_SIZE: Final = 10
# Nothing new is begun when so little of the function's time is left: a mail is one call, an effect several.
STOP_BEFORE_END_MS: Final = {"mails": 15_000, "effects": 40_000, "mail-events": 10_000}

# Replaced by the real queues where infra/ is merged in; a plain string is what the merge can replace.
PLACEHOLDER_ARN: Final = "arn:aws:sqs:us-east-1:000000000000:"


def register(app: Chalice) -> None:
    """Register the queue functions with the app."""
    app.register_blueprint(bp)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a batch; `asks` is what it says, empty where it cannot be read."""

    id: str
    asks: dict[str, Any]

    @property
    def is_mail(self) -> bool:
        """Whether it belongs to the mails' queue."""
        return self.asks.get("kind") == EffectKind.MAIL

    @property
    def request_id(self) -> str:
        """Of the request that caused it; of what the mail provider says, the id of its event."""
        return str(self.asks.get("request_id") or self.asks.get("id", ""))

    @property
    def about(self) -> str:
        """What it is about: an effect, or something at a neighbor."""
        return str(self.asks.get("effect") or self.asks.get("reference", ""))


@bp.on_sqs_message(queue_arn=PLACEHOLDER_ARN + "mails", batch_size=BATCH_SIZE, name="work_mails")
def work_mails(event: SQSEvent) -> dict[str, Any]:
    """Deliver mails."""
    return _work("mails", _messages(event), event.context)


@bp.on_sqs_message(queue_arn=PLACEHOLDER_ARN + "effects", batch_size=BATCH_SIZE, name="work_effects")
def work_effects(event: SQSEvent) -> dict[str, Any]:
    """Carry out effects; mails among them are passed on first, so that they wait for nobody."""
    messages = _messages(event)
    mails: dict[str, list[str]] = {}
    for message in messages:
        if message.is_mail:
            mails.setdefault(message.request_id, []).append(message.asks["effect"])
    for request_id, effect_ids in mails.items():
        wiring.world().queue.nudge_mails(effect_ids, request_id=request_id)
    return _work("effects", [message for message in messages if not message.is_mail], event.context)


@bp.on_sqs_message(queue_arn=PLACEHOLDER_ARN + "mail-events", batch_size=BATCH_SIZE, name="work_mail_events")
def work_mail_events(event: SQSEvent) -> dict[str, Any]:
    """Heed what the mail provider says of mails: sent, bounced, complained of."""
    return _work("mail-events", _messages(event), event.context, act=_heed_mail)


def _work(
    queue: str, messages: list[Message], context: Any, *, act: Callable[[Message], None] | None = None
) -> dict[str, Any]:
    """Work through the messages; answers which of them shall come back."""
    enough = STOP_BEFORE_END_MS[queue]
    returned = [
        message.id
        for message in messages
        if time_is_short(context, enough=enough) or not _done(message, context, act or _carry_out)
    ]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in returned]}


def _done(message: Message, context: Any, act: Callable[[Message], None]) -> bool:
    with said(request_id=message.request_id, about=message.about), limited_by(context):
        try:
            act(message)
        except Exception:  # noqa: BLE001  (it returns to the queue, in the end to the dead letters)
            log.exception("message failed")
            count("message_failed")
            return False
    return True


def _carry_out(message: Message) -> None:
    world, asks = wiring.world(), message.asks
    told: dict[str, Any] = {"at": world.now(), "request_id": message.request_id}
    if "look_again" in asks:
        usecases.carry_out.look_again(world, neighbor=asks["look_again"], reference=asks["reference"], **told)
    else:
        usecases.carry_out.carry_out(world, effect_id=asks["effect"], **told)


def _heed_mail(message: Message) -> None:
    from chalicelib.gateways import mail_events

    told = mail_events.read(message.asks)
    if told is None:
        count("mail_event", event="unknown")
        return
    world = wiring.world()
    with said(about=told.effect_id or ""):
        usecases.mail_events.heed_mail(world, told=told, at=world.now())


def _messages(event: SQSEvent) -> list[Message]:
    return [Message(record["messageId"], _readable(record["body"])) for record in event.to_dict()["Records"]]


def _readable(body: str) -> dict[str, Any]:
    try:
        asks = json.loads(body)
    except ValueError:
        return {}
    return asks if isinstance(asks, dict) else {}
