"""Hand the new tenant's admin password to the client: once, signed in, and then it is gone (D14, R26)."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.delegation import Act
from chalicelib.domain.people import Caller
from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.microsoft import AdminCredentials
from chalicelib.observability import count
from chalicelib.rulebook import CREDENTIALS_KEPT
from chalicelib.usecases.access import allow
from chalicelib.wiring import World


def take_credentials(world: World, *, subscription_id: str, caller: Caller, at: datetime) -> AdminCredentials:
    """The user name and password, to the client alone, once; `credentials_gone` from then on."""
    sub = world.store.load(subscription_id)
    allow(world, caller=caller, act=Act.TAKE_CREDENTIALS, sub=sub)
    if sub.activated_at is None:
        raise Refusal("credentials_not_ready", "There are no credentials before the subscription is active.")
    sealed = world.store.credentials(subscription_id)
    if sealed is None or at > sub.activated_at + CREDENTIALS_KEPT:
        raise _gone()
    # Opened before it is removed: if the key cannot be used now, nothing is lost.
    password = world.vault.open(sealed.ciphertext, subscription_id=subscription_id)
    if not world.store.take_credentials(subscription_id, taker=world.ids.token()):
        raise _gone()
    count("credentials_taken")
    return AdminCredentials(user_name=sealed.user_name, password=password)


def _gone() -> Refusal:
    return Refusal(
        "credentials_gone",
        "The password was already shown, or its seven days are over. Reset it at Microsoft, or ask support.",
    )
