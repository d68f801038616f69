"""Microsoft for the marketplace, put together from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from chalicelib.domain.account import AccountForm
from chalicelib.domain.people import Address
from chalicelib.gateways.microsoft import (
    Access,
    AddressCheck,
    Invitation,
    ListPrice,
    MicrosoftNotice,
    Ordered,
    OrderProgress,
    Progress,
    SeatsThere,
)
from chalicelib.gateways.partner_center import notices
from chalicelib.gateways.partner_center.catalog import Catalog
from chalicelib.gateways.partner_center.certificates import CertificateCheck
from chalicelib.gateways.partner_center.customers import Customers
from chalicelib.gateways.partner_center.failures import Failed
from chalicelib.gateways.partner_center.orders import Orders
from chalicelib.gateways.partner_center.prices import Prices
from chalicelib.gateways.partner_center.renewal import Renewal, Wanted
from chalicelib.gateways.partner_center.rest import Rest
from chalicelib.gateways.partner_center.seats import Seats
from chalicelib.rulebook import BillingPeriod

COUNTRY: Final = "US"


class PartnerCenter:
    """Partner Center and Graph; see `chalicelib.gateways.microsoft.Microsoft`."""

    def __init__(
        self,
        *,
        rest: Rest,
        graph: Rest,
        prices: Rest,
        catalog: Mapping[str, str],
        certificates: CertificateCheck,
        country: str = COUNTRY,
    ) -> None:
        products = Catalog(rest=rest, products=catalog, country=country)
        self._rest = rest
        self._customers = Customers(rest=rest, graph=graph)
        self._seats = Seats(rest=rest, catalog=products)
        self._orders = Orders(rest=rest, catalog=products, seats=self._seats)
        self._renewal = Renewal(rest=rest, seats=self._seats)
        self._prices = Prices(rest=prices, catalog=products)
        self._certificates = certificates
        self._notice_hosts = notices.HOSTS | {rest.host, graph.host}

    def domain_taken(self, *, domain: str) -> bool:
        """See Microsoft."""
        return self._customers.taken(domain)

    def tenant_exists(self, *, domain: str) -> bool:
        """See Microsoft."""
        return self._customers.tenant_of(domain, budget=self._rest.budget()) is not None

    def check_address(self, *, address: Address) -> AddressCheck:
        """See Microsoft."""
        return self._customers.check_address(address)

    def connect(
        self, *, key: str, form: AccountForm, at: datetime, known_tenant_id: str | None = None
    ) -> Invitation:
        """See Microsoft."""
        return self._customers.connect(key=key, form=form, known_tenant_id=known_tenant_id, at=at)

    def progress(self, *, tenant_id: str, at: datetime) -> Progress:  # noqa: ARG002
        """See Microsoft."""
        return self._customers.progress(tenant_id)

    def fill_cart(
        self,
        *,
        key: str,
        reference: str,
        tenant_id: str,
        plan_id: str,
        seats: int,
        billing_period: BillingPeriod,
        at: datetime,  # noqa: ARG002
    ) -> str:
        """See Microsoft."""
        return self._orders.fill_cart(
            key=key,
            reference=reference,
            tenant_id=tenant_id,
            plan_id=plan_id,
            seats=seats,
            billing_period=billing_period,
        )

    def check_out(self, *, ordered: Ordered, at: datetime) -> OrderProgress:
        """See Microsoft."""
        return self._orders.check_out(ordered, at=at)

    def order_progress(self, *, ordered: Ordered, at: datetime) -> OrderProgress:  # noqa: ARG002
        """See Microsoft."""
        return self._orders.progress(ordered)

    def align(
        self,
        *,
        ordered: Ordered,
        access: Access,
        auto_renew: bool,
        quantity: int | None = None,
        at: datetime,
    ) -> None:
        """See Microsoft."""
        wanted = Wanted(access=access, auto_renew=auto_renew, quantity=quantity)
        self._renewal.align(ordered=ordered, wanted=wanted, at=at)

    def seats_of(self, *, ordered: Ordered) -> SeatsThere | None:
        """See Microsoft."""
        try:
            found = self._seats.find(ordered, budget=self._rest.budget()).seats
        except Failed as failed:
            raise failed.trouble() from failed
        return None if found is None else self._seats.show(found)

    def list_prices(self, *, country: str, at: datetime) -> Sequence[ListPrice]:
        """See Microsoft."""
        return self._prices.at_market(country=country, at=at)

    def read_webhook(
        self, *, headers: Mapping[str, str], body: bytes, at: datetime
    ) -> MicrosoftNotice | None:
        """See Microsoft."""
        self._certificates.check(headers=headers, body=body, at=at)
        return notices.read_notice(body, hosts=self._notice_hosts)
