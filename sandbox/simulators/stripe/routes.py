"""Every call that the simulator knows; of any other it says so, as Stripe does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from sandbox.simulators.stripe import (
    connect,
    customers,
    disputes,
    intents,
    records,
    refunds,
    setups,
    tax,
    transfers,
)
from sandbox.simulators.stripe.books import Books
from sandbox.simulators.stripe.fields import Fields
from sandbox.simulators.stripe.wire import Call, Object

Handler = Callable[[Books, Call], Object]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One call: how it is addressed, what it takes, and what does it."""

    method: str
    path: str  # a star stands for an id
    fields: Fields
    handler: Handler

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its addresses look like."""
        return re.compile(re.escape(self.path).replace(r"\*", "([^/]+)"))


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The call that is addressed so, with the ids in its path."""
    for route in ROUTES:
        found = route.pattern.fullmatch(path) if route.method == method else None
        if found is not None:
            return route, tuple(unquote(each) for each in found.groups())
    return None


def _route(line: str, fields: Fields, handler: Handler) -> Route:
    method, path = line.split()
    return Route(method=method, path=path, fields=fields, handler=handler)


JUST_EXPAND: Final = customers.JUST_EXPAND
ROUTES: Final = (
    _route("POST /v1/customers", customers.CUSTOMER, customers.create_customer),
    _route("GET /v1/customers", customers.CUSTOMERS, customers.list_customers),
    _route("GET /v1/customers/*", JUST_EXPAND, customers.get_customer),
    _route("POST /v1/customers/*", customers.CUSTOMER, customers.update_customer),
    _route("GET /v1/customers/*/payment_methods", customers.KEPT_CARDS, customers.list_methods),
    _route("GET /v1/customers/*/payment_methods/*", JUST_EXPAND, customers.get_method_of),
    _route("GET /v1/payment_methods/*", JUST_EXPAND, customers.get_method),
    _route("POST /v1/payment_methods/*/attach", customers.ATTACH, customers.attach),
    _route("POST /v1/payment_methods/*/detach", JUST_EXPAND, customers.detach),
    _route("POST /v1/setup_intents", setups.CREATE, setups.create_setup),
    _route("GET /v1/setup_intents/*", JUST_EXPAND, setups.get_setup),
    _route("POST /v1/setup_intents/*/confirm", setups.CONFIRM, setups.confirm_setup),
    _route("POST /v1/setup_intents/*/cancel", setups.CANCEL, setups.cancel_setup),
    _route("POST /v1/payment_intents", intents.CREATE, intents.create_intent),
    _route("GET /v1/payment_intents", intents.FIND, intents.list_intents),
    _route("GET /v1/payment_intents/*", JUST_EXPAND, intents.get_intent),
    _route("POST /v1/payment_intents/*", intents.UPDATE, intents.update_intent),
    _route("POST /v1/payment_intents/*/confirm", intents.CONFIRM, intents.confirm_intent),
    _route("POST /v1/payment_intents/*/cancel", intents.CANCEL, intents.cancel_intent),
    _route("POST /v1/refunds", refunds.CREATE, refunds.create_refund),
    _route("GET /v1/refunds", refunds.FIND, refunds.list_refunds),
    _route("GET /v1/refunds/*", JUST_EXPAND, refunds.get_refund),
    _route("GET /v1/disputes", disputes.FIND, disputes.list_disputes),
    _route("GET /v1/disputes/*", JUST_EXPAND, disputes.get_dispute),
    _route("GET /v1/charges", records.CHARGES, records.list_charges),
    _route("GET /v1/charges/*", JUST_EXPAND, records.get_charge),
    _route("POST /v1/tax/calculations", tax.CALCULATE, tax.calculate),
    _route("GET /v1/tax/calculations/*", JUST_EXPAND, tax.get_calculation),
    _route("POST /v1/tax/transactions/create_from_calculation", tax.RECORD, tax.record),
    _route("POST /v1/tax/transactions/create_reversal", tax.REVERSE, tax.reverse),
    _route("GET /v1/tax/transactions/*", JUST_EXPAND, tax.get_transaction),
    _route("POST /v1/accounts", connect.CREATE, connect.create_account),
    _route("GET /v1/accounts", connect.FIND, connect.list_accounts),
    _route("GET /v1/accounts/*", JUST_EXPAND, connect.get_account),
    _route("POST /v1/account_links", connect.LINK, connect.create_link),
    _route("POST /v1/transfers", transfers.CREATE, transfers.create_transfer),
    _route("GET /v1/transfers", transfers.FIND, transfers.list_transfers),
    _route("GET /v1/transfers/*", JUST_EXPAND, transfers.get_transfer),
    _route("POST /v1/transfers/*/reversals", transfers.REVERSE, transfers.create_reversal),
    _route("GET /v1/transfers/*/reversals", transfers.REVERSALS, transfers.list_reversals),
    _route("POST /v1/webhook_endpoints", records.ENDPOINT, records.create_endpoint),
    _route("GET /v1/events", records.EVENTS, records.list_events),
    _route("GET /v1/events/*", JUST_EXPAND, records.get_event),
    _route("GET /v1/balance_transactions", records.LINES, records.list_lines),
    _route("GET /v1/balance_transactions/*", JUST_EXPAND, records.get_line),
)
