"""AWS in memory: what was made quick is the same as it was, and no call disturbs another."""

from __future__ import annotations

import os
import random
import statistics
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session
from moto.dynamodb.models import dynamodb_backends
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.storage.tables import Row
from sandbox.aws import ACCOUNT, MAX_RECEIVES, REGION, TABLE, VISIBILITY_SECONDS, NothingLeaves, QuickTable

OTHER_REGION = "us-west-2"  # where moto is as it is


@pytest.fixture
def pair(world):
    """A client of the quick table, and one of an equal table that moto made itself."""
    quick = get_session().create_client("dynamodb", region_name=REGION)
    plain = get_session().create_client("dynamodb", region_name=OTHER_REGION)
    made = quick.describe_table(TableName=TABLE)["Table"]
    plain.create_table(
        TableName=TABLE,
        AttributeDefinitions=made["AttributeDefinitions"],
        KeySchema=made["KeySchema"],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}
            for index in made["GlobalSecondaryIndexes"]
        ],
    )
    world.aws.empty()
    assert not isinstance(dynamodb_backends[ACCOUNT][OTHER_REGION].tables[TABLE], QuickTable)
    yield quick, plain
    plain.delete_table(TableName=TABLE)


def answer(call: Any, **arguments: Any) -> Any:
    """What a call answers or how it is refused, without what is different in every answer."""
    try:
        found = call(**arguments)
    except ClientError as error:
        found = dict(error.response)
    found.pop("ResponseMetadata", None)
    return found


def some_item(chance: random.Random) -> dict[str, Any]:
    item: dict[str, Any] = {
        "pk": {"S": f"sub_{chance.randrange(5)}"},
        "sk": {"S": chance.choice(["subscription", "history#1", "history#2"])},
        "version": {"N": str(chance.randrange(3))},
        "body": {"S": chance.choice("abc")},
    }
    if chance.random() < 0.6:
        item["wake"], item["due_at"] = {"S": chance.choice(["x#0", "x#1"])}, {"S": str(chance.randrange(9))}
    return item


def some_call(chance: random.Random) -> tuple[str, dict[str, Any]]:
    item = some_item(chance)
    key = {"pk": item["pk"], "sk": item["sk"]}
    condition = chance.choice(
        [
            {},
            {"ConditionExpression": "attribute_not_exists(pk)"},
            {"ConditionExpression": "attribute_exists(pk)"},
        ]
    )
    update = {
        "Key": key,
        "UpdateExpression": "ADD version :one SET body = :text REMOVE wake",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":text": {"S": "new"}},
        **condition,
    }
    one_of = chance.randrange(7)
    if one_of == 0:
        return "put_item", {"TableName": TABLE, "Item": item, **condition}
    if one_of == 1:
        return "update_item", {"TableName": TABLE, **update}
    if one_of == 2:
        return "delete_item", {"TableName": TABLE, "Key": key, **condition}
    if one_of == 3:
        values = {":wake": {"S": "x#0"}, ":due": {"S": str(chance.randrange(9))}}
        return "query", {
            "TableName": TABLE,
            "IndexName": "wake",
            "KeyConditionExpression": "wake = :wake AND due_at <= :due",
            "ExpressionAttributeValues": values,
            "ScanIndexForward": chance.random() < 0.5,
            "Limit": chance.randrange(1, 5),
        }
    if one_of == 4:
        return "query", {
            "TableName": TABLE,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :start)",
            "ExpressionAttributeValues": {
                ":pk": item["pk"],
                ":start": {"S": chance.choice(["h", "s", ""]) or "h"},
            },
            "ConsistentRead": True,
        }
    operations: list[dict[str, Any]] = []
    for _ in range(chance.randrange(1, 5)):
        other = some_item(chance)
        place = {"pk": other["pk"], "sk": other["sk"]}
        operations.append(
            chance.choice(
                [
                    {"Put": {"TableName": TABLE, "Item": other, **condition}},
                    {"Update": {"TableName": TABLE, **update, "Key": place}},
                    {"Delete": {"TableName": TABLE, "Key": place}},
                    {
                        "ConditionCheck": {
                            "TableName": TABLE,
                            "Key": place,
                            "ConditionExpression": "attribute_exists(pk)",
                        }
                    },
                ]
            )
        )
    return "transact_write_items", {"TransactItems": operations}


def everything(client: Any) -> list[Any]:
    rows = client.scan(TableName=TABLE)["Items"]
    return sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))


@pytest.mark.parametrize("seed", range(4))
def test_quick_and_plain_answer_the_same_and_hold_the_same(pair, seed):
    quick, plain = pair
    chance = random.Random(seed)
    refused = 0
    for _ in range(120):
        name, arguments = some_call(chance)
        ours, theirs = (answer(getattr(client, name), **arguments) for client in pair)
        assert ours == theirs, (name, arguments)
        refused += "Error" in ours
    assert everything(quick) == everything(plain) != []
    assert refused > 5


def rows(world):
    return {(row.attrs["pk"].value, row.attrs["sk"].value): row.to_json() for row in world.aws.table.rows()}


def put(pk: str, **attributes: Any) -> None:
    Row(pk, "subscription", **attributes).save()


def test_a_transaction_that_fails_is_rolled_back_whole(world):
    put("changed", version=1)
    put("deleted", version=1)
    put("in the way", version=1)
    before = rows(world)
    write = TransactWrite(connection=connection())
    write.save(Row("made", "subscription", version=1))
    write.update(Row("changed", "subscription"), actions=[Row.version.add(1), Row.body.set("new")])
    write.delete(Row("deleted", "subscription"))
    write.save(Row("in the way", "subscription"), condition=Row.pk.does_not_exist())
    with pytest.raises(TransactWriteError):
        write.__exit__(None, None, None)
    assert rows(world) == before


def connection():
    return Row._get_connection().connection


def test_of_many_rivals_one_transaction_wins_and_nothing_is_lost(world):
    put("stock", version=20)
    sold, refused = [], []

    def sell(who: int) -> None:
        for n in range(5):
            try:
                with TransactWrite(connection=connection()) as write:
                    write.save(Row(f"sale#{who}#{n}", "subscription"), condition=Row.pk.does_not_exist())
                    write.update(
                        Row("stock", "subscription"),
                        actions=[Row.version.add(-1)],
                        condition=Row.version >= 1,
                    )
                sold.append((who, n))
            except Exception as error:  # noqa: BLE001
                refused.append(error)

    threads = [threading.Thread(target=sell, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = {pk for pk, _ in rows(world)}
    assert len(sold) == 20
    assert len(refused) == 20
    assert {f"sale#{who}#{n}" for who, n in sold} <= kept
    assert Row.get("stock", "subscription").version == 0


def milliseconds(work: Any) -> float:
    took = []
    for _ in range(7):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def test_calls_stay_quick_in_a_table_of_three_thousand_rows(world):
    for n in range(3_000):
        world.aws.table.put_item(
            {"pk": {"S": f"row#{n:05d}"}, "sk": {"S": "subscription"}, "body": {"S": "x" * 500}}
        )
    put("one", wake="reminders#0", due_at="2024-01-01T00:00:00Z")

    def transact() -> None:
        with TransactWrite(connection=connection()) as write:
            for n in range(5):
                write.save(Row(f"new#{n}", "subscription"))

    # moto itself takes a third of a second, and more, for each.
    assert milliseconds(transact) < 80
    assert milliseconds(lambda: list(Row.wake_index.query("reminders#0", Row.due_at <= "2025"))) < 80
    assert milliseconds(lambda: list(Row.query("one"))) < 80


def test_rows_whose_time_is_over_are_removed_by_the_given_clock(world):
    now = world.now()
    put("over", expires_at=now - timedelta(seconds=1))
    put("not yet", expires_at=now)
    put("never")
    assert world.aws.remove_expired(now) == 1
    assert {pk for pk, _ in rows(world)} >= {"not yet", "never"}
    assert world.aws.remove_expired(now + timedelta(seconds=1)) == 1


def test_the_queues_are_as_in_a_deployment(world):
    sqs = world.client("sqs")
    for url in (world.aws.mails_url, world.aws.effects_url):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert int(attributes["VisibilityTimeout"]) == VISIBILITY_SECONDS
        assert f'"maxReceiveCount": {MAX_RECEIVES}' in attributes["RedrivePolicy"]


def test_secrets_and_keys_are_there(world):
    for name in ("quote_signing_key", "payments_webhook_secret", "stripe_secret_key"):
        assert world.secrets.get(name) == world.aws.secrets[name]
    sealed = world.vault.seal("a secret", subscription_id="sub_1")
    assert world.vault.open(sealed, subscription_id="sub_1") == "a secret"
    with pytest.raises(ClientError):
        world.vault.open(sealed, subscription_id="sub_2")


def test_nothing_leaves_the_process(world):
    ec2 = get_session().create_client("s3", region_name=REGION, endpoint_url="https://elsewhere.example")
    with pytest.raises(NothingLeaves):
        ec2.list_buckets()


def test_the_settings_of_the_user_are_hidden(world):
    assert os.environ["AWS_ACCESS_KEY_ID"] == "sandbox"
    assert os.environ["AWS_CONFIG_FILE"] == os.devnull
    assert not [name for name in os.environ if name.startswith(("AWS_ENDPOINT_URL", "AWS_PROFILE"))]
