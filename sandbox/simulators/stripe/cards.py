"""The payment methods that Stripe has for tests, and what becomes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Bank(StrEnum):
    """When the bank wants to see the cardholder."""

    NEVER = "never"
    ALWAYS = "always"
    UNTIL_SET_UP = "until_set_up"
    ON_SESSION = "on_session"  # set up for payments without the cardholder, as it were by somebody before


@dataclass(frozen=True, slots=True, kw_only=True)
class MagicCard:
    """How a card for tests behaves; without a code it is charged."""

    last4: str
    brand: str = "visa"
    code: str | None = None
    decline_code: str | None = None
    advice_code: str | None = None
    attaches: bool = True  # though it may be declined when it is charged
    bank: Bank = Bank.NEVER
    disputed: bool = False
    refund_fails: bool = False
    available_at_once: bool = False

    def wants_cardholder(self, *, off_session: bool, kept: bool, set_up: bool) -> bool:
        """Whether the bank wants to see the cardholder for this payment."""
        match self.bank:
            case Bank.NEVER:
                return False
            case Bank.ALWAYS:
                return True
            case Bank.UNTIL_SET_UP:
                return not set_up and (off_session or kept)
            case Bank.ON_SESSION:
                return not off_session


def _declined(last4: str, decline_code: str, *, advice_code: str | None = None) -> MagicCard:
    return MagicCard(
        last4=last4,
        code="card_declined",
        decline_code=decline_code,
        advice_code=advice_code,
        attaches=False,
    )


CARDS: Final[Mapping[str, MagicCard]] = {
    "pm_card_visa": MagicCard(last4="4242"),
    "pm_card_mastercard": MagicCard(last4="4444", brand="mastercard"),
    "pm_card_amex": MagicCard(last4="8431", brand="amex"),
    "pm_card_visa_chargeDeclined": _declined("0002", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _declined(
        "9995", "insufficient_funds", advice_code="try_again_later"
    ),
    "pm_card_visa_chargeDeclinedLostCard": _declined("9987", "lost_card", advice_code="do_not_try_again"),
    "pm_card_visa_chargeDeclinedStolenCard": _declined("9979", "stolen_card", advice_code="do_not_try_again"),
    "pm_card_chargeDeclinedExpiredCard": MagicCard(last4="0069", code="expired_card", attaches=False),
    "pm_card_chargeDeclinedIncorrectCvc": MagicCard(last4="0127", code="incorrect_cvc", attaches=False),
    "pm_card_chargeDeclinedProcessingError": MagicCard(last4="0119", code="processing_error", attaches=False),
    "pm_card_chargeCustomerFail": MagicCard(
        last4="0341", code="card_declined", decline_code="generic_decline"
    ),
    "pm_card_authenticationRequired": MagicCard(last4="3184", bank=Bank.ALWAYS),
    "pm_card_authenticationRequiredOnSetup": MagicCard(last4="3155", bank=Bank.UNTIL_SET_UP),
    "pm_card_authenticationRequiredSetupForOffSession": MagicCard(last4="0446", bank=Bank.ON_SESSION),
    "pm_card_createDispute": MagicCard(last4="0259", disputed=True),
    "pm_card_refundFail": MagicCard(last4="5126", refund_fails=True),
    "pm_card_bypassPending": MagicCard(last4="0077", available_at_once=True),
}

MESSAGES: Final[Mapping[str, str]] = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "payment_intent_authentication_failure": (
        "We are unable to authenticate your payment method. Please choose a different payment method and "
        "try again."
    ),
    "setup_intent_authentication_failure": (
        "We are unable to authenticate your payment method. Please choose a different payment method and "
        "try again."
    ),
}
