"""Time for what is deployed: schedules are fired at their instants, and everything else happens by itself.

The queues and the functions behind them are the account's own: after each step this only waits until nothing
is under way any more.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import urllib3
from chalice.app import Chalice

from rehearsal.stack import Stack
from rehearsal.world import DeployedAws, DeployedWorld
from sandbox.exchange import Request, Response
from sandbox.runtime import Runtime

PATIENCE_SECONDS: Final = 45
LOOK_EVERY_SECONDS: Final = 0.02
GATEWAY_SECONDS: Final = 60

# Headers of one line, which mean nothing on another.
NOT_SENT: Final = {"host", "connection", "content-length", "accept-encoding"}
NOT_GIVEN: Final = {"connection", "content-length", "date", "server", "transfer-encoding"}


class Gateway:
    """The deployed API Gateway; see `sandbox.front.Front`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False, maxsize=64)

    def answer(self, request: Request) -> Response:
        """What it answers."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in NOT_SENT}
        answered = self._pool.request(
            request.method,
            self._url + request.target,
            headers=headers,
            body=request.body or None,
            timeout=GATEWAY_SECONDS,
            redirect=False,
        )
        kept = {name: value for name, value in answered.headers.items() if name.lower() not in NOT_GIVEN}
        return Response(status=answered.status, headers=kept, body=answered.data)


class FunctionFailed(RuntimeError):
    """A function that was invoked has raised; the message is its own."""


class DeployedRuntime(Runtime):
    """See Runtime: its times and turns, with the account's own functions and queues."""

    def __init__(self, *, world: DeployedWorld, app: Chalice, stack: Stack, gateway: Gateway) -> None:
        super().__init__(world=world, app=app)
        functions = world.client("lambda")
        self._aws: DeployedAws = world.aws  # type: ignore[assignment]
        self._front = gateway  # type: ignore[assignment]
        self._consumers = []
        self._schedules = {
            name: replace(schedule, handler=_invoker(functions, stack.functions[_logical(f"sweep_{name}")]))
            for name, schedule in self._schedules.items()
        }

    def _is_quiet(self) -> bool:
        return super()._is_quiet() and not self._aws.under_way()

    def _drain(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self._post_notices()
            self._hand_on_mail_events()
            if self._is_quiet():
                return
            if time.monotonic() > deadline:
                raise RuntimeError("something is under way that does not end")
            time.sleep(LOOK_EVERY_SECONDS)


def _logical(function: str) -> str:
    """The resource that chalice makes of a function's name."""
    return "".join(part.title() for part in function.split("_"))


def _invoker(functions: Any, name: str) -> Callable[[dict[str, Any], Any], Any]:
    def invoke(event: dict[str, Any], _: Any) -> Any:
        answered = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        told = json.load(answered["Payload"])
        if "FunctionError" in answered:
            raise FunctionFailed(f"{told.get('errorType')}: {told.get('errorMessage')}")
        return told

    return invoke
