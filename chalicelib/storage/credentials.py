"""Credentials of a new tenant: encrypted, and kept for one taker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.rulebook import CREDENTIALS_KEPT
from chalicelib.storage import keys
from chalicelib.storage.codec import encode
from chalicelib.storage.conditional import changed
from chalicelib.storage.reading import Reading
from chalicelib.storage.tables import Row

if TYPE_CHECKING:
    from chalicelib.domain.subscription import Subscription
    from chalicelib.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Credentials, encrypted; `user_name` is no secret."""

    user_name: str
    ciphertext: str


class Credentials(Reading):
    """The part of the store that keeps a password until somebody has it."""

    def credentials(self, subscription_id: str) -> Sealed | None:
        """The encrypted credentials, while they are there."""
        return self._get(keys.credentials(subscription_id), Sealed)

    def take_credentials(self, subscription_id: str, *, taker: str) -> bool:
        """Remove the credentials for one taker; whether they are theirs: only one hears yes.

        They are marked first, because a lost answer makes the client ask again, and the second answer to a
        removal would be that nothing was there.
        """
        row = Row(*keys.credentials(subscription_id))
        nobodys = Row.pk.exists() & Row.owner.does_not_exist()
        if not changed(row, [Row.owner.set(taker)], condition=nobodys | (Row.owner == taker)):
            return False
        row.delete()
        return True

    def _put_credentials(self, tx: Transaction, sub: Subscription, sealed: Sealed) -> None:
        row = Row(*keys.credentials(sub.id), body=encode(sealed))
        row.expires_at = sub.activation_deadline + CREDENTIALS_KEPT
        tx.put(row)
