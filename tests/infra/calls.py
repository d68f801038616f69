"""What a function did at AWS, and whether a policy allows it, as far as our policies' language goes."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from fnmatch import fnmatchcase
from typing import Any

from chalicelib import wiring
from tests.infra.deployed import Statement, plain
from tests.infra.packaging import ROOT

PARTITION = "dynamodb:LeadingKeys"
MAILBOX = "no-reply"  # the default of the parameter
SENDER = "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:identity/SenderDomain"
CONFIGURATION_SET = "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:configuration-set/Mailing"

WAYS_IN = {
    str(ROOT / "chalicelib" / "sweeps.py"): "sweep_",
    str(ROOT / "chalicelib" / "workers.py"): "work_",
    str(ROOT / "chalicelib" / "api" / "application.py"): "__call__",
}


@dataclass(frozen=True)
class Call:
    """One thing that a function did at AWS: what a policy is asked about."""

    action: str
    resource: str
    context: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Notes:
    """What each function did."""

    calls: dict[str, set[Call]] = field(default_factory=lambda: defaultdict(set))

    def take(self, *, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Note one call of botocore, if a function of ours is making it."""
        function = running()
        if function is not None:
            service = model.service_model.service_name
            self.calls[function].update(READ[service](model.name, params))


def running() -> str | None:
    """The function that the code below us belongs to, as Lambda would have started it."""
    frame = sys._getframe()
    while (caller := frame.f_back) is not None:
        frame = caller
        prefix = WAYS_IN.get(frame.f_code.co_filename)
        if prefix is not None and frame.f_code.co_name.startswith(prefix):
            return "api_handler" if prefix == "__call__" else frame.f_code.co_name
    return None


def at_the_table(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    if operation == "TransactWriteItems":
        names = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
        for item in params["TransactItems"]:
            for verb, said in item.items():
                yield at_a_row(names.get(verb, "ConditionCheckItem"), said)
    elif operation == "TransactGetItems":
        for item in params["TransactItems"]:
            yield at_a_row("GetItem", item["Get"])
    elif operation == "BatchGetItem":
        for asked in params["RequestItems"].values():
            for key in asked["Keys"]:
                yield at_a_row(operation, {"Key": key})
    elif operation == "Query":
        where = f"Table/index/{params['IndexName']}" if "IndexName" in params else "Table"
        yield at_a_partition(operation, where, params["ExpressionAttributeValues"][":0"]["S"])
    else:
        yield at_a_row(operation, params)


def at_a_row(operation: str, said: dict[str, Any]) -> Call:
    return at_a_partition(operation, "Table", (said.get("Key") or said["Item"])["pk"]["S"])


def at_a_partition(operation: str, where: str, partition: str) -> Call:
    return Call(f"dynamodb:{operation}", where, frozenset({(PARTITION, partition)}))


def at_the_queues(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    queue = "MailsQueue" if params["QueueUrl"].endswith("mails") else "EffectsQueue"
    yield Call(f"sqs:{operation.removesuffix('Batch')}", queue)


def at_the_mailer(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    _, address = parseaddr(params["FromEmailAddress"])
    mailbox, _, _ = address.partition("@")
    context = frozenset({("ses:FromAddress", f"{mailbox}@SenderDomain")})
    yield Call(f"ses:{operation}", SENDER, context)
    if "ConfigurationSetName" in params:
        yield Call(f"ses:{operation}", CONFIGURATION_SET, context)


def at_the_vault(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    context = {(f"kms:EncryptionContext:{name}", "any") for name in params.get("EncryptionContext", {})}
    yield Call(f"kms:{operation}", "CredentialsKey", frozenset(context))


def at_the_secrets(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    token = params["SecretId"] == wiring.world().settings.microsoft.token_secret_id
    yield Call(f"secretsmanager:{operation}", "MicrosoftToken" if token else "Secrets")


READ = {
    "dynamodb": at_the_table,
    "sqs": at_the_queues,
    "sesv2": at_the_mailer,
    "kms": at_the_vault,
    "secretsmanager": at_the_secrets,
}


def allows(statement: Statement, call: Call) -> bool:
    """Whether a statement allows a call; of IAM's language it knows what our policies say."""
    return (
        statement.effect == "Allow"
        and call.action in statement.actions
        and call.resource in statement.resources
        and all(
            holds(operator, key, wanted, dict(call.context))
            for operator, keys in statement.condition.items()
            for key, wanted in keys.items()
        )
    )


def holds(operator: str, key: str, wanted: Any, context: dict[str, str]) -> bool:
    if operator == "Null":
        return (key in context) is (wanted == "false")
    if operator == "StringEquals":
        return context.get(key) == plain(wanted).replace("SenderMailbox", MAILBOX)
    patterns = wanted if isinstance(wanted, list) else [wanted]
    if operator == "ForAllValues:StringEquals":
        return key not in context or context[key] in patterns
    assert operator == "ForAllValues:StringLike", operator
    return key not in context or any(fnmatchcase(context[key], pattern) for pattern in patterns)
