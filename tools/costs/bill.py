"""A month's bill: what was counted, times how often it happens, times what AWS asks for it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import fsum
from pathlib import Path
from typing import Any, Final

from chalicelib.domain.timetable import TIMETABLE
from chalicelib.sweeps import STOP_BEFORE_END_MS
from tools.costs.meter import Usage
from tools.template import merged

ROOM: Final = Path(__file__).parent
ROOT: Final = ROOM.parents[1]
COUNTED: Final = ROOM / "counted.json"
GIGABYTE: Final = 1024**3
HOURS_OF_A_DAY: Final = 24
MINUTES_OF_A_DAY: Final = 24 * 60
QUEUES: Final = 3  # that functions poll
OFTEN_MINUTES: Final = 5
NIGHTLY: Final = "reconciliations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a bill."""

    price: str  # its name in the table of prices
    service: str
    what: str
    quantity: Decimal

    @property
    def cost(self) -> Decimal:
        """US dollars."""
        listed = prices()[self.price]
        return self.quantity * _decimal(listed["price"]) / _decimal(listed["per"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What happens in a month: how often each scene."""

    often: Mapping[str, float]
    subscriptions: int
    watched: bool = True  # whether the stage has alarms and the dashboard


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


@cache
def prices() -> dict[str, Any]:
    """The table of prices, by name."""
    return tomllib.loads((ROOM / "prices.toml").read_text(encoding="utf-8"), parse_float=Decimal)


@cache
def assumed() -> dict[str, Any]:
    """What is assumed, by chapter."""
    return tomllib.loads((ROOM / "assumptions.toml").read_text(encoding="utf-8"))


@cache
def counted() -> dict[str, Usage]:
    """What each scene uses, as it was last counted."""
    return {name: Usage.read(shown) for name, shown in json.loads(COUNTED.read_text()).items()}


@cache
def _configured() -> dict[str, Any]:
    configured: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text())
    return configured["lambda_functions"]  # type: ignore[no-any-return]


@cache
def _template() -> dict[str, Any]:
    return merged()


# --- The two months ----------------------------------------------------------------------------------


def sweeps_alone() -> dict[str, float]:
    """How often each sweep runs in a month, whether or not anything is due."""
    minutes = assumed()["days"] * MINUTES_OF_A_DAY
    return {f"idle {sweep.value}": minutes / every for sweep, every in TIMETABLE.items()}


def idle() -> Month:
    """Nobody comes."""
    return Month(often=sweeps_alone(), subscriptions=0)


def busy() -> Month:
    """As many subscriptions as are assumed, and what belongs to them."""
    people = assumed()["people"]
    often = {
        "visitor": people["visitors"],
        "purchase": people["purchases"],
        "activation": people["purchases"],
        "month": people["subscriptions"],
        "client's visit": people["client_visits"],
        "freelancer's visit": people["freelancer_visits"],
        "cancellation": people["cancellations"],
        "night": assumed()["days"] * min(people["subscriptions"], compared_in_a_night()),
    }
    return Month(often={**sweeps_alone(), **often}, subscriptions=people["subscriptions"])


def compared_in_a_night() -> int:
    """How many subscriptions the nightly comparison gets through in its one run; the next run goes on."""
    memory = _configured()[f"sweep_{NIGHTLY}"]
    there_is = memory["lambda_timeout"] * 1000 - STOP_BEFORE_END_MS
    return int(there_is // milliseconds(counted()["night"])[f"sweep_{NIGHTLY}"])


# --- What is used ------------------------------------------------------------------------------------


def used_in(month: Month) -> Usage:
    """Everything of a month."""
    total = Usage()
    for scene, times in month.often.items():
        total = total.plus(counted()[scene], times=times)
    return total


def milliseconds(used: Usage) -> dict[str, float]:
    """How long each function runs, starts left out."""
    waits, own = assumed()["waits"], assumed()["own"]
    found: dict[str, float] = {}
    for name, times in used.calls.items():
        function, _, kind = name.partition(": ")
        one = own["run"] if kind == "runs" else own["call"] + waits[kind]
        found[function] = found.get(function, 0) + times * one
    return found


def starts(used: Usage) -> dict[str, float]:
    """How often each function is a new process."""
    often = assumed()["days"] * MINUTES_OF_A_DAY / OFTEN_MINUTES
    runs = {name.removesuffix(": runs"): times for name, times in used.calls.items() if name.endswith("runs")}
    share = assumed()["starts"]["share"]
    return {name: times * (share if times >= often else 1) for name, times in runs.items()}


def gigabyte_seconds(used: Usage) -> float:
    """What Lambda counts: memory times time."""
    new, start = starts(used), float(assumed()["own"]["start"])
    return fsum(
        float(_configured()[name]["lambda_memory_size"]) / 1024 * (spent + new.get(name, 0) * start) / 1000
        for name, spent in milliseconds(used).items()
    )


def calls_of(used: Usage, *kinds: str) -> float:
    """How many calls of these kinds, by all functions."""
    return fsum(times for name, times in used.calls.items() if name.partition(": ")[2] in kinds)


def metric_months(used: Usage) -> float:
    """AWS asks for a metric by the hours in which it is sent: at most one for each time, at most all."""
    hours = int(assumed()["days"]) * HOURS_OF_A_DAY
    return fsum(min(1, times / hours) for times in used.metrics.values())


def alarm_metrics(used: Usage) -> int:
    """How many metrics the alarms look at; one that asks by a query looks at all that it may find."""
    total = 0
    for said in _of_type("AWS::CloudWatch::Alarm"):
        if "Metrics" not in said:
            total += 1
            continue
        for each in said["Metrics"]:
            query = each["Expression"]["Fn::Sub"] if isinstance(each.get("Expression"), dict) else ""
            if "MetricStat" in each:
                total += 1
            elif "SELECT" in query:
                name = query.partition("(")[2].partition(")")[0]
                total += max(1, sum(1 for metric in used.metrics if metric.partition("{")[0] == name))
    return total


def _of_type(kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in _template()["Resources"].values() if each.get("Type") == kind]


# --- The bill ----------------------------------------------------------------------------------------


def bill(month: Month) -> list[Line]:
    """Every line, in the order of the page."""
    used, platform = used_in(month), assumed()["platform"]
    amounts, runs = used.amounts, calls_of(used, "runs")
    events = fsum(times for name, times in used.metrics.items() if name.startswith("mail_event{"))
    worked = fsum(
        times for name, times in used.calls.items() if name.startswith("work_") and name.endswith("runs")
    )
    polls = platform["queue_polls"] * assumed()["days"] * MINUTES_OF_A_DAY * QUEUES
    new = fsum(starts(used).values())
    logged = (
        amounts["log bytes"]
        + runs * platform["log_bytes_of_a_run"]
        + amounts["answers"] * platform["log_bytes_of_an_answer"]
    ) / GIGABYTE
    kept = int(_stage("prod")["LogRetentionDays"]) / assumed()["days"]
    stored = month.subscriptions * stored_of_one() / GIGABYTE
    keys = len(_of_type("AWS::KMS::Key")) - (0 if month.watched else 1)

    def line(price: str, service: str, what: str, quantity: float) -> Line:
        return Line(price=price, service=service, what=what, quantity=_decimal(quantity))

    return [
        line("lambda_requests", "Lambda", "runs", runs),
        line("lambda_gb_seconds", "Lambda", "GB-seconds", gigabyte_seconds(used)),
        line("gateway_requests", "API Gateway", "requests", amounts["answers"]),
        line(
            "transfer_out",
            "Data transfer",
            "GB out",
            (amounts["answered bytes"] + amounts["sent bytes"]) / GIGABYTE,
        ),
        line("table_writes", "DynamoDB", "write request units", amounts["write units"]),
        line("table_reads", "DynamoDB", "read request units", amounts["read units"]),
        line("table_storage", "DynamoDB", "GB of rows and indexes", stored),
        line("table_recovery", "DynamoDB", "GB that can be had back", stored),
        line("queue_requests", "SQS", "requests: polling", polls),
        line("queue_requests", "SQS", "requests: messages", calls_of(used, "sqs") + 2 * worked + events),
        line("events", "EventBridge", "events of SES", events),
        line("mails", "SES", "mails", calls_of(used, "sesv2")),
        line("keys", "KMS", "keys", keys),
        line("key_requests", "KMS", "requests", calls_of(used, "kms") + platform["table_key_requests"]),
        line("secrets", "Secrets Manager", "secrets", len(_of_type("AWS::SecretsManager::Secret"))),
        line(
            "secret_requests",
            "Secrets Manager",
            "requests",
            calls_of(used, "secretsmanager") + new * assumed()["starts"]["secrets_read"],
        ),
        line("log_ingestion", "CloudWatch", "GB of logs, written", logged),
        line("log_storage", "CloudWatch", "GB of logs, kept", logged * kept * platform["log_compression"]),
        line("custom_metrics", "CloudWatch", "metrics of our own", metric_months(used)),
        line("alarms", "CloudWatch", "metrics under alarm", alarm_metrics(used) if month.watched else 0),
        line("dashboards", "CloudWatch", "dashboards", int(month.watched)),
        line("package_storage", "S3", "GB of packages", platform["package_gb"] * platform["packages_kept"]),
        *storefront(month),
    ]


def storefront(month: Month) -> list[Line]:
    """What it costs to serve the pages that people visit."""
    said = assumed()["storefront"]
    visits = fsum(month.often.get(scene, 0) for scene in ("visitor", "client's visit", "freelancer's visit"))
    files = visits * said["visit_files"]
    uploaded = said["releases"] * said["release_files"]

    def line(price: str, service: str, what: str, quantity: float) -> Line:
        return Line(price=price, service=service, what=what, quantity=_decimal(quantity))

    return [
        line("package_storage", "S3", "GB of the storefront", said["release_gb"] * said["releases_kept"]),
        line("file_writes", "S3", "requests: files uploaded", uploaded),
        # CloudFront keeps all but the page, of which it asks whether it has changed.
        line("file_reads", "S3", "requests: looking, reading", uploaded + visits),
        line("delivered", "CloudFront", "GB out", visits * said["visit_kb"] * 1024 / GIGABYTE),
        line("deliveries", "CloudFront", "requests", files),
        line("edge_runs", "CloudFront", "runs of the function", files),
    ]


def options(month: Month) -> list[Line]:
    """What is not deployed unless somebody asks for it."""
    used = used_in(month)
    (firewall,) = _of_type("AWS::WAFv2::WebACL")

    def line(price: str, service: str, what: str, quantity: float) -> Line:
        return Line(price=price, service=service, what=what, quantity=_decimal(quantity))

    return [
        line("firewall", "WAF", "firewall", 1),
        line("firewall_rules", "WAF", "rules", len(firewall["Rules"])),
        line("firewall_requests", "WAF", "requests", used.amounts["answers"]),
        line("zone", "Route 53", "zone", 1),
    ]


def total(lines: list[Line]) -> Decimal:
    """US dollars."""
    return sum((each.cost for each in lines), Decimal(0))


def stored_of_one() -> float:
    """Bytes of rows that a subscription has after the months that are assumed."""
    scenes = counted()
    begun = scenes["purchase"].amounts["stored bytes"] + scenes["activation"].amounts["stored bytes"]
    return begun + float(assumed()["people"]["months_kept"]) * scenes["month"].amounts["stored bytes"]


def _stage(name: str) -> dict[str, str]:
    parameters: dict[str, str] = json.loads((ROOT / "infra" / "stages" / f"{name}.json").read_text())[
        "Parameters"
    ]
    return parameters
