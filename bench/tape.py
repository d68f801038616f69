"""Record the AWS calls of an operation once, then play the answers back: our own time, without AWS's.

The recording hangs on the clients' own events, below everything of ours and of pynamodb: what is counted is
what leaves the process. Played back, the HTTP layer answers from memory, so that a timing holds the work of
our code and of the SDK alone; the same calls made bare, with the same answers, are the floor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse
from moto.core.models import botocore_stubber


class _Body:
    """The raw body of a canned answer."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Any:
        """The bytes, in one piece."""
        yield self._content


@dataclass(frozen=True, slots=True)
class Answer:
    """What AWS answered, as it came over the wire."""

    status: int
    headers: dict[str, str]
    content: bytes

    def again(self, url: str) -> AWSResponse:
        """The same answer as a fresh response."""
        return AWSResponse(url, self.status, self.headers, _Body(self.content))


@dataclass(frozen=True, slots=True)
class Call:
    """One call: on which client, what, with which parameters, and the answer."""

    client: Any
    operation: str
    parameters: dict[str, Any]
    answer: Answer

    @property
    def name(self) -> str:
        """The service and operation."""
        return f"{self.client.meta.service_model.service_name}.{self.operation}"

    def bare(self) -> None:
        """Make the same call with the SDK and nothing else."""
        self.client._make_api_call(self.operation, self.parameters)  # noqa: SLF001  (what every method is)


@dataclass
class Tape:
    """Listens to clients: records their calls, or plays answers back in order."""

    calls: list[Call] = field(default_factory=list)
    recording: bool = False
    _playing: list[Answer] | None = None
    _position: int = 0
    _pending: tuple[Any, str, dict[str, Any]] | None = None

    def listen(self, client: Any) -> None:
        """Attach to a client, ahead of whatever else answers for it."""
        service = client.meta.service_model.service_id.hyphenize()

        def before_parameters(params: dict[str, Any], model: Any, **_: Any) -> None:
            if self.recording:
                self._pending = (client, model.name, dict(params))

        def before_send(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
            if self._playing is not None:
                answer = self._playing[self._position % len(self._playing)]
                self._position += 1
                return answer.again(request.url)
            if not self.recording or self._pending is None:
                return None
            given: Any = botocore_stubber(event_name, request)
            answer = Answer(given.status_code, dict(given.headers), given.content)
            self.calls.append(Call(*self._pending, answer))
            botocore_stubber.enabled = False  # every handler is asked, and this call was carried out
            return answer.again(request.url)

        def after_call(**_: Any) -> None:
            if self.recording:
                botocore_stubber.enabled = True

        client.meta.events.register_first(f"before-parameter-build.{service}.*", before_parameters)
        client.meta.events.register_first(f"before-send.{service}.*", before_send)
        client.meta.events.register(f"after-call.{service}.*", after_call)

    def record(self, act: Callable[[], Any]) -> list[Call]:
        """The calls that an act makes."""
        self.calls, self.recording = [], True
        try:
            act()
        finally:
            self.recording = False
        return self.calls

    def play(self, calls: list[Call]) -> None:
        """From now on, answer with these, in order and over again."""
        self._playing, self._position = [call.answer for call in calls], 0
        botocore_stubber.enabled = False  # it would work out its own answer all the same

    def rewind(self) -> None:
        """Begin with the first answer again."""
        self._position = 0

    def stop(self) -> None:
        """Answer nothing any more."""
        self._playing = None
        botocore_stubber.enabled = True
