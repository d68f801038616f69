"""Every alarm watches something that exists, reaches somebody, and has its paragraph; and the reverse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.domain.timetable import TIMETABLE
from chalicelib.domain.waking import Sweep
from tests.infra.deployed import Deployed, plain
from tests.infra.packaging import ROOT

ALARM = "AWS::CloudWatch::Alarm"
OPERATIONS = ROOT / "docs" / "operations"
WAKES, WAITS = "AlarmTopic", "TicketTopic"
DAY = 24 * 3600

# What AWS counts by itself, and by what it tells one from another.
AWS_COUNTS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): {"QueueName"},
    ("AWS/ApiGateway", "5XXError"): {"ApiName", "Stage"},
    ("AWS/ApiGateway", "Latency"): {"ApiName", "Stage"},
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/Lambda", "Throttles"): {"FunctionName"},
    ("AWS/DynamoDB", "ReadThrottleEvents"): {"TableName"},
    ("AWS/DynamoDB", "WriteThrottleEvents"): {"TableName", "GlobalSecondaryIndexName"},
    ("AWS/DynamoDB", "SystemErrors"): {"TableName", "Operation"},
    ("AWS/SES", "Reputation.BounceRate"): {"ses:configuration-set"},
    ("AWS/SES", "Reputation.ComplaintRate"): {"ses:configuration-set"},
}
QUERY = re.compile(r"SELECT \w+\((\w+)\) FROM SCHEMA\((\w+), ([\w, ]+)\)\s+WHERE ([\s\S]+)")


@dataclass(frozen=True)
class Metric:
    """What an alarm watches, or a graph shows: its dimensions, and the value of each that is one value."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    @property
    def by(self) -> set[str]:
        return {name for name, _ in self.dimensions}


def value_of(said: Any) -> str:
    """`{"Ref": "Stage"}` and `${Stage}` are the same."""
    if isinstance(said, str):
        return said.removeprefix("${").removesuffix("}") if said.startswith("${") else said
    ((kind, name),) = said.items()
    return name if kind == "Ref" else ".".join(name)


def metric_of(said: dict[str, Any]) -> Metric:
    return Metric(
        said["Namespace"],
        said["MetricName"],
        frozenset((each["Name"], value_of(each["Value"])) for each in said["Dimensions"]),
    )


def asked_by(query: str) -> Metric:
    """What a query of CloudWatch's sums up; a dimension that it adds over has no one value."""
    found = QUERY.fullmatch(query.strip())
    assert found, query
    only = dict(re.findall(r"(\w+) = '([^']+)'", found[4]))
    dimensions = frozenset((name, value_of(only.get(name, "*"))) for name in found[3].split(", "))
    return Metric(found[2], found[1], dimensions)


def watched(alarm: dict[str, Any]) -> Iterator[Metric]:
    if "MetricName" in alarm:
        yield metric_of(alarm)
    for each in alarm.get("Metrics", []):
        if "MetricStat" in each:
            yield metric_of(each["MetricStat"]["Metric"])
        elif isinstance(each["Expression"], dict):
            yield asked_by(each["Expression"]["Fn::Sub"])


def kebab(alarm: dict[str, Any]) -> str:
    stack, _, name = alarm["AlarmName"]["Fn::Sub"].partition("-")
    assert stack == "${AWS::StackName}"
    return name


def alarms(prod: Deployed) -> dict[str, dict[str, Any]]:
    return {kebab(prod[name]): prod[name] for name in prod.names(ALARM)}


def paragraphs() -> dict[str, str]:
    """The runbook, by alarm; what is said once for all sweeps is said for each."""
    page = (OPERATIONS / "runbook.md").read_text(encoding="utf-8")
    said: dict[str, str] = {}
    for part in re.split(r"^#{2,3} ", page, flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        if re.fullmatch(r"[A-Z].*", heading):
            assert not text.strip() or len(text) < 200, f"{heading} says too much"
            continue
        family = heading.endswith("-SWEEP")
        sweeps = [sweep.value.replace("_", "-") for sweep in Sweep] if family else [""]
        for each in sweeps:
            name = heading.replace("SWEEP", each)
            assert name not in said, f"{name} twice"
            said[name] = text
    return said


def documented() -> dict[str, set[str]]:
    """Our own metrics, with their dimensions, as their page has them."""
    rows = {}
    for line in (OPERATIONS / "metrics.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            rows[cells[0].strip("`")] = set(re.findall(r"`(\w+)`", cells[1]))
    return rows


def body_of(prod: Deployed) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(prod["Dashboard"]["DashboardBody"]["Fn::Sub"])
    return read


def shown(prod: Deployed) -> Iterator[Metric]:
    """Everything that a graph shows; three dots stand for what the metric before has in that place."""
    for widget in body_of(prod)["widgets"]:
        before: list[str] = []
        for row in widget["properties"].get("metrics", []):
            plain_row = [each for each in row if isinstance(each, str)]
            if not plain_row:
                query = row[0]["expression"]
                if query.startswith("SELECT"):
                    yield asked_by(query)
                continue
            if plain_row[0] == "...":
                plain_row = before[: len(before) - len(plain_row) + 1] + plain_row[1:]
            before = plain_row
            namespace, name, *rest = plain_row
            pairs = zip(rest[::2], rest[1::2], strict=True)
            yield Metric(namespace, name, frozenset((key, value_of(value)) for key, value in pairs))


def test_every_alarm_has_its_paragraph_and_every_paragraph_its_alarm(prod):
    assert set(paragraphs()) == set(alarms(prod))


def test_a_paragraph_says_what_the_alarm_says_of_the_hour_and_what_to_look_at_and_do(prod):
    for name, text in paragraphs().items():
        first = text.strip().partition("\n\n")[0].replace("\n", " ")
        sweep = name.rpartition("sweep-missed-")[2].rpartition("sweep-failed-")[2]
        for_some = re.match(r"Wakes somebody for (.*?);", first)
        wakes = f"`{sweep}`" in for_some[1] if for_some else first.startswith("Wakes somebody.")
        assert wakes or first.startswith("Wait") or for_some, name
        (topic,) = alarms(prod)[name]["AlarmActions"]
        assert plain(topic) == (WAKES if wakes else WAITS), name
        as_another = re.search(r"\bAs\s+\[", text)
        assert as_another or ("**Look" in text and re.search(r"\*\*[Dd]o\b", text)), name


def test_what_the_runbook_searches_the_logs_for_is_what_the_code_logs():
    page = (OPERATIONS / "README.md").read_text(encoding="utf-8")
    logged = set(re.findall(r"^\| `([^`]+)`", page, flags=re.MULTILINE))
    runbook = (OPERATIONS / "runbook.md").read_text(encoding="utf-8")
    searched = set(re.findall(r'message = "([^"]+)"', runbook))
    assert searched
    assert searched <= logged


def test_every_alarm_reaches_somebody_and_only_what_wakes_somebody_tells_when_it_is_over(prod):
    for name, alarm in alarms(prod).items():
        (topic,) = [plain(each) for each in alarm["AlarmActions"]]
        assert topic in {WAKES, WAITS}, name
        assert [plain(each) for each in alarm.get("OKActions", [])] == ([WAKES] if topic == WAKES else []), (
            name
        )
        assert alarm["AlarmDescription"], name
        assert alarm["TreatMissingData"] == (
            "breaching" if name.startswith("sweep-missed") else "notBreaching"
        )


def test_every_alarm_watches_something_that_is_counted_and_by_exactly_its_dimensions(prod):
    ours = documented()
    for name, alarm in alarms(prod).items():
        metrics = list(watched(alarm))
        assert metrics, name
        for metric in metrics:
            if metric.namespace == "Seatwise":
                assert metric.by == {"service", "stage", *ours[metric.name]}, name
                assert ("stage", "Stage") in metric.dimensions, name
            else:
                known = AWS_COUNTS[metric.namespace, metric.name]
                assert metric.by <= known, name
                assert metric.by, name


def test_every_value_of_a_dimension_that_an_alarm_names_is_one_of_its_metric(prod):
    page = (OPERATIONS / "metrics.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(" `"): line for line in page.splitlines() if line.startswith("| `")}
    sweeps, templates = {sweep.value for sweep in Sweep}, {f"E{n}" for n in range(1, 17)}
    for metric in {each for alarm in alarms(prod).values() for each in watched(alarm)}:
        for dimension, value in metric.dimensions:
            if metric.namespace == "Seatwise" and dimension not in {"service", "stage"} and value != "*":
                known = {"sweep": value in sweeps, "template": value in templates, "kind": True}
                assert known.get(dimension, f"`{value}`" in rows[metric.name]), (
                    metric.name,
                    dimension,
                    value,
                )


def test_every_queue_is_watched_for_dead_letters_and_for_what_waits_in_it(prod):
    by_metric: dict[str, set[str]] = {}
    for alarm in alarms(prod).values():
        for metric in watched(alarm):
            for dimension, value in metric.dimensions:
                if dimension == "QueueName":
                    by_metric.setdefault(metric.name, set()).add(value.partition(".")[0])
    queues = set(prod.names("AWS::SQS::Queue"))
    dead = {each for each in queues if each.endswith("DeadLetters")}
    assert by_metric["ApproximateNumberOfMessagesVisible"] == dead
    assert by_metric["ApproximateAgeOfOldestMessage"] == queues - dead


@pytest.mark.parametrize(("sweep", "minutes"), TIMETABLE.items())
def test_a_sweep_that_does_not_run_is_missed_after_three_of_its_intervals_or_a_day_and_a_bit(
    prod, sweep, minutes
):
    alarm = alarms(prod)[f"sweep-missed-{sweep.value.replace('_', '-')}"]
    window = alarm["Period"] * alarm["EvaluationPeriods"]
    assert window == (30 * 3600 if minutes * 60 == DAY else 3 * minutes * 60)
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert alarm["Threshold"] == 1
    assert metric_of(alarm).name == "sweep_run"
    assert ("sweep", sweep.value) in metric_of(alarm).dimensions


@pytest.mark.parametrize(("sweep", "minutes"), TIMETABLE.items())
def test_a_sweep_that_fails_is_noticed_in_its_second_run_and_not_in_its_first(prod, sweep, minutes):
    alarm = alarms(prod)[f"sweep-failed-{sweep.value.replace('_', '-')}"]
    assert alarm["Period"] == minutes * 60
    assert alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) == 2
    assert ("sweep", sweep.value) in metric_of(alarm).dimensions


def test_cloudwatch_takes_the_windows(prod):
    for name, alarm in alarms(prod).items():
        periods = {alarm["Period"]} if "Period" in alarm else set()
        for each in alarm.get("Metrics", []):
            periods |= {each["MetricStat"]["Period"]} if "MetricStat" in each else set()
            periods |= {each["Period"]} if "Period" in each else set()
        (period,) = periods
        window = period * alarm["EvaluationPeriods"]
        assert window <= (7 * DAY if period >= 3600 else DAY), name
        assert len(alarm.get("Metrics", [])) <= 10, name


def test_the_dashboard_shows_every_alarm_and_what_each_watches(prod):
    listed = {
        arn.removeprefix("${").removesuffix(".Arn}")
        for widget in body_of(prod)["widgets"]
        for arn in widget["properties"].get("alarms", [])
    }
    assert listed == set(prod.names(ALARM))
    graphs = set(shown(prod))
    for name, alarm in alarms(prod).items():
        assert set(watched(alarm)) <= graphs, name


def test_the_dashboard_shows_only_what_is_counted(prod):
    ours = documented()
    for metric in shown(prod):
        if metric.namespace == "Seatwise":
            assert metric.by == {"service", "stage", *ours[metric.name]}, metric


def test_the_dashboard_is_a_document_whatever_is_filled_in(prod):
    body = re.sub(r"\$\{[^}]+\}", "filled-in", prod["Dashboard"]["DashboardBody"]["Fn::Sub"])
    widgets = json.loads(body)["widgets"]
    assert all(widget["width"] <= 24 and widget["type"] in {"alarm", "metric", "text"} for widget in widgets)
    assert all("title" in widget["properties"] for widget in widgets if widget["type"] != "text")


def test_alarms_may_speak_through_their_topics_and_those_are_encrypted(prod):
    for topic in (WAKES, WAITS):
        assert plain(prod[topic]["KmsMasterKeyId"]) == "AlarmsKey"
        (statement,) = prod[f"{topic}Policy"]["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
