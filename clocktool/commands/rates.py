"""``rates``: list hourly rates, set your own from a day on."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clocktool.cli import options, results
from clocktool.cli.subject import (
    OfClient,
    OfProject,
    OfTask,
    known_projects,
    note_unknown,
    subject_of,
)
from clocktool.completion import kinds
from clocktool.domain.rates import OwnRate, Subject
from clocktool.errors import UsageError, literal
from clocktool.render.fields import Field

if TYPE_CHECKING:
    from clocktool.invoicing.rates import Change

command = options.new_group()

Amount = Annotated[
    str, typer.Argument(metavar="AMOUNT", help="The price of an hour: 110, 99.50; 0 for no price.")
]
Currency = Annotated[
    str | None,
    typer.Argument(
        metavar=kinds.CURRENCY,
        help="EUR, USD, JPY; default: the client's, or the workspace's.",
        show_default=False,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar=kinds.DAY,
        help="The day from which it counts; default: always.",
        show_default=False,
    ),
]


class Row(OwnRate, frozen=True):
    """A rate with its source: ``config`` or ``service``."""

    source: str


FIELDS: tuple[Field[Row], ...] = (
    Field(
        "client",
        lambda row: row.subject.client or "",
        text=lambda row: row.subject.client or ("default" if row.subject == Subject() else ""),
    ),
    Field("project", lambda row: row.subject.project or ""),
    Field("task", lambda row: row.subject.task or ""),
    Field("from", lambda row: row.since.isoformat() if row.since else ""),
    Field("amount", lambda row: row.rate.figure, figures=True, heading="rate"),
    Field("currency", lambda row: row.rate.currency),
    Field("source", lambda row: row.source),
)


@command.callback()
def rates(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List hourly rates: your own, which go first, and those of the service's projects.

    An entry has the rate that was in force when it started: that of its task, else of its project,
    else of the client, else the default. Your own rates are in the configuration under [rates].

    Examples:
      clocktool rates
      clocktool rates set 110 EUR -p ACME/Site --from 2026-07-01
      clocktool rates remove -p ACME/Site --from 2026-07-01
    """
    if ctx.invoked_subcommand is not None:
        return
    from clocktool.invoicing.rates import own_rates

    app = options.app_of(ctx, quiet=quiet)
    own = list(own_rates(app.config.table("rates")))
    if any(not each.rate.currency for each in own):
        own = list(app.rates.rates)
    projects = known_projects(app)
    rows = [Row(each.subject, each.since, each.rate, "config") for each in own]
    rows += [
        Row(Subject(each.client, each.name), None, each.hourly_rate, "service")
        for each in projects or ()
        if each.hourly_rate is not None
    ]
    rows.sort(key=_order)
    results.write_records(
        app,
        rows,
        FIELDS,
        options.Format(output),
        nothing="No rates yet: clocktool rates set 110 EUR -p PROJECT",
        as_object=_object,
    )
    note_unknown(app, "rates", [each.subject for each in own], projects)


@command.command("set")
def set_(
    ctx: options.Context,
    amount: Amount,
    currency: Currency = None,
    client: OfClient = None,
    project: OfProject = None,
    task: OfTask = None,
    since: From = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Set an hourly rate of your own.

    It is the default, or that of a client, a project or a task.
    Entries that started before the day of --from keep the rate that they had. The rate is written
    to the configuration, of which comments and order stay. DAY: 2026-07-01, today, mon ('clocktool
    help periods').

    Examples:
      clocktool rates set 80 EUR
      clocktool rates set 110 EUR -p ACME/Site --from 2026-07-01
      clocktool rates set 95 --client ACME
    """
    from shlex import quote

    from clocktool.domain.currency import parse_currency
    from clocktool.domain.money import parse_rate
    from clocktool.invoicing.rates import set_rate

    if currency is None and " " in amount.strip():
        amount, currency = amount.split(maxsplit=1)
    if currency and currency[:1].isdigit() and not amount[:1].isdigit():
        raise UsageError(
            f"invalid rate {literal(amount)}",
            f"for a project: clocktool rates set {currency} -p {quote(amount)}",
        )
    app = options.app_of(ctx, quiet=quiet)
    subject = subject_of(app, client, project, task)
    code = parse_currency(currency) if currency else app.currency_of(subject.client)
    rate = parse_rate(amount, code)
    new = OwnRate(subject, _day(app, since), rate)
    _write(app, set_rate(app.config.table("rates"), new, app.config_source), "Set", output)


@command.command()
def remove(
    ctx: options.Context,
    client: OfClient = None,
    project: OfProject = None,
    task: OfTask = None,
    since: From = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Remove an hourly rate of your own.

    With --from it is the one that counts from that day, else the one that counts always. DAY:
    2026-07-01, today, mon ('clocktool help periods').

    Examples:
      clocktool rates remove
      clocktool rates remove -p ACME/Site
      clocktool rates remove -p ACME/Site --from 2026-07-01
    """
    from clocktool.invoicing.rates import remove_rate

    app = options.app_of(ctx, quiet=quiet)
    table = app.config.table("rates")
    subject = subject_of(app, client, project, task)
    _write(app, remove_rate(table, subject, _day(app, since), app.config_source), "Removed", output)


def _day(app: options.App, text: str | None) -> date | None:
    from clocktool.domain.time.period import parse_day

    return None if text is None else parse_day(text, app.zone.day(app.now), app.week_start)


def _write(app: options.App, change: "Change", verb: str, output: options.SummaryFormat) -> None:
    from clocktool.config.file import change as change_file

    change_file(app.config_path, app.profile, change.values)
    row = Row(change.rate.subject, change.rate.since, change.rate.rate, "config")
    of = "the default rate" if row.subject == Subject() else f"the rate of {row.subject.key}"
    since = "" if row.since is None else f" from {row.since}"
    to = f": {row.rate.text}"
    shown = _object(row) if output is options.SummaryFormat.JSON else None
    results.write_summary(
        app, shown or _record(row), options.Format(output), f"{verb} {of}{since}{to}"
    )


def _object(row: Row) -> dict[str, Any]:
    return {
        "client": row.subject.client or None,
        "project": row.subject.project or None,
        "task": row.subject.task,
        "from": row.since.isoformat() if row.since else None,
        "amount": row.rate.amount,
        "currency": row.rate.currency,
        "source": row.source,
    }


def _record(row: Row) -> dict[str, Any]:
    return {field.name: field.value(row) for field in FIELDS}


def _order(row: Row) -> tuple[Any, ...]:
    from clocktool.domain.naming import natural_order

    names = (row.subject.client, row.subject.project, row.subject.task)
    key = tuple((name is not None, natural_order(name or "")) for name in names)
    return key, row.since or date.min, row.source
