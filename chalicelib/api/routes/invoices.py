"""Invoices and credit notes (R12, R74–R76): for their client alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import usecases
from chalicelib.api.answering import File
from chalicelib.api.asking import Asked
from chalicelib.api.paging import Listing, after
from chalicelib.api.registry import CLIENT, PDF, get
from chalicelib.api.render import billing as render

if TYPE_CHECKING:
    from chalicelib.domain.invoicing import Document
    from chalicelib.storage.listing import Page


@get("/v1/invoices", roles=CLIENT, renders=render.invoices)
def list_invoices(asked: Asked, query: Listing) -> Page:
    """The caller's invoices and credit notes, newest first."""
    return usecases.invoices.list_documents(
        asked.world,
        caller=asked.caller,
        limit=query.limit,
        after=after(asked, query, among="document#"),
    )


@get("/v1/invoices/{id}", roles=CLIENT, renders=render.invoice)
def show_invoice(asked: Asked) -> Document:
    """One invoice or credit note."""
    return usecases.invoices.document(asked.world, document_id=asked.id(), caller=asked.caller)


@get("/v1/invoices/{id}/pdf", roles=CLIENT, media_type=PDF, problems=("not_acceptable",))
def print_invoice(asked: Asked) -> File:
    """One invoice or credit note as a PDF, in the caller's language."""
    document = usecases.invoices.document(asked.world, document_id=asked.id(), caller=asked.caller)
    content = usecases.invoices.pdf(asked.world, document_id=document.id, caller=asked.caller)
    return File(content=content, name=f"{document.number}.pdf")
