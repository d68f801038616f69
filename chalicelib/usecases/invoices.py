"""Invoices and credit notes, for their client (R12, R74–R76)."""

from __future__ import annotations

from chalicelib.domain.invoicing import Document
from chalicelib.domain.people import Caller
from chalicelib.storage.listing import Page
from chalicelib.wiring import World


def list_documents(world: World, *, caller: Caller, limit: int, after: str | None) -> Page:
    """The caller's invoices and credit notes, newest first."""
    return world.store.documents(caller.id, limit=limit, after=after)


def document(world: World, *, document_id: str, caller: Caller) -> Document:
    """One of the caller's documents; `not_found` for anybody else's."""
    return world.store.document(caller.id, document_id)


def pdf(world: World, *, document_id: str, caller: Caller) -> bytes:
    """One of the caller's documents as a PDF, in the caller's language."""
    from chalicelib.documents.invoice_pdf import render_pdf

    found = world.store.document(caller.id, document_id)
    return render_pdf(found, brand=world.settings.brand, locale=caller.locale)
