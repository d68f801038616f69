"""The one table: a row is a key, a document, and the attributes by which it is found or conditioned on.

The document (`body`) is the truth of a row, written and read by `codec`; every attribute beside it is there
to be searched by an index, or to be conditioned on. `infra/` declares the same table; a test compares them.
"""

from __future__ import annotations

from typing import Any, Self

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.observability import SERVICE
from chalicelib.storage.upgrades import SCHEMA, brought_up


class WakeIndex(GlobalSecondaryIndex["Row"]):
    """Whom time concerns next: sparse, by sweep and shard; the projected ids are hints."""

    class Meta:
        index_name = "wake"
        projection = IncludeProjection(["client_id", "seller_id"])

    wake = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class ByClient(GlobalSecondaryIndex["Row"]):
    """A client's subscriptions; whole rows, so that a list is one call."""

    class Meta:
        index_name = "by_client"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class BySeller(GlobalSecondaryIndex["Row"]):
    """What was bought through a freelancer."""

    class Meta:
        index_name = "by_seller"
        projection = KeysOnlyProjection()

    seller_id = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ByDelegate(GlobalSecondaryIndex["Row"]):
    """What is, or is asked to be, delegated to a freelancer; sparse."""

    class Meta:
        index_name = "by_delegate"
        projection = KeysOnlyProjection()

    delegate_id = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ByStatus(GlobalSecondaryIndex["Row"]):
    """Subscriptions by status, freelancers by state, and by shard, for the operator."""

    class Meta:
        index_name = "by_status"
        projection = KeysOnlyProjection()

    status = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ByEmail(GlobalSecondaryIndex["Row"]):
    """Subscriptions by the client's e-mail address, for the operator."""

    class Meta:
        index_name = "by_email"
        projection = KeysOnlyProjection()

    client_email = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ByDomain(GlobalSecondaryIndex["Row"]):
    """Subscriptions by Microsoft domain, for the operator."""

    class Meta:
        index_name = "by_domain"
        projection = KeysOnlyProjection()

    domain = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Worklist(GlobalSecondaryIndex["Row"]):
    """What waits for an operator: reviews, applications, stuck effects; sparse, by list and shard."""

    class Meta:
        index_name = "worklist"
        projection = KeysOnlyProjection()

    worklist = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Row(Model):
    """Any row of the table; which kind it is, its sort key says (see `keys`)."""

    class Meta:
        table_name = "seatwise"
        region = "us-east-1"
        connect_timeout_seconds = 1
        read_timeout_seconds = 3
        max_retry_attempts = 2
        billing_mode = "PAY_PER_REQUEST"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=SCHEMA)
    body = UnicodeAttribute(null=True)

    # conditioned on
    version = NumberAttribute(null=True)
    documents = NumberAttribute(null=True)
    state = UnicodeAttribute(null=True)
    attempts = NumberAttribute(null=True)
    leased_until = UnicodeAttribute(null=True)
    started_at = UnicodeAttribute(null=True)
    last_error = UnicodeAttribute(null=True)
    memo = UnicodeAttribute(null=True)  # an effect's notes, a document
    owner = UnicodeAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)

    # a freelancer's totals, cents
    accrued = NumberAttribute(null=True)
    pending = NumberAttribute(null=True)
    earned = NumberAttribute(null=True)
    reversed = NumberAttribute(null=True)
    payable = NumberAttribute(null=True)
    paid = NumberAttribute(null=True)

    # searched by
    wake = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    seller_id = UnicodeAttribute(null=True)
    delegate_id = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    client_email = UnicodeAttribute(null=True)
    domain = UnicodeAttribute(null=True)
    worklist = UnicodeAttribute(null=True)

    expires_at = TTLAttribute(null=True)

    wake_index = WakeIndex()
    by_client = ByClient()
    by_seller = BySeller()
    by_delegate = ByDelegate()
    by_status = ByStatus()
    by_email = ByEmail()
    by_domain = ByDomain()
    by_worklist = Worklist()

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """See Model: how every row comes that is read, by its key or in a list; raises Newer."""
        return super().from_raw_data(brought_up(data))

    def deserialize(self, attribute_values: dict[str, dict[str, Any]]) -> None:
        """See Model: how a row comes back from a change; raises Newer."""
        super().deserialize(brought_up(attribute_values))


def bind(*, table_name: str, region: str) -> Connection:
    """Point the model at a table, and answer the one connection that everything shares."""
    meta: Any = Row.Meta
    if meta.table_name != table_name or meta.region != region:
        meta.table_name, meta.region = table_name, region
        Row._connection = None  # noqa: SLF001  (pynamodb keeps the old table's connection otherwise)
    connection: Connection = Row._get_connection().connection  # noqa: SLF001  (one client for all)
    connection.session.user_agent_extra = SERVICE
    return connection
