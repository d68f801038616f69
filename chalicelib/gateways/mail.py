"""Mail through Amazon SES."""

from __future__ import annotations

from typing import Any, Final, Protocol
from urllib.parse import quote, unquote

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Trouble, Unavailable

_REFUSED = {
    "MessageRejected",
    "MailFromDomainNotVerifiedException",
    "BadRequestException",
    "NotFoundException",
}
_NEVER_ARRIVED = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)
_FAULT_OF_SES: Final = 500  # and above: it may have sent the mail before it failed


class Mail(Protocol):
    """Whoever delivers mail."""

    def send(
        self, *, effect_id: str, template: str, locale: str, to: str, subject: str, text: str, html: str
    ) -> str:
        """Hand a mail over; answers the provider's message id.

        Raises Refused, Unavailable, or OutcomeUnknown when it may have gone out.
        """


class SesMail:
    """Amazon SES; the effect's id travels as a tag, so that a send event can settle it."""

    def __init__(self, *, client: Any, sender: str, support: str, configuration_set: str | None) -> None:
        self._client = client
        self._sender = sender
        self._support = support
        self._configuration_set = configuration_set

    def send(
        self, *, effect_id: str, template: str, locale: str, to: str, subject: str, text: str, html: str
    ) -> str:
        """See Mail."""
        extra = {"ConfigurationSetName": self._configuration_set} if self._configuration_set else {}
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                ReplyToAddresses=[self._support],
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": text, "Charset": "UTF-8"},
                            "Html": {"Data": html, "Charset": "UTF-8"},
                        },
                    }
                },
                EmailTags=[
                    {"Name": "effect", "Value": tag_of(effect_id)},
                    {"Name": "template", "Value": template},
                    {"Name": "locale", "Value": locale},
                ],
                **extra,
            )
        except ClientError as error:
            raise _trouble(error) from error
        except _NEVER_ARRIVED as error:
            raise Unavailable("mail", type(error).__name__) from error
        except BotoCoreError as error:
            raise OutcomeUnknown("mail", type(error).__name__) from error
        return str(answer["MessageId"])


def tag_of(effect_id: str) -> str:
    """An effect's id as a tag, which may have letters, digits, `_` and `-`: the rest is percent-encoded.

    The sign for that is `-`, because `%` is not allowed either.
    """
    escaped = quote(effect_id, safe="")
    for kept in "-.~":  # which nothing else would escape
        escaped = escaped.replace(kept, f"%{ord(kept):02X}")
    return escaped.replace("%", "-")


def effect_of(tag: str) -> str | None:
    """The effect's id that a tag was made of; None if none was."""
    effect_id = unquote(tag.replace("-", "%"))
    return effect_id if tag_of(effect_id) == tag else None


def _trouble(error: ClientError) -> Trouble:
    code = error.response["Error"]["Code"]
    if code in _REFUSED:
        return Refused("mail", code)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return OutcomeUnknown("mail", code) if status >= _FAULT_OF_SES else Unavailable("mail", code)
