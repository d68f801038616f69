"""The mailbox of everybody: each mail goes through SES as the product sends it, and is kept to be read.

What SES says of its mails it says here, too: of each that it was sent, and what happens to it later if asked.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from chalicelib.gateways.clock import Clock
from chalicelib.gateways.mail import Mail, tag_of
from sandbox.aws import ACCOUNT, REGION
from sandbox.clock import written
from sandbox.faults import Faults

NEIGHBOR: Final = "mail"


class Fate(StrEnum):
    """What can happen to a mail after it was sent."""

    DELIVERY = "delivery"
    BOUNCE = "bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    REJECT = "reject"


_Says = tuple[str, str, dict[str, Any]]  # the event's name at EventBridge, its type, and what SES adds to it

_SENT: Final[_Says] = ("Email Sent", "Send", {"send": {}})
_COMPLAINT: Final = {"complaintSubType": None, "complaintFeedbackType": "abuse"}
_FATES: Final[dict[Fate, _Says]] = {
    Fate.DELIVERY: ("Email Delivered", "Delivery", {"delivery": {"smtpResponse": "250 ok"}}),
    Fate.BOUNCE: (
        "Email Bounced",
        "Bounce",
        {"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}},
    ),
    Fate.SOFT_BOUNCE: (
        "Email Bounced",
        "Bounce",
        {"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}},
    ),
    Fate.COMPLAINT: ("Email Complaint Received", "Complaint", {"complaint": _COMPLAINT}),
    Fate.REJECT: ("Email Rejected", "Reject", {"reject": {"reason": "Bad content"}}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail that was delivered."""

    id: str
    message_id: str  # SES's
    effect_id: str
    template: str
    locale: str
    to: str
    subject: str
    text: str
    html: str
    sent_at: datetime

    def shown(self) -> dict[str, Any]:
        """The mail as the sandbox's route shows it."""
        return {
            "id": self.id,
            "template": self.template,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "sent_at": written(self.sent_at),
            "locale": self.locale,
        }


class Mailbox:
    """Whoever delivers mail in the sandbox; see `chalicelib.gateways.mail.Mail`."""

    def __init__(self, *, through: Callable[[], Mail], clock: Clock) -> None:
        self.faults = Faults(NEIGHBOR)
        self._through = through
        self._clock = clock
        self._letters: list[Letter] = []
        self._events: deque[dict[str, Any]] = deque()
        self._lock = threading.Lock()

    def send(
        self, *, effect_id: str, template: str, locale: str, to: str, subject: str, text: str, html: str
    ) -> str:
        """See Mail."""

        def work() -> str:
            message_id = self._through().send(
                effect_id=effect_id,
                template=template,
                locale=locale,
                to=to,
                subject=subject,
                text=text,
                html=html,
            )
            with self._lock:
                letter = Letter(
                    id=f"mail_{len(self._letters) + 1:06d}",
                    message_id=message_id,
                    effect_id=effect_id,
                    template=template,
                    locale=locale,
                    to=to,
                    subject=subject,
                    text=text,
                    html=html,
                    sent_at=self._clock.now(),
                )
                self._letters.append(letter)
            self._say(letter, _SENT)
            return message_id

        return self.faults.around("send", work)

    def letters(self, *, to: str | None = None, template: str | None = None) -> list[Letter]:
        """What was delivered, oldest first; to one address, or of one template, if asked so."""
        with self._lock:
            kept = list(self._letters)
        return [
            letter
            for letter in kept
            if (to is None or letter.to.lower() == to.lower())
            and (template is None or letter.template == template)
        ]

    # --- what SES says -------------------------------------------------------------------------------

    def happens(self, letter: Letter, fate: Fate | str) -> None:
        """Something happens to a mail that was sent, and SES says so."""
        self._say(letter, _FATES[Fate(fate)])

    @property
    def has_events(self) -> bool:
        """Whether something was said that nobody has taken."""
        return bool(self._events)

    def take_events(self) -> list[dict[str, Any]]:
        """What SES has said since this was last asked, as EventBridge hands it on."""
        with self._lock:
            taken = list(self._events)
            self._events.clear()
        return taken

    def _say(self, letter: Letter, says: _Says) -> None:
        name, kind, added = says
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": name,
            "source": "aws.ses",
            "account": ACCOUNT,
            "time": written(self._clock.now()),
            "region": REGION,
            "resources": [],
            "detail": {
                "eventType": kind,
                "mail": {
                    "timestamp": written(letter.sent_at),
                    "messageId": letter.message_id,
                    "destination": [letter.to],
                    "tags": {
                        "effect": [tag_of(letter.effect_id)],
                        "template": [letter.template],
                        "locale": [letter.locale],
                    },
                },
                **added,
            },
        }
        with self._lock:
            self._events.append(event)
