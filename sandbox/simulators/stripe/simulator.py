"""Stripe, as far as the product speaks to it: one object that answers requests and keeps everything."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sandbox.exchange import Request, Response
from sandbox.simulators.notices import Mischief, Notice
from sandbox.simulators.serving import Silence
from sandbox.simulators.stripe import connect, disputes, intents, ledger, refunds, routes, setups
from sandbox.simulators.stripe.books import Books, Clock, shown
from sandbox.simulators.stripe.fields import read
from sandbox.simulators.stripe.keys import Keys
from sandbox.simulators.stripe.ledger import Entry, Kind
from sandbox.simulators.stripe.lists import answered, check_paths
from sandbox.simulators.stripe.wire import API_VERSION, Call, Object, StripeError, form, written

SECRET_KEY: Final = "sk_test_sandbox"
CUT: Final = 3  # how many more requests with its key go unanswered, so that nobody learns what became of it

_CHARGES: Final = re.compile(r"/v1/payment_intents/[^/]+/confirm")


class Outcome(StrEnum):
    """What becomes of a charge, whatever the card says."""

    DECLINE = "decline"
    ERROR = "error"  # nothing was done
    TIMEOUT = "timeout"  # it was done, and the answer is lost


class StripeSimulator:
    """A Stripe of one's own; see Simulator. It lives by the clock that it is given, and no other."""

    def __init__(
        self,
        *,
        clock: Clock,
        webhook_secret: Callable[[], str],
        seed: int = 0,
        secret_key: str = SECRET_KEY,
    ) -> None:
        self._books = Books(clock=clock, webhook_secret=webhook_secret, seed=seed)
        self._keys = Keys()
        self._secret_key = secret_key
        self._next: deque[Outcome] = deque()
        self._cut: Counter[str] = Counter()
        self._lock = threading.RLock()

    # --- over HTTP -----------------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        """See Simulator."""
        with self._lock:
            self._books.catch_up()
            headers = {"Request-Id": self._books.id("req", length=14)}
            key = request.header("idempotency-key") if request.method == "POST" else None
            if key:
                headers["Idempotency-Key"] = key
            try:
                return self._answer(request, key=key, headers=headers)
            except StripeError as error:
                return _refused(error, headers)

    def remember(self, request: Request, response: Response) -> None:
        """See Remembering: a failure after the work is saved under its key, as any first answer is."""
        with self._lock:
            self._keys.spoil(request, response)

    def _answer(self, request: Request, *, key: str | None, headers: Mapping[str, str]) -> Response:
        self._check_caller(request)
        found = routes.find(request.method, request.path)
        if found is None:
            raise StripeError(
                f"Unrecognized request URL ({request.method}: {request.path}). Please see "
                "https://stripe.com/docs or we can help at https://support.stripe.com/.",
                status=404,
                saved=False,
            )
        route, args = found
        given = form(request)
        if key is not None:
            self._keys.saw(key)
            if self._cut[key] > 0:
                self._cut[key] -= 1
                raise Silence
            replayed = self._keys.replay(key, path=request.path, params=given, at=self._books.now())
            if replayed is not None:
                return replayed
        params = read(given, route.fields)
        check_paths(params.get("expand", []))
        outcome = self._planned_for(request, params)
        if outcome is Outcome.ERROR:
            error = StripeError("An unknown error occurred.", status=500, kind="api_error", saved=False)
            return _refused(error, {**headers, "Stripe-Should-Retry": "false"})
        call = Call(
            request_id=headers["Request-Id"],
            key=key,
            args=args,
            params=params,
            declined=outcome is Outcome.DECLINE,
        )
        response, saved = self._carried_out(route, call, headers)
        if key is not None and saved:
            self._keys.save(key, path=request.path, params=given, response=response, at=self._books.now())
        if outcome is Outcome.TIMEOUT:
            if key is not None:
                self._cut[key] = CUT
            raise Silence
        return response

    def _carried_out(
        self, route: routes.Route, call: Call, headers: Mapping[str, str]
    ) -> tuple[Response, bool]:
        """The answer to a call that has begun, and whether its key keeps it."""
        self._books.call = call
        try:
            thing = route.handler(self._books, call)
            body: Object = answered(self._books, thing, call.params.get("expand", []))
            return written(200, body, headers), True
        except StripeError as error:
            return _refused(error, headers), error.saved
        finally:
            self._books.call = None

    def _check_caller(self, request: Request) -> None:
        scheme, _, given = (request.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not given:
            raise StripeError(
                "You did not provide an API key. You need to provide your API key in the Authorization "
                "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
                status=401,
                saved=False,
            )
        if given.strip() != self._secret_key:
            raise StripeError(
                f"Invalid API Key provided: {given[:8]}{'*' * max(4, len(given) - 8)}",
                status=401,
                saved=False,
            )
        version = request.header("stripe-version")
        if version != API_VERSION:
            raise StripeError(f"Invalid Stripe API version: {version}", saved=False)

    def _planned_for(self, request: Request, params: Mapping[str, Any]) -> Outcome | None:
        """What is planned for this request, if it is one that charges."""
        charges = params.get("confirm", False) if request.path == "/v1/payment_intents" else None
        if request.method != "POST" or not (charges or _CHARGES.fullmatch(request.path)):
            return None
        return self._next.popleft() if self._next else None

    # --- trouble to order ----------------------------------------------------------------------------

    def plan(self, outcome: Outcome | str, *, count: int = 1) -> None:
        """What becomes of the next charges."""
        with self._lock:
            self._next.extend([Outcome(outcome)] * count)

    @property
    def planned(self) -> list[str]:
        """What is planned for the next charges."""
        with self._lock:
            return [each.value for each in self._next]

    def hold_key(self, key: str, *, count: int = 1) -> None:
        """Answer the next `count` requests with this key as if the first one were still running."""
        with self._lock:
            self._keys.hold(key, count=count)

    # --- notices -------------------------------------------------------------------------------------

    @property
    def notices(self) -> Mischief:
        """The mischief of the notices' way."""
        return self._books.mischief

    def take_notice(self, at: datetime) -> Notice | None:
        """The next notice whose moment has come, signed for this instant."""
        with self._lock:
            self._books.catch_up()
            return self._books.outbox.take(at)

    def has_notices(self, at: datetime) -> bool:
        """Whether a notice's moment has come."""
        with self._lock:
            self._books.catch_up()
            return self._books.outbox.has(at)

    def next_notice_at(self) -> datetime | None:
        """When something is to be told, or happens by itself."""
        with self._lock:
            return self._books.next_at()

    def send_again(self, notice: Notice, *, at: datetime) -> None:
        """Deliver a notice once more: the product did not take it."""
        self._books.outbox.again(notice, at=at)

    # --- what the cardholder does in the browser, with Stripe.js ---------------------------------------

    def authenticate(
        self, client_secret: str, *, ok: bool = True, payment_method: str | None = None
    ) -> Object:
        """Confirm a payment on the page, and prove to be the cardholder, or fail to; the intent after it.

        Raises StripeError for an unknown secret and for an intent that waits for nobody. A card that is
        declined leaves its `last_payment_error` in the intent.
        """
        with self._lock:
            self._books.catch_up()
            intent = intents.by_secret(self._books, "payment_intent", client_secret)
            try:
                intents.authenticate(self._books, intent, ok=ok, payment_method=payment_method)
            except StripeError as error:
                if error.kind != "card_error":
                    raise
            return self._shown(intent)

    def finish_setup(
        self, client_secret: str, payment_method: str | None = "pm_card_visa", *, ok: bool = True
    ) -> Object:
        """Name the card that is to be kept, and prove to be its holder, or fail to; the setup after it.

        Raises StripeError as `authenticate` does.
        """
        with self._lock:
            self._books.catch_up()
            setup = intents.by_secret(self._books, "setup_intent", client_secret)
            try:
                setups.finish(self._books, setup, payment_method=payment_method, ok=ok)
            except StripeError as error:
                if error.kind != "card_error":
                    raise
            return self._shown(setup)

    # --- what others do ------------------------------------------------------------------------------

    def open_dispute(self, charge_id: str, *, reason: str = "fraudulent") -> Object:
        """The cardholder disputes a charge at the bank."""
        with self._lock:
            charge = self._books.named("charge", charge_id)
            return self._shown(disputes.open_dispute(self._books, charge, reason=reason))

    def close_dispute(self, dispute_id: str, *, won: bool) -> Object:
        """It is decided who is right."""
        with self._lock:
            dispute = self._books.named("dispute", dispute_id)
            disputes.close(self._books, dispute, won=won)
            return self._shown(dispute)

    def fail_refund(self, refund_id: str) -> Object:
        """The client's bank sends a refund back."""
        with self._lock:
            refund = self._books.named("refund", refund_id)
            refunds.fail(self._books, refund)
            return self._shown(refund)

    @property
    def connect_url(self) -> str:
        """Where the pages are on which accounts are opened; links to them begin so."""
        return self._books.connect_url

    @connect_url.setter
    def connect_url(self, url: str) -> None:
        self._books.connect_url = url.rstrip("/")

    def open_link(self, url: str) -> dict[str, str]:
        """Follow a link to open an account: whose it is, where it leads; raises StripeError when spent."""
        with self._lock:
            link = next((each for each in self._books.of("account_link") if each["url"] == url), None)
            if link is None or link["_used"] or link["expires_at"] <= self._books.stamp():
                raise StripeError("This link has expired.", status=404)
            link["_used"] = True
            return {
                "account": link["_account"],
                "refresh_url": link["_refresh_url"],
                "return_url": link["_return_url"],
            }

    def finish_onboarding(self, account_id: str) -> Object:
        """The owner of an account has told everything: it can be paid."""
        with self._lock:
            account = self._books.named("account", account_id)
            connect.finish(self._books, account)
            return self._shown(account)

    def restrict(self, account_id: str, *, missing: tuple[str, ...] = ("external_account",)) -> Object:
        """Stripe wants to know more of an account, which cannot be paid until then."""
        with self._lock:
            account = self._books.named("account", account_id)
            connect.restrict(self._books, account, missing=missing)
            return self._shown(account)

    def deauthorize(self, account_id: str) -> None:
        """The owner of an account lets us in no more."""
        with self._lock:
            connect.deauthorize(self._books, self._books.named("account", account_id))

    def payout(self, account_id: str) -> int:
        """The owner of an account has it all paid out; answers how much it was, in cents."""
        with self._lock:
            account = self._books.named("account", account_id)
            paid: int = account["_balance"]
            account["_balance"] = 0
            return paid

    # --- what a test, or the sandbox's routes, may see ------------------------------------------------

    @property
    def ledger(self) -> list[Entry]:
        """Every charge and refund that was tried, oldest first."""
        with self._lock:
            return ledger.entries(self._books, seen=self._keys.seen)

    def charges(self) -> list[Entry]:
        """The charges that took money."""
        return [entry for entry in self.ledger if entry.kind is Kind.CHARGE and entry.succeeded]

    def refunds(self) -> list[Entry]:
        """The refunds that gave money back."""
        return [entry for entry in self.ledger if entry.kind is Kind.REFUND and entry.succeeded]

    def transfers(self) -> list[Object]:
        """What was sent to connected accounts, oldest first."""
        return self.things("transfer")

    def reversals(self) -> list[Object]:
        """What was taken back from them, oldest first."""
        return self.things("transfer_reversal")

    def tax_transactions(self) -> list[Object]:
        """What the tax authorities are told, oldest first."""
        return self.things("tax.transaction")

    def things(self, kind: str) -> list[Object]:
        """All objects of a kind, by Stripe's own name for it, oldest first."""
        with self._lock:
            return [self._shown(each) for each in self._books.of(kind)]

    def balance(self) -> dict[str, int]:
        """Our own balance, in cents: `available` and `pending`."""
        with self._lock:
            self._books.catch_up()
            return self._books.balance()

    def balance_of(self, account_id: str) -> int:
        """What a connected account has, in cents."""
        with self._lock:
            return int(self._books.named("account", account_id)["_balance"])

    def _shown(self, thing: Object) -> Object:
        copied: Object = shown(thing)
        return copied


def _refused(error: StripeError, headers: Mapping[str, str]) -> Response:
    retried = {"Stripe-Should-Retry": "true"} if error.status == 409 else {}  # noqa: PLR2004
    return written(error.status, error.body(), {**retried, **headers})
