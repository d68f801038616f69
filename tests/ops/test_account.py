"""Why nothing could be done is said in one sentence; what is a fault of ours is not dressed up as one."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from chalicelib.ops.account import Lacking, what_is_lacking
from chalicelib.settings import NotConfigured
from chalicelib.storage.inventory import TableTrouble
from chalicelib.storage.stale import Newer, Stale


def said(code, message="", operation="Scan"):
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoCredentialsError(), "There are no AWS credentials: sign in, or name a profile with --profile."),
        (ProfileNotFound(profile="x"), "The config profile (x) could not be found."),
        (NoRegionError(), "No AWS region is given: name it with --region."),
        (
            EndpointConnectionError(endpoint_url="https://x"),
            "AWS cannot be reached from here: see the network, the region, and AWS_ENDPOINT_URL.",
        ),
        (said("ExpiredToken"), "The AWS credentials have expired: sign in again."),
        (said("InvalidClientTokenId"), "AWS does not know these credentials."),
        (said("AccessDenied"), "These credentials may not call Scan: it needs a role that may."),
        (
            said("ValidationError", "Stack with id seatwise-dev does not exist", "ListStackResources"),
            "There is no stack seatwise-dev in this account and region.",
        ),
        (said("ThrottlingException", "slower"), "AWS refuses Scan: ThrottlingException: slower"),
        (
            TableTrouble("scan", cause=said("AccessDeniedException")),
            "These credentials may not call Scan: it needs a role that may.",
        ),
        (
            NotConfigured("TABLE_NAME is not set"),
            "The stage dev is not configured as this release needs it: TABLE_NAME is not set.",
        ),
        (Newer("x"), "A newer release has written to this stage: use the same release here."),
        (Lacking("So it is."), "So it is."),
    ],
    ids=[
        "no credentials",
        "no such profile",
        "no region",
        "no network",
        "expired",
        "unknown",
        "not allowed",
        "no stack",
        "something else",
        "not allowed at the table",
        "not configured",
        "another release",
        "as it was said",
    ],
)
def test_what_is_lacking_is_one_sentence(error, sentence):
    assert what_is_lacking(error, stage="dev") == sentence


def test_what_aws_says_otherwise_is_passed_on():
    told = what_is_lacking(ConnectTimeoutError(endpoint_url="https://x"), stage="dev")
    assert told is not None
    assert told.startswith("AWS could not be asked: ")


@pytest.mark.parametrize("fault", [ValueError("x"), Stale("x"), TableTrouble("without a cause")])
def test_a_fault_of_ours_stays_one(fault):
    assert what_is_lacking(fault, stage="dev") is None
