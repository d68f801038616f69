"""The verbs. Each says what it is about to change and asks; `--yes` answers for you."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar, cast

import click
from botocore.session import Session

from chalicelib.domain.effects import Effect, EffectKind
from chalicelib.domain.invariants.cases import Finding
from chalicelib.domain.invariants.marks import written
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.waking import Sweep
from chalicelib.ops import find as finding
from chalicelib.ops.account import Account, refused, what_is_lacking
from chalicelib.ops.audit import Audit
from chalicelib.ops.backup_drill import Drill, name_of_copy
from chalicelib.ops.dead_letters import QUEUES, DeadLetters, Letter, named
from chalicelib.ops.rehearse import clock
from chalicelib.ops.run_sweep import run_sweep
from chalicelib.ops.screen import Screen
from chalicelib.storage.listing import whole
from chalicelib.usecases import catalog, resend, stuck, suppressions

PAGE: Final = 100
PATIENCE_SECONDS: Final = 2  # SQS asks all its servers only if it is given a moment
FOUND_SOMETHING: Final = 1
FINDING_COLUMNS: Final = ("invariant", "about", "what")

Verb = TypeVar("Verb", bound=Callable[..., Any])


@dataclass(kw_only=True)
class Desk:
    """What a verb has before it: the stage's account, and a screen."""

    account: Account
    screen: Screen
    patience: int = PATIENCE_SECONDS
    pause: Callable[[float], None] = time.sleep


class Lacks(click.ClickException):
    """Nothing could be done, for want of what the sentence says."""

    exit_code = 2


class Verbs(click.Group):
    """A group whose failures are sentences, where they are nobody's fault here."""

    def invoke(self, ctx: click.Context) -> Any:
        """See click."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(refused(refusal)) from refusal
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            sentence = what_is_lacking(error, stage=ctx.params["stage"])
            if sentence is None:
                raise
            raise Lacks(sentence) from error


def changes(verb: Verb) -> Verb:
    """Mark a verb that changes something: it asks first."""
    return click.option("--yes", is_flag=True, help="Do not ask.")(verb)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--stage", required=True, help="Which deployment: dev, staging or prod.")
@click.option("--profile", help="Of the AWS credentials to use; otherwise those of the environment.")
@click.option("--region", help="Of AWS; otherwise that of the environment or the profile.")
@click.pass_context
def ops(ctx: click.Context, stage: str, profile: str | None, region: str | None) -> None:
    """Look after a deployed stage. What to use when: docs/operations/ops.md."""
    if ctx.obj is None:
        # The table is reached through a session of its own library, which reads the environment too.
        if profile:
            os.environ["AWS_PROFILE"] = profile
        if region:
            os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = region
        elif "AWS_REGION" in os.environ:
            os.environ.setdefault("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])
        ctx.obj = Desk(account=Account(stage=stage, session=Session()), screen=Screen())


@ops.command()
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for a program.")
@click.option("--everywhere", is_flag=True, help="Read the whole table for rows that mention it. Slow.")
@click.pass_obj
def find(desk: Desk, what: str, *, as_json: bool, everywhere: bool) -> None:
    """Show what is known of WHAT, and what comes next.

    WHAT is a subscription, freelancer, order, effect or dispute, a user, an e-mail address, a domain, a link,
    or a tenant, relationship or payout account. Anything else, such as an invoice or a charge: --everywhere.
    """
    if everywhere:
        rows = list(desk.account.inventory.mentioning(what))
        if as_json:
            desk.screen.data(
                [dict(zip(("kind", "pk", "sk"), (kind, pk, sk), strict=True)) for pk, sk, kind in rows]
            )
        else:
            desk.screen.table(("kind", "pk", "sk"), [(kind, pk, sk) for pk, sk, kind in rows])
        found = bool(rows)
    else:
        sheets = finding.find(desk.account.inventory, what)
        if as_json:
            desk.screen.data([sheet.shown() for sheet in sheets])
        else:
            for sheet in sheets:
                show(desk.screen, sheet)
        found = bool(sheets)
    if not found:
        hint = "" if everywhere else " With --everywhere, the whole table is read for it."
        raise click.ClickException(f"Nothing is known under {what}.{hint}")


@ops.group(name="dead-letters")
def dead_letters() -> None:
    """Messages that failed too often: what they were about, and another try."""


@dead_letters.command(name="list")
@click.argument("queue", required=False, type=click.Choice(list(QUEUES)))
@click.pass_obj
def list_dead_letters(desk: Desk, queue: str | None) -> None:
    """List the dead letters of QUEUE, or of all; they stay where they are."""
    rows = []
    for name in [queue] if queue else QUEUES:
        letters = DeadLetters(desk.account, named(name), patience=desk.patience).list()
        rows += [(name, *_letter_row(letter)) for letter in letters]
    desk.screen.table(("queue", "id", "since", "receives", "error", "about"), rows)
    desk.screen.hint(f"{len(rows)} dead letters")


@dead_letters.command(name="replay")
@click.argument("queue", type=click.Choice(list(QUEUES)))
@click.option("--id", "ids", multiple=True, help="Only this one; may be given again.")
@click.option("--all", "every", is_flag=True, help="All that are there.")
@changes
@click.pass_obj
def replay_dead_letters(desk: Desk, queue: str, *, ids: tuple[str, ...], every: bool, yes: bool) -> None:
    """Have the dead letters of QUEUE worked through again.

    What is done already is not done twice. Remove the cause first, or they come back.
    """
    if every is bool(ids):
        raise click.UsageError("Say which: --id, or --all.")
    which = "all dead letters" if every else f"{len(ids)} dead letters"
    ask(f"Send {which} of {queue} where they came from?", yes=yes)
    letters = DeadLetters(desk.account, named(queue), patience=desk.patience)
    replayed = letters.replay(None if every else ids)
    desk.screen.say(f"{len(replayed.sent)} sent")
    for letter in replayed.left:
        desk.screen.say(f"{letter.id} stays: it does not say which function it was for")
    missing = replayed.missing(ids)
    if missing:
        raise click.ClickException(f"Not there (or being looked at by somebody): {', '.join(missing)}")


@ops.group()
def effects() -> None:
    """What should have happened in the outside world, and has not."""


@effects.command(name="stuck")
@click.option("--kind", type=click.Choice([kind.value for kind in EffectKind]), help="Only of this kind.")
@click.pass_obj
def list_stuck(desk: Desk, kind: str | None) -> None:
    """List the effects that were given up, newest first."""
    found = [finding.effect_row(effect) for effect in _stuck(desk, kind)]
    desk.screen.table(finding.EFFECT_COLUMNS, found)
    desk.screen.hint(f"{len(found)} stuck effects")


@effects.command(name="retry")
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that are stuck.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in EffectKind]), help="With --all: of this kind."
)
@changes
@click.pass_obj
def retry_effects(desk: Desk, ids: tuple[str, ...], *, every: bool, kind: str | None, yes: bool) -> None:
    """Give the stuck effects IDS all their attempts again, now, each under its own key.

    Remove the cause first. A neighbor that knows keys does nothing twice; a mail may arrive a second time.
    """
    if every is bool(ids) or (kind and not every):
        raise click.UsageError("Say which: their ids, or --all (of a --kind).")
    chosen = [effect.id for effect in _stuck(desk, kind)] if every else list(ids)
    if not chosen:
        desk.screen.say("Nothing is stuck.")
        return
    ask(f"Try {len(chosen)} effects again: {', '.join(chosen)}?", yes=yes)
    world = desk.account.world
    for each in chosen:
        stuck.retry(world, effect_id=each, once=None, at=world.now(), request_id=_request_id(desk))
        desk.screen.say(f"{each} is tried again")


@ops.group()
def mail() -> None:
    """Mails that somebody has not got."""


@mail.command(name="resend")
@click.argument("subscription")
@click.argument("template")
@changes
@click.pass_obj
def resend_mail(desk: Desk, subscription: str, template: str, *, yes: bool) -> None:
    """Send the latest TEMPLATE (E1, E7 …) of SUBSCRIPTION once more, to today's address."""
    ask(f"Send the latest {template} of {subscription} once more?", yes=yes)
    world = desk.account.world
    sent = resend.resend(
        world,
        subscription_id=subscription,
        template=template,
        once=None,
        at=world.now(),
        request_id=_request_id(desk),
    )
    desk.screen.say(f"{sent.id} is on its way")


@ops.group(name="suppressions")
def suppressed() -> None:
    """Addresses that get no mails, because one bounced or its reader complained."""


@suppressed.command(name="list")
@click.option("--email", help="Only this address.")
@click.pass_obj
def list_suppressions(desk: Desk, email: str | None) -> None:
    """List the addresses that get no mails, newest first."""
    world = desk.account.world
    found = list(
        whole(lambda after: suppressions.list_suppressed(world, email=email, limit=PAGE, after=after))
    )
    desk.screen.table(
        ("id", "address", "reason", "detail", "since", "mail", "subscription"),
        [
            (
                each.id,
                each.email,
                each.reason,
                each.detail,
                written(each.at),
                each.template,
                each.subscription_id,
            )
            for each in found
        ],
    )
    desk.screen.hint(f"{len(found)} suppressed addresses")


@suppressed.command(name="lift")
@click.argument("suppression_id", metavar="ID")
@changes
@click.pass_obj
def lift_suppression(desk: Desk, suppression_id: str, *, yes: bool) -> None:
    """Let mails go to an address again; those that were held back are not sent by themselves."""
    ask(f"Let mails go to the address of {suppression_id} again?", yes=yes)
    world = desk.account.world
    by = f"operator on call {desk.account.operator}"
    suppressions.lift(world, suppression_id=suppression_id, by=by, at=world.now())
    desk.screen.say("Lifted")


@ops.command()
@click.argument("name", type=click.Choice([sweep.value for sweep in Sweep]))
@changes
@click.pass_obj
def sweep(desk: Desk, name: str, *, yes: bool) -> None:
    """Run the sweep NAME now. It may run twice, or beside itself, at any time."""
    ask(f"Run the sweep {name} of {desk.account.stage} now?", yes=yes)
    request_id = run_sweep(desk.account, Sweep(name), at=desk.account.world.now(), run_id=_request_id(desk))
    desk.screen.say(f"It runs; its log lines have request_id {request_id}")


@ops.command()
@click.option(
    "--segments", default=4, show_default=True, type=click.IntRange(1, 64), help="Parts read at once."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for a program.")
@click.pass_obj
def audit(desk: Desk, segments: int, *, as_json: bool) -> None:
    """Check every invariant over everything that is kept; reads, and never writes.

    Exit code 1 when something does not hold. What each name means: docs/operations/ops.md.
    """
    inventory = desk.account.inventory
    with desk.screen.progress("rows", total=inventory.how_many()) as advance:
        walk = Audit(
            inventory=inventory,
            now=desk.account.world.now,
            pause=desk.pause,
            segments=segments,
            advance=advance,
        )
        found = walk.findings()
    if as_json:
        desk.screen.data([asdict(each) for each in found])
    else:
        tell(desk.screen, found)
    desk.screen.hint(f"{walk.rows} rows, {len(found)} findings")
    if found:
        raise click.exceptions.Exit(FOUND_SOMETHING)


@ops.command(name="backup-drill")
@click.option("--keep", is_flag=True, help="Keep the copy, to look into; it costs what a table costs.")
@changes
@click.pass_obj
def drill(desk: Desk, *, keep: bool, yes: bool) -> None:
    """Restore the table into a copy, check every invariant over it, delete it.

    Exit code 1 when something does not hold, or when the copy has less than half of the rows.
    """
    table = desk.account.settings.table
    copy = name_of_copy(table, at=desk.account.world.now())
    ask(f"Restore {table} into {copy}, and {'keep' if keep else 'delete'} it afterwards?", yes=yes)
    begun = time.monotonic()
    drilled = Drill(account=desk.account, screen=desk.screen, copy=copy, pause=desk.pause).run(keep=keep)
    tell(desk.screen, drilled.findings)
    desk.screen.say(
        f"{drilled.rows} rows (about {drilled.expected} expected), {len(drilled.findings)} findings, "
        f"{time.monotonic() - begun:.0f} seconds"
    )
    if not drilled.good:
        raise click.exceptions.Exit(FOUND_SOMETHING)


@ops.group()
def prices() -> None:
    """The price table."""


@prices.command(name="seed")
@changes
@click.pass_obj
def seed_prices(desk: Desk, *, yes: bool) -> None:
    """Write the list prices of this release, where a day has none: what a new stage begins with."""
    ask(f"Write the list prices into {desk.account.settings.table}?", yes=yes)
    written_now = catalog.seed_prices(desk.account.world)
    desk.screen.say(f"{len(written_now)} prices written")


@ops.group()
def freelancers() -> None:
    """Who is in the program."""


@freelancers.command(name="list-again")
@changes
@click.pass_obj
def list_freelancers_again(desk: Desk, *, yes: bool) -> None:
    """Put those whom a release before 0.3 wrote last on the lists that operators see.

    Reads the whole table.
    """
    unlisted = list(desk.account.inventory.unlisted())
    if not unlisted:
        desk.screen.say("Every freelancer is listed.")
        return
    ask(f"Put {len(unlisted)} freelancers on the lists of their states?", yes=yes)
    for freelancer in unlisted:
        desk.account.world.store.list_by_state(freelancer)
    desk.screen.say(f"{len(unlisted)} freelancers listed")


ops.add_command(clock)


def tell(screen: Screen, found: Sequence[Finding]) -> None:
    """Findings, for a reader."""
    if found:
        screen.table(FINDING_COLUMNS, [(each.invariant, each.about, each.what) for each in found])


def show(screen: Screen, sheet: finding.Sheet) -> None:
    """A sheet, for a reader."""
    screen.facts(f"{sheet.kind} {sheet.id}", {**sheet.facts, "next": sheet.next})
    for columns, rows in (
        (finding.EFFECT_COLUMNS, [finding.effect_row(each) for each in sheet.effects]),
        (finding.HISTORY_COLUMNS, [finding.history_row(each) for each in sheet.history]),
        (finding.PAPER_COLUMNS, [finding.paper_row(each) for each in sheet.papers]),
    ):
        if rows:
            screen.say("")
            screen.table(columns, rows)
    screen.say("")


def ask(question: str, *, yes: bool) -> None:
    """Go on only if whoever sits here wants to."""
    if not yes:
        click.confirm(question, abort=True, err=True)


def _stuck(desk: Desk, kind: str | None) -> list[Effect]:
    world = desk.account.world
    found = cast("list[Effect]", list(whole(lambda after: stuck.list_stuck(world, limit=PAGE, after=after))))
    return [effect for effect in found if kind is None or effect.kind == kind]


def _letter_row(letter: Letter) -> tuple[object, ...]:
    return letter.id, written(letter.sent_at), letter.receives, letter.error, letter.about


def _request_id(desk: Desk) -> str:
    """Under which the logs say what the operator on call has set off."""
    return desk.account.world.ids.new("ops")
