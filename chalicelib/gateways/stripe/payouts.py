"""Payouts through Stripe Connect: express accounts, and separate transfers of what was charged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from chalicelib.domain.money import Money
from chalicelib.gateways.payouts import OnboardingLink, PayoutAccount
from chalicelib.gateways.stripe.answers import NEIGHBOR, KeySpent, Problem
from chalicelib.gateways.stripe.client import KEYS_HOLD, Errand, StripeAccount, at as path_of
from chalicelib.gateways.stripe.intents import instant
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable

_NOT_ENOUGH: Final = "balance_insufficient"
_NOT_OURS: Final = "account_invalid"  # the freelancer closed it, or took our access away
_NOT_YET: Final = frozenset({_NOT_ENOUGH, "insufficient_capabilities_for_transfer"})


class StripePayouts:
    """Stripe Connect; see `chalicelib.gateways.payouts.Payouts`."""

    def __init__(self, *, account: StripeAccount) -> None:
        self._account = account

    def open_account(self, *, freelancer_id: str, email: str) -> str:
        """See Payouts."""
        with self._account.errand() as errand:
            try:
                made = errand.post(
                    "/v1/accounts",
                    key=f"account:{freelancer_id}",
                    type="express",
                    country="US",
                    email=email,
                    capabilities={"transfers": {"requested": True}},
                    metadata={"freelancer_id": freelancer_id},
                )
            except KeySpent:
                found = _marked(errand.listed("/v1/accounts"), "freelancer_id", freelancer_id)
                if found is None:
                    raise
                made = found
            except Problem as problem:
                # Asked for before, with another address, and the answer was lost.
                if not problem.other_request:
                    raise
                found = _marked(errand.listed("/v1/accounts"), "freelancer_id", freelancer_id)
                if found is None:
                    raise OutcomeUnknown(NEIGHBOR, str(problem)) from None
                made = found
            return str(made["id"])

    def onboarding_link(self, *, account_id: str, refresh_url: str, return_url: str) -> OnboardingLink:
        """See Payouts."""
        with self._account.errand() as errand:
            link = errand.post(
                "/v1/account_links",
                key=None,  # each link works once: asking again is asking for another
                account=account_id,
                type="account_onboarding",
                refresh_url=refresh_url,
                return_url=return_url,
            )
        return OnboardingLink(url=link["url"], expires_at=instant(link["expires_at"]))

    def account(self, *, account_id: str) -> PayoutAccount:
        """See Payouts."""
        with self._account.errand() as errand:
            try:
                found = errand.get(path_of("accounts", account_id))
            except Problem as problem:
                if problem.code != _NOT_OURS and not problem.missing:
                    raise
                return PayoutAccount(id=account_id, active=False, missing=(), disabled_reason=_NOT_OURS)
        wanted = found.get("requirements") or {}
        return PayoutAccount(
            id=found["id"],
            active=(found.get("capabilities") or {}).get("transfers") == "active",
            missing=tuple(wanted.get("currently_due") or ()),
            disabled_reason=wanted.get("disabled_reason"),
        )

    def pay(
        self,
        *,
        key: str,
        account_id: str,
        amount: Money,
        charge_id: str,
        subscription_id: str,
        since: datetime,
        at: datetime,
    ) -> str:
        """See Payouts."""

        def paid(errand: Errand) -> dict[str, Any] | None:
            return _marked(errand.listed("/v1/transfers", transfer_group=subscription_id), "key", key)

        with self._account.errand(otherwise=Refused) as errand:
            made = paid(errand) if at - since > KEYS_HOLD else None
            try:
                made = made or errand.post(
                    "/v1/transfers",
                    key=key,
                    amount=amount.amount,
                    currency=amount.currency.lower(),
                    destination=account_id,
                    transfer_group=subscription_id,
                    source_transaction=charge_id,
                    metadata={"key": key},
                )
            except KeySpent as spent:
                made = _or(paid(errand), spent)
            except Problem as problem:
                if problem.code in _NOT_YET:
                    raise Unavailable(NEIGHBOR, str(problem)) from None
                made = _or(None if problem.misconfigured else paid(errand), problem)
            return str(made["id"])

    def take_back(self, *, key: str, transfer_id: str, amount: Money, since: datetime, at: datetime) -> str:
        """See Payouts."""

        def taken(errand: Errand) -> dict[str, Any] | None:
            return _marked(errand.listed(path_of("transfers", transfer_id, "reversals")), "key", key)

        with self._account.errand(otherwise=Refused) as errand:
            made = taken(errand) if at - since > KEYS_HOLD else None
            try:
                made = made or errand.post(
                    path_of("transfers", transfer_id, "reversals"),
                    key=key,
                    amount=amount.amount,
                    metadata={"key": key},
                )
            except KeySpent as spent:
                made = _or(taken(errand), spent)
            except Problem as problem:
                lost = problem.misconfigured or problem.missing
                made = _or(None if lost else taken(errand), problem)
            return str(made["id"])


def _marked(listed: Iterable[Mapping[str, Any]], name: str, value: str) -> dict[str, Any] | None:
    """What carries our mark among what is listed."""
    return next((dict(item) for item in listed if (item.get("metadata") or {}).get(name) == value), None)


def _or(found: dict[str, Any] | None, error: Exception) -> dict[str, Any]:
    """What an earlier try has made after all; without it, the error says how it stands."""
    if found is not None:
        return found
    if isinstance(error, Problem) and error.other_request:
        raise OutcomeUnknown(NEIGHBOR, str(error)) from None
    raise error
