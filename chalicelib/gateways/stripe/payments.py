"""Payments through Stripe: customers, charges, refunds, cards, disputes and notices."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.domain.money import Money
from chalicelib.domain.order import Charge
from chalicelib.domain.people import Address, Person
from chalicelib.gateways.payments import (
    Authentication,
    AuthenticationNeeded,
    Card,
    CardSetup,
    Declined,
    Dispute,
    PaymentNotice,
    RefundState,
)
from chalicelib.gateways.stripe import intents
from chalicelib.gateways.stripe.answers import (
    NEIGHBOR,
    KeySpent,
    Problem,
    no_of_the_bank,
    waits_for_cardholder,
)
from chalicelib.gateways.stripe.client import KEYS_HOLD, Errand, StripeAccount, at as path_of
from chalicelib.gateways.stripe.webhooks import check_signature, read_notice
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable

UNKNOWN_METHOD: Final = "payment_method_unknown"
LONGEST_RUN: Final = timedelta(minutes=15)  # by then Stripe has finished whatever it began

_FAILED: Final = frozenset({"failed", "canceled"})
_UNEXPECTED_STATE: Final = "payment_intent_unexpected_state"
_NO_REDIRECTS: Final[Mapping[str, Any]] = {"enabled": True, "allow_redirects": "never"}


class StripePayments:
    """Stripe as the payment provider; see `chalicelib.gateways.payments.Payments`."""

    def __init__(
        self, *, account: StripeAccount, webhook_secret: Callable[[], str], live: bool, brand: str
    ) -> None:
        self._account = account
        self._brand = brand
        self._webhook_secret = webhook_secret
        self._live = live

    def customer(self, *, client: Person, address: Address | None) -> str:
        """See Payments."""
        with self._account.errand() as errand:
            for known in errand.listed("/v1/customers", email=client.email):
                if (known.get("metadata") or {}).get("account_id") == client.id:
                    return str(known["id"])
            fields: dict[str, Any] = {
                "email": client.email,
                "name": client.name,
                "metadata": {"account_id": client.id},
            }
            if address is not None:
                fields["address"] = address_fields(address)
            key = f"customer:{client.id}"
            try:
                return str(errand.post("/v1/customers", key=key, **fields)["id"])
            except Problem as problem:
                if not problem.other_request:
                    raise
            # An earlier try with another name or address got lost. Better entered twice than stuck for a day.
            return str(errand.post("/v1/customers", key=f"{key}:{_digest(fields)}", **fields)["id"])

    # --- charges -------------------------------------------------------------------------------------

    def charge(
        self,
        *,
        reference: str,
        customer_id: str,
        amount: Money,
        payment_method: str,
        off_session: bool,
        again: bool,
        subscription_id: str,
        at: datetime,  # noqa: ARG002
    ) -> Charge:
        """See Payments."""
        how: dict[str, Any] = {"payment_method": payment_method, "expand": intents.EXPAND}
        how |= {"off_session": True} if off_session else {"setup_future_usage": "off_session"}
        with self._account.errand() as errand:
            errand.in_doubt = again  # the earlier try may have taken the money, or be about to
            path, key, fields = intents.PATH, _charge_key(reference), how
            found = intents.intent_of(errand, reference=reference, customer_id=customer_id) if again else None
            if found is not None and found["status"] != "requires_confirmation":
                return intents.settled(found, reference=reference)
            if found is not None:
                path, key = path_of("payment_intents", found["id"], "confirm"), f"confirm:{reference}"
            else:
                fields = how | {
                    "amount": amount.amount,
                    "currency": amount.currency.lower(),
                    "customer": customer_id,
                    "confirm": True,
                    "automatic_payment_methods": _NO_REDIRECTS,
                    "metadata": {intents.REFERENCE: reference, "subscription_id": subscription_id},
                    "transfer_group": subscription_id,
                    "description": f"{self._brand} {reference}",
                }
            intent = self._begun(errand, path, key, fields, reference=reference, customer_id=customer_id)
            return intents.settled(intent, reference=reference)

    def _begun(
        self,
        errand: Errand,
        path: str,
        key: str,
        fields: Mapping[str, Any],
        *,
        reference: str,
        customer_id: str,
    ) -> dict[str, Any]:
        """The intent after it was asked for, or confirmed; looked up where the answer does not say."""
        try:
            return errand.post(path, key=key, **fields)
        except KeySpent as spent:
            unclear: Exception = spent
        except Problem as problem:
            if problem.by_bank:
                raise _bank_said(problem) from None
            if problem.param == "payment_method" and not problem.misconfigured:
                raise Declined(UNKNOWN_METHOD) from None
            if problem.code == "amount_too_small":
                raise Declined(problem.code) from None
            if not problem.other_request and problem.code != _UNEXPECTED_STATE:
                raise
            unclear = OutcomeUnknown(NEIGHBOR, str(problem))
        found = intents.intent_of(errand, reference=reference, customer_id=customer_id)
        if found is None:
            raise unclear
        return found

    def find(self, *, reference: str, customer_id: str, since: datetime) -> Charge | None:
        """See Payments."""
        with self._account.errand() as errand:
            found = intents.intent_of(errand, reference=reference, customer_id=customer_id, since=since)
        if found is None or found["status"] != "succeeded":
            return None
        return intents.charge_of(found, reference=reference)

    def authentication(self, *, reference: str, customer_id: str, since: datetime) -> Authentication | None:
        """See Payments."""
        with self._account.errand() as errand:
            found = intents.intent_of(errand, reference=reference, customer_id=customer_id, since=since)
        if found is None or not waits_for_cardholder(found):
            return None
        return Authentication(payment_id=found["id"], client_secret=found["client_secret"])

    def cancel(
        self, *, reference: str, customer_id: str, amount: Money, since: datetime, at: datetime
    ) -> Charge | None:
        """See Payments."""
        with self._account.errand() as errand:
            found = intents.intents_of(errand, reference=reference, customer_id=customer_id, since=since)
            if not found:
                found = self._take_key(
                    errand, reference=reference, customer_id=customer_id, amount=amount, since=since, at=at
                )
            for intent in found:
                charge = _stopped(errand, intent, reference=reference)
                if charge is not None:
                    return charge
            return None

    def _take_key(
        self,
        errand: Errand,
        *,
        reference: str,
        customer_id: str,
        amount: Money,
        since: datetime,
        at: datetime,
    ) -> list[dict[str, Any]]:
        """Use up the charge's key for an intent that takes nothing, and answer what there is to cancel.

        A request for the charge that is still on its way then finds its key taken, and is refused.
        """
        try:
            taken = errand.post(
                intents.PATH,
                key=_charge_key(reference),
                amount=amount.amount,
                currency=amount.currency.lower(),
                customer=customer_id,
                automatic_payment_methods=_NO_REDIRECTS,
                metadata={intents.REFERENCE: reference},
                description=f"{self._brand} {reference}, canceled",
                expand=intents.EXPAND,
            )
        except KeySpent:
            # Our own try of before, of which nothing came: no charge comes through under this key any more.
            return intents.intents_of(errand, reference=reference, customer_id=customer_id)
        except Problem as problem:
            if not problem.other_request:
                raise
            found = intents.intents_of(errand, reference=reference, customer_id=customer_id)
            if not found and at - since < LONGEST_RUN:
                raise Unavailable(NEIGHBOR, "the charge may still be running") from None
            return found
        return [taken]

    # --- refunds and disputes ------------------------------------------------------------------------

    def refund(self, *, key: str, charge_id: str, amount: Money, since: datetime, at: datetime) -> str:
        """See Payments."""
        with self._account.errand(otherwise=Refused) as errand:
            made = _refund_under(errand, key, charge_id=charge_id) if at - since > KEYS_HOLD else None
            try:
                made = made or errand.post(
                    "/v1/refunds",
                    key=key,
                    charge=charge_id,
                    amount=amount.amount,
                    reason="requested_by_customer",
                    metadata={"key": key},
                )
            except KeySpent:
                made = _refund_under(errand, key, charge_id=charge_id)
                if made is None:
                    raise
            except Problem as problem:
                # Too much is asked for when an earlier try of this very refund has come through.
                made = None if problem.misconfigured else _refund_under(errand, key, charge_id=charge_id)
                if made is None and problem.other_request:
                    raise OutcomeUnknown(NEIGHBOR, str(problem)) from None
                if made is None:
                    raise
            if made["status"] in _FAILED:
                raise Refused(NEIGHBOR, f"the refund is {made['status']}: {made.get('failure_reason')}")
            return str(made["id"])

    def refund_state(self, *, refund_id: str) -> RefundState:
        """See Payments."""
        with self._account.errand(otherwise=Refused) as errand:
            refund = errand.get(path_of("refunds", refund_id), expand=["payment_intent"])
        return RefundState(
            id=refund["id"],
            key=(refund.get("metadata") or {}).get("key", ""),
            failed=refund["status"] in _FAILED,
            reason=refund.get("failure_reason"),
            charge_id=refund["charge"],
            amount=Money(refund["amount"], refund["currency"].upper()),
            subscription_id=_metadata_of_intent(refund).get("subscription_id"),
        )

    def dispute(self, *, dispute_id: str) -> Dispute:
        """See Payments."""
        with self._account.errand(otherwise=Refused) as errand:
            found = errand.get(path_of("disputes", dispute_id), expand=["payment_intent"])
        metadata = _metadata_of_intent(found)
        return Dispute(
            id=found["id"],
            charge_id=found["charge"],
            reference=metadata.get(intents.REFERENCE),
            amount=Money(found["amount"], found["currency"].upper()),
            reason=found["reason"],
            status=found["status"],
            opened_at=intents.instant(found["created"]),
            subscription_id=metadata.get("subscription_id"),
        )

    # --- cards ---------------------------------------------------------------------------------------

    def cards(self, *, customer_id: str) -> Sequence[Card]:
        """See Payments."""
        with self._account.errand() as errand:
            return [_card(kept) for kept in _kept_cards(errand, customer_id)]

    def keep_card(self, *, customer_id: str, payment_method: str) -> Card:
        """See Payments."""
        with self._account.errand(otherwise=Refused) as errand:
            kept = next((k for k in _kept_cards(errand, customer_id) if k["id"] == payment_method), None)
            try:
                kept = kept or errand.post(
                    path_of("payment_methods", payment_method, "attach"),
                    key=f"attach:{customer_id}:{payment_method}",
                    customer=customer_id,
                )
            except Problem as problem:
                if problem.by_bank:
                    raise _declined(problem) from None
                raise
            # Under a key of its own: the one that paid before last may be made the default again.
            errand.post(
                path_of("customers", customer_id),
                key=None,
                invoice_settings={"default_payment_method": kept["id"]},
            )
            return _card(kept)

    def begin_card_setup(self, *, key: str, customer_id: str) -> CardSetup:
        """See Payments."""
        with self._account.errand() as errand:
            setup = errand.post(
                "/v1/setup_intents",
                key=f"setup:{key}",
                customer=customer_id,
                automatic_payment_methods=_NO_REDIRECTS,  # for use off session, unless it is told otherwise
            )
        return CardSetup(id=setup["id"], client_secret=setup["client_secret"])

    # --- notices -------------------------------------------------------------------------------------

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes, at: datetime) -> PaymentNotice | None:
        """See Payments."""
        secrets = [secret.strip() for secret in self._webhook_secret().split(",")]  # two while they change
        check_signature(headers=headers, body=body, secrets=secrets, at=at)
        return read_notice(body, live=self._live)


def address_fields(address: Address) -> dict[str, str]:
    """An address as Stripe takes it."""
    fields = {
        "line1": address.line1,
        "line2": address.line2 or "",
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
        "country": address.country,
    }
    return {name: value for name, value in fields.items() if value}


def _metadata_of_intent(thing: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our marks on the intent that something is about, which was expanded; none where it is not ours."""
    intent = thing.get("payment_intent")
    return (intent.get("metadata") or {}) if isinstance(intent, Mapping) else {}


def _charge_key(reference: str) -> str:
    return f"charge:{reference}"


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()[:16]


def _declined(problem: Problem) -> Declined:
    """The bank's no to a card that is to be kept, where nobody can be asked to authenticate."""
    said = _bank_said(problem)
    return said if isinstance(said, Declined) else Declined("authentication_required")


def _bank_said(problem: Problem) -> Declined | AuthenticationNeeded:
    return no_of_the_bank(
        code=problem.code, decline_code=problem.decline_code, advice_code=problem.advice_code
    )


def _stopped(errand: Errand, intent: Mapping[str, Any], *, reference: str) -> Charge | None:
    """Make sure that nothing is taken through an intent any more; the charge, if it was already."""
    if intent["status"] not in {"succeeded", "canceled", "processing"}:
        try:
            path = path_of("payment_intents", intent["id"], "cancel")
            intent = errand.post(path, key=f"cancel:{intent['id']}", expand=intents.EXPAND)
        except KeySpent:
            intent = intents.read_again(errand, intent)
        except Problem as problem:
            if problem.code != _UNEXPECTED_STATE:
                raise
            intent = intents.read_again(errand, intent)
    if intent["status"] == "succeeded":
        return intents.charge_of(intent, reference=reference)
    if intent["status"] != "canceled":
        raise Unavailable(NEIGHBOR, f"the payment is {intent['status']}")
    return None


def _refund_under(errand: Errand, key: str, *, charge_id: str) -> dict[str, Any] | None:
    """The refund of a charge that was made under a key, if one was."""
    listed = errand.listed("/v1/refunds", charge=charge_id)
    return next((made for made in listed if (made.get("metadata") or {}).get("key") == key), None)


def _kept_cards(errand: Errand, customer_id: str) -> list[dict[str, Any]]:
    """What Stripe keeps for a customer, newest first."""
    listed = errand.listed(path_of("customers", customer_id, "payment_methods"), type="card")
    return sorted(listed, key=lambda kept: -int(kept.get("created", 0)))


def _card(kept: Mapping[str, Any]) -> Card:
    card = kept["card"]
    return Card(
        id=kept["id"],
        brand=card["brand"],
        last4=card["last4"],
        exp_month=card["exp_month"],
        exp_year=card["exp_year"],
    )
