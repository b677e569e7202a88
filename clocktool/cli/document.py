"""Numbered invoices on the command line: options, the draft, the number, the files."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.completion import kinds
from clocktool.errors import (
    ClocktoolError,
    EndBeforeStartError,
    NotDoneError,
    RefusedError,
    SetupError,
    UsageError,
    quoted,
    reason_of,
)

if TYPE_CHECKING:
    from clocktool.domain.document import Document
    from clocktool.domain.entry import Entry
    from clocktool.domain.numbers import Series
    from clocktool.domain.rounding import Rounding
    from clocktool.invoicing.draft import Group
    from clocktool.invoicing.register import Register

SUFFIXES = (".pdf", ".html", ".xlsx", ".csv", ".xml")

MAX_LOGO = 2_000_000
"""The largest picture on an invoice, in bytes."""

DOCUMENT = "Document"
"""The group of the options that make an invoice with a number."""

Number = Annotated[
    str | None,
    typer.Option(
        "--number",
        metavar=kinds.NEXT_NUMBER,
        help="Number of the invoice.",
        show_default=False,
        rich_help_panel=DOCUMENT,
    ),
]
Dated = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar=kinds.DAY,
        help="Its day; default: today.",
        show_default=False,
        rich_help_panel=DOCUMENT,
    ),
]
Future = Annotated[
    bool,
    typer.Option("--future", help="Allow a day in the future.", rich_help_panel=DOCUMENT),
]
Due = Annotated[
    str | None,
    typer.Option(
        "--due",
        metavar=kinds.DUE,
        help="When it is due; default: invoices.due.",
        rich_help_panel=DOCUMENT,
        show_default=False,
    ),
]
TaxPercent = Annotated[
    str | None,
    typer.Option(
        "--tax",
        metavar="PERCENT",
        help="Tax: 19, 8.1, 0; default: invoices.tax.",
        rich_help_panel=DOCUMENT,
        show_default=False,
    ),
]
ReverseCharge = Annotated[
    bool,
    typer.Option(
        "--reverse-charge", help="The client owes the tax in its country.", rich_help_panel=DOCUMENT
    ),
]
TaxExempt = Annotated[
    str | None,
    typer.Option(
        "--tax-exempt",
        metavar="REASON",
        help="No tax, and why.",
        show_default=False,
        rich_help_panel=DOCUMENT,
    ),
]
GroupBy = Annotated[
    Literal["entry", "day", "task", "project"] | None,
    typer.Option(
        "--group",
        help="What is a line; default: project.",
        show_default=False,
        rich_help_panel=DOCUMENT,
    ),
]
Save = Annotated[
    list[str] | None,
    typer.Option(
        "--save",
        metavar=kinds.FILE,
        help="Write it: .pdf, .html, .xlsx, .csv, .xml; repeatable.",
        rich_help_panel=DOCUMENT,
        show_default=False,
    ),
]
Timesheet = Annotated[
    bool,
    typer.Option(
        "--attach-timesheet",
        help="Add the entries by day to the document.",
        rich_help_panel=DOCUMENT,
    ),
]


Items = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="TEXT=AMOUNT",
        help="A fixed line: Travel=120.00; repeatable.",
        show_default=False,
        rich_help_panel=DOCUMENT,
    ),
]
Discount = Annotated[
    str | None,
    typer.Option(
        "--discount",
        metavar="OFF",
        help="Take off the sum of the lines: 5%, 50.00.",
        show_default=False,
        rich_help_panel=DOCUMENT,
    ),
]


class Wanted(msgspec.Struct, frozen=True):
    """The options of a document as they were typed."""

    number: str | None = None
    dated: str | None = None
    due: str | None = None
    tax: str | None = None
    reverse_charge: bool = False
    tax_exempt: str | None = None
    group: "Group | None" = None
    save: tuple[str, ...] = ()
    timesheet: bool = False
    items: tuple[str, ...] = ()
    discount: str | None = None

    @property
    def is_any(self) -> bool:
        """Whether any of them was typed, so that the invoice gets a number."""
        return self != Wanted()


def draft_of(
    app: App, entries: "Sequence[Entry]", wanted: Wanted, rule: "Rounding | None"
) -> "tuple[Document, str]":
    """Return the draft of an invoice over entries, and its client.

    Raises RefusedError for several clients or currencies, SetupError for what is missing.
    """
    from clocktool.domain.document import Tax, fixed_line
    from clocktool.domain.terms import parse_discount, parse_item
    from clocktool.invoicing.doubts import doubts
    from clocktool.invoicing.draft import Terms, client_of, currency_of, draft
    from clocktool.invoicing.parties import (
        buyer_of,
        check_complete,
        client_table,
        missing,
        seller_of,
    )
    from clocktool.invoicing.tax import tax_of

    client = client_of(entries)
    table = client_table(app.config, client)
    needs_currency = any(each.hourly_rate and not each.hourly_rate.currency for each in entries)
    currency = currency_of(
        entries,
        client,
        str(table.get("currency", "")),
        app.currency if needs_currency else "",
    )
    dated = _day(app, wanted.dated) if wanted.dated else app.zone.day(app.now)
    typed = {
        "tax": wanted.tax,
        "reverse_charge": wanted.reverse_charge,
        "tax_exempt": wanted.tax_exempt,
    }
    usual = {name: setting.value for name, setting in app.config.table("invoices").items()}
    tax = tax_of(typed, table, usual, client)
    percent, discount = parse_discount(wanted.discount, currency) if wanted.discount else (0, 0)
    terms = Terms(
        dated=dated,
        due=_due(app, wanted, dated),
        tax=tax or Tax("Z"),
        group=wanted.group or "project",
        rounding=rule,
        with_work=wanted.timesheet,
        language=str(table.get("language", "en")),
        template=read_template(app),
        logo=_logo(app),
        items=tuple(fixed_line(*parse_item(each, currency)) for each in wanted.items),
        discount=discount,
        discount_percent=percent,
        note=str(usual.get("note", "")),
    )
    kept = None
    if not table.get("address"):
        clients = app.directory.clients(app.account.workspace)
        kept = next((each for each in clients if each.name == client), None)
    made = draft(
        entries,
        seller_of(app.config),
        buyer_of(app.config, client, kept),
        currency,
        terms,
        app.zone,
        app.now,
    )
    if made.gross <= 0:
        raise RefusedError(
            f"the invoice would be over {money(made.gross, currency)}",
            "an invoice asks for money: check the rates (clocktool rates) and --discount",
        )
    for doubt in doubts(made, f"clients.{client}"):
        app.out.note(doubt)
    if wanted.number is not None and not wanted.number.strip():
        raise UsageError("--number needs a number, or next", "like: --number next")
    needs = missing(made, client, suffixes_of(wanted.save))
    if tax is None:
        ways = "--tax 19, --reverse-charge, --tax-exempt REASON"
        needs.append(("invoices", "tax", f"19  # or for one invoice: {ways}"))
    check_complete(needs, app.config_path, app.profile, app.config.has_table)
    return made, client


def _day(app: App, text: str) -> date:
    from clocktool.domain.time.period import parse_day

    return parse_day(text, app.zone.day(app.now), app.week_start)


def _due(app: App, wanted: Wanted, dated: date) -> date:
    from clocktool.domain.terms import USUAL_TERM, parse_due

    text = wanted.due or str(app.config.get("invoices.due") or USUAL_TERM)
    due = parse_due(text, dated, lambda each: _day(app, each))
    if due < dated:
        raise EndBeforeStartError(
            f"the invoice would be due on {due.isoformat()}, before its day {dated.isoformat()}",
            "set --due to a later day, or a time like 14d",
        )
    return due


def read_template(app: App) -> str:
    """Return the text of the configured template; empty for none."""
    name = app.config.get("invoices.template")
    if name is None:
        return ""
    data = _read(app, "invoices.template", str(name))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SetupError(
            f"`invoices.template`: {quoted(str(name))} is not UTF-8",
            "print the one in use: clocktool invoices template",
        ) from error


def _logo(app: App) -> str:
    """Return the configured picture as a ``data:`` URL; empty for none."""
    name = app.config.get("seller.logo")
    if name is None:
        return ""
    from base64 import b64encode

    types = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".svg": "svg+xml"}
    kind = types.get(Path(str(name)).suffix.lower())
    data = _read(app, "seller.logo", str(name))
    if kind is None or len(data) > MAX_LOGO:
        raise SetupError(
            f"`seller.logo`: {quoted(str(name))} can't be used",
            "use a .png, .jpg or .svg of at most 2 MB",
        )
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def _read(app: App, key: str, name: str) -> bytes:
    """Return a file that the configuration names, relative to its folder."""
    try:
        return (app.config_path.parent / Path(name).expanduser()).read_bytes()
    except (OSError, RuntimeError) as error:
        raise SetupError(
            f"`{key}`: can't read {quoted(name)}",
            f"correct it: clocktool config set {key} FILE",
            why=reason_of(error),
        ) from error


def suffixes_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the endings of files, in lower case."""
    return tuple(dict.fromkeys(Path(name).suffix.lower() for name in names))


def check_files(app: App, names: Sequence[str], *, is_draft: bool = False) -> None:
    """Check that files can be written, before an invoice gets its number.

    Raises UsageError for an unknown ending, a missing folder, and the XML of a draft; SetupError
    where a package is missing.
    """
    for name in names:
        suffix = Path(name).suffix.lower()
        if suffix not in SUFFIXES:
            raise UsageError(
                f"{quoted(name)} has an unknown ending", f"use one of {', '.join(SUFFIXES)}"
            )
        if is_draft and suffix == ".xml":
            raise UsageError("a draft has no XML", "save a draft as .pdf, .html, .xlsx or .csv")
        path = app.process.folder / name
        if path.is_dir():
            raise UsageError(
                f"can't write {quoted(name)}", "add the name of a file", why="it is a folder"
            )
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            raise UsageError(
                f"can't write {quoted(name)}",
                "a file needs a folder that exists and is yours",
            )
    from clocktool.documents.formats import check_extra

    check_extra(suffixes_of(names))


def series_for(app: App, day: date, client: str) -> "Series":
    """Return the series of the configured pattern for a day and a client."""
    from clocktool.domain.numbers import USUAL, series_of

    return series_of(str(app.config.get("invoices.number") or USUAL), day, client)


def write_drafts(app: App, document: "Document", names: Sequence[str]) -> None:
    """Write the files of a draft."""
    for name in names:
        try:
            _write(app, document, name)
        except OSError as error:
            raise NotDoneError(f"can't write {quoted(name)}", why=reason_of(error)) from error
        app.out.note(f"Saved a draft to {name}")


def write_files(app: App, register: "Register", document: "Document", names: Sequence[str]) -> None:
    """Write the files of an invoice; the register has them as saved already.

    Raises NotDoneError that says how to write them again: the number stands.
    """
    number = document.number
    for place, name in enumerate(names):
        try:
            _write(app, document, name)
        except (ClocktoolError, OSError) as error:
            for each in names[place:]:
                register.not_saved(number, each)
            why = error.message if isinstance(error, ClocktoolError) else reason_of(error)
            rest = " ".join(map(quote, names[place:]))
            raise NotDoneError(
                f"invoice {number} stands, but {quoted(name)} was not written",
                f"write it again: clocktool invoices save {quote(number)} {rest}",
                why=why,
            ) from error
        app.out.note(f"Saved to {name}")


def _write(app: App, document: "Document", name: str) -> None:
    from clocktool.documents.formats import write
    from clocktool.storage.files import replace

    path = app.process.folder / name
    replace(path, write(document, path), durable=True)


def note_unshown(app: App, document: "Document", files: Iterable[str]) -> None:
    """Note what the PDF can't show, if there is one among the files."""
    if ".pdf" not in suffixes_of(files):
        return
    from clocktool.documents.pdf import unshown

    for field, found in unshown(document).items():
        characters = "".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in found)
        app.out.note(f"The PDF can't show {characters} of {field}: no font for it is installed.")


def send_marks(app: App, register: "Register") -> None:
    """Send the marks of invoices that are not in the journal yet.

    What can't be sent or saved now is sent by the next command: the invoice stands.
    """
    from clocktool.outbox.mark import Mark
    from clocktool.tracking.batch import BATCH_SIZE

    for each in register.unsent():
        if each.workspace != app.account_to_write.workspace:
            continue
        parts = [
            each.entries[start : start + BATCH_SIZE]
            for start in range(0, len(each.entries), BATCH_SIZE)
        ]
        app.connect()
        try:
            app.outbox.carry_out(*(Mark(part, each.invoiced, each.number) for part in parts))
        except ClocktoolError as error:
            if not error.is_temporary:
                raise
            app.out.note(f"The marks of {each.number} wait: {error.message}")
            return
        register.sent(each)


def send_all_marks(app: App) -> None:
    """Send the marks of invoices that a killed command has left."""
    from clocktool.invoicing.register import Register

    if app.marks_path.exists():
        send_marks(app, Register(app.marks_path, app.now))


def make(
    app: App,
    entries: "Sequence[Entry]",
    wanted: Wanted,
    rule: "Rounding | None",
    output: options.Format,
    *,
    dry_run: bool,
    yes: bool,
    future: bool,
) -> None:
    """Make a numbered invoice over entries and mark them, or with ``dry_run`` write a draft.

    A draft is refused for what the invoice would be refused for: its number, or its day.
    """
    from clocktool.documents.formats import check
    from clocktool.domain.register import next_number
    from clocktool.invoicing.register import Register
    from clocktool.render.register import draft_object

    if app.history.error is not None:
        raise app.history.error  # what is billed comes from the service
    draft, client = draft_of(app, entries, wanted, rule)
    is_json = results.is_json(output, None)
    note_unshown(app, draft, wanted.save)
    register = Register(app.marks_path, app.now)
    series = series_for(app, draft.dated, client)
    asked = "" if wanted.number in (None, "next") else str(wanted.number)
    number, _ = next_number(register.invoices(), series, draft.dated, asked)
    if not future:
        _check_day(app, draft.dated)
    if dry_run:
        write_document(app, draft, output, draft_object(draft, client))
        return write_drafts(app, draft, wanted.save)
    check(draft, suffixes_of(wanted.save))
    if not is_json:
        write_document(app, draft, output, {})
    what = results.plural(len(entries), "entry")
    gross = money(draft.gross, draft.currency)
    options.confirm(
        app,
        f"Make invoice {number} over {gross} and mark {what}?",
        "nothing was numbered or marked",
        yes=yes,
    )
    workspace = app.account.workspace
    document = register.issue(
        draft, series, workspace, client, entries, wanted=asked, files=wanted.save
    )
    try:
        send_marks(app, register)
    finally:
        app.out.note(
            f"Invoice {document.number}: {gross}, due {document.due}; {what} marked as invoiced."
        )
        write_files(app, register, document, wanted.save)
    if is_json:
        write_invoice(app, register, document.number, output)
    return None


def _check_day(app: App, day: date) -> None:
    """Ask on a terminal whether an invoice may be of a day in the future.

    Off a terminal it is refused, also with ``--yes``: a wrong year is more likely than a plan.
    """
    if day <= app.zone.day(app.now):
        return
    if not app.process.is_interactive:
        raise UsageError(f"{day} is in the future", "use today or an earlier day, or add --future")
    options.confirm(app, f"{day} is in the future. Use it?", "nothing was numbered", yes=False)


def money(amount: int, currency: str) -> str:
    """Return an amount in minor units as text: ``520.71 EUR``."""
    from clocktool.domain.money import Rate

    return Rate(amount, currency).text


def write_invoice(app: App, register: "Register", number: str, output: options.Format) -> None:
    """Write an invoice of the register, with its lines."""
    from clocktool.render.register import invoice_object

    invoice = register.invoice(number)
    write_document(app, register.document(number), output, invoice_object(invoice))


def write_document(
    app: App, document: "Document", output: options.Format, values: "Mapping[str, object]"
) -> None:
    """Write the lines of an invoice with its totals; in JSON ``values`` with the lines."""
    from clocktool.domain.money import figure
    from clocktool.render.json import dump
    from clocktool.render.register import (
        document_fields,
        document_records,
        document_totals,
        line_objects,
    )

    if app.out.quiet:
        return
    if output is options.Format.ID:
        for each in dict.fromkeys(each for line in document.lines for each in line.entries):
            app.out.data(f"{each}\n")
        return
    fields = document_fields()
    if results.is_json(output, None):
        discount = figure(document.discount, document.currency) if document.discount else None
        whole = {**values, "discount": discount, "lines": line_objects(document)}
        if output is options.Format.JSON:
            app.out.data(app.out.json(dump(whole)) + "\n")
        else:
            results.write_records(app, [whole], fields, output, nothing="", as_object=dict)
        return
    records = document_records(document)
    if output is options.Format.TABLE:
        records += document_totals(document)
    results.write_records(app, records, fields, output, nothing="")


def take_back(app: App, number: str, *, yes: bool, dry_run: bool) -> None:
    """Take back the newest invoice, of which nothing was saved. Raises RefusedError."""
    from clocktool.invoicing.register import Register

    register = Register(app.marks_path, app.now)
    register.check_take_back(number)
    what = results.plural(len(register.invoice(number).issued.entries), "entry")
    if dry_run:
        app.out.note(f"Dry run: invoice {number} would be taken back, with {what}.")
        return
    question = f"Take back invoice {number} with {what}?"
    options.confirm(app, question, "nothing was taken back", yes=yes)
    register.take_back(number)
    send_marks(app, register)
    app.out.note(f"Invoice {number} is taken back: number and entries are free again.")
