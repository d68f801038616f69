"""When the product's schedules fire: read from what is registered with the app, as a deployment would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Final

from chalice.app import Chalice, ScheduledEventConfig, SQSEventConfig

from sandbox.aws import LocalAws

Handler = Callable[[dict[str, Any], Any], Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One sweep: what it is called, how often it fires, and the function that is invoked."""

    name: str
    period: timedelta
    handler: Handler

    def last(self, instant: datetime) -> datetime:
        """The last instant at which it fires that is not after this one."""
        return _EPOCH + (instant - _EPOCH) // self.period * self.period

    def first(self, instant: datetime) -> datetime:
        """The first instant at which it fires that is not before this one."""
        passed = -(-(instant - _EPOCH) // self.period)
        return _EPOCH + passed * self.period


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """One queue: where its messages are, how many are taken at once, and the function that is invoked."""

    name: str
    url: str
    arn: str
    batch_size: int
    handler: Handler


def schedules_of(app: Chalice) -> list[Schedule]:
    """Everything that the app does on the clock; a sweep is named as in the index that it reads."""
    return [
        Schedule(
            name=config.name.removeprefix("sweep_"),
            period=_period(config.schedule_expression),
            handler=_handler(config.handler_string),
        )
        for config in _configured(app, ScheduledEventConfig)
    ]


def consumers_of(app: Chalice, aws: LocalAws) -> list[Consumer]:
    """Everything that the app does with queues; a queue is known by the end of its name."""
    queues = {"mails": aws.mails_url, "effects": aws.effects_url, "mail-events": aws.mail_events_url}
    made = []
    for config in _configured(app, SQSEventConfig):
        called = (config.queue_arn or config.queue).rsplit(":", 1)[-1]
        url = next(url for name, url in queues.items() if called.endswith(name))
        made.append(
            Consumer(
                name=config.name,
                url=url,
                arn=aws.arn_of(url),
                batch_size=config.batch_size,
                handler=_handler(config.handler_string),
            )
        )
    return made


def _configured(app: Chalice, kind: type) -> Iterable[Any]:
    return [config for config in app.event_sources if isinstance(config, kind)]


def _handler(name: str) -> Handler:
    module, _, function = name.rpartition(".")
    found: Handler = getattr(import_module(module), function)
    return found


def _period(expression: Any) -> timedelta:
    written = expression if isinstance(expression, str) else expression.to_string()
    found = _RATE.fullmatch(written)
    if found is None:
        raise ValueError(f"The sandbox can fire rates, and {written} is none.")
    return int(found[1]) * _UNIT[found[2]]
