"""A drill restores, checks and tidies up, whatever happens; the table itself is left alone."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from moto.dynamodb.models import dynamodb_backends

from chalicelib.ops.commands import ops
from chalicelib.storage import keys
from sandbox.aws import ACCOUNT, REGION, TABLE
from tests.ops.lived import row


@pytest.fixture
def drill(desk):
    def run(*words):
        arguments = ["--stage", desk.account.stage, "backup-drill", "--yes", *words]
        return CliRunner().invoke(ops, arguments, obj=desk)

    yield run
    for name in tables() - {TABLE}:
        dynamodb_backends[ACCOUNT][REGION].delete_table(name)


def tables():
    return set(dynamodb_backends[ACCOUNT][REGION].tables)


def test_a_good_backup_is_said_to_be_good_and_the_copy_is_gone(drill, stage):
    answered = drill()
    assert answered.exit_code == 0, answered.output
    assert " rows (about " in answered.stdout
    assert ", 0 findings, " in answered.stdout
    assert tables() == {TABLE}


def test_what_does_not_hold_in_the_copy_is_found_and_the_copy_is_gone(drill, stage):
    row(*keys.history(stage.ids[0], 2)).delete()
    answered = drill()
    assert answered.exit_code == 1
    assert f"subscription_history\t{stage.ids[0]}" in answered.stdout
    assert tables() == {TABLE}


def test_the_copy_may_be_kept(drill):
    answered = drill("--keep")
    (copy,) = tables() - {TABLE}
    assert copy == f"{TABLE}-drill-20240311100500"
    assert f"{copy} stays" in answered.stdout


def test_it_is_the_copy_that_is_checked(drill, desk, stage):
    """Spoil the table between the restoration and the check: the copy does not know."""
    client = desk.account.client("dynamodb")
    describe = client.describe_table

    def spoil(**asked):
        if asked["TableName"] != TABLE:
            stage.world.aws.table.items.clear()
        return describe(**asked)

    client.describe_table = spoil
    answered = drill()
    assert answered.exit_code == 0, answered.output
    assert ", 0 findings, " in answered.stdout


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), RuntimeError("no")], ids=["stopped", "broken"])
def test_the_copy_is_gone_even_if_it_is_stopped_or_breaks(drill, desk, trouble):
    client = desk.account.client("dynamodb")
    describe = client.describe_table
    looks: list[str] = []

    def fail(**asked):
        looks.append(asked["TableName"])
        if len(looks) == 2:
            raise trouble
        return describe(**asked)

    client.describe_table = fail
    assert drill().exit_code == 1
    assert looks[0] == TABLE
    assert tables() == {TABLE}


def test_a_copy_that_is_still_being_made_is_deleted_as_soon_as_it_can_be(drill, desk):
    client = desk.account.client("dynamodb")
    delete = client.delete_table
    refused: list[dict] = []

    def not_yet(**asked):
        if len(refused) < 3:
            refused.append(asked)
            raise client.exceptions.ResourceInUseException(
                {"Error": {"Code": "ResourceInUseException", "Message": "being created"}}, "DeleteTable"
            )
        return delete(**asked)

    client.delete_table = not_yet
    assert drill().exit_code == 0
    assert len(refused) == 3
    assert tables() == {TABLE}


def test_a_copy_with_too_few_rows_is_not_good(drill, desk):
    client = desk.account.client("dynamodb")
    describe = client.describe_table

    def more(**asked):
        found = describe(**asked)
        found["Table"]["ItemCount"] *= 3
        return found

    client.describe_table = more
    assert drill().exit_code == 1
