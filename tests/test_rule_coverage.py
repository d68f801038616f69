"""Every rule, decision and e-mail of the product page is in the name of a test that proves it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

# The product page, a line an id.
PAGE: Final = {
    "R1": "A freelancer's link starts a purchase",
    "R2": "So does the dashboard, without a link",
    "R3": "Four plans",
    "R4": "Monthly or yearly",
    "R5": "The link opens plan selection",
    "R6": "Then set-up",
    "R7": "Plan facts",
    "R8": "Users 1 to 50",
    "R9": "Payment period",
    "R10": "Only then sign-in, then payment",
    "R11": "E1 to the client",
    "R12": "The invoice is under Billing and payments",
    "R13": "E2 to the freelancer",
    "R14": "The client creates or signs in to a Microsoft account",
    "R15": "The form asks whether they are already a Microsoft customer",
    "R16": "If so, they give their domain",
    "R17": "Every account is reviewed",
    "R18": "Approved: E3 with the Microsoft link to accept the partner agreement",
    "R19": "Accepted: active",
    "R20": "By itself",
    "R21": "The account name is required",
    "R22": "The full address is required",
    "R23": "The primary contact is required",
    "R24": "A new customer gets <prefix>.onmicrosoft.com",
    "R25": "The agreement is accepted at Microsoft",
    "R26": "Created: active, and E4 brings the admin-portal credentials",
    "R27": "Price by country plan rate",
    "R28": "US only",
    "R29": "Freelancers join by invitation",
    "R30": "Registered country",
    "R31": "USD only",
    "R32": "A client may let the freelancer manage the subscription",
    "R33": "The delegate may create and change the Microsoft account",
    "R34": "The delegate may see client and subscription",
    "R35": "The delegate may cancel or renew",
    "R36": "The delegate may manage permissions",
    "R37": "Only after purchase",
    "R38": "Only to the freelancer it was bought from",
    "R39": "Under Manage permissions",
    "R40": "The client first sees, and confirms, a description of what it means",
    "R41": "E5 to the freelancer with the next steps",
    "R42": "Approved or rejected: E6 to the client",
    "R43": "Seven statuses",
    "R44": "Pending, for 14 days",
    "R45": "Connecting",
    "R46": "Failed",
    "R47": "Active",
    "R48": "Suspended",
    "R49": "Expired",
    "R50": "Expired for 30 days: canceled",
    "R51": "Canceled",
    "R52": "Cancellation is possible up to 7 days after activation",
    "R53": "And after each renewal",
    "R54": "Before activation: full refund",
    "R55": "Within 24 hours of the charge: full refund",
    "R56": "After that, to 7 days: partial, by days since activation",
    "R57": "Access to the Microsoft assets ends at once",
    "R58": "The Microsoft account and its data stay the client's",
    "R59": "Label Canceled",
    "R60": "E7",
    "R61": "Later: only auto-renew off",
    "R62": "Renewal on or off",
    "R63": "Takes effect at the end of the term",
    "R64": "On by default",
    "R65": "While on, billed by its period",
    "R66": "A renewal opens a new 7-day window",
    "R67": "Off mid-term: stays active to the end",
    "R68": "E8 before the term ends, saying what will happen",
    "R69": "Three dots, Manage renewal, off, Apply",
    "R70": "Off: ends at the renewal date",
    "R71": "Web only",
    "R72": "Link trouble goes to support",
    "R73": "If the freelancer leaves, the subscription goes on untouched",
    "R74": "One invoice",
    "R75": "Per billing cycle",
    "R76": "All under Billing and payments",
    "D1": "Time is UTC, an instant, passed in",
    "D2": "The term starts at activation",
    "D3": "Terms without gap, overlap or drift",
    "D4": "The refund, first rule that fits",
    "D5": "14 days count from purchase and never restart",
    "D6": "Expired is not revived",
    "D7": "A suspension stops access, not the calendar",
    "D8": "The delegation is a request that the selling freelancer decides",
    "D9": "A purchase without a link belongs to whom the client last bought from",
    "D10": "E8 30 and 7 days before the end",
    "D11": "A declined renewal is tried again 1, 3 and 5 days later",
    "D12": "A refund goes back to its payment, tax pro rata, with a credit note",
    "D13": "Commission: pending, earned, reversed",
    "D14": "Admin credentials are shown to the client alone, once",
    "D15": "If the freelancer leaves: grants end, commission stops",
    "D16": "Auto-renew off tells Microsoft both",
    "D17": "An onmicrosoft.com prefix",
    "E1": "Purchase paid",
    "E2": "Sale through their link",
    "E3": "Account approved",
    "E4": "Active",
    "E5": "Access delegated",
    "E6": "Delegation decided",
    "E7": "Canceled",
    "E8": "The term is ending",
    "E9": "Account refused",
    "E10": "Renewed",
    "E11": "Expired",
    "E12": "Suspended",
    "E13": "Reinstated",
    "E14": "Renewal payment declined",
    "E15": "Invited, application decided",
}

# What goes beyond the page; proven like everything else.
EXTENSIONS: Final = {
    "E16": "Access at Microsoft asked for",
}

# What no test of this suite can prove, and why.
ELSEWHERE: Final = {
    "R5": "which page follows is the storefront's",
    "R6": "which page follows is the storefront's",
    "R7": "what a page shows of the plan is the storefront's; the facts themselves are R3's",
    "R9": "where the period is chosen is the storefront's; the periods themselves are R4's",
    "R39": "where the button stands is the storefront's; what it does is R32's",
    "R69": "where the button stands is the storefront's; what it does is R62's",
    "R71": "there is nothing else to test: no app is built",
}

IN_CAPITALS: Final = re.compile(r"(?<![A-Za-z0-9])([RDE])([1-9]\d?)(?![A-Za-z0-9])")
IN_A_NAME: Final = re.compile(r"(?<=_)([rde])([1-9]\d?)(?=_|\[|$)")


def named_in(test: str) -> set[str]:
    """The rules that a test's name, or the name of its case, says it proves."""
    name = test.split("::", 1)[1]
    found = IN_CAPITALS.findall(name) + IN_A_NAME.findall(name.split("[", 1)[0])
    return {f"{letter.upper()}{number}" for letter, number in found}


def names_of_tests() -> list[str]:
    """The names of all tests, collected in a process of their own: nothing runs, nothing is shared."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "tests"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert collected.returncode == 0, collected.stdout[-2_000:] + collected.stderr[-2_000:]
    return [line for line in collected.stdout.splitlines() if "::" in line]


def test_every_rule_of_the_page_is_proven_somewhere():
    proven = {rule for test in names_of_tests() for rule in named_in(test)}
    promised = {**PAGE, **EXTENSIONS}
    missing = [f"{rule}: {words}" for rule, words in promised.items() if rule not in proven | set(ELSEWHERE)]

    assert missing == []
    assert sorted(proven - set(promised)) == []  # a name that is no rule's is a slip of the pen


def test_the_list_is_the_pages():
    assert set(PAGE) == {
        f"{letter}{number}"
        for letter, last in (("R", 76), ("D", 17), ("E", 15))
        for number in range(1, last + 1)
    }
    assert set(ELSEWHERE) <= set(PAGE)
    assert not set(EXTENSIONS) & set(PAGE)
    assert all(ELSEWHERE.values())


def test_a_name_is_read_as_it_is_meant():
    assert named_in("tests/x.py::test_r54_and_d7_hold[R55 E1: within 24 h]") == {"R54", "D7", "R55", "E1"}
    assert named_in("tests/E1.py::test_of_no_rule[USR1 R100 R0 E2E r54]") == set()
