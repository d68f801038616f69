"""`make run`: the whole product on this machine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from types import FrameType
from typing import Final, NoReturn

from sandbox.quiet import hush

CHOICES: Final = {"TIME_MACHINE": ("on", "off"), "SIGN_IN": ("sandbox", "oidc")}


def main(environment: Mapping[str, str] = os.environ) -> None:
    """Run until Ctrl-C; what is asked for is read from the environment: see docs/sandbox.md."""
    for name, known in CHOICES.items():
        if (given := environment.get(name)) and given not in known:
            _leave(f"{name}={given} is not known: {' or '.join(known)}.")
    port, start = _port(environment.get("PORT", "")), _start(environment.get("START", ""))
    print("Starting the sandbox ...", flush=True)
    hush()
    from sandbox.server import PortTaken, Sandbox
    from tools.storefront.configuration import NoPlace

    signal.signal(signal.SIGTERM, _interrupt)
    try:
        sandbox = Sandbox(start=start, port=port, say=_say)
    except PortTaken as taken:
        _leave(f"{taken.strerror}.\nStop what uses it, or choose another one: PORT={port + 1} make run")
    except NoPlace as no_place:
        _leave(f"The storefront that was built cannot be served. {no_place}\nBuild it anew: make storefront")
    try:
        sandbox.start()
        print(_banner(sandbox.url, start), flush=True)
        sandbox.wait()
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sandbox.stop()
    print("Stopped. Nothing is left behind.")


def _port(given: str) -> int:
    if not given:
        return 8000
    if not (given.isascii() and given.isdigit() and int(given) <= 65535):  # noqa: PLR2004
        _leave(f"PORT={given} is no port: a number from 0 (any free one) to 65535 is needed.")
    return int(given)


def _start(given: str) -> datetime | None:
    from sandbox.clock import BadInstant, read_instant

    if not given:
        return None
    try:
        return read_instant(given.strip())
    except BadInstant as bad:
        _leave(f"START={given} cannot be read. {bad}\nFor example: START=2024-01-31T10:00:00Z make run")


def _banner(url: str, start: datetime | None) -> str:
    from sandbox.clock import written

    clock = f"stands at {written(start)}" if start else "runs with the real time, until you move it"
    lines = [
        "",
        f"  Seatwise is running        {url}",
        "",
        f"  The clock                  {clock}",
        f"  In a browser               {url}/",
        f"  The contract               {url}/v1/openapi.json",
        f"  A first look               curl '{url}/v1/plans?country=US'",
        "  To stop                    Ctrl-C",
        "",
    ]
    first_price = min(_first_prices())
    if start is not None and f"{start:%Y-%m-%d}" < first_price:
        lines.insert(-1, f"  Note: the price table begins on {first_price}; nothing can be bought before.")
    return "\n".join(lines)


def _first_prices() -> list[str]:
    from chalicelib.rulebook import PRICE_SEED

    return [valid_from for valid_from, *_ in PRICE_SEED]


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _leave(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
