"""One file a verb: load, decide, commit, nudge the queue.

A verb is loaded when it is first asked for, as `usecases.cancel`: a function that has just started, to list
the plans or to find that nothing is due, waits for no checkout and no refund.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.usecases import (
        access as access,
        align as align,
        authenticate as authenticate,
        cancel as cancel,
        cards as cards,
        carry_out as carry_out,
        catalog as catalog,
        checkout as checkout,
        delegate as delegate,
        deliver as deliver,
        disputes as disputes,
        enroll as enroll,
        grant as grant,
        heed as heed,
        heed_payment as heed_payment,
        invoices as invoices,
        known_order as known_order,
        link_account as link_account,
        looking_up as looking_up,
        mail_events as mail_events,
        pay_back as pay_back,
        payouts as payouts,
        persistence as persistence,
        place_order as place_order,
        provision as provision,
        reconcile as reconcile,
        renew as renew,
        resend as resend,
        review as review,
        sales as sales,
        search as search,
        see as see,
        set_renewal as set_renewal,
        stray as stray,
        stuck as stuck,
        suppressions as suppressions,
        suspend as suspend,
        take_credentials as take_credentials,
        tell_tax as tell_tax,
        tick as tick,
        watch_sweeps as watch_sweeps,
        webhooks as webhooks,
    )


def __getattr__(verb: str) -> Any:
    try:
        return import_module(f"{__name__}.{verb}")
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{verb}":
            raise
        raise AttributeError(f"there is no use case called {verb}") from None
