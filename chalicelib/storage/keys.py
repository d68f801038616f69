"""Where each kind of row lives in the table: every key is made here, and nowhere else."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime

SUBSCRIPTION = "subscription"
FREELANCER = "freelancer"
EFFECT = "effect"
ORDER = "order"
DISPUTE = "dispute"
DRIFT = "drift"
SUPPRESSION = "suppression"

Key = tuple[str, str]


def subscription(subscription_id: str) -> Key:
    """A subscription."""
    return subscription_id, SUBSCRIPTION


def history(subject_id: str, version: int) -> Key:
    """A line of history of a subscription or freelancer."""
    return subject_id, f"history#{version:06d}"


def credentials(subscription_id: str) -> Key:
    """The encrypted admin credentials of a new tenant."""
    return subscription_id, "credentials"


def effect(effect_id: str) -> Key:
    """An effect in the outbox."""
    return effect_id, EFFECT


def order(order_id: str) -> Key:
    """A checkout under way."""
    return order_id, ORDER


def client(client_id: str) -> Key:
    """What is kept of a client."""
    return f"client#{client_id}", "account"


def payer(client_id: str) -> Key:
    """How a client pays."""
    return f"client#{client_id}", "payer"


def document(client_id: str, document_id: str) -> Key:
    """An invoice or credit note."""
    return f"client#{client_id}", f"document#{document_id}"


def freelancer(freelancer_id: str) -> Key:
    """A freelancer."""
    return freelancer_id, FREELANCER


def earning(freelancer_id: str, invoice_id: str) -> Key:
    """A line of a freelancer's ledger."""
    return freelancer_id, f"earning#{invoice_id}"


def payee(freelancer_id: str) -> Key:
    """A freelancer's account at the payment provider."""
    return freelancer_id, "payee"


def payee_of(account_id: str) -> Key:
    """Whose account at the payment provider this is."""
    return f"payout-account#{account_id}", "pointer"


def dispute(dispute_id: str, opened_at: datetime) -> Key:
    """A disputed charge; sorted by when it was opened, because the provider's ids are not."""
    return f"{opened_at:%Y%m%dT%H%M%SZ}.{dispute_id}", DISPUTE


def totals(freelancer_id: str) -> Key:
    """The totals of a freelancer's ledger."""
    return freelancer_id, "totals"


def freelancer_of(who: str) -> Key:
    """Which freelancer an e-mail address or a user is."""
    return f"freelancer-of#{who.lower()}", "pointer"


def link(token: str) -> Key:
    """A freelancer's personal link."""
    return f"link#{token}", "link"


def price(country: str, plan_id: str, billing_period: str, valid_from: str) -> Key:
    """An effective-dated price."""
    return f"prices#{country}", f"price#{plan_id}#{billing_period}#{valid_from}"


def prices(country: str) -> str:
    """The partition of a country's prices."""
    return f"prices#{country}"


def reservation(domain: str) -> Key:
    """A new tenant's domain, taken by one subscription."""
    return f"domain#{domain}", "reservation"


def record(record_key: str) -> Key:
    """A request under a caller's idempotency key."""
    return f"request#{record_key}", "record"


def record_key(*, caller: str, route: str, key: str) -> str:
    """The digest under which a caller's key on a route is kept."""
    return hashlib.sha256(f"{caller}\x1f{route}\x1f{key}".encode()).hexdigest()


def tenant(tenant_id: str, subscription_id: str) -> Key:
    """That a subscription is in a tenant of Microsoft's."""
    return f"tenant#{tenant_id}", subscription_id


def grant(relationship_id: str, subscription_id: str) -> Key:
    """That a delegated-administration relationship is a subscription's."""
    return f"grant#{relationship_id}", subscription_id


def drift(drift_id: str) -> Key:
    """That Microsoft has something otherwise than we have it."""
    return drift_id, DRIFT


def suppression(suppression_id: str) -> Key:
    """That an address gets no mails, for the operator's list."""
    return suppression_id, SUPPRESSION


def standing(email: str) -> Key:
    """Whether an address gets mails; found by a digest, so that no key has an address in it."""
    return f"suppressed#{hashlib.sha256(email.lower().encode()).hexdigest()}", "standing"


def walk(name: str) -> Key:
    """How far a walk through all subscriptions has come."""
    return f"walk#{name}", "walk"


def sweep_run(name: str) -> Key:
    """How a sweep ran last."""
    return f"sweep#{name}", "run"


def clock() -> Key:
    """By how much a movable clock has been moved."""
    return "clock", "offset"


def shard_of(row_id: str, shards: int) -> int:
    """The shard of a row: stable, and spread evenly."""
    return zlib.crc32(row_id.encode()) % shards


def sharded(name: str, shard: int) -> str:
    """The partition of one shard of a named list."""
    return f"{name}#{shard}"


def moment(at: datetime) -> str:
    """An instant as an index sorts it; whole seconds, UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
