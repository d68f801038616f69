"""Mail through Amazon SES."""

from __future__ import annotations

from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable

_REFUSED = {
    "MessageRejected",
    "MailFromDomainNotVerifiedException",
    "BadRequestException",
    "NotFoundException",
}


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
                    {"Name": "effect", "Value": effect_id.replace(".", "-")},
                    {"Name": "template", "Value": template},
                    {"Name": "locale", "Value": locale},
                ],
                **extra,
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            kind = Refused if code in _REFUSED else Unavailable
            raise kind("mail", code) from error
        except BotoCoreError as error:
            raise OutcomeUnknown("mail", type(error).__name__) from error
        return str(answer["MessageId"])
