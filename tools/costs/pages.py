"""The tables of the page, as they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from textwrap import fill
from typing import Final

from tools.costs.bill import (
    Line,
    assumed,
    bill,
    busy,
    calls_of,
    compared_in_a_night,
    counted,
    idle,
    metric_months,
    options,
    prices,
    stored_of_one,
    total,
    used_in,
)
from tools.docs import table

BEGIN, END = "<!-- printed by python -m tools.costs --write -->", "<!-- printed until here -->"
WIDTH: Final = 120
UNCHECKED: Final = "as known, to be checked"
NEIGHBORS: Final = ("payments", "microsoft")

# What a scene of tools/costs/scenes.py is, in words.
SCENES: Final = {
    "visitor": "a visitor opens a link and asks for two prices",
    "purchase": "a client buys through a link",
    "activation": "the account is submitted, reviewed and accepted; seats are ordered and in use",
    "month": "a month of a subscription: reminder, commission, renewal, invoice",
    "client's visit": "a client looks at five things, one of them a PDF",
    "freelancer's visit": "a freelancer looks at three things",
    "cancellation": "a client cancels within the window, and is refunded",
    "night": "one subscription is compared with Microsoft",
}


def printed() -> str:
    """Everything between the marks."""
    parts = [summary(), months(), extras(), "What was counted, once each:", scenes(), assumptions(), listed()]
    return "\n\n".join(parts)


def money(amount: Decimal) -> str:
    """Dollars and cents; what is less than a cent says so."""
    if 0 < amount < Decimal("0.005"):
        return "< 0.01"
    return f"{amount:,.2f}"


def number(amount: Decimal) -> str:
    """A quantity, with as many places as tell something."""
    if 0 < amount < Decimal("0.005"):
        return "< 0.01"
    if amount >= 100 or amount == amount.to_integral_value():  # noqa: PLR2004
        return f"{amount:,.0f}"
    return f"{amount:.1f}" if amount >= 10 else f"{amount:.2f}"  # noqa: PLR2004


def summary() -> str:
    """What the page is opened for."""
    quiet = replace(idle(), watched=False)
    count = f"{assumed()['people']['subscriptions']:,}"
    rows = [
        ["an idle month, without alarms and dashboard (`dev`)", money(total(bill(quiet)))],
        ["an idle month (`staging`, `prod`)", money(total(bill(idle())))],
        [f"a month of {count} subscriptions (`prod`)", money(total(bill(busy())))],
        [
            "of which each subscription, beyond the idle month",
            f"{(total(bill(busy())) - total(bill(idle()))) / busy().subscriptions:.4f}",
        ],
    ]
    return table(["a month costs", "US$"], rows, right=[1])


def months() -> str:
    """The two bills beside each other."""
    count = f"{assumed()['people']['subscriptions']:,}"
    rows = []
    for quiet, much in zip(bill(idle()), bill(busy()), strict=True):
        rows.append([quiet.service, quiet.what, *_cells(quiet), *_cells(much)])
    rows.append(
        ["**all**", "", "", f"**{money(total(bill(idle())))}**", "", f"**{money(total(bill(busy())))}**"]
    )
    return table(["service", "what is counted", "idle", "US$", count, "US$"], rows, right=[2, 3, 4, 5])


def _cells(line: Line) -> list[str]:
    return [number(line.quantity), money(line.cost)]


def extras() -> str:
    """What is optional."""
    rows = [[each.service, each.what, *_cells(each)] for each in options(busy())]
    return "Optional, and not in it:\n\n" + table(["service", "what", "", "US$"], rows, right=[2, 3])


def scenes() -> str:
    """What was counted of each scene."""
    rows = []
    for name, words in SCENES.items():
        used = counted()[name]
        rows.append(
            [
                words,
                *(
                    number(Decimal(str(amount)))
                    for amount in (
                        used.amounts["answers"],
                        calls_of(used, "runs"),
                        calls_of(used, "dynamodb read", "dynamodb write", "dynamodb transaction"),
                        used.amounts["read units"],
                        used.amounts["write units"],
                        calls_of(used, "sesv2"),
                        calls_of(used, *NEIGHBORS),
                        round(used.amounts["stored bytes"] / 1024, 1),
                    )
                ),
            ]
        )
    rows.append([f"a run of the sweeps that find nothing, all {len(_idle())} together", *_idle_cells()])
    return table(
        [
            "",
            "requests",
            "runs",
            "calls to the table",
            "read units",
            "write units",
            "mails",
            "to neighbors",
            "kB kept",
        ],
        rows,
        right=range(1, 9),
    )


def _idle() -> list[str]:
    return [name for name in counted() if name.startswith("idle ")]


def _idle_cells() -> Sequence[str]:
    used = [counted()[name] for name in _idle()]
    return [
        "0",
        *(
            number(Decimal(str(sum(each))))
            for each in (
                [calls_of(each, "runs") for each in used],
                [calls_of(each, "dynamodb read", "dynamodb write", "dynamodb transaction") for each in used],
                [each.amounts["read units"] for each in used],
                [each.amounts["write units"] for each in used],
            )
        ),
        "0",
        number(Decimal(str(sum(calls_of(each, *NEIGHBORS) for each in used)))),
        "0",
    ]


def assumptions() -> str:
    """What cannot be counted."""
    said = assumed()
    people, waits, own, platform = said["people"], said["waits"], said["own"], said["platform"]
    pages = said["storefront"]
    names = {
        "sesv2": "SES",
        "sqs": "SQS",
        "kms": "KMS",
        "secretsmanager": "Secrets Manager",
        "payments": "Stripe",
    }
    named = {kind: names.get(kind, kind.capitalize().replace("Dynamodb", "DynamoDB")) for kind in waits}
    rows = [
        ["subscriptions, all monthly, each renewed once", f"{people['subscriptions']:,}"],
        ["purchases, each with all that leads to seats in use", f"{people['purchases']:,}"],
        ["visitors of links", f"{people['visitors']:,}"],
        [
            "visits of clients, of freelancers",
            f"{people['client_visits']:,}, {people['freelancer_visits']:,}",
        ],
        ["cancellations within the window", f"{people['cancellations']:,}"],
        ["months of rows that a subscription has behind it", f"{people['months_kept']}"],
        *([f"ms that a function waits for {named[kind]}", f"{waited:,}"] for kind, waited in waits.items()),
        ["ms of its own, for a run and for each call", f"{own['run']}, {own['call']}"],
        ["ms that a new process takes to be ready", f"{own['start']:,}"],
        [
            "new processes among a function's runs, if it runs every five minutes or oftener (others: all)",
            f"{said['starts']['share']:.0%}",
        ],
        ["secrets that a new process reads", f"{said['starts']['secrets_read']}"],
        ["requests a minute with which Lambda polls each of the three queues", f"{platform['queue_polls']}"],
        [
            "bytes of log that AWS adds to a run, to an answer",
            f"{platform['log_bytes_of_a_run']}, {platform['log_bytes_of_an_answer']}",
        ],
        ["what is left of a log that is kept, compressed", f"{platform['log_compression']:.0%}"],
        ["requests of DynamoDB to KMS in a month", f"{platform['table_key_requests']:,}"],
        ["packages kept, GB of each", f"{platform['packages_kept']}, {platform['package_gb']}"],
        [
            "kB and files of the storefront that a visit asks for, nothing being there from the last",
            f"{pages['visit_kb']}, {pages['visit_files']}",
        ],
        [
            "releases of the storefront a month, files and GB of each, all that are kept",
            f"{pages['releases']}, {pages['release_files']}, {pages['release_gb']}, {pages['releases_kept']}",
        ],
    ]
    derived = (
        f"From these follow {stored_of_one() / 1024:.0f} kB of rows and indexes for a subscription, "
        f"{number(Decimal(str(metric_months(used_in(idle())))))} metrics of our own in an idle month and "
        f"{number(Decimal(str(metric_months(used_in(busy())))))} in a busy one, "
        f"and {compared_in_a_night():,} subscriptions that the nightly comparison gets through in one run: "
        "beyond them, it takes several nights."
    )
    return (
        "What is assumed, of a month of 30 days:\n\n"
        + table(["", ""], rows, right=[1])
        + "\n\n"
        + fill(derived, WIDTH)
    )


def listed() -> str:
    """The prices."""
    rows = [
        [
            each["page"],
            f"{each['price']:f}",
            f"{each['per']:,} {each['unit']}" if each["per"] != 1 else each["unit"],
            each.get("seen", UNCHECKED),
        ]
        for each in prices().values()
        if isinstance(each, dict)
    ]
    said = (
        f"List prices of {prices()['region']} as of {prices()['as_of']}. None was read from AWS itself: "
        "each is to be checked on the page of AWS that is named. Free tiers are not counted."
    )
    return (
        fill(said, WIDTH)
        + "\n\n"
        + table(["AWS's page", "US$", "for", "read where, and of when"], rows, right=[1])
    )
