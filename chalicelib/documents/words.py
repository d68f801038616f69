"""What an invoice or credit note says, in the languages of the product; `{…}` is filled in by the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chalicelib.rulebook import BillingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language; `locale` is how its readers write dates and amounts."""

    locale: str
    lang: str
    invoice: str
    credit_note: str
    invoice_number: str
    credit_note_number: str
    issued: str
    corrects: str
    seller: str
    billed_to: str
    credited_to: str
    item: str
    seats: str
    unit_price: str
    amount: str
    billing: dict[str, str]
    period: str
    starts_with_activation: str
    never_started: str
    subscription: str
    days_used: str
    not_refunded: str
    net: str
    tax: str
    total: str
    total_credited: str
    currency: str
    payment: str
    full_refund: str
    partial_refund: str
    paid: str
    refund_pending: str
    refunded: str
    refunded_on: str
    questions: str


_ENGLISH: Final = Words(
    locale="en_US",
    lang="en-US",
    invoice="Invoice",
    credit_note="Credit note",
    invoice_number="Invoice number",
    credit_note_number="Credit note number",
    issued="Issue date",
    corrects="Corrects invoice",
    seller="From",
    billed_to="Billed to",
    credited_to="Credited to",
    item="Description",
    seats="Users",
    unit_price="Price per user",
    amount="Amount",
    billing={BillingPeriod.MONTHLY: "Monthly billing", BillingPeriod.YEARLY: "Yearly billing"},
    period="Service period: {first} – {last}",
    starts_with_activation="Service period starts with activation",
    never_started="Service period not started",
    subscription="Subscription {id}",
    days_used="Days used: {used} of {cycle}",
    not_refunded="Not refunded",
    net="Net",
    tax="Tax",
    total="Total",
    total_credited="Total credited",
    currency="Currency: {name} ({code})",
    payment="Payment",
    full_refund="Full refund",
    partial_refund="Prorated refund",
    paid="Paid",
    refund_pending="Refund to the original payment method: pending",
    refunded="Refund to the original payment method: refunded",
    refunded_on="Refund to the original payment method: refunded on {day}",
    questions="Questions? {support}",
)

_FRENCH: Final = Words(
    locale="fr_FR",
    lang="fr-FR",
    invoice="Facture",
    credit_note="Avoir",
    invoice_number="Numéro de facture",
    credit_note_number="Numéro d’avoir",
    issued="Date d’émission",
    corrects="Corrige la facture",
    seller="Émetteur",
    billed_to="Facturé à",
    credited_to="Crédité à",
    item="Désignation",
    seats="Utilisateurs",
    unit_price="Prix par utilisateur",
    amount="Montant",
    billing={BillingPeriod.MONTHLY: "Facturation mensuelle", BillingPeriod.YEARLY: "Facturation annuelle"},
    period="Période de service\N{NO-BREAK SPACE}: {first} – {last}",
    starts_with_activation="La période de service commence à l’activation",
    never_started="Période de service non commencée",
    subscription="Abonnement {id}",
    days_used="Jours utilisés\N{NO-BREAK SPACE}: {used} sur {cycle}",
    not_refunded="Non remboursé",
    net="Montant net",
    tax="Taxe",
    total="Total",
    total_credited="Total de l’avoir",
    currency="Devise\N{NO-BREAK SPACE}: {name} ({code})",
    payment="Paiement",
    full_refund="Remboursement intégral",
    partial_refund="Remboursement au prorata",
    paid="Payée",
    refund_pending="Remboursement sur le moyen de paiement d’origine\N{NO-BREAK SPACE}: en attente",
    refunded="Remboursement sur le moyen de paiement d’origine\N{NO-BREAK SPACE}: effectué",
    refunded_on="Remboursement sur le moyen de paiement d’origine\N{NO-BREAK SPACE}: effectué le {day}",
    questions="Une question\N{NARROW NO-BREAK SPACE}? {support}",
)


def words_in(locale: str) -> Words:
    """The words for a reader: French for any kind of `fr`, English for everybody else."""
    return _FRENCH if locale[:2].lower() == "fr" else _ENGLISH
