"""Every handler works as Lambda runs it: alone, from its own module, among nothing but what is packaged."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from chalicelib import sweeps
from chalicelib.domain.waking import Sweep
from tests.infra.deployed import FUNCTION, plain
from tests.infra.packaging import ROOT

DEVELOPERS_OWN = ["hypothesis", "moto", "pytest", "schemathesis", "mypy", "awslambdaric"]
HEAVY = {"babel", "boto3", "cryptography", "fpdf", "jinja2", "jwt", "requests", "stripe"}

TICK = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2026-11-22T10:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:events:us-east-1:000000000000:rule/sweep"],
    "detail": {},
}
HEALTH = {
    "resource": "/v1/health",
    "path": "/v1/health",
    "httpMethod": "GET",
    "headers": {"Accept": "application/json"},
    "multiValueHeaders": {"Accept": ["application/json"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "resourcePath": "/v1/health",
        "httpMethod": "GET",
        "path": "/api/v1/health",
        "requestId": "req-1",
        "identity": {"sourceIp": "127.0.0.1"},
    },
    "body": None,
    "isBase64Encoded": False,
}


def batch(*messages):
    """What the poller of a queue hands over."""
    return {
        "Records": [
            {
                "messageId": f"message-{n}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": json.dumps({"request_id": "req-1", **message}),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:queue",
                "awsRegion": "us-east-1",
            }
            for n, message in enumerate(messages)
        ]
    }


EVENTS = {
    "WorkMails": batch(
        {"effect": "sub_1.000001.E1", "kind": "mail"},
        {"effect": "refused.000001.E1", "kind": "mail"},
        {"effect": "sub_2.000001.E1", "kind": "mail"},
    ),
    "WorkEffects": batch(
        {"effect": "sub_1.000002.E7", "kind": "mail"},
        {"effect": "sub_1.000002.refund", "kind": "refund"},
        {"effect": "refused.000002.align", "kind": "align"},
    ),
}


class Seeing(ThreadingHTTPServer):
    """Remembers what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), EmptyAws)
        self.seen = []


class EmptyAws(BaseHTTPRequestHandler):
    """AWS on the loopback interface: nothing is due or to be done, and some rows may not be touched."""

    protocol_version = "HTTP/1.1"
    server: Seeing

    def do_POST(self):
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        self.server.seen.append((operation, said))
        status, answer = getattr(self, operation)(said)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def Query(self, _):
        return 200, {"Count": 0, "ScannedCount": 0, "Items": []}

    def GetItem(self, said):
        """A walk through everybody that has come to its end."""
        assert said["Key"]["pk"]["S"] == "walk#reconciliations"
        return 200, {"Item": {**said["Key"], "body": {"S": '{"lists_done": 99}'}}}

    def PutItem(self, _):
        return 200, {}

    def UpdateItem(self, said):
        kind = "AccessDenied" if "refused" in said["Key"]["pk"]["S"] else "ConditionalCheckFailed"
        return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{kind}Exception", "message": "No."}

    def SendMessageBatch(self, said):
        return 200, {"Successful": [{"Id": each["Id"], "MessageId": each["Id"]} for each in said["Entries"]]}

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def aws():
    server = Seeing()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def packaged_modules():
    """The modules that come with the distributions which requirements.txt has locked."""
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in locked}
    return [
        module
        for module, distributions in packages_distributions().items()
        if names & {re.sub(r"[-_.]+", "-", each).lower() for each in distributions}
    ]


@pytest.fixture(scope="module")
def alone(stages, aws, packaged_modules, tmp_path_factory):
    """Calls handlers in a fresh process, in a folder with these and no more, in a function's environment."""
    here = f"http://127.0.0.1:{aws.server_address[1]}"

    def call(calls, *, function, contents=("chalicelib",)):
        folder = tmp_path_factory.mktemp("package")
        for name in contents:
            (folder / name).symlink_to(ROOT / name)
        environment = {name: plain(value) for name, value in stages["prod"].environment(function).items()}
        told = {
            "allowed": [*packaged_modules, *(Path(name).stem for name in contents)],
            "refused": DEVELOPERS_OWN,
            "calls": calls,
        }
        ended = subprocess.run(  # noqa: S603  (our own script)
            [sys.executable, "-P", "-W", "error", str(ROOT / "tests" / "infra" / "alone.py")],
            input=json.dumps(told),
            env={
                **environment,
                "PYTHONPATH": str(folder),
                "PYTHONDONTWRITEBYTECODE": "1",
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_ENDPOINT_URL": here,
            },
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        answered = json.loads(ended.stdout.splitlines()[-1])
        assert answered["refused"] == DEVELOPERS_OWN
        return answered

    return call


@pytest.fixture(scope="module")
def told(stages, alone, aws):
    """What every sweep and both workers answered, one after the other, and what AWS was asked meanwhile."""
    deployed = stages["prod"]
    calls = [
        (deployed[name]["Handler"], EVENTS.get(name, TICK))
        for name in deployed.names(FUNCTION)
        if name != "APIHandler"
    ]
    answered = alone(calls, function="WorkMails")
    answers = dict(zip([handler for handler, _ in calls], answered["answers"], strict=True))
    return {**answered, "answers": answers, "seen": list(aws.seen)}


def test_every_sweep_runs_and_finds_nothing_due(prod, told):
    answers = [answer for handler, answer in told["answers"].items() if "sweep" in handler]
    assert {answer["sweep"] for answer in answers} == set(sweeps.TIMETABLE)
    assert all((answer["handled"], answer["left"]) == (0, False) for answer in answers)
    looks = [said for operation, said in told["seen"] if operation == "Query"]
    in_the_index = set(sweeps.TIMETABLE) - {Sweep.RECONCILIATIONS}
    assert len(looks) == int(prod.environment("SweepOutbox")["SHARDS"]) * len(in_the_index)
    assert {(said["TableName"], said["IndexName"]) for said in looks} == {("Table", "wake")}


def test_mails_that_are_delivered_already_are_left_alone_and_one_that_fails_returns(told):
    answer = told["answers"]["chalicelib.workers.work_mails"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}


def test_mails_among_the_effects_are_passed_on_and_only_the_effect_that_fails_returns(told):
    answer = told["answers"]["chalicelib.workers.work_effects"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-2"}]}
    sent = [said for operation, said in told["seen"] if operation == "SendMessageBatch"]
    assert [(said["QueueUrl"], len(said["Entries"])) for said in sent] == [("MailsQueue", 1)]


def test_neither_importing_nor_running_them_loads_what_only_a_letter_a_paper_a_token_or_money_needs(told):
    assert {"chalicelib", "pynamodb", "botocore"} <= set(told["loaded"])
    assert not HEAVY & set(told["loaded"])
    assert not HEAVY & set(told["loaded_afterwards"])


def test_the_api_answers_where_there_is_an_app_py(prod, alone):
    handler = prod["APIHandler"]["Handler"]
    told = alone([(handler, HEALTH)], function="APIHandler", contents=("chalicelib", "app.py"))
    (answer,) = told["answers"]
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["status"] == "ok"
    assert not HEAVY & set(told["loaded"])
