"""Invoices and credit notes, as their client sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.api.asking import Asked
from chalicelib.api.paging import each, next_cursor
from chalicelib.api.render.catalog import plan_name
from chalicelib.api.schemas import answers
from chalicelib.rulebook import BillingPeriod

if TYPE_CHECKING:
    from chalicelib.domain.invoicing import Document
    from chalicelib.storage.listing import Page


def invoice(_: Asked, document: Document) -> answers.Invoice:
    """One invoice or credit note."""
    period = document.period
    return answers.Invoice(
        id=document.id,
        kind=document.kind,
        number=document.number,
        subscription_id=document.subscription_id,
        issued_at=document.issued_at,
        plan=plan_name(document.plan_id),
        seats=document.seats,
        billing_period=BillingPeriod(document.billing_period),
        period=answers.Period(start=period.start, end=period.end) if period else None,
        unit_price=document.unit_price,
        subtotal=document.net,
        tax=document.tax,
        total=document.total,
        status=document.settlement,
        bill_to=document.bill_to,
        corrects=document.corrects,
        corrects_id=document.corrects_id,
        used_days=document.used_days,
        cycle_days=document.cycle_days,
        refunded_at=document.refunded_at,
    )


def invoices(asked: Asked, page: Page) -> answers.InvoiceList:
    """A page of them."""
    return answers.InvoiceList(data=each(asked, page, invoice), next_cursor=next_cursor(asked, page))
