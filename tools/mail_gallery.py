"""Every e-mail with sample facts, in both languages: `python -m tools.mail_gallery OUTDIR`."""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chalicelib.domain.brand import Brand
from chalicelib.mails import FOLDERS, LANGUAGES, Letter, render

BRAND: Final = Brand(
    name="Northgate",
    legal_name="Northgate Marketplace, Inc.",
    postal_address="500 Harbor Street, Suite 12, Portland, OR 97204, USA",
    sender="Northgate <no-reply@northgate.example>",
    support="support@northgate.example",
    storefront_url="https://my.northgate.example",
)

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One e-mail in one of its variants, with facts that could be true."""

    template: str
    variant: str
    facts: Facts

    @property
    def id(self) -> str:
        """A name for it: `E7 client, prorated`."""
        return f"{self.template} {self.variant}"

    def letter(self, locale: str, *, brand: Brand = BRAND) -> Letter:
        """The sample as it would be sent."""
        return render(self.template, locale=locale, facts=self.facts, brand=brand)


def _usd(cents: int) -> Facts:
    return {"amount": cents, "currency": "USD"}


_SUBSCRIPTION: Final[Facts] = {
    "name": "Dana Whitfield",
    "subscription_id": "sub_01HNH5Z0M8Q6T4R2W0Y8V6S4P2",
    "plan": "Microsoft 365 Business Standard",
    "seats": 10,
    "billing_period": "monthly",
}
_ONE_SEAT: Final[Facts] = {
    **_SUBSCRIPTION,
    "plan": "Microsoft 365 Apps for business",
    "seats": 1,
    "billing_period": "yearly",
}
_FREELANCER: Final[Facts] = {"name": "Luc Moreau"}
_SALE: Final[Facts] = {
    **_FREELANCER,
    "client_name": "Dana Whitfield",
    "plan": "Microsoft 365 Business Standard",
    "seats": 10,
    "billing_period": "monthly",
}
_INVOICE: Final[Facts] = {
    "id": "inv_01HNH5Z1A3C5E7G9J1L3N5P7R9",
    "number": "INV-000417",
    "total": _usd(156_80),
}
_CREDIT_NOTE: Final[Facts] = {"id": "inv_01HP0B6D8F0H2K4M6P8R0T2V4X", "number": "INV-000418"}
_MONTH: Final[Facts] = {"start": "2024-01-31T10:00:00Z", "end": "2024-02-29T10:00:00Z"}
_YEAR: Final[Facts] = {"start": "2024-02-01T10:00:00Z", "end": "2025-02-01T10:00:00Z"}
_DEADLINE: Final = "2024-02-14T10:00:00Z"
_DOMAIN: Final = "whitfieldbakery.onmicrosoft.com"
_NEW_TENANT: Final[Facts] = {
    "domain": _DOMAIN,
    "existing_customer": False,
    "admin_user_name": f"admin@{_DOMAIN}",
    "credentials_until": "2024-02-07T10:00:00Z",
    "term": _MONTH,
    "allowed_until": "2024-02-07T10:00:00Z",
    "auto_renew": True,
}
_CANCELED: Final[Facts] = {
    "cause": "client",
    "actor_name": None,
    "refund": _usd(156_80),
    "rule": "not_activated",
    "used_days": 0,
    "cycle_days": 0,
    "credit_note": _CREDIT_NOTE,
    "domain": None,
}
_IN_TERM: Final[Facts] = {**_CANCELED, "cycle_days": 29, "domain": _DOMAIN}
_ENDING: Final[Facts] = {
    "term_end": "2024-02-29T10:00:00Z",
    "days": 7,
    "will": "renew",
    "amount": _usd(156_80),
    "auto_renew": True,
    "suspended": False,
}
_RENEWED: Final[Facts] = {
    "invoice": _INVOICE,
    "term": {"start": "2024-02-29T10:00:00Z", "end": "2024-03-31T10:00:00Z"},
    "allowed_until": "2024-03-07T10:00:00Z",
    "full_refund_until": "2024-03-01T10:00:00Z",
    "auto_renew": True,
}
_EXPIRED: Final[Facts] = {
    "cause": "auto_renew_off",
    "cancels_at": "2024-03-30T10:00:00Z",
    "domain": _DOMAIN,
}
_DECLINED: Final[Facts] = {
    "amount": _usd(156_80),
    "next_attempt_at": "2024-03-01T10:00:00Z",
    "decline_code": "insufficient_funds",
    "attempt": 1,
    "attempts_left": 3,
}

# (e-mail, variant, whom or what it is about, what it tells), the usual case of each e-mail first
_TABLE: Final[tuple[tuple[str, str, Facts, Facts], ...]] = (
    ("E1", "monthly", _SUBSCRIPTION, {"invoice": _INVOICE, "activation_deadline": _DEADLINE}),
    (
        "E1",
        "yearly, 1 user",
        _ONE_SEAT,
        {"invoice": {**_INVOICE, "total": _usd(1_234_56)}, "activation_deadline": "2024-03-01T23:59:59Z"},
    ),
    ("E2", "monthly", _SALE, {"net": _usd(150_00), "commission": _usd(15_00)}),
    (
        "E2",
        "yearly, 1 user",
        {**_SALE, "seats": 1, "billing_period": "yearly"},
        {"net": _usd(99_00), "commission": _usd(9_90)},
    ),
    (
        "E3",
        "approved",
        _SUBSCRIPTION,
        {
            "domain": _DOMAIN,
            "account_name": "Whitfield Bakery LLC",
            "agreement_url": "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship"
            "&partnerId=0c1f3b52-7a4e-4c55-9f63-2d1c4b0a9e77&msppId=0#/partners/invitation",
            "activation_deadline": _DEADLINE,
        },
    ),
    ("E4", "new tenant", _SUBSCRIPTION, _NEW_TENANT),
    ("E4", "new tenant, password fetched", _SUBSCRIPTION, {**_NEW_TENANT, "credentials_until": None}),
    (
        "E4",
        "new tenant, no administrator known",
        _SUBSCRIPTION,
        {**_NEW_TENANT, "credentials_until": None, "admin_user_name": None},
    ),
    (
        "E4",
        "existing customer, 1 user, renewal off",
        _ONE_SEAT,
        {
            "domain": "whitfieldbakery.com",
            "existing_customer": True,
            "admin_user_name": None,
            "credentials_until": None,
            "term": _YEAR,
            "allowed_until": "2024-02-08T10:00:00Z",
            "auto_renew": False,
        },
    ),
    *(
        ("E5", status, _SALE, {"status": status, "subscription_id": _SUBSCRIPTION["subscription_id"]})
        for status in ("pending", "connecting", "failed", "active", "suspended", "expired", "canceled")
    ),
    ("E6", "approved", _SUBSCRIPTION, {"freelancer_name": "Luc Moreau", "approved": True}),
    ("E6", "rejected", _SUBSCRIPTION, {"freelancer_name": "Luc Moreau", "approved": False}),
    (
        "E7",
        "client, prorated",
        _SUBSCRIPTION,
        {**_IN_TERM, "rule": "prorated", "used_days": 2, "refund": _usd(145_99)},
    ),
    (
        "E7",
        "client, prorated, 1 day used",
        _ONE_SEAT,
        {**_IN_TERM, "rule": "prorated", "used_days": 1, "cycle_days": 366, "refund": _usd(98_73)},
    ),
    ("E7", "client, prorated, no day used", _SUBSCRIPTION, {**_IN_TERM, "rule": "prorated"}),
    ("E7", "client, within 24 hours", _SUBSCRIPTION, {**_IN_TERM, "rule": "within_24_hours"}),
    ("E7", "client, not activated", _SUBSCRIPTION, _CANCELED),
    ("E7", "client, not activated, account submitted", _SUBSCRIPTION, {**_CANCELED, "domain": _DOMAIN}),
    (
        "E7",
        "delegate, prorated",
        _SUBSCRIPTION,
        {
            **_IN_TERM,
            "cause": "delegate",
            "actor_name": "Luc Moreau",
            "rule": "prorated",
            "used_days": 2,
            "refund": _usd(145_99),
        },
    ),
    ("E7", "delegate, name unknown", _SUBSCRIPTION, {**_CANCELED, "cause": "delegate"}),
    ("E7", "activation deadline", _SUBSCRIPTION, {**_CANCELED, "cause": "activation_deadline"}),
    (
        "E7",
        "expiry",
        _SUBSCRIPTION,
        {
            **_IN_TERM,
            "cause": "expiry",
            "rule": "window_closed",
            "refund": _usd(0),
            "used_days": 29,
            "credit_note": None,
        },
    ),
    ("E7", "client, nothing paid", _SUBSCRIPTION, {**_CANCELED, "refund": _usd(0), "credit_note": None}),
    ("E8", "renews, monthly", _SUBSCRIPTION, _ENDING),
    (
        "E8",
        "renews, yearly",
        _ONE_SEAT,
        {**_ENDING, "days": 30, "amount": _usd(103_46), "term_end": "2025-02-01T10:00:00Z"},
    ),
    ("E8", "renews, amount open", _SUBSCRIPTION, {**_ENDING, "amount": None}),
    (
        "E8",
        "ends, renewal off",
        _SUBSCRIPTION,
        {**_ENDING, "will": "end", "amount": None, "auto_renew": False},
    ),
    ("E8", "ends, suspended", _SUBSCRIPTION, {**_ENDING, "will": "end", "amount": None, "suspended": True}),
    (
        "E8",
        "ends, suspended, renewal off",
        _SUBSCRIPTION,
        {**_ENDING, "will": "end", "amount": None, "suspended": True, "auto_renew": False},
    ),
    ("E8", "ends all the same", _SUBSCRIPTION, {**_ENDING, "will": "end", "amount": None}),
    (
        "E9",
        "review",
        _SUBSCRIPTION,
        {
            "reason": "The address is that of another business.\nPlease give the registered one of yours.",
            "by": "review",
            "domain": _DOMAIN,
            "activation_deadline": _DEADLINE,
        },
    ),
    (
        "E9",
        "microsoft",
        _SUBSCRIPTION,
        {
            "reason": "Microsoft does not allow purchases for this account.",
            "by": "microsoft",
            "domain": "whitfieldbakery.com",
            "activation_deadline": _DEADLINE,
        },
    ),
    ("E10", "renews again", _SUBSCRIPTION, _RENEWED),
    (
        "E10",
        "paid late, renewal off",
        _ONE_SEAT,
        {**_RENEWED, "term": _YEAR, "full_refund_until": _RENEWED["allowed_until"], "auto_renew": False},
    ),
    ("E11", "renewal off", _SUBSCRIPTION, _EXPIRED),
    ("E11", "payment", _SUBSCRIPTION, {**_EXPIRED, "cause": "payment"}),
    ("E11", "suspended", _SUBSCRIPTION, {**_EXPIRED, "cause": "suspended"}),
    (
        "E12",
        "10 users",
        _SUBSCRIPTION,
        {"reason": "Mass mailings were sent from this account, against Microsoft’s terms of use."},
    ),
    ("E12", "1 user", _ONE_SEAT, {"reason": "The terms of use were violated."}),
    ("E13", "10 users", _SUBSCRIPTION, {}),
    ("E13", "1 user", _ONE_SEAT, {}),
    ("E14", "first decline", _SUBSCRIPTION, _DECLINED),
    (
        "E14",
        "second decline, card expired",
        _SUBSCRIPTION,
        {**_DECLINED, "attempt": 2, "attempts_left": 2, "decline_code": "expired_card"},
    ),
    (
        "E14",
        "last try ahead, other decline",
        _SUBSCRIPTION,
        {**_DECLINED, "attempt": 3, "attempts_left": 1, "decline_code": "do_not_honor"},
    ),
    (
        "E14",
        "the bank wants to see the client",
        _SUBSCRIPTION,
        {**_DECLINED, "decline_code": "authentication_required"},
    ),
    ("E15", "invited", _FREELANCER, {"kind": "invited", "reason": None, "display_name": "Luc Moreau"}),
    ("E15", "approved", _FREELANCER, {"kind": "approved", "reason": None, "display_name": "Moreau IT"}),
    (
        "E15",
        "approved, with a word",
        _FREELANCER,
        {"kind": "approved", "reason": "We liked your references.", "display_name": "Moreau IT"},
    ),
    (
        "E15",
        "rejected",
        _FREELANCER,
        {
            "kind": "rejected",
            "reason": "For now we work with freelancers who already serve clients in the US.",
            "display_name": "Moreau IT",
        },
    ),
    (
        "E15",
        "rejected, no reason",
        _FREELANCER,
        {"kind": "rejected", "reason": None, "display_name": "Moreau IT"},
    ),
    (
        "E16",
        "requested",
        _SUBSCRIPTION,
        {
            "freelancer_name": "Luc Moreau",
            "domain": _DOMAIN,
            "approval_url": (
                "https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/"
                "granularAdminRelationships/2c0f5b1e-6f0e-4a5c-9a53-5f0d7a5b8e01-"
                "d3b4c8a7-1f0a-4b68-8a83-9b1f0d6f2e11"
            ),
        },
    ),
)
SAMPLES: Final = tuple(
    Sample(template=template, variant=variant, facts={**about, **told})
    for template, variant, about, told in _TABLE
)

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>E-mails</title>
<style>
:root {{ color-scheme: light dark; font: 15px/1.5 'Segoe UI', system-ui, sans-serif; }}
body {{ margin: 2rem auto; padding: 0 1rem; max-width: 56rem; }}
section {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 0 2rem; }}
h2 {{ grid-column: 1 / -1; margin: 2.5rem 0 .5rem; font-size: 1.1rem; }}
iframe {{ width: 100%; height: 34rem; border: 1px solid #8884; border-radius: 8px; }}
</style>
</head>
<body>
<h1>E-mails</h1>
{sections}
</body>
</html>
"""


def write(folder: Path) -> Iterator[Path]:
    """Every sample in every language into a folder, as HTML and as text, and an index of them all."""
    folder.mkdir(parents=True, exist_ok=True)
    sections = []
    for number, sample in enumerate(SAMPLES):
        cells = [f"<h2>{html.escape(FOLDERS[sample.template])}: {html.escape(sample.variant)}</h2>"]
        for language in LANGUAGES:
            letter = sample.letter(language)
            name = f"{number:02}_{FOLDERS[sample.template]}.{language}"
            for suffix, content in ((".html", letter.html), (".txt", f"{letter.subject}\n\n{letter.text}")):
                path = folder / f"{name}{suffix}"
                path.write_text(content, encoding="utf-8")
                yield path
            subject = html.escape(letter.subject)
            cells.append(
                f'<div lang="{language}">'
                f'<p><a href="{name}.html">{subject}</a> · <a href="{name}.txt">text</a></p>'
                f'<iframe src="{name}.html" title="{subject}" loading="lazy"></iframe></div>'
            )
        sections.append(f"<section>{''.join(cells)}</section>")
    index = folder / "index.html"
    index.write_text(_PAGE.format(sections="\n".join(sections)), encoding="utf-8")
    yield index


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  (the program and the folder)
        sys.exit("usage: python -m tools.mail_gallery OUTDIR")
    *_, last = write(Path(sys.argv[1]))
    print(last)
