"""The papers of the product: invoices and credit notes as PDF (R12, R74–R76, D12).

Nothing is imported here: `invoice_pdf` brings a typesetter with it, which only its callers should pay for.
"""
