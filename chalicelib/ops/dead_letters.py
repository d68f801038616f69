"""Messages that nobody could work through: what they were about, and another try."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from chalicelib.ops.account import Account, Lacking

LOOKED_AT_SECONDS: Final = 120  # for so long nobody else sees what is being looked at
BATCH: Final = 10  # messages that SQS gives or takes in one call


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterQueue:
    """A queue of dead letters, and the one that they came from; None for the schedules."""

    name: str
    resource: str
    source: str | None


QUEUES: Final[Mapping[str, DeadLetterQueue]] = {
    each.name: each
    for each in (
        DeadLetterQueue(name="mails", resource="MailsDeadLetters", source="MailsQueue"),
        DeadLetterQueue(name="effects", resource="EffectsDeadLetters", source="EffectsQueue"),
        DeadLetterQueue(name="mail-events", resource="MailEventsDeadLetters", source="MailEventsQueue"),
        DeadLetterQueue(name="sweeps", resource="SweepsDeadLetters", source=None),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One dead letter; `about` is what of it may be shown, and never an address."""

    id: str
    sent_at: datetime
    receives: int
    about: str
    error: str | None
    body: str
    receipt: str
    target: str | None  # the function that it was for, where it was for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What became of the letters that were to be replayed."""

    sent: tuple[Letter, ...]
    left: tuple[Letter, ...]  # nobody can tell where they belong

    def missing(self, wanted: Collection[str]) -> list[str]:
        """The ids that were asked for and not found."""
        return sorted(set(wanted) - {letter.id for letter in (*self.sent, *self.left)})


class DeadLetters:
    """The dead letters of one queue of a stage."""

    def __init__(self, account: Account, queue: DeadLetterQueue, *, patience: int) -> None:
        self._account = account
        self._queue = queue
        self._sqs = account.client("sqs")
        self._url = account.resource(queue.resource)
        self._patience = patience  # seconds that SQS looks for messages, before it says that there are none

    def list(self) -> list[Letter]:
        """All that are there, oldest first; they stay, and can be taken at once by whoever comes next."""
        letters = list(self._receive())
        self._let_go(letters)
        return sorted(letters, key=lambda letter: letter.sent_at)

    def replay(self, ids: Collection[str] | None) -> Replayed:
        """Another try for these, or for all: sent to where they came from, and only then removed here.

        Killed in between, a letter is there twice; whoever works through it knows what is done already.
        """
        sent, left, others = [], [], []
        try:
            for letter in self._receive():
                if ids is not None and letter.id not in ids:
                    others.append(letter)
                elif self._send(letter):
                    self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)
                    sent.append(letter)
                else:
                    left.append(letter)
        finally:
            self._let_go([*left, *others])
        return Replayed(sent=tuple(sent), left=tuple(left))

    def _send(self, letter: Letter) -> bool:
        if self._queue.source is not None:
            url = self._account.resource(self._queue.source)
            self._sqs.send_message(QueueUrl=url, MessageBody=letter.body)
            return True
        if letter.target is None:
            return False
        self._account.invoke(letter.target, _payload(letter.body))
        return True

    def _receive(self) -> Iterator[Letter]:
        known = set()
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=LOOKED_AT_SECONDS,
                WaitTimeSeconds=self._patience,
                AttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
                MessageAttributeNames=["All"],
            )
            fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in known]
            known |= {each["MessageId"] for each in fresh}
            yield from (_letter(each) for each in fresh)
            if not fresh:
                return

    def _let_go(self, letters: Collection[Letter]) -> None:
        entries = [
            {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
            for number, letter in enumerate(letters)
        ]
        for start in range(0, len(entries), BATCH):
            self._sqs.change_message_visibility_batch(
                QueueUrl=self._url, Entries=entries[start : start + BATCH]
            )


def named(name: str) -> DeadLetterQueue:
    """A queue by the name that the operator gives it."""
    if name not in QUEUES:
        raise Lacking(f"There is no queue {name}: {', '.join(QUEUES)}.")
    return QUEUES[name]


def _letter(message: Mapping[str, Any]) -> Letter:
    attributes = {
        name: each.get("StringValue") for name, each in message.get("MessageAttributes", {}).items()
    }
    body, system = message["Body"], message["Attributes"]
    said = _read(body)
    return Letter(
        id=message["MessageId"],
        sent_at=datetime.fromtimestamp(int(system["SentTimestamp"]) / 1000, UTC),
        receives=int(system["ApproximateReceiveCount"]),
        about=_about(said),
        error=attributes.get("ERROR_CODE") or said.get("requestContext", {}).get("condition"),
        body=body,
        receipt=message["ReceiptHandle"],
        target=attributes.get("TARGET_ARN") or said.get("requestContext", {}).get("functionArn"),
    )


def _read(body: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _payload(body: str) -> dict[str, Any]:
    """What the function was given: the message itself, or, of a run that failed, what it was run with."""
    said = _read(body)
    return dict(said.get("requestPayload", said))


def _about(said: Mapping[str, Any]) -> str:
    """Ids and kinds; of what a neighbor has said about a mail, no address."""
    match said:
        case {"effect": str(effect)}:
            return effect
        case {"look_again": str(neighbor), "reference": str(reference)}:
            return f"{neighbor} {reference}"
        case {"requestPayload": dict(payload)}:
            return _about(payload)
        case {"detail-type": str(kind), "detail": {"mail": {"messageId": str(message_id)}}}:
            return f"{kind} {message_id}"
        case {"detail-type": str(kind), "resources": [str(resource), *_]}:
            return f"{kind} {resource.rpartition('/')[2]}"
        case {"detail-type": str(kind)}:
            return kind
        case _:
            return "cannot be read"
