"""The rules: pure functions and values, which know neither AWS, nor HTTP, nor the time.

Whoever needs a part of them only now and then asks for it when it does, as `domain.lifecycle`: it is loaded
then. Making a hundred classes takes a function that has just started as long as its first answer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.domain import (
        account as account,
        actions as actions,
        brand as brand,
        calendar as calendar,
        catalog as catalog,
        clock as clock,
        commission as commission,
        consequences as consequences,
        delegation as delegation,
        disputes as disputes,
        drift as drift,
        effects as effects,
        freelancer as freelancer,
        idempotency as idempotency,
        invariants as invariants,
        invoicing as invoicing,
        letters as letters,
        lifecycle as lifecycle,
        mailing as mailing,
        money as money,
        order as order,
        payer as payer,
        payouts as payouts,
        people as people,
        refunds as refunds,
        refusals as refusals,
        subscription as subscription,
        timetable as timetable,
        us_states as us_states,
        waking as waking,
    )


def __getattr__(part: str) -> Any:
    try:
        return import_module(f"{__name__}.{part}")
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{part}":
            raise
        raise AttributeError(f"the rules have no part called {part}") from None
