"""The refresh token of our user at Microsoft, in a secret of its own: it changes, and opens everything."""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.gateways.trouble import Unavailable

NEIGHBOR: Final = "secrets"


class SecretsManagerTokens:
    """One secret in AWS Secrets Manager that holds the refresh token, and nothing else."""

    def __init__(self, *, client: Any, secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id

    def read(self) -> str:
        """The refresh token that was kept last; raises Unavailable."""
        try:
            token: str = self._client.get_secret_value(SecretId=self._secret_id).get("SecretString", "")
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(NEIGHBOR, f"the refresh token cannot be read: {_code(error)}") from None
        if not token.strip():
            raise Unavailable(NEIGHBOR, "there is no refresh token yet: a person has to consent first")
        return token.strip()

    def write(self, token: str) -> None:
        """Keep a newer one; raises Unavailable."""
        try:
            self._client.put_secret_value(SecretId=self._secret_id, SecretString=token)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(NEIGHBOR, f"the refresh token cannot be kept: {_code(error)}") from None

    def __repr__(self) -> str:
        return f"SecretsManagerTokens({self._secret_id})"


def _code(error: BotoCoreError | ClientError) -> str:
    """The error's name alone: its words may quote what was sent."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
