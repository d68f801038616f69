"""What SES says of mails: its events, as EventBridge hands them on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from chalicelib.domain.mailing import MailEvent, News
from chalicelib.gateways.mail import effect_of

_NEWS: Final = {
    "send": News.SENT,
    "delivery": News.DELIVERED,
    "deliverydelay": News.DELAYED,
    "reject": News.REJECTED,
    "renderingfailure": News.NOT_RENDERED,
}
_WORD: Final = re.compile(r"[A-Za-z-]{1,60}")


class Unreadable(Exception):
    """This is no event of SES, or SES has changed its form: somebody has to look at it."""


class _Mail(msgspec.Struct):
    messageId: str  # noqa: N815  (here and below SES's own names)
    tags: dict[str, list[str]] = {}


class _Bounce(msgspec.Struct):
    bounceType: str  # noqa: N815
    bounceSubType: str | None = None  # noqa: N815


class _Complaint(msgspec.Struct):
    complaintFeedbackType: str | None = None  # noqa: N815


class _Detail(msgspec.Struct):
    eventType: str  # noqa: N815
    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None


class _Notice(msgspec.Struct):
    detail: _Detail


def read(notice: Mapping[str, Any]) -> MailEvent | None:
    """What an event says; None for what is not about a mail's way, such as that it was opened.

    Addresses are left where they are: whom a mail went to is known from its effect.
    """
    try:
        detail = msgspec.convert(notice, _Notice).detail
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from None
    news, word = _news(detail)
    if news is None:
        return None
    tag = next(iter(detail.mail.tags.get("effect", ())), None)
    return MailEvent(
        news=news,
        effect_id=effect_of(tag) if tag is not None else None,
        message_id=detail.mail.messageId,
        detail=word if word and _WORD.fullmatch(word) else None,
    )


def _news(detail: _Detail) -> tuple[News | None, str | None]:
    name = detail.eventType.replace(" ", "").lower()
    if name == "bounce" and detail.bounce is not None:
        hard = detail.bounce.bounceType == "Permanent"
        return News.BOUNCED if hard else News.SOFT_BOUNCED, detail.bounce.bounceSubType
    if name == "complaint":
        word = detail.complaint.complaintFeedbackType if detail.complaint is not None else None
        return News.NOT_SPAM if word == "not-spam" else News.COMPLAINED, word
    return _NEWS.get(name), None
