"""Print the pages of the documentation that the code itself can say.

`python -m tools.docs` writes them; `python -m tools.docs --check` names those that are behind, and a test
asks the same. So a rule and the page that people read change in one commit, or the build fails.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from chalicelib.domain import consequences
from chalicelib.domain.account import checked_prefix
from chalicelib.domain.consequences import Tell
from chalicelib.domain.delegation import Act, Delegation, DelegationStatus, authorize
from chalicelib.domain.freelancer import PROGRAM, FreelancerState, Step
from chalicelib.domain.lifecycle import (
    SAFE_DURING_RENEWAL,
    SALE,
    TRANSITIONS,
    Consequence,
    Event,
    Row,
)
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Caller, Person, Role, Seller
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.subscription import Payment, Subscription
from chalicelib.domain.timetable import TIMETABLE
from chalicelib.domain.waking import Sweep
from chalicelib.mails import FOLDERS
from chalicelib.rulebook import (
    ACTIVATION_DEADLINE,
    AUTHENTICATION_WAIT,
    BASIS_POINTS,
    COMMISSION_SAMPLE_RATE,
    CREDENTIALS_KEPT,
    CURRENCY_OF,
    DOMAIN_PREFIX,
    DRIFT_GRACE,
    DRIFT_KEPT,
    EFFECT_ATTEMPTS,
    EFFECT_LEASE,
    EFFECT_RETRIES,
    EXPIRED_UNTIL_CANCELED,
    IDEMPOTENCY_KEPT,
    IN_TERM,
    LIFT_REMEMBERED,
    MAIL_SETTLES_WITHIN,
    MICROSOFT_PRODUCTS,
    MICROSOFT_TENANT_SUFFIX,
    MONEY_LEASE,
    NOT_YET_ACTIVE,
    OUTBOX_GRACE,
    OVER,
    PLANS,
    PRICE_SEED,
    PROVISIONING_POLLS,
    QUOTE_VALID_FOR,
    REFUNDS,
    REMIND_BEFORE_END,
    RENEWAL_RETRIES,
    RENEWAL_TRIED_UNTIL,
    SEATS_MAX,
    SEATS_MIN,
    STATUS_MEANINGS,
    SWEEP_GRACE,
    SWEEP_INTERVALS,
    TERM_END_TOLERANCE,
    UNSETTLED_ALARM,
    UNSETTLED_CHECKS,
    BillingPeriod,
    RefundRule,
    Status,
)
from chalicelib.usecases.tick import ACTS
from tools import openapi

DOCS: Final = Path(__file__).parent.parent / "docs"

NONE: Final = "–"


# --- How things are written --------------------------------------------------------------------------


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """A Markdown table whose columns stand under one another in the source too."""
    lines = [[*header], *([*row] for row in rows)]
    widths = [max(3, *(len(line[n]) for line in lines)) for n in range(len(header))]
    rule = ["-" * (width - 1) + ":" if n in right else "-" * width for n, width in enumerate(widths)]

    def written(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if n in right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    return "\n".join([written(lines[0]), written(rule), *map(written, lines[1:])])


def section(title: str, *parts: str) -> str:
    """A heading, and what stands below it."""
    return "\n\n".join([f"## {title}", *parts])


def span(length: timedelta) -> str:
    """A length of time in the largest unit that it is a whole number of."""
    seconds = int(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"


def hours_or_days(length: timedelta) -> str:
    """As `span`, but a day is said as 24 hours: a limit that is counted to the second."""
    return f"{int(length.total_seconds()) // 3_600} hours" if length <= timedelta(days=1) else span(length)


def each(lengths: Iterable[timedelta]) -> str:
    """Several lengths of time: `1, 3 and 5 days`."""
    return listed([span(length) for length in lengths], last=" and ")


def every(length: timedelta) -> str:
    """How often something is done: `every 5 minutes`, `every hour`."""
    return f"every {span(length).removeprefix('1 ')}"


def waits(lengths: Sequence[timedelta]) -> str:
    """A schedule whose last wait repeats."""
    *first, last = lengths
    return ", then ".join([*[", ".join(map(span, first))] * bool(first), every(last)])


def cents(amount: int) -> str:
    """Cents as an amount."""
    return f"{amount // 100}.{amount % 100:02d}"


def listed(words: Sequence[str], *, last: str = ", ") -> str:
    """Words in a row: `pending, connecting, failed`."""
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def promise(thing: object) -> str:
    """The docstring's first paragraph, on one line, without its final period."""
    return " ".join((thing.__doc__ or "").split("\n\n")[0].split()).rstrip(".")


def code(word: str) -> str:
    """A word as it stands in the code, the API or the history."""
    return f"`{word}`"


# --- What the events and steps mean ------------------------------------------------------------------

HAPPENS: Final[Mapping[Event, str]] = {
    Event.PURCHASED: "a payment goes through",
    Event.ACCOUNT_SUBMITTED: "the Microsoft account is submitted",
    Event.ACCOUNT_APPROVED: "an operator approves the account",
    Event.ACCOUNT_REJECTED: "an operator rejects the account",
    Event.AGREEMENT_OFFERED: "Microsoft gives the link to the agreement",
    Event.AGREEMENT_ACCEPTED: "the client has accepted at Microsoft",
    Event.ORDER_PLACED: "Microsoft has taken the order, and is not done with it",
    Event.MICROSOFT_REFUSED: "Microsoft refuses for good",
    Event.ACTIVATED: "Microsoft has provisioned the seats",
    Event.ACTIVATION_LAPSED: f"{span(ACTIVATION_DEADLINE)} since the purchase",
    Event.CANCELED: "the client, or the delegate, cancels",
    Event.AUTO_RENEW_SET: "auto-renew is turned off or on",
    Event.REMINDED: "the end of the term comes near",
    Event.WINDOW_CLOSED: "the charge can no longer be refunded",
    Event.RENEWAL_BEGUN: "the term is over; the card is about to be charged",
    Event.RENEWED: "the renewal is paid",
    Event.RENEWAL_DECLINED: "the card is declined, and will be tried again",
    Event.RENEWAL_GIVEN_UP: "the card is declined for the last time",
    Event.RENEWAL_CALLED_OFF: "a charge had no answer, and nothing was taken",
    Event.TERM_ENDED: "the term is over, and does not renew",
    Event.EXPIRY_LAPSED: f"{span(EXPIRED_UNTIL_CANCELED)} since it expired",
    Event.SUSPENDED: "an operator switches it off",
    Event.REINSTATED: "an operator switches it on again",
    Event.DELEGATION_REQUESTED: "the client asks the freelancer to manage it",
    Event.DELEGATION_APPROVED: "the freelancer takes it on",
    Event.DELEGATION_REJECTED: "the freelancer turns it down",
    Event.DELEGATION_ENDED: "the client revokes, or the freelancer withdraws or has gone",
    Event.GRANT_REQUESTED: "Microsoft has the request for the freelancer's access",
    Event.GRANT_ACTIVE: "the client has approved it at Microsoft, and it is given",
    Event.GRANT_ENDED: "the freelancer's access at Microsoft is over",
    Event.REFUNDED: "the refund has gone back to the card",
    Event.REFUND_FAILED: "the client's bank has sent the refund back",
    Event.DISPUTED: "the cardholder disputes the charge at the bank",
    Event.DISPUTE_CLOSED: "the dispute is won, lost or dropped",
    Event.REFUNDED_ELSEWHERE: "an operator gave money back in the provider's own pages",
}

STEPS: Final[Mapping[Step, str]] = {
    Step.INVITED: "an operator invites the address",
    Step.APPLIED: "they apply, signed in under that address",
    Step.APPROVED: "an operator approves",
    Step.REJECTED: "an operator rejects, with a reason",
    Step.TERMS_SIGNED: "they sign the terms: their link exists",
    Step.LEFT: "they leave: the link closes",
    Step.REMOVED: "an operator removes them: the link closes",
    Step.SECURITY_GROUP_SET: "an operator says which security group at Microsoft is theirs",
}


# --- The sections of docs/rules.md -------------------------------------------------------------------


def plans() -> str:
    """R3, R4, R8, R27, R28, R31: what is sold and what it costs."""
    days = sorted({row[0] for row in PRICE_SEED})
    price = {row[:3]: row[3] for row in PRICE_SEED}
    header = ["plan", "id", *(f"{period.value}, from {day}" for day in days for period in BillingPeriod)]
    rows = [
        [
            plan.name,
            code(plan.id),
            *(cents(price[day, plan.id, period.value]) for day in days for period in BillingPeriod),
        ]
        for plan in PLANS
    ]
    where = listed([f"{country} ({currency})" for country, currency in CURRENCY_OF.items()])
    return section(
        "Plans and prices",
        f"{len(PLANS)} plans (R3), paid {listed([*BillingPeriod], last=' or ')} (R4), for {SEATS_MIN} to "
        f"{SEATS_MAX} users (R8). Sold in: {where} (R28, R31).",
        "The price list that a new deployment begins with, per user and period. Later rows are added by "
        "an operator and take effect on their day; a term keeps the price that it was bought at, and a "
        "renewal takes the price in force on the renewal day (R27).",
        table(header, rows, right=range(2, len(header))),
    )


def statuses() -> str:
    """R43–R51: the seven statuses."""
    groups = {"before activation": NOT_YET_ACTIVE, "in its term": IN_TERM, "over": OVER}
    rows = [
        [code(status), meaning, next(name for name, group in groups.items() if status in group)]
        for status, meaning in STATUS_MEANINGS.items()
    ]
    return section("Statuses", table(["status", "meaning", "which is"], rows))


def transitions() -> str:
    """The table of `domain/lifecycle.py`, and what its consequences do."""
    sale = Row("R10 R13", (), Event.PURCHASED, Status.PENDING, SALE)
    rows = [
        [
            NONE if row is sale else sources(row.sources),
            HAPPENS[row.event],
            row.to.value if row.to else "stays",
            listed([name(each) for each in row.consequences]) or NONE,
            code(row.event),
            row.rules,
        ]
        for row in (sale, *TRANSITIONS)
    ]
    used = dict.fromkeys(
        each for row in (sale, *TRANSITIONS) for each in row.consequences if not isinstance(each, Tell)
    )
    meanings = [[name(each), promise(each)] for each in used]
    safe = listed([code(event) for event in Event if event in SAFE_DURING_RENEWAL])
    return section(
        "What may happen, and what follows",
        "Every pair of status and event that is not in this table is refused with `invalid_transition`. "
        "The event is the name in the history. What follows is written in the same transaction as the "
        "new status.",
        table(["from", "what happens", "to", "and then", "event", "rules"], rows),
        "What the consequences do:",
        table(["and then", "means"], meanings),
        f"While a renewal is being charged, only these can happen: {safe}. Everything else is refused "
        "with `renewal_in_progress`, until the charge is answered.",
    )


def refunds() -> str:
    """D4: what a cancellation gives back."""
    rows = [[rule.rule, code(rule.name), when(rule), rule.share.value] for rule in REFUNDS]
    return section(
        "What a cancellation gives back",
        "The first line that applies wins. Limits are inclusive. Days are UTC dates; the day of the "
        "cancellation is not counted as used. The amount is the whole charge, tax included, rounded "
        f"once, half a cent up (D4). A quoted refund is honored for {span(QUOTE_VALID_FOR)}.",
        table(["rule", "name in the API", "canceled", "given back"], rows),
    )


def deadlines() -> str:
    """What ends after how long."""
    rows = [
        ["not active", "the purchase", span(ACTIVATION_DEADLINE), "canceled, all of it given back", "R44 D5"],
        ["expired", "the expiry", span(EXPIRED_UNTIL_CANCELED), "canceled", "R50"],
        ["admin credentials", "activation", span(CREDENTIALS_KEPT), "gone, if not taken before", "D14"],
        ["cancellation quote", "the preview", span(QUOTE_VALID_FOR), "must be asked for again", NONE],
        ["idempotency record", "the answer", span(IDEMPOTENCY_KEPT), "the key is free again", NONE],
    ]
    return section("Deadlines", table(["what", "counted from", "for", "and then", "rules"], rows))


def end_of_term() -> str:
    """D10, D11: reminders, and the retries of a declined renewal."""
    reminders = [
        [period.value, listed([span(offset) for offset in offsets], last=" and ") + " before the end"]
        for period, offsets in REMIND_BEFORE_END.items()
    ]
    attempts = len(RENEWAL_RETRIES) + 1
    return section(
        "Reminders and renewals",
        "E8 says what will happen at the end of the term, once per term and line (R68, D10). If several "
        "were missed, only the nearest is sent.",
        table(["paid", "E8 goes out"], reminders),
        f"A declined renewal is tried again {each(RENEWAL_RETRIES)} after the first decline, but never "
        f"later than {span(RENEWAL_TRIED_UNTIL)} after the end of the term; decline number {attempts} "
        "expires the subscription (D11).",
    )


def commission() -> str:
    """D13: what the freelancer earns."""
    rate = f"{COMMISSION_SAMPLE_RATE * 100 / BASIS_POINTS:g}%"
    return section(
        "Commission",
        f"{COMMISSION_SAMPLE_RATE} basis points ({rate}) of the net amount of each paid cycle, unless "
        "configured otherwise: pending at payment, earned once the charge can no longer be refunded (the "
        f"window is over, and the {span(QUOTE_VALID_FOR)} of its last quote), taken back in proportion to a "
        "refund (D13).",
    )


def account() -> str:
    """R3, D17, R24: what is ordered at Microsoft, and the domain of a new customer there."""
    return section(
        "The Microsoft account",
        f"A new customer gets `<prefix>{MICROSOFT_TENANT_SUFFIX}` (R24). {promise(checked_prefix)} "
        f"(`{DOMAIN_PREFIX.pattern}`).",
        "What is ordered there for each plan, unless configured otherwise:",
        table(
            ["plan", "product and SKU"],
            [[plan.name, code(MICROSOFT_PRODUCTS[plan.id])] for plan in PLANS],
        ),
    )


def program() -> str:
    """R29, D15: how a freelancer comes and goes."""
    rows = [[NONE, STEPS[Step.INVITED], FreelancerState.INVITED.value, "E15 (invited)", "R29"]]
    rows += [
        [
            listed([state.value for state in row.sources]),
            STEPS[row.step],
            row.to.value,
            listed(
                [f"E15 ({row.tells})"] * bool(row.tells) + ["every delegation to them ends"] * row.ends_grants
            )
            or NONE,
            row.rules,
        ]
        for row in PROGRAM
    ]
    return section(
        "The freelancer program",
        "Subscriptions go on when a freelancer goes; commission stops with the next cycle (R73, D15).",
        table(["from", "what happens", "to", "and then", "rules"], rows),
    )


def permissions() -> str:
    """R32–R42, D8: who may do what, asked of `domain/delegation.py` itself."""
    rows = [[code(act), *(allowed(caller, act, sub) for caller, sub in _callers())] for act in Act]
    header = ["", "client", "delegate", "the freelancer, asked", "operator"]
    return section(
        "Who may do what",
        "To one subscription. The delegate is the freelancer whom the client let manage it, and who is "
        "still in the program; *asked* means that the request is not decided yet. A request is decided "
        "once. To anybody else the subscription does not exist: `not_found`.",
        table(header, rows),
    )


def mails() -> str:
    """E1–E16: to whom, and when."""
    told: dict[str, list[tuple[Role, Event]]] = {}
    sale = Row("", (), Event.PURCHASED, None, SALE)
    for row in (sale, *TRANSITIONS):
        for consequence in row.consequences:
            if isinstance(consequence, Tell):
                told.setdefault(consequence.template, []).append((consequence.to, row.event))
    rows = []
    for template, folder in FOLDERS.items():
        if template in told:
            to = listed([*dict.fromkeys(role.value for role, _ in told[template])])
            moments = "; ".join(dict.fromkeys(HAPPENS[event] for _, event in told[template]))
        else:
            to = Role.FREELANCER.value
            moments = "; ".join(dict.fromkeys(STEPS[row.step] for row in PROGRAM if row.tells))
        rows.append([template, to, moments, code(f"mails/{folder}")])
    return section(
        "E-mails",
        "Each is written once per cause, and delivered in the recipient's language. Without a selling "
        "freelancer, those to the freelancer are not written.",
        table(["id", "to", "when", "its words"], rows),
    )


def timetable() -> str:
    """When each sweep runs, and how patiently things are asked again."""
    rows = [
        [code(sweep), every(timedelta(minutes=TIMETABLE[sweep])), promise(ACTS[sweep])]
        for sweep in sorted(Sweep, key=[*TIMETABLE].index)
    ]
    patience = [
        ["Microsoft, until accepted or provisioned", waits(PROVISIONING_POLLS)],
        ["money whose outcome is unknown", waits(UNSETTLED_CHECKS)],
        [
            "an effect that failed for now",
            f"{waits(EFFECT_RETRIES)}; stuck after {EFFECT_ATTEMPTS} attempts",
        ],
        ["an effect that nobody has taken up", f"{span(OUTBOX_GRACE)} after it was written"],
    ]
    return section(
        "Sweeps and patience",
        "What time brings is found by sweeps. Each asks again whether it is due before it acts.",
        table(["sweep", "runs", "does"], rows),
        f"One whose last run began more than {SWEEP_INTERVALS} of its intervals and {span(SWEEP_GRACE)} ago "
        "is late, which the operator sees.",
        "How long we wait before asking again:",
        table(["about", "asked again after"], patience),
        f"A checkout that is being charged belongs to whoever began it for {span(MONEY_LEASE)}, and an "
        f"effect to its worker for {span(EFFECT_LEASE)}; then somebody else may take over. Where the bank "
        f"wants to see the cardholder, it waits for {span(AUTHENTICATION_WAIT)} from when it was begun. "
        f"Money that is unsettled for more than {span(UNSETTLED_ALARM)} is an error in the log.",
        f"A mail belongs to its worker for {span(MAIL_SETTLES_WITHIN)}, and is not repeated before then "
        "unless it was clearly not sent: whether it was, SES says in its own time. An address whose mail "
        "bounced for good, or was called spam, gets no more until an operator lifts that; what bounces of "
        f"the mails of before is ignored for {span(LIFT_REMEMBERED)}.",
        "Where Microsoft has something otherwise than we have it, that is drift: once the change here is "
        f"{span(DRIFT_GRACE)} old, for the ends of terms from {span(TERM_END_TOLERANCE)} on. Drift that "
        f"nobody has seen for {span(DRIFT_KEPT)} is forgotten.",
    )


def rules() -> str:
    """docs/rules.md."""
    sections: Sequence[Callable[[], str]] = (
        plans,
        statuses,
        transitions,
        refunds,
        deadlines,
        end_of_term,
        commission,
        account,
        program,
        permissions,
        mails,
        timetable,
    )
    head = (
        "# The rules\n\n"
        "What Seatwise promises, as the code has it. The ids (R…, D…) are those of the product page, and "
        "also stand in refusals and in the names of the tests.\n\n"
        "Printed by `make docs` from `chalicelib/rulebook.py`, the transition table in "
        "`chalicelib/domain/lifecycle.py` and the tables beside it. Change those, not this page; a test "
        "fails while the two differ."
    )
    return "\n\n".join([head, *(section() for section in sections)]) + "\n"


PAGES: Final[Mapping[str, Callable[[], str]]] = {"rules.md": rules, "openapi.json": openapi.written}


# --- What the sections ask ---------------------------------------------------------------------------


def sources(statuses: Sequence[Status]) -> str:
    """The statuses that a row starts from; almost all of them are said by what is missing."""
    missing = [status.value for status in Status if status not in statuses]
    return f"any but {missing[0]}" if len(missing) == 1 else listed([each.value for each in statuses])


def name(consequence: Consequence) -> str:
    """A consequence as a product person says it."""
    if isinstance(consequence, Tell):
        return str(consequence)
    found = next(key for key, value in vars(consequences).items() if value is consequence)
    return found.replace("_", " ")


def when(rule: RefundRule) -> str:
    """When a line of the refund table applies."""
    if rule.within is not None and rule.since is not None:
        return f"up to {hours_or_days(rule.within)} after {rule.since.value}"
    return "before activation" if rule.activated is False else "later"


def allowed(caller: Caller, act: Act, sub: Subscription) -> str:
    """`yes`, if the domain lets the caller do it."""
    try:
        authorize(caller, act, sub)
    except Refusal:
        return NONE
    return "yes"


def _callers() -> Iterator[tuple[Caller, Subscription]]:
    """The client, the delegate, the freelancer who was asked and the operator, and what they see."""
    at = datetime(2024, 1, 31, 10, tzinfo=UTC)
    nothing = Money(0, "USD")
    seller = Seller(id="freelancer", name="", email="", locale="en", freelancer_id="frl")
    sub = Subscription(
        id="sub",
        version=1,
        status=Status.ACTIVE,
        client=Person(id="client", name="", email="", locale="en"),
        seller=seller,
        plan_id=PLANS[0].id,
        seats=SEATS_MIN,
        billing_period=BillingPeriod.MONTHLY,
        country="US",
        address=Address(line1="", city="", state="", postal_code="", country="US"),
        payment_method="",
        auto_renew=True,
        purchased_at=at,
        payment=Payment(
            charge_id="",
            charged_at=at,
            net=nothing,
            tax=nothing,
            total=nothing,
            unit_price=nothing,
            invoice_id="",
            invoice_number="",
        ),
    )

    def signed_in(role: Role) -> Caller:
        return Caller(id=role.value, name="", email="", locale="en", roles=frozenset({role}))

    def delegated(status: DelegationStatus) -> Subscription:
        return replace(sub, delegation=Delegation(status=status))

    yield signed_in(Role.CLIENT), sub
    yield signed_in(Role.FREELANCER), delegated(DelegationStatus.APPROVED)
    yield signed_in(Role.FREELANCER), delegated(DelegationStatus.REQUESTED)
    yield signed_in(Role.OPERATOR), sub


# --- The command -------------------------------------------------------------------------------------


def behind() -> list[str]:
    """The pages that do not say what the code says."""
    return [
        page
        for page, printed in PAGES.items()
        if not (DOCS / page).exists() or (DOCS / page).read_text(encoding="utf-8") != printed()
    ]


def main() -> None:
    """Write the pages, or check them."""
    stale = behind()
    if sys.argv[1:] == ["--check"]:
        if stale:
            sys.exit(f"behind the code: {listed([f'docs/{page}' for page in stale])}; run `make docs`")
        return
    if sys.argv[1:]:
        sys.exit("usage: python -m tools.docs [--check]")
    for page in stale:
        (DOCS / page).write_text(PAGES[page](), encoding="utf-8")
        print(f"docs/{page}")


if __name__ == "__main__":
    main()
