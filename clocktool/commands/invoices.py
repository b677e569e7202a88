"""``invoices``: the register of numbered invoices."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from clocktool.cli import document, options, results
from clocktool.cli.invoiced import check_marks
from clocktool.completion import kinds
from clocktool.errors import AnswerIsNoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clocktool.app.app import App
    from clocktool.domain.register import Invoice
    from clocktool.invoicing.register import Register

command = options.new_group()

Number = Annotated[
    str, typer.Argument(metavar=kinds.INVOICE, help="The number of an invoice, as listed.")
]
Files = Annotated[
    list[str], typer.Argument(metavar=kinds.SEVERAL_FILES, help=".pdf, .html, .xlsx, .csv or .xml.")
]
OfClient = Annotated[
    list[str] | None,
    typer.Option(
        "--client", metavar=kinds.CLIENT, help="Of this client; repeatable.", show_default=False
    ),
]
OfStatus = Annotated[
    Literal["open", "overdue", "paid", "cancelled", "cancellation"] | None,
    typer.Option("--status", help="Only these.", show_default=False),
]


@command.callback()
def invoices(
    ctx: options.Context,
    clients: OfClient = None,
    status: OfStatus = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the invoices made on this machine: the register, with sums for each currency.

    Numbers, rows and marks are one change, so that numbers have no gap. Each row has the hash of
    the one before. An invoice is never changed: 'invoices cancel' makes a cancellation.

    Examples:
      clocktool invoices
      clocktool invoices 2026-Q4 --client ACME
      clocktool invoices --status overdue
    """
    if ctx.invoked_subcommand is None:
        _list(options.app_of(ctx, quiet=quiet), None, clients or [], status, output)


@command.command("list")
def list_(
    ctx: options.Context,
    period: options.PeriodWords = None,
    clients: OfClient = None,
    status: OfStatus = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the invoices of a period.

    Their day counts. 'list' can be left out. PERIOD: last-month, 2026-11, 2026-Q4, A..B ('clocktool
    help periods').

    Examples:
      clocktool invoices list last-month
      clocktool invoices 2026
    """
    app = options.app_of(ctx, quiet=quiet)
    _list(app, options.period_of(period), clients or [], status, output)


@command.command()
def show(
    ctx: options.Context,
    number: Number,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Show an invoice with its lines, tax and total, as it was made.

    Examples:
      clocktool invoices show 2026-001
      clocktool invoices show 2026-001 -o json
    """
    from clocktool.render.register import status_text
    from clocktool.render.text import visible

    app = options.app_of(ctx, quiet=quiet)
    register = _register(app)
    invoice = register.invoice(number)
    if output is options.Format.TABLE:
        issued = invoice.issued
        due = "" if issued.due is None else f", due {issued.due}"
        status = status_text(invoice, app.zone.day(app.now))
        title = f"{number} · {issued.client} · {issued.dated}{due} · {status}"
        app.out.line(app.out.paint(visible(title), "bold"))
    document.write_invoice(app, register, number, output)


@command.command()
def save(
    ctx: options.Context,
    number: Number,
    files: Files,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Write an invoice to files.

    It is written from what was kept when it got its number: whatever has been edited since, the
    text is the same. An existing file is replaced.

    Examples:
      clocktool invoices save 2026-001 acme.pdf
      clocktool invoices save 2026-001 acme.xml acme.html
    """
    from clocktool.documents.formats import check as check_document
    from clocktool.invoicing.parties import check_frozen
    from clocktool.render.fields import keyed

    app = options.app_of(ctx, quiet=quiet)
    document.check_files(app, files)
    register = _register(app)
    invoice = register.invoice(number)
    frozen = register.document(number)
    suffixes = document.suffixes_of(files)
    check_frozen(frozen, invoice.issued.client, suffixes)
    check_document(frozen, suffixes)
    document.note_unshown(app, frozen, files)
    for name in files:
        register.saving(number, name)
    document.write_files(app, register, frozen, files)
    if output is not options.SummaryFormat.TABLE:
        records = [{"number": number, "file": name} for name in files]
        fields = keyed(("number", "file"))
        results.write_records(app, records, fields, options.Format(output), nothing="")


@command.command()
def paid(
    ctx: options.Context,
    number: Number,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar=kinds.DAY, help="Which day; default: today.", show_default=False
        ),
    ] = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Record that an invoice was paid.

    DAY: yesterday, mon, 2026-12-08 ('clocktool help periods').

    Examples:
      clocktool invoices paid 2026-001
      clocktool invoices paid 2026-001 --on yesterday
    """
    from clocktool.domain.time.period import parse_day
    from clocktool.render.register import invoice_object
    from clocktool.render.text import visible

    app = options.app_of(ctx, quiet=quiet)
    today = app.zone.day(app.now)
    day = today if on is None else parse_day(on, today, app.week_start)
    if day > today:
        raise UsageError(f"{day} is in the future", "use today or an earlier day")
    invoice = _register(app).pay(number, day)
    gross = document.money(invoice.issued.gross, invoice.issued.currency)
    line = f"Invoice {visible(number)} was paid on {day}: {gross}"
    values = {key: value for key, value in invoice_object(invoice).items() if key != "entries"}
    if output is options.SummaryFormat.JSON:
        values = invoice_object(invoice)
    results.write_summary(app, values, options.Format(output), line)


@command.command()
def cancel(
    ctx: options.Context,
    number: Number,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", help="Why; on the document.", show_default=False),
    ] = None,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Cancel an invoice and free its entries.

    A cancellation gets a number of its own, with negative amounts, and the day of today. The
    invoice stays in the register. 'invoices save' writes the cancellation.

    Examples:
      clocktool invoices cancel 2026-001
      clocktool invoices cancel 2026-001 --reason "wrong period" -y
    """
    app = options.app_of(ctx, quiet=quiet)
    register = _register(app)
    issued = register.invoice(number).issued
    today = app.zone.day(app.now)
    gross = document.money(issued.gross, issued.currency)
    register.check_cancel(number)
    question = f"Cancel invoice {number} of {issued.client} over {gross}?"
    options.confirm(app, question, "nothing was cancelled", yes=yes)
    made, _ = register.cancel(
        number,
        today,
        " ".join((reason or "").split()),
        lambda of: document.series_for(app, today, of.client),
    )
    document.send_marks(app, register)
    count = results.plural(len(issued.entries), "entry")
    are = "is" if len(issued.entries) == 1 else "are"
    app.out.note(f"Cancelled {number} by {made.number}; {count} {are} free again.")
    document.write_invoice(app, register, made.number, output)


@command.command()
def check(
    ctx: options.Context,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List invoiced entries that have changed since.

    Each with the old and the new values, and what that is worth without tax. Exit code 1 if there
    are any.

    Examples:
      clocktool invoices check
      clocktool invoices check -o csv
    """
    check_marks(options.app_of(ctx, quiet=quiet), output)


@command.command()
def verify(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Check that the register is as it was written.

    Each row has the hash of the row before, so that a row that was changed, removed or cut off is
    found. Exit code 1 if there is one.

    Examples:
      clocktool invoices verify
      clocktool invoices verify -q
    """
    app = options.app_of(ctx, quiet=quiet)
    broken, rows = _register(app).check()
    values = {
        "rows": rows,
        "intact": broken is None,
        "row": None if broken is None else broken.position,
        "why": None if broken is None else broken.why,
    }
    many = results.plural(rows, "row")
    lines = [f"The register is intact: {many}."] if broken is None else []
    results.write_summary(app, values, options.Format(output), *lines)
    if broken is not None:
        raise AnswerIsNoError(
            f"the register is broken at row {broken.position}: {broken.why}",
            f"restore {app.marks_path} from a backup",
        )


@command.command()
def template(ctx: options.Context) -> None:
    """Print the template of HTML documents.

    It is the one in use: yours, if invoices.template names one.

    Examples:
      clocktool invoices template > invoice.html
      clocktool config set invoices.template invoice.html
    """
    from clocktool.documents.html import usual_template

    app = options.app_of(ctx)
    app.out.data(document.read_template(app) or usual_template())


def _register(app: "App") -> "Register":
    from clocktool.invoicing.register import Register

    return Register(app.marks_path, app.now)


def _list(
    app: "App",
    period: str | None,
    clients: "Sequence[str]",
    status: str | None,
    output: options.SummaryFormat,
) -> None:
    from clocktool.domain.time.period import parse_period
    from clocktool.render.register import Row, Sum, invoice_object, register_fields, sums_of

    today = app.zone.day(app.now)
    days = None if period is None else parse_period(period, today, app.week_start)
    folded = {each.casefold() for each in clients}

    def is_wanted(each: "Invoice") -> bool:
        return (
            (days is None or days.first <= each.issued.dated <= days.last)
            and (not folded or each.issued.client.casefold() in folded)
            and (status in (None, each.status) or (status == "overdue" and each.is_overdue(today)))
        )

    found = [each for each in _register(app).invoices().values() if is_wanted(each)]
    nothing = (
        "No invoices."
        if period or clients or status
        else ("No invoices yet: clocktool invoice last-month --client NAME --number next")
    )
    rows: list[Row] = [*found]
    if output is options.SummaryFormat.TABLE and len(found) > 1:
        rows += sums_of(found)
    results.write_records(
        app,
        rows,
        register_fields(today),
        options.Format(output),
        nothing=nothing,
        as_object=lambda row: {} if isinstance(row, Sum) else invoice_object(row),
    )
