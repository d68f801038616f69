"""The two queues, through Amazon SQS: a nudge is a shortcut, the outbox is the memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.effects import Effect, EffectKind
from chalicelib.gateways.trouble import Unavailable
from chalicelib.observability import count, log

BATCH: Final = 10  # messages that SQS takes in one call


class Queue(Protocol):
    """Whoever wakes the workers."""

    def nudge(self, effects: Sequence[Effect], *, request_id: str) -> None:
        """Have these effects carried out now; what is lost here, a sweep finds."""

    def nudge_mails(self, effect_ids: Sequence[str], *, request_id: str) -> None:
        """Have these mails delivered now."""

    def look_again(self, *, neighbor: str, reference: str, request_id: str) -> None:
        """A neighbor says that something about the reference has changed; raises Unavailable."""


class SqsQueue:
    """Amazon SQS. One call whatever the decision: the effects worker passes mails on to theirs."""

    def __init__(self, *, client: Any, mails_url: str, effects_url: str) -> None:
        self._client = client
        self._mails_url = mails_url
        self._effects_url = effects_url

    def nudge(self, effects: Sequence[Effect], *, request_id: str) -> None:
        """See Queue."""
        if not effects:
            return
        only_mails = all(effect.kind is EffectKind.MAIL for effect in effects)
        url = self._mails_url if only_mails else self._effects_url
        self._nudge(
            url, [{"effect": effect.id, "kind": effect.kind, "request_id": request_id} for effect in effects]
        )

    def nudge_mails(self, effect_ids: Sequence[str], *, request_id: str) -> None:
        """See Queue."""
        self._nudge(
            self._mails_url,
            [{"effect": each, "kind": EffectKind.MAIL, "request_id": request_id} for each in effect_ids],
        )

    def look_again(self, *, neighbor: str, reference: str, request_id: str) -> None:
        """See Queue."""
        told = {"look_again": neighbor, "reference": reference, "request_id": request_id}
        try:
            lost = self._send(self._effects_url, [told])
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("queue", type(error).__name__) from error
        if lost:
            raise Unavailable("queue", "not taken")

    def _nudge(self, url: str, bodies: Sequence[dict[str, Any]]) -> None:
        """A nudge that is lost costs minutes, and nobody's request: what it is about is in the outbox."""
        try:
            lost = self._send(url, bodies)
        except (BotoCoreError, ClientError):
            lost = len(bodies)
        if lost:
            log.warning("nudges lost", extra={"lost": lost})
            count("nudge_lost", lost)

    def _send(self, url: str, bodies: Sequence[dict[str, Any]]) -> int:
        """Send messages; answers how many of them SQS has not taken."""
        entries = [{"Id": str(n), "MessageBody": json.dumps(body)} for n, body in enumerate(bodies)]
        lost = 0
        for start in range(0, len(entries), BATCH):
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries[start : start + BATCH])
            lost += len(answer.get("Failed", []))
        return lost
