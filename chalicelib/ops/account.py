"""A deployed stage, as AWS knows it: its stack, the settings of its functions, and so its world."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from chalicelib.domain.refusals import Refusal
from chalicelib.settings import NotConfigured, Settings
from chalicelib.storage.inventory import Inventory, TableTrouble
from chalicelib.storage.stale import Newer
from chalicelib.wiring import World

API: Final = "APIHandler"
_EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN: Final = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"})
_REFUSED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


class Lacking(Exception):
    """What is missing to do anything at all, in one sentence for whoever sits at the terminal."""


class Account:
    """One stage in the AWS account of the session's credentials."""

    def __init__(self, *, stage: str, session: Any) -> None:
        self.stage = stage
        self.stack = f"seatwise-{stage}"
        self._session = session
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A client of an AWS service, made once; AWS_ENDPOINT_URL is honored, as everywhere."""
        if service not in self._clients:
            self._clients[service] = self._session.create_client(service)
        return self._clients[service]

    @cached_property
    def resources(self) -> Mapping[str, str]:
        """What the stack has made: the name in AWS of each resource, by its name in the template."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.stack)
            for each in page["StackResourceSummaries"]
            if "PhysicalResourceId" in each
        }

    def resource(self, name: str) -> str:
        """One of them; Lacking where the stack has none of that name."""
        if name not in self.resources:
            raise Lacking(f"The stack {self.stack} has no {name}: was it deployed by another release?")
        return self.resources[name]

    @cached_property
    def settings(self) -> Settings:
        """What the stage's API is configured with."""
        found = self.client("lambda").get_function_configuration(FunctionName=self.resource(API))
        environment: Mapping[str, str] = found.get("Environment", {}).get("Variables", {})
        return Settings.read({**environment, "AWS_REGION": self._session.get_config_variable("region")})

    @cached_property
    def world(self) -> World:
        """The world that the stage's functions live in, with our own rights."""
        return World(self.settings)

    @cached_property
    def inventory(self) -> Inventory:
        """Everything that the stage keeps."""
        return inventory_of(self.settings)

    @cached_property
    def operator(self) -> str:
        """Who sits here, as AWS knows them: what their name in it ends with."""
        arn: str = self.client("sts").get_caller_identity()["Arn"]
        return arn.rpartition("/")[2] or arn

    def invoke(self, function: str, event: Mapping[str, Any]) -> None:
        """Have a function run, soon; what it says is in its log."""
        self.client("lambda").invoke(
            FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode()
        )


def inventory_of(settings: Settings) -> Inventory:
    """Everything that is kept where the settings say."""
    return Inventory(table_name=settings.table, region=settings.region, shards=settings.shards)


def what_is_lacking(error: BaseException, *, stage: str) -> str | None:
    """In one sentence, why nothing could be done; None for what is a fault of ours."""
    cause = getattr(error, "cause", None) if isinstance(error, TableTrouble) else error
    match cause:
        case Lacking():
            return str(cause)
        case NotConfigured():
            return f"The stage {stage} is not configured as this release needs it: {cause}."
        case Newer():
            return "A newer release has written to this stage: use the same release here."
        case NoCredentialsError():
            return "There are no AWS credentials: sign in, or name a profile with --profile."
        case ProfileNotFound():
            return f"{cause}."
        case NoRegionError():
            return "No AWS region is given: name it with --region."
        case EndpointConnectionError():
            return "AWS cannot be reached from here: see the network, the region, and AWS_ENDPOINT_URL."
        case ClientError():
            return _said_by_aws(cause, stage=stage)
        case BotoCoreError():
            return f"AWS could not be asked: {cause}"
        case _:
            return None


def refused(error: Refusal) -> str:
    """What a rule says no with, for a terminal."""
    return f"{error.detail} ({error.code})"


def _said_by_aws(error: ClientError, *, stage: str) -> str:
    said = error.response.get("Error", {})
    code, operation = said.get("Code", ""), error.operation_name
    if code in _EXPIRED:
        return "The AWS credentials have expired: sign in again."
    if code in _UNKNOWN:
        return "AWS does not know these credentials."
    if code in _REFUSED:
        return f"These credentials may not call {operation}: it needs a role that may."
    if code == "ValidationError" and "does not exist" in said.get("Message", ""):
        return f"There is no stack seatwise-{stage} in this account and region."
    return f"AWS refuses {operation}: {code}: {said.get('Message', '')}"
