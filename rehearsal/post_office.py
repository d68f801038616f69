"""Between the mailer and SES: hands each mail on as it came, and keeps it, with what SES would say of it."""

from __future__ import annotations

import json
import threading
from typing import Any, Final

import urllib3

from chalicelib.gateways.clock import Clock
from chalicelib.gateways.mail import effect_of
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Trouble
from sandbox.exchange import Request, Response
from sandbox.mailbox import Mailbox
from sandbox.simulators.serving import Silence

SECONDS: Final = 20
SEND: Final = "/v2/email/outbound-emails"
KEPT_HEADERS: Final = {"content-type", "x-amzn-requestid", "x-amzn-errortype"}


class PostOffice:
    """SES behind a counter, for the mailer a `Simulator`, for the mailbox a `Mail`."""

    def __init__(self, *, ses: str) -> None:
        self._ses = ses
        self._pool = urllib3.PoolManager(retries=False)
        self._mailbox: Mailbox | None = None
        self._counter = threading.local()  # who is being served: the request, then SES's answer

    def open(self, *, clock: Clock) -> Mailbox:
        """A new and empty mailbox, into which everything goes from now on."""
        self._mailbox = Mailbox(through=lambda: self, clock=clock)
        return self._mailbox

    def answer(self, request: Request) -> Response:
        """What SES answers; what is planned for the mailbox may come between."""
        if request.path != SEND or self._mailbox is None:
            return self._handed_on(request)
        self._counter.request, self._counter.answer = request, None
        try:
            self._mailbox.send(**_letter(json.loads(request.body)))
        except OutcomeUnknown as unknown:
            raise Silence from unknown
        except Trouble:
            return self._counter.answer or Response(status=429, body=b"{}")
        answered: Response = self._counter.answer
        return answered

    def send(self, **_: Any) -> str:
        """See Mail: the letter that is being served, as it came."""
        answered = self._counter.answer = self._handed_on(self._counter.request)
        if answered.status != 200:  # noqa: PLR2004
            raise Refused("mail", str(answered.status))
        return str(json.loads(answered.body)["MessageId"])

    def _handed_on(self, request: Request) -> Response:
        """The signature covers the caller's own Host header, so it goes along."""
        answered = self._pool.request(
            request.method,
            self._ses + request.target,
            headers=dict(request.headers),
            body=request.body or None,
            timeout=SECONDS,
        )
        headers = {name: value for name, value in answered.headers.items() if name.lower() in KEPT_HEADERS}
        return Response(status=answered.status, headers=headers, body=answered.data)


def _letter(asked: dict[str, Any]) -> dict[str, str]:
    """What `Mail.send` was told by the mailer."""
    tags = {each["Name"]: each["Value"] for each in asked["EmailTags"]}
    simple = asked["Content"]["Simple"]
    (to,) = asked["Destination"]["ToAddresses"]
    return {
        "effect_id": effect_of(tags["effect"]) or "",
        "template": tags["template"],
        "locale": tags["locale"],
        "to": to,
        "subject": simple["Subject"]["Data"],
        "text": simple["Body"]["Text"]["Data"],
        "html": simple["Body"]["Html"]["Data"],
    }
