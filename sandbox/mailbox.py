"""The mailbox of everybody: each mail goes through SES as the product sends it, and is kept to be read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chalicelib.gateways.clock import Clock
from chalicelib.gateways.mail import Mail
from sandbox.clock import written
from sandbox.faults import Faults

NEIGHBOR: Final = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail that was delivered."""

    id: str
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
