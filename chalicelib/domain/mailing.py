"""What becomes of a mail once it is handed over: what is said of it, and which addresses get no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from chalicelib.domain.effects import Effect


class News(StrEnum):
    """What is said of one mail."""

    SENT = "sent"  # taken, and on its way
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"  # for good: there is no such mailbox
    SOFT_BOUNCED = "soft_bounced"  # for now: the mailbox is full, or the line was bad
    COMPLAINED = "complained"  # its reader calls it spam
    NOT_SPAM = "not_spam"  # its reader takes that back
    REJECTED = "rejected"  # taken, and then not sent
    NOT_RENDERED = "not_rendered"


class SuppressionReason(StrEnum):
    """Why an address gets no more mails."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


NOT_SENT: Final = frozenset({News.REJECTED, News.NOT_RENDERED})  # everything else is only said of what was
SUPPRESSES: Final[Mapping[News, SuppressionReason]] = {
    News.BOUNCED: SuppressionReason.BOUNCE,
    News.COMPLAINED: SuppressionReason.COMPLAINT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEvent:
    """One thing that is said of a mail; `effect_id` is None where it names none of our effects."""

    news: News
    effect_id: str | None
    message_id: str
    detail: str | None = None  # the provider's own word for the kind of bounce or complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """That an address gets no mails, and which mail's fate was the reason."""

    id: str
    email: str
    reason: SuppressionReason
    detail: str | None
    at: datetime
    template: str
    subscription_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How we stand with an address: what suppresses it, or when an operator has lifted that."""

    suppression_id: str | None = None
    lifted_at: datetime | None = None

    def heeds(self, *, sent_at: datetime) -> bool:
        """Whether a bounce of a mail that was sent then still says anything about the address."""
        return self.suppression_id is None and (self.lifted_at is None or sent_at > self.lifted_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What is noted of a mail's way, in the notes of its effect."""

    message_id: str | None = None  # under which the provider has it
    sent_at: datetime | None = None
    not_sent: tuple[str, ...] = ()  # the messages of it that were taken, and then not sent
    suppression_id: str | None = None  # what it was held back for

    @classmethod
    def of(cls, effect: Effect) -> Posted:
        """As the effect's notes have it."""
        memo, sent_at = effect.memo, effect.memo.get("sent_at")
        return cls(
            message_id=memo.get("message_id"),
            sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
            not_sent=tuple(memo.get("not_sent", ())),
            suppression_id=memo.get("suppression_id"),
        )

    def memo(self) -> Mapping[str, Any]:
        """As notes."""
        noted = {
            "message_id": self.message_id,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "not_sent": list(self.not_sent),
            "suppression_id": self.suppression_id,
        }
        return {name: value for name, value in noted.items() if value}

    def may_be(self, message_id: str) -> bool:
        """Whether what is said of a message concerns the mail as it stands, and not an earlier try."""
        return self.message_id in (None, message_id) and message_id not in self.not_sent
