"""How long a function takes from its start to its first answer, beside what no function can do without.

`python -m bench.cold_start` builds the package, unpacks it and starts its functions in AWS's runtime client,
one after the other, round after round. Each has everything that its first event needs by the time that it
has answered: modules, clients, connections; the neighbors answer from the loopback interface, at once.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.first_events import TICK, batch, get, mail_event
from bench.lambda_runtime import HERE, Function, lay_out_image, unpack
from bench.loopback import COUNTRY, Loopback
from chalicelib.gateways.mail import tag_of
from tools.mail_gallery import SAMPLES
from tools.package import Built, build

ROUNDS: Final = 21
WARM_ROUNDS: Final = 400
SIZE: Final = 20_000_000  # bytes, at most
WARM: Final = 3.0  # at most so many times the empty app's

# What our functions are measured by: both of the same package, at the side of ours.
EMPTY: Final = """
from chalice import Chalice
app = Chalice("empty")
@app.route("/v1/plans")
def plans():
    return {}
"""
BARE: Final = """
import boto3
client = boto3.client("dynamodb")
def handler(event, context):
    return {}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One function and its first event; `limit` is how many times the bare client it may take."""

    name: str
    handler: str
    event: Any
    limit: float | None = None


LETTER: Final = "sub_1.000001.E1"
PLANS: Final = get("/v1/plans", country=COUNTRY)
BY_NAME: Final[Mapping[str, Case]] = {
    case.name: case
    for case in (
        Case(name="empty Chalice app", handler="empty.app", event=get("/v1/plans")),
        Case(name='boto3.client("dynamodb")', handler="bare.handler", event={}),
        Case(name="api: GET /v1/plans", handler="app.app", event=PLANS, limit=1.4),
        Case(
            name="sweep: nothing is due",
            handler="chalicelib.sweeps.sweep_reminders",
            event=TICK,
            limit=1.4,
        ),
        Case(
            name="mailer: a letter",
            handler="chalicelib.workers.work_mails",
            event=batch({"effect": LETTER, "kind": "mail"}),
            limit=1.7,
        ),
        Case(
            name="effects: a refund",
            handler="chalicelib.workers.work_effects",
            event=batch({"effect": "sub_1.ch_1.stray", "kind": "stray"}),
            limit=1.7,
        ),
        Case(
            name="mail events: it was sent",
            handler="chalicelib.workers.work_mail_events",
            event=batch(mail_event(tag_of(LETTER))),
            limit=1.4,
        ),
    )
}
FLOOR: Final = "empty Chalice app"
MEASURE: Final = 'boto3.client("dynamodb")'
API: Final = "api: GET /v1/plans"

ENVIRONMENT: Final = {
    "STAGE": "dev",
    "TABLE_NAME": "seatwise",
    "MAILS_QUEUE_URL": "https://queue.example/mails",
    "EFFECTS_QUEUE_URL": "https://queue.example/effects",
    "KMS_KEY_ID": "key",
    "SECRET_ID": "secret",
    "SES_CONFIGURATION_SET": "mailing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the functions run: the unpacked package, the runtime client, and the neighbors."""

    package: Path
    image: Path
    neighbors: Loopback

    def function(self, case: Case) -> Function:
        """A function, not started yet."""
        return Function(
            case.handler,
            package=self.package,
            image=self.image,
            environment={**ENVIRONMENT, **self.neighbors.environment},
        )

    def first_answer(self, case: Case) -> float:
        """Milliseconds from the start of its process to its first answer."""
        with self.function(case) as function:
            return (function.invoke(case.event).at - function.begun) * 1000


def letter() -> dict[str, Any]:
    """What the outbox knows of a mail."""
    sample = SAMPLES[0]
    return {
        "template": sample.template,
        "locale": "en",
        "to": "dana@example.com",
        "facts": sample.facts,
    }


def cold(stage: Stage, *, rounds: int) -> dict[str, list[float]]:
    """Each function's times, all of them measured in turn."""
    for case in BY_NAME.values():
        stage.first_answer(case)  # so that everybody finds the files in memory
    times: dict[str, list[float]] = {name: [] for name in BY_NAME}
    for _ in range(rounds):
        for name, case in BY_NAME.items():
            times[name].append(stage.first_answer(case))
    return times


def warm(stage: Stage, *, rounds: int) -> dict[str, float]:
    """Milliseconds from event to answer of a running API, and of the empty app, in turn; medians."""
    times: dict[str, list[float]] = {FLOOR: [], API: []}
    empty, api = BY_NAME[FLOOR], BY_NAME[API]
    with stage.function(empty) as one, stage.function(api) as other:
        running = {FLOOR: (one, empty.event), API: (other, api.event)}
        for function, event in running.values():
            function.invoke(event)
        for _ in range(rounds):
            for name, (function, event) in running.items():
                times[name].append(function.round_trip(event) * 1000)
    return {name: statistics.median(each) for name, each in times.items()}


def report(built: Built, times: Mapping[str, list[float]], warmed: Mapping[str, float]) -> list[str]:
    """Print the tables; answers which limits are broken."""
    medians = {name: statistics.median(each) for name, each in times.items()}
    over = []
    print(f"{'from start to first answer':<28}{'ms':>7}{'x empty':>9}{'x client':>10}{'at most':>9}")
    for name, median in medians.items():
        limit, ratio = BY_NAME[name].limit, median / medians[MEASURE]
        at_most = f"{limit:.1f}" if limit else "-"
        print(f"{name:<28}{median:>7.0f}{median / medians[FLOOR]:>9.1f}{ratio:>10.2f}{at_most:>9}")
        if limit and ratio > limit:
            over.append(name)
    ratio = warmed[API] / warmed[FLOOR]
    print(f"\n{'from event to answer, warm':<28}{'ms':>7}{'x empty':>9}{'at most':>19}")
    print(f"{FLOOR:<28}{warmed[FLOOR]:>7.2f}{1:>9.2f}{'-':>19}")
    print(f"{API:<28}{warmed[API]:>7.2f}{ratio:>9.2f}{WARM:>19.1f}")
    if ratio > WARM:
        over.append("warm")
    print(f"\npackage: {built.size / 1e6:.1f} MB zipped, at most {SIZE / 1e6:.0f}")
    if built.size > SIZE:
        over.append("package")
    return over


def main() -> int:
    """Measure; 1 if a limit is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.cold_start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    built = build(stage="dev", architecture=HERE)
    with tempfile.TemporaryDirectory() as there, Loopback(facts=letter()) as neighbors:
        image = lay_out_image(Path(there) / "image")
        (image / "empty.py").write_text(EMPTY)
        (image / "bare.py").write_text(BARE)
        package = unpack(built.zip, Path(there) / "package")
        stage = Stage(package=package, image=image, neighbors=neighbors)
        times = cold(stage, rounds=rounds)
        warmed = warm(stage, rounds=WARM_ROUNDS)
    over = report(built, times, warmed)
    if over:
        print(f"over the limit: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
