"""``budgets``: how much of each budget is used, and until when it lasts."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from clocktool.cli import options, results
from clocktool.cli.subject import (
    OfClient,
    OfProject,
    known_projects,
    note_unknown,
    subject_of,
)
from clocktool.completion import kinds
from clocktool.errors import AnswerIsNoError, UsageError

if TYPE_CHECKING:
    from clocktool.domain.budgets import Row, Use
    from clocktool.domain.rates import Subject

command = options.new_group()

Per = Annotated[
    str | None,
    typer.Option(
        "--per",
        metavar=kinds.UNIT,
        help="For each week, month, quarter or year; default: in all.",
        show_default=False,
    ),
]


@command.callback()
def budgets(
    ctx: options.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 if a budget is over, for cron.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option("--save", metavar=kinds.FILE, help="Save a picture, as .html or .svg."),
    ] = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List budgets: what is used in the period of today, what is left, and until when it lasts.

    A budget of time counts all time of the project, billable or not; one of money counts billable
    time at its rate. The pace is what was used, divided by the days of the period so far: working
    days where there are targets. Budgets are in the configuration under [budgets]; Clockify's own
    estimates are listed, too.

    Examples:
      clocktool budgets
      clocktool budgets set 120h -p ACME/Site --per month
      clocktool budgets --check -q
    """
    if ctx.invoked_subcommand is not None:
        return
    from clocktool.invoicing.budgets import uses
    from clocktool.render.budgets import budget_object, fields_of, lines

    app = options.app_of(ctx, quiet=quiet)
    if save is not None:
        results.check_picture(save, alone=output is options.SummaryFormat.TABLE)
    rows = list(app.budgets)
    found = sorted(uses(app.history, rows, app.calendar), key=_order)
    for _, use in found:
        if use.others:
            app.out.note(_others(use))
    if save is not None:
        results.save_picture(app, save, "budgets", lambda out: lines(found, out))
    else:
        results.write_records(
            app,
            found,
            fields_of(options.Format(output)),
            options.Format(output),
            nothing="No budgets yet: clocktool budgets set 120h -p PROJECT",
            as_object=budget_object,
        )
    own = [row.subject for row in rows if row.source == "config"]
    note_unknown(app, "budgets", own, known_projects(app, cached_only=True))
    over = [use.subject.key for _, use in found if use.is_over]
    if check and over:
        have = "is" if len(over) == 1 else "are"
        raise AnswerIsNoError(
            f"{results.plural(len(over), 'budget')} {have} over: {', '.join(over)}"
        )


@command.command("set")
def set_(
    ctx: options.Context,
    size: Annotated[
        str, typer.Argument(metavar=kinds.SIZE, help="Time or money: 120h, 90m, 5000 EUR.")
    ],
    currency: Annotated[
        str | None,
        typer.Argument(
            metavar=kinds.CURRENCY, help="Of an amount: EUR, USD, JPY.", show_default=False
        ),
    ] = None,
    project: OfProject = None,
    client: OfClient = None,
    per: Per = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Set the budget of a project or a client.

    It replaces the one before. It is written to the configuration; comments there stay.

    Examples:
      clocktool budgets set 120h -p ACME/Site
      clocktool budgets set 40h -p ACME/Site --per month
      clocktool budgets set 5000 EUR --client ACME --per year
    """
    from clocktool.config.file import change
    from clocktool.domain.budgets import parse_budget
    from clocktool.invoicing.budgets import set_budget

    app = options.app_of(ctx, quiet=quiet)
    if currency is not None:
        size = f"{size} {currency}"
    if per is not None and "/" in size:
        raise UsageError(f"{size} has a period already", "leave out --per")
    budget = parse_budget(size if per is None else f"{size}/{per}")
    subject = _subject(app, project, client)
    change(app.config_path, app.profile, set_budget(app.config.table("budgets"), subject, budget))
    summary = {"budget": subject.key, "size": budget.text}
    line = f"Set the budget of {subject.key}: {budget.text}"
    results.write_summary(app, summary, options.Format(output), line)


@command.command()
def remove(
    ctx: options.Context,
    project: OfProject = None,
    client: OfClient = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Remove the budget of a project or a client.

    Examples:
      clocktool budgets remove -p ACME/Site
      clocktool budgets remove --client ACME
    """
    from clocktool.config.file import change
    from clocktool.invoicing.budgets import remove_budget

    app = options.app_of(ctx, quiet=quiet)
    subject = _subject(app, project, client)
    removed = remove_budget(app.config.table("budgets"), subject, app.config_source)
    change(app.config_path, app.profile, removed)
    line = f"Removed the budget of {subject.key}"
    results.write_summary(app, {"budget": subject.key}, options.Format(output), line)


def _subject(app: options.App, project: str | None, client: str | None) -> "Subject":
    if project is None and client is None:
        raise UsageError("a budget is for a project or a client", "add -p PROJECT or --client NAME")
    return subject_of(app, client, project)


def _order(each: "tuple[Row, Use]") -> tuple[Any, ...]:
    from clocktool.domain.naming import natural_order

    subject = each[1].subject
    return natural_order(subject.client or ""), natural_order(subject.project or "")


def _others(use: "Use") -> str:
    from clocktool.domain.money import Rate

    amounts = ", ".join(Rate(amount, code).text for code, amount in use.others.items())
    return f"{use.subject.key}: {amounts} not counted, the budget is in {use.budget.currency}."
