"""Our own secrets, from Secrets Manager: read once a process, never logged."""

from __future__ import annotations

import json
from typing import Any, Protocol


class Secrets(Protocol):
    """Whoever keeps our secrets."""

    def get(self, name: str) -> str:
        """One secret by name; KeyError if it is not there."""


class SecretsManager:
    """One JSON document in AWS Secrets Manager."""

    def __init__(self, *, client: Any, secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id
        self._values: dict[str, str] | None = None

    def get(self, name: str) -> str:
        """See Secrets."""
        if self._values is None:
            self._values = json.loads(self._client.get_secret_value(SecretId=self._secret_id)["SecretString"])
        return self._values[name]

    def __repr__(self) -> str:
        return f"SecretsManager({self._secret_id})"
