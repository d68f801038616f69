"""A stage in which everything that can be kept has been lived: where audits and searches begin."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from chalicelib.domain.drift import Difference, DriftKind, of_subscription
from chalicelib.domain.mailing import Suppression, SuppressionReason
from chalicelib.gateways.trouble import Refused
from chalicelib.ops.audit import Audit
from chalicelib.storage.inventory import Inventory
from chalicelib.storage.tables import Row
from chalicelib.usecases import disputes, grant
from chalicelib.usecases.carry_out import carry_out
from tests import lives
from tests.crash import commissions
from tests.crash.cardholders import ASKS

SUPPRESSED = "sup_1"


class _Refusing:
    def send(self, **_):
        raise Refused("mail", "MessageRejected")


def lived(world) -> lives.Stage:
    """One client, one freelancer: renewed, delegated and disputed; canceled and refunded; waiting; stuck."""
    stage = lives.active(world)
    _wait_until_renewed(stage)
    _delegated(stage)
    disputed = stage.subscription_id
    lives.buy(stage, key="gone")
    lives.drain(world)
    lives.cancel_now(stage)
    lives.drain(world)
    lives.buy(stage, key="waits", payment_method=ASKS)
    stage.ids = [disputed, stage.subscription_id]
    lives.buy(stage, key="pending")
    _stuck(stage)
    lives.drain(world)
    stage.ids = [disputed, _canceled(stage), stage.subscription_id]
    stage.subscription_id = disputed
    _disputed(stage)
    _listed(stage)
    return stage


def inventory_of(world) -> Inventory:
    """Everything that a world keeps."""
    settings = world.settings
    return Inventory(table_name=settings.table, region=settings.region, shards=settings.shards)


def walk(stage, *, segments=2, pause=lambda _: None, advance=lambda count=1: None):
    """An audit of everything."""
    return Audit(
        inventory=inventory_of(stage.world),
        now=stage.world.now,
        pause=pause,
        segments=segments,
        advance=advance,
    )


def audited(stage):
    """What an audit finds."""
    return walk(stage).findings()


def row(pk: str, sk: str) -> Row:
    """A row, to be looked at or spoiled."""
    return Row.get(pk, sk, consistent_read=True)


def written_over(pk: str, sk: str, **changes: Any) -> None:
    """Change fields of a document by hand, as nobody should; `a__b` is field b of a."""
    found = row(pk, sk)
    body = json.loads(found.body)
    for path, value in changes.items():
        *outer, last = path.split("__")
        within = body
        for name in outer:
            within = within[name]
        within[last] = value
    found.body = json.dumps(body)
    found.save()


def _wait_until_renewed(stage) -> None:
    world = stage.world
    commissions._account_asked_for(stage)
    for _ in range(5):
        stage.forward(timedelta(days=8))
        lives.sweep_all(world)
        lives.sweep_all(world)


def _delegated(stage) -> None:
    lives.set_group(stage)
    lives.ask_for_delegation(stage)
    lives.drain(stage.world)
    lives.take_on(stage)
    lives.drain(stage.world)
    grant.look(stage.world, subscription_id=stage.subscription_id, at=stage.now(), request_id=lives.REQUEST)


def _stuck(stage) -> None:
    world, mailbox = stage.world, stage.world.mail
    world.__dict__["mail"] = _Refusing()
    carry_out(world, effect_id=f"{stage.subscription_id}.1.E1", at=stage.now(), request_id=lives.REQUEST)
    world.__dict__["mail"] = mailbox


def _canceled(stage) -> str:
    found = stage.world.store.subscriptions_of(lives.CLIENT.id, status=None, limit=10, after=None).items
    (canceled,) = [sub.id for sub in found if sub.status == "canceled"]
    return canceled


def _disputed(stage) -> None:
    world = stage.world
    opened = world.stripe.open_dispute(world.store.load(stage.subscription_id).payment.charge_id)
    dispute_id = opened["id"] if isinstance(opened, dict) else world.stripe.things("dispute")[0]["id"]
    disputes.look(world, dispute_id=dispute_id, at=stage.now(), request_id=lives.REQUEST)
    lives.drain(world)


def _listed(stage) -> None:
    world, at = stage.world, stage.now()
    world.store.suppress(
        Suppression(
            id=SUPPRESSED,
            email="full@client.example",
            reason=SuppressionReason.BOUNCE,
            detail="General",
            at=at,
            template="E1",
            subscription_id=stage.subscription_id,
        )
    )
    seats = Difference(kind=DriftKind.SEATS, ours="10", theirs="11")
    drift = of_subscription(stage.subscription_id, seats, at=at)
    world.store.settle_drifts([drift], among=[drift.id], at=at)
