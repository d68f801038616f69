"""What a deployment has left in the account: the stack's outputs, and the real names of its resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

FUNCTION: Final = "AWS::Lambda::Function"
QUEUE: Final = "AWS::SQS::Queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One deployed stack: logical id → physical id, by kind, and the environment of its functions."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    functions: Mapping[str, str]
    queues: Mapping[str, str]  # URLs

    @classmethod
    def read(cls, client: Any, name: str) -> Self:
        """The stack of this name; `client` makes clients of AWS."""
        formation = client("cloudformation")
        (found,) = formation.describe_stacks(StackName=name)["Stacks"]
        resources = formation.describe_stack_resources(StackName=name)["StackResources"]
        of_kind: dict[str, dict[str, str]] = {}
        for each in resources:
            kind = of_kind.setdefault(each["ResourceType"], {})
            kind[each["LogicalResourceId"]] = each["PhysicalResourceId"]
        return cls(
            name=name,
            outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
            resources={each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources},
            functions=of_kind[FUNCTION],
            queues=of_kind[QUEUE],
        )

    def environment(self, client: Any) -> dict[str, str]:
        """What the API's function is configured with."""
        told = client("lambda").get_function_configuration(FunctionName=self.functions["APIHandler"])
        variables: dict[str, str] = told["Environment"]["Variables"]
        return variables

    def restart(self, client: Any, *names: str) -> None:
        """Give functions new processes, all of them by default: what one has kept in memory is gone.

        For a new description nobody is restarted; a change of the memory that decides nothing here does it.
        """
        functions = client("lambda")
        for name in names or self.functions:
            physical = self.functions[name]
            size = functions.get_function_configuration(FunctionName=physical)["MemorySize"]
            functions.update_function_configuration(FunctionName=physical, MemorySize=size ^ 1)
