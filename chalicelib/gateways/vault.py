"""Encryption under a KMS key: for the one secret that we keep for a client (D14)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, Protocol


class Vault(Protocol):
    """Whoever encrypts."""

    def seal(self, secret: str, *, subscription_id: str) -> str:
        """The secret, encrypted for this subscription alone."""

    def open(self, sealed: str, *, subscription_id: str) -> str:
        """The secret again; fails for another subscription's."""


class KmsVault:
    """AWS KMS, with the subscription as the encryption context."""

    def __init__(self, *, client: Any, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, secret: str, *, subscription_id: str) -> str:
        """See Vault."""
        answer = self._client.encrypt(
            KeyId=self._key_id,
            Plaintext=secret.encode(),
            EncryptionContext={"subscription": subscription_id},
        )
        return b64encode(answer["CiphertextBlob"]).decode()

    def open(self, sealed: str, *, subscription_id: str) -> str:
        """See Vault."""
        answer = self._client.decrypt(
            KeyId=self._key_id,
            CiphertextBlob=b64decode(sealed),
            EncryptionContext={"subscription": subscription_id},
        )
        plaintext: bytes = answer["Plaintext"]
        return plaintext.decode()
