"""Where the emulator is not as AWS is, and what the template is changed by for it: all of it stands here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

# AWS asks for the permission of a single message, the emulator for one that AWS does not know.
BATCHES: Final = {"sqs:SendMessage": "sqs:SendMessageBatch"}
# AWS asks by which identity and configuration set; the emulator whether mails may be sent at all.
SENDING: Final = ["ses:SendEmail"]
# What AWS tells of a request, and the emulator does not: a condition on it would never hold.
UNHEARD: Final = ("ses:FromAddress", "kms:EncryptionContext")


def made_up_for(template: Path) -> None:
    """Change a template in its place: the emulator takes it, and allows what AWS allows."""
    said = json.loads(template.read_text())
    resources: dict[str, Any] = said["Resources"]
    for name in [name for name, each in resources.items() if _is_refused(each)]:
        del resources[name]
    secrets = {name for name, each in resources.items() if each["Type"] == "AWS::SecretsManager::Secret"}
    for statement in _statements(resources):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [*actions, *(BATCHES[each] for each in actions if each in BATCHES)]
        if statement["Action"] == SENDING:
            statement["Resource"] = "*"
        if any(name in json.dumps(statement.get("Condition")) for name in UNHEARD):
            del statement["Condition"]
        # What `Ref` gives of a secret is its ARN, here its name.
        if isinstance(statement["Resource"], dict) and statement["Resource"].get("Ref") in secrets:
            statement["Resource"] = {"Fn::GetAtt": [statement["Resource"]["Ref"], "Id"]}
    template.write_text(json.dumps(said))


def _is_refused(resource: Mapping[str, Any]) -> bool:
    """It has no alarms on what is computed from several metrics."""
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]


def _statements(resources: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every statement of what our functions may do."""
    for each in resources.values():
        properties = each.get("Properties", {})
        if each["Type"] == "AWS::IAM::ManagedPolicy":
            yield from properties["PolicyDocument"]["Statement"]
        elif each["Type"] == "AWS::IAM::Role":
            for policy in properties.get("Policies", []):
                yield from policy["PolicyDocument"]["Statement"]
