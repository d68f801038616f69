"""The template that `chalice package` would write for a stage, read: what a test asks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FUNCTION, ROLE, POLICY = "AWS::Serverless::Function", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"

Json = dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """One statement of a policy: where it stands, and what it says."""

    where: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Json


@dataclass(frozen=True)
class Deployed:
    """One stage's template."""

    stage: str
    template: Json

    def __getitem__(self, name: str) -> Json:
        """The properties of a resource."""
        properties: Json = self.template["Resources"][name]["Properties"]
        return properties

    def names(self, kind: str) -> list[str]:
        """The resources of a kind."""
        return [name for name, each in self.template["Resources"].items() if each["Type"] == kind]

    def function(self, name: str) -> str:
        """The resource of a function, by the name that the code has given it."""
        return "APIHandler" if name == "api_handler" else "".join(part.title() for part in name.split("_"))

    def event(self, function: str) -> Json:
        """The one thing that starts a function."""
        (event,) = self[function]["Events"].values()
        found: Json = event["Properties"]
        return found

    def environment(self, function: str) -> dict[str, Any]:
        """Every variable that a function is given."""
        return {
            **self.template["Globals"]["Function"]["Environment"]["Variables"],
            **self[function].get("Environment", {}).get("Variables", {}),
        }

    def role(self, function: str) -> str:
        """The role of a function."""
        name: str = self[function]["Role"]["Fn::GetAtt"][0]
        return name

    def statements(self) -> Iterator[Statement]:
        """Every statement of every policy."""
        for role in self.names(ROLE):
            yield from self._inline(role)
        for kind in (POLICY, "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"):
            for policy in self.names(kind):
                yield from _read(policy, self[policy]["PolicyDocument"])
        for key in self.names("AWS::KMS::Key"):
            yield from _read(key, self[key]["KeyPolicy"])

    def shared(self, role: str, *, rehearsal: bool = False) -> set[str]:
        """The policies that a role shares with others; some only where the clock may be moved."""
        listed = self[role].get("ManagedPolicyArns", [])
        return {plain(_chosen(each, holds=rehearsal)) for each in listed} - {"AWS::NoValue"}

    def may(self, role: str, *, rehearsal: bool = False) -> list[Statement]:
        """What a role is allowed, by policies of its own and by those that it shares."""
        shared = self.shared(role, rehearsal=rehearsal)
        return [
            *self._inline(role),
            *(each for name in sorted(shared) for each in _read(name, self[name]["PolicyDocument"])),
        ]

    def _inline(self, role: str) -> Iterator[Statement]:
        for policy in self[role].get("Policies", []):
            yield from _read(role, policy["PolicyDocument"])


def plain(value: Any) -> str:
    """A value with every reference written as the name that it refers to: `Table/index/wake`."""
    if isinstance(value, str):
        return value
    ((intrinsic, said),) = value.items()
    if intrinsic == "Ref":
        return str(said)
    if intrinsic == "Fn::GetAtt":
        assert said[1] == "Arn", value
        return str(said[0])
    assert intrinsic == "Fn::Sub", value
    return re.sub(r"\$\{([^}]+?)(?:\.Arn)?\}", r"\1", said)


def _chosen(value: Any, *, holds: bool) -> Any:
    conditional = isinstance(value, dict) and "Fn::If" in value
    return value["Fn::If"][1 if holds else 2] if conditional else value


def _read(where: str, document: Json) -> Iterator[Statement]:
    for each in document["Statement"]:
        yield Statement(
            where=where,
            effect=each["Effect"],
            actions=tuple(_listed(each["Action"])),
            resources=tuple(plain(resource) for resource in _listed(each["Resource"])),
            condition=each.get("Condition", {}),
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
