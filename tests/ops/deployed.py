"""A lived world as a deployed stage: a stack whose API has the settings, and whose queues are its own."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.session import get_session

from chalicelib.domain.clock import Offset
from chalicelib.ops.account import Account
from chalicelib.ops.commands import Desk
from chalicelib.ops.screen import Screen

QUEUES = ("MailsQueue", "EffectsQueue", "MailEventsQueue")
DEAD_LETTERS = ("MailsDeadLetters", "EffectsDeadLetters", "MailEventsDeadLetters", "SweepsDeadLetters")

_numbers = itertools.count(1)


@cache
def _session() -> Any:
    return get_session()


@cache
def _client(service: str) -> Any:
    return _session().create_client(service)


class Session:
    """A session of AWS whose functions are not run: what they would have been given is kept."""

    def __init__(self) -> None:
        self._session = _session()
        self.invoked: list[tuple[str, str, dict[str, Any]]] = []

    def create_client(self, service: str) -> Any:
        # A test may make DynamoDB fail: it has a client of its own. The others are made once, which is slow.
        client = self._session.create_client(service) if service == "dynamodb" else _client(service)
        return _Functions(client, self.invoked) if service == "lambda" else client

    def get_config_variable(self, name: str) -> Any:
        return self._session.get_config_variable(name)


class _Functions:
    def __init__(self, client: Any, invoked: list[tuple[str, str, dict[str, Any]]]) -> None:
        self._client = client
        self._invoked = invoked

    def get_function_configuration(self, **asked: Any) -> Any:
        return self._client.get_function_configuration(**asked)

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803
        self._invoked.append((FunctionName, InvocationType, json.loads(Payload)))


def desk(stage: Any) -> Desk:
    """Deploy it, with its clock where it stands, and sit down before it."""
    world = stage.world
    world.store.move_clock(Offset.standing(world.now(), real=datetime.now(UTC)))
    name = f"t{next(_numbers)}"
    settings = world.settings
    _client("cloudformation").create_stack(
        StackName=f"seatwise-{name}",
        TemplateBody=json.dumps(
            _template(
                {
                    "STAGE": "dev",
                    "CLOCK": "movable",
                    "TABLE_NAME": settings.table,
                    "SHARDS": str(settings.shards),
                    "KMS_KEY_ID": settings.kms_key_id,
                    "SECRET_ID": settings.secret_id,
                    "MAILS_QUEUE_URL": {"Ref": "MailsQueue"},
                    "EFFECTS_QUEUE_URL": {"Ref": "EffectsQueue"},
                }
            )
        ),
    )
    account = Account(stage=name, session=Session())
    return Desk(account=account, screen=Screen(), patience=0, pause=lambda _: None)


def _template(environment: dict[str, Any]) -> dict[str, Any]:
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.11",
            "Handler": "app.app",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": "none"},
            "Environment": {"Variables": environment},
        },
    }
    role = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}
    queues = {name: {"Type": "AWS::SQS::Queue", "Properties": {}} for name in (*QUEUES, *DEAD_LETTERS)}
    functions = dict.fromkeys(("APIHandler", "SweepTermEnds"), function)
    return {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": role}, **queues, **functions}}
