"""What Lambda hands to the functions: a tick, a request, messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

Event = dict[str, Any]

TICK: Final[Event] = {
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


def get(path: str, **query: str) -> Event:
    """A visitor's GET, from API Gateway."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": {"Accept": "application/json"},
        "multiValueHeaders": {"Accept": ["application/json"]},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": path,
            "httpMethod": "GET",
            "path": f"/api{path}",
            "requestId": "req-1",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def batch(*messages: Mapping[str, Any]) -> Event:
    """Messages of a queue, from its poller."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": json.dumps({"request_id": "req-1", **message}),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:queue",
                "awsRegion": "us-east-1",
            }
            for number, message in enumerate(messages)
        ]
    }


def mail_event(effect_tag: str) -> Event:
    """What the mail provider says of a mail that has gone out, from EventBridge."""
    return {
        "version": "0",
        "id": "5f3fe0f0-4a2b-4f6e-9a15-a7f5bd2b6c35",
        "detail-type": "Email Sent",
        "source": "aws.ses",
        "account": "000000000000",
        "time": "2026-11-22T10:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:ses:us-east-1:000000000000:configuration-set/mailing"],
        "detail": {
            "eventType": "Send",
            "mail": {
                "timestamp": "2026-11-22T10:00:00.000Z",
                "messageId": "0100018c-loopback",
                "destination": ["dana@example.com"],
                "tags": {"effect": [effect_tag], "template": ["E1"], "locale": ["en"]},
            },
            "send": {},
        },
    }
