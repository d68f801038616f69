"""Our account at Stripe: one errand at a time, each request under its key, all of it within its time.

The official library signs, versions and encodes; what travels goes over our own transport, so that the time
of an errand holds, and the repeating is done here. Its raw requests are used, not its classes: we read a
handful of fields, and a cold start would pay for all the others.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from chalicelib.gateways.stripe.answers import NEIGHBOR, Failure, KeySpent, Problem, failure_of, read
from chalicelib.gateways.transport import Budget, NoReply, Reply, Transport
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.observability import count, log

if TYPE_CHECKING:
    from stripe import StripeClient

API_VERSION: Final = "2026-10-28.endive"
KEYS_HOLD: Final = timedelta(hours=23)  # Stripe promises 24; with an older key, look before asking again
ERRAND_SECONDS: Final = 12.0
REQUEST_SECONDS: Final = 6.0
REPEATS: Final = 2
FIRST_WAIT_SECONDS: Final = 0.5
PAGE: Final = 100

_ID: Final = re.compile(r"[A-Za-z0-9_]{1,255}", re.ASCII)
_ON_THE_WIRE: Final = ("Authorization", "Content-Type", "Idempotency-Key", "Stripe-Version")

# Names that the library's raw requests take for options of its own, and silently leave out of the fields.
_TAKEN: Final = frozenset(
    {
        "api_key",
        "base",
        "content_type",
        "headers",
        "idempotency_key",
        "max_network_retries",
        "stripe_account",
        "stripe_context",
        "stripe_version",
        "usage",
    }
)

_running: ContextVar[Errand] = ContextVar("running")


def at(*parts: str) -> str:
    """The path of an object; what cannot be an id is not there, and never becomes a part of a path."""
    for part in parts:
        if not _ID.fullmatch(part):
            raise Problem(status=404, error={"code": "resource_missing"})
    return "/v1/" + "/".join(parts)


class StripeAccount:
    """Our account at Stripe, which the payments, the taxes and the payouts share."""

    def __init__(
        self,
        *,
        transport: Transport,
        secret_key: Callable[[], str],
        url: str = "https://api.stripe.com",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.transport = transport
        self._secret_key = secret_key
        self._url = url
        self._pause = pause
        self._client: StripeClient | None = None

    @contextmanager
    def errand(self, *, otherwise: type[Unavailable | Refused] = Unavailable) -> Iterator[Errand]:
        """A few requests that belong together; a no that nobody foresaw is raised as `otherwise`."""
        errand = Errand(self, Budget(ERRAND_SECONDS, pause=self._pause))
        try:
            yield errand
        except Problem as problem:
            facts = {"error": str(problem), "param": problem.param}
            log.error("the payment provider refuses us", extra=facts)
            if problem.misconfigured:
                count("payments_misconfigured")
                otherwise = Unavailable
            raise (OutcomeUnknown if errand.in_doubt else otherwise)(NEIGHBOR, str(problem)) from None
        except Unavailable as trouble:
            if errand.in_doubt:
                raise OutcomeUnknown(NEIGHBOR, "what was done could not be looked up") from trouble
            raise

    def raw(self, method: str, path: str, fields: Mapping[str, Any], *, key: str | None) -> dict[str, Any]:
        """One request through the official library, carried by the running errand."""
        if _TAKEN & fields.keys():
            raise ValueError(f"the library would keep {_TAKEN & fields.keys()} for itself")
        if self._client is None:
            self._client = _official(self._url)
        options = {"api_key": self._secret_key(), **({"idempotency_key": key} if key else {})}
        answer: dict[str, Any] = self._client.raw_request(method, path, **fields, **options).data
        return answer


class Errand:
    """A few requests that belong together, in one budget of time.

    While it is `in_doubt`, something may have been done already: then nothing that fails left all as it was.
    """

    def __init__(self, account: StripeAccount, budget: Budget) -> None:
        self._account = account
        self._budget = budget
        self.in_doubt = False

    def get(self, path: str, **fields: Any) -> dict[str, Any]:
        """Read; raises Problem or Unavailable."""
        return self._ask("get", path, fields, key=None)

    def listed(self, path: str, **fields: Any) -> Iterator[dict[str, Any]]:
        """Everything in a list, newest first, page after page."""
        after: dict[str, str] = {}
        while True:
            page = self.get(path, limit=PAGE, **fields, **after)
            yield from page["data"]
            if not page.get("has_more") or not page["data"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}

    def post(self, path: str, *, key: str | None, **fields: Any) -> dict[str, Any]:
        """Change something, once per key; raises Problem, Unavailable or OutcomeUnknown.

        Without a key the library makes one up: what is then asked again is another request.
        """
        try:
            return self._ask("post", path, fields, key=key)
        except KeySpent:
            self.in_doubt = True
            raise
        except Problem as problem:
            self.in_doubt = self.in_doubt or problem.other_request
            raise

    def _ask(self, method: str, path: str, fields: Mapping[str, Any], *, key: str | None) -> dict[str, Any]:
        token = _running.set(self)
        try:
            return self._account.raw(method, path, fields, key=key)
        finally:
            _running.reset(token)

    def carry(self, *, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """Send until there is an answer to use, with the same key, while there is time."""
        changes = method != "GET"
        facts = {
            "path": urlsplit(url).path,  # without the query, which may hold an address
            "idempotency_key": headers.get("Idempotency-Key"),
        }
        code, perhaps_done = "", False
        for tries in range(1 + REPEATS):
            try:
                outcome = self._once(method=method, url=url, headers=headers, body=body, facts=facts)
            except Problem as problem:
                if perhaps_done and problem.misconfigured:
                    raise OutcomeUnknown(NEIGHBOR, str(problem)) from None
                raise
            if isinstance(outcome, Reply):
                return outcome
            code = outcome.code
            perhaps_done = perhaps_done or (changes and outcome.perhaps_done)
            if changes and outcome.key_spent:
                raise KeySpent(NEIGHBOR, code)
            # Spread out, so that those who were turned away together do not come back together.
            wait = max(outcome.wait, FIRST_WAIT_SECONDS * 2**tries * random.uniform(1, 1.5))  # noqa: S311
            if not outcome.worth_repeating or tries == REPEATS or not self._budget.wait(wait):
                break
        raise (OutcomeUnknown if perhaps_done else Unavailable)(NEIGHBOR, code)

    def _once(
        self,
        *,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        facts: Mapping[str, str | None],
    ) -> Reply | Failure:
        """One try."""
        try:
            reply = self._account.transport.send(
                method=method,
                url=url,
                headers=headers,
                body=body,
                seconds=self._budget.share(REQUEST_SECONDS),
            )
        except NoReply as lost:
            log.warning("the payment provider did not answer", extra={**facts, "sent": lost.sent})
            return failure_of(lost)
        facts = {**facts, "provider_request_id": reply.headers.get("request-id")}
        try:
            outcome = read(reply)
        except Problem as problem:
            log.info("the payment provider said no", extra={**facts, "error": str(problem)})
            raise
        if isinstance(outcome, Failure):
            extra = {**facts, "status": outcome.status, "error": outcome.code}
            log.warning("the payment provider failed", extra=extra)
            return outcome
        return reply


def _official(url: str) -> StripeClient:
    """The official client over our transport: it repeats nothing, measures nothing and tells nobody."""
    import stripe

    class Line(stripe.HTTPClient):
        """What the library sends, carried by the errand that is running."""

        name = "seatwise"

        def request(
            self,
            method: str,
            url: str,
            headers: Mapping[str, str] | None,
            post_data: Any = None,
            *,
            _usage: list[str] | None = None,
        ) -> tuple[str, int, Mapping[str, str]]:
            given = headers or {}
            reply = _running.get().carry(
                method=method.upper(),
                url=url,
                # No more than the request needs: the library would also describe the machine it runs on.
                headers={name: given[name] for name in _ON_THE_WIRE if name in given},
                body=None if post_data is None else str(post_data).encode(),
            )
            return reply.body.decode(), reply.status, {}

    stripe.enable_telemetry = False
    logging.getLogger("stripe").disabled = True  # it logs addresses and bodies
    return stripe.StripeClient(
        "given with each request",
        stripe_version=API_VERSION,
        base_addresses={"api": url.rstrip("/")},
        max_network_retries=0,
        http_client=Line(),
    )
